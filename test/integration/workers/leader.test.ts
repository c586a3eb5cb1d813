import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { metricsOf } from '../../../src/app/metrics-of.ts';
import { readMetrics } from '../../../src/observability/metric-readings.ts';
import { COUNTS, StoredCounts } from '../../../src/observability/stored-counts.ts';
import { inboxKey } from '../../../src/zoom/events/inbox.ts';
import { Deadlines } from '../../../workers/maintenance/deadlines.ts';
import { JobRepair } from '../../../workers/maintenance/job-repair.ts';
import { Leader, type LeaderTask } from '../../../workers/maintenance/leader.ts';
import { Retention } from '../../../workers/maintenance/retention.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';
import { eventually } from '../../support/wait-for.ts';

const by = 'api:test';
const WARN = 40;

let running: RealCore;
beforeAll(async () => {
  running = await startCore();
});
beforeEach(async () => {
  await running.raw.flushall();
  running.log.length = 0;
});
afterAll(() => running.stop());

const warnings = () => running.log.filter(({ level }) => level === WARN).map(({ msg }) => msg);

async function planned(meetingId: string): Promise<string> {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  return (await running.scheduler.schedule({ meetingId, startAt }, { by })).broadcast.id;
}

describe('a deadline that fails', () => {
  async function withOneThatFails() {
    const failing = await planned('111');
    const sound = await planned('222');
    // No record is damaged, but none of this meeting can be loaded.
    await running.raw.set(KEYS.meeting('default', '111'), 'no hash');
    await running.raw.zadd(KEYS.named('deadlines'), 1, failing, 2, sound);
    const failures: string[] = [];
    const deadlines = new Deadlines({
      ...firstShard(running.core),
      workerId: 'w1',
      onFailure: (task) => failures.push(task),
    });
    return { failing, sound, deadlines, failures };
  }

  it('holds up none behind it, in the same run', async () => {
    const { sound, deadlines } = await withOneThatFails();
    const before = Date.now();
    await deadlines.runOnce();
    expect(Number(await running.raw.zscore(KEYS.named('deadlines'), sound))).toBeGreaterThan(before);
  });

  it('is logged once, counted each time, and comes later each time', async () => {
    const { failing, deadlines, failures } = await withOneThatFails();
    const key = KEYS.named('deadlines');
    const delays: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      await running.raw.zadd(key, 1, failing);
      const before = running.core.clock.now();
      await deadlines.runOnce();
      delays.push(Number(await running.raw.zscore(key, failing)) - before);
    }
    expect(warnings()).toEqual([
      `the deadline of broadcast ${failing} failed; it will be retried after longer and longer delays`,
    ]);
    expect(failures).toEqual(Array(4).fill('deadline'));
    for (const [run, least] of [1_000, 2_000, 4_000, 8_000].entries())
      expect(delays[run]).toBeGreaterThanOrEqual(least);
    await running.raw.del(KEYS.meeting('default', '111'));
    await running.raw.zadd(key, 1, failing);
    await deadlines.runOnce();
    expect(running.log.some(({ msg }) => msg === `the deadline of ${failing} is working again`)).toBe(true);
  });
});

describe('the leader', () => {
  const task = (name: string, runOnce: () => Promise<void>): LeaderTask => ({ name, everyMs: 0, runOnce });

  it('runs each task though another hangs, and another fails', async () => {
    const runs: string[] = [];
    const failures: string[] = [];
    let letGo = () => {};
    const hanging = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const leader = new Leader({
      ...running.core,
      workerId: 'w1',
      onFailure: (name) => failures.push(name),
      tasks: [
        task('hangs', () => hanging),
        task('fails', () => Promise.reject(new Error('as always'))),
        task('works', async () => {
          runs.push('works');
        }),
      ],
    });
    leader.start();
    await eventually(() => runs.length >= 2 && failures.length >= 2);
    expect(warnings()).toEqual(['leader task fails failed; it will be retried']);
    letGo();
    await leader.stop(5_000);
    const ran = runs.length;
    expect(ran).toBeGreaterThanOrEqual(2);
  });

  it('is one worker at a time; another takes over when its lease is over', async () => {
    const led: string[] = [];
    const leaderOf = (workerId: string) =>
      new Leader({ ...running.core, workerId, tasks: [task('lead', async () => void led.push(workerId))] });
    const [first, second] = [leaderOf('w1'), leaderOf('w2')];
    await first.runOnce();
    await second.runOnce();
    await first.runOnce();
    expect(led).toEqual(['w1', 'w1']);
    await running.raw.del(KEYS.named('leader'));
    await second.runOnce();
    expect(led).toEqual(['w1', 'w1', 'w2']);
  });

  it('does not wait for ever for a task that hangs when it stops', async () => {
    const leader = new Leader({ ...running.core, workerId: 'w1', tasks: [task('hangs', () => new Promise(() => {}))] });
    leader.start();
    await eventually(() => running.raw.exists(KEYS.named('leader')));
    await leader.stop(50);
  });
});

it('the metrics show how far the inbox is behind, and count the failures', async () => {
  const { redis, keys, logger } = running.core;
  expect((await readMetrics(running.core)).inbox).toEqual({ events: 0, oldestMs: 0 });
  await running.raw.xadd(inboxKey(keys), Date.now() - 90_000, 'o', '{}');
  await running.raw.xadd(inboxKey(keys), '*', 'o', '{}');
  const counts = new StoredCounts(redis, keys.named(COUNTS), logger);
  counts.leaderError('deadline');
  await counts.runOnce();
  const readings = await readMetrics(running.core);
  expect(readings.inbox.events).toBe(2);
  expect(readings.inbox.oldestMs).toBeGreaterThan(80_000);
  const { body } = await metricsOf(running.core, 'worker').render();
  expect(body).toContain('livestream_leader_errors_total{task="deadline"} 1');
  expect(body).toMatch(/^livestream_inbox_oldest_seconds (8|9)\d/m);
});

describe('one that fails in', () => {
  it('the repair of jobs keeps no other from its job, and the run counts as failed', async () => {
    const ids = [await planned('1'), await planned('2'), await planned('3')];
    for (const key of await running.raw.keys(`${KEYS.bullmq}:starts:*`)) await running.raw.del(key);
    const { queue } = running.core;
    const add = queue.add.bind(queue);
    const unlucky = Object.create(queue, {
      add: {
        value: (...job: Parameters<typeof add>) =>
          job[0].id === ids[0] ? Promise.reject(new Error('x')) : add(...job),
      },
      missing: { value: queue.missing.bind(queue) },
      removeEnded: { value: queue.removeEnded.bind(queue) },
    });
    await expect(new JobRepair({ ...firstShard(running.core), queue: unlucky }).runOnce()).rejects.toThrow('x');
    const there = await Promise.all(ids.map((id) => running.raw.exists(`${KEYS.bullmq}:starts:${id}_start_1`)));
    expect(there).toEqual([0, 1, 1]);
  });

  it('the retention is skipped, and ids without a record do not fill it', async () => {
    const id = await planned('1');
    await running.scheduler.cancel(id, { by });
    const gone = Array.from({ length: 1_200 }, (_, i) => ['1', `gone${i}`]).flat();
    await running.raw.zadd(KEYS.named('finals'), ...gone);
    await new Retention({ ...firstShard(running.core), retentionMs: -60_000 }).runOnce();
    expect(await running.raw.exists(KEYS.broadcast(id))).toBe(0);
    expect(await running.raw.zcard(KEYS.named('finals'))).toBe(0);
  });
});
