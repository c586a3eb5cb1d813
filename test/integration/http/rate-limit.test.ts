import { afterEach, describe, expect, it } from 'vitest';
import { apiKey, good, type RunningApi, runApi } from '../../support/running-api.ts';

let api: RunningApi;
afterEach(() => api.close());

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status);

async function ask(times: number, path: string, options = {}) {
  const answers = [];
  for (let i = 0; i < times; i += 1) answers.push(await api.send('GET', path, options));
  return answers;
}

describe('the rate limit', () => {
  it('refuses with a problem and the headers that say when to come again, and changes nothing', async () => {
    api = await runApi({ rateLimit: 2 });
    const first = await api.send('POST', '/v1/broadcasts', { body: good() });
    expect(first.status).toBe(201);
    expect(first.headers.get('ratelimit-limit')).toBe('2');
    expect(first.headers.get('ratelimit-remaining')).toBe('1');
    expect(first.headers.get('ratelimit-reset')).toBe('30');
    await api.send('GET', '/v1/broadcasts');
    const refused = await api.send('POST', '/v1/broadcasts', { body: good() });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.json).toMatchObject({ status: 429, code: 'too_many_requests', title: 'Too many requests' });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(20);
    expect(wait).toBeLessThanOrEqual(30);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect((await api.scheduler.list({ limit: 10 })).broadcasts).toHaveLength(1);
  });

  it('is filled evenly: 600 a minute are ten a second', async () => {
    api = await runApi({ rateLimit: 600 });
    // A slow machine gets some of them back while it asks.
    const seen = new Set<number>();
    for (let i = 0; i < 40 && !seen.has(429); i += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => api.send('GET', '/v1/broadcasts?limit=1')));
      for (const status of statuses(answers)) seen.add(status);
    }
    expect(seen).toEqual(new Set([200, 429]));
    // Not a minute later, as with a window that opens anew.
    await expect
      .poll(async () => (await api.send('GET', '/v1/broadcasts')).status, { interval: 150, timeout: 30_000 })
      .toBe(200);
  });

  it('counts each key for itself, and who has none by its address', async () => {
    api = await runApi({ rateLimit: 3, keys: [apiKey('a', 'write', 'key-a'), apiKey('b', 'read', 'key-b')] });
    expect(statuses(await ask(5, '/v1/broadcasts', bearer('wrong')))).toEqual([401, 401, 401, 429, 429]);
    expect(statuses(await ask(4, '/v1/broadcasts', bearer('key-a')))).toEqual([200, 200, 200, 429]);
    expect(statuses(await ask(1, '/v1/broadcasts', bearer('key-b')))).toEqual([200]);
    expect(statuses(await ask(1, '/nope', bearer('key-a')))).toEqual([429]);
  });

  it('never refuses probes', async () => {
    api = await runApi({ rateLimit: 1, metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }) });
    await ask(2, '/v1/broadcasts');
    for (const path of ['/livez', '/readyz', '/metrics'])
      expect(statuses(await ask(5, path))).toEqual(Array(5).fill(200));
  });
});
