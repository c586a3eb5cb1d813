import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/services/service.ts';
import { ServiceList } from '../../../src/services/service-list.ts';

/** What was called, in order. */
let calls: string[];
/** By hand, ms. */
let now: number;
const warned: string[] = [];
const logger = { debug: () => {}, warn: (_fields: object, message: string) => void warned.push(message) };
const clock = { monotonic: () => now };

const tools = () => {
  calls = [];
  now = 0;
  warned.length = 0;
  return { name: 'all', clock, logger: logger as never };
};

/** Writes down what it is asked; `more` says what it does with it. */
function service(name: string, more: Partial<Pick<Service, 'start' | 'stop'>> = {}): Service {
  return {
    name,
    start: async () => {
      calls.push(`start ${name}`);
      await more.start?.();
    },
    stop: async (graceMs) => {
      calls.push(`stop ${name} ${graceMs}`);
      await more.stop?.(graceMs);
    },
  };
}

describe('a list of services', () => {
  it('starts them in order, each when the one before runs, and stops them in reverse', async () => {
    const slow = {
      start: () =>
        new Promise<void>((resolve) =>
          setImmediate(() => {
            calls.push('a runs');
            resolve();
          }),
        ),
    };
    const list = new ServiceList({ ...tools(), services: [service('a', slow), service('b'), service('c')] });
    await list.start();
    await list.stop(100);
    expect(calls).toEqual(['start a', 'a runs', 'start b', 'start c', 'stop c 100', 'stop b 100', 'stop a 100']);
  });

  it('starts nothing when it is made', () => {
    new ServiceList({ ...tools(), services: [service('a')] });
    expect(calls).toEqual([]);
  });

  it('starts and stops once, however often it is asked', async () => {
    const list = new ServiceList({ ...tools(), services: [service('a')] });
    await Promise.all([list.start(), list.start()]);
    await Promise.all([list.stop(5), list.stop(9)]);
    await list.stop(7);
    expect(calls).toEqual(['start a', 'stop a 5']);
  });

  it('waits for the first stop when it is stopped again', async () => {
    let letGo = () => {};
    const held = {
      stop: () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    };
    const list = new ServiceList({ ...tools(), services: [service('a', held)] });
    await list.start();
    const first = list.stop(5).then(() => calls.push('first stop is over'));
    const second = list.stop(9).then(() => calls.push('second stop is over'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(['start a', 'stop a 5']);
    letGo();
    await Promise.all([first, second]);
    expect(calls.slice(2)).toEqual(['first stop is over', 'second stop is over']);
  });

  it('has one grace for all: each gets what those before have left', async () => {
    const takes = (ms: number) => ({
      stop: async () => {
        now += ms;
      },
    });
    const services = [service('a'), service('b', takes(500)), service('c', takes(70))];
    const list = new ServiceList({ ...tools(), services });
    await list.start();
    await list.stop(100);
    expect(calls.slice(3)).toEqual(['stop c 100', 'stop b 30', 'stop a 0']);
  });

  it('stops what it has started when one cannot start, and says why', async () => {
    const broken = { start: () => Promise.reject(new Error('port in use')) };
    const list = new ServiceList({ ...tools(), services: [service('a'), service('b', broken), service('c')] });
    await expect(list.start()).rejects.toThrow('port in use');
    // The one that failed may have opened something.
    expect(calls).toEqual(['start a', 'start b', 'stop b 2000', 'stop a 2000']);
    await list.stop(100);
    expect(calls).toHaveLength(4);
  });

  it('stops the others when one cannot stop', async () => {
    const broken = { stop: () => Promise.reject(new Error('no')) };
    const list = new ServiceList({ ...tools(), services: [service('a'), service('b', broken)] });
    await list.start();
    await list.stop(100);
    expect(calls.slice(2)).toEqual(['stop b 100', 'stop a 100']);
    expect(warned).toEqual(['could not stop a service cleanly; stopping the others']);
  });

  it('starts no more when it is stopped meanwhile, and stops what runs', async () => {
    let letGo = () => {};
    const held = {
      start: () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    };
    const list = new ServiceList({ ...tools(), services: [service('a', held), service('b')] });
    const starting = list.start();
    const stopping = list.stop(10_000);
    letGo();
    await expect(starting).rejects.toThrow('all was stopped while it was starting');
    await stopping;
    expect(calls.map((call) => call.slice(0, 7))).toEqual(['start a', 'stop a ']);
  });

  it('does nothing when it is stopped without having been started', async () => {
    const list = new ServiceList({ ...tools(), services: [service('a')] });
    await list.stop(100);
    expect(calls).toEqual([]);
  });

  it('that stops together stops all at once, each with the whole grace', async () => {
    let letGo = () => {};
    const held = {
      stop: () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    };
    const list = new ServiceList({ ...tools(), stopTogether: true, services: [service('a'), service('b', held)] });
    await list.start();
    const stopping = list.stop(100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.slice(2)).toEqual(['stop b 100', 'stop a 100']);
    letGo();
    await stopping;
  });
});
