import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { type Decision, DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { initialState } from '../../../src/broadcasts/rules/initial-state.ts';
import type { Write, WriteOptions } from '../../../src/broadcasts/store/commit-payload.ts';
import type { BroadcastStore, CommitResult } from '../../../src/broadcasts/store/store.ts';
import { connectRedis, disconnectRedis } from '../../../src/redis/connection.ts';
import { redisRefusal } from '../../../src/redis/refusal.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { storeOn } from '../../support/rig.ts';
import { until } from '../../support/wait-for.ts';

/** Commits of one moment go to Redis in one call: each must be decided as if it had come alone. */
const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
/** Three requests within 300 ms: most claims of a moment must wait. */
const LIMITS = { intervalMs: 100, most: 3, daily: 0 };

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  redis = (await connectRedis(parseRedisUrl(server.url), 'commands')) as Redis;
});
afterAll(async () => {
  await disconnectRedis(redis);
  await server.stop();
});
beforeEach(() => redis.flushall());

function planned(id: string, startAt: number): Broadcast {
  const none = { title: null, timezone: null, destination: null, reason: null, externalId: null, seriesId: null };
  const plan = { id, meetingId: '123456789', account: 'default', settings: {}, labels: { room: 'a' }, warnings: [] };
  const fixed = { kind: 'meeting', status: 'scheduled', onDrop: 'restart', onMove: 'warn', source: null } as const;
  const times = { startAt, stopAt: startAt + HOUR, startBefore: startAt + HOUR, startWindow: null, plannedAt: NOW };
  const counts = { revision: 1, version: 0, createdAt: NOW, updatedAt: NOW };
  return { ...initialState(), ...none, ...plan, ...fixed, ...times, ...counts };
}

function creation(id: string, startAt: number): Write {
  const decision = new DecisionBuilder(planned(id, startAt), NOW, 'test').note('created', null, { from: null }).build();
  return { before: null, decision, checkOverlap: true };
}

function twoLines(decision: Decision): Decision {
  return { ...decision, history: [...decision.history, ...decision.history] };
}

type Operation = { do: 'create' | 'change' | 'cancel' | 'claim' | 'stale'; which: number; hour: number };

const operation = fc.record({
  do: fc.constantFrom(...(['create', 'create', 'change', 'cancel', 'claim', 'claim', 'claim', 'stale'] as const)),
  which: fc.nat(7),
  hour: fc.nat(5),
});
const moments = fc.array(fc.array(operation, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 });

/** One installation: what it has stored, as far as its process knows. */
class Side {
  readonly store: BroadcastStore;
  readonly base: string;
  readonly #known = new Map<string, Broadcast>();

  constructor(prefix: string, now: () => number, gather?: (send: () => void) => void) {
    const { store, keys } = storeOn(redis, {
      prefix,
      limits: LIMITS,
      virtualClock: { now },
      ...(gather && { gather }),
    });
    this.store = store;
    this.base = keys.base;
  }

  async commit({ do: what, which, hour }: Operation, now: number): Promise<CommitResult> {
    const id = `bc_${which}`;
    if (what === 'create') return this.#learn(this.store.commit([creation(id, NOW + hour * HOUR)]));
    // Whoever has read nothing decides on what is not there.
    const known = this.#known.get(id) ?? { ...planned(id, NOW), version: 1 };
    const before = what === 'stale' ? { ...known, version: known.version + 1 } : known;
    const builder = new DecisionBuilder(before, now, 'test').note('changed', null);
    if (what === 'cancel') builder.become('canceled', null);
    const inFlight = { request: 'start', fence: `${id}:${before.version}`, worker: 'w', at: now } as const;
    if (what === 'claim') builder.next.inFlight = inFlight;
    return this.#learn(
      this.store.commit([{ before, decision: builder.build() }], what === 'claim' ? claimOf(before, now) : {}),
    );
  }

  async #learn(committing: Promise<CommitResult>): Promise<CommitResult> {
    const result = await committing;
    if (result.kind === 'ok') for (const record of result.written) this.#known.set(record.id, record);
    return result;
  }

  /** All that is stored, without the ids that streams give. */
  async contents(): Promise<Record<string, unknown>> {
    const found = await redis.keys(`${this.base.replaceAll(/[{}]/g, '?')}*`);
    const read = async (key: string): Promise<[string, unknown]> => [key.slice(this.base.length), await contentOf(key)];
    return Object.fromEntries(await Promise.all(found.sort().map(read)));
  }
}

function claimOf({ id, version }: Broadcast, now: number): WriteOptions {
  const names = { worker: 'w', token: `start:${id}`, fence: `${id}:${version}` };
  const times = { notBefore: now, notAfter: now + 2_000 };
  return { claim: { class: 'start', ...times, ...names, gate: true, starts: true, seq: 0 } };
}

