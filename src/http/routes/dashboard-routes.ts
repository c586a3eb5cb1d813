import { readFileSync } from 'node:fs';
import type { ApiRoutes } from '../api-context.ts';
import { escapeHtml } from '../docs/docs-text.ts';

const FILES: readonly (readonly [url: string, file: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/dashboard/dashboard.css', 'dashboard.css', 'text/css; charset=utf-8'],
  ['/dashboard/dashboard.js', 'dashboard.js', 'text/javascript; charset=utf-8'],
];

/** Nothing from other sites, no inline scripts: the page shows API data as text. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Placeholder in the page for the note that Zoom is not the real one. */
const ZOOM_NOTE = '<p id="zoom" hidden></p>';

/**
 * The dashboard: one page that reads the API. The page itself holds no data and is served without a key.
 * @param zoomNote text to show when Zoom is not the real one; null: it is
 */
export function dashboardRoutes(zoomNote: string | null = null): ApiRoutes {
  const note = zoomNote === null ? '' : `<p id="zoom">${escapeHtml(zoomNote)}</p>`;
  return {
    register(app) {
      for (const [url, file, type] of FILES) {
        // The folder stands beside `src`, in the checkout and in the build.
        const text = readFileSync(new URL(`../../../dashboard/${file}`, import.meta.url), 'utf8');
        const body = text.replace(ZOOM_NOTE, () => note);
        app.get(url, { config: { access: 'open', quiet: true } }, async (_request, reply) =>
          reply.header('content-type', type).header('content-security-policy', POLICY).send(body),
        );
      }
    },
  };
}
