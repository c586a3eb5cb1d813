import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { initialState } from '../../../src/broadcasts/rules/initial-state.ts';
import type { Claim, Write } from '../../../src/broadcasts/store/commit-payload.ts';
import { type ListQuery, listBroadcasts } from '../../../src/broadcasts/store/listing.ts';
import type { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { storeOn } from '../../support/rig.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

let server: TestRedis;
let redis: Redis;
let installations = 0;
beforeAll(async () => {
  server = await startRedis(['--appendfsync', 'no']);
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A store of its own, whose time is set by hand. */
function newStore(limits = { intervalMs: 100, daily: 0 }) {
  installations += 1;
  const clock = new ManualClock(NOW);
  const prefix = `store-${installations}`;
  return { ...storeOn(redis, { prefix, limits, virtualClock: clock }), prefix, clock };
}

function plan(id: string, fields: Partial<Broadcast> = {}): Broadcast {
  const startAt = fields.startAt ?? NOW + HOUR;
  return {
    id,
    meetingId: '123456789',
    kind: 'meeting',
    account: 'default',
    title: null,
    startAt,
    stopAt: startAt + HOUR,
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
    onDrop: 'restart',
    onMove: 'warn',
    plannedAt: NOW,
    startWindow: null,
    warnings: [],
    createdAt: NOW,
    updatedAt: NOW,
    version: 0,
    startBefore: fields.stopAt ?? startAt + HOUR,
    ...initialState(),
    ...fields,
  };
}

const creation = (broadcast: Broadcast, checkOverlap = true): Write => ({
  before: null,
  decision: new DecisionBuilder(broadcast, NOW, 'test').note('created', null, { from: null }).build(),
  checkOverlap,
});

const change = (before: Broadcast, fields: Partial<Broadcast>, checkOverlap = false): Write => {
  const builder = new DecisionBuilder(before, NOW, 'test').note('changed', 'by the test');
  Object.assign(builder.next, fields);
  return { before, decision: builder.build(), checkOverlap };
};

async function create(store: BroadcastStore, ...broadcasts: Broadcast[]): Promise<Broadcast[]> {
  const result = await store.commit(broadcasts.map((broadcast) => creation(broadcast)));
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  return result.written;
}

it('reads a lone broadcast of a meeting from a Redis that refuses writes', async () => {
  const { store } = newStore();
  await store.commit([creation(plan('bc_lone'))]);
  await redis.config('SET', 'min-replicas-to-write', 1);
  const read = await store.load('bc_lone').finally(() => redis.config('SET', 'min-replicas-to-write', 0));
  expect(read?.broadcast.id).toBe('bc_lone');
});

describe('compare-and-set', () => {
  it('writes only over the version that was decided on', async () => {
    const { store } = newStore();
    const [before] = (await create(store, plan('a'))) as [Broadcast];
    const writes = Array.from({ length: 20 }, (_, n) => store.commit([change(before, { title: `title ${n}` })]));
    const kinds = (await Promise.all(writes)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'ok').length).toBe(1);
    expect(kinds.filter((kind) => kind === 'conflict').length).toBe(19);
    expect((await store.get('a')).version).toBe(2);
    expect((await store.history('a')).map(({ type }) => type)).toEqual(['created', 'changed']);
  });

  it('writes all of a batch or nothing', async () => {
    const { store } = newStore();
    const [a, b] = (await create(store, plan('a'), plan('b', { meetingId: '2' }))) as [Broadcast, Broadcast];
    await store.commit([change(b, { title: 'newer' })]);
    const result = await store.commit([change(a, { title: 'x' }), change(b, { title: 'x' })]);
    expect(result).toEqual({ kind: 'conflict', id: 'b' });
    expect((await store.get('a')).title).toBeNull();
    expect((await store.history('a')).length).toBe(1);
  });

  it('an id is created once', async () => {
    const { store } = newStore();
    await create(store, plan('a'));
    expect(await store.commit([creation(plan('a', { meetingId: '2' }))])).toEqual({ kind: 'conflict', id: 'a' });
  });
});

describe('overlap', () => {
  it("names the other; one's end may be the other's start", async () => {
    const { store } = newStore();
    await create(store, plan('a'));
    const tries: [string, number, number, boolean][] = [
      ['inside', NOW + HOUR + 1, NOW + HOUR + 2, false],
      ['around', NOW, NOW + 3 * HOUR, false],
      ['last ms', NOW + 2 * HOUR - 1, NOW + 3 * HOUR, false],
      ['first ms', NOW, NOW + HOUR + 1, false],
      ['before', NOW, NOW + HOUR, true],
      ['after', NOW + 2 * HOUR, NOW + 3 * HOUR, true],
    ];
    for (const [id, startAt, stopAt, fits] of tries) {
      const result = await store.commit([creation(plan(id, { startAt, stopAt }))]);
      expect(result, id).toMatchObject(fits ? { kind: 'ok' } : { kind: 'overlap', id, otherId: 'a' });
    }
    // Without a stop time it lasts until its start window closes.
    const open = plan('open', { meetingId: '7', stopAt: null, startBefore: NOW + 2 * HOUR });
    await create(store, open);
    const late = plan('late', { meetingId: '7', startAt: NOW + 2 * HOUR - 1 });
    expect(await store.commit([creation(late)])).toMatchObject({ kind: 'overlap', otherId: 'open' });
    await create(store, { ...late, startAt: NOW + 2 * HOUR });
  });

  it('counts within a batch, per account and meeting, and not against what is finished', async () => {
    const { store } = newStore();
    const batch = [plan('a'), plan('b', { meetingId: '2' }), plan('c', { startAt: NOW + HOUR + 5 })];
    expect(await store.commit(batch.map((one) => creation(one)))).toEqual({ kind: 'overlap', id: 'c', otherId: 'a' });
    expect(await store.getMany(['a', 'b', 'c'])).toEqual([]);
    const [a] = (await create(store, plan('a'), plan('b', { meetingId: '2' }), plan('d', { account: 'east' }))) as [
      Broadcast,
    ];
    await store.commit([change(a, { status: 'canceled' })]);
    await create(store, plan('c'));
  });

  it('lets only one of two creations at the same moment in', async () => {
    const { store } = newStore();
    const results = await Promise.all(Array.from({ length: 10 }, (_, n) => store.commit([creation(plan(`x${n}`))])));
    expect(results.filter(({ kind }) => kind === 'ok').length).toBe(1);
    expect(results.filter(({ kind }) => kind === 'overlap').length).toBe(9);
  });

  it('a broadcast that moves frees its former place and meeting', async () => {
    const { store } = newStore();
    const [a] = (await create(store, plan('a'))) as [Broadcast];
    await store.commit([change(a, { meetingId: '99' }, true)]);
    await create(store, plan('b'));
    expect(await store.commit([creation(plan('c', { meetingId: '99' }))])).toMatchObject({ otherId: 'a' });
  });

  it('two that move in one step leave their places to each other, and keep out of those of others', async () => {
    const { store } = newStore();
    const [a, b] = (await create(store, plan('a'), plan('b', { startAt: NOW + 2 * HOUR }))) as [Broadcast, Broadcast];
    await create(store, plan('c', { startAt: NOW + 4 * HOUR }));
    const later = (one: Broadcast, by: number) =>
      change(one, { startAt: one.startAt + by, stopAt: (one.stopAt ?? 0) + by }, true);
    expect(await store.commit([later(a, HOUR / 2), later(b, HOUR / 2)])).toMatchObject({ kind: 'ok' });
    const moved = (await store.getMany(['a', 'b'])) as [Broadcast, Broadcast];
    expect(await store.commit(moved.map((one) => later(one, HOUR)))).toEqual({
      kind: 'overlap',
      id: 'b',
      otherId: 'c',
    });
    expect(await store.commit([later(moved[0], HOUR / 2)])).toMatchObject({ kind: 'overlap', otherId: 'b' });
  });
});

describe('claim', () => {
  const claim = (fields: Partial<Claim> = {}): Claim => ({
    class: 'start',
    notBefore: NOW,
    notAfter: NOW + HOUR,
    worker: 'w',
    token: 'start:a',
    gate: true,
    seq: 0,
    ...fields,
  });
  const take = async (store: BroadcastStore, before: Broadcast, fields: Partial<Claim> = {}) => {
    const inFlight = { request: 'start', fence: 'f', worker: 'w', at: NOW } as const;
    await redis.set(store.keys.worker('w'), '1');
    return store.commit([change(before, { inFlight })], { claim: claim(fields) });
  };

  it('is refused before the due moment, while the gate is closed, and when something new is known', async () => {
    const { store, clock } = newStore();
    const [a] = (await create(store, plan('a'))) as [Broadcast];
    expect(await take(store, a, { notBefore: NOW + 1 })).toMatchObject({ kind: 'wait', until: NOW + 1, why: 'due' });
    const { account, meetingId } = a;
    const known = { account, meetingId };
    await store.commit([], { meeting: { ...known, seq: 0, patch: { gateUntil: NOW + 30_000 } } });
    expect(await take(store, a)).toMatchObject({ kind: 'wait', until: NOW + 30_000, why: 'gate' });
    // A gate only ever grows; a stop passes it.
    await store.commit([], { meeting: { ...known, seq: 0, patch: { gateUntil: NOW + 5 } } });
    expect(await take(store, a)).toMatchObject({ until: NOW + 30_000 });
    const event = { stream: { is: 'on' as const, at: NOW, source: 'event' as const } };
    await store.commit([], { meeting: { ...known, seq: 0, patch: event } });
    clock.set(NOW + 30_000);
    expect(await take(store, a)).toEqual({ kind: 'conflict', id: 'a' });
    expect((await store.get('a')).inFlight).toBeNull();
    expect(await take(store, a, { seq: 1 })).toMatchObject({ kind: 'ok' });
    expect(await take(store, a, { seq: 1 })).toEqual({ kind: 'conflict', id: 'a' });
  });

  it('an event judged on old knowledge of the meeting is not written', async () => {
    const { store } = newStore();
    const patch = { running: { is: 'yes' as const, at: NOW, uuid: 'u' } };
    const event = { account: 'default', meetingId: '5', seq: 0, patch };
    const kinds = (await Promise.all([1, 2, 3].map(() => store.commit([], { meeting: event })))).map(
      ({ kind }) => kind,
    );
    expect(kinds.sort()).toEqual(['conflict', 'conflict', 'ok']);
    expect(await store.meeting('default', '5')).toMatchObject({ seq: 1, running: 'yes', uuid: 'u' });
  });

  it('waits while the account pauses', async () => {
    const { store, clock } = newStore();
    const [a, b] = (await create(store, plan('a'), plan('b', { meetingId: '2' }))) as [Broadcast, Broadcast];
    const decision = { ...change(b, {}).decision, pauseUntil: NOW + 1_000 };
    expect(await store.commit([{ before: b, decision }])).toMatchObject({ kind: 'ok' });
    expect(await take(store, a)).toMatchObject({ kind: 'wait', until: NOW + 1_000 });
    clock.set(NOW + 1_000);
    expect(await take(store, a)).toMatchObject({ kind: 'ok' });
  });
});

describe('idempotency', () => {
  it('stores once; the same key answers as before, whatever the body', async () => {
    const { store } = newStore();
    const key = { key: 'k', bodyHash: 'h1', answer: 'first' };
    const results = await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        store.commit([creation(plan(id, { meetingId: id.charCodeAt(0).toString() }))], {
          idempotency: { ...key, answer: id },
        }),
      ),
    );
    const [stored] = results.filter(({ kind }) => kind === 'ok') as { kind: 'ok'; written: Broadcast[] }[];
    const id = stored?.written[0]?.id;
    const replays = results.filter(({ kind }) => kind === 'replay');
    expect(replays).toEqual([1, 2].map(() => ({ kind: 'replay', bodyHash: 'h1', answer: id })));
    const other = await store.commit([creation(plan('d'))], { idempotency: { ...key, bodyHash: 'h2' } });
    expect(other).toMatchObject({ kind: 'replay', bodyHash: 'h1' });
    expect((await store.getMany(['a', 'b', 'c', 'd'])).map((one) => one.id)).toEqual([id]);
  });
});

