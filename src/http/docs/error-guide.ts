import { ERROR_CODES, type ErrorCode } from '../../errors.ts';

/** When each error is answered and what to do: `/docs/errors` shows it and `docs/errors.md` is made from it. */
export const ERROR_GUIDE: Record<ErrorCode, { when: string; advice: string }> = {
  validation_failed: {
    when: 'A field, a query parameter or a header is wrong, missing or unknown. `errors` names every one by its path.',
    advice: 'Correct what `errors` names. The same request will be refused again.',
  },
  malformed_json: { when: 'The body is empty, not JSON, or not UTF-8.', advice: 'Send one JSON object in UTF-8.' },
  malformed_request: {
    when: 'The bytes that arrived are no HTTP request.',
    advice: 'Check the client, and whether it speaks TLS to a port without.',
  },
  account_required: {
    when: 'There are several Zoom accounts, none is called `default`, and the input names none.',
    advice: 'Send `account`; the message names those that there are.',
  },
  unauthorized: {
    when: 'API keys are set, and the request has none or a wrong one.',
    advice: 'Send `Authorization: Bearer <key>` with a key of `API_KEYS`.',
  },
  signature_invalid: {
    when: 'The secret token that signed an event of Zoom is not known, or is not that of the account in `payload.account_id`.',
    advice:
      "Set `ZOOM_WEBHOOK_SECRET_TOKEN` to the app's Secret Token, or each account's `accountId` and `webhookSecretToken`; let no proxy change the body.",
  },
  forbidden: {
    when:
      'The key has the role `read` and the request would change something. Or no API keys are set and the request may come from ' +
      'a web page elsewhere: its `Origin` or `Sec-Fetch-Site` is not ours, or it is what an HTML form can send.',
    advice:
      'Use a key with the role `write`. A program without a key sends `Content-Type: application/json`, or no body.',
  },
  host_refused: {
    when: 'No API keys are set, and the Host is none of `localhost`, `127.0.0.1`, `[::1]`.',
    advice: 'Ask by one of these names, or set `API_KEYS`.',
  },
  not_found: {
    when: 'There is no broadcast, series, alert or path of this name, or its retention is over.',
    advice: 'Check the id and the path.',
  },
  method_not_allowed: { when: 'The path exists, but not with this method.', advice: 'Use one that `Allow` names.' },
  request_timeout: {
    when: 'The request was not whole within 30 s.',
    advice: 'Send it again, faster; look at the network in between.',
  },
  overlap: {
    when: 'Another unfinished broadcast of the meeting lies in the same time; in a batch, nothing was stored.',
    advice:
      'Move one, or give the earlier a `stopAt`. `conflictsWith` is its id, `conflictsWithIndex` its place in the batch.',
  },
  too_late: {
    when: 'The broadcast has gone too far for that change, such as another meeting while it is live, or a third start after two without an answer.',
    advice:
      'While live only `stopAt`, `title`, `labels` and, of a meeting, layout and captions change. Else cancel and plan anew.',
  },
  request_in_flight: {
    when: 'A request to Zoom is under way, and its answer decides what may change.',
    advice: 'Try again in a few seconds.',
  },
  not_live: { when: 'Only a live broadcast can be stopped.', advice: 'To call off one that has not begun, cancel it.' },
  not_retryable: {
    when: 'The broadcast is neither `missed` nor `failed`.',
    advice: 'Look at its status; `start` starts one that is planned.',
  },
  finished: {
    when: 'The broadcast has ended or was canceled.',
    advice: 'Plan a new one; `retry` one that is missed or failed.',
  },
  stop_in_past: {
    when: 'It would start after its own `stopAt`.',
    advice:
      'Give it a new `startAt` and a new `stopAt` (PATCH). `livestream reschedule ID --start now` keeps the length.',
  },
  other_installation: {
    when: 'A process started on a store that belongs to another Zoom: the sandbox, another API host, another Zoom account.',
    advice: 'Do what the message says. `--discard-sandbox` cancels what the sandbox was to do, `--take-over` keeps it.',
  },
  conflict: { when: 'Others kept changing it at the same moment.', advice: 'Read it again and try again.' },
  precondition_failed: {
    when: 'The revision in the ETag of `If-Match` is no longer the current one.',
    advice: 'Read it again, decide again, and send the new ETag.',
  },
  body_too_large: { when: 'The body is above 1 MiB, that of a batch above 8 MiB.', advice: 'Send several batches.' },
  unsupported_media_type: {
    when: 'The content type is not JSON.',
    advice: 'Send `Content-Type: application/json`; PATCH also takes `application/merge-patch+json`.',
  },
  idempotency_key_reused: {
    when: 'This Idempotency-Key came within 24 h with another body.',
    advice: 'Use a new key for each new request, and the same one only to repeat it.',
  },
  too_many_requests: {
    when: 'The key, or without a key the address, sent more than `API_RATE_LIMIT` requests a minute or holds too many event streams.',
    advice:
      'Wait the seconds of `Retry-After`, then send it again: nothing was done. Send batches; follow `/v1/events` instead of asking.',
  },
  headers_too_large: {
    when: 'Address and headers are above 16 KiB.',
    advice: 'Send less in the query and the headers.',
  },
  internal: {
    when: 'A fault of ours. The log has it under `requestId`.',
    advice: 'Repeat it with the same Idempotency-Key; report it with the lines of the log.',
  },
  not_ready: {
    when: '`/readyz`: Redis does not answer or refuses writes, or no worker was seen. `missing` says which, `detail` why.',
    advice: 'Start a worker (`livestream worker`); look at Redis with `livestream doctor`.',
  },
  redis_refuses_writes: {
    when:
      'Redis answers, but takes no write: its memory is full (OOM), it cannot save to disk (MISCONF), it is a read-only replica ' +
      '(READONLY), or lacks replicas (NOREPLICAS). `detail` says which, `redis` is the first word of its reply. Nothing was stored.',
    advice: 'Do what `detail` says; `livestream doctor` checks it. Then repeat with the same Idempotency-Key.',
  },
  redis_unavailable: {
    when: 'Redis does not answer, or cannot serve now; `detail` says why. Nothing was acknowledged that is not stored.',
    advice: 'Repeat after `Retry-After` with the same Idempotency-Key.',
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
    `Made from \`src/http/docs/error-guide.ts\` by\n\`npm run generate\`.\n\n${rows.join('\n')}`
  );
}
