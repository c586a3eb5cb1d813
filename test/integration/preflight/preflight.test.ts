import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import type { ZoomApi, ZoomReads } from '../../../src/broadcasts/zoom-port.ts';
import { SystemClock } from '../../../src/clock.ts';
import { Preflight } from '../../../src/preflight/preflight.ts';
import { DUE, PreflightTask, WANTED } from '../../../src/preflight/preflight-task.ts';
import { ChangeNotices } from '../../../src/queue/change-notices.ts';
import { BullMqTimerQueue, type TimerQueue } from '../../../src/queue/timer-queue.ts';
import { BroadcastWriter } from '../../../src/scheduling/broadcast-writer.ts';
import { Scheduler } from '../../../src/scheduling/scheduler.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { AccountDirectory } from '../../../src/zoom/accounts.ts';
import { ZoomClient } from '../../../src/zoom/client.ts';
import { createRedisTokenStore } from '../../../src/zoom/tokens/redis-token-store.ts';
import { createTokens } from '../../../src/zoom/tokens/tokens.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { ask } from '../../support/sandbox-client.ts';
import { until } from '../../support/wait-for.ts';

let server: TestRedis;
let sandbox: Sandbox;
let redis: Redis;
let store: BroadcastStore;
let writer: BroadcastWriter;
let scheduler: Scheduler;
let queue: TimerQueue;
let zoom: ZoomApi & ZoomReads;
let directory: AccountDirectory;
let tokens: ReturnType<typeof createTokens>;
const clock = new SystemClock();
const keys = keysOf('preflight');
const rules = {
  startRetryMs: 30_000,
  startWindowMs: 7_200_000,
  webhooksOn: () => false,
  random: () => 0.5,
};
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  server = await startRedis();
  sandbox = await startSandbox({ port: 0 });
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  store = new BroadcastStore({
    redis,
    keys,
    rules,
    limits: () => ({ intervalMs: 1, daily: 0 }),
    preflightMs: 600_000,
  });
  queue = new BullMqTimerQueue({ redis, prefix: keys.bullmq, clock });
  const rates = { plan: 'pro', rateShare: 1 } as const;
  const account = { ...rates, name: 'default', accountId: 'zoom', webhookSecretToken: null, webSocketUrl: null };
  const clientSecret = new Secret('secret');
  const credentials = { kind: 'server_to_server', accountId: 'zoom', clientId: 'client', clientSecret } as const;
  directory = new AccountDirectory([{ ...account, credentials, apiUrl: sandbox.apiUrl, oauthUrl: sandbox.oauthUrl }]);
  const tokenStore = createRedisTokenStore({ redis, key: (name) => keys.named(name), sealer: null });
  tokens = createTokens({ accounts: directory, store: tokenStore, clock, timeoutMs: 5_000, logger });
  zoom = new ZoomClient({
    accounts: directory,
    tokens,
    clock,
    timeoutMs: 5_000,
    requestFormat: 'json',
    logger,
    version: 'test',
  });
  const notices = new ChangeNotices(redis, keys.named('changed'));
  writer = new BroadcastWriter({ store, queue, notices, logger });
  scheduler = new Scheduler({
    redis,
    store,
    writer,
    clock,
    accounts: directory,
    rules,
    seal: (text) => `sealed:${text.length}`,
  });
});
afterAll(async () => {
  await zoom.close();
  await tokens.close();
  await queue.close();
  redis.disconnect();
  await sandbox.close();
  await server.stop();
});
beforeEach(async () => {
  await control('POST', 'reset');
});

const control = (method: string, path: string, body?: unknown) =>
  ask(method, `${sandbox.url}/_sandbox/${path}`, body, {});
let numbers = 91_000_000_000;

/** Schedules a broadcast of a meeting with these traits and checks it. */
async function check(traits: Record<string, unknown>, fields: Record<string, unknown> = {}) {
  numbers += 1;
  const meetingId = String(numbers);
  await control('PUT', `meetings/${meetingId}`, { state: 'waiting', ...traits });
  const startAt = new Date(Date.now() + 300_000).toISOString();
  const { broadcast } = await scheduler.schedule({ meetingId, startAt, ...fields }, { by: 'test' });
  const checked = await new Preflight({ store, writer, zoom, clock, workerId: 'w' }).run(broadcast.id);
  const history = await store.history(broadcast.id);
  return { broadcast, checked, codes: checked?.warnings.map(({ code }) => code), history };
}

const alerted = (history: { type: string; reason: string | null }[]) =>
  history.some(({ type, reason }) => type === 'alert' && reason?.startsWith('preflight:'));

