import { LivestreamError } from '../errors.ts';
import type { IdempotencyKey } from './requester.ts';

/**
 * The first answer to a request that is repeated with its `Idempotency-Key`.
 * @throws LivestreamError `idempotency_key_reused` when the body differs from the first one
 */
export function firstAnswer<Answer>(
  { bodyHash, answer }: { bodyHash: string; answer: string },
  idempotency: IdempotencyKey | undefined,
): Answer {
  if (bodyHash === idempotency?.bodyHash) return JSON.parse(answer) as Answer;
  throw keyReused();
}

/** An earlier request with the same key was different. */
export function keyReused(): LivestreamError {
  const detail = 'This Idempotency-Key was used with a different body in the last 24 hours.';
  return new LivestreamError('idempotency_key_reused', detail);
}
