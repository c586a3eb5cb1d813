import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesRoutes } from '../../../src/http/routes/series-routes.ts';
import { occurrencesSchema, seriesSchema } from '../../../src/series/series-schema.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';
import { type RunningSeries, SUNDAYS, startSeries } from '../../support/running-series.ts';

let run: RunningSeries;
let api: RunningApi;
beforeAll(async () => {
  run = await startSeries('2026-12-02T17:00:00Z');
  api = await runApi({ scheduler: run.scheduler, routes: [seriesRoutes(run.service)] });
});
afterAll(async () => {
  await api.close();
  await run.stop();
});

let meetings = 100;
const create = (over: object = {}, headers: Record<string, string> = {}) =>
  api.send('POST', '/v1/series', { body: { ...SUNDAYS, meetingId: meetings++, ...over }, headers });

describe('/v1/series', () => {
  it('creates, shows, changes and deletes', async () => {
    const created = await create({ exceptions: ['2026-12-25'] });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/v1/series/${created.json.id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(seriesSchema.parse(created.json)).toEqual(created.json);
    expect(created.json).toMatchObject({ startAt: '2026-12-06T09:00:00', stopTime: null, warnings: [], revision: 1 });
    const path = `/v1/series/${created.json.id}`;
    expect((await api.send('GET', path)).json).toEqual(created.json);

    const headers = { 'if-match': '"1"' };
    const changed = await api.send('PATCH', path, { body: { stopTime: '11:00' }, headers });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ duration: null, stopTime: '11:00:00', exceptions: ['2026-12-25'] });
    expect((await api.send('PATCH', path, { body: { title: 'x' }, headers })).status).toBe(412);
    expect((await api.send('DELETE', path, { headers })).status).toBe(412);

    const deleted = await api.send('DELETE', path);
    expect([deleted.status, deleted.json.id]).toEqual([200, created.json.id]);
    expect((await api.send('GET', path)).json.code).toBe('not_found');
    const left = await api.send('GET', `/v1/broadcasts?seriesId=${created.json.id}&status=scheduled`);
    expect(left.json.broadcasts).toEqual([]);
  });

  it('hands every field of a broadcast on to its broadcasts', async () => {
    const given = { onDrop: 'leave', onMove: 'follow', labels: { room: 'A' }, startWindow: 'PT20M', title: 'Service' };
    const { json } = await create(given);
    expect(json).toMatchObject(given);
    const { broadcasts } = await run.scheduler.list({ seriesId: json.id, limit: 10 });
    expect(broadcasts.length).toBeGreaterThan(0);
    for (const broadcast of broadcasts) expect(broadcast).toMatchObject(given);
  });

  it('keeps the broadcasts when asked to', async () => {
    const { json } = await create();
    expect((await api.send('DELETE', `/v1/series/${json.id}?keepOccurrences=true`)).status).toBe(200);
    const left = await api.send('GET', `/v1/broadcasts?seriesId=${json.id}&status=scheduled`);
    expect(left.json.broadcasts).toHaveLength(3);
    expect((await api.send('DELETE', `/v1/series/${json.id}?keepOccurrences=maybe`)).json.code).toBe(
      'validation_failed',
    );
  });

  it('shows the occurrences', async () => {
    const { json } = await create();
    const path = `/v1/series/${json.id}/occurrences`;
    const shown = await api.send('GET', `${path}?limit=4`);
    expect(occurrencesSchema.parse(shown.json)).toEqual(shown.json);
    expect(shown.json.occurrences[0]).toEqual({
      ...{ startAt: '2026-12-06T14:00:00.000Z', stopAt: '2026-12-06T15:30:00.000Z', local: '2026-12-06T09:00:00' },
      ...{ broadcastId: `${json.id}-20261206T090000`, status: 'scheduled', note: null, paused: null },
    });
    expect(shown.json.occurrences[3]).toMatchObject({ broadcastId: null, status: null });
    expect((await api.send('GET', path)).json.occurrences).toHaveLength(10);
    expect((await api.send('GET', `${path}?limit=1000`)).json.occurrences).toHaveLength(1_000);
    expect((await api.send('GET', `${path}?limit=1001`)).status).toBe(400);
    expect((await api.send('GET', '/v1/series/nope/occurrences')).status).toBe(404);
  });

  it('lists page by page, by filters', async () => {
    for (let i = 0; i < 5; i += 1) await create({ labels: { paged: 'yes', nr: String(i % 2) } });
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await api.send('GET', `/v1/series?label=paged&limit=2${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.json.series.map(({ id }: { id: string }) => id));
      cursor = page.json.nextCursor ?? '';
    } while (cursor);
    expect(new Set(ids).size).toBe(5);
    expect((await api.send('GET', '/v1/series?label=nr=1')).json.series).toHaveLength(2);
    expect((await api.send('GET', '/v1/series?cursor=xx')).json.code).toBe('validation_failed');
    const invalid = await api.send('GET', '/v1/series?limit=0&what=1');
    expect(invalid.json.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['limit', 'what']);
  });

  it('honours an Idempotency-Key', async () => {
    const body = { ...SUNDAYS, meetingId: '77' };
    const send = (over = {}) =>
      api.send('POST', '/v1/series', { body: { ...body, ...over }, headers: { 'idempotency-key': 'k' } });
    const [first, again] = [await send(), await send()];
    expect(again.json.id).toBe(first.json.id);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await send({ title: 'other' })).status).toBe(422);
  });

  it('reports every error as a problem, and answers no body with 400', async () => {
    const answer = await create({ rule: 'FREQ=SECONDLY', startWindow: 'x', nope: 1 });
    expect([answer.status, answer.json.code]).toEqual([400, 'validation_failed']);
    const paths = answer.json.errors.map(({ path }: { path: string }) => path).sort();
    expect(paths).toEqual(['nope', 'rule', 'startWindow']);
    expect((await api.send('POST', '/v1/series', { body: [] })).status).toBe(400);
    expect((await api.send('POST', '/v1/series')).json.code).toBe('malformed_json');
  });

  it('never shows the stream key', async () => {
    const destination = { streamUrl: 'rtmps://a/b', streamKey: 'hunter2', pageUrl: 'https://a/' };
    const { text, json } = await create({ destination });
    expect(json.destination).toEqual({ streamUrl: 'rtmps://a/b', pageUrl: 'https://a/' });
    const dump = JSON.stringify([await run.events(), await run.client.hgetall(run.keys.named(`sr:${json.id}`))]);
    expect(text + dump).not.toContain('hunter2');
    expect(dump).toContain('sealedStreamKey');
    expect(JSON.stringify(await run.events())).not.toContain('sealedStreamKey');
  });

  it('is described', async () => {
    const { json } = await api.send('GET', '/openapi.json');
    expect(Object.keys(json.paths['/v1/series/{id}'])).toEqual(expect.arrayContaining(['get', 'patch', 'delete']));
    expect(json.components.schemas.NewSeries.properties).toHaveProperty('onClockChange');
  });
});
