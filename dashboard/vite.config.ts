import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page: built into `dist/dashboard/page`, which the API process serves (`src/http/routes/dashboard-routes.ts`). */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/dashboard/',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard/page', import.meta.url)),
    emptyOutDir: true,
    assetsDir: '',
    // The policy of the page allows no `data:` addresses and no scripts in the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
