import type { Redis } from 'ioredis';
import { beforeAll, expect, test } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { initialState } from '../../../src/broadcasts/rules/initial-state.ts';
import { waitForHost } from '../../../src/broadcasts/rules/transitions.ts';
import type { Write } from '../../../src/broadcasts/store/commit-payload.ts';
import type { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import { applyZoomEvent } from '../../../src/scheduling/apply-zoom-event.ts';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { rigOn } from '../../support/rig.ts';

/** What one event costs, in commands of Redis, must not depend on how many broadcasts of its meeting are planned. */
const HOUR = 3_600_000;

let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

interface PlannedMeeting extends ReturnType<typeof rigOn> {
  /** The start of the first, which waits for its host, ms. */
  begunAt: number;
}

/** A plan of one meeting, one broadcast an hour: the first has begun and waits for the host, the others are to come. */
async function meetingWith(planned: number, name = 'cost', apartMs = HOUR): Promise<PlannedMeeting> {
  const rig = rigOn(redis, { prefix: `${name}${planned}`, rules: { webhooksOn: () => true } });
  const { store, rules } = rig;
  const begunAt = Date.now() - 60_000;
  for (let from = 0; from < planned; from += 500) {
    const some = Array.from({ length: Math.min(500, planned - from) }, (_, i) => nth(begunAt, from + i, apartMs));
    await created(store, some);
  }
  const [first] = await store.getMany(['bc0']);
  const builder = new DecisionBuilder(first as Broadcast, Date.now(), 'test');
  waitForHost(builder, rules, Date.now(), 'the meeting has not started');
  await store.commit([{ before: first as Broadcast, decision: builder.build() }]);
  return { ...rig, begunAt };
}

async function created(store: BroadcastStore, broadcasts: Broadcast[]): Promise<void> {
  const writes: Write[] = broadcasts.map((broadcast) => ({
    before: null,
    decision: new DecisionBuilder(broadcast, Date.now(), 'test').note('created', null, { from: null }).build(),
    checkOverlap: true,
  }));
  expect((await store.commit(writes)).kind).toBe('ok');
}

function nth(begunAt: number, n: number, apartMs = HOUR): Broadcast {
  const startAt = begunAt + n * apartMs;
  return {
    id: `bc${n}`,
    meetingId: '123',
    kind: 'meeting',
    account: 'default',
    title: null,
    startAt,
    stopAt: startAt + apartMs,
    timezone: null,
    settings: {},
    destination: null,
    status: 'scheduled',
    reason: null,
    revision: 1,
    externalId: null,
    labels: {},
    seriesId: null,
    source: null,
    onDrop: 'leave',
    onMove: 'follow',
    startWindow: null,
    warnings: [],
    createdAt: begunAt - HOUR,
    updatedAt: begunAt - HOUR,
    version: 0,
    startBefore: startAt + apartMs,
    ...initialState(),
    plannedAt: begunAt - HOUR,
  } as Broadcast;
}

function seen(what: ZoomEvent['what'], more: Partial<ZoomEvent> = {}): ZoomEvent {
  const nothing = { service: null, occurrenceAt: null, movedTo: null, movedFrom: null };
  const of = { account: 'default', meetingId: '123', kind: 'meeting', uuid: 'one', operator: false } as const;
  return { ...of, ...nothing, what, at: Date.now(), ...more };
}

/** How often each command ran, those inside scripts included, and the bytes that Redis sent. */
async function costOf(work: () => Promise<unknown>) {
  await redis.config('RESETSTAT');
  await work();
  const [commands, stats] = await Promise.all([redis.info('commandstats'), redis.info('stats')]);
  const counts = [...commands.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)].map(([, name, calls]) => [name, Number(calls)]);
  const bytes = Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
  const ours = counts.filter(([name]) => !/^(info|config|eval)/.test(String(name)));
  return { counts: Object.fromEntries(ours) as Record<string, number>, bytes };
}

async function compare(
  few: PlannedMeeting,
  many: PlannedMeeting,
  name: string,
  event: (one: PlannedMeeting) => ZoomEvent,
): Promise<void> {
  const changed: string[][] = [];
  const costs = [];
  for (const one of [few, many])
    costs.push(await costOf(async () => changed.push((await applyZoomEvent(one, event(one))).map(({ id }) => id))));
  expect(costs[1]?.counts, name).toEqual(costs[0]?.counts);
  expect(changed[1], name).toEqual(changed[0]);
  // The places of 3,000 would be 130 KB.
  expect(costs[1]?.bytes, name).toBeLessThan((costs[0]?.bytes ?? 0) + 10_000);
}

