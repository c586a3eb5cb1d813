import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { jobIdOf } from '../../src/broadcasts/rules/timers.ts';
import { QUEUE_NAMES, type TimerJob } from '../../src/queue/timer-queue.ts';
import type { SpanDescription, TraceSpan, Tracing } from '../../src/tracing/tracing.ts';

/**
 * Span of one run of a job, by OpenTelemetry's conventions for messaging. The record names the trace of the request that set the
 * plan, and the span joins it. So it begins after the record is read, and a run with nothing to do has no span.
 */
export class JobSpan {
  readonly #tracing: Tracing;
  readonly #job: TimerJob;
  #span: TraceSpan | null = null;

  constructor(tracing: Tracing, job: TimerJob) {
    this.#tracing = tracing;
    this.#job = job;
  }

  /** Runs one step of the job inside its span. */
  within<Result>(broadcast: Broadcast, step: () => Result): Result {
    this.#span ??= this.#tracing.start(() => this.#describe(broadcast));
    return this.#span.within(step);
  }

  ended(outcome: { kind: string }): void {
    this.#span?.set({ 'livestream.job.outcome': outcome.kind });
    this.#span?.end();
  }

  failed(error: unknown): void {
    this.#span?.fail(error instanceof Error ? error.name : '_OTHER');
    this.#span?.end();
  }

  #describe(broadcast: Broadcast): SpanDescription {
    const { action } = this.#job;
    const queue = QUEUE_NAMES[action];
    return {
      name: `process ${queue}`,
      kind: 'consumer',
      parent: { traceparent: broadcast.traceparent ?? null },
      attributes: {
        'messaging.system': 'bullmq',
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'process',
        'messaging.destination.name': queue,
        'messaging.message.id': jobIdOf(broadcast, action),
        'livestream.broadcast.id': broadcast.id,
        'livestream.broadcast.revision': broadcast.revision,
      },
    };
  }
}
