import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import type { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import type { SendGuard, ZoomApi } from '../../../src/broadcasts/zoom-port.ts';
import { SystemClock } from '../../../src/clock.ts';
import type { ChangeNotices } from '../../../src/queue/change-notices.ts';
import type { TimerQueue } from '../../../src/queue/timer-queue.ts';
import { Executor } from '../../../workers/jobs/executor.ts';
import { JobRepair } from '../../../workers/maintenance/job-repair.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { rigOn } from '../../support/rig.ts';
import { PLAN } from '../../support/rules/scenario.ts';
import { broadcastOf } from '../model/operations.ts';

/** What holds between the claim and the request, and what the leader makes good: each guard alone, in real time. */

let server: TestRedis;
let redis: Redis;
let subscriber: Redis;

beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  redis = new Redis(server.url);
  subscriber = new Redis(server.url);
});
beforeEach(() => redis.flushdb());
afterAll(async () => {
  redis.disconnect();
  subscriber.disconnect();
  await server.stop();
});

/** A worker whose machine can stand still: then only its monotonic clock has moved when it wakes up. */
class PausedClock extends SystemClock {
  stoodStill = 0;
  override monotonic(): number {
    return super.monotonic() + this.stoodStill;
  }
}

interface Parts {
  clock: PausedClock;
  notices: ChangeNotices;
  queue: TimerQueue;
  /** Right before the bytes would leave. */
  beforeSending?: (parts: Parts) => Promise<void>;
  /** What Zoom got. */
  sent: string[];
}

/** Zoom, as far as the executor sees it: asks the guard at the last moment, then takes everything. */
function zoomOf(parts: Parts): ZoomApi {
  const idle = async () => {};
  return {
    prepare: idle,
    renewToken: idle,
    close: idle,
    updateStatus: async ({ action }: { action: string }, guard?: SendGuard) => {
      await parts.beforeSending?.(parts);
      const now = parts.clock.now();
      const request = { method: 'PATCH', path: '' };
      if (guard && !guard()) {
        return { request, answer: null, result: { kind: 'withdrawn' as const }, sentAt: null, answeredAt: now };
      }
      parts.sent.push(action);
      const answer = { status: 204, code: null, message: '', trackingId: null };
      return { request, answer, result: { kind: 'accepted' as const }, sentAt: now, answeredAt: now };
    },
  } as unknown as ZoomApi;
}

async function worker(beforeSending?: Parts['beforeSending']) {
  const clock = new PausedClock();
  const rig = rigOn(redis, {
    prefix: 'guards',
    clock,
    rules: { startWindowMs: 600_000 },
    limits: { intervalMs: 1, most: 100 },
  });
  const { store, notices, queue } = rig;
  await redis.set(rig.keys.worker('w1'), '1');
  await notices.listen(subscriber);
  const parts: Parts = { clock, notices, queue, sent: [], ...(beforeSending ? { beforeSending } : {}) };
  const common = { ...rig, clock, workerId: 'w1' };
  const executor = new Executor({ ...common, zoom: zoomOf(parts), openSealed: (sealed) => sealed });
  return { ...parts, store, executor, jobRepair: new JobRepair(common) };
}

async function due(store: BroadcastStore, startIn: number): Promise<Broadcast> {
  const now = Date.now();
  const plan = { ...broadcastOf(PLAN, 'bc_1'), version: 0 };
  const times = { startAt: now + startIn, startBefore: now + 60_000, stopAt: now + 120_000 };
  const decision = new DecisionBuilder({ ...plan, ...times }, now, 'test')
    .note('created', null, { from: null })
    .build();
  const result = await store.commit([{ before: null, decision }]);
  if (result.kind !== 'ok') throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.written[0] as Broadcast;
}

const START = { broadcastId: 'bc_1', action: 'start' as const, revision: 1 };

/** What Zoom got at the first try of a start that is due; a second try is not made. */
async function firstTry(beforeSending?: Parts['beforeSending']): Promise<string[]> {
  let tries = 0;
  let got: string[] = [];
  const abort = new AbortController();
  const { store, executor, sent, queue } = await worker(async (parts) => {
    tries += 1;
    if (tries === 1) return beforeSending?.(parts);
    got = [...sent];
    abort.abort();
  });
  await due(store, 0);
  await executor.run(START, abort.signal);
  await queue.close();
  return tries === 1 ? sent : got;
}

