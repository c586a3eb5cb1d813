/** The span of one request to Zoom, by OpenTelemetry's conventions for HTTP clients. No meeting number, no user, no token. */
import type { SpanDescription, TraceSpan, Tracing } from '../tracing/tracing.ts';

export interface TracedCall {
  method: string;
  /** Below the account's API URL. */
  path: string;
  /** The purpose: `start`, `stop`, `mode`, `configure`, `look`, `read`. */
  request: string;
}

/** @param apiUrl of the account; undefined when the account no longer exists */
export function startRequestSpan(tracing: Tracing, call: TracedCall, apiUrl: string | undefined): TraceSpan {
  return tracing.start(() => describe(call, apiUrl));
}

function describe({ method, path, request }: TracedCall, apiUrl: string | undefined): SpanDescription {
  const template = templateOf(path);
  const url = apiUrl === undefined ? null : new URL(apiUrl);
  return {
    name: `${method} ${template}`,
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'url.template': template,
      ...(url && {
        'url.full': `${url.origin}${url.pathname.replace(/\/+$/, '')}${template.replace(/\{\w+\}/g, 'REDACTED')}`,
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
      }),
      'livestream.request': request,
    },
  };
}

export interface TracedEnd {
  /** The kind of the result. */
  outcome: string;
  /** Zoom's answer; null: none. */
  answer: { status: number; code: number | null; trackingId: string | null } | null;
  /** Why there is no answer; null: the request was withdrawn. */
  failure: { type: string; reason: string } | null;
}

export function endRequestSpan(span: TraceSpan, { outcome, answer, failure }: TracedEnd): void {
  span.set({
    'livestream.outcome': outcome,
    'http.response.status_code': answer?.status,
    // The id that Zoom's support needs.
    'http.response.header.x-zm-trackingid': answer?.trackingId ? [answer.trackingId] : undefined,
    'livestream.zoom.code': answer?.code ?? undefined,
  });
  if (answer && answer.status >= 400) span.fail(String(answer.status));
  if (failure) span.fail(failure.type, failure.reason);
  span.end();
}

/** The path with placeholders instead of ids, so that there are few different ones and none identifies anybody. */
function templateOf(path: string): string {
  const [plain = ''] = path.split('?', 1);
  return plain.replace(/^\/users\/[^/]+/, '/users/{userId}').replace(/\/\d+/, '/{meetingId}');
}
