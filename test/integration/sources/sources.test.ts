import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSources } from '../../../src/app/create-sources.ts';
import type { ZoomReads } from '../../../src/broadcasts/zoom-port.ts';
import type { SyncPlan } from '../../../src/sources/source.ts';
import { SourceTask } from '../../../src/sources/source-task.ts';
import {
  type AnEvent,
  type Answer,
  at,
  type CalendarServer,
  calendar,
  startCalendarServer,
} from '../../support/calendar-server.ts';
import { type Service, startService } from '../../support/running-service.ts';

/** Sources over real HTTP on a real Redis: the API syncs, and what Redis holds then is checked. */

let service: Service;
let server: CalendarServer;
let names = 0;
let meetings = 810_000_000;

beforeAll(async () => {
  service = await startService({ CALENDAR_HOSTS: '127.0.0.1!', SECRETS_KEY: Buffer.alloc(32, 1).toString('base64') });
  server = await startCalendarServer();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await service.stop();
});

/** Nothing here asks Zoom. */
const noZoom = {} as ZoomReads;

interface Shown {
  id: string;
  status: string;
  title: string;
  startAt: string;
  stopAt: string;
  externalId: string;
  revision: number;
  source: { name: string; uid: string } | null;
  labels: Record<string, string>;
}

async function follow(events: AnEvent[], more: Record<string, unknown> = {}): Promise<string> {
  const name = `s${names++}`;
  server.answer(calendar(events));
  const answer = await service.request('POST', '/v1/sources', {
    name,
    kind: 'ics',
    url: server.url,
    prune: true,
    ...more,
  });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return name;
}

const sync = (name: string, body: unknown = {}) =>
  service.json('POST', `/v1/sources/${name}/sync`, body) as Promise<SyncPlan>;
const list = async (meetingId: string) =>
  (await service.json('GET', `/v1/broadcasts?meetingId=${meetingId}`)).broadcasts as Shown[];
const planned = async (meetingId: string) => (await list(meetingId)).filter(({ status }) => status === 'scheduled');
const some = (count: number, meetingId = String(meetings++)): AnEvent[] =>
  Array.from({ length: count }, (_, i) => ({ uid: `e${i}@example.org`, meetingId, hour: i * 3 }));
const alerts = async (name: string) => {
  const found = (await service.json('GET', '/v1/alerts?state=open')).alerts as { code: string; message: string }[];
  return found.filter(({ code, message }) => code === 'source' && message.includes(`source ${name} `));
};

