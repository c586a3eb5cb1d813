import { DelayedError, type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Clock } from '../src/clock.ts';
import { LEAD_MS, QUEUE_NAMES, type WakeJob } from '../src/queue/wake-queue.ts';
import type { Executor } from './executor.ts';

/**
 * Jobs in one BullMQ Worker. A Worker fetches one job after another before it starts the first: 1,000 due in one ms start
 * after 326 ms with one Worker, after 103 to 126 ms with several of 50 to 200.
 */
const JOBS_PER_WORKER = 50;
/** Jobs in hand at once in one process, when WORKER_CONCURRENCY does not say otherwise. */
export const DEFAULT_CONCURRENCY = 400;
/** A job whose process was killed is picked up after lock and check, ms: 6.5 s at most. */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 1_500;

/** The BullMQ side of a worker process: fetches wake-up calls and gives them to the executor. */
export class BroadcastWorkers {
  readonly #workers: Worker<WakeJob>[];
  readonly #executor: Executor;
  readonly #clock: Clock;
  #closing = false;

  constructor(options: {
    redis: Redis | Cluster;
    prefix: string;
    executor: Executor;
    clock: Clock;
    logger: Logger;
    /** Jobs in hand at once, over both queues: 1 to 10,000. */
    concurrency: number;
  }) {
    this.#executor = options.executor;
    this.#clock = options.clock;
    const shares = [
      ...shareOut(Math.ceil(options.concurrency * 0.7)).map((jobs) => [QUEUE_NAMES.start, jobs] as const),
      ...shareOut(Math.max(1, Math.floor(options.concurrency * 0.3))).map((jobs) => [QUEUE_NAMES.stop, jobs] as const),
    ];
    this.#workers = shares.map(([queue, concurrency]) => {
      const worker = new Worker<WakeJob>(queue, (job, token, signal) => this.#process(job, token, signal), {
        connection: options.redis,
        prefix: options.prefix,
        concurrency,
        autorun: false,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        // With 1, the default, a job is failed for good without the processor being asked.
        maxStalledCount: 50,
        // If the worker that holds the marker is killed, a job due soon is this late, s (default 5).
        drainDelay: 1,
      });
      worker.on('error', (error) => options.logger.debug({ err: error, queue }, 'BullMQ worker'));
      worker.on('failed', (job, error) => options.logger.error({ err: error, queue, jobId: job?.id }, 'job failed'));
      worker.on('lockRenewalFailed', (jobIds: string[]) => {
        for (const id of jobIds) worker.cancelJob(id, 'lock lost');
      });
      return worker;
    });
  }

  start(): void {
    for (const worker of this.#workers) void worker.run().catch(() => {});
  }

  /** Fetches no more; waits up to `graceMs` for what is in hand, then hands back what has not been sent. Safe to call twice. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const closing = Promise.all(this.#workers.map((worker) => worker.close()));
    for (const worker of this.#workers) worker.cancelAllJobs('shutdown');
    await Promise.race([closing, this.#clock.sleepUntil(this.#clock.now() + graceMs)]);
  }

  async #process(job: Job<WakeJob>, token?: string, signal?: AbortSignal): Promise<void> {
    // Fetched at the moment of closing, too late to be canceled with the others: it goes back at once.
    const verdict = await this.#executor.run(
      job.data,
      this.#closing ? AbortSignal.abort() : (signal ?? new AbortController().signal),
    );
    if (verdict.kind === 'done') return;
    const at = verdict.exact ? verdict.at : verdict.at - LEAD_MS;
    await job.moveToDelayed(Math.max(Math.round(at), Math.round(this.#clock.now()) + 1), token);
    // Whoever changed the plan meanwhile could not remove a job in hand; nobody else would.
    if (!(await this.#executor.wants(job.data, job.id))) await job.remove().catch(() => {});
    throw new DelayedError();
  }
}

function shareOut(total: number): number[] {
  const workers = Math.ceil(total / JOBS_PER_WORKER);
  return Array.from({ length: workers }, (_, i) => Math.floor(total / workers) + (i < total % workers ? 1 : 0));
}
