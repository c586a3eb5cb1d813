import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the page into `dist/dashboard/page`, which the API process serves (`src/http/routes/dashboard-routes.ts`). */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/dashboard/',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard/page', import.meta.url)),
    emptyOutDir: true,
    assetsDir: '',
    // The page's content security policy allows neither `data:` addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
