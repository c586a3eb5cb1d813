import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppContext } from '../../../src/app/context.ts';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import { HeadsUpTask } from '../../../workers/maintenance/heads-up-task.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';

const by = 'api:test';
const HEADS_UP_MS = 15 * 60_000;
const MINUTE = 60_000;

let running: RealCore;
let second: AppContext;
beforeAll(async () => {
  running = await startCore();
  second = await running.another();
});
beforeEach(() => running.raw.flushall());
afterAll(() => running.stop());

let meetings = 720_000_000;
const planned = async (inMs: number, more = {}) => {
  const startAt = new Date(Date.now() + inMs).toISOString();
  const { broadcast } = await running.scheduler.schedule({ meetingId: meetings++, startAt, ...more }, { by });
  return broadcast;
};
const taskOf = (core: AppContext, more = {}) =>
  new HeadsUpTask({ ...firstShard(core), workerId: 'w', headsUpMs: HEADS_UP_MS, ...more });

async function raised(): Promise<string[]> {
  const entries = await running.raw.xrange(KEYS.named('events'), '-', '+');
  const events = entries.flatMap(([, fields]) => readEvent(fields[1] as string) ?? []);
  return events.filter(({ type }) => /upcoming|ending/.test(type)).map(({ type, data }) => `${type} ${data['id']}`);
}

describe('heads-ups', () => {
  it('go out once each, however many workers run them at the same time', async () => {
    const near = await Promise.all(Array.from({ length: 60 }, (_, i) => planned(MINUTE + i)));
    await planned(HEADS_UP_MS + 5 * MINUTE);
    await Promise.all([taskOf(running.core), taskOf(second), taskOf(running.core)].map((task) => task.runOnce()));
    await taskOf(second).runOnce();
    expect((await raised()).sort()).toEqual(near.map(({ id }) => `broadcast.upcoming ${id}`).sort());
  });

  it('read only what is near and was not reported', async () => {
    await Promise.all([planned(MINUTE), planned(2 * MINUTE), planned(HEADS_UP_MS * 2)]);
    const task = taskOf(running.core);
    await task.runOnce();
    let loads = 0;
    const writer = {
      update: async () => {
        loads += 1;
        return { kind: 'missing' as const };
      },
    };
    await taskOf(running.core, { writer }).runOnce();
    expect(loads).toBe(0);
    expect(await running.raw.zcard(KEYS.named('headsups'))).toBe(1);
  });

  it('are sent again for another time, and not for what is canceled or changed to later', async () => {
    const moved = await planned(MINUTE);
    const canceled = await planned(MINUTE);
    const later = await planned(MINUTE);
    await running.scheduler.cancel(canceled.id, { by });
    await running.scheduler.change(later.id, { startAt: new Date(Date.now() + 2 * HEADS_UP_MS).toISOString() }, { by });
    const task = taskOf(running.core);
    await task.runOnce();
    expect(await raised()).toEqual([`broadcast.upcoming ${moved.id}`]);
    await running.scheduler.change(moved.id, { title: 'New' }, { by });
    await task.runOnce();
    expect(await raised()).toHaveLength(1);
    await running.scheduler.change(moved.id, { startAt: new Date(Date.now() + 2 * MINUTE).toISOString() }, { by });
    await task.runOnce();
    expect(await raised()).toEqual(Array(2).fill(`broadcast.upcoming ${moved.id}`));
  });

  it('one that cannot be written holds up no other, and is made up for', async () => {
    const broken = await planned(MINUTE);
    const fine = await planned(2 * MINUTE);
    const { writer } = running.core;
    const update: typeof writer.update = (id, ...rest) =>
      id === broken.id ? Promise.reject(new Error('no')) : writer.update(id, ...rest);
    await taskOf(running.core, { writer: { update } }).runOnce();
    expect(await raised()).toEqual([`broadcast.upcoming ${fine.id}`]);
    await taskOf(second).runOnce();
    expect((await raised()).at(-1)).toBe(`broadcast.upcoming ${broken.id}`);
  });

  it('come for broadcasts of a build that had none', async () => {
    const { id } = await planned(MINUTE);
    await running.raw.del(KEYS.named('headsups'));
    await taskOf(running.core).runOnce();
    expect(await raised()).toEqual([`broadcast.upcoming ${id}`]);
  });

  it('what earlier builds stored is read once, not by each new leader', async () => {
    await planned(MINUTE);
    await taskOf(running.core).runOnce();
    await running.raw.config('RESETSTAT');
    await taskOf(second).runOnce();
    await taskOf(second).runOnce();
    expect(await running.raw.info('commandstats')).not.toContain('cmdstat_sscan');
  });
});
