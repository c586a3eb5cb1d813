import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createScheduler } from '../../../src/app/create-scheduler.ts';
import { readEvent } from '../../../src/broadcasts/store/event-codec.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import { applyZoomEvent } from '../../../src/scheduling/apply-zoom-event.ts';
import { Deadlines } from '../../../workers/maintenance/deadlines.ts';
import { JobRepair } from '../../../workers/maintenance/job-repair.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';

const by = 'api:test';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

let running: RealCore;
beforeAll(async () => {
  running = await startCore();
});
afterAll(() => running.stop());

/** Ways to damage a record with redis-cli; each gets the key of the record. */
const DAMAGE: [what: string, damage: (key: string) => Promise<unknown>][] = [
  ['half the JSON', (key) => edit(key, (text) => text.slice(0, text.length / 2))],
  ['no JSON object', (key) => running.raw.hset(key, 'd', '[]')],
  ['a status that is none', (key) => edit(key, (text) => text.replace('"scheduled"', '"planned"'))],
  ['a time that is a text', (key) => edit(key, (text) => text.replace(/"startAt":\d+/, '"startAt":"soon"'))],
  ['a time beyond the calendar', (key) => edit(key, (text) => text.replace(/"startAt":\d+/, '"startAt":1e300'))],
  ['no stop time at all', (key) => edit(key, (text) => text.replace(/"stopAt":(null|\d+),/, ''))],
  ['another version than its key', (key) => running.raw.hset(key, 'v', '7')],
  ['a version that is no number', (key) => running.raw.hset(key, 'v', 'x')],
  ['the id of another', (key) => edit(key, (text) => text.replace(/"id":"[^"]+"/, '"id":"bc_other"'))],
  ['no meeting in its hash', (key) => running.raw.hdel(key, 'm')],
  ['no data', (key) => running.raw.hdel(key, 'd')],
  ['a list in its place', async (key) => [await running.raw.del(key), await running.raw.rpush(key, 'x')]],
];

async function edit(key: string, change: (text: string) => string): Promise<void> {
  const before = (await running.raw.hget(key, 'd')) ?? '';
  expect(change(before)).not.toBe(before);
  await running.raw.hset(key, 'd', change(before));
}

describe.each(DAMAGE)('a record with %s', (_what, damage) => {
  let meetingId: string;
  let quarantined: string;
  let sound: string;
  let logged: number;

  beforeEach(async () => {
    await running.raw.flushall();
    logged = running.log.length;
    meetingId = String(Math.floor(Math.random() * 1e10) + 1e9);
    const startAt = inAnHour();
    const plans = {
      broadcasts: [
        { meetingId, startAt, duration: 'PT1H' },
        { meetingId: `${meetingId}1`, startAt },
      ],
    };
    const { broadcasts } = await running.scheduler.scheduleBatch(plans, { by });
    [quarantined, sound] = broadcasts.map(({ id }) => id) as [string, string];
    await damage(KEYS.broadcast(quarantined));
  });

  const quarantine = async () => {
    expect(await running.raw.hget(KEYS.named('poison'), quarantined)).toBeTruthy();
    expect(await running.raw.exists(KEYS.broadcast(quarantined))).toBe(0);
    expect(await running.raw.exists(KEYS.named(`poison:${quarantined}`))).toBe(1);
    expect(await running.raw.sismember(KEYS.named('pending'), quarantined)).toBe(0);
    expect(await running.raw.zscore(KEYS.named('deadlines'), quarantined)).toBeNull();
    const events = (await running.raw.xrange(KEYS.named('events'), '-', '+')).flatMap(
      ([, [, text]]) => readEvent(text ?? '') ?? [],
    );
    const alerts = events.filter(({ type, data }) => type === 'alert.failed' && data['reason'] === 'damaged record');
    expect(alerts.map(({ data }) => data['broadcastId'])).toEqual([quarantined]);
    const lines = running.log
      .slice(logged)
      .filter(({ msg }) => msg === 'a damaged broadcast record was moved to quarantine');
    expect(lines.map(({ id }) => id)).toEqual([quarantined]);
  };

  it('is set aside by a list, which shows the others', async () => {
    const page = await running.scheduler.list({ limit: 10 });
    expect(page.broadcasts.map(({ id }) => id)).toEqual([sound]);
    await running.scheduler.list({ limit: 10, status: ['scheduled'] });
    await quarantine();
  });

  it('is set aside by a read of many, which returns the others', async () => {
    const { store } = firstShard(running.core);
    const found = await store.getMany([sound, quarantined, 'bc_none1', 'bc_none2', sound]);
    expect(found.map(({ id }) => id)).toEqual([sound, sound]);
    await quarantine();
  });

  it('is set aside by whoever asks for it or wants to change it', async () => {
    const [asked, canceled] = await Promise.allSettled([
      running.scheduler.get(quarantined),
      running.scheduler.cancel(quarantined, { by }),
    ]);
    expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    expect(canceled).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    await quarantine();
    expect((await running.scheduler.cancel(sound, { by })).status).toBe('canceled');
  });

  it('does not hold up the tasks of the leader', async () => {
    const { core } = running;
    await running.raw.zadd(KEYS.named('deadlines'), 1, quarantined);
    for (const key of await running.raw.keys(`${KEYS.bullmq}:starts:*`)) await running.raw.del(key);
    await new Deadlines({ ...firstShard(core), workerId: 'w1' }).runOnce();
    await new JobRepair(firstShard(core)).runOnce();
    await quarantine();
    expect(await running.raw.exists(`${KEYS.bullmq}:starts:${sound}_start_1`)).toBe(1);
  });

  it('does not keep an event of Zoom from the other broadcasts of its meeting', async () => {
    const later = new Date(Date.now() + 7_300_000).toISOString();
    const { broadcast } = await running.scheduler.schedule({ meetingId, startAt: later }, { by });
    const seen: ZoomEvent = {
      account: 'default',
      meetingId,
      kind: 'meeting',
      what: 'deleted',
      at: Date.now(),
      uuid: null,
      service: null,
      operator: false,
      occurrenceAt: null,
      movedTo: null,
      movedFrom: null,
    };
    const changed = await applyZoomEvent(running.core, seen);
    expect(changed.map(({ id }) => id)).toEqual([broadcast.id]);
    await quarantine();
  });

  it('is set aside once, by however many meet it at the same time', async () => {
    const other = createScheduler(await running.another());
    await Promise.all([1, 2, 3].flatMap(() => [running.scheduler.list({ limit: 5 }), other.list({ limit: 5 })]));
    await quarantine();
  });

  it('gives its place free: the meeting can be planned anew', async () => {
    await running.scheduler.list({ limit: 10 });
    const again = await running.scheduler.schedule({ meetingId, startAt: inAnHour(), duration: 'PT1H' }, { by });
    expect(again.broadcast.status).toBe('scheduled');
  });
});

describe('what is no damage', () => {
  beforeEach(() => running.raw.flushall());

  it('fields of a later build: they are kept', async () => {
    const { broadcast } = await running.scheduler.schedule({ meetingId: '123456789', startAt: inAnHour() }, { by });
    await edit(KEYS.broadcast(broadcast.id), (text) => text.replace('{', '{"newField":{"x":1},'));
    expect((await running.scheduler.change(broadcast.id, { title: 'New' }, { by })).title).toBe('New');
    expect(await running.raw.hget(KEYS.broadcast(broadcast.id), 'd')).toContain('"newField":{"x":1}');
  });

  it('a damaged line of the history: the others are shown', async () => {
    const { broadcast } = await running.scheduler.schedule({ meetingId: '123456789', startAt: inAnHour() }, { by });
    await running.scheduler.cancel(broadcast.id, { by });
    const before = await running.scheduler.history(broadcast.id);
    await running.raw.rpush(KEYS.history(broadcast.id), '{"at":', 'null', '{"at":"x"}');
    expect(await running.scheduler.history(broadcast.id)).toEqual(before);
  });
});
