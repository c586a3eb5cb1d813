import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { ADVICE } from '../../zoom/responses/response-table.ts';

/** When each error occurs and what to do about it. Shown by `/docs/errors`, and the source of `docs/errors.md`. */
export const ERROR_GUIDE: Record<ErrorCode, { when: string; advice: string }> = {
  validation_failed: {
    when: 'A field, query parameter or header is invalid, missing or unknown. `errors` lists each one with its path.',
    advice: 'Correct what `errors` lists. Repeating the same request will fail again.',
  },
  malformed_json: { when: 'The body is empty, not JSON, or not UTF-8.', advice: 'Send one JSON object in UTF-8.' },
  malformed_request: {
    when: 'The bytes received are not an HTTP request.',
    advice: 'Check the client. It may be using TLS on a port without TLS.',
  },
  account_required: {
    when: 'There are several Zoom accounts, none is called `default`, and the request names none.',
    advice: 'Send `account`; the message lists the valid names.',
  },
  unauthorized: {
    when: 'The request has no API key or session, or an invalid one, or the key was revoked.',
    advice: 'Send `Authorization: Bearer <key>` with a key of `API_KEYS`, or one that `livestream keys create` made.',
  },
  signature_invalid: {
    when: 'A Zoom event was not signed with a known secret token, or not with the one of the account in `payload.account_id`.',
    advice:
      "Set `ZOOM_WEBHOOK_SECRET_TOKEN` to the Secret Token of the app, or set each account's `accountId` and `webhookSecretToken`. Make sure that no proxy changes the body.",
  },
  forbidden: {
    when:
      'The role of the key does not allow this: `requiredRole` is the role that does. Or the request has the session cookie, and its ' +
      '`Origin` is not this service. Or no API keys are set, and the request may come from ' +
      'a web page on another site: its `Origin` or `Sec-Fetch-Site` says so, or an HTML form could have sent it.',
    advice:
      'Use a key with the role in `requiredRole`. Without keys, a program must send `Content-Type: application/json` or no body.',
  },
  outside_limits: {
    when:
      'The API key is limited to some accounts or labels (`accounts`, `labels`), and what you make or change would be outside of them. ' +
      'Or the request concerns the whole installation, which needs a key without limits.',
    advice: 'Set the account and the label that the key allows, or use a key without limits.',
  },
  host_refused: {
    when: 'No API keys are set, and the Host header is not `localhost`, `127.0.0.1` or `[::1]`.',
    advice: 'Use one of these host names, or set `API_KEYS`.',
  },
  not_found: {
    when: 'No broadcast, series, alert or path has this name, or its retention period is over.',
    advice: 'Check the id and the path.',
  },
  method_not_allowed: { when: 'The path does not support this method.', advice: 'Use a method listed in `Allow`.' },
  request_timeout: {
    when: 'The request did not arrive completely within 30 s.',
    advice: 'Retry. If it happens again, check the network between client and server.',
  },
  overlap: {
    when: 'It overlaps another unfinished broadcast of the same meeting. In a batch, nothing was stored.',
    advice:
      'Move one of them, or give the earlier one a `stopAt`. `conflictsWith` is the id of the other, `conflictsWithIndex` its position in the batch.',
  },
  name_taken: {
    when: 'Another API key, source or calendar has this name.',
    advice: 'Choose another name, or revoke that key first. A source or a calendar can be changed (PATCH).',
  },
  too_late: {
    when: 'It is too late for that change, such as another meeting while it is live, or a third start after two without an answer.',
    advice:
      'While live, you can change only `stopAt`, `title`, `labels` and, for a meeting, layout and captions. Otherwise cancel it and schedule a new one.',
  },
  request_in_flight: {
    when: 'A request to Zoom is in progress, and its answer decides what can change.',
    advice: 'Try again in a few seconds.',
  },
  not_live: {
    when: 'Only a live broadcast can be stopped.',
    advice: 'To call off one that has not started, cancel it.',
  },
  not_retryable: {
    when: 'The broadcast is neither `missed` nor `failed`.',
    advice: 'Check its status; use `start` for one that is scheduled.',
  },
  finished: {
    when: 'The broadcast has ended or was canceled.',
    advice: 'Schedule a new one; use `retry` for one that is missed or failed.',
  },
  no_stop: {
    when: 'There is no `stopAt` to move: the broadcast ends with the meeting, or when you stop it.',
    advice: 'Give it a `stopAt` (PATCH). `livestream reschedule ID --duration 1h` does so.',
  },
  paused: {
    when: 'A pause covers the broadcast, and you asked for its start now (`start` or `retry`). `pauseId` names the pause.',
    advice: 'End the pause (`livestream resume PAUSE-ID`), or wait for its end: what is due then starts automatically.',
  },
  too_many_pauses: {
    when: 'There are 1,000 pauses already.',
    advice: 'End some of them. One pause of an account, a series or a label covers many broadcasts.',
  },
  source_busy: {
    when: 'The source is being synced at this moment, by a worker or by another request.',
    advice: 'Try again when it is done: `progress` of the source says how far it is.',
  },
  source_unavailable: {
    when: 'The file of the source could not be fetched. Nothing was changed: its broadcasts stay as they are.',
    advice: 'The detail says why. Check the `url` of the source, and that its host is in CALENDAR_HOSTS.',
  },
  stop_in_past: {
    when: 'It would start after its own `stopAt`.',
    advice:
      'Give it a new `startAt` and a new `stopAt` (PATCH). `livestream reschedule ID --start now` keeps the length.',
  },
  other_installation: {
    when: 'A process was started with stored data that belongs to another Zoom: the sandbox, another API host or another Zoom account.',
    advice:
      'Do what the message says. `--discard-sandbox` cancels what was scheduled in the sandbox, `--take-over` keeps it.',
  },
  other_shards: {
    when: 'A process was started with another QUEUE_SHARDS than the installation has. Nothing was changed.',
    advice:
      'Set QUEUE_SHARDS to the number in the message. To change it: stop every process, then `livestream shards NUMBER` ([scaling](scaling.md#several-redis-masters)).',
  },
  count_differs: {
    when: 'A bulk action expected a different number of broadcasts than its filter matches; both are in `expect` and `matched`. Nothing was done.',
    advice: 'Do a dry run again: others were scheduled, changed or finished meanwhile.',
  },
  in_use: {
    when: 'A series skips this calendar, so it cannot be deleted. `series` has the ids.',
    advice: 'Remove it from `skipCalendars` of these series first (PATCH).',
  },
  limit_reached: {
    when: 'The maximum number of calendars (200) or feeds (1,000) is reached.',
    advice: 'Delete one that is no longer needed.',
  },
  conflict: { when: 'Others kept changing it at the same time.', advice: 'Read it again and try again.' },
  precondition_failed: {
    when: 'The revision in the ETag of `If-Match` is not the current one.',
    advice: 'Read it again, check your change, and send the new ETag.',
  },
  body_too_large: {
    when: 'The body is larger than 1 MiB, 8 MiB for a batch, 32 MiB for `/v1/apply`, or 48 MiB for the sync of a source.',
    advice: 'Split it into several requests.',
  },
  unsupported_media_type: {
    when: 'The content type is not JSON.',
    advice: 'Send `Content-Type: application/json`; PATCH also accepts `application/merge-patch+json`.',
  },
  idempotency_key_reused: {
    when: 'This Idempotency-Key was used with a different body in the last 24 h.',
    advice: 'Use a new key for each new request; reuse a key only to repeat the same request.',
  },
  too_many_matches: {
    when: 'The filter of a bulk action matches more than 10,000 broadcasts. Nothing was done.',
    advice: 'Narrow the filter, for example with `from` and `to`.',
  },
  too_many_requests: {
    when: 'The API key (without keys: the IP address) sent more than `API_RATE_LIMIT` requests a minute, or has too many event streams open.',
    advice:
      'Wait the number of seconds in `Retry-After`, then retry: nothing was done. Send batches, and follow `/v1/events` instead of polling.',
  },
  headers_too_large: {
    when: 'URL and headers together are larger than 16 KiB.',
    advice: 'Shorten the query and the headers.',
  },
  internal: {
    when: 'A bug or an unexpected failure in this service. Find it in the log by `requestId`.',
    advice: 'Retry with the same Idempotency-Key. Report it together with the log lines.',
  },
  not_ready: {
    when: 'Only `/readyz`: Redis does not answer or refuses writes, or no worker is running. `missing` says which, `detail` why.',
    advice: 'Start a worker (`livestream worker`); check Redis with `livestream doctor`.',
  },
  redis_refuses_writes: {
    when:
      'Redis answers, but refuses writes: its memory is full (OOM), it cannot save to disk (MISCONF), it is a read-only replica ' +
      '(READONLY), or it lacks replicas (NOREPLICAS). `detail` says which; `redis` is the first word of its reply. Nothing was stored.',
    advice: 'Do what `detail` says (`livestream doctor` checks it), then retry with the same Idempotency-Key.',
  },
  redis_unavailable: {
    when: 'Redis does not answer or cannot serve requests now; `detail` says why. Everything that was acknowledged is stored.',
    advice: 'Retry after `Retry-After` seconds with the same Idempotency-Key.',
  },
};

/** The guide as `docs/errors.md`. */
export function errorGuideMarkdown(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { status, title }]) => {
    const { when, advice } = ERROR_GUIDE[code as ErrorCode];
    return `## \`${code}\`\n\n${status}: ${title}. ${when}\n\n${advice}\n`;
  });
  return (
    '# Errors\n\nEvery error of the API is an RFC 9457 `application/problem+json` document with `type`, `title`, `status`, `detail` ' +
    'and a stable `code`;\nthe command line prints it and the library throws it as a `LivestreamError`. Codes are never reused. ' +
    `Generated from \`src/http/docs/error-guide.ts\` by\n\`npm run generate\`.\n\n${rows.join('\n')}\n${refusalTable()}`
  );
}

function refusalTable(): string {
  const rows = Object.entries(ADVICE).map(([code, advice]) => `| \`${code}\` | ${advice} |\n`);
  return (
    '## When Zoom refuses\n\nThese are not answers of the API: they are the codes in the `reason` of a broadcast that Zoom refused to start or ' +
    'stop for good.\nThe preflight uses most of them in `warnings`, too.\n\n' +
    `| code | what to do |\n| --- | --- |\n${rows.join('')}`
  );
}
