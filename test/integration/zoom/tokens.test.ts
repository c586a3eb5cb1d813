import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import type { Sealer } from '../../../src/secrets/sealing.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import type { ZoomAccount } from '../../../src/zoom/accounts.ts';
import { AccountDirectory } from '../../../src/zoom/accounts.ts';
import { ZoomClient } from '../../../src/zoom/client.ts';
import { createTokens } from '../../../src/zoom/tokens/create-tokens.ts';
import { createRedisTokenStore } from '../../../src/zoom/tokens/redis-token-store.ts';
import type { TokenResult, Tokens } from '../../../src/zoom/tokens/tokens.ts';
import type { LocalZoom } from '../../support/local-zoom.ts';
import { grant, respond, startLocalZoom } from '../../support/local-zoom.ts';
import type { TestRedis } from '../../support/redis-server.ts';
import { startRedis } from '../../support/redis-server.ts';

let redisServer: TestRedis;
let redis: Redis;
let zoom: LocalZoom;
let issued: number;
let clockAhead: number;
let logged: string[];
const opened: Array<{ close(): Promise<void> }> = [];
const clock = new SystemClock(() => clockAhead);
const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });

const ACCOUNT = {
  name: 'default',
  accountId: null,
  plan: 'pro',
  rateShare: 0.9,
  webhookSecretToken: null,
  webSocketUrl: null,
} as const;

function clientCredentials(clientId: string, secret: string) {
  return { kind: 'server_to_server', accountId: 'A', clientId, clientSecret: new Secret(secret) } as const;
}

function account(more: Partial<ZoomAccount> = {}): ZoomAccount {
  const credentials = clientCredentials('C', 'TOPSECRET');
  return { ...ACCOUNT, apiUrl: `${zoom.url}/v2`, oauthUrl: `${zoom.url}/oauth/token`, credentials, ...more };
}

/** One process' view: its own local copy over the shared store. */
function process(more: { account?: Partial<ZoomAccount>; sealer?: Sealer; timeoutMs?: number } = {}) {
  const accounts = new AccountDirectory([account(more.account)]);
  const store = createRedisTokenStore({ redis, key: (name) => `{t}:${name}`, sealer: more.sealer });
  const timeoutMs = more.timeoutMs ?? 2_000;
  const tokens = createTokens({ accounts, store, clock, timeoutMs, logger });
  const api = new ZoomClient({ accounts, tokens, clock, timeoutMs, requestFormat: 'json', logger, version: '1' });
  opened.push(tokens, api);
  return { tokens, api, accounts };
}

async function tokenOf(tokens: Tokens): Promise<string> {
  const result: TokenResult = await tokens.get('default');
  if (result.kind !== 'token') throw new Error(JSON.stringify(result));
  return result.token;
}

