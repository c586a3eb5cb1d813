import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { HistoryEntry } from '../broadcasts/decision.ts';
import type { Pause } from '../broadcasts/pause.ts';
import type { ListQuery } from '../broadcasts/store/listing.ts';
import type { BulkAnswer } from './bulk.ts';

export type { BulkAnswer, HistoryEntry, ListQuery };

/** Who did it, as the history shows it: `api:<key name>`, `cli`, `series:<id>`, `zoom`, `worker:<id>`, `sweep`. */
export type Actor = string;

/** Who asks; `requestId` finds it again in the log of the API. */
export interface Requester {
  by: Actor;
  requestId?: string;
}

export interface ChangeOptions extends Requester {
  /** The revision that `If-Match` named; another current one is `precondition_failed`. */
  ifRevision?: number;
}

export interface IdempotencyKey {
  /** Scoped by the API key's name. */
  key: string;
  /** SHA-256 of method, path and body. */
  bodyHash: string;
}

/**
 * What the API, the CLI's `up` and the library drive. Inputs are unvalidated JSON values: every method that takes one
 * checks it with `input.ts` and throws `LivestreamError` (`validation_failed`) with all faults at once, storing nothing.
 * Everything else it throws is a `LivestreamError` too (`not_found`, `overlap`, `too_late`, `redis_unavailable`, …).
 */
export interface SchedulerPort {
  schedule(
    input: unknown,
    options: Requester & { idempotency?: IdempotencyKey },
  ): Promise<{ broadcast: Broadcast; replayed: boolean }>;
  /** `input` is `{broadcasts: [...]}`, up to 1,000: all or nothing. */
  scheduleBatch(
    input: unknown,
    options: Requester & { idempotency?: IdempotencyKey },
  ): Promise<{ broadcasts: Broadcast[]; replayed: boolean }>;
  get(id: string): Promise<Broadcast>;
  list(query: ListQuery): Promise<{ broadcasts: Broadcast[]; nextCursor: string | null }>;
  /** The pauses that there are now: what shows a broadcast needs them. */
  pauses(): Promise<readonly Pause[]>;
  history(id: string): Promise<HistoryEntry[]>;
  /** PATCH semantics: only what is given changes; null clears what may be empty. */
  change(id: string, input: unknown, options: ChangeOptions): Promise<Broadcast>;
  cancel(id: string, options: ChangeOptions): Promise<Broadcast>;
  start(id: string, options: ChangeOptions): Promise<Broadcast>;
  stop(id: string, options: ChangeOptions): Promise<Broadcast>;
  retry(id: string, options: ChangeOptions): Promise<Broadcast>;
  /**
   * One action on many: each by itself, in the order that lets the most be done. A dry run decides the same, and writes nothing.
   * Throws `validation_failed`, `too_many_matches` or `count_differs` before anything is done.
   */
  bulk(input: unknown, options: Requester): Promise<BulkAnswer>;
}
