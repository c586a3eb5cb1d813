import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import type { ZoomApi, ZoomReads } from '../../../src/broadcasts/zoom-port.ts';
import { PlanPreflight } from '../../../src/preflight/plan-preflight.ts';
import { Preflight } from '../../../src/preflight/preflight.ts';
import { DUE, PreflightTask, WANTED } from '../../../src/preflight/preflight-task.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { ZoomClient } from '../../../src/zoom/client.ts';
import { createTokens } from '../../../src/zoom/tokens/create-tokens.ts';
import { createRedisTokenStore } from '../../../src/zoom/tokens/redis-token-store.ts';
import { accountsOf, type Rig, startRig } from '../../support/rig.ts';
import { ask } from '../../support/sandbox-client.ts';
import { until } from '../../support/wait-for.ts';

let rig: Rig;
let sandbox: Sandbox;
let zoom: ZoomApi & ZoomReads;
let tokens: ReturnType<typeof createTokens>;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  const clientSecret = new Secret('secret');
  const credentials = { kind: 'server_to_server', accountId: 'zoom', clientId: 'client', clientSecret } as const;
  const { apiUrl, oauthUrl } = sandbox;
  const accounts = accountsOf(['default'], { accountId: 'zoom', rateShare: 1, credentials, apiUrl, oauthUrl });
  rig = await startRig({ accounts, limits: { intervalMs: 1 }, preflightMs: 600_000 });
  const { redis, clock, keys, logger } = rig;
  const tokenStore = createRedisTokenStore({ redis, key: (name) => keys.named(name), sealer: null });
  const common = { accounts, clock, timeoutMs: 5_000, logger };
  tokens = createTokens({ ...common, store: tokenStore });
  zoom = new ZoomClient({ ...common, tokens, requestFormat: 'json', version: 'test' });
});
afterAll(async () => {
  await zoom.close();
  await tokens.close();
  await rig.stop();
  await sandbox.close();
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
  const { broadcast } = await rig.scheduler.schedule({ meetingId, startAt, ...fields }, { by: 'test' });
  const checked = await new Preflight({ ...rig, zoom, workerId: 'w' }).run(broadcast.id);
  const history = await rig.store.history(broadcast.id);
  return { broadcast, checked, codes: checked?.warnings.map(({ code }) => code), history };
}

const alerted = (history: { type: string; reason: string | null }[]) =>
  history.some(({ type, reason }) => type === 'alert' && reason?.startsWith('preflight:'));

// Before the others: the last of them leaves a token that may do little.
describe('preflight of a plan that is not stored', () => {
  const startAt = () => Date.now() + 300_000;
  const plan = (meetingId: string) => ({
    ...{ id: null, account: 'default', kind: 'meeting' as const, meetingId, destination: null, startAt: startAt() },
  });
  const checker = (more: Partial<ConstructorParameters<typeof PlanPreflight>[0]> = {}) =>
    new PlanPreflight({ ...rig, zoom, hasCredentials: () => true, ...more });

  it('finds what the preflight of a stored one finds, and writes nothing', async () => {
    await control('PUT', 'meetings/96000000001', { state: 'waiting', configured: false });
    await control('PUT', 'meetings/96000000002', { state: 'waiting', startTime: '2031-01-01T10:00:00Z' });
    const unset = await checker().check(plan('96000000001'));
    expect(unset).toMatchObject({ checked: true, findings: [{ code: 'livestream_not_configured', prevents: true }] });
    const moved = await checker().check(plan('96000000002'));
    expect(moved).toMatchObject({ checked: true, findings: [{ code: 'time_differs', prevents: false }] });
    const webinar = { ...plan('96000000001'), kind: 'webinar' as const };
    expect((await checker().check(webinar)).findings).toMatchObject([
      { code: 'is_a_meeting', advice: 'Choose the kind meeting.' },
    ]);
    expect((await rig.scheduler.list({ meetingId: '96000000001', limit: 1 })).broadcasts).toEqual([]);
  });

  it('says that it is not checked where Zoom gives no answer, or there are no credentials to ask with', async () => {
    const rules = [{ match: { method: 'GET' }, answer: { status: 404, text: 'not here', times: 20 } }];
    await control('POST', 'script', { rules });
    expect(await checker().check(plan('96000000003'))).toEqual({ checked: false, findings: [] });
    const asked = { ...zoom, read: () => Promise.reject(new Error('must not ask')) } as unknown as ZoomReads;
    const without = checker({ zoom: asked, hasCredentials: () => false });
    expect(await without.check(plan('96000000003'))).toEqual({ checked: false, findings: [] });
  });

  it('leaves four tenths of a daily limit to what is scheduled', async () => {
    const ranks: unknown[] = [];
    const reserveRead = async (_account: string, _token: string, rank?: object) => {
      ranks.push(rank);
      return rig.clock.now() + 3_600_000;
    };
    const one = checker({ store: { reserveRead } });
    expect(await one.check(plan('96000000004'))).toEqual({ checked: false, findings: [] });
    expect(ranks.length).toBeGreaterThan(0);
    expect(new Set(ranks.map((rank) => JSON.stringify(rank)))).toEqual(new Set(['{"dayShare":0.6}']));
  });

  it('waits 10 s at most, and checks 20 at once at most', async () => {
    let asked = 0;
    const never = {
      read: () => {
        asked += 1;
        return new Promise(() => {});
      },
    } as unknown as ZoomReads;
    const waits: number[] = [];
    const sleepUntil = async (at: number) => {
      waits.push(at - rig.clock.now());
    };
    const store = { reserveRead: async () => null };
    const one = checker({ zoom: never, store, clock: { ...rig.clock, now: () => rig.clock.now(), sleepUntil } });
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) => one.check(plan(String(96_100_000_000 + i)))),
    );
    expect(new Set(answers.map(({ checked }) => checked))).toEqual(new Set([false]));
    expect(asked).toBe(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  });
});

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

  it('checks the settings of the host', async () => {
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

  it('reports that Zoom has another time for the meeting, without an alert', async () => {
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
    const again = await new Preflight({ ...rig, zoom, workerId: 'w' }).run(broadcast.id);
    expect(again?.warnings).toEqual([]);
  });

  it('is due PREFLIGHT before the start, once for each plan', async () => {
    const startAt = new Date(Date.now() + 300_000).toISOString();
    const meetingId = '95000000001';
    const { broadcast } = await rig.scheduler.schedule({ meetingId, startAt }, { by: 'test' });
    const later = await rig.scheduler.schedule(
      { meetingId: '95000000002', startAt: new Date(Date.now() + 3_600_000).toISOString() },
      { by: 'test' },
    );
    const preflight = new Preflight({ ...rig, zoom, workerId: 'w' });
    const task = new PreflightTask({ ...rig, preflight });
    // A worker with PREFLIGHT=off checks only what somebody asks for.
    await new PreflightTask({ ...rig, preflight, automatic: false }).runOnce();
    expect(await rig.redis.zscore(rig.keys.named(DUE), broadcast.id)).toBe(`${broadcast.startAt - 600_000}`);
    await task.runOnce();
    const done = async (id: string) => (await rig.store.history(id)).filter(({ type }) => type === 'preflight').length;
    await until('the preflight', async () => (await done(broadcast.id)) === 1);
    expect(await rig.redis.zscore(rig.keys.named(DUE), broadcast.id)).toBeNull();
    expect(Number(await rig.redis.zscore(rig.keys.named(DUE), later.broadcast.id))).toBe(
      later.broadcast.startAt - 600_000,
    );
    await rig.scheduler.change(broadcast.id, { title: 'again' }, { by: 'test' });
    await task.runOnce();
    await until('the preflight of the new plan', async () => (await done(broadcast.id)) === 2);
    expect(await done(later.broadcast.id)).toBe(0);
  });

  it('warns once of a check that fails again and again, and logs when it works', async () => {
    const startAt = new Date(Date.now() + 300_000).toISOString();
    const { broadcast } = await rig.scheduler.schedule({ meetingId: '95000000003', startAt }, { by: 'test' });
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
    const task = new PreflightTask({ ...rig, logger: logLines, preflight });
    // Only on request here: one that is due as well would run twice in a round.
    await rig.redis.zrem(rig.keys.named(DUE), broadcast.id);
    for (const seen of [1, 2, 3, 4]) {
      await rig.redis.sadd(rig.keys.named(WANTED), broadcast.id);
      await task.runOnce();
      await until(`attempt ${seen}`, async () => lines.length === seen);
    }
    expect(lines).toEqual(['warn', 'debug', 'debug', 'info']);
  });

  it('reports a missing scope that the start needs', async () => {
    await control('PATCH', 'settings', { scopes: ['meeting:read:meeting:admin'] });
    await rig.redis.del(...(await rig.redis.keys(`${rig.keys.base}*token*`)), 'none');
    await zoom.renewToken('default');
    const { codes, history } = await check({});
    expect(codes).toContain('scopes_missing');
    expect(codes).toContain('not_checked');
    expect(alerted(history)).toBe(true);
  });
});
