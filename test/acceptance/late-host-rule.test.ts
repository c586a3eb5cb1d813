import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BUSY_MS,
  type Installation,
  installationOf,
  newMeetingId,
  startInstallation,
} from '../support/installation.ts';
import { until } from '../support/wait-for.ts';
import { fromNow, said } from '../support/zoom-responses.ts';

/** Contract rules 9 and 10: the host is late; a late start is missed, a late stop is sent. */

const methods = async (on: Installation, meetingId: string) =>
  (await on.requests(meetingId)).map(({ method }) => method);

/** A broadcast of a meeting whose host has not come. */
async function withoutHost(
  on: Installation,
  fields: Record<string, unknown> = {},
  traits: Record<string, unknown> = {},
) {
  const meetingId = newMeetingId();
  await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting', ...traits });
  return on.schedule({ meetingId, ...fields });
}

describe.concurrent('with Zoom`s events', () => {
  let on: Installation;
  beforeAll(async () => {
    on = await startInstallation({ env: { START_RETRY_MS: '2500', PREFLIGHT: 'off' } });
  });
  afterAll(() => on?.close());

  test('started within a second of the event', async () => {
    const made = await withoutHost(on);
    const waiting = await on.waitForStatus(made.id, 'waiting');
    expect(waiting.nextAttemptAt).not.toBeNull();
    await on.sandbox.control('POST', `meetings/${made.meetingId}/start`);
    await on.waitForStatus(made.id, 'live', BUSY_MS);
    expect(await methods(on, made.meetingId)).toEqual(['PATCH', 'PATCH']);
  });

  test('a webinar too', async () => {
    const made = await withoutHost(on, { kind: 'webinar' }, { kind: 'webinar' });
    await on.waitForStatus(made.id, 'waiting');
    await on.sandbox.control('POST', `meetings/${made.meetingId}/start`);
    await on.waitForStatus(made.id, 'live', BUSY_MS);
  });

  test('an event that comes while the start is under way is not forgotten', async () => {
    const meetingId = newMeetingId();
    const late = { ...said(400, 4927, `Meeting ${meetingId} has not started.`), delayMs: 1_500 };
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
    await on.sandbox.script({ meetingId, action: 'start' }, late);
    const made = await on.schedule({ meetingId });
    await until('the start is under way', async () => (await on.requests(meetingId, 'start')).length > 0);
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    await on.waitForStatus(made.id, 'live');
    const [first, second] = await on.requests(meetingId, 'start');
    // A poll would come 10 s after the answer.
    expect((second?.at ?? 0) - (first?.answeredAt ?? 0)).toBeLessThan(BUSY_MS);
  });

  test('nobody comes: missed when the window closes, without another start', async () => {
    const window = await withoutHost(on, { startWindow: 'PT8S' });
    const stop = await withoutHost(on, { stopAt: fromNow(8_000) });
    for (const { id, meetingId } of [window, stop]) {
      expect((await on.waitForStatus(id, 'missed')).reason).toMatch(/waiting for the host/);
      expect(await on.requests(meetingId, 'start')).toHaveLength(1);
      expect(await on.requests(meetingId, 'stop')).toEqual([]);
    }
  });

  test('the host comes after the window: nothing is started', async () => {
    const made = await withoutHost(on, { startWindow: 'PT2S' });
    await on.waitForStatus(made.id, 'missed');
    // One, unless a busy machine let the window close before it.
    const before = await on.requests(made.meetingId, 'start');
    await on.sandbox.control('POST', `meetings/${made.meetingId}/start`);
    const later = await on.schedule();
    await on.waitForStatus(later.id, 'live');
    expect(await on.requests(made.meetingId, 'start')).toEqual(before);
  });

  test('canceled while it waits: nothing is sent any more', async () => {
    const made = await withoutHost(on);
    await on.waitForStatus(made.id, 'waiting');
    expect((await on.api('DELETE', `/v1/broadcasts/${made.id}`)).body.status).toBe('canceled');
    await on.sandbox.control('POST', `meetings/${made.meetingId}/start`);
    const later = await on.schedule();
    await on.waitForStatus(later.id, 'live');
    expect(await methods(on, made.meetingId)).toEqual(['PATCH']);
  });

  test('the meeting is deleted while it waits: failed', async () => {
    const made = await withoutHost(on);
    await on.waitForStatus(made.id, 'waiting');
    await on.sandbox.event('meeting.deleted', { id: Number(made.meetingId), uuid: 'gone' });
    expect((await on.waitForStatus(made.id, 'failed')).reason).toMatch(/deleted/);
  });

  test('a start by a person tries at once, and waits on', async () => {
    const made = await withoutHost(on);
    await on.waitForStatus(made.id, 'waiting');
    expect((await on.api('POST', `/v1/broadcasts/${made.id}/start`)).status).toBe(202);
    await until('a second start', async () => (await on.requests(made.meetingId, 'start')).length === 2);
    await on.waitForStatus(made.id, 'waiting');
  });
});