async function contentOf(key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'zset') return redis.zrange(key, '0', '-1', 'WITHSCORES');
  if (type === 'set') return (await redis.smembers(key)).sort();
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'stream') return (await redis.xrange(key, '-', '+')).map(([, fields]) => fields);
  return redis.get(key);
}

/** How often the scripts were called. */
async function calls(): Promise<number> {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('commits of one moment', () => {
  it('are decided and written as if each had come alone', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(moments, async (all) => {
        run += 1;
        let now = NOW;
        const together = new Side(`together${run}`, () => now);
        const alone = new Side(
          `alone${run}`,
          () => now,
          (send) => send(),
        );
        for (const { store } of [together, alone]) await redis.set(store.keys.worker('w'), '1');
        for (const operations of all) {
          const answers = await Promise.all(operations.map((one) => together.commit(one, now)));
          expect(answers).toEqual(await Promise.all(operations.map((one) => alone.commit(one, now))));
          now += 70;
        }
        expect(await together.contents()).toEqual(await alone.contents());
      }),
      { numRuns: 40 },
    );
  });

  it('take one call for each 16', async () => {
    const { store } = storeOn(redis);
    await store.commit([creation('bc_first', NOW)]);
    const before = await calls();
    const ids = Array.from({ length: 40 }, (_, i) => `bc_${i}`);
    const results = await Promise.all(ids.map((id, i) => store.commit([creation(id, NOW + (i + 1) * HOUR)])));
    expect(results.map(({ kind }) => kind)).toEqual(ids.map(() => 'ok'));
    expect((await calls()) - before).toBe(3);
    expect(await redis.zcard(store.keys.index('all'))).toBe(41);
  });

  it('one that Redis cannot write gets its error, and holds up no other', async () => {
    const { store } = storeOn(redis);
    await redis.set(store.keys.history('bc_2'), 'no list');
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => {
        const write = creation(`bc_${n}`, NOW + n * HOUR);
        // The first line lies in the record, the second one in the list.
        return store.commit([{ ...write, decision: twoLines(write.decision) }]);
      }),
    );
    expect(results).toMatchObject([
      { value: { kind: 'ok' } },
      { reason: { name: 'ReplyError', message: expect.stringMatching(/WRONGTYPE/) } },
      { value: { kind: 'ok' } },
    ]);
    expect((await store.getMany(['bc_1', 'bc_3'])).map(({ id }) => id)).toEqual(['bc_1', 'bc_3']);
  });

  it.each([
    ['OOM', () => redis.config('SET', 'maxmemory', '1'), () => redis.config('SET', 'maxmemory', '0')],
    [
      'NOREPLICAS',
      () => redis.config('SET', 'min-replicas-to-write', 1),
      () => redis.config('SET', 'min-replicas-to-write', 0),
    ],
  ])('that Redis refuses to write say so as one alone does: %s', async (reply, refuse, allow) => {
    const { store } = storeOn(redis);
    await store.commit([creation('bc_1', NOW)]);
    await refuse();
    const together = await Promise.allSettled([2, 3].map((n) => store.commit([creation(`bc_${n}`, NOW + n * HOUR)])));
    const [alone] = await Promise.allSettled([store.commit([creation('bc_4', NOW + 4 * HOUR)])]);
    await allow();
    const refusals = [...together, alone].map((result) => redisRefusal((result as PromiseRejectedResult)?.reason));
    expect(refusals.map((refusal) => refusal?.reply)).toEqual([reply, reply, reply]);
    expect(await store.getMany(['bc_2', 'bc_3', 'bc_4'])).toEqual([]);
  });

  it('at a server that takes no writes all fail, and the connection looks for the new master', async () => {
    const { store } = storeOn(redis);
    await store.commit([creation('bc_1', NOW)]);
    let closed = 0;
    redis.on('close', () => {
      closed += 1;
    });
    await redis.replicaof('127.0.0.1', 1);
    const results = await Promise.allSettled([2, 3].map((n) => store.commit([creation(`bc_${n}`, NOW + n * HOUR)])));
    const refusals = results.map((result) => redisRefusal((result as PromiseRejectedResult).reason)?.reply);
    expect(refusals).toEqual(['READONLY', 'READONLY']);
    await until('the connection is made anew', async () => closed > 0 && redis.status === 'ready');
    await redis.replicaof('NO', 'ONE');
    expect(await store.commit([creation('bc_4', NOW + 4 * HOUR)])).toMatchObject({ kind: 'ok' });
  });
});
