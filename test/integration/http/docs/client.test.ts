import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiError, createClient, type LivestreamClient } from '../../../../src/client/index.ts';
import { type ServedApi, serveApi } from '../../../support/api-document.ts';

const KEY = 'a-key-of-forty-characters-for-this-test-1';
let api: ServedApi;
let client: LivestreamClient;
beforeAll(async () => {
  api = await serveApi({ API_KEYS: `rota:write:${KEY}` });
  client = createClient({ url: api.url, key: KEY });
});
afterAll(() => api.stop());

const startAt = new Date(Date.now() + 3_600_000).toISOString();

it('speaks to the API through its whole life', async () => {
  const headers = { 'Idempotency-Key': 'client-1' };
  const labels = { room: 'A' };
  const made = await client.createBroadcast({ headers, body: { meetingId: '684 2308 5', startAt, labels } });
  expect(made).toMatchObject({ meetingId: '68423085', status: 'scheduled', startAt });
  const again = await client.createBroadcast({ headers, body: { meetingId: '684 2308 5', startAt, labels } });
  expect(again).toEqual(made);
  const path = { id: made.id };
  const changed = await client.changeBroadcast({ path, headers: { 'If-Match': '"1"' }, body: { title: 'Service' } });
  expect(changed).toMatchObject({ title: 'Service', revision: 2 });
  const page = await client.listBroadcasts({ query: { status: ['scheduled', 'live'], label: 'room=A', limit: 10 } });
  expect(page).toEqual({ broadcasts: [changed], nextCursor: null });
  const { history } = await client.getBroadcastHistory({ path });
  expect(history[0]).toMatchObject({ type: 'created', by: 'api:rota' });
  expect((await client.cancelBroadcast({ path })).status).toBe('canceled');
  expect(await client.livez()).toEqual({ status: 'alive' });
});

it('throws the problem', async () => {
  const error = await client.getBroadcast({ path: { id: 'a/../b?c' } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 404, code: 'not_found', problem: { title: 'Not found' } });
  const refused = createClient({ url: `${api.url}/`, key: 'wrong' }).listBroadcasts();
  await expect(refused).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
});

it('recognizes an answer that is none of the API', async () => {
  const elsewhere = createClient({
    url: 'http://a.example/base',
    transport: async () => ({ status: 502, body: '<html>' }),
  });
  await expect(elsewhere.livez()).rejects.toMatchObject({ status: 502, problem: null });
});

it('asks below the path of its URL', async () => {
  const asked: string[] = [];
  const transport = async ({ method, url }: { method: string; url: URL }) => {
    asked.push(`${method} ${url}`);
    return { status: 200, body: '{}' };
  };
  const below = createClient({ url: 'http://a.example/base', transport });
  await below.getBroadcast({ path: { id: 'x y/z' } });
  await below.listBroadcasts({ query: { limit: 1, status: ['live', 'ended'] } });
  expect(asked).toEqual([
    'GET http://a.example/base/v1/broadcasts/x%20y%2Fz',
    'GET http://a.example/base/v1/broadcasts?limit=1&status=live&status=ended',
  ]);
});