describe.concurrent('without Zoom`s events', () => {
  let on: Installation;
  beforeAll(async () => {
    on = await startInstallation({ webhooks: false, env: { START_RETRY_MS: '2500', PREFLIGHT: 'off' } });
  });
  afterAll(() => on?.close());

  test('the meeting is polled every 10 s, the start is not', async () => {
    const made = await withoutHost(on);
    const { nextAttemptAt, startAt } = await on.waitForStatus(made.id, 'waiting');
    const pollIn = Date.parse(nextAttemptAt ?? '') - Date.parse(startAt);
    expect(pollIn).toBeGreaterThan(8_900);
    expect(pollIn).toBeLessThan(10_500 + BUSY_MS);
    const polls = async () => (await on.requests(made.meetingId)).filter(({ method }) => method === 'GET');
    await until('the first poll', async () => (await polls())[0]?.answeredAt);
    await on.sandbox.control('PATCH', `meetings/${made.meetingId}`, { state: 'started' });
    await on.waitForStatus(made.id, 'live');
    const [first, second] = await polls();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(8_900);
    expect(await methods(on, made.meetingId)).toEqual(['PATCH', 'GET', 'GET', 'PATCH']);
  });

  test('a webinar is tried again once a minute, recognized by its text with separators', async () => {
    const meetingId = newMeetingId();
    const answer = said(400, 200, 'Webinar 82,929,473,321 has not started.');
    await on.sandbox.script({ meetingId, action: 'start' }, answer);
    const made = await on.schedule({ meetingId, kind: 'webinar' });
    const waiting = await on.waitForStatus(made.id, 'waiting');
    const [first] = await on.requests(meetingId);
    const next = Date.parse(waiting.nextAttemptAt ?? '') - (first?.answeredAt ?? 0);
    expect(next).toBeGreaterThanOrEqual(59_900);
    expect(next).toBeLessThan(61_000 + BUSY_MS);
    expect(await methods(on, meetingId)).toEqual(['PATCH']);
  });

  test('no webhook route, and nothing is ever confirmed', async () => {
    expect((await on.api('POST', '/v1/zoom/webhooks', {})).status).toBe(404);
    const made = await on.schedule();
    expect((await on.waitForStatus(made.id, 'live')).confirmed).toBe(false);
  });
});

test.concurrent('without a worker for a while: late starts are missed, late stops are sent, a start still in its window too', async (context) => {
  const on = await installationOf(context);
  const live = await on.schedule({ stopAt: fromNow(8_000) });
  await on.waitForStatus(live.id, 'live');
  await on.workers[0]?.kill('SIGKILL');
  const window = await on.schedule({ startWindow: 'PT2S' });
  const past = await on.schedule({ stopAt: fromNow(2_000) });
  const open = await on.schedule();
  await until('all are late', () => Date.now() > Date.parse(live.stopAt ?? '') + 500);
  await on.addWorker();
  await on.waitForStatus(open.id, 'live');
  for (const { id, meetingId } of [window, past]) {
    await on.waitForStatus(id, 'missed');
    expect(await on.requests(meetingId)).toEqual([]);
  }
  expect((await on.waitForStatus(live.id, 'ended')).stopLatenessMs).toBeGreaterThan(500);
  expect(await on.requests(live.meetingId, 'stop')).toHaveLength(1);
});
