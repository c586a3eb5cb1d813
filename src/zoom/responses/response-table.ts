import type { BroadcastKind } from '../../broadcasts/broadcast.ts';
import type { RefusalCode } from '../../broadcasts/zoom-outcome.ts';

/** The meaning of a row: a final refusal, a refusal that counts only after a check of the meeting, or one of three others. */
export type ResponseVerdict = RefusalCode | `check:${RefusalCode}` | 'unauthorized' | 'not_started' | 'transient';

/**
 * One row: HTTP statuses, Zoom's codes, a text (tried on the lower-cased message with single spaces), the kinds of path it
 * holds for, the verdict. All four must fit; the first row that fits decides. Under a 2xx or a 3xx, which say nothing
 * themselves (Zoom API reference, section 8), the HTTP column is skipped by rows that name a code or a text.
 */
export type AnswerRow = readonly [
  http: readonly number[] | 'any',
  code: readonly number[] | 'any',
  text: RegExp | 'any',
  on: BroadcastKind | 'both',
  verdict: ResponseVerdict,
];

const REFUSING = [400, 403, 404, 409, 422];
const TOKEN = [400, 401, 403];
const NOT_STARTED = /\b(?:has not|has not yet|hasn't|is not|isn't|not yet) (?:yet )?(?:been )?(?:started|begun)\b/;
const INVALID_ID = /\b(?:invalid|missing) (?:meeting|webinar) ?-?(?:id|number)\b/;
/** A code 300 without text, or with text about the meeting. */
const ID_OR_NOTHING = /^$|meeting|webinar/;
const BAD_BODY = /validation failed|valid json object/;
const SCOPES = /does not contain scopes?/;
const IS_WEBINAR = /cannot access webinar|is a webinar/;
const NOT_CONFIGURED = /not (?:been )?(?:yet )?(?:configured|set up)/;
const NOT_ENABLED = /not (?:been )?(?:enabled?|allow(?:ed)?|turned on)|\bdisabled\b|not support/;
const PLAN_MISSING = /webinar plan is missing|subscribe to the webinar plan/;
const NO_PERMISSION = /\bno permission\b/;
const GONE = /\b(?:meeting|webinar) (?:does not|doesn't) exist/;
const NO_USER = /\buser .*\b(?:does not|doesn't) exist|\buser not exist/;

/**
 * Zoom's answers to the live-stream requests (Zoom API reference, sections 1 to 3, 6 and 8). The limits (429) stand in
 * `LIMIT_ROWS` and are tried first; an empty 204 is the one success, and a 5xx without a row is a transient error.
 * So is every other answer without a row (contract, rule 7).
 */
// biome-ignore format: a table is read by its columns
export const ANSWER_ROWS: readonly AnswerRow[] = [
  // HTTP           code          text             on         verdict
  // The token. A missing scope comes first: it may come as a 401, and a new token would not bring it.
  [TOKEN,           [4711, 4700], 'any',           'both',    'scopes_missing'],
  [TOKEN,           'any',        SCOPES,          'both',    'scopes_missing'],
  ['any',           [124],        'any',           'both',    'unauthorized'],
  [[401],           'any',        'any',           'both',    'unauthorized'],

  // The host is late. Seen as 4927, 3000 and 200; webinar numbers come with thousands separators.
  [REFUSING,        [4927],       'any',           'both',    'not_started'],
  [[400],           'any',        NOT_STARTED,     'both',    'not_started'],

  // 3000 means several things; for a meeting even "not started", so the meeting is checked before it is believed.
  [REFUSING,        [3000],       IS_WEBINAR,      'meeting', 'check:is_a_webinar'],
  [REFUSING,        [3000],       NOT_CONFIGURED,  'meeting', 'check:livestream_not_configured'],
  [REFUSING,        [3000],       NOT_ENABLED,     'meeting', 'check:livestream_not_enabled'],
  [REFUSING,        [3000],       NO_PERMISSION,   'meeting', 'check:no_permission'],
  [REFUSING,        [3000],       'any',           'meeting', 'check:refused'],
  [REFUSING,        [3000],       NOT_CONFIGURED,  'webinar', 'livestream_not_configured'],
  [REFUSING,        [3000],       NOT_ENABLED,     'webinar', 'livestream_not_enabled'],
  [REFUSING,        [3000],       NO_PERMISSION,   'webinar', 'no_permission'],
  [REFUSING,        [3000],       'any',           'webinar', 'refused'],

  // Codes with one meaning.
  [REFUSING,        [1010],       'any',           'both',    'user_not_in_account'],
  [REFUSING,        [1001],       'any',           'both',    'user_not_found'],
  [REFUSING,        [3001],       'any',           'both',    'meeting_not_found'],
  [REFUSING,        [3161],       'any',           'both',    'user_not_allowed'],
  [REFUSING,        [4400],       'any',           'both',    'end_to_end_encrypted'],

  // 300, as a code or (older editions) as the HTTP status: the number is wrong, or the body is.
  [[300, 400, 422], 'any',        BAD_BODY,        'both',    'validation_failed'],
  [[300, 400, 404], 'any',        INVALID_ID,      'both',    'invalid_meeting_id'],
  [[300, 400, 404], [300],        ID_OR_NOTHING,   'both',    'invalid_meeting_id'],
  [[300, 400, 422], [300],        'any',           'both',    'validation_failed'],

  // 200 and other codes: only the text decides.
  [[400],           'any',        PLAN_MISSING,    'both',    'webinar_plan_missing'],
  [[400],           'any',        NO_PERMISSION,   'both',    'no_permission'],
  [[400],           [200],        NOT_CONFIGURED,  'both',    'livestream_not_configured'],
  [[400],           [200],        NOT_ENABLED,     'both',    'livestream_not_enabled'],
  [[400, 404],      'any',        GONE,            'both',    'meeting_not_found'],
  [[400, 404],      'any',        NO_USER,         'both',    'user_not_found'],

  // Only the status.
  [[403],           'any',        'any',           'both',    'no_permission'],
  [[300],           'any',        'any',           'both',    'invalid_meeting_id'],
  ['any',           'any',        'any',           'both',    'transient'],
];

/**
 * The kinds of limit. `live_stream`: one start of this meeting per 30 s. `second`, `day`: the account's. `user_day`: this
 * host's 100 writes a day. `unknown`: a 429 that says none of it.
 */
export type Limit = 'live_stream' | 'second' | 'day' | 'user_day' | 'unknown';

/**
 * Zoom API reference, sections 1.1 and 7; first fit decides. A text holds under any HTTP status and code but a 5xx (4001
 * and HTTP 300 have been seen with such texts); `X-RateLimit-Type` and the bare status hold only under a 429. The
 * live-stream text comes before the header, because rule 3 goes by the text; the host's daily text before the account's,
 * because both say "daily rate limit". `Too many concurrent requests` names no kind we know, so it is `unknown`: a start,
 * of which one too many does harm, waits as after the live-stream one; the rest goes again after a second, when the
 * others are done.
 */
// biome-ignore format: a table is read by its columns
export const LIMIT_ROWS: readonly (readonly [text: RegExp | 'any', type: RegExp | 'any', limit: Limit])[] = [
  // text                                                            X-RateLimit-Type   limit
  [/too many requests submitted to start (?:the )?live ?-?stream/,   'any',             'live_stream'],
  [/daily rate limit ?\(\d+\) of meeting create ?\/ ?update/,        'any',             'user_day'],
  [/daily rate limit.* for this particular user/,                    'any',             'user_day'],
  ['any',                                                            /qps|second/,     'second'],
  ['any',                                                            /daily/,          'day'],
  [/per[- ]second rate limit/,                                       'any',             'second'],
  [/daily rate limit/,                                               'any',             'day'],
  [/too many concurrent requests/,                                   'any',             'unknown'],
];

/** One sentence with the fix for each refusal of a start. `<id>` stands for the broadcast's id. */
export const ADVICE: Readonly<Record<RefusalCode, string>> = {
  invalid_meeting_id: 'Check the meeting number: Zoom has no meeting or webinar with it.',
  user_not_in_account:
    'Use the Zoom account of the host: set the account of the broadcast, or fix the credentials of the account.',
  user_not_found: 'Check the host of this meeting: this user no longer exists in Zoom.',
  meeting_not_found: 'Check the meeting number and the account: the meeting was deleted, or its number has expired.',
  user_not_allowed: 'Give the host a Zoom licence that can host and schedule meetings (Pro or higher).',
  end_to_end_encrypted: 'Turn off end-to-end encryption for this meeting; Zoom cannot stream it otherwise.',
  scopes_missing:
    'Add the scopes for reading meetings and updating live streams to the Zoom app, then get a new token.',
  no_permission: 'Give the role of the app permission to edit the meetings and webinars of this host.',
  webinar_plan_missing: 'Give the host the Webinar add-on in Zoom’s user management.',
  livestream_not_configured:
    'Configure the custom live streaming service for this meeting in Zoom, or set a destination for the broadcast.',
  livestream_not_enabled:
    'Turn on “Allow livestreaming” and “Custom Live Streaming Service” in the host’s Zoom settings.',
  is_a_webinar: 'This number belongs to a webinar. Run `livestream reschedule <id> --kind webinar --start now`.',
  credentials_refused: 'Check the account id, client id and client secret (or the access token) of this Zoom account.',
  validation_failed: 'Correct the settings or the destination of this broadcast: Zoom refused the fields it names.',
  refused: 'Check in Zoom that this meeting can be live streamed to a custom service; Zoom gave no clearer reason.',
};
