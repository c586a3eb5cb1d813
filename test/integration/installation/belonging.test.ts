import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { reloadAccounts } from '../../../src/app/account-reload.ts';
import { type AppContext, openAppContext } from '../../../src/app/context.ts';
import { createScheduler } from '../../../src/app/create-scheduler.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { loadConfig } from '../../../src/config.ts';
import type { BelongingOptions } from '../../../src/installation/belonging.ts';
import { configuredZoomOf } from '../../../src/installation/configured-zoom.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { createSeries } from '../../../src/series/create-series.ts';
import { collectLog, configOf, KEYS, PREFIX } from '../../support/real-context.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { eventually } from '../../support/wait-for.ts';

let server: TestRedis;
let raw: Redis;
let open: AppContext[] = [];
const { log, logger } = collectLog();

beforeAll(async () => {
  server = await startRedis();
  raw = new Redis(server.url);
});
afterAll(async () => {
  raw.disconnect();
  await server.stop();
});
beforeEach(() => raw.flushall());
afterEach(async () => {
  await Promise.all(open.map((core) => core.close()));
  open = [];
});

async function start(
  env: Record<string, string>,
  more: Partial<BelongingOptions> = {},
  sandbox = false,
): Promise<AppContext> {
  const config = loadConfig({ REDIS_URL: server.url, REDIS_PREFIX: PREFIX, ...env }, { terminal: false });
  const core = await openAppContext(config, parseRedisUrl(server.url), logger, {
    zoom: configuredZoomOf(config, sandbox),
    ...more,
  });
  open.push(core);
  return core;
}
const startSandbox = (more: Partial<BelongingOptions> = {}) =>
  start({ ZOOM_ACCESS_TOKEN: 'sandbox', ZOOM_API_URL: 'http://127.0.0.1:9/v2' }, more, true);
const ZOOM = { ZOOM_ACCOUNT_ID: 'A1', ZOOM_CLIENT_ID: 'c', ZOOM_CLIENT_SECRET: 's' };
const DISCARD = { consent: { takeOver: false, discardSandbox: true } };
const TAKE_OVER = { consent: { takeOver: true, discardSandbox: false } };

async function end(core: AppContext): Promise<void> {
  open = open.filter((one) => one !== core);
  await core.close();
}

async function plan(core: AppContext, count: number): Promise<string[]> {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  const broadcasts = Array.from({ length: count }, (_, i) => ({ meetingId: String(85_000_000_000 + i), startAt }));
  const made = await createScheduler(core).scheduleBatch({ broadcasts }, { by: 'test' });
  return made.broadcasts.map(({ id }) => id);
}

it('refuses Zoom while the sandbox has something planned; --discard-sandbox ends it, series too, and forgets what was known', async () => {
  const inSandbox = await startSandbox();
  const [first = ''] = await plan(inSandbox, 2);
  const scheduler = createScheduler(inSandbox);
  const rule = { rule: 'FREQ=DAILY', startAt: '2026-11-28T09:00', timezone: 'Europe/Berlin', duration: 'PT1H' };
  await createSeries(inSandbox, scheduler).service.create({ meetingId: '86000000000', ...rule }, { by: 'test' });
  await raw.hset(KEYS.meeting('default', '85000000000'), 'stream', 'on', 'streamAt', '1');
  await raw.set(KEYS.named('token:default'), '{}');
  await end(inSandbox);
  const pending = await raw.scard(KEYS.named('pending'));
  expect(pending).toBeGreaterThan(3);

  const refused = start(ZOOM);
  await expect(refused).rejects.toMatchObject({ code: 'other_installation' });
  await expect(refused).rejects.toThrow(`${pending} unfinished broadcasts and 1 series of the sandbox`);
  expect(await raw.scard(KEYS.named('pending'))).toBe(pending);

  const real = await start(ZOOM, DISCARD);
  expect(log).toContainEqual(expect.objectContaining({ broadcasts: pending, series: 1 }));
  expect(await raw.scard(KEYS.named('pending'))).toBe(0);
  expect(await raw.zcard(KEYS.named('series'))).toBe(0);
  expect(await real.store.get(first)).toMatchObject({ status: 'canceled', reason: expect.stringContaining('sandbox') });
  expect(await raw.exists(KEYS.meeting('default', '85000000000'), KEYS.named('token:default'))).toBe(0);
  await end(real);
  // From now on it is Zoom's, and the sandbox stays out.
  await expect(startSandbox()).rejects.toThrow(/of the Zoom at api\.zoom\.us/);
  await start(ZOOM);
});

it('what was live in the sandbox is ended, not stopped in Zoom', async () => {
  const inSandbox = await startSandbox();
  const [id = ''] = await plan(inSandbox, 1);
  const before = await inSandbox.store.get(id);
  const next = { ...before, status: 'live' as const, startedAt: before.startAt };
  await inSandbox.store.commit([{ before, decision: { next, history: [], alerts: [] } }]);
  await end(inSandbox);
  const real = await start(ZOOM, DISCARD);
  expect(await real.store.get(id)).toMatchObject({ status: 'ended' });
});

