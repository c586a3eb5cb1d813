/** What the parts of the service know of traces. Only open-telemetry.ts knows the library, and only TRACING=on loads it. */

/** What a span says of itself: nothing of people, and no secret. What is undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>;

export interface SpanDescription {
  name: string;
  /** As OpenTelemetry has them: a request that came in, one that goes out, a job that is run. */
  kind: 'server' | 'client' | 'consumer';
  attributes?: SpanAttributes;
  /**
   * What it belongs to: the headers of a request, or a stored `traceparent` (W3C Trace Context; null: it begins a trace). Left
   * out: the span that is active.
   */
  parent?: { headers: Readonly<Record<string, string | string[] | undefined>> } | { traceparent: string | null };
}

export interface TraceSpan {
  set(attributes: SpanAttributes): void;
  /**
   * It went wrong.
   * @param type one of few: a status, the name of an error; becomes `error.type`
   * @param message our own words; the text of a foreign error may quote anything
   */
  fail(type: string, message?: string): void;
  end(): void;
  /** Runs it with this span as the active one. */
  within<Result>(run: () => Result): Result;
}

export interface Tracing {
  /** @param describe called only when a span is made: it costs nothing while TRACING is off */
  start(describe: () => SpanDescription): TraceSpan;
  /** Of the active span, to be stored; undefined when there is none. */
  traceparent(): string | undefined;
}

const NO_SPAN: TraceSpan = { set: () => {}, fail: () => {}, end: () => {}, within: (run) => run() };

/** TRACING=off. */
export const NO_TRACING: Tracing = { start: () => NO_SPAN, traceparent: () => undefined };
