import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LivestreamError } from '../errors.ts';
import { NO_TRACING, type SpanDescription, type TraceSpan, type Tracing } from '../tracing/tracing.ts';

/**
 * One span per request, by OpenTelemetry's conventions for HTTP servers; honours a `traceparent` header. Frequent requests (probes, the
 * page's own files and counts) have none. A span names the route instead of the path, because a path may contain a name, or the address of
 * a feed, which is a secret.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  if (tracing === NO_TRACING) return;
  const spans = new WeakMap<FastifyRequest, TraceSpan>();
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config?.quiet)
      spans.set(
        request,
        tracing.start(() => describe(request)),
      );
  });
  // Set here, and with a callback: reading the body loses the active span, and so does the end of an async hook.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.within(done);
    else done();
  });
  app.addHook('onError', async (request, _reply, error) => {
    if (isOurs(error)) spans.get(request)?.set({ 'livestream.error.code': error.code });
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': statusCode });
    if (statusCode >= 500) span?.fail(String(statusCode));
    span?.end();
  });
  app.addHook('onRequestAbort', async (request) => {
    const span = spans.get(request);
    span?.fail('aborted', 'the client closed the connection');
    span?.end();
  });
}

function describe(request: FastifyRequest): SpanDescription {
  const { method, headers, id, protocol } = request;
  const route = request.is404 ? undefined : request.routeOptions.url;
  return {
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    parent: { headers },
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'url.path': route ?? '/REDACTED',
      'url.scheme': protocol,
      'livestream.request_id': id,
    },
  };
}

const isOurs = (error: Error): error is LivestreamError => error instanceof LivestreamError;
