import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import type { AnswerHeaders } from '../../../../src/outbound/http-request.ts';
import type { StatusAnswer } from '../../../../src/zoom/responses/classify.ts';
import { classifyMeetingStatus, classifyStatusAnswer, parseAnswer } from '../../../../src/zoom/responses/classify.ts';

const NOW = Date.parse('2026-12-06T14:00:00.000Z');
const MIDNIGHT = Date.parse('2026-12-07T00:00:00.000Z');

function body(code: number | string | null, message: string, more: object = {}): string {
  return JSON.stringify({ ...(code === null ? {} : { code }), message, ...more });
}

function classify(answer: Partial<StatusAnswer>): Outcome {
  return classifyStatusAnswer({
    action: 'start',
    kind: 'meeting',
    status: 204,
    headers: {},
    bodyText: '',
    now: NOW,
    ...answer,
  });
}

/** `accepted`, `refused scopes_missing`, `check_first is_a_webinar`, `fault`, … */
function short(outcome: Outcome): string {
  if (outcome.kind === 'refused' || outcome.kind === 'check_first') return `${outcome.kind} ${outcome.code}`;
  if (outcome.kind === 'rate_limited') return `rate_limited ${outcome.scope}`;
  return outcome.kind === 'transient' && outcome.unknown ? 'transient unknown' : outcome.kind;
}

const SCOPES = 'Invalid access token, does not contain scopes:[meeting:update:livestream_status, meeting:write:admin].';
const PLAN = 'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user …';
const START_429 =
  'Too many requests submitted to start the live stream of this meeting: 68423085. If the live stream has not already started, retry making a new request after 30 seconds.';
const PER_SECOND = 'You have reached the maximum per-second rate limit for this API. Try again later.';
const PER_DAY =
  'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.';
const PER_USER =
  'You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.';
const CONCURRENT = 'Too many concurrent requests. A request to disassociate this user has already been made.';

describe('meetings: every documented and reported answer', () => {
  it.each<[number, number | string | null, string, string]>([
    [400, 300, 'Invalid meeting ID.', 'refused invalid_meeting_id'],
    [400, 300, 'Missing meetingId.', 'refused invalid_meeting_id'],
    [300, null, 'Missing meetingId.', 'refused invalid_meeting_id'],
    [300, null, 'Invalid meetingId', 'refused invalid_meeting_id'],
    [300, 300, 'Invalid meetingId', 'refused invalid_meeting_id'],
    [404, 300, 'Invalid meeting id', 'refused invalid_meeting_id'],
    [300, 300, 'Validation Failed.', 'refused validation_failed'],
    [400, 300, 'Validation Failed.', 'refused validation_failed'],
    [400, 300, 'Request Body should be a valid JSON object.', 'refused validation_failed'],
    [400, 300, 'The value that you entered for action is wrong.', 'refused validation_failed'],
    [400, 3000, 'Cannot access webinar info.', 'check_first is_a_webinar'],
    [400, 3000, 'Custom streaming service is not configured.', 'check_first livestream_not_configured'],
    [400, 3000, 'Livestream is not enabled for this user.', 'check_first livestream_not_enabled'],
    [400, 3000, 'Something new.', 'check_first refused'],
    [400, 3000, 'Meeting 684 2308 5 has not started.', 'not_started'],
    [
      400,
      3161,
      'Your user account is not allowed meeting hosting and scheduling capabilities.',
      'refused user_not_allowed',
    ],
    [
      400,
      4400,
      'End-to-end encrypted meetings currently do not support the livestreaming feature.',
      'refused end_to_end_encrypted',
    ],
    [400, 4927, 'Meeting 68423085 has not started.', 'not_started'],
    [400, 4927, '', 'not_started'],
    [400, '4927', 'Meeting has not started.', 'not_started'],
    [400, null, 'The meeting HAS  NOT started yet', 'not_started'],
    [404, 3001, 'Meeting does not exist: 68423085.', 'refused meeting_not_found'],
    [400, 1010, 'User does not belong to this account: abc.', 'refused user_not_in_account'],
    [404, 1001, 'User abc does not exist.', 'refused user_not_found'],
    [400, 1001, 'User does not exist: abc.', 'refused user_not_found'],
    [400, 4711, SCOPES, 'refused scopes_missing'],
    [401, 4711, SCOPES, 'refused scopes_missing'],
    [401, 4700, 'Token cannot be empty.', 'refused scopes_missing'],
    [400, 4700, SCOPES, 'refused scopes_missing'],
    [401, 124, 'Invalid access token.', 'unauthorized'],
    [401, 124, 'Access token is expired.', 'unauthorized'],
    [400, 124, 'Invalid access token.', 'unauthorized'],
    [200, 124, 'Invalid access token.', 'unauthorized'],
    [401, null, 'Unauthorized', 'unauthorized'],
    [403, null, 'Forbidden', 'refused no_permission'],
    [403, 200, 'No permission.', 'refused no_permission'],
    [200, 3001, 'Meeting does not exist: 68423085.', 'refused meeting_not_found'],
    [200, 4927, 'Meeting 68423085 has not started.', 'not_started'],
    [200, 429, PER_SECOND, 'rate_limited second'],
    [400, 200, 'A text nobody knows.', 'transient'],
    [400, 9999, 'A code nobody knows.', 'transient'],
    [404, null, 'Not here.', 'transient'],
    [404, 2300, 'This API endpoint is not recognized.', 'transient'],
    [409, null, 'Conflict', 'transient'],
    [302, null, 'Found', 'transient'],
    [500, 5010, 'Internal error', 'transient'],
    [500, 300, 'Invalid meeting ID.', 'transient'],
    [503, null, 'No permission.', 'transient'],
  ])('%i/%s %s → %s', (status, code, message, expected) => {
    expect(short(classify({ status, bodyText: body(code, message) }))).toBe(expected);
  });

  it.each([403, 400, 404, 300, 503])(
    '%i with a page in place of JSON is of something between us and Zoom',
    (status) => {
      const bodyText = '\n<html><body>No permission. The meeting does not exist.</body></html>';
      expect(classify({ status, bodyText }).kind).toBe('transient');
    },
  );
});

