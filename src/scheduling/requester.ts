import type { Limits } from '../broadcasts/limits.ts';
import { LivestreamError } from '../errors.ts';

/** The sender of a change. */
export interface Requester {
  /** As the history shows it: `api:<key name>`, `cli`, `series:<id>`, `zoom`, `worker:<id>`, `sweep`. */
  by: string;
  /** Finds the request in the API's log. */
  requestId?: string;
  /** Limits of the caller's key: nothing outside exists for it. Default: no limits. */
  limits?: Limits | undefined;
}

export interface ChangeOptions extends Requester {
  /** The revision in `If-Match`; a different current one gives `precondition_failed`. */
  ifRevision?: number;
  /** Refuse with `too_late` when it is on air or its request is in flight. */
  unlessOnAir?: boolean;
}

export interface IdempotencyKey {
  /** Scoped by the API key's name. */
  key: string;
  /** SHA-256 of method, path and body. */
  bodyHash: string;
}

/**
 * @param what begins a sentence: `Broadcast`, `Series`
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
