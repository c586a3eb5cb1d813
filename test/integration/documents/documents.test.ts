import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApplyPlan } from '../../../src/documents/document-schema.ts';
import { type AnEvent, type CalendarServer, calendar, startCalendarServer } from '../../support/calendar-server.ts';
import { type Service, startService } from '../../support/running-service.ts';

/** Documents over real HTTP on a real Redis: what applying one leaves there. */

let service: Service;
let server: CalendarServer;
let names = 0;
let meetings = 820_000_000;

beforeAll(async () => {
  service = await startService({ CALENDAR_HOSTS: '127.0.0.1!', SECRETS_KEY: Buffer.alloc(32, 1).toString('base64') });
  server = await startCalendarServer();
  server.answer(calendar([]));
}, 60_000);
afterAll(async () => {
  await server.stop();
  await service.stop();
});

const DAY_MS = 86_400_000;
const day = (days: number, hour = 9) =>
  `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00Z`;
const HOLIDAYS = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20301225', 'SUMMARY:Christmas'],
  ...['END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');

interface Shown {
  id: string;
  status: string;
  title: string | null;
  startAt: string;
  stopAt: string | null;
  externalId: string | null;
  labels: Record<string, string>;
  source: { name: string; uid: string } | null;
  revision: number;
}

/** A document with a broadcast, a series, a calendar and a source, that nobody else has. */
function everything() {
  const n = names++;
  return {
    name: `doc${n}`,
    broadcasts: [
      { externalId: `gala-${n}`, meetingId: String(meetings++), title: 'Gala', startAt: day(3), duration: 'PT2H' },
      { name: 'opening', meetingId: String(meetings++), startAt: day(4), stopAt: day(4, 11), labels: { room: 'A' } },
    ],
    series: [
      {
        ...{ name: 'service', meetingId: String(meetings++), title: 'Service', rule: 'FREQ=WEEKLY', duration: 'PT1H' },
        ...{ startAt: day(1).slice(0, 16), timezone: 'Europe/Berlin', skipCalendars: [`holidays${n}`] },
      },
    ],
    calendars: [{ name: `holidays${n}`, ics: HOLIDAYS, timezone: 'Europe/Berlin' }],
    sources: [{ name: `law${n}`, kind: 'ics', url: server.url, prune: true }],
  };
}

const apply = (document: unknown, more: Record<string, unknown> = {}) =>
  service.json('POST', '/v1/apply', { document, ...more }) as Promise<ApplyPlan>;
const refused = async (document: unknown, more: Record<string, unknown> = {}) => {
  const answer = await service.request('POST', '/v1/apply', { document, ...more });
  return {
    status: answer.status,
    ...((await answer.json()) as { code: string; errors?: { path: string; message: string }[] }),
  };
};
const list = async (query: string) => (await service.json('GET', `/v1/broadcasts?${query}`)).broadcasts as Shown[];
const one = async (query: string) => {
  const found = (await list(query)).filter(({ status }) => status === 'scheduled');
  expect(found).toHaveLength(1);
  return found[0] as Shown;
};
const seriesOf = async (meetingId: string) =>
  (await service.json('GET', `/v1/series?meetingId=${meetingId}`)).series as (Shown & { rule: string })[];