it.each(['failed', 'missed'] as const)(
  'what %s in the sandbox is never started again, and its alerts are resolved',
  async (status) => {
    const inSandbox = await startSandbox();
    const [id = ''] = await plan(inSandbox, 1);
    const before = await inSandbox.store.get(id);
    const decision = new DecisionBuilder(before, Date.now(), 'test')
      .become(status, 'in the sandbox')
      .alert(status, 'so it was');
    await inSandbox.store.commit([{ before, decision: decision.build() }]);
    expect(await inSandbox.alerts.count('open')).toBe(1);
    await end(inSandbox);

    const real = await start(ZOOM);
    expect(await real.alerts.count('open')).toBe(0);
    expect(await real.store.get(id)).toMatchObject({ status: 'canceled', reason: expect.stringContaining('sandbox') });
    const scheduler = createScheduler(real);
    await expect(scheduler.retry(id, { by: 'test' })).rejects.toThrow(/canceled/);
    await expect(scheduler.change(id, { startAt: 'now' }, { by: 'test' })).rejects.toMatchObject({ code: 'too_late' });
  },
);

it('keeps it with --take-over; finished ones are in nobody’s way', async () => {
  const inSandbox = await startSandbox();
  const [id = ''] = await plan(inSandbox, 1);
  await end(inSandbox);
  const real = await start(ZOOM, TAKE_OVER);
  expect((await real.store.get(id)).status).toBe('scheduled');
  await createScheduler(real).cancel(id, { by: 'test' });
  await end(real);
  await raw.set(KEYS.named('installation'), JSON.stringify({ kind: 'sandbox', accounts: {} }));
  await start(ZOOM);
});

it('of two that start at once on a new store and mean different ones, exactly one comes through', async () => {
  for (let round = 0; round < 5; round += 1) {
    await raw.flushall();
    const outcomes = await Promise.allSettled([
      start(ZOOM),
      start({ ...ZOOM, ZOOM_ACCOUNT_ID: 'A2' }),
      start({ ...ZOOM, ZOOM_API_URL: 'https://api.zoomgov.com/v2' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(open.splice(0).map((core) => core.close()));
  }
});

it('a store of a build before the record is taken for what the credentials say; a sandbox stays out of it', async () => {
  const former = await start(ZOOM);
  await plan(former, 1);
  await end(former);
  await raw.del(KEYS.named('installation'));
  await expect(startSandbox()).rejects.toThrow(/1 unfinished broadcast/);
  await start({ ZOOM_ACCESS_TOKEN: 'any' });
  expect(JSON.parse((await raw.get(KEYS.named('installation'))) ?? '')).toMatchObject({ kind: 'zoom' });
});

it('waits for workers of the former Zoom, and a process that runs on ends', async () => {
  const ended: string[] = [];
  const inSandbox = await startSandbox({ onOther: (detail) => ended.push(detail) });
  await raw.hset(KEYS.named('workers'), 'w1', '0');
  await raw.set(KEYS.worker('w1'), '1', 'PX', 1_500);
  const begun = performance.now();
  await start(ZOOM);
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  await eventually(() => ended.length === 1);
  expect(ended[0]).toContain('now belongs to the Zoom at api.zoom.us');
  await end(inSandbox);
});

it('says which accounts it lacks and how much waits for others', async () => {
  const file = new URL('accounts.json', `file://${server.dir}/`).pathname;
  const { writeFile } = await import('node:fs/promises');
  const accounts = [
    { name: 'default', accountId: 'A1', clientId: 'c', clientSecret: 's' },
    { name: 'west', accountId: 'W', clientId: 'c', clientSecret: 's' },
  ];
  await writeFile(file, JSON.stringify({ accounts }));
  const both = await start({ ZOOM_ACCOUNTS_FILE: file });
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  await createScheduler(both).schedule({ meetingId: '87000000000', account: 'west', startAt }, { by: 'test' });
  await start(ZOOM);
  expect(log.at(-1)).toMatchObject({ missing: ['west'], unfinished: { west: 1 } });
});

it('a reload of the accounts does not make one of them another at Zoom', async () => {
  const core = await start(ZOOM);
  await reloadAccounts(core, () =>
    configOf(server.url, { ...ZOOM, ZOOM_ACCESS_TOKEN: '', ZOOM_API_URL: '', ZOOM_ACCOUNT_ID: 'A2' }),
  );
  expect(core.accounts.get('default')?.credentials).toMatchObject({ accountId: 'A1' });
  expect(log.at(-1)).toMatchObject({ errors: [{ message: expect.stringContaining("Zoom's A1 there, A2 here") }] });
});
