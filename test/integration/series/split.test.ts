import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesRoutes } from '../../../src/http/routes/series-routes.ts';
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
const create = async (over: object = {}) =>
  (await api.send('POST', '/v1/series', { body: { ...SUNDAYS, meetingId: meetings++, ...over } })).json;
const from = (id: string, local: string, body: object, headers: Record<string, string> = {}) =>
  api.send('PATCH', `/v1/series/${id}?from=${local}`, { body, headers });
/** Start and status of all broadcasts of a meeting that are to come. */
const planned = async (meetingId: string) => {
  const { broadcasts } = await run.scheduler.list({ meetingId, limit: 100 });
  return broadcasts
    .filter(({ status }) => status === 'scheduled')
    .map(({ startAt, seriesId }) => `${new Date(startAt).toISOString().slice(0, 16)} ${seriesId}`);
};

describe('a change of this and following', () => {
  it('ends the series before it and begins another, none twice and none lost', async () => {
    const before = await create();
    const { status, json, headers } = await from(before.id, '2026-12-13T09:00', { startAt: '2026-12-13T10:00' });
    expect(status).toBe(200);
    expect(headers.get('location')).toBe(`/v1/series/${json.id}`);
    expect(json).toMatchObject({ follows: before.id, startAt: '2026-12-13T10:00:00', rule: SUNDAYS.rule });
    expect(json.summary).toBe('Every Sunday at 10:00, New York time');
    const ended = (await api.send('GET', `/v1/series/${before.id}`)).json;
    expect(ended).toMatchObject({ rule: 'FREQ=WEEKLY;BYDAY=SU;UNTIL=20261212', follows: null, revision: 2 });
    expect(ended.summary).toBe('Every Sunday at 09:00, New York time, until 12 December 2026');
    await run.task.runOnce();
    expect(await planned(before.meetingId)).toEqual([
      `2026-12-06T14:00 ${before.id}`,
      `2026-12-13T15:00 ${json.id}`,
      `2026-12-20T15:00 ${json.id}`,
      `2026-12-27T15:00 ${json.id}`,
    ]);
    expect(json.warnings).toEqual([]);
  });

  it('counts on, keeps dates that are later, and can be done again', async () => {
    const before = await create({
      rule: 'FREQ=DAILY;COUNT=10',
      exceptions: ['2026-12-07', '2026-12-12'],
      additions: ['2026-12-24T18:00'],
    });
    const second = (await from(before.id, '2026-12-10T09:00', { duration: 'PT2H' })).json;
    expect(second).toMatchObject({
      ...{ rule: 'FREQ=DAILY;COUNT=6', exceptions: ['2026-12-12'], additions: ['2026-12-24T18:00:00'] },
      ...{ startAt: '2026-12-10T09:00:00', duration: 'PT2H' },
    });
    const third = (await from(second.id, '2026-12-24T18:00', { title: 'Christmas Eve' })).json;
    expect(third).toMatchObject({ follows: second.id, startAt: '2026-12-24T18:00:00', title: 'Christmas Eve' });
    const days = (await planned(before.meetingId)).map((one) => one.slice(0, 10));
    expect(days).toEqual(['06', '08', '09', '10', '11', '13', '14', '15', '24'].map((day) => `2026-12-${day}`));
  });

  it('leaves what a person changed or canceled, and makes nothing beside it', async () => {
    const before = await create();
    const { broadcasts } = await run.scheduler.list({ seriesId: before.id, limit: 10 });
    const [, moved, canceled] = broadcasts.map(({ id }) => id);
    await run.scheduler.change(moved as string, { startAt: '2026-12-12T20:00:00Z', stopAt: null }, { by: 'api' });
    await run.scheduler.cancel(canceled as string, { by: 'api' });
    const { json } = await from(before.id, '2026-12-13T09:00', { startAt: '2026-12-13T11:00' });
    await run.task.runOnce();
    expect(await planned(before.meetingId)).toEqual([
      `2026-12-06T14:00 ${before.id}`,
      `2026-12-12T20:00 ${before.id}`,
      `2026-12-27T16:00 ${json.id}`,
    ]);
    const { occurrences } = (await api.send('GET', `/v1/series/${json.id}/occurrences?limit=3`)).json;
    expect(occurrences).toMatchObject([
      { broadcastId: moved, note: expect.stringContaining('edited') },
      { broadcastId: canceled, status: 'canceled' },
      { local: '2026-12-27T11:00:00' },
    ]);
  });

  it('is finished by a worker when the process died right after it was written', async () => {
    const before = await create();
    const real = run.scheduler.cancel;
    run.scheduler.cancel = async () => {
      throw new Error('died');
    };
    const { json } = await from(before.id, '2026-12-13T09:00', { startAt: '2026-12-13T09:30' });
    run.scheduler.cancel = real;
    expect((await planned(before.meetingId)).every((one) => one.endsWith(before.id))).toBe(true);
    await run.another().task.runOnce();
    expect(await planned(before.meetingId)).toEqual([
      `2026-12-06T14:00 ${before.id}`,
      `2026-12-13T14:30 ${json.id}`,
      `2026-12-20T14:30 ${json.id}`,
      `2026-12-27T14:30 ${json.id}`,
    ]);
    expect((await api.send('GET', `/v1/series/${json.id}`)).json.warnings).toEqual([]);
  });

  it('names the nearest occurrence when there is none, and changes nothing', async () => {
    const before = await create();
    const near = (local: string) => from(before.id, local, { duration: 'PT2H' });
    const wrong = await near('2026-12-14T09:00');
    expect(wrong.status).toBe(400);
    expect(wrong.json.errors).toEqual([{ path: 'from', message: expect.stringContaining('2026-12-13T09:00:00') }]);
    expect((await near('2026-11-29T09:00')).json.errors[0].message).toContain('2026-12-06T09:00:00');
    expect((await near('2031-01-01T09:00')).json.errors[0].message).toContain('2030-12-29T09:00:00');
    expect((await near('soon')).json.errors[0].message).toContain('must be the local time of an occurrence');
    expect((await from(before.id, '2026-12-13T09:00', { duration: 'PT2H' }, { 'if-match': '"9"' })).status).toBe(412);
    expect((await from(before.id, '2026-12-13T09:00', { duration: 'x' })).json.errors[0].path).toBe('duration');
    expect((await api.send('GET', `/v1/series/${before.id}`)).json).toEqual(before);
  });
});
