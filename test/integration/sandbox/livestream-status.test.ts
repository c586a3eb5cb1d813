import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../support/sandbox-client.ts';

const ID = '82929473321';

describe('PATCH /meetings/{id}/livestream/status', () => {
  it('accepts start and stop of a meeting nobody set up with an empty 204 and a tracking id', async () => {
    const sandbox = await openSandbox();
    const started = await sandbox.status(ID, 'start', {
      layout: 'speaker_view',
      active_speaker_name: true,
      display_name: 'Hall',
    });
    expect(started).toMatchObject({ status: 204, text: '' });
    expect(started.headers.get('x-zm-trackingid')).toMatch(/^SANDBOX_.+/);
    const live = (await sandbox.control('GET', `meetings/${ID}`)).body;
    expect(live).toMatchObject({ streaming: true, acceptedStarts: 1, acceptedStops: 0 });
    expect(live.liveSettings).toEqual({
      layout: 'speaker_view',
      close_caption: 'burnt-in',
      active_speaker_name: true,
      display_name: 'Hall',
    });
    expect((await sandbox.status(ID, 'mode', { layout: 'gallery_view' })).status).toBe(204);
    expect((await sandbox.control('GET', `meetings/${ID}`)).body.liveSettings.layout).toBe('gallery_view');
    expect(await sandbox.status(ID, 'stop')).toMatchObject({ status: 204, text: '' });
    const off = (await sandbox.control('GET', `meetings/${ID}`)).body;
    expect(off).toMatchObject({ streaming: false, since: null, acceptedStarts: 1, acceptedStops: 1, stopsWhileOff: 0 });
  });

  it('has the meeting of the README by itself', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const numbers = [...readme.matchAll(/(?:livestream schedule|"meetingId":) "([\d ]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(numbers.length).toBeGreaterThanOrEqual(2);
    const sandbox = await openSandbox();
    for (const number of new Set(numbers)) {
      expect(await sandbox.status(number.replaceAll(' ', ''), 'start')).toMatchObject({ status: 204 });
    }
  });

  it('takes the multipart form of the Postman collection', async () => {
    const sandbox = await openSandbox();
    const form = new FormData();
    form.set('action', 'start');
    form.set('settings', JSON.stringify({ display_name: 'Große Halle' }));
    expect((await sandbox.zoom('PATCH', `/meetings/${ID}/livestream/status`, form)).status).toBe(204);
    expect((await sandbox.control('GET', `meetings/${ID}`)).body.liveSettings.display_name).toBe('Große Halle');
    form.set('settings', 'start{"layout":"follow_host"}');
    const malformed = await sandbox.zoom('PATCH', `/meetings/${ID}/livestream/status`, form);
    expect(malformed).toMatchObject({ status: 400, body: { code: 300, errors: [{ field: 'settings' }] } });
  });

  it('answers a start within 30 s of an accepted one, and each one within 30 s of that, with the live-stream 429', async () => {
    const sandbox = await openSandbox();
    const text =
      `Too many requests submitted to start the live stream of this meeting: ${ID}. If the live stream has not already ` +
      'started, retry making a new request after 30 seconds.';
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
    sandbox.advance(25_000);
    expect(await sandbox.status(ID, 'start')).toMatchObject({ status: 429, body: { code: 429, message: text } });
    sandbox.advance(25_000);
    expect((await sandbox.status(ID, 'start')).status).toBe(429);
    expect((await sandbox.status('123456789', 'start')).status).toBe(204);
    sandbox.advance(30_000);
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
    const meeting = (await sandbox.control('GET', `meetings/${ID}`)).body;
    expect(meeting).toMatchObject({ acceptedStarts: 2, startsWhileStreaming: 1, limitedStarts: 2 });
  });

  it('limits a start while streaming for good when configured so', async () => {
    const sandbox = await openSandbox({ startWhileStreaming: 'limit', startRetryMs: 100 });
    expect((await sandbox.status(ID, 'start')).status).toBe(204);
    sandbox.advance(1000);
    expect((await sandbox.status(ID, 'start')).status).toBe(429);
  });

  it.each([
    [{ state: 'waiting' }, 400, 4927, `Meeting ${ID} has not started.`],
    [{ state: 'ended' }, 400, 4927, `Meeting ${ID} has not started.`],
    [{ state: 'waiting', notStartedCode: 3000 }, 400, 3000, `Meeting ${ID} has not started.`],
    [{ state: 'gone' }, 404, 3001, `Meeting does not exist: ${ID}.`],
    [{ kind: 'webinar' }, 400, 3000, 'Cannot access webinar info.'],
    [{ e2ee: true }, 400, 4400, 'End-to-end encrypted meetings currently do not support the livestreaming feature.'],
    [
      { hostAllowed: false },
      400,
      3161,
      'Your user account is not allowed meeting hosting and scheduling capabilities.',
    ],
    [{ userInAccount: false }, 400, 1010, /^User does not belong to this account: token-\w+\.$/],
    [{ userExists: false, hostId: 'h1' }, 404, 1001, 'User h1 does not exist.'],
    [{ configured: false }, 400, 3000, 'The current meeting is not configured with a custom streaming service.'],
    [{ settingEnabled: false }, 400, 3000, 'Live streaming is not enabled for this meeting.'],
    [{ permitted: false }, 403, 403, 'No permission.'],
  ])('a meeting with %j answers %i/%i', async (traits, status, code, message) => {
    const sandbox = await openSandbox();
    expect((await sandbox.control('PUT', `meetings/${ID}`, traits)).status).toBe(201);
    const answer = await sandbox.status(ID, 'start');
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (typeof message === 'string') expect(answer.body.message).toBe(message);
    else expect(answer.body.message).toMatch(message);
    expect((await sandbox.control('GET', `meetings/${ID}`)).body).toMatchObject({
      acceptedStarts: 0,
      streaming: false,
    });
  });

  it.each([
    ['Start', undefined, ['action']],
    ['', undefined, ['action']],
    ['start', { layout: 'wide' }, ['settings.layout']],
    ['start', { close_caption: 'on', display_name: '' }, ['settings.close_caption', 'settings.display_name']],
    [
      'start',
      { display_name: 'x'.repeat(51), active_speaker_name: 'yes' },
      ['settings.active_speaker_name', 'settings.display_name'],
    ],
  ])('refuses action %j with settings %j as Validation Failed', async (action, settings, fields) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.status(ID, action, settings);
    expect(answer).toMatchObject({ status: 400, body: { code: 300, message: 'Validation Failed.' } });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual(fields);
  });

  it('tells a malformed body, an unknown number and a bad number apart', async () => {
    const sandbox = await openSandbox();
    const path = `/meetings/${ID}/livestream/status`;
    const malformed = await sandbox.zoom('PATCH', path, '{"action":', { 'content-type': 'application/json' });
    expect(malformed).toMatchObject({
      status: 400,
      body: { code: 300, message: 'Request Body should be a valid JSON object.' },
    });
    expect(await sandbox.zoom('PATCH', path, 'x', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    for (const id of ['abc', '', '12345678901234567890', '%2Fx']) {
      expect(await sandbox.status(id, 'start')).toMatchObject({
        status: 400,
        body: { code: 300, message: 'Invalid meeting ID.' },
      });
    }
    expect(await sandbox.status('12345', 'start')).toMatchObject({ status: 404, body: { code: 3001 } });
    expect(await sandbox.status('1234567', 'start')).toMatchObject({ status: 404, body: { code: 3001 } });
    const closed = await openSandbox({ autoMeetings: false });
    expect(await closed.status(ID, 'start')).toMatchObject({
      status: 404,
      body: { message: `Meeting does not exist: ${ID}.` },
    });
    expect(await sandbox.zoom('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 2300 } });
  });

  it('serves numbers of 19 digits, written whole', async () => {
    const sandbox = await openSandbox();
    const long = '9223372036854775807';
    await sandbox.control('PUT', `meetings/${long}`, {});
    expect((await sandbox.status(long, 'start')).status).toBe(204);
    expect((await sandbox.zoom('GET', `/meetings/${long}`)).text).toContain(`"id":${long},`);
  });
});

describe('PATCH /webinars/{id}/livestream/status', () => {
  it.each([
    [{ state: 'waiting' }, 400, 200, 'Webinar 82,929,473,321 has not started.'],
    [{ configured: false }, 400, 3000, 'The current webinar is not configured with a custom streaming service.'],
    [{ permitted: false }, 400, 200, 'No permission.'],
    [{ userExists: false, hostId: 'h1' }, 400, 1001, 'User does not exist: h1.'],
    [{ state: 'gone' }, 404, 3001, `Webinar does not exist: ${ID}.`],
    [{ kind: 'meeting' }, 404, 3001, `Webinar does not exist: ${ID}.`],
    [
      { settingEnabled: false },
      400,
      200,
      'The current user has not enabled the custom live streaming feature of the webinar.',
    ],
  ])('a webinar with %j answers %i/%i, start and stop alike', async (traits, status, code, message) => {
    const sandbox = await openSandbox();
    await sandbox.control('PUT', `meetings/${ID}`, { kind: 'webinar', ...traits });
    for (const action of ['start', 'stop']) {
      expect(await sandbox.status(ID, action, undefined, 'webinars')).toMatchObject({
        status,
        body: { code, message },
      });
    }
  });

  it('knows the missing plan, has no mode and no layout, and starts and stops', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PUT', `meetings/${ID}`, { kind: 'webinar', webinarPlan: false });
    const refused = await sandbox.status(ID, 'start', undefined, 'webinars');
    expect(refused.body.message).toMatch(/^Webinar plan is missing\. You must subscribe/);
    expect(await sandbox.status('987654321', 'mode', undefined, 'webinars')).toMatchObject({
      status: 400,
      body: { code: 300 },
    });
    expect(
      (await sandbox.status('987654321', 'start', { layout: 'gallery_view', display_name: 'A' }, 'webinars')).status,
    ).toBe(204);
    expect((await sandbox.status('987654321', 'stop', undefined, 'webinars')).status).toBe(204);
    const shown = (await sandbox.control('GET', 'meetings/987654321')).body;
    expect(shown).toMatchObject({ kind: 'webinar', acceptedStarts: 1, acceptedStops: 1 });
    expect(await sandbox.status('abc', 'start', undefined, 'webinars')).toMatchObject({
      body: { message: 'Invalid webinar ID.' },
    });
  });
});
