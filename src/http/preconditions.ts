/** The request headers that make a change conditional: If-Match (RFC 9110) and Idempotency-Key. */

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Limits } from '../broadcasts/limits.ts';
import { LivestreamError } from '../errors.ts';
import type { ChangeOptions, IdempotencyKey } from '../scheduling/requester.ts';
import { IMPORT_HEADER, importActor } from '../timetable/drift.ts';
import { inspect, validationFailed } from '../validation/issues.ts';

const ENTITY_TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const IF_MATCH = new RegExp(`^\\s*(?:\\*|${ENTITY_TAG}(?:\\s*,\\s*${ENTITY_TAG})*)\\s*$`);
/** For a series just the revision; for a broadcast also a hash of its representation. */
const REVISION_TAG = /^"([1-9]\d{0,14})(?:-[\w-]{1,64})?"$/;
/** 72 bits: two representations of a record never get the same tag in practice. */
const TAG_CHARACTERS = 12;

/** The caller, and the request id in the log. */
export function requesterOf(request: FastifyRequest): { by: string; requestId: string; limits: Limits } {
  const isImport = request.headers[IMPORT_HEADER] !== undefined;
  const by = isImport ? importActor(request.actor) : request.actor;
  return { by, requestId: request.id, limits: request.caller.limits };
}

/** The strong entity tag of a series. */
export function etagOf(series: { revision: number }): string {
  return `"${series.revision}"`;
}

/**
 * The strong entity tag of a broadcast's representation: `"3-Zm9vYmFyYmF6"`. Any change of the text changes the part after the dash;
 * `If-Match` compares only the revision before it.
 * @param text the body of the answer
 */
export function representationTag({ revision }: { revision: number }, text: string): string {
  return `"${revision}-${createHash('sha256').update(text).digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** Whether the caller already has this representation (RFC 9110, section 13.1.2: a weak tag counts as its strong one). */
export function isKnown(request: FastifyRequest, tag: string): boolean {
  const header = request.headers['if-none-match'];
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const tags: string[] = header.match(new RegExp(ENTITY_TAG, 'g')) ?? [];
  return tags.some((one) => one.replace(/^W\//, '') === tag);
}

/**
 * The caller, and the revision that `If-Match` names. A tag matches while its revision is current, even if the rest of the representation
 * has changed. `*` matches anything that exists; a weak tag never matches (RFC 9110, section 13.1.1). Throws `validation_failed` for an
 * invalid list of entity tags, `precondition_failed` if none can match.
 */
export async function changeOptions(
  request: FastifyRequest,
  id: string,
  records: { get(id: string, limits?: Limits): Promise<{ revision: number }> },
): Promise<ChangeOptions> {
  const requester = requesterOf(request);
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return requester;
  if (!IF_MATCH.test(header)) {
    const message = `must be an entity tag with its quotes, such as "3", or *, got ${inspect(header)}`;
    throw validationFailed([{ path: 'If-Match', message }]);
  }
  const tags = header.match(new RegExp(ENTITY_TAG, 'g')) ?? [];
  const revisions = tags.flatMap((tag) => REVISION_TAG.exec(tag)?.[1] ?? []).map(Number);
  if (revisions.length === 1) return { ...requester, ifRevision: revisions[0] };
  const current = await records.get(id, requester.limits);
  if (revisions.includes(current.revision)) return { ...requester, ifRevision: current.revision };
  const detail = `It is at revision ${current.revision}, but If-Match has ${inspect(header)}. Read it again.`;
  throw new LivestreamError('precondition_failed', detail, { extra: { revision: current.revision } });
}

/** The `Idempotency-Key`, scoped by API key, with the hash of the request. Throws `validation_failed`. */
export function idempotencyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw validationFailed([
      { path: 'Idempotency-Key', message: `must be 1 to 255 visible ASCII characters, got ${inspect(key)}` },
    ]);
  }
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n`).update(sameText(request));
  // After a key was revoked, a new key may get its name. The answers to the first key are not for the second.
  const { name, ref } = request.caller;
  const scope = ref.startsWith('stored:') ? ref : name;
  return { key: `${scope}:${key}`, bodyHash: hash.digest('hex') };
}

/** Maximum nesting; valid input is never deeper than 4. */
const MAX_DEPTH = 50;

/** Two bodies that differ only in white space or in the order of their keys count as the same. */
function sameText({ body, rawBody }: FastifyRequest): string | Buffer {
  if (rawBody === null || body === undefined) return '';
  return canonicalJson(body, MAX_DEPTH) ?? rawBody;
}

/** JSON with sorted keys; null when it is nested deeper than `depth`. */
function canonicalJson(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === 0) return null;
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = isList ? value.map((item) => ['', item]) : Object.entries(value);
  if (!isList) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const parts: string[] = [];
  for (const [name, item] of entries) {
    const text = canonicalJson(item, depth - 1);
    if (text === null) return null;
    parts.push(isList ? text : `${JSON.stringify(name)}:${text}`);
  }
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
}
