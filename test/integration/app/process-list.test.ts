import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { AlertStore } from '../../../src/alerts/alert-store.ts';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { SCHEMA_VERSION } from '../../../src/broadcasts/store/migrations.ts';
import { ProcessList, runningProcesses } from '../../../src/queue/process-list.ts';
import { collectLog, type LogLine, type RealCore, startCore } from '../../support/real-context.ts';

/** Apart from the process that the test itself runs. */
const keys = keysOf('versions');
let alerts: AlertStore;
let running: RealCore;
beforeAll(async () => {
  running = await startCore();
  alerts = new AlertStore(running.core.redis, keys);
});
afterAll(() => running.stop());

let log: LogLine[];
let older: ProcessList;
let newer: ProcessList;
beforeEach(async () => {
  await running.raw.del(keys.named('processes'));
  const collected = collectLog();
  log = collected.log;
  const deps = { ...running.core, keys, alerts, logger: collected.logger, mixedAlertMs: 0 };
  older = new ProcessList({ ...deps, id: 'a', host: 'one', version: '0.9.0' });
  newer = new ProcessList({ ...deps, id: 'b', host: 'two', version: '1.0.0' });
});
afterEach(() => Promise.all([older.stop(0), newer.stop(0)]));

const open = async () => (await alerts.openByCode()).versions ?? 0;

it('two versions at once are logged with their machines, and raise an alert that resolves when one is left', async () => {
  await older.runOnce();
  expect(log).toEqual([]);
  await newer.runOnce();
  const text =
    '2 versions of livestream-scheduler run on this Redis at once: 0.9.0 (1 process on one), 1.0.0 (1 process on two)';
  expect(log).toMatchObject([{ level: 40, msg: text, advice: expect.stringContaining('livestream doctor') }]);
  expect(await open()).toBe(1);
  await newer.runOnce();
  expect(log).toHaveLength(1);
  await older.stop(0);
  await newer.runOnce();
  expect(log.at(-1)?.msg).toBe('all processes run the same version again');
  expect(await open()).toBe(0);
});

it('during an update two versions are no alert yet', async () => {
  const { logger } = collectLog();
  const patient = new ProcessList({ ...running.core, keys, alerts, logger, id: 'c', host: 'three', version: '2.0.0' });
  await newer.runOnce();
  await patient.runOnce();
  expect(await open()).toBe(0);
  await patient.stop(0);
});

it('a process says at once that a newer version has changed the data under it', async () => {
  const { redis } = running.core;
  await redis.set(keys.named('schema'), SCHEMA_VERSION + 1);
  await older.runOnce();
  await redis.set(keys.named('schema'), SCHEMA_VERSION);
  expect(log).toMatchObject([{ level: 50, msg: expect.stringContaining(`schema ${SCHEMA_VERSION + 1}`) }]);
  expect(await open()).toBe(1);
  await older.runOnce();
  expect(await open()).toBe(0);
});

it('one that has not been heard of for 20 s is not running, and is forgotten after 10 min', async () => {
  const now = running.core.clock.now();
  const silent = (ms: number) => JSON.stringify({ version: '0.1.0', schema: 3, host: 'x', at: now - ms });
  await running.raw.hset(keys.named('processes'), { y: silent(25_000), z: silent(700_000) });
  await older.runOnce();
  const processes = await runningProcesses(running.core.redis, keys, now);
  expect(processes.map(({ version }) => version)).toEqual(['0.9.0']);
  expect((await running.raw.hkeys(keys.named('processes'))).sort()).toEqual(['a', 'y']);
});