describe('webinars: every documented and reported answer', () => {
  it.each<[number, number | null, string, string]>([
    [400, 300, 'Invalid webinar ID.', 'refused invalid_meeting_id'],
    [400, 1001, 'User does not exist: abc.', 'refused user_not_found'],
    [400, 200, 'Webinar 68423085 has not started.', 'not_started'],
    [400, 200, 'Webinar 82,929,473,321 has not started.', 'not_started'],
    [400, 200, 'No permission.', 'refused no_permission'],
    [400, 200, PLAN, 'refused webinar_plan_missing'],
    [200, 200, PLAN, 'refused webinar_plan_missing'],
    [
      400,
      200,
      'The current user has not enabled the custom live streaming feature of the webinar.',
      'refused livestream_not_enabled',
    ],
    [
      400,
      3000,
      'The current webinar is not configured with a custom streaming service.',
      'refused livestream_not_configured',
    ],
    [400, 3000, 'Webinar 82,929,473,321 has not started.', 'not_started'],
    [400, 3000, 'Something new.', 'refused refused'],
    [404, 3001, 'Webinar does not exist: 68423085.', 'refused meeting_not_found'],
  ])('%i/%s %s → %s', (status, code, message, expected) => {
    expect(short(classify({ kind: 'webinar', status, bodyText: body(code, message) }))).toBe(expected);
  });
});

describe('success', () => {
  it.each<[string, Partial<StatusAnswer>, string]>([
    ['an empty 204', {}, 'accepted'],
    ['a 204 with an error body', { bodyText: body(3001, 'Meeting does not exist: 1.') }, 'refused meeting_not_found'],
    ['a 204 with any body', { bodyText: 'ok' }, 'transient'],
    ['a 204 that announces a body', { headers: { 'Content-Length': '12' } }, 'transient'],
    ['an empty 200', { status: 200 }, 'transient'],
    ['a 200 with an empty object', { status: 200, bodyText: '{}' }, 'transient'],
    ['a 202', { status: 202 }, 'transient'],
    ['an HTML page with 200', { status: 200, bodyText: '<html>Welcome</html>' }, 'transient'],
    ['a 502 with HTML', { status: 502, bodyText: '<html>Bad gateway</html>' }, 'transient'],
    ['a redirect', { status: 307, headers: { location: 'https://elsewhere' } }, 'transient'],
    ['an empty 300', { status: 300, headers: { location: 'https://elsewhere' } }, 'refused invalid_meeting_id'],
  ])('%s', (_, answer, expected) => {
    expect(short(classify(answer))).toBe(expected);
  });
});

