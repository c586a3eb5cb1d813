import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { broadcastSchema } from '../../../src/validation/broadcast-schema.ts';
import { good, IN_A_MONTH, type RunningApi, runApi } from '../../support/running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const create = (over: object = {}) => api.send('POST', '/v1/broadcasts', { body: { ...good(), ...over } });

/** The fields of the contract's example, in its order. */
const FIELDS = [
  ...['id', 'meetingId', 'kind', 'account', 'title', 'startAt', 'stopAt', 'timezone', 'settings', 'destination'],
  ...['status', 'reason', 'revision', 'nextAttemptAt', 'startedAt', 'stoppedAt', 'startLatenessMs', 'stopLatenessMs'],
  ...[
    'confirmed',
    'externalId',
    'labels',
    'seriesId',
    'startWindow',
    'warnings',
    'onDrop',
    'onMove',
    'paused',
    'source',
  ],
  ...['createdAt', 'updatedAt'],
];

/** An ETag carries the revision, and a hash of what is shown. */
const tagOf = (revision: number) => new RegExp(`^"${revision}-[\\w-]{12}"$`);

describe('POST /v1/broadcasts', () => {
  it('answers 201 with the broadcast as the contract shows it', async () => {
    const destination = { streamUrl: 'rtmps://a/b', streamKey: 'hunter2', pageUrl: 'https://a/', resolution: '1080p' };
    const answer = await create({ meetingId: '684 2308-5', destination, duration: 'PT1H', labels: { room: 'A' } });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.json)).toEqual(FIELDS);
    expect(broadcastSchema.parse(answer.json)).toEqual(answer.json);
    expect(answer.json).toMatchObject({
      meetingId: '68423085',
      startAt: IN_A_MONTH,
      status: 'scheduled',
      labels: { room: 'A' },
    });
    expect(answer.json.destination).toEqual({ streamUrl: 'rtmps://a/b', pageUrl: 'https://a/', resolution: '1080p' });
    expect(answer.text).not.toContain('hunter2');
    expect(answer.headers.get('location')).toBe(`/v1/broadcasts/${answer.json.id}`);
    expect(answer.headers.get('etag')).toMatch(tagOf(1));
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await api.scheduler.history(answer.json.id))[0]?.by).toBe('api');
  });

  it('reports every error at once as a problem', async () => {
    const answer = await create({ meetingId: 'x', kind: 'webinar', settings: { layout: 'follow_host' }, nope: 1 });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({
      type: '/docs/errors#validation_failed',
      status: 400,
      code: 'validation_failed',
    });
    expect(answer.json.title).toBeTypeOf('string');
    const paths = answer.json.errors.map((issue: { path: string }) => issue.path);
    expect(paths.sort()).toEqual(['meetingId', 'nope', 'settings.layout']);
  });

  it('with an Idempotency-Key answers the same again', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const GOOD = good();
    const first = await api.send('POST', '/v1/broadcasts', { body: GOOD, headers });
    const again = await api.send('POST', '/v1/broadcasts', { body: GOOD, headers });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect([again.status, again.json]).toEqual([201, first.json]);
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    const other = await api.send('POST', '/v1/broadcasts', { body: { ...GOOD, title: 'x' }, headers });
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await api.send('POST', '/v1/broadcasts/batch', { body: { broadcasts: [GOOD] }, headers });
    expect(elsewhere.json.code).toBe('idempotency_key_reused');
  });

  it.each(['', 'a b', 'x'.repeat(256)])('refuses the Idempotency-Key %j', async (key) => {
    const answer = await api.send('POST', '/v1/broadcasts', { body: good(), headers: { 'idempotency-key': key } });
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('POST /v1/broadcasts/batch', () => {
  it('answers 201 with all of them', async () => {
    const answer = await api.send('POST', '/v1/broadcasts/batch', { body: { broadcasts: [good(), good()] } });
    expect(answer.status).toBe(201);
    expect(answer.json.broadcasts).toHaveLength(2);
    expect(Object.keys(answer.json.broadcasts[1])).toEqual(FIELDS);
  });

  it('takes more than 1 MiB, and names the place of an error', async () => {
    const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`label${index}`, 'v'.repeat(200)]));
    const broadcasts = [...Array.from({ length: 999 }, () => ({ ...good(), labels })), { ...good(), startAt: 'x' }];
    const answer = await api.send('POST', '/v1/broadcasts/batch', { body: { broadcasts } });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([{ path: 'broadcasts[999].startAt', message: expect.any(String) }]);
  });
});

