import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { PauseStore } from '../../../src/broadcasts/store/pause-store.ts';
import { type RunningWorker, startWorker } from '../../../workers/start-worker.ts';
import type { HistoryLine, SandboxRequest, Shown } from '../../support/installation.ts';
import { type Service, startService } from '../../support/running-service.ts';
import { ask } from '../../support/sandbox-client.ts';

/** Rule 16 on a real Redis, with a real worker and the sandbox as Zoom. */

const WAIT = { timeout: 30_000, interval: 20 };

let service: Service;
let sandbox: Sandbox;
let worker: RunningWorker;
let meetings = 720_000_000;

beforeAll(async () => {
  sandbox = await startSandbox({ plan: 'none' });
  service = await startService({ ZOOM_API_URL: sandbox.apiUrl, PREFLIGHT: 'off', ZOOM_PLAN: 'business' });
  worker = await startWorker(service.core);
}, 60_000);
afterAll(async () => {
  await worker.close();
  await service.stop();
  await sandbox.close();
});

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const show = (id: string): Promise<Shown> => service.json('GET', `/v1/broadcasts/${id}`);
const end = (id: string) => service.json('DELETE', `/v1/pauses/${id}`);

async function pause(body: Record<string, unknown>) {
  const answer = await service.request('POST', '/v1/pauses', body);
  const made = (await answer.json()) as { id: string; since: string; until: string | null };
  expect(made, JSON.stringify(made)).toMatchObject({ id: expect.stringMatching(/^pa_/) });
  return made;
}

/** A meeting of its own that runs, and a broadcast of it with a label of its own. */
async function schedule(more: Record<string, unknown> = {}) {
  const meetingId = String(meetings++);
  const room = `r${meetingId}`;
  await ask('POST', `${sandbox.url}/_sandbox/meetings/${meetingId}/start`, undefined, {});
  const { id } = await service.schedule({ meetingId, startAt: 'now', duration: 'PT1H', labels: { room }, ...more });
  return { id, meetingId, label: `room=${room}` };
}

async function startsOf(meetingId: string): Promise<SandboxRequest[]> {
  const { body } = await ask('GET', `${sandbox.url}/_sandbox/requests?meetingId=${meetingId}`, undefined, {});
  return (body.requests as SandboxRequest[]).filter(({ action }) => action === 'start');
}

async function heldOf(id: string): Promise<void> {
  const lines = async () => (await service.json('GET', `/v1/broadcasts/${id}/history`)).history as HistoryLine[];
  await expect.poll(async () => (await lines()).map(({ reason }) => reason).join(), WAIT).toContain('is held back by');
}

const isLive = (id: string) => expect.poll(async () => (await show(id)).status, WAIT).toBe('live');