describe('429', () => {
  const headers = (type?: string, retryAfter?: string): AnswerHeaders => ({
    ...(type ? { 'X-RateLimit-Type': type } : {}),
    ...(retryAfter ? { 'Retry-After': retryAfter } : {}),
  });
  it.each<[string, AnswerHeaders, string, string, string]>([
    ['the live stream', {}, START_429, 'start_limited', 'start_limited'],
    ['the live stream, a QPS header', headers('QPS'), START_429, 'start_limited', 'start_limited'],
    ['the live stream, shouted', {}, START_429.toUpperCase().replaceAll(' ', '  '), 'start_limited', 'start_limited'],
    [
      'the live stream, number with separators',
      {},
      START_429.replace('68423085', '68,423,085'),
      'start_limited',
      'start_limited',
    ],
    ['per second by text', {}, PER_SECOND, 'rate_limited second', 'rate_limited second'],
    ['per second by header', headers('QPS'), 'Slow down', 'rate_limited second', 'rate_limited second'],
    ['per day by text', {}, PER_DAY, 'rate_limited day', 'rate_limited day'],
    ['per day by header', headers('Daily-limit'), 'Slow down', 'rate_limited day', 'rate_limited day'],
    ['per user and day', {}, PER_USER, 'start_limited', 'transient'],
    ['concurrency', {}, CONCURRENT, 'start_limited', 'rate_limited second'],
    ['an unknown kind', {}, 'Slow down', 'start_limited', 'rate_limited second'],
    ['only a category', { 'X-RateLimit-Category': 'Light' }, '', 'start_limited', 'rate_limited second'],
  ])('%s', (_, given, message, forStart, forOthers) => {
    for (const code of [429, 4001, null]) {
      const answer = { status: 429, headers: given, bodyText: body(code, message) };
      expect(short(classify({ ...answer, action: 'start' }))).toBe(forStart);
      for (const action of ['stop', 'mode', 'configure'] as const) {
        expect(short(classify({ ...answer, action }))).toBe(forOthers);
      }
    }
  });

  it('is recognized by a limit’s text under HTTP 300 and 400 too', () => {
    expect(short(classify({ status: 300, bodyText: body(null, START_429) }))).toBe('start_limited');
    expect(short(classify({ status: 400, bodyText: body(4001, PER_SECOND) }))).toBe('rate_limited second');
  });

  it('pauses for a second, whatever Retry-After says', () => {
    const outcome = classify({ status: 429, headers: headers('QPS', '7'), bodyText: body(429, PER_SECOND) });
    expect(outcome).toEqual({ kind: 'rate_limited', scope: 'second', until: NOW + 1_000 });
  });

  it.each<[string, string | undefined, number]>([
    ['seconds', '90', NOW + 90_000],
    ['a fraction of seconds', '1.5', NOW + 1_500],
    ['an HTTP date', 'Sun, 06 Dec 2026 18:00:00 GMT', Date.parse('2026-12-06T18:00:00Z')],
    ['an RFC 850 date', 'Sunday, 06-Dec-26 18:00:00 GMT', Date.parse('2026-12-06T18:00:00Z')],
    ['an asctime date', 'Sun Dec  6 18:00:00 2026', Date.parse('2026-12-06T18:00:00Z')],
    ['an ISO time', '2026-12-06T20:00:00Z', Date.parse('2026-12-06T20:00:00Z')],
    ['an ISO time with an offset', '2026-12-06T20:00:00+02:00', Date.parse('2026-12-06T18:00:00Z')],
    ['an ISO time without a zone', '2026-12-06T20:00:00', Date.parse('2026-12-06T20:00:00Z')],
    ['a date', '2026-12-08', Date.parse('2026-12-08T00:00:00Z')],
    ['a time in the past', '2020-05-31T00:00:00Z', NOW + 1_000],
    ['an HTTP date that has just passed', new Date(NOW - 1_000).toUTCString(), NOW + 1_000],
    ['less than a second', '0.2', NOW + 1_000],
    ['nothing', undefined, MIDNIGHT],
    ['zero', '0', NOW + 1_000],
    ['a negative number', '-5', NOW + 1_000],
    ['garbage', 'soon', MIDNIGHT],
    ['an epoch', '1796565600', MIDNIGHT],
  ])('the daily one ends with Retry-After as %s', (_, value, until) => {
    const outcome = classify({ status: 429, headers: headers('Daily-limit', value), bodyText: body(429, PER_DAY) });
    expect(outcome).toEqual({ kind: 'rate_limited', scope: 'day', until });
  });

  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['45', 45_000],
    ['2026-12-06T14:01:00Z', 60_000],
    ['garbage', null],
    ['0', 0],
    ['2020-05-31T00:00:00Z', 0],
  ])('the live-stream one passes on Retry-After %s', (value, retryAfterMs) => {
    const outcome = classify({ status: 429, headers: headers(undefined, value), bodyText: body(429, START_429) });
    expect(outcome).toEqual({ kind: 'start_limited', retryAfterMs });
  });

  it('holds a start back until 00:00 UTC when the host’s own daily budget is gone', () => {
    const outcome = classify({ status: 429, bodyText: body(429, PER_USER) });
    expect(outcome).toEqual({ kind: 'start_limited', retryAfterMs: MIDNIGHT - NOW });
    const over = classify({ status: 429, headers: headers(undefined, '0'), bodyText: body(429, PER_USER) });
    expect(over).toEqual({ kind: 'start_limited', retryAfterMs: 0 });
  });
});

