import { describe, expect, it, vi } from 'vitest';
import { Delays } from '../../../sandbox/delays.ts';
import { SystemClock } from '../../../src/clock.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

describe('delays', () => {
  it('run what is due in order and never early, each length on its own', async () => {
    const clock = new SystemClock();
    const delays = new Delays(clock);
    const ran: [string, boolean][] = [];
    const ask = (name: string, delayMs: number) => {
      const due = clock.now() + delayMs;
      delays.after(delayMs, () => ran.push([name, clock.now() >= due]));
    };
    ask('a', 60);
    ask('b', 20);
    ask('c', 60);
    ask('d', 0);
    await vi.waitFor(() => expect(ran).toHaveLength(4), HANGS_MS);
    expect(ran).toEqual([
      ['d', true],
      ['b', true],
      ['a', true],
      ['c', true],
    ]);
  });

  it('take new work of the same length after a pause, and drop what waits when cleared', async () => {
    const delays = new Delays(new SystemClock());
    const ran: string[] = [];
    delays.after(5, () => ran.push('first'));
    await vi.waitFor(() => expect(ran).toEqual(['first']), HANGS_MS);
    delays.after(5, () => ran.push('dropped'));
    delays.clear();
    delays.after(5, () => ran.push('kept'));
    await vi.waitFor(() => expect(ran).toContain('kept'), HANGS_MS);
    expect(ran).toEqual(['first', 'kept']);
  });
});
