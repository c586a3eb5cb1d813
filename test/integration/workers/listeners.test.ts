import { afterAll, beforeAll, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { type ClockGuard, ClockWatch } from '../../../src/queue/clock-watch.ts';
import { ChangeWatcher } from '../../../workers/jobs/change-watcher.ts';
import type { Executor } from '../../../workers/jobs/executor.ts';
import { OverdueScanner } from '../../../workers/maintenance/overdue-scanner.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';
import { eventually } from '../../support/wait-for.ts';

/** Node warns of a leak when more than ten listen to one target; in a rush hundreds of runs wait for the same. */

let real: RealCore;
const warnings: string[] = [];
const note = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
beforeAll(async () => {
  real = await startCore(['--appendfsync', 'no']);
  process.on('warning', note);
});
afterAll(async () => {
  process.off('warning', note);
  await real.stop();
});

/** Node emits a warning in the next turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('runs of the overdue scanner end together and are no leak to Node', async () => {
  const { redis, store, clock, logger, notices } = firstShard(real.core);
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  const broadcasts = Array.from({ length: 15 }, (_, i) => ({ meetingId: 720_000_000 + i, startAt, duration: 'PT1H' }));
  const made = (await real.scheduler.scheduleBatch({ broadcasts }, { by: 'test' })).broadcasts;
  for (const { id } of made) {
    const before = await store.get(id);
    const builder = new DecisionBuilder(before, Date.now(), 'test');
    builder.next.startAt = Date.now() - 10_000;
    await store.commit([{ before, decision: builder.build() }]);
  }
  const signals: AbortSignal[] = [];
  const run: Executor['run'] = async ({ broadcastId }, signal) => {
    signals.push(signal);
    const change = new ChangeWatcher(notices, broadcastId, signal);
    await clock.sleepUntil(clock.now() + 60_000, change.signal);
    change.close();
    return { kind: 'done', why: 'over' };
  };
  const scanner = new OverdueScanner({ redis, store, executor: { run } as Executor, clock, logger });
  await scanner.runOnce();
  await eventually(() => signals.length === made.length);
  await turn();
  expect(warnings).toEqual([]);
  await scanner.stop(10_000);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

it('starts that wait until the clock is trusted again are no leak to Node either', async () => {
  const { core } = real;
  const watch = new ClockWatch({
    ...{ clock: core.clock, redis: core.redis, keys: KEYS, alerts: core.alerts, logger: core.logger },
    ...{ id: 'one', host: 'here' },
  });
  const guard: ClockGuard = watch;
  watch.reading()(Date.now() - 3_600_000);
  expect(guard.startsHeld).toBe(true);
  const waiting = Promise.all(Array.from({ length: 15 }, () => guard.whenTrusted(new AbortController().signal)));
  await turn();
  expect(warnings).toEqual([]);
  await eventually(async () => {
    await watch.runOnce();
    return !guard.startsHeld;
  }, 30_000);
  await waiting;
});