describe('a start under a pause', () => {
  it('waits in scheduled, says which pause, and leaves at once when a person ends it', async () => {
    const label = `room=r${meetings}`;
    const { id: pauseId, since } = await pause({ scope: { label }, note: 'fire drill' });
    const { id, meetingId } = await schedule();
    await heldOf(id);
    const shown = await show(id);
    expect(shown).toMatchObject({ status: 'scheduled', nextAttemptAt: null });
    expect(shown['paused']).toEqual({ id: pauseId, since, until: null, note: 'fire drill', by: 'api' });
    expect(await startsOf(meetingId)).toEqual([]);
    expect((await service.json('GET', '/v1/alerts')).alerts).toEqual([]);
    const endedAt = Date.now();
    await end(pauseId);
    await isLive(id);
    const [start, ...more] = await startsOf(meetingId);
    expect(more).toEqual([]);
    expect(start?.at).toBeGreaterThanOrEqual(endedAt - 5);
    expect(await show(id)).toMatchObject({ paused: null, nextAttemptAt: null });
  });

  it('leaves by itself when the time of the pause has come, not a millisecond before', async () => {
    const until = inMs(5_000);
    const { id: pauseId } = await pause({ scope: { all: true }, until });
    const { id, meetingId } = await schedule();
    await heldOf(id);
    expect(await show(id)).toMatchObject({ status: 'scheduled', nextAttemptAt: until, paused: { id: pauseId, until } });
    await isLive(id);
    const [start] = await startsOf(meetingId);
    expect(start?.at).toBeGreaterThanOrEqual(Date.parse(until));
    await expect.poll(async () => (await service.json('GET', '/v1/pauses')).pauses, WAIT).toEqual([]);
    expect((await show(id)).startLatenessMs).toBeLessThan(20_000);
  });

  it('is missed when its window closes meanwhile: the note is the reason, and nobody is alerted', async () => {
    const { id: pauseId } = await pause({ scope: { account: 'default' }, note: 'snow day' });
    const { id, meetingId } = await schedule({ startWindow: 'PT1S' });
    await heldOf(id);
    const { startAt } = await show(id);
    await expect.poll(() => Date.now() - Date.parse(startAt), WAIT).toBeGreaterThan(1_100);
    expect((await show(id)).status).toBe('scheduled');
    await end(pauseId);
    expect(await show(id)).toMatchObject({ status: 'missed', reason: 'snow day', paused: null });
    expect(await startsOf(meetingId)).toEqual([]);
    expect((await service.json('GET', '/v1/alerts')).alerts).toEqual([]);
  });

  it('waits for the last of several', async () => {
    const label = `room=r${meetings}`;
    const [first, second] = [
      await pause({ scope: { label }, until: inMs(600_000) }),
      await pause({ scope: { all: true } }),
    ];
    const { id, meetingId } = await schedule();
    await heldOf(id);
    expect(await show(id)).toMatchObject({ nextAttemptAt: null, paused: { id: second.id } });
    await end(second.id);
    await expect.poll(async () => (await show(id)).nextAttemptAt, WAIT).toBe(first.until);
    expect(await show(id)).toMatchObject({ status: 'scheduled', paused: { id: first.id } });
    expect(await startsOf(meetingId)).toEqual([]);
    await end(first.id);
    await isLive(id);
  });

  it('holds back no stop', async () => {
    const { id, label } = await schedule();
    await isLive(id);
    const made = await pause({ scope: { label } });
    expect((await show(id))['paused']).toMatchObject({ id: made.id });
    await service.request('POST', `/v1/broadcasts/${id}/stop`);
    await expect.poll(async () => (await show(id)).status, WAIT).toBe('ended');
    await end(made.id);
  });

  it('refuses a start of a person, and names the pause', async () => {
    const label = `room=r${meetings}`;
    const made = await pause({ scope: { label } });
    const { id } = await schedule({ startAt: inMs(3_600_000) });
    const answer = await service.request('POST', `/v1/broadcasts/${id}/start`);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'paused', pauseId: made.id });
    await end(made.id);
    expect((await service.request('POST', `/v1/broadcasts/${id}/start`)).status).toBe(202);
    await isLive(id);
  });

  it('is free once its labels say so', async () => {
    const label = `room=r${meetings}`;
    const made = await pause({ scope: { label } });
    const { id } = await schedule();
    await heldOf(id);
    await service.request('PATCH', `/v1/broadcasts/${id}`, { labels: {} });
    await isLive(id);
    await end(made.id);
  });
});

