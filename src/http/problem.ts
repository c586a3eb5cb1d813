/** Every error as RFC 9457 problem+json. */

import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODES, type ErrorCode, LivestreamError } from '../errors.ts';
import { redisError } from '../redis/refusal.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const RETRY_AFTER_S = 2;

/** Maps Fastify's own errors to errors of this API. */
const OF_FASTIFY: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'body_too_large',
    'The body is too large. The limit is 1 MiB, 8 MiB for a batch, 32 MiB for /v1/apply, and 48 MiB for a sync.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_json', 'The length of the body differs from Content-Length.'],
  FST_ERR_BAD_URL: ['not_found', 'The percent-encoding of the path is invalid.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'No id or path is that long.'],
};

/** The problem document of an error; every 400 has `errors`, with an empty path when the whole body is invalid. */
export function problemOf(error: LivestreamError): Record<string, unknown> {
  const problem: Record<string, unknown> = {
    type: `/docs/errors#${error.code}`,
    title: ERROR_CODES[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
  };
  if (error.errors.length > 0) problem['errors'] = error.errors.map(({ path, message }) => ({ path, message }));
  else if (error.status === 400) problem['errors'] = [{ path: '', message: error.message }];
  for (const [name, value] of Object.entries(error.extra)) if (!(name in problem)) problem[name] = value;
  return problem;
}

/** Responds with `error` as a problem document. Logs unknown errors and turns them into a 500 with the request id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toLivestreamError(error, request.id);
  // Not ready is a normal response to a probe that asks every few seconds, not an error.
  if (known.status >= 500 && known.code !== 'not_ready')
    request.log.error({ err: known.cause ?? known, code: known.code }, 'request failed');
  if (known.status === 503 && known.code !== 'not_ready') reply.header('retry-after', RETRY_AFTER_S);
  return reply
    .code(known.status)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify({ ...problemOf(known), requestId: request.id }));
}

function toLivestreamError(error: unknown, requestId: string): LivestreamError {
  if (error instanceof LivestreamError) {
    return error.code === 'internal' ? internal(requestId, error) : error;
  }
  const ofRedis = redisError(error);
  if (ofRedis) return ofRedis;
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  const [ours, detail] = OF_FASTIFY[code ?? ''] ?? [];
  if (ours && detail) return new LivestreamError(ours, detail);
  // The body ended early. Nobody reads the response, but it is not an internal error.
  if (statusCode === 400) return new LivestreamError('malformed_json', 'The request body could not be read.');
  return internal(requestId, error);
}

function internal(requestId: string, cause: unknown): LivestreamError {
  const detail = `Something went wrong. Find the cause in the log by the request id ${requestId}.`;
  return new LivestreamError('internal', detail, { cause, extra: { requestId } });
}

/** A complete raw response for bytes that are not an HTTP request. */
export function rawProblem(code: ErrorCode, detail: string): string {
  const error = new LivestreamError(code, detail);
  const body = JSON.stringify(problemOf(error));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
