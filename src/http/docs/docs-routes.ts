import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { ApiRoutes } from '../api-context.ts';
import type { RouteTable } from '../route-table.ts';
import { apiPage, errorsPage, STYLE } from './docs-page.ts';
import { describeApi, type OpenApi } from './openapi.ts';

/** `/openapi.json`, `/docs` with its script, and `/docs/errors`. Built at the first request, when every route is registered. */
export function docsRoutes(table: RouteTable, schemas: Record<string, z.ZodType>, version: string): ApiRoutes {
  let api: OpenApi | undefined;
  // The folder is next to `src`, both in the checkout and in the build.
  const script = readFileSync(new URL('../../../dashboard/docs.js', import.meta.url), 'utf8');
  const describe = () => (api ??= describeApi(table.documented, schemas, version));
  return {
    register(app) {
      app.get('/openapi.json', { config: { access: 'open' } }, async () => describe());
      app.get('/docs/docs.js', { config: { access: 'open', quiet: true } }, async (_request, reply) =>
        reply.header('content-type', 'text/javascript; charset=utf-8').send(script),
      );
      app.get('/docs', { config: { access: 'open' } }, async (_request, reply) => sendHtml(reply, apiPage(describe())));
      app.get('/docs/errors', { config: { access: 'open' } }, async (_request, reply) => sendHtml(reply, errorsPage()));
    },
  };
}

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function sendHtml(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', POLICY).send(html);
}
