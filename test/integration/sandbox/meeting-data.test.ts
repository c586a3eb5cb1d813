import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../support/sandbox-client.ts';

const ID = '82929473321';
const TARGET = {
  stream_url: 'rtmps://a.example/app',
  stream_key: 'k?token=s3cret',
  page_url: 'https://a.example/p',
  resolution: '1080p',
};

describe('reading meetings and webinars', () => {
  it('shows waiting or started, and no more than Zoom does', async () => {
    const sandbox = await openSandbox();
    const started = (await sandbox.zoom('GET', `/meetings/${ID}`)).body;
    expect(started).toMatchObject({
      id: 82929473321,
      status: 'started',
      type: 2,
      settings: { encryption_type: 'enhanced_encryption' },
    });
    expect(started.start_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await sandbox.control('PUT', `meetings/${ID}`, {
      state: 'ended',
      e2ee: true,
      uuid: '/a//b==',
      hostId: 'h',
      topic: 'T',
    });
    const ended = (await sandbox.zoom('GET', `/meetings/${ID}`)).body;
    expect(ended).toMatchObject({
      status: 'waiting',
      uuid: '/a//b==',
      host_id: 'h',
      topic: 'T',
      settings: { encryption_type: 'e2ee' },
    });
    await sandbox.control('PUT', `meetings/${ID}`, { kind: 'webinar' });
    const webinar = await sandbox.zoom('GET', `/webinars/${ID}`);
    expect(webinar).toMatchObject({ status: 200, body: { id: 82929473321, type: 5 } });
    expect(webinar.body).not.toHaveProperty('status');
    expect(await sandbox.zoom('GET', `/meetings/${ID}`)).toMatchObject({ status: 400, body: { code: 3000 } });
    await sandbox.control('PATCH', `meetings/${ID}`, { state: 'gone' });
    expect(await sandbox.zoom('GET', `/webinars/${ID}`)).toMatchObject({ status: 404, body: { code: 3001 } });
  });

  it('shows the settings of a user, and that me is nobody', async () => {
    const sandbox = await openSandbox();
    const usual = {
      in_meeting: { allow_live_streaming: true, custom_live_streaming_service: true },
      feature: { webinar: true },
    };
    expect(await sandbox.zoom('GET', '/users/u1/settings')).toMatchObject({ status: 200, body: usual });
    await sandbox.control('PUT', 'users/u1', { customLiveStreaming: false, webinarLiveStreaming: false });
    expect((await sandbox.zoom('GET', '/users/u1/settings')).body.in_meeting).toEqual({
      allow_live_streaming: true,
      custom_live_streaming_service: false,
      webinar_live_streaming: { enable: false, live_streaming_service: [] },
    });
    expect(await sandbox.zoom('GET', '/users/me/settings')).toMatchObject({ status: 404, body: { code: 1001 } });
  });
});

describe('the live stream configuration', () => {
  it('is written with 204, read back, and its key never shown by the control API', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PUT', `meetings/${ID}`, { configured: false });
    expect(await sandbox.zoom('GET', `/meetings/${ID}/livestream`)).toMatchObject({ status: 200, text: '' });
    expect(await sandbox.zoom('PATCH', `/meetings/${ID}/livestream`, TARGET)).toMatchObject({ status: 204, text: '' });
    expect((await sandbox.zoom('GET', `/meetings/${ID}/livestream`)).body).toEqual(TARGET);
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
    await sandbox.zoom('PATCH', `/meetings/${ID}/livestream`, TARGET);
    const shown = await sandbox.control('GET', `meetings/${ID}`);
    expect(shown.body).toMatchObject({ configurations: 2, configurationsOnAir: 1 });
    const log = await sandbox.control('GET', 'requests');
    expect(log.body.requests[1]).toMatchObject({
      method: 'PATCH',
      body: { stream_key: '***', page_url: TARGET.page_url },
    });
    expect(shown.text + log.text).not.toContain('s3cret');
    expect(log.text).not.toContain('test-token');
  });

  it.each([
    ['stream_url', ''],
    ['stream_url', 'https://a.example'],
    ['stream_url', `rtmp://${'a'.repeat(1024)}`],
    ['stream_key', 'k'.repeat(513)],
    ['stream_key', undefined],
    ['page_url', 'nowhere'],
    ['page_url', undefined],
    ['resolution', '4k'],
  ])('refuses %s = %j', async (field, value) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.zoom('PATCH', `/meetings/${ID}/livestream`, { ...TARGET, [field]: value });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 300, message: 'Validation Failed.', errors: [{ field }] },
    });
  });

  it('refuses where the feature is off', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PUT', `meetings/${ID}`, { kind: 'webinar', settingEnabled: false });
    const text = 'The current user has not enabled the custom live streaming feature of the webinar.';
    for (const method of ['GET', 'PATCH']) {
      const answer = await sandbox.zoom(method, `/webinars/${ID}/livestream`, method === 'GET' ? undefined : TARGET);
      expect(answer).toMatchObject({ status: 400, body: { code: 200, message: text } });
    }
  });
});
