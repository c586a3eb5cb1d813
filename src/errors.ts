/** Every error that the outside can see has a code from this table (`docs/errors.md`, checked against it by a test). */

export const ERROR_CODES = {
  validation_failed: { status: 400, title: 'Invalid request' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_request: { status: 400, title: 'Not an HTTP request' },
  account_required: { status: 400, title: 'Account required' },
  unauthorized: { status: 401, title: 'A valid API key is required' },
  signature_invalid: { status: 401, title: 'Invalid signature' },
  forbidden: { status: 403, title: 'Forbidden' },
  outside_limits: { status: 403, title: 'Outside the limits of the API key' },
  host_refused: { status: 403, title: 'Host not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  overlap: { status: 409, title: 'Another broadcast of this meeting overlaps' },
  name_taken: { status: 409, title: 'This name is in use' },
  too_late: { status: 409, title: 'Too late for this change' },
  request_in_flight: { status: 409, title: 'A request to Zoom is in flight' },
  not_live: { status: 409, title: 'The broadcast is not live' },
  not_retryable: { status: 409, title: 'Only missed and failed broadcasts can be retried' },
  finished: { status: 409, title: 'The broadcast is finished' },
  no_stop: { status: 409, title: 'The broadcast has no planned stop' },
  paused: { status: 409, title: 'A pause holds the start back' },
  too_many_pauses: { status: 409, title: 'There are too many pauses' },
  stop_in_past: { status: 409, title: 'The stop time is in the past' },
  other_installation: { status: 409, title: 'This store belongs to another Zoom' },
  other_shards: { status: 409, title: 'This installation has a different number of shards' },
  count_differs: { status: 409, title: 'A different number of broadcasts matches' },
  in_use: { status: 409, title: 'It is in use' },
  limit_reached: { status: 409, title: 'The maximum number is reached' },
  source_busy: { status: 409, title: 'A sync of this source is running' },
  conflict: { status: 409, title: 'Changed by someone else at the same time' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  precondition_failed: { status: 412, title: 'Changed since you read it' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported content type' },
  idempotency_key_reused: { status: 422, title: 'Idempotency-Key already used with a different body' },
  too_many_matches: { status: 422, title: 'Too many broadcasts match' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The URL or the headers are too large' },
  internal: { status: 500, title: 'Internal error' },
  source_unavailable: { status: 502, title: 'The source cannot be read' },
  not_ready: { status: 503, title: 'Not ready' },
  redis_refuses_writes: { status: 503, title: 'Redis refuses writes' },
  redis_unavailable: { status: 503, title: 'Redis is unavailable' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What an issue is about, for code that must tell issues apart: never compare messages. The API does not show it. */
export type IssueCode =
  | ('invalid' | 'unknown_field' | 'read_only')
  | ('in_past' | 'clock_change' | 'timezone_missing')
  | ('account_required' | 'account_unknown');

/** One issue of an input: `path` is dotted (`settings.layout`, `broadcasts[3].startAt`). */
export interface InputIssue {
  path: string;
  message: string;
  code: IssueCode;
}

/** An issue as it is reported: without a code it is `invalid`. */
export type NewIssue = Omit<InputIssue, 'code'> & Partial<InputIssue>;

/** An error with a stable code: what the API answers as problem+json, the CLI prints and the library throws. */
export class LivestreamError extends Error {
  readonly code: ErrorCode;
  /** Every issue at once, for `validation_failed`. */
  readonly errors: InputIssue[];
  /** Members added to the problem document, such as `conflictsWith`. */
  readonly extra: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { errors?: NewIssue[]; extra?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'LivestreamError';
    this.code = code;
    this.errors = (more.errors ?? []).map((issue) => ({ ...issue, code: issue.code ?? 'invalid' }));
    this.extra = more.extra ?? {};
  }

  /** HTTP status of this code. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}
