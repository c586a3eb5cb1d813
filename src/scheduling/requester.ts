import type { Limits } from '../broadcasts/limits.ts';
import { LivestreamError } from '../errors.ts';

/** Who requests a change. */
export interface Requester {
  /** As the history shows it: `api:<key name>`, `cli`, `series:<id>`, `zoom`, `worker:<id>`, `sweep`. */
  by: string;
  /** Finds the request in the log of the API. */
  requestId?: string;
  /** What the key of the caller is limited to: what lies outside does not exist for it. Left out: nothing. */
  limits?: Limits | undefined;
}

export interface ChangeOptions extends Requester {
  /** The revision that `If-Match` named; if the current one is another, `precondition_failed`. */
  ifRevision?: number;
  /** Refused with `too_late` once it is on air, or its request is under way. */
  unlessOnAir?: boolean;
}

export interface IdempotencyKey {
  /** Scoped by the API key's name. */
  key: string;
  /** SHA-256 of method, path and body. */
  bodyHash: string;
}

/**
 * @param what as a sentence begins with it: `Broadcast`, `Series`
 * @throws LivestreamError `precondition_failed`
 */
export function requireRevision(
  what: string,
  current: { id: string; revision: number },
  wanted: number | undefined,
): void {
  const { id, revision } = current;
  if (wanted === undefined || wanted === revision) return;
  const detail = `${what} ${id} is at revision ${revision}, not ${wanted}. Read it again.`;
  throw new LivestreamError('precondition_failed', detail, { extra: { revision } });
}
