import { DelayedError, type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Clock } from '../../src/clock.ts';
import { LEAD_MS, QUEUE_NAMES, type TimerJob } from '../../src/queue/timer-queue.ts';
import { EarlyJobs } from './early-jobs.ts';
import type { Executor, Verdict } from './executor.ts';
import { type OccurrenceSlot, Places } from './places.ts';

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
/** How often it is looked whether places are short, ms. */
const RELIEVE_MS = 250;
/** The job of a run that goes on without a place comes back after this, should this process be killed: longer than a request, ms. */
const PARKED_MS = 15_000;
/** Runs that go on without a place at once, in one process; what is above that keeps its place. */
const MAX_PARKED = 5_000;

/** A job in hand, or one whose run goes on without a place. */
interface Run {
  place: OccurrenceSlot;
  /** Ends what has not been sent. */
  ending: AbortController;
  verdict: Promise<Verdict>;
}

/** The BullMQ side of a worker process: fetches wake-up calls and gives them to the executor. */
export class JobProcessor {
  readonly #workers: Worker<TimerJob>[];
  readonly #executor: Executor;
  readonly #clock: Clock;
  readonly #early: EarlyJobs;
  readonly #logger: Logger;
  readonly #places: Places;
  /** By job id. */
  readonly #parked = new Map<string, { ending: AbortController; over: Promise<void> }>();
  #relieving: NodeJS.Timeout | undefined;
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
    this.#logger = options.logger;
    const start = Math.ceil(options.concurrency * 0.7);
    const stop = Math.max(1, Math.floor(options.concurrency * 0.3));
    this.#early = new EarlyJobs(options.clock);
    this.#places = new Places({ start, stop }, options.clock);
    const shares = [
      ...shareOut(start).map((jobs) => [QUEUE_NAMES.start, jobs] as const),
      ...shareOut(stop).map((jobs) => [QUEUE_NAMES.stop, jobs] as const),
    ];
    this.#workers = shares.map(([queue, concurrency]) => {
      const settings = {
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
      };
      const process = (job: Job<TimerJob>, token?: string, signal?: AbortSignal) => this.#process(job, token, signal);
      const worker = new Worker<TimerJob>(queue, process, settings);
      worker.on('error', (error) => options.logger.debug({ err: error, queue }, 'BullMQ worker error'));
      worker.on('failed', (job, error) =>
        options.logger.error({ err: error, queue, jobId: job?.id }, 'job failed; BullMQ will retry it'),
      );
      worker.on('lockRenewalFailed', (jobIds: string[]) => {
        for (const id of jobIds) worker.cancelJob(id, 'lock lost');
      });
      return worker;
    });
  }

  start(): void {
    for (const worker of this.#workers) void worker.run().catch(() => {});
    this.#relieving = setInterval(() => {
      if (this.#parked.size < MAX_PARKED) this.#places.relieve();
    }, RELIEVE_MS);
  }

  /** Fetches no more; waits up to `graceMs` for what is in hand, then hands back what has not been sent. Safe to call twice. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const closing = Promise.all(this.#workers.map((worker) => worker.close()));
    clearInterval(this.#relieving);
    for (const worker of this.#workers) worker.cancelAllJobs('shutdown');
    for (const { ending } of this.#parked.values()) ending.abort();
    const parked = Promise.all([...this.#parked.values()].map(({ over }) => over));
    await Promise.race([Promise.all([closing, parked]), this.#clock.sleepUntil(this.#clock.now() + graceMs)]);
  }

  async #process(job: Job<TimerJob>, token?: string, signal?: AbortSignal): Promise<void> {
    // This machine's clock, or another worker's, is ahead: without a pause the job would go round as fast as Redis can.
    if (!this.#closing && this.#early.isEarly(job.id)) await this.#early.pause(job.id, signal);
    // Its run goes on here without a place, and needs no second one.
    if (job.id !== undefined && this.#parked.has(job.id))
      return this.#putBack(job, this.#clock.now() + PARKED_MS, token);
    let giveUp = () => {};
    const pushedOut = new Promise<'pushed out'>((resolve) => {
      giveUp = () => resolve('pushed out');
    });
    const run = this.#begin(job, giveUp, signal);
    const verdict = await Promise.race([run.verdict, pushedOut]).finally(() =>
      this.#places.leave(job.data.action, run.place),
    );
    if (verdict === 'pushed out') return this.#park(job, run, token);
    if (verdict.kind === 'again') return this.#putBack(job, this.#timerAt(verdict), token);
  }

  #begin(job: Job<TimerJob>, giveUp: () => void, signal?: AbortSignal): Run {
    const ending = new AbortController();
    const place = this.#places.take(job.data.action, giveUp);
    signal?.addEventListener('abort', () => {
      if (!this.#parked.has(job.id ?? '')) ending.abort();
    });
    // Fetched at the moment of closing, too late to be canceled with the others: it goes back at once.
    if (this.#closing || signal?.aborted) ending.abort();
    const verdict = this.#executor.run(job.data, ending.signal, (account) => {
      place.account = account;
    });
    return { place, ending, verdict };
  }

  /** Gives the job back to BullMQ, to come at `at` (ms). @throws DelayedError, by which BullMQ knows */
  async #putBack(job: Job<TimerJob>, at: number, token: string | undefined): Promise<never> {
    const comes = Math.max(Math.round(at), Math.round(this.#clock.now()) + 1);
    this.#early.putBack(job.id, comes);
    await job.moveToDelayed(comes, token);
    // Whoever changed the plan meanwhile could not remove a job in hand; nobody else would.
    if (!(await this.#executor.wants(job.data, job.id))) await job.remove().catch(() => {});
    throw new DelayedError();
  }

  /** The run goes on; its job, which BullMQ gives out again only should this process die, follows it in the end. */
  async #park(job: Job<TimerJob>, { ending, verdict }: Run, token: string | undefined): Promise<never> {
    const id = job.id ?? '';
    const back = this.#putBack(job, this.#clock.now() + PARKED_MS, token);
    const over = Promise.allSettled([verdict, back])
      .then(([ended]) => this.#follow(job, ended))
      .catch((error) =>
        this.#logger.debug({ err: error, jobId: id }, 'could not run a job early; it runs when it is due'),
      )
      .finally(() => this.#parked.delete(id));
    this.#parked.set(id, { ending, over });
    if (this.#closing) ending.abort();
    return back;
  }

  async #follow(job: Job<TimerJob>, ended: PromiseSettledResult<Verdict>): Promise<void> {
    if (ended.status === 'rejected') throw ended.reason;
    const verdict = ended.value;
    // In the hand of another worker it can be neither removed nor moved: that one sees what is to be done.
    if (verdict.kind === 'done') {
      await job.remove();
      return;
    }
    const delay = Math.max(1, Math.round(this.#timerAt(verdict) - this.#clock.now()));
    this.#early.putBack(job.id, this.#clock.now() + delay);
    await job.changeDelay(delay);
  }

  #timerAt({ at, exact }: Extract<Verdict, { kind: 'again' }>): number {
    return exact ? at : at - LEAD_MS;
  }
}

function shareOut(total: number): number[] {
  const workers = Math.ceil(total / JOBS_PER_WORKER);
  return Array.from({ length: workers }, (_, i) => Math.floor(total / workers) + (i < total % workers ? 1 : 0));
}
