import type { Clock } from '../../src/clock.ts';

/** A clock whose hands the test moves; it never sleeps. Times are ISO 8601 or ms. */
export class ManualClock implements Clock {
  #now: number;

  constructor(at: string | number) {
    this.#now = new Date(at).getTime();
  }

  set(at: string | number): void {
    this.#now = new Date(at).getTime();
  }

  now = () => this.#now;
  monotonic = () => this.#now;
  sleepUntil = async () => {};
  random = () => 0.5;
}
