import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUSY_MS, type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';
import { said, startLimited } from '../support/zoom-responses.ts';

/** Contract rule 6: every answer of Zoom's references, recognized by status, code and text together. */

const START_RETRY_MS = 2_500;

let on: Installation;
beforeAll(async () => {
  on = await startInstallation({ env: { START_RETRY_MS: String(START_RETRY_MS), PREFLIGHT: 'off' } });
});
afterAll(() => on?.close());

const TRACKING = { 'x-zm-trackingid': 'WEB_acceptance' };

/** Schedules a broadcast whose start is answered so. */
async function answered(
  answer: Record<string, unknown>,
  fields: Record<string, unknown> = {},
  meetingId = newMeetingId(),
) {
  await on.sandbox.script({ meetingId, action: 'start' }, answer);
  return on.schedule({ meetingId, ...fields });
}

const methods = async (meetingId: string) => (await on.requests(meetingId)).map(({ method }) => method);
/** As `methods`, with checks that follow each other as one: on a busy machine one may have no answer in time and is made again. */
const steps = async (meetingId: string) =>
  (await methods(meetingId)).filter((method, n, all) => method !== 'GET' || all[n - 1] !== 'GET');

// status, code, message, kind
const REFUSALS = [
  [300, null, 'Missing meetingId.', 'meeting'],
  [300, null, 'Invalid meetingId', 'meeting'],
  [300, 300, 'Invalid meetingId', 'meeting'],
  [400, 300, 'Invalid meeting ID.', 'meeting'],
  [400, 1010, 'User does not belong to this account: abc.', 'meeting'],
  [404, 1001, 'User abc does not exist.', 'meeting'],
  [400, 3161, 'Your user account is not allowed meeting hosting and scheduling capabilities.', 'meeting'],
  [400, 4400, 'End-to-end encrypted meetings currently do not support the livestreaming feature.', 'meeting'],
  [404, 3001, 'Meeting does not exist: 123.', 'meeting'],
  [400, 4711, 'Invalid access token, does not contain scopes:[meeting:update:livestream_status].', 'meeting'],
  [401, 4711, 'Invalid access token, does not contain scopes:[meeting:update:livestream_status].', 'meeting'],
  [400, 300, 'Invalid webinar ID.', 'webinar'],
  [400, 1001, 'User does not exist: abc.', 'webinar'],
  [400, 200, 'No permission.', 'webinar'],
  [
    400,
    200,
    'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user',
    'webinar',
  ],
  [400, 200, 'The current user has not enabled the custom live streaming feature of the webinar.', 'webinar'],
  [400, 3000, 'The current webinar is not configured with a custom streaming service.', 'webinar'],
  [404, 3001, 'Webinar does not exist: 123.', 'webinar'],
] as const;

describe.concurrent('refused for good', () => {
  test.each(REFUSALS)('%i/%s "%s" (%s) fails at once', async (status, code, message, kind) => {
    const made = await answered(said(status, code, message, { ...TRACKING, location: `${on.sandbox.url}/elsewhere` }), {
      kind,
    });
    const failed = await on.waitForStatus(made.id, 'failed');
    expect(failed.reason).toContain(message);
    expect(failed.reason).toContain(`${status}`);
    if (code !== null) expect(failed.reason).toContain(`${code}`);
    expect(failed.reason).toContain('WEB_acceptance');
    expect(failed.nextAttemptAt).toBeNull();
    expect(await methods(made.meetingId)).toEqual(['PATCH']);
    const history = await on.history(made.id);
    // On a busy machine one may be withdrawn before it leaves: that one has no answer.
    expect(history.find(({ type, answer }) => type === 'request' && answer)?.answer).toMatchObject({
      status,
      trackingId: 'WEB_acceptance',
    });
    expect(history.filter(({ type, reason }) => type === 'alert' && reason?.startsWith('failed'))).toHaveLength(1);
  });

  test('a redirect is never followed', async () => {
    const made = await answered(
      { status: 302, headers: { location: `${on.sandbox.apiUrl}/meetings/1/livestream/status` } },
      { startWindow: 'PT2S' },
    );
    await on.waitForStatus(made.id, ['missed', 'failed', 'live']);
    const { requests } = (await on.sandbox.control('GET', 'requests?meetingId=1')).body;
    expect(requests).toEqual([]);
  });
});

