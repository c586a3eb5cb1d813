import { DelayedError, type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { timerJobOf } from '../../src/broadcasts/rules/timers.ts';
import type { Clock } from '../../src/clock.ts';
import { LEAD_MS, QUEUE_NAMES, type TimerJob } from '../../src/queue/timer-queue.ts';
import { endedWithin, type Service } from '../../src/services/service.ts';
import { EarlyJobs } from './early-jobs.ts';
import type { Executor, JobOutcome } from './executor.ts';
import { type Place, Places } from './places.ts';

/**
 * Jobs per BullMQ Worker. A Worker fetches all its jobs one after another before it starts the first, and each fetch waits for the disk.
 * The fetches must together take less than `LEAD_MS`, or a whole herd is late, and less than `LOCK_MS`, or jobs stall: 50 at 20 ms take 1 s.
 * A lower number costs more: each Worker polls on its own and has its own connection.
 */
const JOBS_PER_WORKER = 50;
/**
 * Maximum concurrent jobs of one process when WORKER_CONCURRENCY is not set. A process holds a job for 2 s before it is due. With 400,
 * 100 starts a second crowded it so much that runs gave up their places, which costs three Redis calls each. With 2,000, a busy machine
 * prepares a herd for so long that its first start waits.
 */
export const DEFAULT_CONCURRENCY = 800;
/** Lock of a job, ms. After a kill, another worker takes the job when the lock has expired and BullMQ has noticed: 6.5 s at most. */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 1_500;
/** BullMQ Workers of each queue that look for the jobs of dead workers, in turn: one alone may come a moment too soon, and skip a turn. */
const STALLED_CHECKERS = 2;
/** How often the processor checks for a shortage of places, ms. */
const RELIEVE_MS = 250;
/** If this process is killed, BullMQ redelivers the job of a run without a place after this, ms: longer than a request. */
const PARKED_MS = 15_000;
/** Delay before BullMQ redelivers a job that failed because of a bug or of Redis, ms. */
const RETRY_MS = 1_000;
/** BullMQ keeps nothing of an ended job. */
const KEEP_NONE = { count: 0 };
/** Maximum runs without a place in one process; further runs keep theirs. */
const MAX_PARKED = 5_000;

/** A job in progress; its run may have given up its place. */
interface Run {
  timer: TimerJob;
  place: Place;
  /** Ends the run if its request has not left. */
  ending: AbortController;
  verdict: Promise<JobOutcome>;
}

export interface JobProcessorOptions {
  redis: Redis | Cluster;
  prefix: string;
  executor: Executor;
  clock: Clock;
  logger: Logger;
  /** Maximum concurrent jobs, over both queues: 1 to 10,000. */
  concurrency: number;
}

/** The BullMQ side of a worker process: fetches timer jobs and gives them to the executor. */
export class JobProcessor implements Service {
  readonly name = 'job processor';
  readonly #options: JobProcessorOptions;
  #workers: Worker[] = [];
  readonly #executor: Executor;
  readonly #clock: Clock;
  readonly #early: EarlyJobs;
  readonly #logger: Logger;
  readonly #places: Places;
  /** By job id. */
  readonly #parked = new Map<string, { ending: AbortController; over: Promise<void> }>();
  #relieving: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: JobProcessorOptions) {
    this.#options = options;
    this.#executor = options.executor;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#early = new EarlyJobs(options.clock);
    this.#places = new Places(sharesOf(options.concurrency), options.clock);
  }

  start(): void {
    if (this.#workers.length > 0 || this.#stopping) return;
    const { start, stop } = sharesOf(this.#options.concurrency);
    this.#workers = [
      ...shareOut(start).map((jobs, i) => this.#worker(QUEUE_NAMES.start, jobs, i < STALLED_CHECKERS)),
      ...shareOut(stop).map((jobs, i) => this.#worker(QUEUE_NAMES.stop, jobs, i < STALLED_CHECKERS)),
    ];
    for (const worker of this.#workers) void worker.run().catch(() => {});
    this.#relieving = setInterval(() => {
      if (this.#parked.size < MAX_PARKED) this.#places.relieve();
    }, RELIEVE_MS);
  }

  /** Stops fetching, hands back every job whose request has not left, and waits up to `graceMs` for the others. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const closing = Promise.all(this.#workers.map((worker) => worker.close()));
    clearInterval(this.#relieving);
    for (const worker of this.#workers) worker.cancelAllJobs('shutdown');
    for (const { ending } of this.#parked.values()) ending.abort();
    const parked = Promise.all([...this.#parked.values()].map(({ over }) => over));
    await endedWithin(Promise.all([closing, parked]), graceMs);
  }

  /** @param checksStalled whether it looks for the jobs of dead workers */
  #worker(queue: string, concurrency: number, checksStalled: boolean): Worker {
    const { redis, prefix, logger } = this.#options;
    const process = (job: Job, token?: string, signal?: AbortSignal) => this.#process(job, token, signal);
    const worker = new Worker(queue, process, {
      connection: redis,
      prefix,
      concurrency,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      skipStalledCheck: !checksStalled,
      // With the default, 1, BullMQ fails a job permanently without calling the processor.
      maxStalledCount: 50,
      // If the worker that holds the marker is killed, a job due soon is late by this, s (default 5).
      drainDelay: 1,
      removeOnComplete: KEEP_NONE,
      removeOnFail: KEEP_NONE,
    });
    worker.on('error', (error) => logger.debug({ err: error, queue }, 'BullMQ worker error'));
    worker.on('failed', (job, error) =>
      logger.error({ err: error, queue, jobId: job?.id }, 'BullMQ gave up a job; job repair adds it again'),
    );
    worker.on('lockRenewalFailed', (jobIds: string[]) => {
      for (const id of jobIds) worker.cancelJob(id, 'lock lost');
    });
    return worker;
  }

  async #process(job: Job, token?: string, signal?: AbortSignal): Promise<void> {
    // This machine's clock, or another worker's, is ahead: without a pause BullMQ redelivers the job as fast as Redis can.
    if (!this.#stopping && this.#early.isEarly(job.id)) await this.#early.pause(job.id, signal);
    // Its run continues here without a place and needs no second one.
    if (job.id !== undefined && this.#parked.has(job.id))
      return this.#putBack(job, this.#clock.now() + PARKED_MS, token);
    let giveUp = () => {};
    const pushedOut = new Promise<'pushed out'>((resolve) => {
      giveUp = () => resolve('pushed out');
    });
    const run = this.#begin(job, giveUp, signal);
    try {
      const verdict = await Promise.race([run.verdict, pushedOut]);
      if (verdict === 'pushed out') return this.#park(job, run, token);
      if (verdict.kind === 'again') return this.#putBack(job, this.#timerAt(verdict), token);
    } catch (error) {
      return this.#retry(job, error, token);
    } finally {
      this.#places.leave(run.timer.action, run.place);
    }
  }

  #begin(job: Job, giveUp: () => void, signal?: AbortSignal): Run {
    const timer = timerJobOf(job.id ?? '');
    const ending = new AbortController();
    const place = this.#places.take(timer.action, giveUp);
    signal?.addEventListener('abort', () => {
      if (!this.#parked.has(job.id ?? '')) ending.abort();
    });
    // This job arrived during the stop, too late for the common abort: hand it back at once.
    if (this.#stopping || signal?.aborted) ending.abort();
    const verdict = this.#executor.run(timer, ending.signal, (account) => {
      place.account = account;
    });
    return { timer, place, ending, verdict };
  }

  /** Hands the job back to BullMQ for delivery at `at` (ms). @throws DelayedError, BullMQ's signal for that */
  async #putBack(job: Job, at: number, token: string | undefined): Promise<never> {
    const dueAt = Math.max(Math.round(at), Math.round(this.#clock.now()) + 1);
    this.#early.putBack(job.id, dueAt);
    await job.moveToDelayed(dueAt, token);
    // A change could not remove this job while it was active, and nothing else would remove it.
    if (!(await this.#executor.wants(timerJobOf(job.id ?? ''), job.id))) await job.remove().catch(() => {});
    throw new DelayedError();
  }

  /** Our bug or a Redis failure: the record keeps its last written state. */
  async #retry(job: Job, error: unknown, token: string | undefined): Promise<never> {
    const ended: unknown = await this.#putBack(job, this.#clock.now() + RETRY_MS, token).catch((end: unknown) => end);
    // While Redis is away both calls fail, and the connection reports that.
    if (ended instanceof DelayedError)
      this.#logger.error({ err: error, jobId: job.id, retryMs: RETRY_MS }, 'job failed; it is tried again');
    throw ended;
  }

  /** Lets the run continue without a place. It updates its job when it ends; BullMQ redelivers the job earlier only if this process dies. */
  async #park(job: Job, { ending, verdict }: Run, token: string | undefined): Promise<never> {
    const id = job.id ?? '';
    const back = this.#putBack(job, this.#clock.now() + PARKED_MS, token);
    const over = Promise.allSettled([verdict, back])
      .then(([ended]) => this.#follow(job, ended))
      .catch((error) =>
        this.#logger.debug({ err: error, jobId: id }, 'could not run a job early; it runs when it is due'),
      )
      .finally(() => this.#parked.delete(id));
    this.#parked.set(id, { ending, over });
    if (this.#stopping) ending.abort();
    return back;
  }

  async #follow(job: Job, ended: PromiseSettledResult<JobOutcome>): Promise<void> {
    if (ended.status === 'rejected') throw ended.reason;
    const verdict = ended.value;
    // This worker can neither remove nor move a job that another worker has taken. That worker finishes it.
    if (verdict.kind === 'done') {
      await job.remove();
      return;
    }
    const delay = Math.max(1, Math.round(this.#timerAt(verdict) - this.#clock.now()));
    this.#early.putBack(job.id, this.#clock.now() + delay);
    await job.changeDelay(delay);
  }

  #timerAt({ at, exact }: Extract<JobOutcome, { kind: 'again' }>): number {
    return exact ? at : at - LEAD_MS;
  }
}

/** Starts and stops have separate places, so that a rush of starts never blocks a stop. */
function sharesOf(concurrency: number): { start: number; stop: number } {
  return { start: Math.ceil(concurrency * 0.7), stop: Math.max(1, Math.floor(concurrency * 0.3)) };
}

function shareOut(total: number): number[] {
  const workers = Math.ceil(total / JOBS_PER_WORKER);
  return Array.from({ length: workers }, (_, i) => Math.floor(total / workers) + (i < total % workers ? 1 : 0));
}
