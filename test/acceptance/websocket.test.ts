import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUSY_MS, type Installation, newMeetingId, startInstallation, ZOOM_ACCOUNT } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** Zoom's events by WebSocket: an installation without a public address and without a webhook secret. */

let on: Installation;
beforeAll(async () => {
  on = await startInstallation({ workers: 0, webhooks: false, sandbox: { startedEventDelayMs: 20 } });
  const url = `${on.sandbox.url.replace('http', 'ws')}/ws?subscriptionId=acceptance`;
  const listening = { ZOOM_WEBSOCKET_URL: url };
  await Promise.all([on.addApi(listening), on.addWorker(listening)]);
  // The first one listens; this one takes over.
  await on.addWorker(listening);
});
afterAll(() => on?.close());

const connected = () =>
  until('a worker is connected', async () => (await on.sandbox.control('GET', 'sockets')).body.connected === 1, 60_000);

async function waitingForHost() {
  const meetingId = newMeetingId();
  await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
  const made = await on.schedule({ meetingId });
  await on.waitForStatus(made.id, 'waiting');
  return made;
}

describe('with ZOOM_WEBSOCKET_URL', () => {
  it('a late host is met within a second, and the start is confirmed', async () => {
    await connected();
    const { id, meetingId } = await waitingForHost();
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    // The first poll comes after nine seconds.
    await on.waitForStatus(id, 'live', BUSY_MS);
    await until('confirmed', async () => (await on.broadcast(id)).confirmed);
  });

  it('a connection that is cut is opened again, also when its token is refused', async () => {
    await connected();
    await on.sandbox.control('POST', 'tokens/revoke', {});
    await on.sandbox.control('POST', 'sockets/cut');
    await connected();
    const { id, meetingId } = await waitingForHost();
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    await on.waitForStatus(id, 'live', BUSY_MS);
  });

  it('an event of another Zoom account on that connection changes nothing', async () => {
    await connected();
    const made = await on.schedule({ startAt: new Date(Date.now() + 3_600_000).toISOString() });
    const about = (account_id: string) => ({ account_id, object: { id: made.meetingId, uuid: 'u' } });
    await on.sandbox.control('POST', 'events', { event: 'meeting.deleted', payload: about('another-account') });
    const { id, meetingId } = await waitingForHost();
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    // Events are taken in order.
    await on.waitForStatus(id, 'live');
    expect((await on.broadcast(made.id)).status).toBe('scheduled');
    await on.sandbox.control('POST', 'events', { event: 'meeting.deleted', payload: about(ZOOM_ACCOUNT) });
    await on.waitForStatus(made.id, 'failed');
  });

  it('another worker takes over when the one that listens dies', async () => {
    await connected();
    const { id, meetingId } = await waitingForHost();
    await on.workers[0]?.kill('SIGKILL');
    await until('the dead one is gone', async () => (await on.sandbox.control('GET', 'sockets')).body.connected <= 1);
    await connected();
    const later = await waitingForHost();
    for (const number of [meetingId, later.meetingId]) await on.sandbox.control('POST', `meetings/${number}/start`);
    await on.waitForStatus(later.id, 'live');
    await on.waitForStatus(id, 'live');
    expect(await on.requests(meetingId, 'start')).toHaveLength(2);
  });
});