describe.concurrent('400/3000 is believed only after a check of the meeting', () => {
  const CODE_3000 = said(400, 3000, 'Cannot access webinar info.', TRACKING);

  test('the meeting runs: failed', async () => {
    const made = await answered(CODE_3000);
    const failed = await on.waitForStatus(made.id, 'failed');
    expect(failed.reason).toContain('Cannot access webinar info.');
    expect(await steps(made.meetingId)).toEqual(['PATCH', 'GET']);
  });

  test('the meeting waits for its host: waiting, and started when the host comes', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
    const made = await answered(CODE_3000, {}, meetingId);
    await on.waitForStatus(made.id, 'waiting');
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    await on.waitForStatus(made.id, 'live');
    expect(await steps(meetingId)).toEqual(['PATCH', 'GET', 'PATCH']);
  });

  test('the check fails at first: checked again, and nothing started blindly', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.script({ meetingId, method: 'GET' }, { status: 503, times: 2 });
    const made = await answered(CODE_3000, {}, meetingId);
    await on.waitForStatus(made.id, 'failed');
    expect(await steps(made.meetingId)).toEqual(['PATCH', 'GET']);
    expect((await methods(made.meetingId)).length).toBeGreaterThanOrEqual(4);
  });

  test('the number is a webinar`s', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { kind: 'webinar' });
    const made = await on.schedule({ meetingId });
    expect((await on.waitForStatus(made.id, 'failed')).reason).toMatch(/webinar/);
  });
});

describe.concurrent('the other two of the five', () => {
  test('204 is a success, confirmed by Zoom`s event', async () => {
    const made = await on.schedule({});
    await on.waitForStatus(made.id, 'live');
    await until('it is confirmed', async () => (await on.broadcast(made.id)).confirmed);
    expect(await methods(made.meetingId)).toEqual(['PATCH']);
  });

  test('the 429 is followed by one start after START_RETRY_MS', async () => {
    const meetingId = newMeetingId();
    const made = await answered(startLimited(meetingId), {}, meetingId);
    await on.waitForStatus(made.id, 'live');
    const [first, second, ...more] = await on.requests(meetingId, 'start');
    expect(more).toEqual([]);
    const waited = (second?.at ?? 0) - (first?.answeredAt ?? 0);
    expect(waited).toBeGreaterThanOrEqual(START_RETRY_MS);
    expect(waited).toBeLessThanOrEqual(START_RETRY_MS + BUSY_MS);
  });

  test.each([
    ['code 429 under HTTP 400', 400],
    ['HTTP 300', 300],
  ])('the 429 is recognized by its text, also under %s', async (_what, status) => {
    const meetingId = newMeetingId();
    const made = await answered({ ...startLimited(meetingId), status }, {}, meetingId);
    await on.waitForStatus(made.id, 'live');
    const [first, second] = await on.requests(meetingId, 'start');
    expect((second?.at ?? 0) - (first?.answeredAt ?? 0)).toBeGreaterThanOrEqual(START_RETRY_MS);
  });

  test('a webinar`s 429 too, though there is nothing to check', async () => {
    const meetingId = newMeetingId();
    const made = await answered(startLimited(meetingId), { kind: 'webinar' }, meetingId);
    await on.waitForStatus(made.id, 'live');
    const [first, second] = await on.requests(meetingId);
    expect(await methods(meetingId)).toEqual(['PATCH', 'PATCH']);
    expect((second?.at ?? 0) - (first?.answeredAt ?? 0)).toBeGreaterThanOrEqual(START_RETRY_MS);
  });

  test('a host who ends the meeting and begins it anew does not shorten the wait', async () => {
    const meetingId = newMeetingId();
    const made = await answered(startLimited(meetingId), {}, meetingId);
    await until('the 429 is written', async () => (await on.broadcast(made.id)).nextAttemptAt);
    await on.sandbox.control('POST', `meetings/${meetingId}/end`);
    await on.waitForStatus(made.id, 'waiting');
    await on.sandbox.control('POST', `meetings/${meetingId}/start`);
    await on.waitForStatus(made.id, 'live');
    const [first, second, ...more] = await on.requests(meetingId, 'start');
    expect(more).toEqual([]);
    expect((second?.at ?? 0) - (first?.answeredAt ?? 0)).toBeGreaterThanOrEqual(START_RETRY_MS);
  });
});
