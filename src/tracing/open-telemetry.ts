import type { Context, Span, SpanContext } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { ConfigError } from '../config/problems.ts';
import type { SpanDescription, TraceSpan, Tracing } from './tracing.ts';

type Api = typeof import('@opentelemetry/api');

const NAME = 'livestream-scheduler';
/** W3C Trace Context, section 3.2: version, trace id, parent id, flags; later versions may add fields. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

/**
 * Loads OpenTelemetry's API: TRACING=on. Its SDK is the user's, and records nothing until it is registered.
 * @param version of this package
 * @throws ConfigError when the package `@opentelemetry/api` is not there
 */
export async function loadOpenTelemetry(version: string, logger: Pick<Logger, 'warn'>): Promise<Tracing> {
  const api = await import('@opentelemetry/api').catch(() => {
    const message = 'expected the package @opentelemetry/api beside this one: npm install @opentelemetry/api';
    throw new ConfigError([{ name: 'TRACING', message: `${message} (docs/tracing.md)` }]);
  });
  const tracing = new OpenTelemetry(api, version);
  if (!tracing.isRecording)
    logger.warn(
      'TRACING is on, but no OpenTelemetry SDK is registered: start one with node --import (docs/tracing.md)',
    );
  return tracing;
}

class OpenTelemetry implements Tracing {
  readonly #api: Api;
  readonly #version: string;

  constructor(api: Api, version: string) {
    this.#api = api;
    this.#version = version;
  }

  /** Whether an SDK is registered: without one no span has an id. */
  get isRecording(): boolean {
    const span = this.#tracer.startSpan('probe', {}, this.#api.ROOT_CONTEXT);
    return this.#api.isSpanContextValid(span.spanContext());
  }

  start(describe: () => SpanDescription): TraceSpan {
    const { name, kind, attributes = {}, parent } = describe();
    const { SpanKind, trace } = this.#api;
    const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };
    const context = this.#contextOf(parent);
    const span = this.#tracer.startSpan(name, { kind: kinds[kind], attributes }, context);
    return new RecordedSpan(this.#api, span, trace.setSpan(context, span));
  }

  traceparent(): string | undefined {
    const { context, trace, isSpanContextValid } = this.#api;
    const span = trace.getSpanContext(context.active());
    return span && isSpanContextValid(span) ? traceparentOf(span) : undefined;
  }

  // Asked each time: an SDK may be registered late, as in a program that uses the library.
  get #tracer() {
    return this.#api.trace.getTracer(NAME, this.#version);
  }

  #contextOf(parent: SpanDescription['parent']): Context {
    const { context, propagation, trace, ROOT_CONTEXT } = this.#api;
    const active = context.active();
    if (parent === undefined) return active;
    // An instrumentation of node:http has read the headers already.
    if ('headers' in parent) return trace.getSpan(active) ? active : propagation.extract(active, parent.headers);
    const stored = parent.traceparent === null ? null : spanContextOf(parent.traceparent);
    return stored ? trace.setSpanContext(ROOT_CONTEXT, stored) : ROOT_CONTEXT;
  }
}

class RecordedSpan implements TraceSpan {
  readonly #api: Api;
  readonly #span: Span;
  readonly #context: Context;

  constructor(api: Api, span: Span, context: Context) {
    this.#api = api;
    this.#span = span;
    this.#context = context;
  }

  set(attributes: Parameters<TraceSpan['set']>[0]): void {
    this.#span.setAttributes(attributes);
  }

  fail(type: string, message?: string): void {
    this.#span.setAttribute('error.type', type);
    this.#span.setStatus({ code: this.#api.SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
  }

  end(): void {
    this.#span.end();
  }

  within<Result>(run: () => Result): Result {
    return this.#api.context.with(this.#context, run);
  }
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Null when it is damaged: then a new trace begins. */
function spanContextOf(traceparent: string): SpanContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
