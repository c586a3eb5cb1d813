import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loop, startingWith } from '../../../src/services/loop.ts';

/** Level and message of every line, with the number of failures where one is given. */
let log: string[];
const line = (level: string) => (fields: { failures?: number }, message: string) =>
  void log.push([level, message, fields.failures].filter((part) => part !== undefined).join(' | '));
const logger = { debug: line('debug'), info: line('info'), warn: line('warn') } as never;
const problem = 'could not beat; trying again';
const loopOf = (runOnce: () => Promise<unknown>) => new Loop({ name: 'beat', everyMs: 100, logger, problem, runOnce });

beforeEach(() => {
  log = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a loop', () => {
  it('does nothing until it is started, then a round every so often, until it is stopped', async () => {
    let rounds = 0;
    const loop = loopOf(async () => {
      rounds += 1;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(rounds).toBe(0);
    loop.start();
    loop.start();
    await vi.advanceTimersByTimeAsync(300);
    expect(rounds).toBe(3);
    await loop.stop(0);
    await loop.stop(0);
    loop.soon();
    loop.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(rounds).toBe(3);
  });

  it('waits for the step it begins with, and does not run when that fails', async () => {
    const rounds: string[] = [];
    const note = (round: string) => async () => void rounds.push(round);
    const options = { name: 'beat', everyMs: 100, logger, problem, runOnce: note('next') };
    const loop = startingWith(note('first'), new Loop(options));
    await loop.start();
    expect(rounds).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(200);
    expect(rounds).toEqual(['first', 'next', 'next']);
    await loop.stop(0);

    const failing = startingWith(() => Promise.reject(new Error('away')), new Loop(options));
    await expect(failing.start()).rejects.toThrow('away');
    await vi.advanceTimersByTimeAsync(200);
    expect(rounds).toHaveLength(3);
  });

  it('never runs two rounds at once; one that is wanted soon follows the one that runs', async () => {
    const ends: (() => void)[] = [];
    const loop = loopOf(() => new Promise<void>((resolve) => ends.push(resolve)));
    loop.start();
    loop.soon();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ends).toHaveLength(1);
    loop.soon();
    loop.soon();
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toHaveLength(2);
  });

  it('waits for the round that runs when it stops, but not longer than the grace', async () => {
    let end = () => {};
    const loop = loopOf(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    loop.soon();
    let stopped = false;
    const stopping = loop.stop(1_000).then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(500);
    expect(stopped).toBe(false);
    end();
    await stopping;

    const hanging = loopOf(() => new Promise(() => {}));
    hanging.soon();
    const ending = hanging.stop(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await ending;
  });

  it('logs the first failure at warn, counts the others at debug, and logs the recovery once', async () => {
    let fails = true;
    const loop = loopOf(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve()));
    loop.start();
    await vi.advanceTimersByTimeAsync(300);
    fails = false;
    await vi.advanceTimersByTimeAsync(300);
    expect(log).toEqual([
      `warn | ${problem}`,
      `debug | ${problem} | 2`,
      `debug | ${problem} | 3`,
      'info | beat is working again | 3',
    ]);
    fails = true;
    await vi.advanceTimersByTimeAsync(100);
    expect(log.at(-1)).toBe(`warn | ${problem}`);
    await loop.stop(0);
  });
});
