import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { good, type RunningApi, runApi } from '../../support/running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const create = async (over: object = {}) => {
  const answer = await api.send('POST', '/v1/broadcasts', { body: { ...good(), ...over } });
  return {
    id: answer.json.id as string,
    tag: answer.headers.get('etag') as string,
    path: answer.headers.get('location'),
  };
};
const show = (id: string, headers: Record<string, string> = {}) => api.send('GET', `/v1/broadcasts/${id}`, { headers });

it('the ETag of every answer is that of GET', async () => {
  const { id, tag, path } = await create();
  expect(path).toBe(`/v1/broadcasts/${id}`);
  expect((await show(id)).headers.get('etag')).toBe(tag);
  for (const [method, at, body] of [
    ['PATCH', '', { title: 'New' }],
    ['POST', '/start', undefined],
    ['DELETE', '', undefined],
  ] as const) {
    const answer = await api.send(method, `/v1/broadcasts/${id}${at}`, { body });
    const shown = await show(id);
    expect([answer.headers.get('etag'), answer.text], method).toEqual([shown.headers.get('etag'), shown.text]);
  }
});

it('If-None-Match answers 304 while nothing has changed, in any form of it', async () => {
  const { id, tag } = await create();
  for (const given of [tag, `W/${tag}`, '*', `"other", ${tag}`, `"1-other",W/${tag}`]) {
    const answer = await show(id, { 'if-none-match': given });
    expect([answer.status, answer.text, answer.headers.get('etag')], given).toEqual([304, '', tag]);
  }
  expect((await api.send('HEAD', `/v1/broadcasts/${id}`, { headers: { 'if-none-match': tag } })).status).toBe(304);
  for (const given of ['"1"', '"1-other"', tag.slice(1, -1), '']) {
    const answer = await show(id, { 'if-none-match': given });
    expect([answer.status, answer.json.id], given).toEqual([200, id]);
  }
  expect((await show('nope', { 'if-none-match': '*' })).status).toBe(404);
});

it('what changes without a person changes the ETag; If-Match goes by the revision', async () => {
  const { id, tag } = await create();
  const stored = await api.scheduler.get(id);
  const changes: Partial<Broadcast>[] = [
    { confirmed: true },
    { warnings: [{ code: 'x', message: 'x', advice: 'x' }] },
    { nextAttemptAt: 1 },
    { reason: 'waiting for the host' },
  ];
  const tags = [tag];
  for (const change of changes) {
    vi.spyOn(api.scheduler, 'get').mockResolvedValueOnce({ ...stored, ...change });
    const answer = await show(id, { 'if-none-match': tag });
    expect(answer.status).toBe(200);
    tags.push(answer.headers.get('etag') as string);
  }
  expect(new Set(tags).size).toBe(tags.length);
  const other = tags.at(-1) as string;
  const changed = await api.send('PATCH', `/v1/broadcasts/${id}`, {
    body: { title: 'Mine' },
    headers: { 'if-match': other },
  });
  expect([changed.status, changed.json.revision]).toEqual([200, 2]);
  const late = await api.send('PATCH', `/v1/broadcasts/${id}`, {
    body: { title: 'Late' },
    headers: { 'if-match': tag },
  });
  expect([late.status, late.json.code, late.json.revision]).toEqual([412, 'precondition_failed', 2]);
});

it('every problem names its request', async () => {
  for (const [method, path, body] of [
    ['GET', '/v1/broadcasts/nope', undefined],
    ['POST', '/v1/broadcasts', {}],
    ['GET', '/nope', undefined],
  ] as const) {
    const answer = await api.send(method, path, { body, headers: { 'x-request-id': 'mine-1' } });
    expect([answer.json.requestId, answer.headers.get('x-request-id')], path).toEqual(['mine-1', 'mine-1']);
  }
});

it('shows all fields of the contract, whatever was given, and takes none of the new ones', async () => {
  const { id } = await create({ onDrop: 'leave', onMove: 'follow' });
  expect((await show(id)).json).toMatchObject({ onDrop: 'leave', onMove: 'follow', paused: null, source: null });
  expect((await show((await create()).id)).json).toMatchObject({ onDrop: 'restart', onMove: 'warn' });
  const answer = await api.send('POST', '/v1/broadcasts', { body: { ...good(), paused: null, source: null } });
  expect(answer.json.errors).toEqual([
    { path: 'paused', message: 'is read-only' },
    { path: 'source', message: 'is read-only' },
  ]);
});

it('an Idempotency-Key means the JSON, not its spelling', async () => {
  const { meetingId, startAt } = good();
  const labels = { room: 'A', hall: 'B' };
  const send = (body: unknown, key: string) =>
    api.send('POST', '/v1/broadcasts', {
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    });
  const first = await send({ meetingId, startAt, labels, title: 'é' }, 'spelling');
  expect(first.status).toBe(201);
  for (const body of [
    { title: 'é', labels: { hall: 'B', room: 'A' }, startAt, meetingId },
    JSON.stringify({ title: 'é', startAt, meetingId, labels }, null, 4),
    JSON.stringify({ meetingId, labels, startAt, title: 'é' }).replace('é', '\\u00e9'),
  ]) {
    const again = await send(body, 'spelling');
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, first.text, 'true']);
  }
  for (const body of [
    { meetingId, startAt, labels: { room: 'B', hall: 'A' }, title: 'é' },
    { meetingId: String(meetingId), startAt, labels, title: 'é' },
    { meetingId, startAt, labels },
  ]) {
    expect((await send(body, 'spelling')).json.code).toBe('idempotency_key_reused');
  }
  // Deep enough to end a stack, and not a broadcast.
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect((await send(deep, 'deep')).status).toBe(400);
});
