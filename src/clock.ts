/**
 * The one clock. Nothing else in `src` or `workers` reads the time or makes random numbers, so that a test can move the hands
 * and a simulation can replay a seed.
 */
export interface Clock {
  /** Now, in ms since the epoch. In a running service this is Redis' time (see `queue/redis-clock.ts`). */
  now(): number;
  /** A reading that never jumps, in ms from an arbitrary origin: for durations only. */
  monotonic(): number;
  /** Resolves at or after `at` (ms since the epoch by this clock), never before; at once when `signal` aborts. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

/** Longest single timer: Node clamps more than 2^31-1 ms to 1 ms; a minute also picks up a changed clock. */
const MAX_TIMER_MS = 60_000;

/** The machine's own clock, shifted by `offset()` ms. */
export class SystemClock implements Clock {
  readonly #offset: () => number;

  constructor(offset: () => number = () => 0) {
    this.#offset = offset;
  }

  now(): number {
    return Date.now() + this.#offset();
  }

  /** Ms to add to this machine's wall clock to get `now()`. */
  get offsetMs(): number {
    return this.#offset();
  }

  monotonic(): number {
    return performance.now();
  }

  random(): number {
    return Math.random();
  }

  /** Timers may fire up to 1 ms early and the clock may step, so it checks again until the time has come. */
  async sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    for (let left = at - this.now(); left > 0 && !signal?.aborted; left = at - this.now()) {
      await timer(Math.min(left, MAX_TIMER_MS), signal);
    }
  }
}

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const handle = setTimeout(done, Math.ceil(ms));
    signal?.addEventListener('abort', done, { once: true });
  });
}
