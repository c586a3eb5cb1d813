import type { Clock } from '../../src/clock.ts';

/** A job that arrives this much before it is due was promoted by a clock that is ahead, ms. */
const EARLY_MS = 1_000;
/** This process holds such a job for this long, and doubles it each time the job is early again, ms … */
const HOLD_MS = 250;
/** … up to this: BullMQ then delivers the job once every 10 s. */
const MAX_HOLD_MS = 10_000;
/** Maximum jobs to remember; the oldest goes first. */
const MAX_JOBS = 10_000;

/**
 * Limits how often BullMQ delivers one job. BullMQ promotes delayed jobs by the wall clock of whichever worker fetches. A worker
 * with a fast clock therefore gets a job long before it is due, over and over: we measured 34,000 to 140,000 Redis commands a
 * second until the job was due. Holding the early job here stops that.
 */
export class EarlyJobs {
  readonly #clock: Clock;
  /** By job id: when it is due (ms), and how often it was early. */
  readonly #jobs = new Map<string, { at: number; times: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that the job went back to BullMQ, due at `at` (ms). */
  putBack(id: string | undefined, at: number): void {
    if (id === undefined) return;
    const times = this.#jobs.get(id)?.times ?? 0;
    this.#jobs.delete(id);
    this.#jobs.set(id, { at, times });
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > MAX_JOBS && oldest !== undefined) this.#jobs.delete(oldest);
  }

  /** Whether BullMQ delivered it well before it is due. */
  isEarly(id: string | undefined): boolean {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    return job !== undefined && job.at - this.#clock.now() >= EARLY_MS;
  }

  /** Holds an early job (`isEarly`), but never past its due time. */
  async pause(id: string | undefined, signal?: AbortSignal): Promise<void> {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    if (!job) return;
    const hold = Math.min(MAX_HOLD_MS, HOLD_MS * 2 ** job.times);
    job.times += 1;
    await this.#clock.sleepUntil(Math.min(job.at, this.#clock.now() + hold), signal);
  }
}
