import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { calendarSchema } from '../../../src/calendars/calendar-schema.ts';
import { calendarRoutes } from '../../../src/http/routes/calendar-routes.ts';
import { seriesRoutes } from '../../../src/http/routes/series-routes.ts';
import { type RunningApi, runApi } from '../../support/running-api.ts';
import { type RunningSeries, SUNDAYS, startSeries } from '../../support/running-series.ts';

const AT = '2026-12-02T17:00:00Z';
let run: RunningSeries;
let api: RunningApi;
beforeAll(async () => {
  run = await startSeries(AT);
  const routes = [seriesRoutes(run.service), calendarRoutes(run.calendars.service, run.clock, async () => {})];
  api = await runApi({ scheduler: run.scheduler, routes });
});
afterAll(async () => {
  await api.close();
  await run.stop();
});

const day = (date: string, title: string) =>
  `BEGIN:VEVENT\r\nUID:${date}\r\nSUMMARY:${title}\r\nDTSTART;VALUE=DATE:${date}\r\nEND:VEVENT\r\n`;
const calendarOf = (...events: string[]) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${events.join('')}END:VCALENDAR\r\n`;

let names = 0;
const add = async (body: object) =>
  api.send('POST', '/v1/calendars', { body: { name: `cal-${names++}`, timezone: 'America/New_York', ...body } });
let meetings = 500;
const series = async (skipCalendars: string[], over: object = {}) =>
  (await api.send('POST', '/v1/series', { body: { ...SUNDAYS, meetingId: meetings++, skipCalendars, ...over } })).json;
const statuses = async (seriesId: string) =>
  (await run.scheduler.list({ seriesId, limit: 100 })).broadcasts.map(
    ({ startAt, status }) => `${new Date(startAt).toISOString().slice(0, 10)} ${status}`,
  );

describe('a series that skips a calendar', () => {
  it('leaves out its days, and says which and why', async () => {
    const { json: calendar } = await add({ ics: calendarOf(day('20261213', 'Third of Advent')) });
    const one = await series([calendar.name]);
    expect(one.skipCalendars).toEqual([calendar.name]);
    expect(await statuses(one.id)).toEqual(['2026-12-06 scheduled', '2026-12-20 scheduled', '2026-12-27 scheduled']);
    const shown = (await api.send('GET', `/v1/series/${one.id}/occurrences?limit=3`)).json;
    expect(shown.leftOut).toEqual([
      {
        local: '2026-12-13T09:00:00',
        note: `Third of Advent (calendar ${calendar.name})`,
        calendar: calendar.name,
        event: 'Third of Advent',
      },
    ]);
  });

  it('leaves out what a time of it touches, and not what only meets it', async () => {
    const busy = (from: string, to: string) =>
      `BEGIN:VEVENT\r\nSUMMARY:Concert\r\nDTSTART:${from}\r\nDTEND:${to}\r\nEND:VEVENT\r\n`;
    const { json: calendar } = await add({
      // Floating: in the zone of the calendar, where the service is from 09:00 to 10:30.
      ics: calendarOf(busy('20261206T103000', '20261206T120000'), busy('20261213T102900', '20261213T120000')),
    });
    expect(await statuses((await series([calendar.name])).id)).toEqual([
      '2026-12-06 scheduled',
      '2026-12-20 scheduled',
      '2026-12-27 scheduled',
    ]);
  });

  it('follows a change: what is skipped now is canceled, unless by hand; what is free comes back', async () => {
    const { json: calendar } = await add({ ics: calendarOf(day('20261213', 'Advent')) });
    const one = await series([calendar.name]);
    const path = `/v1/calendars/${calendar.name}`;
    const { broadcasts } = await run.scheduler.list({ seriesId: one.id, limit: 10 });
    await run.scheduler.change(broadcasts[0]?.id as string, { title: 'By hand' }, { by: 'api' });
    const ics = calendarOf(day('20261206', 'St Nicholas'), day('20261220', 'Advent'));
    expect((await api.send('PATCH', path, { body: { ics } })).status).toBe(200);
    expect(await statuses(one.id)).toEqual([
      '2026-12-06 scheduled',
      '2026-12-13 scheduled',
      '2026-12-20 canceled',
      '2026-12-27 scheduled',
      '2027-01-03 scheduled',
    ]);
    await api.send('PATCH', path, { body: { ics: calendarOf() } });
    expect((await statuses(one.id)).filter((text) => text === '2026-12-20 scheduled')).toHaveLength(1);
  });

  it('must name calendars that exist, and one that is named cannot be deleted', async () => {
    const refused = await api.send('POST', '/v1/series', { body: { ...SUNDAYS, skipCalendars: ['nowhere'] } });
    expect([refused.status, refused.json.errors[0].path]).toEqual([400, 'skipCalendars']);
    const { json: calendar } = await add({ ics: calendarOf() });
    const one = await series([calendar.name]);
    const path = `/v1/calendars/${calendar.name}`;
    const kept = await api.send('DELETE', path);
    expect([kept.status, kept.json.code, kept.json.series]).toEqual([409, 'in_use', [one.id]]);
    await api.send('PATCH', `/v1/series/${one.id}`, { body: { skipCalendars: [] } });
    expect((await api.send('DELETE', path)).status).toBe(200);
    expect((await api.send('GET', path)).status).toBe(404);
  });
});

describe('/v1/calendars', () => {
  it('shows what comes next, and refuses what is wrong with every error', async () => {
    const { status, json, headers } = await add({ ics: calendarOf(day('20261225', 'Christmas')) });
    expect([status, headers.get('location')]).toEqual([201, `/v1/calendars/${json.name}`]);
    expect(calendarSchema.parse(json)).toEqual(json);
    expect(json.upcoming).toEqual([{ title: 'Christmas', allDay: true, from: '2026-12-25', to: '2026-12-25' }]);
    expect((await api.send('POST', '/v1/calendars', { body: { name: json.name, ics: calendarOf() } })).status).toBe(
      409,
    );
    const wrong = await add({ name: 'a/b', timezone: 'Mars', color: 'red' });
    expect(wrong.json.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['color', 'name', 'timezone']);
    expect((await add({})).json.errors[0].message).toBe('must have either url or ics');
    expect((await add({ ics: '<html>' })).json.errors[0].path).toBe('ics');
    expect((await add({ url: 'https://a.example/x' })).json.errors[0].message).toContain('CALENDAR_HOSTS');
  });

  it('reads an address again daily, and keeps what it last gave while it fails', async () => {
    let ics = calendarOf(day('20261213', 'Advent'));
    let status = 200;
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers['if-none-match']);
      const etag = `"${Buffer.from(ics).length}"`;
      const code = status === 200 && request.headers['if-none-match'] === etag ? 304 : status;
      response.writeHead(code, { etag }).end(code === 304 ? undefined : ics);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      run.clock.set(AT);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/holidays.ics`;
    const { json: calendar } = await add({ url });
    expect(calendar).toMatchObject({ url, failure: null });
    const one = await series([calendar.name]);
    const now = async () => (await api.send('GET', `/v1/calendars/${calendar.name}`)).json;

    await run.calendars.task.runOnce();
    expect(asked).toHaveLength(1);
    run.clock.set('2026-12-03T17:00:00Z');
    await run.calendars.task.runOnce();
    expect(asked.slice(1)).toEqual([`"${ics.length}"`]);
    expect(await now()).toMatchObject({ readAt: '2026-12-03T17:00:00.000Z', failure: null });

    run.clock.set('2026-12-04T17:00:00Z');
    status = 500;
    await run.calendars.task.runOnce();
    await run.task.runOnce();
    expect(await now()).toMatchObject({ readAt: '2026-12-03T17:00:00.000Z', failure: '127.0.0.1 answered 500' });
    expect(await statuses(one.id)).not.toContain('2026-12-13 scheduled');

    run.clock.set('2026-12-04T18:00:00Z');
    [status, ics] = [200, calendarOf(day('20261220', 'Moved by a week'))];
    await run.calendars.task.runOnce();
    await run.task.runOnce();
    expect(await now()).toMatchObject({ failure: null, upcoming: [{ title: 'Moved by a week' }] });
    expect(await statuses(one.id)).toEqual([
      '2026-12-06 scheduled',
      '2026-12-13 scheduled',
      '2026-12-20 canceled',
      '2026-12-27 scheduled',
    ]);
  });
});
