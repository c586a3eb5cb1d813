import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiRoutes } from '../api-context.ts';
import { escapeHtml } from '../docs/docs-text.ts';

/** Vite's output: next to `src` in the build; in a checkout that runs from its sources, in its `dist`. */
const FOLDERS = ['../../../dashboard/page/', '../../../dist/dashboard/page/'];

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Allows nothing from other sites, no inline scripts and no inline styles: the page shows API data as text. */
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Every file name except the first contains a hash of its content. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Below this, compression saves nothing, bytes. */
const PACK_FROM = 1_000;
const OPEN = { config: { access: 'open', quiet: true, unlimited: true } } as const;

/** Values that the page gets through placeholders: `<meta name="livestream-zoom" content="">`. */
interface PageFacts {
  /** A note to show when Zoom is simulated; null: it is real. */
  zoom?: string | null;
  /** How long a broadcast without a stop occupies its meeting, ISO 8601. Omitted: the page uses the default of START_WINDOW. */
  'start-window'?: string;
}

interface Asset {
  body: Buffer;
  packed: Buffer | null;
  type: string;
  etag: string;
}

/**
 * The dashboard: one page that uses the API. The page itself contains no data and needs no key. Its few files are read and compressed once,
 * at start; any other path does not exist.
 */
export function dashboardRoutes(facts: PageFacts = {}): ApiRoutes {
  return {
    register(app) {
      const folder = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
        existsSync(`${path}index.html`),
      );
      if (folder === undefined) return serveNotBuilt(app);
      for (const name of readdirSync(folder)) {
        const isPage = name === 'index.html';
        const content = readFileSync(`${folder}${name}`);
        const asset = assetOf(name, isPage ? withFacts(content, facts) : content);
        app.get(isPage ? '/' : `/dashboard/${name}`, OPEN, async (request, reply) =>
          sendAsset(request, reply, asset, isPage ? 'no-cache' : FOREVER),
        );
      }
    },
  };
}

function withFacts(page: Buffer, facts: PageFacts): Buffer {
  const filled = Object.entries(facts).reduce((text, [name, fact]) => {
    const begin = `<meta name="livestream-${name}" content="`;
    return text.replace(`${begin}"`, () => `${begin}${escapeHtml(fact ?? '')}"`);
  }, page.toString());
  return Buffer.from(filled);
}

function assetOf(name: string, body: Buffer): Asset {
  return {
    body,
    packed: body.length < PACK_FROM ? null : gzipSync(body, { level: 9 }),
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset, caching: string): FastifyReply {
  reply
    .header('content-security-policy', POLICY)
    .header('cache-control', caching)
    .header('etag', asset.etag)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  reply.header('content-type', asset.type);
  const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? asset.packed : null;
  if (packed) reply.header('content-encoding', 'gzip');
  return reply.send(packed ?? asset.body);
}

/** A checkout that runs from its sources, before `npm run build`. */
function serveNotBuilt(app: FastifyInstance): void {
  app.get('/', OPEN, async (_request, reply) =>
    reply
      .code(503)
      .header('content-type', 'text/plain; charset=utf-8')
      .send('The page is not built. Run "npm run build", then start this process again.\n'),
  );
}