describe('a source that is followed', () => {
  it('plans what is new, says whose it is, and does nothing twice', async () => {
    const events = some(3);
    const meetingId = events[0]?.meetingId as string;
    const name = await follow(events, { labels: { faculty: 'law' } });
    const plan = (await service.json('GET', `/v1/sources/${name}/plan`)) as SyncPlan;
    expect(await list(meetingId)).toEqual([]);
    const done = await sync(name);
    expect(done).toEqual(plan);
    expect(done).toMatchObject({ counts: { new: 3, changed: 0, unchanged: 0 }, braked: false });
    expect(done.new[0]).toMatchObject({ row: 1, uid: 'e0@example.org', title: 'e0@example.org', startAt: at(0) });
    const stored = await list(meetingId);
    expect(stored.map(({ startAt }) => startAt)).toEqual([at(0), at(3), at(6)]);
    expect(stored[0]).toMatchObject({ source: { name, uid: 'e0@example.org' }, labels: { faculty: 'law' } });
    expect((await sync(name)).counts).toMatchObject({ new: 0, changed: 0, unchanged: 3 });
    // The second time the server said 304, and what it had said before was compared.
    expect(server.statuses.at(-1)).toBe(304);
    expect(await list(meetingId)).toEqual(stored);
    expect(await service.json('GET', `/v1/sources/${name}`)).toMatchObject({ problem: null, counts: { unchanged: 3 } });
  });

  it('moves, cancels and prunes', async () => {
    const events = some(4);
    const [one, two, three] = events as [AnEvent, AnEvent, AnEvent];
    const name = await follow(events, { brake: 1 });
    await sync(name);
    server.answer(calendar([{ ...one, hour: 100 }, { ...two, canceled: true }, three]));
    const done = await sync(name);
    expect(done.counts).toMatchObject({ changed: 1, canceled: 1, vanished: 1, unchanged: 1 });
    expect(done.changed[0]?.detail).toContain(`startAt ${at(0)} → ${at(100)}`);
    expect((await planned(one.meetingId)).map(({ startAt }) => startAt)).toEqual([at(6), at(100)]);
    expect(await service.json('GET', `/v1/sources/${name}/plan?last=true`)).toEqual(done);
  });

  it('lets stand what has vanished without prune', async () => {
    const events = some(3);
    const name = await follow(events, { prune: false });
    await sync(name);
    server.answer(calendar(events.slice(1)));
    const done = await sync(name);
    expect(done).toMatchObject({ braked: false, counts: { vanished: 1 } });
    expect(await planned(events[0]?.meetingId as string)).toHaveLength(3);
  });

  it('keeps what was changed by hand, and shows what the timetable says', async () => {
    const [one] = some(1) as [AnEvent];
    const name = await follow([one]);
    await sync(name);
    const [stored] = await list(one.meetingId);
    await service.json('PATCH', `/v1/broadcasts/${stored?.id}`, { title: 'By hand' });
    server.answer(calendar([{ ...one, title: 'By the timetable', hour: 1 }]));
    const done = await sync(name);
    expect(done.changed[0]?.detail).toContain('title kept: changed here by hand');
    expect(await list(one.meetingId)).toMatchObject([{ title: 'By hand', startAt: at(1) }]);
    expect((await sync(name)).kept[0]?.detail).toContain('the timetable says title By hand → By the timetable');
  });

  it('names both when two sources plan one meeting at one time, and goes on with the rest', async () => {
    const events = some(2);
    const first = await follow(events.slice(0, 1));
    await sync(first);
    const [taken] = await list(events[0]?.meetingId as string);
    const second = await follow(events.map((event) => ({ ...event, uid: `other-${event.uid}` })));
    const plan = await service.json('GET', `/v1/sources/${second}/plan`);
    const done = await sync(second);
    expect(done).toEqual(plan);
    expect(done.counts).toMatchObject({ new: 1, conflicting: 1 });
    expect(done.conflicting[0]?.detail).toBe(`overlaps broadcast ${taken?.id} of source ${first}`);
    expect((await list(events[0]?.meetingId as string))[0]).toEqual(taken);
  });

  it('never touches what a person made, though it has the same id and meeting', async () => {
    const [one] = some(1) as [AnEvent];
    const name = await follow([], { brake: 1 });
    const mine = { meetingId: one.meetingId, startAt: at(20), duration: 'PT1H', externalId: `${name}:${one.uid}` };
    const made = await service.json('POST', '/v1/broadcasts', mine);
    server.answer(calendar([{ ...one, hour: 20, title: 'Other' }]));
    expect((await sync(name)).counts).toMatchObject({ conflicting: 1 });
    server.answer(calendar([{ ...one, canceled: true }]));
    expect((await sync(name)).counts).toMatchObject({ canceled: 0 });
    expect(await service.json('GET', `/v1/broadcasts/${made.id}`)).toEqual(made);
  });

  it('reports each sync as an event', async () => {
    const name = await follow(some(2));
    await sync(name);
    const entries = await service.core.redis.xrevrange(service.core.keys.named('events'), '+', '-', 'COUNT', 5);
    const events = entries.map(([, fields]) => JSON.parse(fields[1] as string));
    expect(events[0]).toMatchObject({
      type: 'source.synced',
      data: { name, by: 'api', braked: false, counts: { new: 2 } },
    });
  });
});

