import type { BroadcastKind } from '../../broadcasts/broadcast.ts';
import type { MeetingStatus, Outcome, ReadResult, RefusalCode, ZoomAnswer } from '../../broadcasts/zoom-outcome.ts';
import { parseObject, parseObjectKeepingIds } from '../../json.ts';
import type { AnswerHeaders } from '../../outbound/http-request.ts';
import { nextUtcMidnight, retryAfterMs } from '../../outbound/retry-after.ts';
import type { AnswerRow, Limit, ResponseVerdict } from './response-table.ts';
import { ADVICE, ANSWER_ROWS, LIMIT_ROWS } from './response-table.ts';

/** An answer as received. */
export interface RawAnswer {
  status: number;
  headers: AnswerHeaders;
  bodyText: string;
}

export interface StatusAnswer extends RawAnswer {
  /** `configure` is the PATCH of the destination; the others are the action of the status request. */
  action: 'start' | 'stop' | 'mode' | 'configure';
  kind: BroadcastKind;
  /** Ms since the epoch: when the answer came. */
  now: number;
}

/** Ms an account rests after its per-second limit (contract, rule 4). */
const SECOND_MS = 1_000;
const MESSAGE_LENGTH = 500;
/** A stream URL quoted in an error ends in the stream key. */
const PUSH_ADDRESS = /\b(rtmps?:\/\/[^\s/"']+)\/[^\s"']*/gi;

/** The outcome of a live-stream request: pure, and total (an unknown answer is a transient error). */
export function classifyStatusAnswer(answer: StatusAnswer): Outcome {
  if (isPlainSuccess(answer)) return { kind: 'accepted' };
  const read = parseAnswer(answer);
  const limit = limitOf(answer, read);
  if (limit) return limitOutcome(limit, answer, read);
  const verdict = verdictOf(answer, read, answer.kind);
  if (verdict === 'unauthorized' || verdict === 'not_started') return { kind: verdict };
  if (verdict === 'transient') return { kind: 'transient', reason: describe(read), unknown: false };
  const checkFirst = verdict.startsWith('check:');
  const code = (checkFirst ? verdict.slice('check:'.length) : verdict) as RefusalCode;
  return { kind: checkFirst ? 'check_first' : 'refused', code, advice: adviceFor(code, read) };
}

/**
 * Classifies the answer to `GET /meetings/{id}`. Only an answer about the meeting itself is `gone`. A forbidden check (scopes, rights)
 * shows nothing about the start: the start's own answer decides.
 */
export function classifyMeetingStatus(answer: RawAnswer & { now: number }): MeetingStatus {
  const read = parseAnswer(answer);
  const limit = limitOf(answer, read);
  if (limit)
    return limit === 'day' ? daily(answer) : { kind: 'rate_limited', scope: 'second', until: answer.now + SECOND_MS };
  const meeting = answer.status === 200 && read.code === null ? parseObject(answer.bodyText) : null;
  if (meeting) return { kind: 'meeting', status: statusOf(meeting.status), uuid: textOrNull(meeting.uuid) };
  const verdict = verdictOf(answer, read, 'meeting');
  switch (verdict) {
    case 'unauthorized':
      return { kind: 'unauthorized' };
    case 'meeting_not_found':
    case 'invalid_meeting_id':
      return { kind: 'gone', code: verdict, advice: ADVICE[verdict] };
    case 'check:is_a_webinar':
      return { kind: 'gone', code: 'is_a_webinar', advice: ADVICE.is_a_webinar };
    case 'transient':
      return isDefinite(answer)
        ? { kind: 'inconclusive', reason: describe(read) }
        : { kind: 'transient', reason: describe(read) };
    default:
      return { kind: 'inconclusive', reason: describe(read) };
  }
}

/** Classifies the answer to a GET of the preflight: a 200, a refusal that names its cause, or inconclusive. */
export function classifyRead(answer: RawAnswer & { kind: BroadcastKind; now: number }): ReadResult {
  const read = parseAnswer(answer);
  const limit = limitOf(answer, read);
  if (limit)
    return limit === 'day' ? daily(answer) : { kind: 'rate_limited', scope: 'second', until: answer.now + SECOND_MS };
  const body = parseObjectKeepingIds(answer.bodyText);
  if (answer.status === 200 && read.code === null && (body || answer.bodyText.trim() === '')) {
    return { kind: 'found', body };
  }
  const verdict = verdictOf(answer, read, answer.kind);
  if (verdict === 'unauthorized') return { kind: 'unauthorized' };
  if (verdict === 'transient' || verdict === 'not_started') {
    return {
      kind: isDefinite(answer) || answer.status < 300 ? 'inconclusive' : 'transient',
      reason: describe(read),
    };
  }
  const code = verdict.replace('check:', '') as RefusalCode;
  // A bare 403 or an unexplained 3000 may concern only the read.
  if (code === 'refused') return { kind: 'inconclusive', reason: describe(read) };
  return { kind: 'refused', code, advice: adviceFor(code, read) };
}

/** The answer for the history: Zoom's code, its message with the invalid fields, the tracking id. */
export function parseAnswer(answer: RawAnswer): ZoomAnswer {
  const body = parseObject(answer.bodyText);
  const said = body ? (textOrNull(body.message) ?? textOrNull(body.reason)) : answer.bodyText.trim() || null;
  const fields = body ? fieldErrors(body.errors) : '';
  const message = fields ? `${said ?? ''} (${fields})`.trim() : said;
  return {
    status: answer.status,
    code: body ? codeOf(body.code) : null,
    message: message === null ? null : message.replace(PUSH_ADDRESS, '$1/***').slice(0, MESSAGE_LENGTH),
    trackingId: headerOf(answer.headers, 'x-zm-trackingid'),
  };
}

/** One line for people: status, code and text. */
function describe(answer: ZoomAnswer): string {
  const code = answer.code === null ? '' : `, code ${answer.code}`;
  const said = answer.message === null ? '' : `: ${answer.message.slice(0, 200)}`;
  return `Zoom answered HTTP ${answer.status}${code}${said}`;
}

/** Only an empty 204 (contract, rule 6). One that announces a body is not a success, though HTTP libraries hide that body. */
function isPlainSuccess(answer: RawAnswer): boolean {
  const announced = Number(headerOf(answer.headers, 'content-length') ?? 0);
  return answer.status === 204 && answer.bodyText.trim() === '' && !(announced > 0);
}

function limitOf(answer: RawAnswer, read: ZoomAnswer): Limit | null {
  const text = normalise(read.message);
  const limited = answer.status === 429 || read.code === 429;
  if (answer.status >= 500 && !limited) return null;
  const type = limited ? normalise(headerOf(answer.headers, 'x-ratelimit-type')) : '';
  const row = LIMIT_ROWS.find(
    ([rowText, rowType]) =>
      (rowText === 'any' || rowText.test(text)) && (rowType === 'any' || (type !== '' && rowType.test(type))),
  );
  return row?.[2] ?? (limited ? 'unknown' : null);
}

function limitOutcome(limit: Limit, answer: StatusAnswer, read: ZoomAnswer): Outcome {
  const { action, now } = answer;
  if (limit === 'second') return { kind: 'rate_limited', scope: 'second', until: now + SECOND_MS };
  if (limit === 'day') return daily(answer);
  const retryDelayMs = retryAfterMs(headerOf(answer.headers, 'retry-after'), now);
  if (limit === 'user_day') {
    // One host's budget is used up until 00:00 UTC. The account's other hosts have their own, so only this meeting waits. A stop would do
    // harm by waiting that long, so it continues with backoff.
    return action === 'start'
      ? { kind: 'start_limited', retryAfterMs: retryDelayMs ?? nextUtcMidnight(now) - now }
      : { kind: 'transient', reason: describe(read), unknown: false };
  }
  // The live-stream one concerns this meeting alone; one that names no kind makes a start follow rule 3, and the rest
  // wait a second (contract, rule 4).
  return limit === 'live_stream' || action === 'start'
    ? { kind: 'start_limited', retryAfterMs: retryDelayMs }
    : { kind: 'rate_limited', scope: 'second', until: now + SECOND_MS };
}

function daily(answer: RawAnswer & { now: number }): { kind: 'rate_limited'; scope: 'day'; until: number } {
  const retryDelayMs = retryAfterMs(headerOf(answer.headers, 'retry-after'), answer.now);
  return {
    kind: 'rate_limited',
    scope: 'day',
    // A header whose time has passed must not pause the account for the day: try again soon.
    until: retryDelayMs === null ? nextUtcMidnight(answer.now) : answer.now + Math.max(retryDelayMs, SECOND_MS),
  };
}

function verdictOf(raw: RawAnswer, answer: ZoomAnswer, kind: BroadcastKind): ResponseVerdict {
  if (isPage(raw)) return raw.status === 401 ? 'unauthorized' : 'transient';
  const text = normalise(answer.message);
  return ANSWER_ROWS.find((row) => matches(row, raw.status, answer.code, text, kind))?.[4] ?? 'transient';
}

/** Zoom answers in JSON. An HTML page comes from something in between (a firewall's 403, for example): transient, not a final refusal. */
function isPage({ bodyText }: RawAnswer): boolean {
  return bodyText.trimStart().startsWith('<');
}

function matches(
  [http, rowCode, rowText, on]: AnswerRow,
  status: number,
  code: number | null,
  text: string,
  kind: BroadcastKind,
) {
  const named = rowCode !== 'any' || rowText !== 'any';
  const statusSaysNothing = status >= 200 && status < 400;
  return (
    (http === 'any' || http.includes(status) || (statusSaysNothing && named)) &&
    (rowCode === 'any' || (code !== null && rowCode.includes(code))) &&
    (rowText === 'any' || rowText.test(text)) &&
    (on === 'both' || on === kind)
  );
}

function adviceFor(code: RefusalCode, answer: ZoomAnswer): string {
  if (code !== 'validation_failed' || !answer.message) return ADVICE[code];
  return `${ADVICE[code]} Zoom said: ${answer.message}`;
}

/** A 4xx is about our request; anything else unexplained (5xx, a proxy's page) is about the path to Zoom. */
function isDefinite(answer: RawAnswer): boolean {
  return answer.status >= 400 && answer.status < 500 && !isPage(answer);
}

function statusOf(value: unknown): 'waiting' | 'started' | 'unknown' {
  return value === 'waiting' || value === 'started' ? value : 'unknown';
}

function fieldErrors(errors: unknown): string {
  if (!Array.isArray(errors)) return '';
  const lines = errors.map((entry: unknown) => {
    const { field, message } = (entry ?? {}) as { field?: unknown; message?: unknown };
    return [textOrNull(field), textOrNull(message)].filter((part) => part !== null).join(': ');
  });
  return lines.filter((line) => line !== '').join('; ');
}

function codeOf(value: unknown): number | null {
  const code = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function normalise(text: string | null): string {
  return (text ?? '').toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ').trim();
}

function headerOf(headers: AnswerHeaders, name: string): string | null {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return textOrNull(Array.isArray(found) ? found[0] : found);
}
