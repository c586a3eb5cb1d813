import type { Clock } from '../../src/clock.ts';

/** A job that comes back this much before its moment was promoted by a clock that is ahead, ms. */
const EARLY_MS = 1_000;
/** It is held in this process for this long, doubled each time it comes early again, ms … */
const HOLD_MS = 250;
/** … up to this: one job then goes round every 10 s. */
const MAX_HOLD_MS = 10_000;
/** Jobs that are remembered; the oldest is forgotten first. */
const MAX_JOBS = 10_000;

/**
 * Bounds how often one job goes round. BullMQ promotes delayed jobs by the wall clock of whichever worker asks, so one whose
 * machine is ahead hands out a job long before its moment, whoever put it back: measured 34,000 to 140,000 Redis commands a
 * second until the moment came. A job that comes early is held here instead.
 */
export class EarlyJobs {
  readonly #clock: Clock;
  /** By job id: when it should come (ms), and how often it came early. */
  readonly #jobs = new Map<string, { at: number; times: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The job was given back, to come at `at` (ms). */
  putBack(id: string | undefined, at: number): void {
    if (id === undefined) return;
    const times = this.#jobs.get(id)?.times ?? 0;
    this.#jobs.delete(id);
    this.#jobs.set(id, { at, times });
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > MAX_JOBS && oldest !== undefined) this.#jobs.delete(oldest);
  }

  /** Whether it comes well before its moment. */
  isEarly(id: string | undefined): boolean {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    return job !== undefined && job.at - this.#clock.now() >= EARLY_MS;
  }

  /** Holds a job that comes early (`isEarly`), up to its moment at most. */
  async pause(id: string | undefined, signal?: AbortSignal): Promise<void> {
    const job = id === undefined ? undefined : this.#jobs.get(id);
    if (!job) return;
    const hold = Math.min(MAX_HOLD_MS, HOLD_MS * 2 ** job.times);
    job.times += 1;
    await this.#clock.sleepUntil(Math.min(job.at, this.#clock.now() + hold), signal);
  }
}