describe('a file that cannot be trusted', () => {
  const stopAt =
    (bytes: number): Answer =>
    (_, response) => {
      const text = calendar(some(5));
      response.writeHead(200, { 'content-type': 'text/calendar', 'content-length': text.length });
      response.write(text.slice(0, bytes), () => response.destroy());
    };
  const big: Answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/calendar' });
    response.write('BEGIN:VCALENDAR\r\n');
    const line = `X-LONG:${'x'.repeat(65_000)}\r\n`;
    let left = 800;
    const more = () => {
      while (left-- > 0) if (!response.write(line)) return void response.once('drain', more);
      response.end('END:VCALENDAR\r\n');
    };
    more();
  };
  const cut = calendar(some(5)).slice(0, 700);
  it.each<[string, string | Answer, string]>([
    ['is empty', '', 'the file is empty'],
    ['is HTML', '<!doctype html><html><body>Sign in</body></html>', 'is not a calendar'],
    ['has no event', calendar([]), 'the file has no events'],
    ['is cut off', cut, 'ends in the middle'],
    ['breaks off in the middle', stopAt(300), 'was cut off'],
    ['has 50 MB', big, 'larger than'],
  ])('does nothing and raises an alert when it %s', async (_, answer, reason) => {
    const events = some(5);
    const name = await follow(events);
    await sync(name);
    const before = await list(events[0]?.meetingId as string);
    server.answer(answer);
    const done = await sync(name);
    expect(done).toMatchObject({ braked: true, reason: expect.stringContaining(reason) });
    expect(await list(events[0]?.meetingId as string)).toEqual(before);
    expect(await alerts(name)).toHaveLength(1);
    server.answer(calendar(events));
    expect(await sync(name)).toMatchObject({ braked: false, counts: { unchanged: 5 } });
    expect(await alerts(name)).toEqual([]);
  });

  it('brakes when too much would be canceled at once, until it is forced', async () => {
    const events = some(10);
    const name = await follow(events);
    await sync(name);
    server.answer(calendar(events.slice(0, 7)));
    expect(await sync(name)).toMatchObject({
      braked: true,
      counts: { vanished: 3 },
      reason: expect.stringContaining('3 of 10'),
    });
    expect(await planned(events[0]?.meetingId as string)).toHaveLength(10);
    expect(await alerts(name)).toHaveLength(1);
    expect(await sync(name, { force: true })).toMatchObject({ braked: false, counts: { vanished: 3 } });
    expect(await planned(events[0]?.meetingId as string)).toHaveLength(7);
    expect(await alerts(name)).toEqual([]);
  });

  it('cancels as much as the brake allows', async () => {
    const events = some(10);
    const name = await follow(events);
    await sync(name);
    server.answer(calendar(events.slice(2)));
    expect(await sync(name)).toMatchObject({ braked: false, counts: { vanished: 2 } });
  });

  it('holds what it last read while the source is away, and raises an alert after a day', async () => {
    const events = some(3);
    const name = await follow(events);
    await sync(name);
    server.answer((_, response) => void response.writeHead(302, { location: 'http://10.0.0.1/x.ics' }).end());
    const answer = await service.request('POST', `/v1/sources/${name}/sync`, {});
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      code: 'source_unavailable',
      detail: expect.stringContaining('10.0.0.1'),
    });
    expect(await alerts(name)).toEqual([]);
    expect(await planned(events[0]?.meetingId as string)).toHaveLength(3);
    const { store } = createSources(service.core, service.api().scheduler, noZoom);
    const yesterday = Date.now() - 86_400_001;
    await store.writeState(name, { ...(await store.state(name)), readAt: yesterday });
    await service.request('POST', `/v1/sources/${name}/sync`, {});
    expect(await alerts(name)).toMatchObject([{ message: expect.stringContaining('for a day') }]);
    server.answer(calendar(events));
    await sync(name);
    expect(await alerts(name)).toEqual([]);
  });

  it('reads zones by what the source says their names mean', async () => {
    const events = some(1);
    // Paused, so that the task that syncs what is due leaves it alone.
    const name = await follow(events, { paused: true });
    const lines = (tzid: string) =>
      calendar(events)
        .toString()
        .replace(/DTSTART(?:;[^:]*)?:(\d+T\d+)Z?/, `DTSTART;TZID=${tzid}:20350601T120000`)
        .replace(/DTEND(?:;[^:]*)?:(\d+T\d+)Z?/, `DTEND;TZID=${tzid}:20350601T130000`);
    server.answer(lines('Room Time'));
    expect((await sync(name, { dryRun: true })).skipped[0]?.detail).toContain('"Room Time", which is not known');
    const changed = await service.request('PATCH', `/v1/sources/${name}`, { zones: { 'room time': 'Asia/Tokyo' } });
    expect([changed.status, await changed.json()]).toEqual([
      200,
      expect.objectContaining({ zones: { 'room time': 'Asia/Tokyo' } }),
    ]);
    expect((await sync(name, { dryRun: true })).new[0]?.startAt).toBe('2035-06-01T03:00:00.000Z');
    const wrong = await service.request('PATCH', `/v1/sources/${name}`, { zones: { x: 'BST', y: 'Nowhere' } });
    const { errors } = (await wrong.json()) as { errors: { path: string }[] };
    expect([wrong.status, errors.map(({ path }) => path)]).toEqual([400, ['zones.x', 'zones.y']]);
    const csv = await service.request('POST', '/v1/sources', {
      name: 'zoned',
      kind: 'csv',
      zones: { x: 'Asia/Tokyo' },
    });
    expect([csv.status, await csv.text()]).toEqual([
      400,
      expect.stringContaining('only calendars (ics) have zone names'),
    ]);
  });

  it('reports one odd event with its row, and goes on with the rest', async () => {
    const events = some(2);
    const odd = { ...(events[0] as AnEvent), uid: 'odd', hour: 50, more: ['RRULE:FREQ=NEVER'] };
    const name = await follow([...events, odd]);
    const done = await sync(name);
    expect(done.counts).toMatchObject({ new: 2, skipped: 1 });
    expect(done.skipped[0]).toMatchObject({ row: 3, detail: expect.stringContaining('cannot be read') });
  });
});