describe('between the claim and the request', () => {
  it('nothing holds back a start that is due', async () => {
    expect(await firstTry()).toEqual(['start']);
  });

  it('a claim that Redis got twice, and answered for the second time, is given up and made anew', async () => {
    const { store, executor, sent, queue } = await worker();
    await due(store, 0);
    const commit = store.commit.bind(store);
    let claims = 0;
    store.commit = async (writes, options = {}) => {
      const result = await commit(writes, options);
      claims += options.claim ? 1 : 0;
      return options.claim && claims === 1 ? commit(writes, options) : result;
    };
    await executor.run(START, AbortSignal.timeout(5_000));
    expect([claims, sent]).toEqual([2, ['start']]);
    await queue.close();
  });

  it('the record is read once before it, and not again when nothing is left to do', async () => {
    const { store, executor, sent, queue } = await worker();
    await due(store, 0);
    let read = 0;
    const load = store.load.bind(store);
    store.load = (id) => {
      read += 1;
      return load(id);
    };
    const outcome = await executor.run(START, new AbortController().signal);
    expect({ sent, read, outcome: outcome.kind }).toEqual({ sent: ['start'], read: 1, outcome: 'done' });
    await queue.close();
  });

  it('a claim that was early by the clock of Redis is made again on what was read', async () => {
    const { store, executor, sent, queue } = await worker();
    await due(store, 0);
    const { load, commit } = { load: vi.spyOn(store, 'load'), commit: store.commit.bind(store) };
    let claims = 0;
    store.commit = async (writes, options = {}) => {
      claims += options.claim ? 1 : 0;
      if (!options.claim || claims > 2) return commit(writes, options);
      return { kind: 'wait', until: options.claim.notBefore, why: 'due', dailyAlertRaised: false };
    };
    await executor.run(START, AbortSignal.timeout(5_000));
    expect({ sent, claims, reads: load.mock.calls.length }).toEqual({ sent: ['start'], claims: 3, reads: 1 });
    await queue.close();
  });

  it('a claim that was prepared ahead is not sent to Redis after a change', async () => {
    const { store, executor, sent, notices, queue } = await worker();
    await due(store, 300);
    const commit = store.commit.bind(store);
    const answers: string[] = [];
    store.commit = async (writes, options = {}) => {
      if (!options.claim) return commit(writes, options);
      if (answers.length === 0) {
        const heard = new Promise<void>((resolve) => void notices.on('bc_1', resolve));
        await notices.publish('bc_1');
        await heard;
      }
      const result = await commit(writes, options);
      answers.push(result.kind);
      return result;
    };
    await executor.run(START, AbortSignal.timeout(5_000));
    expect({ answers, sent }).toEqual({ answers: ['conflict', 'ok'], sent: ['start'] });
    await queue.close();
  });

  it('a slow worker holds its place with the rate limit from when it sends', async () => {
    let claimedAt = 0;
    await firstTry(async () => {
      const left = await redis.zrange('guards:{0}:left:default', '0', '-1', 'WITHSCORES');
      claimedAt = Number(left[1]);
      await new Promise((resolve) => setTimeout(resolve, 60));
    });
    const left = await redis.zrange('guards:{0}:left:default', '0', '-1', 'WITHSCORES');
    expect(left).toHaveLength(2);
    expect(Number(left[1]) - claimedAt).toBeGreaterThan(50);
  });

  it('a worker that stood still for longer than 3 s sends nothing', async () => {
    expect(
      await firstTry(async ({ clock }) => {
        clock.stoodStill += 3_500;
      }),
    ).toEqual([]);
  });

  it('a worker that has heard of a change sends nothing', async () => {
    expect(
      await firstTry(async ({ notices }) => {
        const heard = new Promise<void>((resolve) => void notices.on('bc_1', resolve));
        await notices.publish('bc_1');
        await heard;
      }),
    ).toEqual([]);
  });
});

describe('the repair of jobs', () => {
  it('adds the jobs that a crash after storing has left out', async () => {
    const { store, jobRepair, queue } = await worker();
    const broadcast = await due(store, 30_000);
    expect((await queue.missing([broadcast])).map(({ timer }) => timer.action)).toEqual(['start', 'stop']);
    expect(await jobRepair.repair()).toBe(2);
    expect(await queue.missing([broadcast])).toEqual([]);
    await queue.close();
  });

  it('takes back the jobs of one that was canceled while it added them', async () => {
    const { store, jobRepair, queue } = await worker();
    const broadcast = await due(store, 30_000);
    let canceled: Promise<unknown> | undefined;
    const add = queue.add.bind(queue);
    queue.add = async (...job) => {
      const cancel = () => new DecisionBuilder(broadcast, Date.now(), 'api:test').become('canceled', null).build();
      canceled ??= store.commit([{ before: broadcast, decision: cancel() }]);
      await canceled;
      await add(...job);
    };
    expect(await jobRepair.repair()).toBe(2);
    expect((await redis.keys('*')).filter((key) => key.includes(':q:') && key.includes('bc_1'))).toEqual([]);
    await queue.close();
  });
});
