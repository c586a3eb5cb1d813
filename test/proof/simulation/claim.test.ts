import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder, type MeetingPatch } from '../../../src/broadcasts/decision.ts';
import type { Claim } from '../../../src/broadcasts/store/commit-payload.ts';
import type { BroadcastStore, CommitResult } from '../../../src/broadcasts/store/store.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { storeOn } from '../../support/rig.ts';
import { broadcastOf } from '../model/operations.ts';

/** What `commit.lua` guards at the very moment of writing, one guard at a time: nothing above it looks so late. */
const NOW = Date.UTC(2026, 11, 6, 14);
const PLAN = { kind: 'meeting' as const, startIn: 0, lasts: 600_000, window: null, destination: false };

let server: TestRedis;
let redis: Redis;
let store: BroadcastStore;
let now = NOW;

beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  redis = new Redis(server.url);
});

beforeEach(async () => {
  await redis.flushdb();
  now = NOW;
  const rig = storeOn(redis, { limits: { intervalMs: 500 }, virtualClock: { now: () => now } });
  await redis.set(rig.keys.worker('w1'), '1');
  store = rig.store;
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function create(id: string): Promise<Broadcast> {
  const broadcast = { ...broadcastOf(PLAN, id), version: 0 };
  const decision = new DecisionBuilder(broadcast, now, 'test').note('created', null, { from: null }).build();
  const result = await store.commit([{ before: null, decision }]);
  if (result.kind !== 'ok') throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.written[0] as Broadcast;
}

/** One claim of a start, as the executor makes it; `more` replaces a part of it. */
function claim(before: Broadcast, more: Partial<Claim> = {}): Promise<CommitResult> {
  const builder = new DecisionBuilder(before, now, 'worker:w1').become('starting', null);
  builder.next.inFlight = { request: 'start', fence: 'f', worker: 'w1', at: now };
  const when = { notBefore: now, notAfter: now + 2_000 };
  const usual: Claim = { class: 'start', ...when, worker: 'w1', token: `start:${before.id}`, gate: true, seq: 0 };
  return store.commit([{ before, decision: builder.build() }], { claim: { ...usual, ...more } });
}

function learn(seq: number, patch: MeetingPatch): Promise<CommitResult> {
  return store.commit([], { meeting: { account: 'default', meetingId: '68423085', seq, patch } });
}

describe('a claim', () => {
  it('is written with its history when nothing stands against it', async () => {
    const result = await claim(await create('bc_1'));
    expect(result.kind).toBe('ok');
    expect((await store.history('bc_1')).map(({ type, to }) => [type, to])).toEqual([
      ['created', 'scheduled'],
      ['status', 'starting'],
    ]);
  });

  it('waits for its due moment', async () => {
    const result = await claim(await create('bc_1'), { notBefore: now + 1 });
    expect(result).toMatchObject({ kind: 'wait', until: now + 1 });
  });

  it('is not made once it was held up on its way for longer than its worker waits', async () => {
    const before = await create('bc_1');
    expect(await claim(before, { notAfter: now - 1 })).toEqual({ kind: 'conflict', id: 'bc_1' });
    expect((await claim(before, { notAfter: now })).kind).toBe('ok');
  });

  it('waits for the heartbeat of its worker: without one, others would give it up at once', async () => {
    const before = await create('bc_1');
    await redis.del(store.keys.worker('w1'));
    expect(await claim(before)).toMatchObject({ kind: 'wait', until: now + 100, why: 'lease' });
    await redis.set(store.keys.worker('w1'), '1');
    expect((await claim(before)).kind).toBe('ok');
  });

  it('waits for the start gate, which only ever moves on', async () => {
    const before = await create('bc_1');
    await learn(0, { gateUntil: now + 30_000 });
    await learn(0, { gateUntil: now + 10_000 });
    expect(await claim(before)).toMatchObject({ kind: 'wait', until: now + 30_000, why: 'gate' });
    expect((await claim(before, { gate: false })).kind).toBe('ok');
  });

  it('is refused when something new is known of the meeting', async () => {
    const before = await create('bc_1');
    await learn(0, { stream: { is: 'on', at: now, source: 'event' } });
    expect((await claim(before)).kind).toBe('conflict');
    expect((await claim(before, { seq: 1 })).kind).toBe('ok');
  });

  it('is refused over a record that somebody else has written', async () => {
    const before = await create('bc_1');
    const change = new DecisionBuilder(before, now, 'api:test').note('command', 'title').build();
    await store.commit([{ before, decision: change }]);
    expect((await claim(before)).kind).toBe('conflict');
  });

  it('waits for a slot of its account', async () => {
    expect((await claim(await create('bc_1'))).kind).toBe('ok');
    const second = { ...broadcastOf({ ...PLAN, startIn: 600_000 }, 'bc_2'), version: 0 };
    const created = await store.commit([{ before: null, decision: new DecisionBuilder(second, now, 'test').build() }]);
    const [written] = created.kind === 'ok' ? created.written : [];
    const result = await claim(written as Broadcast);
    expect(result.kind).toBe('wait');
    now += 500;
    expect((await claim(written as Broadcast)).kind).toBe('ok');
  });

  it('books its slot for the moment it is due, whatever an earlier try had booked', async () => {
    const book = (earliest: number) => store.bookSlot('default', 'start', 'start:bc_1', earliest);
    expect(await book(now + 1_000)).toBe(now + 1_000);
    expect(await book(now + 1_000)).toBe(now + 1_000);
    now += 20_000;
    expect(await book(now + 1_000)).toBe(now + 1_000);
  });

  it('gives the place that was booked for a canceled plan to the next one', async () => {
    const canceled = await create('bc_1');
    const book = (id: string) => store.bookSlot('default', 'start', `start:${id}`, now + 1_000);
    expect([await book('bc_1'), await book('bc_2')]).toEqual([now + 1_000, now + 1_500]);
    const end = new DecisionBuilder(canceled, now, 'api:test').become('canceled', 'canceled').build();
    expect((await store.commit([{ before: canceled, decision: end }])).kind).toBe('ok');
    expect(await book('bc_2')).toBe(now + 1_000);
  });

  it('gives its place back when it was withdrawn, and holds it longer when it left late', async () => {
    const next = () => store.reserveRead('default', 'look:bc_9', { priority: true });
    await claim(await create('bc_1'), { fence: 'f' });
    expect(await next()).toBe(now + 500);
    now += 100;
    await store.noteDeparture({ account: 'default', class: 'start', fence: 'f', at: now });
    expect(await next()).toBe(now + 500);
    await store.noteDeparture({ account: 'default', class: 'start', fence: 'f', at: null });
    expect(await next()).toBeNull();
  });

  it('waits while the account pauses, whoever closed it', async () => {
    const before = await create('bc_1');
    const builder = new DecisionBuilder(before, now, 'worker:w2').note('request', '429');
    builder.pauseUntil = now + 5_000;
    const paused = await store.commit([{ before, decision: builder.build() }]);
    const [after] = paused.kind === 'ok' ? paused.written : [];
    expect(await claim(after as Broadcast)).toMatchObject({ kind: 'wait', until: now + 5_000 });
  });
});

describe('what is learned of a meeting', () => {
  it('is refused when it was judged on an older reading', async () => {
    await learn(0, { stream: { is: 'on', at: now, source: 'event' } });
    expect((await learn(0, { stream: { is: 'off', at: now - 1, source: 'event' } })).kind).toBe('conflict');
    expect((await store.meeting('default', '68423085')).stream).toBe('on');
  });
});
