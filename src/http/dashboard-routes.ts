import { readFileSync } from 'node:fs';
import type { ApiRoutes } from './api-context.ts';

const FILES: readonly (readonly [url: string, file: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/dashboard/dashboard.css', 'dashboard.css', 'text/css; charset=utf-8'],
  ['/dashboard/dashboard.js', 'dashboard.js', 'text/javascript; charset=utf-8'],
];

/** Nothing from elsewhere, no inline script: what the page shows comes from the API as text. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The dashboard: one page that reads the API. The page itself holds no data and is served without a key. */
export function dashboardRoutes(): ApiRoutes {
  return {
    register(app) {
      for (const [url, file, type] of FILES) {
        // The folder stands beside `src`, in the checkout and in the build.
        const body = readFileSync(new URL(`../../dashboard/${file}`, import.meta.url), 'utf8');
        app.get(url, { config: { access: 'open', quiet: true } }, async (_request, reply) =>
          reply.header('content-type', type).header('content-security-policy', POLICY).send(body),
        );
      }
    },
  };
}
