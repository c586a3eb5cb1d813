/**
 * The one clock. Nothing else in `src` or `workers` reads the time or makes random numbers, so that a test can move the hands
 * and a simulation can replay a seed.
 */
export interface Clock {
  /** Now, in ms since the epoch. In a running service this is Redis' time (see `queue/redis-clock.ts`). */
  now(): number;
  /** A reading that never jumps, in ms from an arbitrary origin: for durations only. */
  monotonic(): number;
  /**
   * Resolves at or after `at` (ms since the epoch by this clock), never before; at once when `signal` aborts.
   * @param precision `exact`: as soon after as the machine can, for up to 2 ms of a core; left out: some 0.6 ms after
   */
  sleepUntil(at: number, signal?: AbortSignal, precision?: 'exact'): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

/** Longest single timer: Node clamps more than 2^31-1 ms to 1 ms; a minute also picks up a changed clock. */
const MAX_TIMER_MS = 60_000;
/** A timer fires up to this early or late, ms: who needs the exact moment waits without one from here on. */
const TIMER_ERROR_MS = 1;

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
  async sleepUntil(at: number, signal?: AbortSignal, precision?: 'exact'): Promise<void> {
    const left = () => (signal?.aborted ? 0 : at - this.now());
    const early = precision === 'exact' ? TIMER_ERROR_MS : 0;
    for (let ms = left(); ms > 0; ms = left()) {
      if (ms > early) await timer(Math.min(ms - early, MAX_TIMER_MS), signal);
      // A clock that was set back meanwhile ends this, too.
      else await turnsWhile(() => left() > 0 && left() <= early);
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

/** Turns of the event loop, in each of which all else that is ready runs. */
function turnsWhile(goesOn: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => void (goesOn() ? setImmediate(look) : resolve());
    look();
  });
}
