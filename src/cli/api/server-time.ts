/** The API's time, read from the `Date` header of its answers. */
import type { Clock } from '../../clock.ts';

/** HTTP dates have whole seconds: the real time lies up to this much after them, ms. */
const DATE_GRAIN_MS = 1_000;

/**
 * What the API's machine shows as its time now. Until an answer has come this is the local clock; then the local clock as
 * long as it agrees with the header, else the nearest moment that does. Goes on by the monotonic clock, so that a step of
 * this machine's clock moves no countdown.
 */
export class ServerTime {
  readonly #clock: Clock;
  #known: { at: number; monotonic: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the `Date` header of an answer that has just come; anything that is not a date changes nothing. */
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
