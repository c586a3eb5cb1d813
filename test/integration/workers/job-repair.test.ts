import { type Job, Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { expectedTimers } from '../../../src/broadcasts/rules/timers.ts';
import { indexNames } from '../../../src/broadcasts/store/indexes.ts';
import type { TimerQueue } from '../../../src/queue/timer-queue.ts';
import { JobRepair } from '../../../workers/maintenance/job-repair.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';

/** More than are checked in every round. */
const FAR = 2_400;
const NEAR = 30;
const OVERDUE = 5;
const HOUR = 3_600_000;

let running: RealCore;
/** Unfinished broadcasts, none of which has a job. */
let all: Broadcast[];
let near: string[];

beforeAll(async () => {
  running = await startCore();
}, 60_000);
afterAll(() => running.stop());

beforeEach(async () => {
  await running.raw.flushall();
  const plan = { meetingId: '1', startAt: new Date(Date.now() + HOUR).toISOString() };
  const template = (await running.scheduler.schedule(plan, { by: 'test' })).broadcast;
  await running.raw.flushall();
  const now = running.core.clock.now();
  const startAt = (n: number) => {
    if (n < FAR) return now + 2 * HOUR + Math.floor(n / 3) * 60_000;
    return n < FAR + NEAR ? now + (n - FAR) * 60_000 : now - 60_000;
  };
  all = Array.from({ length: FAR + NEAR + OVERDUE }, (_, n) => ({
    ...template,
    id: `bc_${String((n * 7919) % 100_003).padStart(6, '0')}`,
    meetingId: String(85_000_000 + n),
    startAt: Math.floor(startAt(n)),
  }));
  near = all.slice(FAR).map(({ id }) => id);
  await store(all);
});

async function store(broadcasts: Broadcast[]): Promise<void> {
  const pipeline = running.raw.pipeline();
  for (const one of broadcasts) {
    const { id, version, account, meetingId } = one;
    pipeline.hset(KEYS.broadcast(id), { d: JSON.stringify(one), v: version, a: account, m: meetingId });
    for (const name of indexNames(one)) pipeline.zadd(KEYS.index(name), one.startAt, id);
    pipeline.sadd(KEYS.named('pending'), id);
    pipeline.zadd(KEYS.named('due'), one.startAt, id);
  }
  await pipeline.exec();
}

/** Notes what is checked, and finds every job there. */
function noting(checked: string[]): TimerQueue {
  return Object.create(running.core.queue, {
    removeEnded: { value: async () => {} },
    missing: {
      value: async (broadcasts: Broadcast[]) => {
        checked.push(...broadcasts.map(({ id }) => id));
        return [];
      },
    },
  });
}

const sorted = (ids: Iterable<string>) => [...ids].sort();
const recordsRead = async () =>
  Number(/cmdstat_hmget:calls=(\d+)/.exec(await running.raw.info('commandstats'))?.[1] ?? 0);

/** The clock of a leader that ticks every second, however fast the test goes. */
function ticking(): { clock: RealCore['core']['clock']; tick(): void } {
  let at = 0;
  return {
    clock: Object.create(running.core.clock, { monotonic: { value: () => at } }),
    tick: () => {
      at += 1_000;
    },
  };
}

describe('with many broadcasts', () => {
  it('each round checks what is due within the hour or overdue, and reads nothing else', async () => {
    const checked: string[] = [];
    await running.raw.config('RESETSTAT');
    await new JobRepair({ ...firstShard(running.core), queue: noting(checked) }).runOnce();
    expect(sorted(checked)).toEqual(sorted(near));
    expect(await recordsRead()).toBe(near.length);
  });

  it('a start whose request is on its way is checked, too: its stop needs a job', async () => {
    const leaving = all[7]?.id as string;
    await running.raw.zrem(KEYS.named('due'), leaving);
    await running.raw.zadd(KEYS.named('leaving'), 1, leaving);
    const checked: string[] = [];
    await new JobRepair({ ...firstShard(running.core), queue: noting(checked) }).runOnce();
    expect(sorted(checked)).toEqual(sorted([...near, leaving]));
  });

  it('the slow task reads a few in each step, and the next leader goes on where the last one was', async () => {
    const checked: string[] = [];
    const { clock, tick } = ticking();
    const leader = () => new JobRepair({ ...firstShard(running.core), clock, queue: noting(checked) });
    let current = leader();
    let most = 0;
    for (let step = 0; new Set(checked).size < all.length && step < 200; step += 1) {
      if (step % 10 === 0) current = leader();
      const before = checked.length;
      await current.slow.runOnce();
      most = Math.max(most, checked.length - before);
      tick();
    }
    expect(sorted(checked)).toEqual(sorted(all.map(({ id }) => id)));
    expect(most).toBeLessThanOrEqual(20);
    expect(await running.raw.exists(KEYS.named('repair-place'))).toBe(0);
  });

  it('a step adds the jobs that it misses', async () => {
    await new JobRepair(firstShard(running.core)).slow.runOnce();
    const [first] = all.slice(FAR + NEAR);
    const id = `${first?.id}_start_${first?.revision}`;
    expect(await running.raw.exists(`${KEYS.bullmq}:starts:${id}`)).toBe(1);
    expect(await running.core.queue.missing(all.slice(0, 150))).toHaveLength(150);
  });
});

it('with few broadcasts each round checks all, and there are no steps', async () => {
  await running.raw.flushall();
  const few = all.slice(0, 500);
  await store(few);
  const checked: string[] = [];
  const repair = new JobRepair({ ...firstShard(running.core), queue: noting(checked) });
  await repair.slow.runOnce();
  expect(checked).toEqual([]);
  await repair.runOnce();
  expect(sorted(new Set(checked))).toEqual(sorted(few.map(({ id }) => id)));
});

describe('a job of a waiting broadcast that BullMQ keeps as', () => {
  /** As a worker leaves it that keeps what has ended: one of an earlier build. */
  async function end(waiting: Broadcast, state: 'failed' | 'completed'): Promise<void> {
    const connection = running.raw.duplicate({ maxRetriesPerRequest: null });
    const queue = new Queue('starts', { connection, prefix: KEYS.bullmq });
    const worker = new Worker('starts', null, { connection, prefix: KEYS.bullmq });
    const id = `${waiting.id}_start_${waiting.revision}`;
    await (await queue.getJob(id))?.promote();
    const job = (await worker.getNextJob('token')) as Job;
    if (state === 'failed') await job.moveToFailed(new Error('it has no data'), 'token', false);
    else await job.moveToCompleted('done', 'token', false);
    expect(await queue.getJobState(id)).toBe(state);
    await Promise.all([queue.close(), worker.close()]);
    connection.disconnect();
  }

  it.each(['failed', 'completed'] as const)('%s is waiting again after one round', async (state) => {
    await running.raw.flushall();
    const [one, other] = all as [Broadcast, Broadcast];
    await store([one, other]);
    const repair = new JobRepair(firstShard(running.core));
    await repair.runOnce();
    await end(one, state);
    expect(await repair.repair()).toBe(1);
    const waiting = await running.raw.zrange(`${KEYS.bullmq}:starts:delayed`, '0', '-1');
    expect(sorted(waiting)).toEqual(sorted([one, other].map(({ id, revision }) => `${id}_start_${revision}`)));
    expect(await running.raw.exists(`${KEYS.bullmq}:starts:${state}`)).toBe(0);
  });

  it('ended costs one command to look for', async () => {
    await running.raw.config('RESETSTAT');
    await running.core.queue.removeEnded();
    const stats = await running.raw.info('commandstats');
    expect(Number(/cmdstat_exists:calls=(\d+)/.exec(stats)?.[1])).toBe(1);
    expect(stats).not.toContain('cmdstat_evalsha');
  });
});

it('looks for many jobs with one command, and finds the one that is missing', async () => {
  const { queue } = running.core;
  const some = all.slice(0, 90);
  await queue.addAll(some);
  await running.raw.config('RESETSTAT');
  expect(await queue.missing(some)).toEqual([]);
  expect(Number(/cmdstat_exists:calls=(\d+)/.exec(await running.raw.info('commandstats'))?.[1])).toBe(1);
  const lost = some[40] as Broadcast;
  await running.raw.del(`${KEYS.bullmq}:starts:${lost.id}_start_${lost.revision}`);
  const [timer] = expectedTimers(lost);
  expect(await queue.missing(some)).toEqual([{ broadcast: lost, timer }]);
});
