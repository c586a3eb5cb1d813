import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { SystemClock } from '../../../src/clock.ts';
import { connectRedis, disconnectRedis } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { startEmbeddedRedis } from '../../../src/standalone/embedded-redis.ts';
import { run } from '../../support/fake-terminal.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { freePort, startRedis, type TestRedis } from '../../support/redis-server.ts';

interface Report {
  code: number;
  ok: boolean;
  severities: Record<string, string>;
  /** Message and fix of each check. */
  texts: Record<string, string>;
}

async function doctor(env: Record<string, string>, clockOffsetMs = 0): Promise<Report> {
  const { code, stdout, stderr } = await run(['doctor', '--json'], {
    env,
    clock: new SystemClock(() => clockOffsetMs),
  });
  expect(stderr).toBe('');
  const { ok, checks } = JSON.parse(stdout) as {
    ok: boolean;
    checks: { name: string; severity: string; message: string; fix: string | null }[];
  };
  return {
    code,
    ok,
    severities: Object.fromEntries(checks.map(({ name, severity }) => [name, severity])),
    texts: Object.fromEntries(checks.map(({ name, message, fix }) => [name, `${message} → ${fix}`])),
  };
}

describe('doctor and Redis', () => {
  let good: TestRedis;
  let bad: TestRedis;
  beforeAll(async () => {
    good = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction']);
    bad = await startRedis(['--appendonly', 'no', '--appendfsync', 'everysec', '--maxmemory-policy', 'allkeys-lru']);
  });
  afterAll(() => Promise.all([good.stop(), bad.stop()]));

  it('finds nothing wrong with a Redis set up well', async () => {
    const { code, ok, severities } = await doctor({ REDIS_URL: good.url });
    expect(severities).toMatchObject({
      'redis: reachable': 'ok',
      'redis: version': 'ok',
      'redis: appendonly': 'ok',
      'redis: appendfsync': 'ok',
      'redis: maxmemory-policy': 'ok',
      'redis: clock': 'ok',
    });
    expect([code, ok]).toEqual([0, true]);
  });

  it('says how to fix what loses broadcasts', async () => {
    const { code, ok, severities, texts } = await doctor({ REDIS_URL: bad.url });
    expect(severities).toMatchObject({
      'redis: appendonly': 'fault',
      'redis: appendfsync': 'warning',
      'redis: maxmemory-policy': 'fault',
    });
    expect(texts['redis: appendonly']).toMatch(/redis-cli (-h \S+ -p \d+|-s \S+) config set appendonly yes/);
    expect(texts['redis: maxmemory-policy']).toContain('allkeys-lru');
    expect([code, ok]).toEqual([1, false]);
  });

  it('says nothing of workers while Redis refuses writes: their heartbeats are writes', async () => {
    const redis = await connectRedis(parseRedisUrl(good.url), 'commands');
    await redis.call('CONFIG', 'SET', 'maxmemory', '1');
    const { severities } = await doctor({ REDIS_URL: good.url }).finally(() =>
      redis.call('CONFIG', 'SET', 'maxmemory', '0'),
    );
    await disconnectRedis(redis);
    expect(severities).toMatchObject({ 'redis: reachable': 'ok', 'redis: writes': 'fault', versions: 'ok' });
    expect(severities).not.toHaveProperty('workers');
  });

  it('measures how far the clocks are apart', async () => {
    const near = await doctor({ REDIS_URL: good.url }, -3_000);
    expect(near.severities['redis: clock']).toBe('warning');
    expect(near.texts['redis: clock']).toMatch(/^[23] s ahead of this machine/);
    const far = await doctor({ REDIS_URL: good.url }, 60_000);
    expect(far.severities['redis: clock']).toBe('fault');
    expect(far.texts['redis: clock']).toMatch(/^(59 s|1 min) behind this machine/);
  });

  it('stops at a Redis that does not answer, without showing its password', async () => {
    const { code, severities, texts } = await doctor({ REDIS_URL: `redis://:hunter2@127.0.0.1:${await freePort()}` });
    expect(severities['redis: reachable']).toBe('fault');
    expect(severities['redis: version']).toBeUndefined();
    expect(JSON.stringify(texts)).not.toContain('hunter2');
    expect(code).toBe(1);
  });

  it('checks for a server to embed when REDIS_URL is not set', async () => {
    expect((await doctor({ PATH: process.env.PATH ?? '' })).severities['redis: embedded']).toBe('ok');
    const none = await doctor({ PATH: good.dir });
    expect(none.severities['redis: embedded']).toBe('fault');
    expect(none.texts['redis: embedded']).toContain('apt install redis-server');
  });

  it('checks the one that `livestream up` runs', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'livestream-doctor-'));
    const env = { DATA_DIR: dir, PATH: process.env.PATH ?? '' };
    const redis = await startEmbeddedRedis(dir, { clock: new SystemClock() });
    try {
      const { code, severities } = await doctor(env);
      expect(severities).toMatchObject({ 'redis: reachable': 'ok', 'redis: appendfsync': 'ok', workers: 'warning' });
      expect(code).toBe(0);
    } finally {
      await redis.stop();
    }
    const { texts } = await doctor(env);
    rmSync(dir, { recursive: true });
    expect(texts['redis: embedded']).toContain('does not run');
  });
});

