import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** `onDrop`: a stream that stops by itself while the meeting runs is started again, or left off. */

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation({ sandbox: { startedEventDelayMs: 20 }, env: { START_RETRY_MS: '500' } });
  await installation.sandbox.control('PATCH', 'settings', { startRetryMs: 500 });
});
afterAll(() => installation.close());

async function live(fields: Record<string, unknown>) {
  const stopAt = new Date(Date.now() + 600_000).toISOString();
  const { id, meetingId } = await installation.schedule({ stopAt, ...fields });
  const confirmed = async () => (await installation.broadcast(id)).confirmed;
  await until('confirmed', confirmed);
  return { id, meetingId };
}

/** Zoom's event of a stop that nobody made. */
async function stopped(meetingId: string) {
  const payload = {
    account_id: 'acceptance-account',
    object: { id: Number(meetingId), uuid: 'x', live_streaming: { service: 'Custom_Live_Streaming_Service' } },
  };
  await installation.sandbox.control('POST', 'events', { event: 'meeting.live_streaming_stopped', payload });
}

describe('onDrop', () => {
  it('starts again a stream that dropped, three times at most, and stays live meanwhile', async () => {
    const { id, meetingId } = await live({});
    for (const starts of [2, 3, 4]) {
      await stopped(meetingId);
      const sent = async () => (await installation.requests(meetingId, 'start')).filter(({ accepted }) => accepted);
      await until(`${starts} starts`, async () => (await sent()).length === starts);
      await until('on again', async () => (await installation.broadcast(id)).reason?.includes('after a drop'));
      expect((await installation.broadcast(id)).status).toBe('live');
    }
    await stopped(meetingId);
    expect((await installation.waitForStatus(id, 'ended')).reason).toMatch(/ended in Zoom/);
    expect(await installation.requests(meetingId, 'stop')).toHaveLength(0);
  });

  it('takes a stop by a person as wanted', async () => {
    const { id, meetingId } = await live({});
    await installation.sandbox.control('POST', `meetings/${meetingId}/stop-stream`);
    await installation.waitForStatus(id, 'ended');
    expect(await installation.requests(meetingId, 'start')).toHaveLength(1);
  });

  it('leaves a dropped stream alone when asked to', async () => {
    const { id, meetingId } = await live({ onDrop: 'leave' });
    await installation.sandbox.control('POST', `meetings/${meetingId}/drop`);
    await installation.waitForStatus(id, 'ended');
    expect(await installation.requests(meetingId, 'start')).toHaveLength(1);
  });

  it('really brings the stream back, also after the start window, and does not once the meeting has ended', async () => {
    const { id, meetingId } = await live({ startWindow: 'PT4S' });
    const { startAt } = await installation.broadcast(id);
    await until('the start window is over', () => Date.now() > Date.parse(startAt) + 4_000);
    await installation.sandbox.control('POST', `meetings/${meetingId}/drop`);
    await until('on again', async () => (await installation.sandbox.meeting(meetingId)).stream === 'on');
    await installation.sandbox.control('POST', `meetings/${meetingId}/end`);
    await installation.waitForStatus(id, 'ended');
    expect((await installation.requests(meetingId, 'start')).filter(({ accepted }) => accepted)).toHaveLength(2);
  });

  it('stops at stopAt also when a restart is on its way', async () => {
    const { id, meetingId } = await live({});
    await stopped(meetingId);
    await installation.api('POST', `/v1/broadcasts/${id}/stop`);
    await installation.waitForStatus(id, 'ended');
    expect((await installation.sandbox.meeting(meetingId)).startsWhileStreaming).toBeLessThanOrEqual(1);
  });
});
