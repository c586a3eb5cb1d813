/** The request headers that make a change conditional: If-Match (RFC 9110) and Idempotency-Key. */

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LivestreamError } from '../errors.ts';
import { show, validationFailed } from '../scheduling/faults.ts';
import type { ChangeOptions, IdempotencyKey } from '../scheduling/scheduler-port.ts';

const ENTITY_TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const IF_MATCH = new RegExp(`^\\s*(?:\\*|${ENTITY_TAG}(?:\\s*,\\s*${ENTITY_TAG})*)\\s*$`);
const REVISION_TAG = /^"([1-9]\d{0,14})"$/;

/** Who asks, and under which id the log has it. */
export function askerOf(request: FastifyRequest): { by: string; requestId: string } {
  return { by: request.actor, requestId: request.id };
}

/** The strong entity tag of a broadcast or a series. */
export function etagOf(broadcast: { revision: number }): string {
  return `"${broadcast.revision}"`;
}

/**
 * Who asks, and the revision that `If-Match` names. `*` fits whatever exists; a weak tag never fits (RFC 9110, section
 * 13.1.1). Throws `validation_failed` for what is no list of entity tags, `precondition_failed` when none can fit.
 */
export async function changeOptions(
  request: FastifyRequest,
  id: string,
  records: { get(id: string): Promise<{ revision: number }> },
): Promise<ChangeOptions> {
  const asker = askerOf(request);
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return asker;
  if (!IF_MATCH.test(header)) {
    throw validationFailed([
      { path: 'If-Match', message: `must be an entity tag such as "3" in its quotes, or *, got ${show(header)}` },
    ]);
  }
  const tags = header.match(new RegExp(ENTITY_TAG, 'g')) ?? [];
  const revisions = tags.flatMap((tag) => REVISION_TAG.exec(tag)?.[1] ?? []).map(Number);
  if (revisions.length === 1) return { ...asker, ifRevision: revisions[0] };
  const current = await records.get(id);
  if (revisions.includes(current.revision)) return { ...asker, ifRevision: current.revision };
  throw new LivestreamError('precondition_failed', `The ETag is ${etagOf(current)}, If-Match names ${show(header)}.`);
}

/** The `Idempotency-Key`, scoped by API key, with the hash of what was asked. Throws `validation_failed`. */
export function idempotencyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw validationFailed([
      { path: 'Idempotency-Key', message: `must be 1 to 255 visible ASCII characters, got ${show(key)}` },
    ]);
  }
  const hash = createHash('sha256')
    .update(`${request.method} ${request.url}\n`)
    .update(request.rawBody ?? '');
  return { key: `${request.keyName}:${key}`, bodyHash: hash.digest('hex') };
}
