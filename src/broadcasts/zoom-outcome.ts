/** What an answer of Zoom means to us: every answer, and every failure to get one, becomes exactly one of these. */

/** Zoom's answer, as it goes into the history: no secrets, no headers but the tracking id. */
export interface ZoomAnswer {
  /** HTTP status. */
  status: number;
  /** Zoom's `code` in the body, if there was one. */
  code: number | null;
  /** Zoom's `message`, or the first 500 characters of a body that is not a JSON object. */
  message: string | null;
  /** `x-zm-trackingid`: what Zoom's support asks for. */
  trackingId: string | null;
}

/** Stable codes of final refusals; `docs/errors.md` lists them. */
export type RefusalCode =
  | 'invalid_meeting_id'
  | 'user_not_in_account'
  | 'user_not_found'
  | 'meeting_not_found'
  | 'user_not_allowed'
  | 'end_to_end_encrypted'
  | 'scopes_missing'
  | 'no_permission'
  | 'webinar_plan_missing'
  | 'livestream_not_configured'
  | 'livestream_not_enabled'
  | 'is_a_webinar'
  | 'credentials_refused'
  | 'validation_failed'
  | 'refused';

export type Outcome =
  /** Only an empty 204. */
  | { kind: 'accepted' }
  /** The meeting or webinar has not begun: wait for the host; for a stop: nothing to stop. */
  | { kind: 'not_started' }
  /** Refused for good. `advice`: one sentence on what to do. */
  | { kind: 'refused'; code: RefusalCode; advice: string }
  /** 400/3000 for a meeting has four meanings: check the meeting first; if it is not `waiting`, it is this refusal. */
  | { kind: 'check_first'; code: RefusalCode; advice: string }
  /** The live-stream 429 (rule 3), or, for a start, a 429 of unknown kind. `retryAfterMs` from the answer, if Zoom said so. */
  | { kind: 'start_limited'; retryAfterMs: number | null }
  /** The account's 429: no request of the account before `until` (ms since the epoch). */
  | { kind: 'rate_limited'; scope: 'second' | 'day'; until: number }
  /** 401, or code 124 under any status: the token is renewed once. */
  | { kind: 'unauthorized' }
  /** A transient error. `unknown`: the request may have worked (timeout, connection lost mid-request). */
  | { kind: 'transient'; reason: string; unknown: boolean }
  /** The caller's guard withdrew the request before a byte was sent. */
  | { kind: 'withdrawn' };

/** What `GET /meetings/{id}` shows. */
export type MeetingStatus =
  | { kind: 'meeting'; status: 'waiting' | 'started' | 'unknown'; uuid: string | null }
  | { kind: 'gone'; code: RefusalCode; advice: string }
  /** Any other definite answer: it says nothing about the meeting. */
  | { kind: 'inconclusive'; reason: string }
  | { kind: 'rate_limited'; scope: 'second' | 'day'; until: number }
  | { kind: 'unauthorized' }
  | { kind: 'transient'; reason: string };

/** What a GET shows. */
export type ReadResult =
  /** HTTP 200; `body` null: it was empty. */
  | { kind: 'found'; body: Record<string, unknown> | null }
  | { kind: 'refused'; code: RefusalCode; advice: string }
  /** Any other definite answer: it shows nothing. */
  | { kind: 'inconclusive'; reason: string }
  | { kind: 'rate_limited'; scope: 'second' | 'day'; until: number }
  | { kind: 'unauthorized' }
  | { kind: 'transient'; reason: string };

/** One request and its answer, as the history keeps them. */
export interface Exchange<Result> {
  request: { method: string; path: string; body?: unknown };
  /** Null when no answer came. */
  answer: ZoomAnswer | null;
  result: Result;
  /** When the request left (ms, the clock's time), null when it never left. */
  sentAt: number | null;
  /** When the answer, or the failure, was there (ms). */
  answeredAt: number;
}