test('one event costs the same with 10 and with 3,000 broadcasts of its meeting planned', async () => {
  const few = await meetingWith(10);
  const many = await meetingWith(3_000);
  const ours = { service: 'Custom_Live_Streaming_Service' };
  await compare(few, many, 'the host has come', () => seen('meeting_started'));
  await compare(few, many, 'the stream is on', () => seen('stream_started', ours));
  await compare(few, many, 'the stream is off', () => seen('stream_stopped', ours));
  await compare(few, many, 'another topic', () => seen('updated'));
  expect((await many.store.get('bc0')).status).toBe('ended');
  await few.queue.close();
  // Half a day on both sides of an occurrence is read: 40 hourly ones fill it.
  const some = await meetingWith(40);
  await compare(some, many, 'an occurrence', ({ begunAt }) => seen('deleted', { occurrenceAt: begunAt + 20 * HOUR }));
  expect((await many.store.get('bc20')).status).toBe('failed');
  await Promise.all([some.queue.close(), many.queue.close()]);
}, 120_000);

test('storing one more broadcast costs the same with 10 and with 3,000 planned', async () => {
  const few = await meetingWith(10, 'create');
  const many = await meetingWith(3_000, 'create');
  const costs = [];
  for (const one of [few, many]) costs.push(await costOf(() => created(one.store, [nth(one.begunAt, 5_000)])));
  expect(costs[1]?.counts).toEqual(costs[0]?.counts);
  await Promise.all([few.queue.close(), many.queue.close()]);
}, 120_000);

test('what concerns the whole meeting is taken in page by page, behind the events that wait', async () => {
  const one = await meetingWith(230, 'pages');
  const rests: number[] = [];
  const later = async (_seen: ZoomEvent, after: number) => {
    rests.push(after);
  };
  const deleted = seen('deleted');
  let changed = await applyZoomEvent({ ...one, later }, deleted);
  expect(changed.length).toBe(50);
  expect(rests).toEqual([one.begunAt + 49 * HOUR]);
  for (let i = 0; i < rests.length; i += 1)
    changed = changed.concat(await applyZoomEvent({ ...one, later }, deleted, rests[i]));
  expect(rests.length).toBe(4);
  expect(new Set(changed.map(({ id }) => id)).size).toBe(230);
  expect(new Set(changed.map(({ status }) => status))).toEqual(new Set(['failed']));
  await one.queue.close();
});

test('a plan of several pages that moves to later finds its places free', async () => {
  const one = await meetingWith(120, 'later', HOUR / 6);
  const from = one.begunAt + 10 * HOUR;
  const moved = seen('updated', { movedFrom: from, movedTo: from + HOUR });
  const changed = await applyZoomEvent(one, moved);
  expect(changed.length).toBe(119);
  expect(changed.filter(({ warnings }) => warnings.length > 0).map(({ id }) => id)).toEqual([]);
  await one.queue.close();
});

test('a plan that an earlier build wrote, with the hash alone, is sorted by whoever reads it first', async () => {
  const one = await meetingWith(60, 'former');
  await redis.del(`${one.keys.base}ms:default:123`);
  expect((await one.store.load('bc5'))?.siblings.map(({ id }) => id)).toEqual(expect.arrayContaining(['bc4', 'bc6']));
  await redis.del(`${one.keys.base}ms:default:123`);
  const again = nth(one.begunAt, 7);
  const write = new DecisionBuilder({ ...again, id: 'other' }, Date.now(), 'test').build();
  const result = await one.store.commit([{ before: null, decision: write, checkOverlap: true }]);
  expect(result).toEqual({ kind: 'overlap', id: 'other', otherId: 'bc7' });
  await redis.del(`${one.keys.base}ms:default:123`);
  expect(
    (await applyZoomEvent(one, seen('deleted', { occurrenceAt: one.begunAt + 9 * HOUR }))).map(({ id }) => id),
  ).toEqual(['bc9']);
  await one.queue.close();
});