describe('preflight', () => {
  it('finds nothing wrong with a meeting that is ready, and says so in the history', async () => {
    const { codes, history, checked, broadcast } = await check({});
    expect(codes).toEqual([]);
    const entry = history.find(({ type }) => type === 'preflight');
    expect(entry?.reason).toMatch(/no problems found/);
    expect(entry?.request).toHaveLength(3);
    expect(JSON.stringify(entry)).not.toContain('sandbox-key');
    expect(alerted(history)).toBe(false);
    expect(checked?.revision).toBe(broadcast.revision);
  });

  it.each([
    ['a meeting that is gone', { state: 'gone' }, {}, 'meeting_not_found'],
    ['a webinar given as meeting', { kind: 'webinar' }, { kind: 'meeting' }, 'is_a_webinar'],
    ['a meeting given as webinar', { kind: 'meeting' }, { kind: 'webinar' }, 'is_a_meeting'],
    ['end-to-end encryption', { e2ee: true }, {}, 'end_to_end_encrypted'],
    ['no live stream configured', { configured: false }, {}, 'livestream_not_configured'],
    ['no webinar plan', { kind: 'webinar', webinarPlan: false }, { kind: 'webinar' }, 'webinar_plan_missing'],
    ['a host who may not host', { hostAllowed: false }, {}, 'user_not_allowed'],
  ])('raises an alert for %s', async (_name, traits, fields, code) => {
    const { codes, history, checked } = await check(traits, fields);
    expect(codes).toContain(code);
    expect(alerted(history)).toBe(true);
    for (const { message, advice } of checked?.warnings ?? []) {
      expect(message).toMatch(/\.$/);
      expect(advice).toMatch(/\.$/);
    }
  });

  it('looks at the settings of the host', async () => {
    await control('PUT', 'users/h1', { customLiveStreaming: false });
    expect((await check({ hostId: 'h1' })).codes).toEqual(['livestream_not_enabled']);
    await control('PUT', 'users/h2', { webinarLiveStreaming: false });
    expect((await check({ hostId: 'h2', kind: 'webinar' }, { kind: 'webinar' })).codes).toEqual([
      'livestream_not_enabled',
    ]);
  });

  it('needs no configured live stream where the broadcast brings its destination', async () => {
    const destination = { streamUrl: 'rtmp://a.example/x', streamKey: 'key', pageUrl: 'https://a.example/' };
    expect((await check({ configured: false }, { destination })).codes).toEqual([]);
  });

  it('tells when Zoom has another time for the meeting, without an alert', async () => {
    const { codes, history } = await check({ startTime: '2031-01-01T10:00:00Z' });
    expect(codes).toEqual(['time_differs']);
    expect(alerted(history)).toBe(false);
  });

  it('finds nothing where Zoom answers nothing that it knows', async () => {
    const rules = [{ match: { method: 'GET' }, answer: { status: 404, text: 'not here', times: 20 } }];
    await control('POST', 'script', { rules });
    const { codes, history } = await check({});
    expect(codes).toEqual([]);
    expect(alerted(history)).toBe(false);
  });

  it('takes back what a later check does not find any more, and leaves other warnings', async () => {
    const { broadcast } = await check({ configured: false });
    await control('PATCH', `meetings/${broadcast.meetingId}`, { configured: true });
    const again = await new Preflight({ store, writer, zoom, clock, workerId: 'w' }).run(broadcast.id);
    expect(again?.warnings).toEqual([]);
  });

  it('is due PREFLIGHT before the start, once for each plan', async () => {
    const startAt = new Date(Date.now() + 300_000).toISOString();
    const meetingId = '95000000001';
    const { broadcast } = await scheduler.schedule({ meetingId, startAt }, { by: 'test' });
    const later = await scheduler.schedule(
      { meetingId: '95000000002', startAt: new Date(Date.now() + 3_600_000).toISOString() },
      { by: 'test' },
    );
    const task = new PreflightTask({
      redis,
      keys,
      clock,
      logger,
      preflight: new Preflight({ store, writer, zoom, clock, workerId: 'w' }),
    });
    await task.runOnce();
    const done = async (id: string) => (await store.history(id)).filter(({ type }) => type === 'preflight').length;
    await until('the preflight', async () => (await done(broadcast.id)) === 1);
    expect(await redis.zscore(keys.named(DUE), broadcast.id)).toBeNull();
    expect(Number(await redis.zscore(keys.named(DUE), later.broadcast.id))).toBe(later.broadcast.startAt - 600_000);
    await scheduler.change(broadcast.id, { title: 'again' }, { by: 'test' });
    await task.runOnce();
    await until('the preflight of the new plan', async () => (await done(broadcast.id)) === 2);
    expect(await done(later.broadcast.id)).toBe(0);
  });

  it('warns once of a check that fails again and again, and logs when it works', async () => {
    const startAt = new Date(Date.now() + 300_000).toISOString();
    const { broadcast } = await scheduler.schedule({ meetingId: '95000000003', startAt }, { by: 'test' });
    const lines: string[] = [];
    const line = (level: string) => (fields: { broadcastId?: string }, message: string) => {
      if ((fields.broadcastId ?? message).includes(broadcast.id) || level === 'info') lines.push(level);
    };
    let tries = 0;
    const preflight = {
      run: async (id: string) => {
        if (id !== broadcast.id) return null;
        tries += 1;
        if (tries <= 3) throw new Error('another worker has the account');
        return null;
      },
    } as unknown as Preflight;
    const logLines = { debug: line('debug'), info: line('info'), warn: line('warn') } as never;
    const task = new PreflightTask({ redis, keys, clock, logger: logLines, preflight });
    // Only on request here: one that is due as well would run twice in a round.
    await redis.zrem(keys.named(DUE), broadcast.id);
    for (const seen of [1, 2, 3, 4]) {
      await redis.sadd(keys.named(WANTED), broadcast.id);
      await task.runOnce();
      await until(`attempt ${seen}`, async () => lines.length === seen);
    }
    expect(lines).toEqual(['warn', 'debug', 'debug', 'info']);
  });

  it('tells of a scope that the start needs', async () => {
    await control('PATCH', 'settings', { scopes: ['meeting:read:meeting:admin'] });
    await redis.del(...(await redis.keys(`${keys.base}*token*`)), 'none');
    await zoom.renewToken('default');
    const { codes, history } = await check({});
    expect(codes).toContain('scopes_missing');
    expect(codes).toContain('not_checked');
    expect(alerted(history)).toBe(true);
  });
});
