import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import type { SyncPlan } from '../../../src/sources/source.ts';
import { type RunningWorker, startWorker } from '../../../workers/start-worker.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { ask } from '../../support/sandbox-client.ts';
import { eventually } from '../../support/wait-for.ts';

/** Sources that follow Zoom: a real API and a real worker, on the sandbox, whose events come in as webhooks. */

const SECRET = 'sandbox-webhook-secret';
let sandbox: Sandbox;
let service: Service;
let worker: RunningWorker;
let names = 0;
let numbers = 81_000_000_000;

beforeAll(async () => {
  sandbox = await startSandbox({ plan: 'none' });
  service = await startService({
    ZOOM_ACCESS_TOKEN: 'a-token',
    ZOOM_API_URL: sandbox.apiUrl,
    ZOOM_WEBHOOK_SECRET_TOKEN: SECRET,
    // What is planned here is far ahead: nothing else asks Zoom.
    PREFLIGHT: 'off',
  });
  worker = await startWorker(service.core);
  await control('PATCH', 'settings', { webhookUrl: `${service.api().url}/v1/zoom/webhooks`, webhookSecret: SECRET });
});
afterAll(async () => {
  await worker.close();
  await service.stop();
  await sandbox.close();
});

const control = async (method: string, path: string, body?: unknown) => {
  const answer = await ask(method, `${sandbox.url}/_sandbox/${path}`, body, {});
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
};

interface Shown {
  id: string;
  status: string;
  reason: string | null;
  title: string;
  kind: string;
  startAt: string;
  stopAt: string;
  source: { name: string; uid: string } | null;
  labels: Record<string, string>;
}

const start = (day: number, hour = 10) => `2035-05-${String(day).padStart(2, '0')}T${hour}:00:00Z`;
const occurrenceId = (day: number) => String(Date.parse(start(day)));
const shownAt = (day: number, hour?: number) => new Date(start(day, hour)).toISOString();

let host: string;
beforeEach(() => {
  host = `host${names}@example.org`;
});

async function meeting(more: Record<string, unknown> = {}, how: 'PUT' | 'create' = 'PUT'): Promise<string> {
  const id = String(numbers++);
  const body = {
    state: 'waiting',
    hostEmail: host,
    hostId: `id-${host}`,
    topic: `T${id}`,
    startTime: start(7),
    ...more,
  };
  if (how === 'PUT') await control('PUT', `meetings/${id}`, body);
  else await control('POST', `meetings/${id}/create`, { ...body, account: undefined });
  return id;
}
const weekly = (...days: number[]) => ({ type: 8, occurrences: days.map((day) => ({ startTime: start(day) })) });

async function follow(more: Record<string, unknown> = {}): Promise<string> {
  const name = `z${names++}`;
  const body = { name, kind: 'zoom', zoomUser: host, prune: true, brake: 1, ...more };
  const answer = await service.request('POST', '/v1/sources', body);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return name;
}
/** By hand; the leader may be at it. */
async function sync(name: string, body: unknown = {}): Promise<SyncPlan> {
  for (;;) {
    const answer = await service.request('POST', `/v1/sources/${name}/sync`, body);
    if (answer.status !== 409) return (await answer.json()) as SyncPlan;
  }
}
const list = async (id: string) => (await service.json('GET', `/v1/broadcasts?meetingId=${id}`)).broadcasts as Shown[];
const scheduled = async (id: string) => (await list(id)).filter(({ status }) => status === 'scheduled');
/** Nobody syncs it but the test, and the events. */
const SELDOM = { every: 'P7D', paused: true };