describe('doctor and the settings', () => {
  it('reports every wrong setting by name', async () => {
    const { code, severities } = await doctor({ PORT: 'x', START_WINDOW: 'long', SECRETS_KEY: 'short' });
    expect(severities).toEqual({
      'setting PORT': 'fault',
      'setting START_WINDOW': 'fault',
      'setting SECRETS_KEY': 'fault',
    });
    expect(code).toBe(1);
  });

  it('warns of what is missing and is content with what is there', async () => {
    const env = { PATH: process.env.PATH ?? '' };
    const warned = await doctor(env);
    expect(warned.severities).toMatchObject({
      'zoom: credentials': 'warning',
      'webhook secret': 'warning',
      'secrets key': 'warning',
    });
    expect(warned.code).toBe(0);
    const key = Buffer.alloc(32, 7).toString('base64');
    const content = await doctor({ ...env, ZOOM_WEBHOOK_SECRET_TOKEN: 'x', SECRETS_KEY: key });
    expect(content.severities).toMatchObject({ 'webhook secret': 'ok', 'secrets key': 'ok' });
  });

  it('asks for no credentials and no webhook secret where the installation is the sandbox', async () => {
    const redis = await startRedis();
    const client = await connectRedis(parseRedisUrl(redis.url), 'commands');
    await client.set(keysOf('livestream').named('installation'), JSON.stringify({ kind: 'sandbox', accounts: {} }));
    await disconnectRedis(client);
    const { severities, texts } = await doctor({ REDIS_URL: redis.url });
    const real = await doctor({ REDIS_URL: redis.url, ZOOM_ACCESS_TOKEN: 'x' });
    await redis.stop();
    expect(severities).toMatchObject({ 'zoom: credentials': 'ok', 'webhook secret': 'ok' });
    expect(texts['zoom: credentials']).toContain('this is the sandbox');
    // With credentials, the next start uses Zoom.
    expect(real.severities).toMatchObject({ 'webhook secret': 'warning' });
  });

  it('does not call a webhook secret set where events come by WebSocket', async () => {
    const { texts } = await doctor({
      PATH: process.env.PATH ?? '',
      ZOOM_ACCESS_TOKEN: 'x',
      ZOOM_API_URL: `http://127.0.0.1:${await freePort()}/v2`,
      ZOOM_WEBSOCKET_URL: 'wss://ws.zoom.us/ws?subscriptionId=a',
    });
    expect(texts['webhook secret']).toContain('not needed: events come by WebSocket');
  });

  it('prints a line for each check, and how to fix it, for people', async () => {
    const { code, stdout } = await run(['doctor'], { env: { PATH: process.env.PATH ?? '' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning {2}secrets key: SECRETS_KEY is not set.*\n {9}→ .*openssl rand -base64 32$/m);
    expect(stdout).toMatch(/no errors, 3 warnings\n$/);
  });
});

describe('doctor and Zoom', () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    if (server) await once(server.close(), 'close');
    server = undefined;
  });

  /** A token endpoint, which checks what it is asked as Zoom's does. */
  async function tokenEndpoint(scope: string, clientSecret = 'top-secret'): Promise<Record<string, string>> {
    server = createServer(async (request, response) => {
      let form = '';
      for await (const chunk of request) form += chunk;
      const basic = Buffer.from('client:top-secret').toString('base64');
      const right = request.method === 'POST' && form === 'grant_type=account_credentials&account_id=account';
      const known = request.headers.authorization === `Basic ${basic}`;
      response.writeHead(right && known ? 200 : 400, { 'content-type': 'application/json' });
      const refusal = { reason: 'Invalid client_id or client_secret', error: 'invalid_client' };
      response.end(JSON.stringify(right && known ? { access_token: 'tok-1', expires_in: 3600, scope } : refusal));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      PATH: process.env.PATH ?? '',
      ZOOM_OAUTH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`,
      ZOOM_ACCOUNT_ID: 'account',
      ZOOM_CLIENT_ID: 'client',
      ZOOM_CLIENT_SECRET: clientSecret,
    };
  }

  it.each([
    ['classic', 'meeting:write:admin meeting:read:admin webinar:write:admin', 'ok', 'ok', 0],
    [
      'granular',
      'meeting:update:livestream_status:admin meeting:update:livestream:admin meeting:read:meeting:admin ' +
        'webinar:update:livestream_status:admin webinar:update:livestream:admin',
      'ok',
      'ok',
      0,
    ],
    ['meetings only', 'meeting:write:admin meeting:read:admin', 'ok', 'warning', 0],
    ['webinars only', 'webinar:write:admin', 'warning', 'ok', 0],
    ['reading only', 'meeting:read:admin user:read:admin', 'fault', 'warning', 1],
    ['none', '', 'fault', 'warning', 1],
  ])('judges scopes: %s', async (_name, scope, meetings, webinars, exitCode) => {
    const { code, severities } = await doctor(await tokenEndpoint(scope));
    expect(severities).toMatchObject({
      'zoom default: token': 'ok',
      'zoom default: meeting scopes': meetings,
      'zoom default: webinar scopes': webinars,
      'zoom default: clock': 'ok',
    });
    expect(code).toBe(exitCode);
  });

  it('names the scopes to add', async () => {
    const { texts } = await doctor(await tokenEndpoint('meeting:read:admin'));
    expect(texts['zoom default: meeting scopes']).toContain('meeting:update:livestream_status:admin');
    expect(texts['zoom default: meeting scopes']).toContain('meeting:write:admin');
  });

  it('reports wrong credentials, and shows none', async () => {
    const { code, severities, texts } = await doctor(await tokenEndpoint('', 'wrong-secret'));
    expect(severities['zoom default: token']).toBe('fault');
    expect(severities['zoom default: clock']).toBeUndefined();
    expect(texts['zoom default: token']).toContain('400 Invalid client_id or client_secret');
    expect(JSON.stringify(texts)).not.toContain('wrong-secret');
    expect(code).toBe(1);
  });

  it('reports a network error', async () => {
    const env = await tokenEndpoint('');
    const { severities, texts } = await doctor({
      ...env,
      ZOOM_OAUTH_URL: `http://127.0.0.1:${await freePort()}/token`,
    });
    expect(severities['zoom default: token']).toBe('fault');
    expect(texts['zoom default: token']).toContain('ECONNREFUSED');
  });

  it('compares the clock with Zoom’s', async () => {
    const env = await tokenEndpoint('meeting:write:admin meeting:read:admin');
    expect((await doctor(env, 10_000)).severities['zoom default: clock']).toBe('warning');
    const far = await doctor(env, -90_000);
    expect(far.severities['zoom default: clock']).toBe('fault');
    expect(far.texts['zoom default: clock']).toContain('behind Zoom');
  });
});

describe('doctor and mail', () => {
  it('logs in at the mail server, and says how to fix what is wrong, without the password', async () => {
    const mail = await startMailServer({ user: 'ops', password: 'rightright1' });
    const at = (password: string, port = mail.port) => doctor({ SMTP_URL: `smtp://ops:${password}@127.0.0.1:${port}` });
    const good = await at('rightright1');
    expect(good.severities['mail server']).toBe('ok');
    const refused = await at('wrongwrong9');
    expect(refused.severities['mail server']).toBe('fault');
    expect(refused.texts['mail server']).toMatch(/answered 535.* → fix user and password in SMTP_URL/);
    expect(JSON.stringify(refused)).not.toContain('wrongwrong9');
    expect(mail.mails).toEqual([]);
    await mail.stop();
    const gone = await at('rightright1', await freePort());
    expect(gone.texts['mail server']).toMatch(/ECONNREFUSED.* → check host and port in SMTP_URL/);
  });
});
