import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, newMeetingId, startInstallation, WEBHOOK_SECRET } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';
import { fromNow } from '../support/zoom-responses.ts';

/** Whom Zoom's events count for, what an old or misdated one does, and what becomes of single occurrences. */

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/zoom-events/${name}.json`, import.meta.url), 'utf8'));

let on: Installation;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'livestream-events-'));
  const file = join(folder, 'accounts.json');
  const accounts = ['east', 'west'].map((name) => ({
    ...{ name, accountId: `zoom-${name}`, clientId: 'id', clientSecret: 'secret' },
    webhookSecretToken: `${name}-secret`,
  }));
  writeFileSync(file, JSON.stringify({ accounts }));
  // The account of the events in test/fixtures.
  on = await startInstallation({ env: { ZOOM_ACCOUNTS_FILE: file, ZOOM_ACCOUNT_ID: 'abc' } });
});
afterAll(async () => {
  await on?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Posts an event to the API itself, as Zoom would. */
async function post(event: object, secret: string): Promise<number> {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = { 'x-zm-request-timestamp': timestamp, 'x-zm-signature': `v0=${mac}` };
  const init = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } };
  return (await fetch(`${on.url}/v1/zoom/webhooks`, init)).status;
}

const deleted = (meetingId: string, accountId: string | undefined, eventTs?: number) => ({
  event: 'meeting.deleted',
  ...(eventTs === undefined ? {} : { event_ts: eventTs }),
  payload: { account_id: accountId, object: { id: meetingId, uuid: 'u' } },
});

/** Resolves when every event posted so far was worked off: events are taken in order. */
async function eventsTakenIn(): Promise<void> {
  const made = await planned();
  expect(await post(deleted(made.meetingId, 'abc', Date.now()), WEBHOOK_SECRET)).toBe(204);
  await on.waitForStatus(made.id, 'failed');
}

const planned = (fields: Record<string, unknown> = {}) => on.schedule({ startAt: fromNow(3_600_000), ...fields });

describe.concurrent('an event', () => {
  test('counts for no account whose secret did not sign it', async () => {
    const east = await planned({ account: 'east' });
    for (const secret of ['west-secret', WEBHOOK_SECRET])
      expect(await post(deleted(east.meetingId, 'zoom-east', Date.now()), secret)).toBe(401);
    expect(await post(deleted(east.meetingId, 'zoom-nobody', Date.now()), 'east-secret')).toBe(401);
    expect(await post(deleted(east.meetingId, undefined, Date.now()), 'west-secret')).toBe(204);
    await eventsTakenIn();
    expect((await on.broadcast(east.id)).status).toBe('scheduled');
    expect(await post(deleted(east.meetingId, 'zoom-east', Date.now()), 'east-secret')).toBe(204);
    await on.waitForStatus(east.id, 'failed');
  });

  test('of the URL validation is answered with whichever secret signed it', async () => {
    const validation = { event: 'endpoint.url_validation', event_ts: 1, payload: { plainToken: 'abc' } };
    for (const secret of ['east-secret', 'west-secret', WEBHOOK_SECRET])
      expect(await post(validation, secret)).toBe(200);
    expect(await post(validation, 'other')).toBe(401);
  });

  test('older than the plan ends nothing, and one without a time is as old as its delivery', async () => {
    const made = await planned();
    for (const age of [1, 60_000, 86_400_000])
      expect(await post(deleted(made.meetingId, 'abc', Date.parse(made.createdAt) - age), WEBHOOK_SECRET)).toBe(204);
    await eventsTakenIn();
    expect(await on.broadcast(made.id)).toMatchObject({ status: 'scheduled', revision: 1 });
    expect(await post(deleted(made.meetingId, 'abc'), WEBHOOK_SECRET)).toBe(204);
    expect((await on.waitForStatus(made.id, 'failed')).reason).toMatch(/deleted in Zoom/);
  });

  test('that a meeting was deleted, from before it was restored, ends nothing', async () => {
    const made = await planned();
    const object = { id: made.meetingId, uuid: 'u' };
    const at = Date.now();
    const recovered = { event: 'meeting.recovered', event_ts: at + 1, payload: { account_id: 'abc', object } };
    expect(await post(recovered, WEBHOOK_SECRET)).toBe(204);
    expect(await post(deleted(made.meetingId, 'abc', at), WEBHOOK_SECRET)).toBe(204);
    await eventsTakenIn();
    expect((await on.broadcast(made.id)).status).toBe('scheduled');
  });

  test('from 2099 counts as of now, and an absurd date stops no start', async () => {
    const bothRead = async (eventTs: number) => {
      // Far enough ahead that a busy machine has read both events before.
      const made = await planned({ startAt: fromNow(6_000) });
      const object = { id: made.meetingId, uuid: 'u', live_streaming: { service: 'Custom_Live_Streaming_Service' } };
      const payload = { account_id: 'abc', object };
      const names = ['started', 'stopped'].map((what) => `meeting.live_streaming_${what}`);
      expect(await post({ event: names[0], event_ts: eventTs, payload }, WEBHOOK_SECRET)).toBe(204);
      // Of the true time, and so newer than `now` was.
      expect(await post({ event: names[1], event_ts: Date.now() + 100, payload }, WEBHOOK_SECRET)).toBe(204);
      await on.waitForStatus(made.id, 'live', 20_000);
      expect(await on.requests(made.meetingId, 'start')).toHaveLength(1);
    };
    await Promise.all([Date.UTC(2099, 0), 9e15].map(bothRead));
  });
});

describe.concurrent('a recurring meeting', () => {
  const two = (meetingId: string, fields: Record<string, unknown> = {}) =>
    Promise.all(
      ['2030-12-02T12:00:00Z', '2030-12-09T12:00:00Z'].map((startAt) =>
        on.schedule({ meetingId, startAt, duration: 'PT1H', ...fields }),
      ),
    );
  const shown = (made: { id: string }[]) => Promise.all(made.map(({ id }) => on.broadcast(id)));

  test('loses one occurrence: that broadcast fails, the other stays', async () => {
    const made = await two('83200000001');
    await on.sandbox.control('POST', 'events', fixture('event-occurrence-deleted'));
    expect((await on.waitForStatus(made[0]?.id ?? '', 'failed')).reason).toMatch(
      /^meeting_not_found: the occurrence of/,
    );
    expect((await shown(made))[1]).toMatchObject({ status: 'scheduled', revision: 1, warnings: [] });
  });

  test('has one occurrence moved: that broadcast warns, the other stays', async () => {
    const made = await two('83200000002');
    await on.sandbox.control('POST', 'events', fixture('event-occurrence-moved'));
    const first = await until('the warning', async () => {
      const [one] = await shown(made);
      return one && one.warnings.length > 0 ? one : null;
    });
    expect(first).toMatchObject({ status: 'scheduled', startAt: '2030-12-02T12:00:00.000Z' });
    expect(first.warnings[0]).toMatchObject({ code: 'meeting_moved', message: expect.stringContaining('15:00:00') });
    expect((await shown(made))[1]).toMatchObject({ status: 'scheduled', warnings: [] });
  });

  test('has one occurrence moved: a broadcast that follows goes along, with its stop', async () => {
    const meetingId = newMeetingId();
    const made = await two(meetingId, { onMove: 'follow' });
    const event = fixture('event-occurrence-moved');
    for (const object of [event.payload.object, event.payload.old_object]) object.id = meetingId;
    // Twice: counted once.
    for (const _ of [1, 2])
      await on.sandbox.control('POST', 'events', { ...event, eventTs: Date.parse(made[0]?.createdAt ?? '') + 1 });
    const first = await until('it has moved', async () => {
      const [one] = await shown(made);
      return one?.revision === 2 ? one : null;
    });
    await eventsTakenIn();
    expect(first).toMatchObject({ startAt: '2030-12-02T15:00:00.000Z', stopAt: '2030-12-02T16:00:00.000Z' });
    expect(await shown(made)).toMatchObject([{ revision: 2 }, { revision: 1, startAt: '2030-12-09T12:00:00.000Z' }]);
  });

  test('is moved as a whole: every broadcast warns, or follows by as much', async () => {
    const [warned, followed] = [newMeetingId(), newMeetingId()];
    const made = [await two(warned), await two(followed, { onMove: 'follow' })];
    for (const id of [warned, followed]) {
      const payload = {
        ...{ account_id: 'abc', scope: 'all' },
        object: { id, type: 8, start_time: '2030-12-02T12:30:00Z' },
        old_object: { id, type: 8, start_time: '2030-12-02T12:00:00Z' },
      };
      await on.sandbox.control('POST', 'events', { event: 'meeting.updated', payload });
    }
    await eventsTakenIn();
    for (const one of await shown(made[0] ?? [])) expect(one.warnings).toMatchObject([{ code: 'meeting_moved' }]);
    expect((await shown(made[1] ?? [])).map(({ startAt, stopAt }) => [startAt, stopAt])).toEqual([
      ['2030-12-02T12:30:00.000Z', '2030-12-02T13:30:00.000Z'],
      ['2030-12-09T12:30:00.000Z', '2030-12-09T13:30:00.000Z'],
    ]);
  });
});

test('the event that the host has come is lost: a check finds it within half a minute, and a missed one says when it checked', async () => {
  const seen = newMeetingId();
  await on.sandbox.event('meeting.started', { id: seen, uuid: 'z' });
  const meetings = [newMeetingId(), newMeetingId()];
  for (const id of meetings) await on.sandbox.control('PUT', `meetings/${id}`, { state: 'waiting' });
  const [met, missed] = await Promise.all(
    meetings.map((meetingId, i) => on.schedule({ meetingId, stopAt: fromNow(i === 0 ? 600_000 : 4_000) })),
  );
  await on.waitForStatus(met?.id ?? '', 'waiting');
  // The host is there, and no event says so.
  for (const id of meetings) await on.sandbox.control('PATCH', `meetings/${id}`, { state: 'started' });
  await on.waitForStatus(met?.id ?? '', 'live', 31_000);
  const { reason } = await on.waitForStatus(missed?.id ?? '', 'missed');
  expect(reason).toMatch(/the meeting has not started \(seen at 20\d\d-[^)]+Z\): waiting for the host/);
}, 60_000);
