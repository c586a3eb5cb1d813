import type { Logger } from 'pino';
import type { AuditEntry } from '../broadcasts/audit-entry.ts';
import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import type { Decision, Snapshot } from '../broadcasts/decision.ts';
import { alertRecords } from '../broadcasts/rules/alert-records.ts';
import type { Write, WriteOptions } from '../broadcasts/store/commit-payload.ts';
import type { CommitResult, Records } from '../broadcasts/store/store.ts';
import type { ChangeNotices } from '../queue/change-notices.ts';
import type { TimerQueue } from '../queue/timer-queue.ts';

export interface BroadcastWriterDeps {
  store: Pick<Records, 'load' | 'commit'>;
  queue: Pick<TimerQueue, 'sync' | 'addAll'>;
  notices: Pick<ChangeNotices, 'publish'>;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface ApplyOptions extends WriteOptions {
  /**
   * When to notify jobs that wait on the broadcast: `all` (default), always; `final`, only when the broadcast is over. A
   * job that writes during its own run uses `final`, or it would notify itself.
   */
  notify?: 'all' | 'final';
}

export interface UpdateOptions {
  /** Whether the decision needs the overlap check. Default: never. */
  checkOverlap?: (before: Broadcast, next: Broadcast) => boolean;
  /** The audit entry; null or absent: none. */
  audit?: (before: Broadcast, next: Broadcast) => AuditEntry | null;
  /** Marks this as done, so that a repeat does nothing. */
  idempotency?: (before: Broadcast, next: Broadcast) => NonNullable<WriteOptions['idempotency']>;
}

export type UpdateResult =
  | { kind: 'ok'; before: Broadcast; after: Broadcast }
  /** There was nothing to change. */
  | { kind: 'unchanged'; broadcast: Broadcast }
  | { kind: 'missing' }
  /** An earlier request did it. */
  | { kind: 'replay'; answer: string }
  | { kind: 'overlap'; id: string; otherId: string; next: Broadcast }
  /** Other processes wrote first, `MAX_CONFLICTS` times. */
  | { kind: 'conflict' };

/**
 * Attempts to decide and write while others write first. One takes a few milliseconds. A page of an event changes up to 50
 * broadcasts at once and loses to a write of any of them.
 */
export const MAX_CONFLICTS = 50;

/**
 * The only way a decision reaches Redis, in this order: commit the record in one step, sync its jobs, notify the jobs that wait on
 * it, log the change of state. A committed decision stands: later failures are logged, and job repair fixes them.
 */
export class BroadcastWriter {
  readonly #deps: BroadcastWriterDeps;

  constructor(deps: BroadcastWriterDeps) {
    this.#deps = deps;
  }

  /** Writes decisions made on an earlier read: all of them or none. */
  async apply(writes: Write[], { notify = 'all', ...options }: ApplyOptions = {}): Promise<CommitResult> {
    const result = await this.#deps.store.commit(writes, options);
    if (result.kind !== 'ok') return result;
    const changes = result.written.map((after, i) => ({ ...(writes[i] as Write), after }));
    // A claim moves no job, and nothing may delay its request.
    if (!options.claim) {
      await this.#syncTimers(changes);
      await this.#notify(changes, notify);
    }
    for (const change of changes) this.#log(change);
    return result;
  }

  /** Reads, decides and writes, and retries when another process wrote first. `decide` returns null when there is nothing to change. */
  async update(
    id: string,
    decide: (snapshot: Snapshot) => Decision | null,
    { checkOverlap = () => false, audit = () => null, idempotency }: UpdateOptions = {},
  ): Promise<UpdateResult> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const snapshot = await this.#deps.store.load(id);
      if (!snapshot) return { kind: 'missing' };
      const before = snapshot.broadcast;
      const decision = decide(snapshot);
      if (!decision) return { kind: 'unchanged', broadcast: before };
      const { next } = decision;
      const entry = audit(before, next);
      const options = {
        ...(entry ? { audit: [entry] } : {}),
        ...(idempotency ? { idempotency: idempotency(before, next) } : {}),
      };
      const result = await this.apply([{ before, decision, checkOverlap: checkOverlap(before, next) }], options);
      if (result.kind === 'overlap') return { ...result, next };
      if (result.kind === 'replay') return { kind: 'replay', answer: result.answer };
      const [after] = result.kind === 'ok' ? result.written : [];
      if (after) return { kind: 'ok', before, after };
    }
    return { kind: 'conflict' };
  }

  /** New broadcasts come by the thousand, so one pipeline adds all their jobs. */
  async #syncTimers(changes: Change[]): Promise<void> {
    const { queue } = this.#deps;
    const created = changes.filter(({ before }) => before === null).map(({ after }) => after);
    const what = 'could not update the jobs of a broadcast; job repair will do it';
    await Promise.all([
      created.length > 0 && this.#attempt(created, what, () => queue.addAll(created)),
      ...changes.map(({ before, after }) => before && this.#attempt([after], what, () => queue.sync(before, after))),
    ]);
  }

  /** No job waits on a new broadcast. */
  async #notify(changes: Change[], notify: 'all' | 'final'): Promise<void> {
    const { notices } = this.#deps;
    const notified = changes.filter(({ before, after }) => before !== null && (notify === 'all' || isFinal(after)));
    const what = 'could not notify a worker that waits on a broadcast; it checks the record before it sends';
    await Promise.all(notified.map(({ after }) => this.#attempt([after], what, () => notices.publish(after.id))));
  }

  async #attempt(broadcasts: Broadcast[], message: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const [first] = broadcasts;
      this.#deps.logger.warn({ err: error, broadcastId: first?.id, broadcasts: broadcasts.length }, message);
    }
  }

  #log({ before, decision, after }: Change): void {
    for (const { data } of alertRecords(after, decision.alerts, after.updatedAt)) {
      const { code, broadcastId, account, message, advice } = data;
      this.#deps.logger.warn({ alert: code, broadcastId, account, advice }, `alert ${code}: ${message}`);
    }
    if (before === null || before.status === after.status) return;
    const { id, meetingId, status, reason } = after;
    const by = decision.history.findLast(({ type }) => type === 'status')?.by;
    this.#deps.logger.info({ broadcastId: id, meetingId, from: before.status, to: status, reason, by }, 'broadcast');
  }
}

type Change = Write & { after: Broadcast };
