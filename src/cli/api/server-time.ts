/** The API's time, read from the `Date` header of its answers. */
import type { Clock } from '../../clock.ts';

/** HTTP dates have whole seconds: the real time is up to this much later, ms. */
const DATE_GRAIN_MS = 1_000;

/**
 * The time on the API's machine. Before the first answer this is the local clock. After that it is the local clock while it agrees with the
 * header, else the nearest moment that does. It advances by the monotonic clock, so that a step of the local clock moves no countdown.
 */
export class ServerTime {
  readonly #clock: Clock;
  #known: { at: number; monotonic: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the `Date` header of a new answer. Ignores anything that is not a date. */
  take(header: string | undefined): void {
    const date = Date.parse(header ?? '');
    if (Number.isNaN(date)) return;
    const at = Math.min(Math.max(this.now(), date), date + DATE_GRAIN_MS);
    this.#known = { at, monotonic: this.#clock.monotonic() };
  }

  /** Ms since the epoch. */
  now(): number {
    if (!this.#known) return this.#clock.now();
    return this.#known.at + this.#clock.monotonic() - this.#known.monotonic;
  }
}
