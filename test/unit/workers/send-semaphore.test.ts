import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { SendSemaphore } from '../../../workers/jobs/send-semaphore.ts';

const never = new AbortController().signal;

/** Enters in the given order; what has entered so far is in `entered`. */
function queue(semaphore: SendSemaphore) {
  const entered: string[] = [];
  const leaving = new Map<string, () => void>();
  const come = async (name: string, isStop = false, signal = never, account = 'one') => {
    leaving.set(name, await semaphore.acquire(account, isStop, signal));
    entered.push(name);
  };
  return { entered, come, leave: (name: string) => leaving.get(name)?.() };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('the bound of requests between claim and departure', () => {
  it('lets one in for each that leaves, stops first, and counts nobody twice', async () => {
    const { entered, come, leave } = queue(new SendSemaphore(new SystemClock(), 2));
    for (const name of ['a', 'b', 'c', 'd']) void come(name);
    void come('stop', true);
    await soon();
    expect(entered).toEqual(['a', 'b']);
    leave('a');
    leave('a');
    await soon();
    expect(entered).toEqual(['a', 'b', 'stop']);
    leave('b');
    leave('stop');
    await soon();
    expect(entered).toEqual(['a', 'b', 'stop', 'c', 'd']);
  });

  it('lets the accounts in by turns', async () => {
    const { entered, come, leave } = queue(new SendSemaphore(new SystemClock(), 1));
    for (const name of ['a1', 'a2', 'a3', 'a4']) void come(name, false, never, 'a');
    for (const name of ['b1', 'b2']) void come(name, false, never, 'b');
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) {
      await soon();
      leave(name);
    }
    await soon();
    expect(entered).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
  });

  it('lets in who is woken to stop waiting', async () => {
    const { entered, come } = queue(new SendSemaphore(new SystemClock(), 1));
    const ending = new AbortController();
    void come('a');
    void come('b', false, ending.signal);
    await soon();
    expect(entered).toEqual(['a']);
    ending.abort();
    await soon();
    expect(entered).toEqual(['a', 'b']);
  });

  it('does not wait for those that are held up', async () => {
    const { entered, come } = queue(new SendSemaphore(new SystemClock(), 1));
    await come('held up');
    await come('next');
    expect(entered).toEqual(['held up', 'next']);
  });
});