describe('GET /v1/broadcasts', () => {
  /** What the route asked for; the limits of the key are those of the rights matrix. */
  const asked = () => {
    const { limits: _, ...query } = vi.spyOn(api.scheduler, 'list').mock.lastCall?.[0] ?? {};
    return query;
  };
  beforeAll(() => {
    vi.spyOn(api.scheduler, 'list');
  });

  it('pages through everything with nextCursor', async () => {
    const externalId = 'paged';
    for (let left = 3; left > 0; left -= 1) await create({ externalId });
    const first = await api.send('GET', '/v1/broadcasts?externalId=paged&limit=2');
    const rest = await api.send('GET', `/v1/broadcasts?externalId=paged&limit=2&cursor=${first.json.nextCursor}`);
    expect([first.json.broadcasts.length, rest.json.broadcasts.length, rest.json.nextCursor]).toEqual([2, 1, null]);
  });

  it('gives every filter to the scheduler, as values', async () => {
    const query =
      'status=live,waiting&status=ended&meetingId=684%202308-5&account=east&externalId=e&label=room=A&limit=2' +
      '&from=2026-12-06T14:00:00Z&to=2026-12-06T16:00:00%2B01:00';
    const answer = await api.send('GET', `/v1/broadcasts?${query}`);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json)).toEqual(['broadcasts', 'nextCursor']);
    expect(asked()).toEqual({
      ...{
        order: 'asc',
        status: ['live', 'waiting', 'ended'],
        meetingId: '68423085',
        account: 'east',
        externalId: 'e',
        label: 'room=A',
      },
      ...{ limit: 2, from: Date.parse('2026-12-06T14:00:00Z'), to: Date.parse('2026-12-06T15:00:00Z') },
    });
  });

  it('lists 50 unless asked otherwise, and takes a + that was not encoded', async () => {
    await api.send('GET', '/v1/broadcasts?from=2026-12-06T14:00:00+01:00');
    expect(asked()).toEqual({ order: 'asc', limit: 50, from: Date.parse('2026-12-06T13:00:00Z') });
  });

  it.each([
    ['limit=0', 'limit', '1 to 1000'],
    ['limit=1001', 'limit', '"1001"'],
    ['limit=1.5', 'limit', 'whole number'],
    ['limit=', 'limit', 'got ""'],
    ['limit=1&limit=2', 'limit', 'once'],
    ['status=done', 'status', '"done"'],
    ['status=', 'status', 'got ""'],
    ['from=2026-12-06', 'from', 'offset'],
    ['to=2026-12-06T10:00', 'to', 'offset'],
    ['from=now', 'from', 'offset'],
    ['from=2026-12-06T14:00Z&to=2026-12-06T13:00Z', 'to', 'before from'],
    ['meetingId=x', 'meetingId', 'digits'],
    ['label=a%20b', 'label', 'label name'],
    ['cursor=', 'cursor', 'nextCursor'],
    ['__proto__=1', '__proto__', 'not a known query parameter'],
    ['constructor=1', 'constructor', 'not a known query parameter'],
  ])('refuses ?%s', async (query, path, said) => {
    const answer = await api.send('GET', `/v1/broadcasts?${query}`);
    expect([answer.status, answer.json.code]).toEqual([400, 'validation_failed']);
    expect(answer.json.errors).toContainEqual({ path, message: expect.stringContaining(said) });
  });

  it('reports all errors of the query at once, on the other routes too', async () => {
    const answer = await api.send('GET', '/v1/broadcasts?limit=0&nope=1&status=x,y');
    expect(answer.json.errors.map((issue: { path: string }) => issue.path)).toEqual([
      'limit',
      'nope',
      'status',
      'status',
    ]);
    for (const [method, path] of [
      ['GET', 'x'],
      ['DELETE', 'x'],
      ['POST', 'x/start'],
      ['GET', 'x/history'],
    ]) {
      expect((await api.send(method as string, `/v1/broadcasts/${path}?verbose=1`)).json.errors[0].path).toBe(
        'verbose',
      );
    }
  });
});

