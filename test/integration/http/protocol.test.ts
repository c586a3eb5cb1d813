import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LivestreamError } from '../../../src/errors.ts';
import type { ApiRoutes } from '../../../src/http/api-context.ts';
import { apiKey, good, type RunningApi, runApi } from '../../support/running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  const extra: ApiRoutes = {
    register(app) {
      const operation = { id: 'extra', summary: 'Extra', tag: 'Extra', success: { status: 200, description: 'Extra' } };
      app.get('/v1/extra', { config: { operation } }, async () => ({ extra: true }));
    },
  };
  api = await runApi({
    routes: [extra],
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
  });
});
afterAll(() => api.close());

describe('half a character', () => {
  it.each([
    ['/v1/broadcasts', { title: 'a\ud800', labels: { 'r\udc00': 'x' } }, ['labels.r\ufffd', 'title']],
    ['/v1/broadcasts/batch', { broadcasts: [{}, { externalId: '\ud800' }] }, ['broadcasts[1].externalId']],
  ])('is refused in a body for %s, with each path', async (path, body, paths) => {
    const answer = await api.send('POST', path, { body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((issue: { path: string }) => issue.path)).toEqual(paths);
  });

  it('counts as whole with its other half', async () => {
    const answer = await api.send('POST', '/v1/broadcasts', { body: '{"title":"\\ud83c\\udfa5","meetingId":""}' });
    expect(answer.json.errors.map((issue: { path: string }) => issue.path)).not.toContain('title');
  });
});

describe('errors', () => {
  it.each([
    ['GET', '/nope', {}, 404, 'not_found'],
    ['GET', '/v1/broadcasts/', {}, 404, 'not_found'],
    ['POST', '/nope', { body: 'x', headers: { 'content-type': 'text/plain' } }, 404, 'not_found'],
    ['PUT', '/v1/broadcasts', { body: 'x', headers: { 'content-type': 'text/plain' } }, 405, 'method_not_allowed'],
    ['PROPFIND', '/v1/broadcasts', {}, 405, 'method_not_allowed'],
    ['POST', '/v1/broadcasts/abc', {}, 405, 'method_not_allowed'],
    ['POST', '/v1/broadcasts', { body: '{"a":' }, 400, 'malformed_json'],
    ['POST', '/v1/broadcasts', { body: '' }, 400, 'malformed_json'],
    ['POST', '/v1/broadcasts', {}, 400, 'malformed_json'],
    ['POST', '/v1/broadcasts', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'malformed_json'],
    ['POST', '/v1/broadcasts', { body: '{"__proto__":1}' }, 400, 'validation_failed'],
    ['POST', '/v1/broadcasts', { body: '{"title":"half \\ud800"}' }, 400, 'validation_failed'],
    [
      'POST',
      '/v1/broadcasts',
      { body: `${'[1,'.repeat(50_000)}"\\ud800"${']'.repeat(50_000)}` },
      400,
      'validation_failed',
    ],
    ['POST', '/v1/broadcasts', { body: 'null' }, 400, 'validation_failed'],
    ['POST', '/v1/broadcasts', { body: '['.repeat(100_000) }, 400, 'malformed_json'],
    ['POST', '/v1/broadcasts', { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 400, 'validation_failed'],
    [
      'POST',
      '/v1/broadcasts',
      { body: 'a=1', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'POST',
      '/v1/broadcasts',
      { body: '{}', headers: { 'content-type': 'application/merge-patch+json' } },
      415,
      'unsupported_media_type',
    ],
    ['POST', '/v1/broadcasts', { body: '{}', headers: { 'content-type': 'nonsense' } }, 415, 'unsupported_media_type'],
    ['POST', '/v1/broadcasts', { body: `"${'x'.repeat(1024 * 1024)}"` }, 413, 'body_too_large'],
    ['POST', '/v1/broadcasts/batch', { body: `"${'x'.repeat(8 * 1024 * 1024)}"` }, 413, 'body_too_large'],
  ])('%s %s (%#) is a problem', async (method, path, options, status, code) => {
    const answer = await api.send(method, path, options);
    expect([answer.status, answer.json?.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.json).toMatchObject({
      type: `/docs/errors#${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(Array.isArray(answer.json?.errors)).toBe(status === 400);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('405 says what is served', async () => {
    expect((await api.send('PUT', '/v1/broadcasts')).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    expect((await api.send('PUT', '/v1/broadcasts/x')).headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
  });

  it('OPTIONS says what is served and allows no other origin', async () => {
    const answer = await api.send('OPTIONS', '/v1/broadcasts', { headers: { origin: 'https://evil.example' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('a broken body never comes back', async () => {
    const answer = await api.send('POST', '/v1/broadcasts', { body: '{"destination":{"streamKey":"hunter2",}' });
    expect(answer.text).not.toContain('hunter2');
    expect(JSON.stringify(api.log)).not.toContain('hunter2');
  });

  it('what is no HTTP is answered and closed', async () => {
    expect(await api.raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json/s);
    const big = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await api.raw(big)).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    Object.assign(new Error('Reached the max retries per request limit'), { name: 'MaxRetriesPerRequestError' }),
    Object.assign(new Error('LOADING Redis is loading the dataset in memory'), { name: 'ReplyError' }),
    new Error('Connection is closed.'),
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    new Error('Command timed out'),
    new LivestreamError('redis_unavailable', 'Redis is away.'),
  ])('%s is 503 with Retry-After', async (error) => {
    vi.spyOn(api.scheduler, 'get').mockRejectedValueOnce(error);
    const answer = await api.send('GET', '/v1/broadcasts/x');
    expect([answer.status, answer.json.code]).toEqual([503, 'redis_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    new TypeError('oops hunter2'),
    Object.assign(new Error('ERR hunter2'), { name: 'ReplyError' }),
    'text',
    undefined,
  ])('anything else (%#) is a 500 whose id is in the log', async (error) => {
    vi.spyOn(api.scheduler, 'get').mockRejectedValueOnce(error);
    const answer = await api.send('GET', '/v1/broadcasts/x');
    expect([answer.status, answer.json.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toMatch(/hunter2|\.ts:|at /);
    const { requestId } = answer.json;
    expect(requestId).toBe(answer.headers.get('x-request-id'));
    expect(api.log).toContainEqual(expect.objectContaining({ reqId: requestId, level: 50 }));
  });

  it('an overlap names the other broadcast', async () => {
    const body = good();
    const first = await api.send('POST', '/v1/broadcasts', { body });
    const second = await api.send('POST', '/v1/broadcasts', { body });
    expect([second.status, second.json.code, second.json.status]).toEqual([409, 'overlap', 409]);
    expect(second.json.conflictsWith).toBe(first.json.id);
  });

  it('extra members of an error cannot hide its own', async () => {
    const error = new LivestreamError('conflict', 'Both.', { extra: { status: 1, code: 'x', revision: 2 } });
    vi.spyOn(api.scheduler, 'get').mockRejectedValueOnce(error);
    const answer = await api.send('GET', '/v1/broadcasts/x');
    expect(answer.json).toMatchObject({ status: 409, code: 'conflict', detail: 'Both.', revision: 2 });
  });

  it('a Redis that is gone is 503, and all is well when it is back', async () => {
    await api.redis.kill9();
    for (const [method, path] of [
      ['POST', '/v1/broadcasts'],
      ['GET', '/v1/broadcasts'],
      ['GET', '/v1/broadcasts/x'],
    ] as const) {
      const answer = await api.send(method, path, { body: method === 'POST' ? good() : undefined });
      expect([answer.status, answer.json.code], `${method} ${path}`).toEqual([503, 'redis_unavailable']);
    }
    await api.redis.restart();
    await expect.poll(async () => (await api.send('GET', '/v1/broadcasts')).status, { timeout: 30_000 }).toBe(200);
  }, 120_000);
});

describe('requests', () => {
  it('have an id: theirs when it is a sane one', async () => {
    const theirs = await api.send('GET', '/livez', { headers: { 'x-request-id': 'abc-1:2' } });
    expect(theirs.headers.get('x-request-id')).toBe('abc-1:2');
    const ours = await api.send('GET', '/livez', { headers: { 'x-request-id': 'a b"' } });
    expect(ours.headers.get('x-request-id')).toMatch(/^[\w-]{21}$/);
  });

  it('are found again in the history of what they changed', async () => {
    const as = (id: string) => ({ headers: { 'x-request-id': id } });
    const { json } = await api.send('POST', '/v1/broadcasts', { body: good(), ...as('create-1') });
    const path = `/v1/broadcasts/${json.id}`;
    await api.send('PATCH', path, { body: { title: 'New' }, ...as('change-1') });
    const canceled = await api.send('DELETE', path);
    const { history } = (await api.send('GET', `${path}/history`)).json;
    const ids = history.map(({ type, requestId }: { type: string; requestId: string }) => [type, requestId]);
    expect(ids.slice(0, 2)).toEqual([
      ['created', 'create-1'],
      ['changed', 'change-1'],
    ]);
    expect(ids.at(-1)[1]).toBe(canceled.headers.get('x-request-id'));
  });

  it('are logged, one line each, without the query', async () => {
    await api.send('GET', '/v1/broadcasts?externalId=hunter2', {
      headers: { 'x-request-id': 'logged-1', authorization: 'Bearer hunter2' },
    });
    await expect.poll(() => api.log.filter((line) => line['reqId'] === 'logged-1')).toHaveLength(1);
    const [line] = api.log.filter(({ reqId }) => reqId === 'logged-1');
    expect(line).toMatchObject({
      msg: 'request',
      method: 'GET',
      path: '/v1/broadcasts',
      status: 200,
      by: 'api',
      ms: expect.any(Number),
    });
    expect(JSON.stringify(api.log)).not.toContain('?externalId');
  });
});

describe('probes and descriptions', () => {
  it('livez and readyz', async () => {
    expect((await api.send('GET', '/livez')).status).toBe(200);
    expect((await api.send('GET', '/readyz')).json).toEqual({ status: 'ready', redis: true, workers: 1 });
    api.health.workers = 0;
    const idle = await api.send('GET', '/readyz');
    expect(idle.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([idle.status, idle.json]).toMatchObject([
      503,
      { status: 503, code: 'not_ready', redis: true, workers: 0, missing: ['workers'] },
    ]);
    api.health.redis = false;
    expect((await api.send('GET', '/readyz')).json.missing).toEqual(['redis', 'workers']);
    Object.assign(api.health, { redis: true, workers: 1 });
  });

  it('metrics', async () => {
    const answer = await api.send('GET', '/metrics');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      'up 1\n',
      'text/plain; version=0.0.4',
    ]);
  });

  it('openapi.json describes every route, plug-ins too, and every reference leads somewhere', async () => {
    const { json, text } = await api.send('GET', '/openapi.json');
    expect(json.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(json.paths['/v1/broadcasts/{id}']).sort()).toEqual(['delete', 'get', 'patch']);
    expect(json.paths).toHaveProperty(['/v1/extra', 'get']);
    const names = [
      '/v1/broadcasts',
      '/v1/broadcasts/batch',
      '/v1/broadcasts/{id}/history',
      '/v1/broadcasts/{id}/retry',
      '/readyz',
    ];
    for (const path of names) expect(json.paths).toHaveProperty([path]);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)/g))
      expect(json.components.schemas).toHaveProperty([name as string]);
    expect(json.components.schemas.NewBroadcast.required.sort()).toEqual(['meetingId', 'startAt']);
    expect(json.components.schemas.NewBroadcasts.properties.broadcasts.items).toEqual({
      $ref: '#/components/schemas/NewBroadcast',
    });
  });

  it.each(['/docs', '/docs/errors'])('%s is a page that loads nothing', async (path) => {
    const answer = await api.send('GET', path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).not.toMatch(/<script>|src="(?!\/docs\/)|https?:\/\//);
    expect(answer.text).toMatch(/validation_failed/);
  });

  it('/docs says in words what a parameter may be', async () => {
    const { text } = await api.send('GET', '/docs');
    expect(text).toContain('integer, 1 to 1000, default <code>50</code>');
    expect(text).toContain('<code>scheduled</code>, <code>starting</code>');
    expect(text.slice(0, text.indexOf('>Schemas<'))).not.toContain('&#34;type');
  });
});

describe('closing', () => {
  it('finishes the requests in progress and asks for the connection to be closed', async () => {
    const closing = await runApi({ keys: [apiKey('k', 'write', 'w')] });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const schedule = closing.scheduler.schedule.bind(closing.scheduler);
    const held = vi.spyOn(closing.scheduler, 'schedule').mockImplementation(async (...given) => {
      await gate;
      return schedule(...given);
    });
    const inProgress = closing.send('POST', '/v1/broadcasts', { body: good(), headers: { authorization: 'Bearer w' } });
    await expect.poll(() => held.mock.calls).toHaveLength(1);
    const closed = closing.close();
    await expect.poll(() => closing.app.server.listening).toBe(false);
    open();
    const answer = await inProgress;
    expect([answer.status, answer.headers.get('connection')]).toEqual([201, 'close']);
    await closed;
    const refused = new Promise((resolve) => httpRequest({ port: closing.port }).on('error', resolve).end());
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