describe('whatever dies', () => {
  it('the API right after the pause has ended: any worker finds what waited for it', async () => {
    const made = await pause({ scope: { label: `room=r${meetings}` } });
    const { id } = await schedule();
    await heldOf(id);
    const store = new PauseStore(service.core.redis, service.core.keys);
    const stored = await store.get(made.id);
    expect(stored?.id).toBe(made.id);
    await worker.close();
    if (stored) expect(await store.end(stored, 'api', Date.now())).toEqual([id]);
    // Without a worker nobody else has made it due: the step itself has.
    expect(await service.core.redis.zscore(service.core.keys.named('due'), id)).not.toBeNull();
    worker = await startWorker(service.core);
    await isLive(id);
  });

  it('the worker: the next one holds the start back, and lets it go', async () => {
    await worker.close();
    const made = await pause({ scope: { label: { room: `r${meetings}` } } });
    const { id, meetingId } = await schedule();
    worker = await startWorker(service.core);
    await heldOf(id);
    await worker.close();
    await end(made.id);
    expect(await startsOf(meetingId)).toEqual([]);
    worker = await startWorker(service.core);
    await isLive(id);
  });

  it('a change at the same moment as the end: nothing waits after it', async () => {
    const made = await pause({ scope: { label: `room=r${meetings}` } });
    const { id } = await schedule();
    await heldOf(id);
    const store = new PauseStore(service.core.redis, service.core.keys);
    const stored = await store.get(made.id);
    const snapshot = await service.core.store.load(id);
    // Decided before the pause ended, written after.
    if (stored) await store.end(stored, 'api', Date.now());
    if (snapshot) {
      const next = { ...snapshot.broadcast, warnings: [] };
      await service.core.store.commit([{ before: snapshot.broadcast, decision: { next, history: [], alerts: [] } }]);
    }
    expect(made.id).toBe(stored?.id);
    await isLive(id);
  });
});

describe('a pause at the very moment of the start', () => {
  /** Of eight starts; the pause comes from 15 ms before their moment to 17 ms after it. */
  async function race(round: number): Promise<void> {
    const startAt = Date.now() + 3_000 + round * 400;
    const plan = { startAt: new Date(startAt).toISOString(), labels: { race: String(round) } };
    const made = await Promise.all(Array.from({ length: 8 }, () => schedule(plan)));
    await new Promise((done) => setTimeout(done, startAt - 15 + round * 8 - Date.now()));
    const { id } = await pause({ scope: { label: `race=${round}` } });
    const answeredAt = Date.now();
    // A start that comes would come now.
    await Promise.all(
      made.map(async (one) => ((await startsOf(one.meetingId)).length === 0 ? heldOf(one.id) : isLive(one.id))),
    );
    const endedAt = Date.now();
    await end(id);
    for (const one of made) {
      await isLive(one.id);
      const starts = await startsOf(one.meetingId);
      expect(starts).toHaveLength(1);
      const [start] = starts;
      expect((start?.at ?? 0) <= answeredAt || (start?.at ?? 0) >= endedAt - 5).toBe(true);
    }
  }

  it('is obeyed from its answer on: none leaves after that, and each leaves once it has ended', async () => {
    await Promise.all([0, 1, 2, 3, 4].map(race));
  }, 90_000);
});

describe('a pause whose record is damaged', () => {
  it('keeps nothing from being changed, and can be ended', async () => {
    const made = await pause({ scope: { label: 'damaged' }, note: 'sound' });
    const key = service.core.keys.named('pauses');
    const text = await service.core.redis.hget(key, made.id);
    await service.core.redis.hset(key, made.id, (text ?? '').replace('sound', '\\ud800'));
    const { id } = await schedule({ labels: { damaged: 'yes' } });
    await isLive(id);
    expect((await service.request('DELETE', `/v1/pauses/${made.id}`)).status).toBe(200);
    expect((await service.request('GET', `/v1/pauses/${made.id}`)).status).toBe(404);
  });
});

