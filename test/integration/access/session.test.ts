import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSION_MS } from '../../../src/access/sessions.ts';
import { ADMIN, type KeyedApi, startKeyedApi } from '../../support/keyed-api.ts';
import { type Service, startService } from '../../support/running-service.ts';

let keyed: KeyedApi;
let origin: string;
beforeAll(async () => {
  keyed = await startKeyedApi();
  origin = keyed.api().url;
});
afterAll(() => keyed.stop());

const cookieIn = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
const signIn = (key: string, headers: Record<string, string> = { origin }) =>
  keyed.as(null, 'POST', '/v1/session', { key }, headers);
const plan = { meetingId: 940_000_000, startAt: '2036-12-06T14:00:00Z', account: 'north' };

describe('a session', () => {
  it('stands for its key, in a cookie that no script reads and no other site sends', async () => {
    const { key } = await keyed.makeKey('page', { role: 'write', labels: ['room'] });
    const { status, headers } = await signIn(key);
    expect([status, headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^livestream_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/),
    ]);
    const cookie = cookieIn(headers);
    const me = await keyed.as(null, 'GET', '/v1/session', undefined, { cookie: `theme=dark; ${cookie}` });
    expect(me.json).toEqual({ role: 'write', name: 'page', accounts: null, labels: ['room'], keyless: false });
    const made = await keyed.as(null, 'POST', '/v1/broadcasts', { ...plan, labels: { room: 'A' } }, { cookie, origin });
    expect(made.status).toBe(201);
    expect((await keyed.as(null, 'POST', '/v1/broadcasts', plan, { cookie, origin })).json.code).toBe('outside_limits');
    const history = await keyed.as(ADMIN, 'GET', `/v1/broadcasts/${made.json.id}/history`);
    expect(history.json.history[0].by).toBe('api:page');
    const { redis, keys } = keyed.core;
    const [stored] = await redis.keys(keys.named('session:*'));
    expect(JSON.stringify([stored, await redis.hgetall(stored as string)])).not.toContain(cookie.split('=')[1]);
    expect(JSON.stringify(keyed.log)).not.toContain(cookie.split('=')[1]);
  });

  it('is Secure behind TLS, and its origin is https then', async () => {
    const proxied = { 'x-forwarded-proto': 'https', origin: origin.replace('http:', 'https:') };
    const { status, headers } = await signIn(ADMIN, proxied);
    expect([status, headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/; Secure$/)]);
    const cookie = cookieIn(headers);
    const remove = (more: Record<string, string>) =>
      keyed.as(null, 'DELETE', '/v1/broadcasts/x', undefined, { cookie, ...more });
    expect((await remove(proxied)).status).toBe(404);
    expect((await remove({ origin })).status).toBe(403);
  });

  it('changes nothing for another origin, nor for none', async () => {
    const cookie = cookieIn((await signIn(ADMIN)).headers);
    const port = Number(new URL(origin).port);
    const origins = [
      undefined,
      'null',
      'https://evil.example',
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
    ];
    for (const other of origins) {
      const headers: Record<string, string> = other === undefined ? { cookie } : { cookie, origin: other };
      for (const [method, path, body] of [
        ['POST', '/v1/broadcasts', plan],
        ['DELETE', '/v1/broadcasts/x', undefined],
        ['POST', '/v1/keys', { name: 'evil', role: 'admin' }],
        ['DELETE', '/v1/session', undefined],
      ] as const) {
        const { status, json } = await keyed.as(null, method, path, body, headers);
        expect([status, json?.code], `${method} ${path} from ${other}`).toEqual([403, 'forbidden']);
      }
      expect((await keyed.as(null, 'GET', '/v1/broadcasts', undefined, headers)).status).toBe(200);
    }
    expect((await keyed.as(null, 'GET', '/v1/session', undefined, { cookie })).status).toBe(200);
  });

  it('is not begun by a page of another origin', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
      const { status, json } = await signIn(ADMIN, headers);
      expect([status, json.code]).toEqual([403, 'forbidden']);
    }
  });

  it('gives way to Authorization, right or wrong', async () => {
    const { key } = await keyed.makeKey('reader', { role: 'read' });
    const cookie = cookieIn((await signIn(ADMIN)).headers);
    expect((await keyed.as(key, 'GET', '/v1/session', undefined, { cookie })).json.name).toBe('reader');
    expect((await keyed.as('wrong', 'GET', '/v1/session', undefined, { cookie })).status).toBe(401);
  });

  it.each(['wrong', '', `lsk_${'0'.repeat(16)}_${'A'.repeat(43)}`])('is not begun with the key "%s"', async (key) => {
    const { status, json, headers } = await signIn(key);
    expect([status, json.code, headers.get('set-cookie')]).toEqual(
      key === '' ? [400, 'validation_failed', null] : [401, 'unauthorized', null],
    );
    expect(headers.get('ratelimit-limit')).not.toBeNull();
  });

  it('ends with DELETE, with its key, and after 12 hours without a request', async () => {
    const ended = cookieIn((await signIn(ADMIN)).headers);
    const at = (cookie: string) => keyed.as(null, 'GET', '/v1/session', undefined, { cookie });
    const { status, headers } = await keyed.as(null, 'DELETE', '/v1/session', undefined, { cookie: ended, origin });
    expect([status, headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    const after = await at(ended);
    expect([after.status, after.headers.get('set-cookie')]).toEqual([401, expect.stringContaining('Max-Age=0')]);

    const { id, key } = await keyed.makeKey('leaving', { role: 'read' });
    const revoked = cookieIn((await signIn(key)).headers);
    expect((await at(revoked)).status).toBe(200);
    await keyed.as(ADMIN, 'DELETE', `/v1/keys/${id}`);
    expect((await at(revoked)).status).toBe(401);

    const { redis, keys } = keyed.core;
    await redis.del(await redis.keys(keys.named('session:*')));
    const slides = cookieIn((await signIn(ADMIN)).headers);
    const [stored] = await redis.keys(keys.named('session:*'));
    await redis.pexpire(stored as string, 60_000);
    expect((await at(slides)).status).toBe(200);
    expect(await redis.pttl(stored as string)).toBeGreaterThan(SESSION_MS - 60_000);
  });

  it('ends when API_KEYS has another key of the name', async () => {
    const cookie = cookieIn((await signIn(ADMIN)).headers);
    const { redis, keys } = keyed.core;
    const stored = await redis.keys(keys.named('session:*'));
    for (const name of stored) await redis.hset(name, 'proof', '0'.repeat(64));
    expect((await keyed.as(null, 'GET', '/v1/session', undefined, { cookie })).status).toBe(401);
  });
});

describe('without keys', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  it('everybody on this machine is admin, and the answer says so', async () => {
    const all = { role: 'admin', name: null, accounts: null, labels: null, keyless: true };
    expect(await service.json('GET', '/v1/session')).toEqual(all);
    const ignored = await service.request('GET', '/v1/session', undefined, { authorization: 'Bearer any' });
    expect(await ignored.json()).toEqual(all);
  });

  it('a key that was made here holds its holder to its role, and ends', async () => {
    const { id, key } = await service.json('POST', '/v1/keys', { name: 'wall', role: 'read' });
    const headers = { authorization: `Bearer ${key}` };
    const send = (method: string, path: string) => service.request(method, path, undefined, headers);
    expect((await send('POST', '/v1/notifications/test')).status).toBe(403);
    expect(await (await send('GET', '/v1/session')).json()).toMatchObject({ name: 'wall' });
    await service.request('DELETE', `/v1/keys/${id}`);
    expect((await send('GET', '/v1/session')).status).toBe(401);
  });
});