describe('/v1/broadcasts/:id', () => {
  it('shows it and its history', async () => {
    const { json } = await create();
    const shown = await api.send('GET', `/v1/broadcasts/${json.id}`);
    expect([shown.status, shown.json, shown.headers.get('etag')]).toEqual([200, json, expect.stringMatching(tagOf(1))]);
    const { history } = (await api.send('GET', `/v1/broadcasts/${json.id}/history`)).json;
    expect(Object.keys(history[0])).toEqual([
      'at',
      'type',
      'from',
      'to',
      'by',
      'reason',
      'request',
      'answer',
      'requestId',
    ]);
    expect(history[0]).toMatchObject({
      at: json.createdAt,
      type: 'created',
      from: null,
      to: 'scheduled',
      request: null,
    });
  });

  it('shows a changed time in its history as everywhere else', async () => {
    const { json } = await create();
    const stopAt = new Date(Date.parse(json.startAt) + 60_000).toISOString();
    expect((await api.send('PATCH', `/v1/broadcasts/${json.id}`, { body: { stopAt } })).status).toBe(200);
    const { history } = (await api.send('GET', `/v1/broadcasts/${json.id}/history`)).json;
    expect(history.at(-1)).toMatchObject({ type: 'changed', request: { stopAt }, before: { stopAt: json.stopAt } });
  });

  it('HEAD is GET without the body', async () => {
    const { json } = await create();
    const answer = await api.send('HEAD', `/v1/broadcasts/${json.id}`);
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([
      200,
      '',
      expect.stringMatching(tagOf(1)),
    ]);
  });

  it.each(['application/json', 'application/merge-patch+json', 'Application/JSON; charset=utf-8'])(
    'changes with %s',
    async (type) => {
      const { id } = (await create()).json;
      const answer = await api.send('PATCH', `/v1/broadcasts/${id}`, {
        body: { title: 'New' },
        headers: { 'content-type': type },
      });
      expect([answer.status, answer.json.title, answer.headers.get('etag')]).toEqual([
        ...[200, 'New'],
        expect.stringMatching(tagOf(2)),
      ]);
    },
  );

  it.each([
    ['"1"', 200, undefined],
    ['*', 200, undefined],
    ['"7", "1"', 200, undefined],
    ['"1-an-older-text"', 200, undefined],
    ['"7-x", "1-y"', 200, undefined],
    ['"2-an-older-text"', 412, 'precondition_failed'],
    ['"2"', 412, 'precondition_failed'],
    ['"01"', 412, 'precondition_failed'],
    ['W/"1"', 412, 'precondition_failed'],
    ['"7", "8"', 412, 'precondition_failed'],
    ['1', 400, 'validation_failed'],
    ['"1', 400, 'validation_failed'],
    ['*, "1"', 400, 'validation_failed'],
  ])('If-Match: %s answers %i', async (tag, status, code) => {
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/start'],
    ]) {
      const { id } = (await create()).json;
      const body = method === 'PATCH' ? { title: 'x' } : undefined;
      const answer = await api.send(method as string, `/v1/broadcasts/${id}${path}`, {
        body,
        headers: { 'if-match': tag },
      });
      expect([answer.status >= 202 && status === 200 ? 200 : answer.status, answer.json.code]).toEqual([status, code]);
    }
  });

  it('cancels, and says 404 of what is not there', async () => {
    const { id } = (await create()).json;
    const canceled = await api.send('DELETE', `/v1/broadcasts/${id}`);
    expect([canceled.status, canceled.json.status]).toEqual([200, 'canceled']);
    for (const path of ['nope', '%2e%2e', 'x'.repeat(200), 'a%zz', '%00']) {
      const answer = await api.send('GET', `/v1/broadcasts/${path}`);
      expect([answer.status, answer.json.code], path).toEqual([404, 'not_found']);
    }
  });

  it.each([
    [undefined, {}],
    [undefined, { 'content-type': 'application/json' }],
    ['{}', {}],
  ])('an action takes the body %j with %j', async (body, headers) => {
    const { id } = (await create()).json;
    const answer = await api.send('POST', `/v1/broadcasts/${id}/start`, { body, headers });
    expect([answer.status, answer.headers.get('etag'), answer.json.id]).toEqual([
      202,
      expect.stringMatching(tagOf(2)),
      id,
    ]);
  });

  it('an action takes no fields, and answers 409 with the reason', async () => {
    const { id } = (await create()).json;
    const answer = await api.send('POST', `/v1/broadcasts/${id}/start`, { body: { force: true } });
    expect([answer.status, answer.json.errors]).toEqual([400, [{ path: 'force', message: expect.any(String) }]]);
    expect((await api.send('POST', `/v1/broadcasts/${id}/start`, { body: '[]' })).status).toBe(400);
    for (const [verb, code] of [
      ['stop', 'not_live'],
      ['retry', 'not_retryable'],
    ]) {
      const refused = await api.send('POST', `/v1/broadcasts/${id}/${verb}`);
      expect([refused.status, refused.json.code, refused.json.detail]).toEqual([
        409,
        code,
        expect.stringMatching(/\w/),
      ]);
      expect(refused.json).not.toHaveProperty('errors');
    }
  });
});
