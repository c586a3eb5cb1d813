import type { Clock } from '../../src/clock.ts';

/** A job delivered this long before it is due was promoted by a clock that is ahead, ms. */
const EARLY_MS = 1_000;
/** It is held in this process for this long, doubled each time it is early again, ms … */
const HOLD_MS = 250;
/** … up to this: one job is then delivered every 10 s. */
const MAX_HOLD_MS = 10_000;
/** Maximum jobs remembered; the oldest is forgotten first. */
const MAX_JOBS = 10_000;

/**
 * Limits how often BullMQ delivers one job. BullMQ promotes delayed jobs by the wall clock of whichever worker fetches, so a
 * worker whose clock is ahead delivers a job long before it is due, over and over: measured 34,000 to 140,000 Redis commands a
 * second until the job was due. A job that is early is held here instead.
 */
export class EarlyJobs {
  readonly #clock: Clock;
  /** By job id: when it is due (ms), and how often it was early. */
  readonly #jobs = new Map<string, { at: number; times: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The job went back to BullMQ, due at `at` (ms). */
  putBack(id: string | undefined, at: number): void {
    if (id === undefined) return;
    const times = this.#jobs.get(id)?.times ?? 0;
    this.#jobs.delete(id);
    this.#jobs.set(id, { at, times });
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > MAX_JOBS && oldest !== undefined) this.#jobs.delete(oldest);
  }

  /** Whether it is delivered well before it is due. */
  isEarly(id: string | undefined): boolean {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    return job !== undefined && job.at - this.#clock.now() >= EARLY_MS;
  }

  /** Holds a job that is early (`isEarly`), at most until it is due. */
  async pause(id: string | undefined, signal?: AbortSignal): Promise<void> {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    if (!job) return;
    const hold = Math.min(MAX_HOLD_MS, HOLD_MS * 2 ** job.times);
    job.times += 1;
    await this.#clock.sleepUntil(Math.min(job.at, this.#clock.now() + hold), signal);
  }
}
