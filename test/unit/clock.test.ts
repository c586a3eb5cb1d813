import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SystemClock } from '../../src/clock.ts';

/** Shows each of these times once, then the last one on and on. */
class Shows extends SystemClock {
  readonly #times: number[];
  constructor(times: number[]) {
    super();
    this.#times = times;
  }
  override now = () => (this.#times.length > 1 ? (this.#times.shift() as number) : (this.#times[0] as number));
}

const timers: unknown[] = [];
beforeEach(() => {
  timers.length = 0;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms: number) => {
    timers.push(ms);
    setImmediate(done);
  }) as never);
});
afterEach(() => vi.restoreAllMocks());

it('waits again after a timer that was early, and never ends before its moment', async () => {
  const clock = new Shows([990, 999.5, 999.9, 1_000]);
  await clock.sleepUntil(1_000);
  expect([timers, clock.now()]).toEqual([[10, 1, 1], 1_000]);
});

it('waits for an exact moment without a timer for its last millisecond', async () => {
  const clock = new Shows([990, 999.5, 999.7, 999.9, 1_000]);
  await clock.sleepUntil(1_000, undefined, 'exact');
  expect([timers, clock.now()]).toEqual([[9], 1_000]);
});

it('takes a timer again when the clock is set back in the last millisecond', async () => {
  const clock = new Shows([990, 999.5, 999.7, 900, 900, 999.5, 1_000]);
  await clock.sleepUntil(1_000, undefined, 'exact');
  expect(timers).toEqual([9, 99]);
});

it('ends the exact wait at once when it is aborted', async () => {
  const ending = new AbortController();
  const waiting = new Shows([999.5]).sleepUntil(1_000, ending.signal, 'exact');
  setImmediate(() => ending.abort());
  await waiting;
  expect(timers).toEqual([]);
});
