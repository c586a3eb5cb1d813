import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKey, good, type RunningApi, runApi } from '../../support/running-api.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('with API keys', () => {
  let api: RunningApi;
  beforeAll(async () => {
    const keys = [apiKey('viewer', 'read', 'r-key'), apiKey('editor', 'write', 'w:key')];
    api = await runApi({ keys, metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }) });
  });
  afterAll(() => api.close());

  it.each([
    ['GET', '/v1/broadcasts', undefined, 401],
    ['GET', '/v1/broadcasts', 'r-key', 200],
    ['GET', '/v1/broadcasts', 'w:key', 200],
    ['HEAD', '/v1/broadcasts', 'r-key', 200],
    ['GET', '/v1/broadcasts', 'r-key2', 401],
    ['GET', '/v1/broadcasts', 'R-KEY', 401],
    ['POST', '/v1/broadcasts', 'r-key', 403],
    ['DELETE', '/v1/broadcasts/x', 'r-key', 403],
    ['POST', '/v1/broadcasts/x/start', 'r-key', 403],
    ['DELETE', '/v1/broadcasts/x', 'w:key', 404],
    ['GET', '/nope', undefined, 401],
    ['GET', '/metrics', undefined, 401],
    ['GET', '/metrics', 'r-key', 200],
    ['GET', '/livez', undefined, 200],
    ['GET', '/readyz', undefined, 200],
    ['GET', '/docs', undefined, 200],
    ['GET', '/openapi.json', undefined, 200],
  ])('%s %s with key %s answers %i', async (method, path, key, status) => {
    const answer = await api.send(method, path, { headers: key === undefined ? {} : bearer(key) });
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(answer.json.code).toBe('unauthorized');
      expect(answer.headers.get('www-authenticate')).toMatch(
        key === undefined ? /^Bearer realm="[^"]+"$/ : /error="invalid_token"/,
      );
    }
    if (status === 403) expect(answer.json.code).toBe('forbidden');
  });

  it.each(['Basic cjpy', 'Bearer', 'w:key', 'bearer  w:key'])('Authorization: %s', async (authorization) => {
    const answer = await api.send('GET', '/v1/broadcasts', { headers: { authorization } });
    expect(answer.status).toBe(authorization.startsWith('bearer ') ? 200 : 401);
    expect(answer.text).not.toContain('w:key');
  });

  it('is checked before the body is read', async () => {
    const answer = await api.send('POST', '/v1/broadcasts', { body: '{', headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(401);
  });

  it('names the key in the history, scopes Idempotency-Key by it, and is served under any host', async () => {
    const created = await api.send('POST', '/v1/broadcasts', {
      body: good(),
      headers: { ...bearer('w:key'), 'idempotency-key': 'a' },
    });
    expect(created.status).toBe(201);
    expect((await api.scheduler.history(created.json.id))[0]?.by).toBe('api:editor');
    const other = await api.raw('GET /livez HTTP/1.1\r\nHost: api.example.org\r\nConnection: close\r\n\r\n');
    expect(other).toMatch(/^HTTP\/1\.1 200 /);
    expect(JSON.stringify(api.log)).not.toContain('w:key');
  });
});

describe('without API keys', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi();
  });
  afterAll(() => api.close());

  it.each([
    ['localhost', 200],
    ['LOCALHOST:3000', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:3000', 200],
    ['[::1]', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:3000', 403],
    ['127.0.0.2', 403],
    ['localhost:', 403],
    ['0.0.0.0', 403],
    ['user@localhost', 403],
    ['', 403],
  ])('Host: %s answers %i', async (host, status) => {
    for (const path of ['/v1/broadcasts', '/livez', '/docs', '/nope']) {
      const answer = await api.raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const expected = status === 200 && path === '/nope' ? 404 : status;
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${expected} `));
      if (status === 403) expect(answer).toContain('"code":"host_refused"');
    }
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost:1', 403],
  ])('a page of the origin %s may not change anything', async (origin, status) => {
    const answer = await api.send('POST', '/v1/broadcasts', { body: good(), headers: { origin } });
    expect([answer.status, answer.json.code]).toEqual([status, 'forbidden']);
  });

  const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'Text/Plain;charset=UTF-8'];
  const VERBS = ['start', 'stop', 'retry', 'preflight'];
  it.each([
    ...FORMS.map((type): Record<string, string> => ({ 'content-type': type })),
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    { origin: 'null', 'content-type': 'text/plain' },
    // Browsers that leave out the Origin, and a request without a body.
    { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    { referer: 'https://evil.example/page' },
    { referer: 'http://localhost:3000.evil.example/' },
  ])('no page elsewhere may change anything, whatever its browser tells: %j', async (headers) => {
    const { json } = await api.send('POST', '/v1/broadcasts', { body: good() });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const body = JSON.stringify(good());
    for (const [method, path] of [
      ['POST', '/v1/broadcasts'],
      ['POST', '/v1/series'],
      ['DELETE', `/v1/broadcasts/${json.id}`],
      ...VERBS.map((verb) => ['POST', `/v1/broadcasts/${json.id}/${verb}`] as const),
    ] as const) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n${lines.join('')}`;
      for (const content of ['', body]) {
        const answer = await api.raw(`${head}Content-Length: ${content.length}\r\n\r\n${content}`);
        expect(answer, `${method} ${path}`).toMatch(/^HTTP\/1\.1 403 .*"code":"forbidden"/s);
        expect(answer).toMatch(/Send Content-Type: application\/json/);
      }
    }
    expect((await api.scheduler.get(json.id)).status).toBe('scheduled');
    expect((await api.send('GET', '/v1/broadcasts', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });

  it('programs may, whether they send a body or nothing at all', async () => {
    const created = await api.send('POST', '/v1/broadcasts', { body: good() });
    expect(created.status).toBe(201);
    const path = `/v1/broadcasts/${created.json.id}/start`;
    const bare = await api.raw(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(bare).toMatch(/^HTTP\/1\.1 202 /);
    const curl = await api.raw(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    );
    expect(curl).toMatch(/^HTTP\/1\.1 202 /);
    // `fetch` of Node calls a text text/plain, and says by a header that it is no form: 415 tells more than 403.
    expect((await fetch(`http://127.0.0.1:${api.port}/v1/broadcasts`, { method: 'POST', body: '{}' })).status).toBe(
      415,
    );
    const typed = { headers: { 'sec-fetch-site': 'none', 'content-type': 'application/json' } };
    expect((await api.send('DELETE', `/v1/broadcasts/${created.json.id}`, typed)).status).toBe(200);
  });

  it('a page of ours may', async () => {
    const answer = await api.send('POST', '/v1/broadcasts', {
      body: good(),
      headers: { origin: `http://127.0.0.1:${api.port}`, 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(201);
    // Not accepted, but the answer says why: no stranger.
    const form = { origin: `http://127.0.0.1:${api.port}`, 'content-type': 'text/plain' };
    expect((await api.send('POST', '/v1/broadcasts', { body: '{}', headers: form })).status).toBe(415);
  });
});