describe('the task that syncs what is due', () => {
  it('syncs at the interval of the source, and not while it is paused', async () => {
    const events = some(1);
    const meetingId = events[0]?.meetingId as string;
    const name = await follow(events, { every: 'PT1M', paused: true });
    const sources = createSources(service.core, service.api().scheduler, noZoom);
    const task = new SourceTask(sources, service.core.clock, service.core.logger);
    await task.runOnce();
    expect(await list(meetingId)).toEqual([]);
    await service.json('PATCH', `/v1/sources/${name}`, { paused: false });
    await task.runOnce();
    expect(await list(meetingId)).toHaveLength(1);
    server.answer(calendar(events.map((event) => ({ ...event, title: 'Later' }))));
    await task.runOnce();
    expect(await list(meetingId)).toMatchObject([{ title: events[0]?.uid }]);
    await sources.store.writeState(name, { ...(await sources.store.state(name)), triedAt: Date.now() - 60_001 });
    await task.runOnce();
    expect(await list(meetingId)).toMatchObject([{ title: 'Later' }]);
  });
});

describe('the commands', () => {
  it('refuses bad input with every issue at once', async () => {
    const bad = {
      name: 'a b',
      kind: 'ics',
      url: 'https://elsewhere.example.org/x',
      every: 'PT1S',
      brake: 2,
      labels: { ä: 'x' },
    };
    const answer = await service.request('POST', '/v1/sources', bad);
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual(expect.arrayContaining(['brake', 'every', 'name']));
    const zoom = { name: 'z', kind: 'zoom', url: 'https://x.example.org/', topic: '(', timezone: 'Europe/Berlin' };
    const refused = (await (await service.request('POST', '/v1/sources', zoom)).json()) as typeof answer & {
      errors: { path: string }[];
    };
    expect(refused.errors.map(({ path }) => path)).toEqual(['topic']);
    const { errors: more } = await service.json('POST', '/v1/sources', { ...zoom, topic: 'x' });
    expect(more.map(({ path }: { path: string }) => path).sort()).toEqual(['timezone', 'url', 'url', 'zoomUser']);
  });

  it('takes a name once, and keeps the broadcasts of a source that is removed', async () => {
    const events = some(2);
    const name = await follow(events);
    await sync(name);
    expect((await service.request('POST', '/v1/sources', { name, kind: 'csv' })).status).toBe(409);
    expect(await service.json('DELETE', `/v1/sources/${name}`)).toMatchObject({ name });
    expect((await service.request('GET', `/v1/sources/${name}`)).status).toBe(404);
    expect(await planned(events[0]?.meetingId as string)).toHaveLength(2);
  });

  it('follows a spreadsheet that is given by hand', async () => {
    const name = `s${names++}`;
    const meetingId = String(meetings++);
    await service.json('POST', '/v1/sources', { name, kind: 'csv', timezone: 'Europe/Berlin', prune: true, brake: 1 });
    const rows = (...lines: string[]) => ({
      content: ['externalId,meetingId,startAt,duration,title', ...lines].join('\n'),
    });
    const first = `b1,${meetingId},2035-05-07 10:00,PT1H,One`;
    const second = `b2,${meetingId},2035-05-07 12:00,PT1H,Two`;
    expect((await sync(name, { ...rows(first, second), dryRun: true })).counts).toMatchObject({ new: 2 });
    expect(await list(meetingId)).toEqual([]);
    expect((await sync(name, rows(first, second))).counts).toMatchObject({ new: 2 });
    // A row that cannot be read might be any of those that are missing: nothing vanishes.
    expect((await sync(name, rows(first, `,${meetingId},nonsense,PT1H,`))).counts).toMatchObject({
      vanished: 0,
      skipped: 1,
    });
    expect(await planned(meetingId)).toHaveLength(2);
    expect((await sync(name, rows(first))).counts).toMatchObject({ vanished: 1, unchanged: 1 });
    expect((await planned(meetingId)).map(({ title }) => title)).toEqual(['One']);
  });
});
