import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';
import { fromNow } from '../support/zoom-responses.ts';

/** Contract rules 2 and 14: once, and what Zoom's events say wins, though they come late, doubled and out of order. */

let on: Installation;
beforeAll(async () => {
  on = await startInstallation({ workers: 2, env: { START_RETRY_MS: '2500' }, sandbox: { startedEventDelayMs: 50 } });
});
afterAll(() => on?.close());

const OURS = 'Custom_Live_Streaming_Service';

function streamEvent(what: 'started' | 'stopped', meetingId: string, eventTs: number, service = OURS): Promise<void> {
  const object = { id: Number(meetingId), uuid: 'one', type: 2, live_streaming: { service } };
  return on.sandbox.event(`meeting.live_streaming_${what}`, object, eventTs);
}

/** Resolves when every event posted so far was worked off: events are taken in order. */
async function eventsTakenIn(): Promise<void> {
  const made = await on.schedule({ startAt: fromNow(3_600_000) });
  await on.sandbox.event('meeting.deleted', { id: Number(made.meetingId), uuid: 'x' });
  await on.waitForStatus(made.id, 'failed');
  // The other worker may still be working on one.
  const again = await on.schedule({ startAt: fromNow(3_600_000) });
  await on.sandbox.event('meeting.deleted', { id: Number(again.meetingId), uuid: 'x' });
  await on.waitForStatus(again.id, 'failed');
}

async function live(fields: Record<string, unknown> = {}) {
  const made = await on.schedule(fields);
  await on.waitForStatus(made.id, 'live');
  return until('it is confirmed', async () => {
    const now = await on.broadcast(made.id);
    return now.confirmed ? now : null;
  });
}

const actions = async (meetingId: string) => (await on.requests(meetingId)).map(({ action }) => action);
const skipped = async (id: string) => (await on.history(id)).filter(({ type }) => type === 'skipped');