describe('lists', () => {
  const all = async (
    { store, keys }: ReturnType<typeof newStore>,
    query: Partial<ListQuery>,
    between?: () => Promise<void>,
  ) => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listBroadcasts(redis, keys, store, { limit: 7, ...query, ...(cursor ? { cursor } : {}) });
      expect(page.broadcasts.length).toBeLessThanOrEqual(7);
      ids.push(...page.broadcasts.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await between?.();
    } while (cursor);
    return ids;
  };

  it('follow every change: status, meeting, labels, external id', async () => {
    const at = newStore();
    const fields = { labels: { room: 'A', 'a:b': 'c=d' }, externalId: 'x' };
    const [a] = (await create(at.store, plan('a', fields), plan('b', { meetingId: '2' }))) as [Broadcast];
    expect(await all(at, { label: 'room=A' })).toEqual(['a']);
    expect(await all(at, { label: 'room' })).toEqual(['a']);
    expect(await all(at, { label: 'a:b=c=d' })).toEqual(['a']);
    expect(await all(at, { status: ['scheduled'] })).toEqual(['a', 'b']);
    await at.store.commit([
      change(a, { status: 'live', labels: { room: 'B' }, externalId: null, startAt: NOW + 9 * HOUR }),
    ]);
    expect(await all(at, { label: 'room=A' })).toEqual([]);
    expect(await all(at, { label: 'room=B' })).toEqual(['a']);
    expect(await all(at, { externalId: 'x' })).toEqual([]);
    expect(await all(at, { status: ['scheduled'] })).toEqual(['b']);
    expect(await all(at, { status: ['scheduled', 'live'] })).toEqual(['b', 'a']);
    expect(await all(at, { from: NOW + 9 * HOUR })).toEqual(['a']);
    expect(await all(at, { to: NOW + 9 * HOUR })).toEqual(['b']);
    const removed = await at.store.get('a');
    await at.store.remove(removed);
    expect(await all(at, {})).toEqual(['b']);
    expect((await redis.keys(`${at.keys.base.replaceAll(/[{}]/g, '?')}ix:label*`)).length).toBe(0);
  });

  it('pages stay whole while broadcasts of the same moment come, go and move', async () => {
    const at = newStore();
    const ids = Array.from({ length: 60 }, (_, n) => `b${String(n).padStart(3, '0')}`);
    const written = await create(at.store, ...ids.map((id, n) => plan(id, { meetingId: String(n + 1) })));
    const leaving = written.filter((_one, n) => n % 3 === 0);
    const staying = written.filter((_one, n) => n % 3 !== 0).map(({ id }) => id);
    let n = 0;
    const seen = await all(at, { status: ['scheduled'] }, async () => {
      // Some go, some come, before and behind the place of the cursor.
      for (const one of leaving.splice(0, 3)) await at.store.commit([change(one, { status: 'live' })]);
      n += 1;
      if (n < 10) await create(at.store, plan(`a${n}`, { meetingId: `9${n}` }), plan(`c${n}`, { meetingId: `8${n}` }));
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(staying.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('a page read while others leave at full speed misses nobody that stays', async () => {
    const at = newStore();
    const ids = Array.from({ length: 400 }, (_, n) => `b${String(n).padStart(3, '0')}`);
    const written = await create(at.store, ...ids.map((id, n) => plan(id, { meetingId: String(n + 1) })));
    const staying = written.filter((_one, n) => n % 2 === 1).map(({ id }) => id);
    const other = new Redis(server.url);
    const { store: rival } = storeOn(other, { prefix: at.prefix, limits: { intervalMs: 1 } });
    const leave = async () => {
      for (const one of written.filter((_one, n) => n % 2 === 0)) await rival.commit([change(one, { status: 'live' })]);
    };
    const leaving = leave();
    const seen = await all(at, { status: ['scheduled'], limit: 3 });
    await leaving;
    other.disconnect();
    expect(staying.filter((id) => !seen.includes(id))).toEqual([]);
  });
});