describe('the meetings and webinars of a host', () => {
  it('become broadcasts, each occurrence one, and nothing twice', async () => {
    const once = await meeting({ duration: 90, timezone: 'Europe/Berlin', topic: 'Lecture' });
    const often = await meeting({ ...weekly(1, 8, 15), topic: 'Seminar' });
    const webinar = await meeting({ kind: 'webinar', startTime: start(20), topic: 'Open day' });
    const open = await meeting({ type: 3, topic: 'Whenever' });
    const room = await meeting({ type: 4, topic: 'My room' });
    const foreign = await meeting({ hostEmail: 'other@example.org', hostId: 'other' });
    await control('POST', `meetings/${often}/delete`, { occurrenceId: occurrenceId(8) });
    const name = await follow({ ...SELDOM, labels: { faculty: 'law' } });
    const plan = await service.json('GET', `/v1/sources/${name}/plan`);
    const done = await sync(name);
    expect(done).toEqual(plan);
    expect(done.counts).toMatchObject({ new: 4, skipped: 2, canceled: 0, vanished: 0 });
    expect(done.skipped.map(({ uid, detail }) => [uid, detail])).toEqual([
      [open, expect.stringContaining('without fixed times')],
      [room, expect.stringContaining('personal room')],
    ]);
    expect(await list(once)).toMatchObject([
      {
        ...{ title: 'Lecture', kind: 'meeting', startAt: shownAt(7), stopAt: '2035-05-07T11:30:00.000Z' },
        ...{ timezone: 'Europe/Berlin', labels: { faculty: 'law' }, source: { name, uid: once } },
      },
    ]);
    expect((await list(often)).map(({ startAt }) => startAt)).toEqual([shownAt(1), shownAt(15)]);
    expect(await list(webinar)).toMatchObject([{ kind: 'webinar', startAt: shownAt(20) }]);
    expect(await list(foreign)).toEqual([]);
    const again = await sync(name);
    expect(again.counts).toMatchObject({ new: 0, changed: 0, canceled: 0, vanished: 0, unchanged: 5 });
  });

  it('are only those whose topic matches, and an expression without end is reported', async () => {
    const wanted = await meeting({ topic: 'Lecture 1' });
    const other = await meeting({ topic: `${'a'.repeat(60)}!` });
    const name = await follow({ ...SELDOM, topic: '^Lecture \\d' });
    expect((await sync(name)).counts).toMatchObject({ new: 1 });
    expect([await list(wanted), await list(other)]).toMatchObject([[{}], []]);
    await service.json('PATCH', `/v1/sources/${name}`, { topic: '^(a+)+$' });
    const answer = await service.request('POST', `/v1/sources/${name}/sync`, {});
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      502,
      expect.stringContaining('longer than 2 s'),
    ]);
    expect(await scheduled(wanted)).toHaveLength(1);
  });

  it('move and are canceled as the list says, and a change by hand stays', async () => {
    const id = await meeting(weekly(1, 8, 15));
    const gone = await meeting();
    const name = await follow(SELDOM);
    await sync(name);
    const [first] = await list(id);
    await service.json('PATCH', `/v1/broadcasts/${first?.id}`, { title: 'By hand' });
    await control('PATCH', `meetings/${id}`, {
      topic: 'By Zoom',
      occurrences: [
        { startTime: start(1) },
        { occurrenceId: occurrenceId(8), startTime: start(9, 16) },
        { startTime: start(15), status: 'deleted' },
      ],
    });
    await control('PATCH', `meetings/${gone}`, { state: 'gone' });
    const done = await sync(name);
    expect(done.counts).toMatchObject({ changed: 1, kept: 1, canceled: 1, vanished: 1 });
    expect(done.vanished[0]?.detail).toContain("no longer in Zoom's list");
    expect((await scheduled(id)).map(({ title, startAt }) => [title, startAt])).toEqual([
      ['By hand', shownAt(1)],
      ['By Zoom', shownAt(9, 16)],
    ]);
    expect(await list(gone)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('a list that does not come, or not whole', () => {
  const broken = (answer: object, times = 3) => ({
    rules: [{ match: { path: '/users/[^/]+/meetings$' }, answer: { ...answer, times } }],
  });
  /** More than a page of Zoom's longest. */
  async function many(): Promise<string> {
    const last = await meeting({ startTime: start(28) });
    for (let i = 0; i < 300; i += 1) await meeting();
    return last;
  }

  it('that breaks off in the middle cancels nothing, and is reported; a page token that ended is asked for anew', async () => {
    const ids = [await meeting(), await many()];
    const name = await follow({ ...SELDOM, topic: 'x' });
    await service.json('PATCH', `/v1/sources/${name}`, { topic: null });
    await sync(name);
    const before = await list(ids[1] as string);
    expect(before).toHaveLength(1);
    // The first page is answered, the second is not.
    await control('POST', 'script', {
      rules: [
        { match: { path: 'users/.*/meetings' }, answer: { delayMs: 1 } },
        { match: { path: 'users/.*/meetings' }, answer: { status: 500, times: 3 } },
      ],
    });
    expect(await sync(name)).toMatchObject({ braked: true, reason: expect.stringContaining('was cut off') });
    await control('DELETE', 'script');
    expect(await list(ids[1] as string)).toEqual(before);
    await control('POST', 'script', {
      rules: [
        { match: { path: 'users/.*/meetings' }, answer: { delayMs: 1 } },
        {
          match: { path: 'users/.*/meetings' },
          answer: { status: 400, body: { code: 300, message: 'The next page token is invalid or expired.' } },
        },
      ],
    });
    expect(await sync(name)).toMatchObject({ braked: false, counts: { unchanged: 302, vanished: 0 } });
  });

  it('that lacks a meeting which Zoom still shows cancels nothing', async () => {
    const id = await meeting();
    const name = await follow(SELDOM);
    await sync(name);
    await control('POST', 'script', broken({ status: 200, body: { meetings: [], next_page_token: '' } }, 1));
    expect(await sync(name)).toMatchObject({ braked: false, counts: { unchanged: 1, vanished: 0 } });
    expect(await scheduled(id)).toHaveLength(1);
  });

  it.each([
    ['no such user', { status: 404, body: { code: 1001, message: 'User does not exist: x.' } }, 'has no user'],
    [
      'a scope that is missing',
      { status: 400, body: { code: 4711, message: 'Invalid access token, does not contain scopes:[x].' } },
      'Add the scope meeting:read:list_meetings:admin',
    ],
    [
      "the day's limit",
      {
        status: 429,
        body: { code: 429, message: 'You have reached the maximum daily rate limit for this API.' },
        headers: { 'X-RateLimit-Type': 'Daily-limit' },
      },
      'rate limit',
    ],
    ['something else', { status: 200, text: '<html>Sign in</html>' }, 'Zoom answered'],
  ])('because of %s is reported, and what Zoom last said holds', async (_, answer, reason) => {
    const id = await meeting();
    const name = await follow(SELDOM);
    await sync(name);
    await control('POST', 'script', broken(answer, 1));
    const refused = await service.request('POST', `/v1/sources/${name}/sync`, {});
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      502,
      expect.stringContaining(reason),
    ]);
    expect(await scheduled(id)).toHaveLength(1);
  });

  it('of webinars that may not be read leaves the webinars, and the meetings are followed', async () => {
    const webinar = await meeting({ kind: 'webinar' });
    const name = await follow(SELDOM);
    await sync(name);
    const id = await meeting();
    const refusal = { code: 4711, message: 'Invalid access token, does not contain scopes:[x].' };
    await control('POST', 'script', {
      rules: [{ match: { path: 'users/.*/webinars' }, answer: { status: 400, body: refusal } }],
    });
    const done = await sync(name);
    expect(done.counts).toMatchObject({ new: 1, vanished: 0 });
    expect(done.skipped).toMatchObject([{ row: null, detail: expect.stringContaining('webinar:read:list_webinars') }]);
    expect([await scheduled(webinar), await scheduled(id)]).toMatchObject([[{}], [{}]]);
  });
});

describe("Zoom's events", () => {
  it('bring what is created, move what is moved, and cancel what is deleted, without an alert', async () => {
    const known = await meeting(weekly(1, 8, 15));
    const name = await follow({ every: 'P7D' });
    await eventually(async () => (await scheduled(known)).length === 3);
    const created = await meeting({ startTime: start(9) }, 'create');
    await control('POST', `meetings/${known}/update`, { occurrenceId: occurrenceId(8), startTime: start(8, 15) });
    await control('POST', `meetings/${known}/delete`, { occurrenceId: occurrenceId(15) });
    await eventually(async () => (await scheduled(created)).length === 1);
    const moved = async () => (await scheduled(known)).map(({ startAt }) => startAt);
    await eventually(async () => (await moved()).join() === [shownAt(1), shownAt(8, 15)].join());
    await control('POST', `meetings/${created}/delete`);
    await eventually(async () => (await scheduled(created)).length === 0);
    expect(await list(created)).toMatchObject([
      { status: 'canceled', reason: `canceled by source:${name}: the meeting was deleted in Zoom` },
    ]);
    // The list says the same: nothing is left to do, and what the event moved is no change by hand.
    await control('POST', `meetings/${known}/update`, { occurrenceId: occurrenceId(8), startTime: start(8, 16) });
    await eventually(async () => (await moved()).includes(shownAt(8, 16)));
    expect((await sync(name)).counts).toMatchObject({ changed: 0, kept: 0, new: 0, canceled: 0 });
    expect((await service.json('GET', '/v1/alerts?state=open')).alerts).toEqual([]);
  });
});

describe('one meeting that is followed', () => {
  it('is planned with its occurrences, and what Zoom no longer has is canceled', async () => {
    const id = await meeting(weekly(1, 8));
    const name = await follow({ ...SELDOM, zoomUser: undefined, zoomMeeting: id.replace(/(\d{3})/, '$1 ') });
    expect((await sync(name)).counts).toMatchObject({ new: 2 });
    await control('PATCH', `meetings/${id}`, weekly(1, 8, 15));
    expect((await sync(name)).counts).toMatchObject({ new: 1, unchanged: 2 });
    await control('PATCH', `meetings/${id}`, { state: 'gone' });
    expect(await sync(name)).toMatchObject({ braked: false, counts: { vanished: 3 } });
    expect(await scheduled(id)).toEqual([]);
  });

  it('may be a webinar', async () => {
    const id = await meeting({ kind: 'webinar', type: 9, occurrences: [{ startTime: start(3) }] });
    const name = await follow({ ...SELDOM, zoomUser: undefined, zoomMeeting: id });
    expect((await sync(name)).counts).toMatchObject({ new: 1 });
    expect(await list(id)).toMatchObject([{ kind: 'webinar', startAt: shownAt(3) }]);
  });
});