describe('a document that is applied', () => {
  it('makes all four, says so beforehand, and does nothing twice', async () => {
    const document = everything();
    const [gala, opening] = document.broadcasts;
    const plan = await apply(document, { dryRun: true });
    expect(plan.counts).toMatchObject({ new: 5, changed: 0, conflicting: 0, skipped: 0 });
    expect(await list(`meetingId=${gala?.meetingId}`)).toEqual([]);
    expect((await service.request('GET', `/v1/sources/${document.name}`)).status).toBe(404);
    const done = await apply(document);
    expect({ ...done, dryRun: true }).toEqual(plan);
    expect(await one(`externalId=gala-${document.name.slice(3)}`)).toMatchObject({
      title: 'Gala',
      stopAt: day(3, 11).replace('Z', '.000Z'),
    });
    expect(await one(`meetingId=${opening?.meetingId}`)).toMatchObject({
      ...{
        externalId: `${document.name}:opening`,
        labels: { room: 'A' },
        source: { name: document.name, uid: 'opening' },
      },
    });
    expect(await seriesOf(document.series[0]?.meetingId as string)).toMatchObject([{ title: 'Service' }]);
    expect((await service.request('GET', `/v1/calendars/${document.calendars[0]?.name}`)).status).toBe(200);
    expect(await service.json('GET', `/v1/sources/${document.sources[0]?.name}`)).toMatchObject({ prune: true });
    expect(await service.json('GET', `/v1/sources/${document.name}`)).toMatchObject({
      kind: 'document',
      counts: { new: 5 },
    });
    const { entries } = await service.json('GET', '/v1/audit?limit=20');
    const written = (entries as { action: string }[]).map(({ action }) => action);
    expect(written).toEqual(
      expect.arrayContaining(['source.apply', 'source.create', 'calendar.create', 'series.create']),
    );
    const before = await service.json('GET', `/v1/broadcasts?meetingId=${gala?.meetingId}`);
    expect((await apply(document)).counts).toMatchObject({ new: 0, changed: 0, unchanged: 5 });
    expect(await service.json('GET', `/v1/broadcasts?meetingId=${gala?.meetingId}`)).toEqual(before);
  });

  it('changes what is otherwise now, also back to a default', async () => {
    const document = everything();
    await apply(document);
    const [gala, opening] = document.broadcasts as unknown as [Record<string, unknown>, Record<string, unknown>];
    const [service1] = document.series as unknown as [Record<string, unknown>];
    const { title: _title, ...plain } = gala;
    const { labels: _labels, ...moved } = opening;
    const next = {
      ...document,
      broadcasts: [plain, { ...moved, startAt: day(5), stopAt: day(5, 12) }],
      series: [{ ...service1, rule: 'FREQ=WEEKLY;INTERVAL=2', skipCalendars: [] }],
      sources: [{ ...document.sources[0], prune: false, labels: { faculty: 'law' } }],
      calendars: [{ ...document.calendars[0], timezone: 'Europe/Rome' }],
    };
    const done = await apply(next);
    expect(done.counts).toMatchObject({ changed: 5, new: 0, kept: 0 });
    expect(await one(`meetingId=${gala.meetingId}`)).toMatchObject({ title: null });
    expect(await one(`meetingId=${opening.meetingId}`)).toMatchObject({
      labels: {},
      startAt: day(5).replace('Z', '.000Z'),
    });
    expect(await seriesOf(service1.meetingId as string)).toMatchObject([{ rule: 'FREQ=WEEKLY;INTERVAL=2' }]);
    expect(await service.json('GET', `/v1/sources/${document.sources[0]?.name}`)).toMatchObject({
      ...{ prune: false, labels: { faculty: 'law' } },
    });
    expect((await apply(next)).counts).toMatchObject({ unchanged: 5, changed: 0 });
  });

  it('keeps what somebody changed here by hand, and says so each time', async () => {
    const document = everything();
    await apply(document);
    const gala = await one(`meetingId=${document.broadcasts[0]?.meetingId}`);
    const [series] = await seriesOf(document.series[0]?.meetingId as string);
    const source = document.sources[0]?.name as string;
    await service.json('PATCH', `/v1/broadcasts/${gala.id}`, { title: 'Grand gala' });
    await service.json('PATCH', `/v1/series/${series?.id}`, { title: 'Morning service' });
    await service.json('PATCH', `/v1/sources/${source}`, { paused: true });
    for (const _time of [1, 2]) {
      const done = await apply(document);
      expect(done.counts).toMatchObject({ kept: 3, changed: 0 });
      expect(done.kept.map(({ detail }) => detail).join('\n')).toContain(
        'title: changed here by hand, kept; the document says',
      );
    }
    const next = { ...document, sources: [{ ...document.sources[0], every: 'PT1H' }] };
    expect((await apply(next)).changed).toMatchObject([{ type: 'source', name: source }]);
    expect(await service.json('GET', `/v1/sources/${source}`)).toMatchObject({ paused: true, every: 'PT1H' });
    expect((await apply(next)).counts).toMatchObject({ kept: 3, changed: 0 });
    expect(await one(`meetingId=${gala.id && document.broadcasts[0]?.meetingId}`)).toMatchObject({
      title: 'Grand gala',
    });
  });

  it('cancels what it names no longer only with prune, and only what it made', async () => {
    const document = everything();
    const other = { ...everything(), series: [], calendars: [], sources: [] };
    await apply(document);
    await apply(other);
    const [gala, opening] = document.broadcasts;
    const less = { name: document.name, broadcasts: [opening] };
    const without = await apply(less);
    expect(without.counts).toMatchObject({ vanished: 4, unchanged: 1 });
    expect(without.vanished[0]?.detail).toContain('it stays, because prune is off');
    await one(`meetingId=${gala?.meetingId}`);
    expect(await refused(less, { prune: true, expect: 3 })).toMatchObject({ status: 409, code: 'count_differs' });
    const done = await apply(less, { prune: true, expect: 4 });
    expect(done.counts).toMatchObject({ vanished: 4, unchanged: 1 });
    expect((await list(`meetingId=${gala?.meetingId}`)).map(({ status }) => status)).toEqual(['canceled']);
    expect(await seriesOf(document.series[0]?.meetingId as string)).toEqual([]);
    for (const path of [`calendars/${document.calendars[0]?.name}`, `sources/${document.sources[0]?.name}`])
      expect((await service.request('GET', `/v1/${path}`)).status).toBe(404);
    await one(`meetingId=${other.broadcasts[0]?.meetingId}`);
    expect((await apply(less, { prune: true })).counts).toMatchObject({ vanished: 0, unchanged: 1 });
  });

  it('does not cancel what was moved here by hand to a later time than the file says', async () => {
    const document = everything();
    await apply(document);
    const gala = await one(`meetingId=${document.broadcasts[0]?.meetingId}`);
    const past = [{ ...document.broadcasts[0], startAt: day(-1) }, document.broadcasts[1]];
    expect((await apply({ ...document, broadcasts: past }, { prune: true })).counts).toMatchObject({
      vanished: 0,
      skipped: 1,
    });
    expect(await service.json('GET', `/v1/broadcasts/${gala.id}`)).toMatchObject({ status: 'scheduled' });
  });

  it('does not touch what others made', async () => {
    const document = everything();
    const [gala] = document.broadcasts;
    const mine = await service.json('POST', '/v1/broadcasts', { ...gala, title: 'Mine' });
    await service.json('POST', '/v1/calendars', { name: document.calendars[0]?.name, ics: HOLIDAYS });
    const done = await apply(document, { prune: true });
    expect(done.conflicting.map(({ type, detail }) => [type, detail])).toEqual([
      ['broadcast', `broadcast ${mine.id} was made by hand: left alone`],
      ['calendar', `${document.calendars[0]?.name} already exists, made by hand: left alone`],
    ]);
    expect(await service.json('GET', `/v1/broadcasts/${mine.id}`)).toEqual(mine);
    const less = await apply({ name: document.name }, { prune: true });
    expect(less.counts).toMatchObject({ vanished: 3 });
    expect(await service.json('GET', `/v1/broadcasts/${mine.id}`)).toEqual(mine);
  });

  it('plans in one step what takes the time of a series that goes', async () => {
    const document = everything();
    const [series] = document.series;
    await apply(document);
    const instead = {
      name: document.name,
      broadcasts: [{ name: 'once', meetingId: series?.meetingId, startAt: day(1), duration: 'PT2H' }],
    };
    const done = await apply(instead, { prune: true });
    expect(done.counts).toMatchObject({ new: 1, conflicting: 0, skipped: 0 });
    await one(`meetingId=${series?.meetingId}&externalId=${document.name}:once`);
  });

  it('reports every issue at once with its place, and does nothing', async () => {
    const document = everything();
    const answer = await refused({
      ...{ name: document.name, broadcast: [] },
      broadcasts: [...document.broadcasts, { meetingId: 'x', startAt: 'now', titel: 'x' }, document.broadcasts[0]],
      series: [
        { ...document.series[0], rule: 'FREQ=NEVER' },
        { ...document.series[0], name: 'a', skipCalendars: ['none'] },
      ],
      calendars: [{ name: 'c', url: 'https://elsewhere.example.org/a.ics' }],
      sources: [
        { name: document.name, kind: 'ics' },
        { name: 'b', kind: 'odd' },
      ],
    });
    expect(answer).toMatchObject({ status: 400, code: 'validation_failed' });
    const paths = answer.errors?.map(({ path }) => path) ?? [];
    expect([...new Set(paths)].sort()).toEqual(
      [
        ...['document.broadcast', 'document.broadcasts[2]', 'document.broadcasts[2].meetingId'],
        ...['document.broadcasts[2].startAt', 'document.broadcasts[2].titel', 'document.broadcasts[3].externalId'],
        ...[
          'document.calendars[0].url',
          'document.series[0].rule',
          'document.sources[0].name',
          'document.sources[1].kind',
        ],
      ].sort(),
    );
    expect(await list(`meetingId=${document.broadcasts[0]?.meetingId}`)).toEqual([]);
    const { errors } = await refused({
      name: document.name,
      series: [{ ...document.series[0], skipCalendars: ['none'] }],
    });
    expect(errors).toMatchObject([{ path: 'document.series[0].skipCalendars' }]);
  });

  it('refuses the name of a source, and a source the name of a document', async () => {
    const document = everything();
    await apply(document);
    expect(await refused({ name: document.sources[0]?.name })).toMatchObject({ status: 409, code: 'name_taken' });
    const taken = await service.request('POST', '/v1/sources', { name: document.name, kind: 'ics' });
    expect(taken.status).toBe(409);
    const sync = await service.request('POST', `/v1/sources/${document.name}/sync`, {});
    expect([sync.status, ((await sync.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('livestream apply'),
    ]);
  });
});

describe('an export', () => {
  it('applied here changes nothing, and has no stream key', async () => {
    const document = everything();
    const destination = { streamUrl: 'rtmps://a.example/live', streamKey: 'secret-1', pageUrl: 'https://a.example' };
    const withKey = [{ ...document.broadcasts[0], destination }, document.broadcasts[1]];
    await apply({ ...document, broadcasts: withKey });
    await service.json('POST', '/v1/broadcasts', {
      meetingId: String(meetings++),
      startAt: day(6),
      timezone: 'Europe/Rome',
    });
    const events: AnEvent[] = [{ uid: 'x@example.org', meetingId: String(meetings++), hour: 3 }];
    server.answer(calendar(events));
    await service.json('POST', `/v1/sources/${document.sources[0]?.name}/sync`, {});
    const exported = await service.json('GET', '/v1/export?name=all');
    expect(JSON.stringify(exported)).not.toContain('secret-1');
    expect(JSON.stringify(exported)).not.toContain(events[0]?.meetingId);
    const plan = await apply(exported);
    const { unchanged, ...others } = plan.counts;
    expect(others, JSON.stringify(plan)).toEqual({
      new: 0,
      changed: 0,
      canceled: 0,
      vanished: 0,
      kept: 0,
      conflicting: 0,
      skipped: 0,
    });
    expect(unchanged).toBeGreaterThan(5);
    // Where it is not there yet, the stream key is needed.
    const fresh = {
      ...exported,
      name: 'fresh',
      broadcasts: [
        {
          ...exported.broadcasts[0],
          externalId: 'fresh-1',
          meetingId: '990',
          destination: { ...destination, streamKey: undefined },
        },
      ],
    };
    expect((await refused(fresh)).errors).toMatchObject([{ path: 'document.broadcasts[0].destination.streamKey' }]);
  });
});
