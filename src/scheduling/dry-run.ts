import type { Cluster, Redis } from 'ioredis';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { plannedOf } from '../broadcasts/store/matches.ts';
import type { CommitResult, Records } from '../broadcasts/store/store.ts';
import type { LivestreamError } from '../errors.ts';
import type { Decide, Outcome } from './bulk.ts';
import { movesInterval } from './moves-interval.ts';
import { noBroadcast } from './no-broadcast.ts';
import { PlanOfMeeting } from './plan-of-meeting.ts';

export interface DryRunDeps {
  redis: Redis | Cluster;
  store: Pick<Records, 'load' | 'of'>;
  /** The error that the real run would throw. */
  overlapError: (overlap: Extract<CommitResult, { kind: 'overlap' }>, after: Broadcast) => Promise<LivestreamError>;
}

/**
 * Decides like the real run, and writes nothing. It remembers its decisions: a broadcast that would move gives up its place and
 * takes another. Do not try two broadcasts of one meeting at the same time.
 */
export class DryRun {
  readonly #redis: Redis | Cluster;
  readonly #store: Pick<Records, 'load' | 'of'>;
  readonly #overlapError: DryRunDeps['overlapError'];
  readonly #plans = new Map<string, PlanOfMeeting>();

  constructor({ redis, store, overlapError }: DryRunDeps) {
    this.#redis = redis;
    this.#store = store;
    this.#overlapError = overlapError;
  }

  /** @throws LivestreamError as the real run would */
  async apply(id: string, decide: Decide): Promise<Outcome> {
    const snapshot = await this.#store.load(id);
    if (!snapshot) throw noBroadcast(id);
    const before = snapshot.broadcast;
    const decision = decide(snapshot);
    if (!decision) return { before, after: before };
    const after = decision.next;
    const plan = await this.#planOf(after);
    const otherId = movesInterval(before, after) ? plan.overlapping(after) : null;
    if (otherId !== null) throw await this.#overlapError({ kind: 'overlap', id, otherId }, after);
    plan.put(after);
    return { before, after };
  }

  async #planOf(broadcast: Broadcast): Promise<PlanOfMeeting> {
    const key = `${broadcast.account}:${broadcast.meetingId}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const plan = new PlanOfMeeting(await plannedOf(this.#redis, this.#store, broadcast));
    this.#plans.set(key, plan);
    return plan;
  }
}