describe('what people see', () => {
  it('names the invalid fields in the message and the advice', () => {
    const bodyText = body(300, 'Validation Failed.', {
      errors: [{ field: 'settings.display_name', message: 'Too long.' }],
    });
    const answer = parseAnswer({ status: 400, headers: { 'X-Zm-TrackingId': 'v=2.0;abc' }, bodyText });
    expect(answer).toEqual({
      status: 400,
      code: 300,
      message: 'Validation Failed. (settings.display_name: Too long.)',
      trackingId: 'v=2.0;abc',
    });
    expect(classify({ status: 400, bodyText })).toMatchObject({
      advice: expect.stringContaining('settings.display_name: Too long.'),
    });
  });

  it('keeps 500 characters of a body that is no JSON object', () => {
    const answer = parseAnswer({ status: 502, headers: {}, bodyText: `<html>${'x'.repeat(2_000)}` });
    expect(answer.message).toHaveLength(500);
    expect(answer.code).toBeNull();
  });

  it('is total: no answer makes it throw, and only an empty 204 is accepted', () => {
    const anything = fc.record({
      action: fc.constantFrom('start', 'stop', 'mode', 'configure'),
      kind: fc.constantFrom('meeting', 'webinar'),
      status: fc.integer({ min: 200, max: 599 }),
      headers: fc.dictionary(fc.constantFrom('retry-after', 'x-ratelimit-type'), fc.string()),
      bodyText: fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ code: fc.anything(), message: fc.anything() }).map((value) => JSON.stringify(value) ?? ''),
      ),
    });
    fc.assert(
      fc.property(anything, (answer) => {
        const outcome = classify(answer as Partial<StatusAnswer>);
        expect(outcome.kind === 'accepted').toBe(answer.status === 204 && answer.bodyText.trim() === '');
        classifyMeetingStatus({ ...answer, headers: answer.headers as AnswerHeaders, now: NOW });
      }),
    );
  });
});

describe('a check of the meeting', () => {
  const meeting = (status?: string) => JSON.stringify({ id: 68423085, uuid: 'a//b==', ...(status ? { status } : {}) });
  it.each<[number, string, object]>([
    [200, meeting('waiting'), { kind: 'meeting', status: 'waiting', uuid: 'a//b==' }],
    [200, meeting('started'), { kind: 'meeting', status: 'started' }],
    [200, meeting(), { kind: 'meeting', status: 'unknown' }],
    [200, body(124, 'Invalid access token.'), { kind: 'unauthorized' }],
    [200, body(3001, 'Meeting does not exist: 1.'), { kind: 'gone', code: 'meeting_not_found' }],
    [200, '', { kind: 'transient' }],
    [404, body(3001, 'Meeting does not exist: 1.'), { kind: 'gone', code: 'meeting_not_found' }],
    [300, '', { kind: 'gone', code: 'invalid_meeting_id' }],
    [400, body(300, 'Invalid meeting ID.'), { kind: 'gone', code: 'invalid_meeting_id' }],
    [400, body(3000, 'Cannot access webinar info.'), { kind: 'gone', code: 'is_a_webinar' }],
    [400, body(3161, 'Your user account is not allowed …'), { kind: 'inconclusive' }],
    [400, body(4711, SCOPES), { kind: 'inconclusive' }],
    [401, body(4711, SCOPES), { kind: 'inconclusive' }],
    [403, '', { kind: 'inconclusive' }],
    [404, 'nothing', { kind: 'inconclusive' }],
    [401, '', { kind: 'unauthorized' }],
    [429, body(429, PER_SECOND), { kind: 'rate_limited', scope: 'second', until: NOW + 1_000 }],
    [429, body(429, PER_DAY), { kind: 'rate_limited', scope: 'day', until: MIDNIGHT }],
    [429, '', { kind: 'rate_limited', scope: 'second' }],
    [503, '<html>', { kind: 'transient' }],
    [403, '<html>', { kind: 'transient' }],
  ])('%i %s', (status, bodyText, expected) => {
    expect(classifyMeetingStatus({ status, headers: {}, bodyText, now: NOW })).toMatchObject(expected);
  });
});