beforeAll(async () => {
  redisServer = await startRedis();
  redis = new Redis(redisServer.url, { commandTimeout: 1_000, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
});
afterAll(async () => {
  redis.disconnect();
  await redisServer.stop();
});
beforeEach(async () => {
  await redis.flushall();
  issued = 0;
  clockAhead = 0;
  logged = [];
  zoom = await startLocalZoom((received, response) => {
    if (received.path.startsWith('/oauth')) {
      issued += 1;
      grant(response, `T${issued}`);
    } else
      respond(response, received.headers.authorization === `Bearer T${issued}` ? 204 : 401, {
        code: 124,
        message: 'Invalid access token.',
      });
  });
});
afterEach(async () => {
  await zoom.close();
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const START = { account: 'default', kind: 'meeting', meetingId: '1', action: 'start' } as const;

describe('one shared token', () => {
  it('is asked for as documented', async () => {
    const result = await process().tokens.get('default');
    expect(result).toMatchObject({ kind: 'token', token: 'T1', scopes: ['meeting:write', 'meeting:read'] });
    expect(zoom.received[0]).toMatchObject({
      method: 'POST',
      path: '/oauth/token',
      body: 'grant_type=account_credentials&account_id=A',
      headers: {
        authorization: `Basic ${Buffer.from('C:TOPSECRET').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
  });

  it('is asked for once by many callers in several processes', async () => {
    const processes = [process(), process(), process()];
    const all = await Promise.all(processes.flatMap(({ tokens }) => Array.from({ length: 20 }, () => tokenOf(tokens))));
    expect(new Set(all)).toEqual(new Set(['T1']));
    expect(issued).toBe(1);
  });

  it('is taken over by a process whose own copy is older', async () => {
    const [first, second] = [process(), process()];
    expect(await tokenOf(second.tokens)).toBe('T1');
    await first.api.prepare('default');
    issued = 7; // T1 was revoked; the first process finds out and renews.
    await first.api.updateStatus(START);
    await first.api.renewToken('default');
    clockAhead = 2_000;
    expect(await tokenOf(second.tokens)).toBe('T8');
    expect((await second.api.updateStatus(START)).result.kind).toBe('accepted');
  });

  it('is renewed once after both processes were refused', async () => {
    const both = [process(), process()];
    await Promise.all(both.map(({ api }) => api.prepare('default')));
    issued = 7; // Zoom takes T7 only: T1 was revoked.
    const refused = await Promise.all(both.flatMap(({ api }) => [api.updateStatus(START), api.updateStatus(START)]));
    expect(refused.map(({ result }) => result.kind)).toEqual(Array(4).fill('unauthorized'));
    await Promise.all(both.flatMap(({ api }) => [api.renewToken('default'), api.renewToken('default')]));
    expect(issued).toBe(8);
    await both[1]?.api.renewToken('default');
    expect(issued).toBe(8);
    const taken = await Promise.all(both.map(({ api }) => api.updateStatus(START)));
    expect(taken.map(({ result }) => result.kind)).toEqual(['accepted', 'accepted']);
  });

  it('is taken over from the process that has renewed it already', async () => {
    const [first, second] = [process(), process()];
    await Promise.all([first.api.prepare('default'), second.api.prepare('default')]);
    issued = 7;
    await first.api.updateStatus(START);
    await first.api.renewToken('default');
    expect((await second.api.updateStatus(START)).result.kind).toBe('unauthorized');
    await second.api.renewToken('default');
    expect(issued).toBe(8);
    expect((await second.api.updateStatus(START)).result.kind).toBe('accepted');
  });

  it('is renewed by a process that knows of no refusal, when asked', async () => {
    await process().api.prepare('default');
    await process().api.renewToken('default');
    expect(issued).toBe(2);
  });

  it('that is new and refused as well is kept for five seconds: more new ones would not help', async () => {
    const { api } = process();
    await api.prepare('default');
    const working = zoom.answer;
    zoom.answer = (received, response, socket) =>
      received.path.startsWith('/oauth') ? working(received, response, socket) : respond(response, 401);
    for (let i = 0; i < 20; i += 1) {
      expect((await api.updateStatus(START)).result.kind).toBe('unauthorized');
      await api.renewToken('default');
    }
    expect(issued).toBe(2);
    clockAhead = 5_000;
    await api.updateStatus(START);
    await api.renewToken('default');
    expect(issued).toBe(3);
  });

  it('stays when a scope is missing: a new one would lack it too', async () => {
    const { api, tokens } = process();
    await api.prepare('default');
    zoom.answer = (_, response) => respond(response, 401, { code: 4711, message: 'does not contain scopes:[a]' });
    expect((await api.updateStatus(START)).result).toMatchObject({ code: 'scopes_missing' });
    expect(await tokenOf(tokens)).toBe('T1');
  });

  it('is handed out no more once refused, even if the renewal failed', async () => {
    const { api } = process();
    await api.prepare('default');
    zoom.answer = (received, response) => respond(response, received.path.startsWith('/oauth') ? 503 : 401);
    expect((await api.updateStatus(START)).result.kind).toBe('unauthorized');
    await api.renewToken('default');
    const exchange = await api.updateStatus(START);
    expect(exchange).toMatchObject({ result: { kind: 'transient', unknown: false }, sentAt: null });
  });
});

describe('before its end', () => {
  it('is renewed in prepare, five minutes before, and in the background of get', async () => {
    const { tokens } = process();
    expect(await tokenOf(tokens)).toBe('T1');
    clockAhead = 3_600_000 - 400_000;
    await tokens.prepare('default');
    expect(issued).toBe(1);
    clockAhead = 3_600_000 - 299_000;
    expect(await tokenOf(tokens)).toBe('T1');
    await expect.poll(() => issued).toBe(2);
    await expect.poll(() => tokenOf(tokens)).toBe('T2');
    clockAhead += 3_600_000 - 299_000;
    expect(await tokens.prepare('default')).toMatchObject({ token: 'T3' });
  });

  it('serves on while its renewal fails, and no longer than it is good', async () => {
    const { tokens } = process();
    await tokenOf(tokens);
    zoom.answer = (_, response) => respond(response, 503);
    clockAhead = 3_600_000 - 100_000;
    expect(await tokens.prepare('default')).toMatchObject({ token: 'T1' });
    clockAhead = 3_600_000;
    expect(await tokens.get('default')).toMatchObject({ kind: 'transient' });
  });

  it('a token of few seconds is not renewed with every request', async () => {
    zoom.answer = (_, response) => {
      issued += 1;
      grant(response, `T${issued}`, 60);
    };
    const { tokens } = process();
    await tokens.prepare('default');
    await tokens.prepare('default');
    expect(issued).toBe(1);
  });
});

describe('when there is none', () => {
  it.each<[number, unknown, string]>([
    [400, { reason: 'Invalid client_id or client_secret', error: 'invalid_client' }, 'refused'],
    [401, { reason: 'Invalid client_id or client_secret', error: 'invalid_client' }, 'refused'],
    [400, { reason: 'Bad Request', error: 'invalid_request' }, 'refused'],
    [400, { reason: 'Account does not exist' }, 'refused'],
    [400, { reason: 'unsupported grant type', error: 'unsupported_grant_type' }, 'refused'],
    [429, { code: 429, message: 'Too many' }, 'transient'],
    [401, undefined, 'transient'],
    [401, { code: 124, message: 'Invalid access token.' }, 'transient'],
    [400, { reason: 'Internal error', error: 'server_error' }, 'transient'],
    [400, { error: 'temporarily_unavailable' }, 'transient'],
    [400, undefined, 'transient'],
    [200, {}, 'transient'],
    [500, undefined, 'transient'],
  ])('%i %j is %s, and no request leaves', async (status, body, kind) => {
    zoom.answer = (_, response) => respond(response, status, body);
    const { api } = process();
    const exchange = await api.updateStatus(START);
    const expected = kind === 'refused' ? { kind, code: 'credentials_refused' } : { kind, unknown: false };
    expect(exchange).toMatchObject({ result: expected, sentAt: null, answer: null });
    expect(zoom.received.every(({ path }) => path === '/oauth/token')).toBe(true);
    expect(JSON.stringify([exchange, logged])).not.toContain('TOPSECRET');
  });

  it('a failed renewal leaves no lock behind', async () => {
    const { tokens } = process();
    const working = zoom.answer;
    zoom.answer = (_, response) => respond(response, 503);
    expect((await tokens.get('default')).kind).toBe('transient');
    expect(await redis.keys('*lock*')).toEqual([]);
    zoom.answer = working;
    clockAhead = 1_000;
    expect(await tokenOf(tokens)).toBe('T1');
  });

  it('a token endpoint that is down is asked again after half a second, not with every request', async () => {
    const { tokens } = process();
    zoom.answer = (_, response) => respond(response, 503);
    for (let i = 0; i < 3; i += 1) expect((await tokens.get('default')).kind).toBe('transient');
    expect((await tokens.prepare('default')).kind).toBe('transient');
    expect(zoom.received).toHaveLength(1);
    clockAhead = 500;
    expect((await tokens.get('default')).kind).toBe('transient');
    expect(zoom.received).toHaveLength(2);
  });

  it('a process that died while renewing holds the others up no longer than its lock', async () => {
    const { tokens } = process({ timeoutMs: 300 });
    await tokens.get('default');
    const [key = ''] = await redis.keys('*:token:*');
    await redis.del(key);
    await redis.set(key.replace(':token:', ':token-lock:'), 'dead', 'PX', 200);
    expect(await tokenOf(process({ timeoutMs: 300 }).tokens)).toBe('T2');
  });
});

describe('secrets', () => {
  it('are sealed in Redis when there is a sealer; what it cannot open counts as none', async () => {
    const flip = (text: string) => Buffer.from(text).reverse().toString('base64');
    const sealer: Sealer = { seal: flip, open: (sealed) => Buffer.from(sealed, 'base64').reverse().toString() };
    await process({ sealer }).tokens.get('default');
    const [key = ''] = await redis.keys('*:token:*');
    expect(await redis.get(key)).not.toContain('T1');
    expect(await tokenOf(process({ sealer }).tokens)).toBe('T1');
    expect(await tokenOf(process().tokens)).toBe('T2');
  });

  it('of other credentials under the same name are not mixed up', async () => {
    const { tokens, accounts } = process();
    expect(await tokenOf(tokens)).toBe('T1');
    accounts.replaceAll([account({ credentials: clientCredentials('C2', 'S') })]);
    expect(await tokenOf(tokens)).toBe('T2');
  });

  it('that are fixed are never renewed', async () => {
    const { api, tokens } = process({ account: { credentials: { kind: 'token', accessToken: new Secret('FIXED') } } });
    expect((await api.updateStatus(START)).result.kind).toBe('unauthorized');
    await api.renewToken('default');
    expect(await tokenOf(tokens)).toBe('FIXED');
    expect(issued).toBe(0);
  });
});

describe('Redis away', () => {
  it('is a transient error without a token, and no matter with one', async () => {
    const { tokens } = process();
    await tokens.get('default');
    await redisServer.kill9();
    expect(await tokenOf(tokens)).toBe('T1');
    expect(await process().tokens.get('default')).toMatchObject({ kind: 'transient' });
    await redisServer.restart();
    await expect.poll(async () => (await process().tokens.get('default')).kind, { timeout: 30_000 }).toBe('token');
  });
});
