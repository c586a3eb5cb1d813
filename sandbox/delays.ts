import { setMaxListeners } from 'node:events';
import type { Clock } from '../src/clock.ts';

interface Waiting {
  at: number;
  run: () => void;
}

/**
 * Runs callbacks later. Few lengths of delay occur, so each has one sleeper: with one per effect, thousands of pending effects would be
 * thousands of listeners on one abort signal, and adding a listener walks them all.
 */
export class Delays {
  readonly #clock: Clock;
  readonly #lanes = new Map<number, Waiting[]>();
  #scope = newScope();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` after this many ms, in the order of the calls; at once for 0. */
  after(delayMs: number, run: () => void): void {
    if (delayMs <= 0) {
      run();
      return;
    }
    const at = this.#clock.now() + delayMs;
    const lane = this.#lanes.get(delayMs);
    if (lane) lane.push({ at, run });
    else void this.#sleep(delayMs, [{ at, run }]);
  }

  /** Drops all pending calls. */
  clear(): void {
    this.#scope.abort();
    this.#scope = newScope();
    this.#lanes.clear();
  }

  async #sleep(delayMs: number, lane: Waiting[]): Promise<void> {
    const { signal } = this.#scope;
    this.#lanes.set(delayMs, lane);
    while (lane[0]) {
      await this.#clock.sleepUntil(lane[0].at, signal);
      if (signal.aborted) return;
      const now = this.#clock.now();
      const later = lane.findIndex(({ at }) => at > now);
      for (const { run } of lane.splice(0, later === -1 ? lane.length : later)) run();
    }
    if (this.#lanes.get(delayMs) === lane) this.#lanes.delete(delayMs);
  }
}

function newScope(): AbortController {
  const scope = new AbortController();
  setMaxListeners(0, scope.signal);
  return scope;
}