describe.concurrent('events', () => {
  test('started: confirmed; the host stopped the stream: ended, and no stop is sent', async () => {
    const made = await live({ stopAt: fromNow(13_000) });
    await on.sandbox.control('POST', `meetings/${made.meetingId}/stop-stream`);
    const ended = await on.waitForStatus(made.id, 'ended');
    expect(Date.parse(ended.stoppedAt ?? '')).toBeLessThan(Date.parse(made.stopAt ?? ''));
    await until('the stop time is past', () => Date.now() > Date.parse(made.stopAt ?? '') + 500);
    expect(await actions(made.meetingId)).toEqual(['start']);
    expect((await on.history(made.id)).some(({ by }) => by === 'zoom')).toBe(true);
  });

  test('a meeting moved in Zoom takes along a broadcast that follows it, and its jobs', async () => {
    const startAt = fromNow(3_600_000);
    const stopAt = new Date(Date.parse(startAt) + 3_600_000).toISOString();
    const planned = { startAt, stopAt, onMove: 'follow' };
    const made = await on.schedule(planned);
    const payload = {
      account_id: 'acceptance-account',
      object: { id: made.meetingId, start_time: fromNow(6_000) },
      old_object: { start_time: planned.startAt },
    };
    await on.sandbox.control('POST', 'events', { event: 'meeting.updated', payload });
    const live = await on.waitForStatus(made.id, 'live');
    expect(live.startAt).toBe(payload.object.start_time);
    expect(Date.parse(live.stopAt ?? '') - Date.parse(live.startAt)).toBe(3_600_000);
    expect(live).toMatchObject({ revision: 2, onMove: 'follow' });
    expect((await on.history(made.id)).find(({ type }) => type === 'changed')?.by).toBe('zoom');
  });

  test('the meeting ended: ended', async () => {
    const made = await live();
    await on.sandbox.control('POST', `meetings/${made.meetingId}/end`);
    await on.waitForStatus(made.id, 'ended');
    expect(await actions(made.meetingId)).toEqual(['start']);
  });

  test('an `ended` of an earlier instance, and old events, change nothing', async () => {
    const made = await live();
    const before = Date.parse(made.startedAt ?? '') - 60_000;
    await streamEvent('stopped', made.meetingId, before);
    await streamEvent('started', made.meetingId, before - 1_000);
    await on.sandbox.event('meeting.ended', { id: made.meetingId, uuid: 'earlier' }, before);
    await eventsTakenIn();
    expect((await on.broadcast(made.id)).status).toBe('live');
  });

  test('out of order: an older `started` after a `stopped` does not bring it back', async () => {
    const made = await live();
    const at = Date.now();
    await streamEvent('stopped', made.meetingId, at);
    await streamEvent('started', made.meetingId, at - 500);
    await on.waitForStatus(made.id, 'ended');
    await eventsTakenIn();
    const next = await on.schedule({ meetingId: made.meetingId });
    // The meeting's stream is known to be off: the next broadcast sends its start.
    await on.waitForStatus(next.id, 'live');
    expect((await on.requests(made.meetingId, 'start')).length).toBeGreaterThanOrEqual(2);
  });

  test('doubled: counted once', async () => {
    const made = await live();
    const at = Date.now();
    for (let i = 0; i < 3; i += 1) await streamEvent('stopped', made.meetingId, at);
    await on.waitForStatus(made.id, 'ended');
    await eventsTakenIn();
    const toEnded = (await on.history(made.id)).filter(({ type, to }) => type === 'status' && to === 'ended');
    expect(toEnded).toHaveLength(1);
  });

  test('a doubled `meeting.started` starts once', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
    const made = await on.schedule({ meetingId });
    await on.waitForStatus(made.id, 'waiting');
    const at = Date.now();
    await on.sandbox.control('PATCH', `meetings/${meetingId}`, { state: 'started' });
    await Promise.all([1, 2, 3].map(() => on.sandbox.event('meeting.started', { id: meetingId, uuid: 'u' }, at)));
    await on.waitForStatus(made.id, 'live');
    await eventsTakenIn();
    expect(await on.sandbox.meeting(meetingId)).toMatchObject({ acceptedStarts: 1, limitedStarts: 0 });
  });

  test('another service: a warning and nothing else', async () => {
    const made = await live();
    await streamEvent('started', made.meetingId, Date.now(), 'YouTube');
    const warned = await until('the warning', async () => {
      const now = await on.broadcast(made.id);
      return now.warnings.length > 0 ? now : null;
    });
    expect(warned.warnings[0]).toMatchObject({ code: 'other_service' });
    await streamEvent('stopped', made.meetingId, Date.now(), 'YouTube');
    await eventsTakenIn();
    expect((await on.broadcast(made.id)).status).toBe('live');
  });

  test('another service before the start: our start is sent all the same', async () => {
    const made = await on.schedule({ startAt: fromNow(6_000) });
    await streamEvent('started', made.meetingId, Date.now(), 'YouTube');
    await on.waitForStatus(made.id, 'live');
    expect(await actions(made.meetingId)).toEqual(['start']);
  });

  test('already on before its time: nothing is sent, live, and written down as skipped', async () => {
    const made = await on.schedule({ startAt: fromNow(6_000), stopAt: fromNow(9_000) });
    await on.sandbox.control('POST', `meetings/${made.meetingId}/stream`, {});
    const shown = await on.waitForStatus(made.id, 'live');
    expect(shown.confirmed).toBe(true);
    expect(await on.requests(made.meetingId)).toEqual([]);
    expect(await skipped(made.id)).toHaveLength(1);
    await on.waitForStatus(made.id, 'ended');
    expect(await actions(made.meetingId)).toEqual(['stop']);
  });

  test('a meeting deleted in Zoom: its broadcast fails; one moved: a warning', async () => {
    const [deleted, moved] = await Promise.all([1, 2].map(() => on.schedule({ startAt: fromNow(3_600_000) })));
    await on.sandbox.event('meeting.deleted', { id: Number(deleted?.meetingId), uuid: 'd' });
    await on.sandbox.event('meeting.updated', { id: Number(moved?.meetingId), start_time: '2027-01-01T00:00:00Z' });
    await on.waitForStatus(deleted?.id ?? '', 'failed');
    await until('the warning', async () => (await on.broadcast(moved?.id ?? '')).warnings.length > 0);
    expect((await on.broadcast(moved?.id ?? '')).status).toBe('scheduled');
  });

  test('a wrong signature changes nothing', async () => {
    const made = await live();
    const payload = {
      account_id: 'acceptance-account',
      object: { id: Number(made.meetingId), live_streaming: { service: OURS } },
    };
    await on.sandbox.control('POST', 'events', { event: 'meeting.live_streaming_stopped', payload, secret: 'wrong' });
    await eventsTakenIn();
    expect((await on.broadcast(made.id)).status).toBe('live');
  });
});

describe.concurrent('once', () => {
  test('start and stop once each, whatever a person presses, and no job is left', async () => {
    const made = await live();
    const path = `/v1/broadcasts/${made.id}`;
    expect((await on.api('POST', `${path}/start`)).status).toBe(202);
    const stops = await Promise.all([1, 2, 3].map(() => on.api('POST', `${path}/stop`)));
    expect(stops.map(({ status }) => status)).toContain(202);
    await on.waitForStatus(made.id, 'ended');
    await on.api('DELETE', path);
    expect(await actions(made.meetingId)).toEqual(['start', 'stop']);
    await until('no job is left', async () => !(await on.jobsLeft()).some((job) => job.includes(made.id)));
  });

  test('back to back: the first`s end is the second`s start, in that order', async () => {
    const meetingId = newMeetingId();
    const border = fromNow(7_000);
    const first = await on.schedule({ meetingId, stopAt: border });
    const second = await on.schedule({ meetingId, startAt: border, stopAt: fromNow(11_000) });
    await on.waitForStatus(first.id, 'ended');
    await on.waitForStatus(second.id, 'live');
    await on.waitForStatus(second.id, 'ended');
    const seen = (await on.requests(meetingId)).filter(({ accepted }) => accepted).map(({ action }) => action);
    expect(seen).toEqual(['start', 'stop', 'start', 'stop']);
  });
});