describe('the API', () => {
  it('makes, lists, shows and ends pauses, with an event for each', async () => {
    const until = inMs(3_600_000);
    const answer = await service.request('POST', '/v1/pauses', { scope: { label: { a: 'b' } }, until, note: 'why' });
    expect(answer.status).toBe(201);
    const made = (await answer.json()) as { id: string };
    expect(answer.headers.get('location')).toBe(`/v1/pauses/${made.id}`);
    expect(made).toEqual({
      ...{ id: made.id, scope: { label: { a: 'b' } }, since: expect.any(String), until, note: 'why', by: 'api' },
    });
    expect((await service.json('GET', '/v1/pauses')).pauses).toContainEqual(made);
    expect(await service.json('GET', `/v1/pauses/${made.id}`)).toEqual(made);
    expect(await end(made.id)).toEqual(made);
    expect((await service.request('DELETE', `/v1/pauses/${made.id}`)).status).toBe(404);
    const events = (await service.core.redis.xrange(service.core.keys.named('events'), '-', '+')).map(([, [, text]]) =>
      JSON.parse(text ?? '{}'),
    );
    expect(events).toContainEqual(expect.objectContaining({ type: 'pause.created', data: made }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'pause.ended', data: { ...made, endedAt: expect.any(String), endedBy: 'api' } }),
    );
  });

  it('makes one pause for an Idempotency-Key, and answers with it again', async () => {
    const make = (note: string) =>
      service.request('POST', '/v1/pauses', { scope: { label: 'a=once' }, note }, { 'idempotency-key': 'drill' });
    const [first, again] = [await make('drill'), await make('drill')];
    const made = (await first.json()) as { id: string };
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    expect(await again.json()).toEqual(made);
    const { pauses } = await service.json('GET', '/v1/pauses');
    expect(pauses.filter(({ note }: { note: string | null }) => note === 'drill')).toEqual([made]);
    const other = await make('another');
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'idempotency_key_reused']);
    await end(made.id);
  });

  it('shows in the preview of a series what a pause holds back, and why', async () => {
    const series = await service.json('POST', '/v1/series', {
      ...{
        meetingId: '94000000001',
        rule: 'FREQ=DAILY',
        startAt: '2035-07-01T09:00',
        timezone: 'UTC',
        duration: 'PT1H',
      },
    });
    const { id } = await pause({ scope: { seriesId: series.id }, until: '2035-07-02T12:00:00Z', note: 'summer break' });
    const { occurrences } = await service.json('GET', `/v1/series/${series.id}/occurrences?limit=3`);
    const paused = expect.objectContaining({ id, note: 'summer break', until: '2035-07-02T12:00:00.000Z' });
    expect(occurrences.map((one: { paused: unknown }) => one.paused)).toEqual([paused, paused, null]);
    await end(id);
    expect((await service.json('GET', `/v1/series/${series.id}/occurrences?limit=1`)).occurrences[0].paused).toBeNull();
    await service.request('DELETE', `/v1/series/${series.id}`);
  });

  it('takes a local time with its zone', async () => {
    const made = await pause({ scope: { all: true }, until: '2035-07-01T09:00', timezone: 'America/New_York' });
    expect(made.until).toBe('2035-07-01T13:00:00.000Z');
    await end(made.id);
  });

  it.each([
    [{}, ['scope']],
    [{ scope: {} }, ['scope']],
    [{ scope: { all: true, account: 'default' } }, ['scope']],
    [{ scope: { all: false } }, ['scope.all']],
    [{ scope: { account: 'nobody' } }, ['scope.account']],
    [{ scope: { seriesId: 'sr_none' } }, ['scope.seriesId']],
    [{ scope: { label: '=A' } }, ['scope.label']],
    [{ scope: { label: { a: 'b', c: 'd' } } }, ['scope.label']],
    [{ scope: { all: true }, note: 'half \ud800' }, ['note']],
    [{ scope: { all: true }, note: 'bell \u0007' }, ['note']],
    [{ scope: { label: 'a=\ud800' } }, ['scope.label']],
    [{ scope: { label: { a: '\ud800' } } }, ['scope.label.a']],
    [{ scope: { seriesId: '\ud800' } }, ['scope.seriesId']],
    [{ scope: { all: true }, until: '2020-01-01T00:00:00Z' }, ['until']],
    [{ scope: { all: true }, until: '2035-01-01T00:00' }, ['until']],
    [{ scope: { room: 'A' }, note: 7, colour: 'red', until: 5 }, ['colour', 'scope.room', 'scope', 'until', 'note']],
  ])('refuses %j, with every error at once', async (body, paths) => {
    const answer = await service.request('POST', '/v1/pauses', body);
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual([...paths].sort());
  });
});
