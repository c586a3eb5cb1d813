import type { Limits } from '../broadcasts/limits.ts';

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
}

export interface IdempotencyKey {
  /** Scoped by the API key's name. */
  key: string;
  /** SHA-256 of method, path and body. */
  bodyHash: string;
}
