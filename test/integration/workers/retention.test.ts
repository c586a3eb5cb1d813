import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Retention } from '../../../workers/maintenance/retention.ts';
import { TrimEvents } from '../../../workers/maintenance/trim-events.ts';
import { firstShard, KEYS, PREFIX, type RealCore, startCore } from '../../support/real-context.ts';

const by = 'api:test';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

let running: RealCore;
beforeAll(async () => {
  running = await startCore();
});
beforeEach(() => running.raw.flushall());
afterAll(() => running.stop());

/** Every key that is, or holds, something of this id; the event stream apart, which is trimmed by itself. */
async function tracesOf(id: string): Promise<string[]> {
  const { raw } = running;
  const found: string[] = [];
  for (const key of await raw.keys(`${PREFIX}:*`)) {
    const type = await raw.type(key);
    const content =
      type === 'zset'
        ? await raw.zrange(key, '0', '-1')
        : type === 'set'
          ? await raw.smembers(key)
          : type === 'hash'
            ? Object.entries(await raw.hgetall(key)).flat()
            : type === 'list'
              ? await raw.lrange(key, 0, -1)
              : type === 'string'
                ? [await raw.get(key)]
                : [];
    if (key.includes(id) || content.some((text) => text?.includes(id))) found.push(key);
  }
  return found.sort();
}

const plan = () => ({
  meetingId: '123456789',
  startAt: inAnHour(),
  duration: 'PT1H',
  externalId: 'booking-1',
  labels: { room: 'A', house: 'north' },
});

const removeAfter = (retentionMs: number) => new Retention({ ...firstShard(running.core), retentionMs }).runOnce();

it('removes the record, the history, every index and every job of what is older', async () => {
  const { broadcast } = await running.scheduler.schedule(plan(), { by });
  expect((await tracesOf(broadcast.id)).length).toBeGreaterThan(12);
  await running.scheduler.change(broadcast.id, { labels: { room: 'B' }, externalId: null }, { by });
  await running.scheduler.cancel(broadcast.id, { by });
  await removeAfter(-60_000);
  expect(await tracesOf(broadcast.id)).toEqual([]);
  await expect(running.scheduler.get(broadcast.id)).rejects.toThrow(/There is no broadcast/);
});

it('keeps what is younger, and what is not finished', async () => {
  const { broadcast: finished } = await running.scheduler.schedule(plan(), { by });
  await running.scheduler.cancel(finished.id, { by });
  const { broadcast: open } = await running.scheduler.schedule(plan(), { by });
  await removeAfter(60_000);
  expect((await running.scheduler.get(finished.id)).status).toBe('canceled');
  expect(await running.scheduler.history(finished.id)).not.toEqual([]);
  await removeAfter(-60_000);
  expect((await running.scheduler.get(open.id)).status).toBe('scheduled');
});

it('everything that is left after all is gone has an end, or belongs to no broadcast', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { broadcast } = await running.scheduler.schedule({ ...plan(), meetingId: `99${i}` }, { by });
    await running.scheduler.cancel(broadcast.id, { by });
  }
  await removeAfter(-60_000);
  const left = (await running.raw.keys(`${PREFIX}:*`)).map((key) => key.slice(KEYS.base.length));
  // The event stream, the audit log (bounded by its length), and what BullMQ keeps of its two queues.
  const expected =
    /^(schema|installation|clocks|processes|counts|events|audit|q:(starts|stops):(meta|id|events|marker)|mt:default:\d+)$/;
  expect(left.filter((key) => !expected.test(key))).toEqual([]);
  for (const key of left.filter((name) => name.startsWith('mt:'))) {
    expect(await running.raw.pttl(`${KEYS.base}${key}`)).toBeGreaterThan(0);
  }
});

it('a history that runs away is capped, its newest lines stay', async () => {
  const { broadcast } = await running.scheduler.schedule(plan(), { by });
  const lines = Array.from({ length: 3_500 }, (_, i) => JSON.stringify({ at: i, type: 'request' }));
  await running.raw.rpush(KEYS.history(broadcast.id), ...lines);
  await running.scheduler.change(broadcast.id, { title: 'New' }, { by });
  const history = await running.scheduler.history(broadcast.id);
  expect(history).toHaveLength(3_000);
  expect(history.at(-1)?.type).toBe('changed');
});

it.each([
  ['RETENTION', 30, [20, 1]],
  ['two days at least, for clients that were away', 0, [1]],
])('keeps events for %s', async (_what, retentionDays, left) => {
  const key = KEYS.named('events');
  const day = 86_400_000;
  const now = Date.now();
  for (const age of [40, 20, 1]) await running.raw.xadd(key, `${now - age * day}-0`, 'e', String(age));
  await new TrimEvents({ ...running.core, retentionMs: retentionDays * day }).runOnce();
  expect((await running.raw.xrange(key, '-', '+')).map(([, [, age]]) => Number(age))).toEqual(left);
});
