import type { Cluster, Redis } from 'ioredis';
import type { Decision, Snapshot } from '../broadcasts/decision.ts';
import { isLimited, isWithin, type Limits, UNLIMITED } from '../broadcasts/limits.ts';
import { isScopeWithin, type Pause, type PauseScope, scopeName } from '../broadcasts/pause.ts';
import { onPause } from '../broadcasts/rules/on-pause.ts';
import { SEND_WITHIN_MS } from '../broadcasts/rules/transitions.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { MAX_PAUSES, PauseStore } from '../broadcasts/store/pause-store.ts';
import { PauseStores } from '../broadcasts/store/pause-stores.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import type { ChangeNotices } from '../queue/change-notices.ts';
import { randomId } from '../random-id.ts';
import { type AccountCheck, accountCheck } from '../validation/account-check.ts';
import { validationFailed } from '../validation/issues.ts';
import { parsePause, pastUntil } from '../validation/pause-input.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import type { BroadcastWriter } from './broadcast-writer.ts';
import { firstAnswer } from './idempotency.ts';
import type { IdempotencyKey, Requester } from './requester.ts';
import { outsideLimits } from './within-limits.ts';

export interface PausesDeps {
  redis: Redis | Cluster;
  keys: Keys;
  /** The keys of every shard, the first shard's first. Default: one shard. */
  shards?: readonly Keys[];
  writer: Pick<BroadcastWriter, 'update'>;
  notices: Pick<ChangeNotices, 'publish'>;
  clock: Clock;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  virtualNow?: () => number | undefined;
  /** Makes the id of a new pause, without `pa_`. Default: random. */
  newId?: () => string;
}

/** Parallel releases: each takes a few milliseconds. */
const AT_ONCE = 20;
/** A concurrent claim may carry a slightly later time, ms. */
const CLAIM_SKEW_MS = 200;
const POLL_MS = 25;

/** Makes, lists and ends pauses (rule 16). */
export class Pauses {
  readonly #deps: PausesDeps;
  readonly #store: PauseStores;
  readonly #accountIssue: AccountCheck;

  constructor(deps: PausesDeps) {
    this.#deps = deps;
    const shards = deps.shards ?? [deps.keys];
    this.#store = new PauseStores(shards.map((keys) => new PauseStore(deps.redis, keys, deps.virtualNow)));
    this.#accountIssue = accountCheck(deps.accounts);
  }

  /** The pauses in force, the oldest first. */
  async list(limits: Limits = UNLIMITED): Promise<Pause[]> {
    const now = this.#deps.clock.now();
    const all = (await this.#store.all()).filter(({ until }) => until === null || until > now);
    if (!isLimited(limits)) return all;
    const within = await Promise.all(all.map(({ scope }) => this.#isWithin(scope, limits)));
    return all.filter((_, i) => within[i]);
  }

  /** @throws LivestreamError `not_found` */
  async get(id: string, limits?: Limits): Promise<Pause> {
    const pause = (await this.list(limits)).find((one) => one.id === id);
    if (!pause) throw noPause(id);
    return pause;
  }

  /**
   * Makes a pause. Once this resolves, no start that it covers can leave: each claim checks for pauses in the same step, and starts
   * claimed earlier have left or were withdrawn. With an idempotency key, a repeated request gets the first pause.
   * @throws LivestreamError `validation_failed`, `outside_limits`, `too_many_pauses`, `idempotency_key_reused`
   */
  async create(
    input: unknown,
    { by, limits = UNLIMITED, idempotency }: Requester & { idempotency?: IdempotencyKey | undefined },
  ): Promise<{ pause: Pause; replayed: boolean }> {
    const known = idempotency && (await this.#store.replay(idempotency.key));
    if (known) return this.#again(known, idempotency, by);
    const { clock, newId = randomId } = this.#deps;
    const now = Math.floor(clock.now());
    const { scope, until, note } = parsePause(input, { now, accountIssue: this.#accountIssue });
    await this.#requireSeries(scope, limits);
    if (!(await this.#isWithin(scope, limits))) throw outsideLimits('This pause', limits);
    const pause = { id: `pa_${newId()}`, scope, covers: scopeName(scope), since: now, until, note, by };
    const made = await this.#store.create(pause, idempotency);
    if (made.kind === 'replay') return this.#again(made, idempotency, by);
    if (made.kind === 'past') throw validationFailed([{ path: 'until', message: pastUntil(until ?? now, made.now) }]);
    if (made.kind === 'many')
      throw new LivestreamError('too_many_pauses', `There are ${MAX_PAUSES} pauses already. End one first.`);
    await this.#takeHold(pause, made.leaving, by);
    return { pause, replayed: false };
  }

  /** The first request may have died before its answer. The repeat must give the same guarantee. */
  async #again(
    known: { bodyHash: string; answer: string },
    idempotency: IdempotencyKey | undefined,
    by: string,
  ): Promise<{ pause: Pause; replayed: boolean }> {
    const pause = firstAnswer<Pause>(known, idempotency);
    await this.#takeHold(pause, await this.#store.leaving(), by);
    return { pause, replayed: true };
  }

  async #takeHold({ since }: Pause, leaving: string[], by: string): Promise<void> {
    await this.#letLeave(leaving, since);
    await this.#refresh(await this.#store.held(), by);
  }

  /**
   * Ends a pause. Broadcasts that only this pause held become due in the same step, and this starts them at once.
   * @throws LivestreamError `not_found`
   */
  async end(id: string, by: string, limits: Limits = UNLIMITED): Promise<Pause> {
    const stored = await this.#store.get(id);
    const pause = stored && (await this.#isWithin(stored.scope, limits)) ? stored : null;
    const freed = pause && (await this.#store.end(pause, by, Math.floor(this.#deps.clock.now())));
    if (!pause || !freed) throw noPause(id);
    await this.#letGo(freed, by);
    return pause;
  }

  /**
   * Ends pauses past their end, and removes leftovers of others; their broadcasts start by their own timers. A failure of one does not
   * stop the rest. For the leader. @throws the first error, after ending all others
   */
  async endDue(by: string): Promise<void> {
    const now = this.#deps.clock.now();
    const due = (await this.#store.all()).filter(({ until }) => until !== null && until <= now);
    const ended = due.map((pause) => async () => {
      const freed = await this.#store.end(pause, null, Math.floor(now));
      if (freed) await this.#letGo(freed, by);
    });
    const failed: unknown[] = [];
    const align = async () => {
      const left = await this.#store.align(Math.floor(now));
      if (left.length > 0) await this.#letGo(left, by);
    };
    for (const step of [...ended, align]) await step().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  }

  /** Checks every held broadcast, and releases those whose pause no longer exists, for whatever reason. */
  async sweep(by: string): Promise<void> {
    await this.#refresh(await this.#store.held(), by);
  }

  /** Whether everything that the scope covers is within the limits. */
  async #isWithin(scope: PauseScope, limits: Limits): Promise<boolean> {
    if (!isLimited(limits)) return true;
    if (!('seriesId' in scope)) return isScopeWithin(scope, limits);
    const { redis, keys } = this.#deps;
    const data = await redis.hget(keys.named(`sr:${scope.seriesId}`), 'd');
    return data !== null && isWithin(limits, JSON.parse(data) as { account: string; labels: Record<string, string> });
  }

  async #requireSeries(scope: PauseScope, limits: Limits): Promise<void> {
    if (!('seriesId' in scope)) return;
    const { redis, keys, shards = [keys] } = this.#deps;
    const id = scope.seriesId;
    // A deleted series may have left broadcasts behind.
    const lists = shards.map((shard) => redis.exists(shard.index(`series:${id}`)));
    const known = await Promise.all([redis.exists(keys.named(`sr:${id}`)), ...lists]);
    // A series outside the limits does not exist for the caller, as everywhere.
    if (known.some((one) => one === 1) && (await this.#isWithin(scope, limits))) return;
    throw validationFailed([
      { path: 'scope.seriesId', message: `must be the id of a series, and there is no ${id.slice(0, 100)}` },
    ]);
  }

  /** Withdraws starts that were claimed earlier and have not left, and waits until none can leave any more. */
  async #letLeave(ids: string[], pausedAt: number): Promise<void> {
    const { clock, notices } = this.#deps;
    await Promise.all(ids.map((id) => notices.publish(id).catch(() => {})));
    const claimedBy = pausedAt + CLAIM_SKEW_MS;
    const end = claimedBy + SEND_WITHIN_MS;
    while (clock.now() < end && (await this.#store.isLeaving(ids, claimedBy)))
      await clock.sleepUntil(clock.now() + POLL_MS);
  }

  /** Releases broadcasts that are free now first, then those that another pause holds until another time. */
  async #letGo(freed: string[], by: string): Promise<void> {
    await this.#refresh(freed, by);
    const others = new Set(await this.#store.held());
    for (const id of freed) others.delete(id);
    await this.#refresh([...others], by);
  }

  async #refresh(ids: string[], by: string): Promise<void> {
    for (let i = 0; i < ids.length; i += AT_ONCE)
      await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => this.#refreshOne(id, by)));
  }

  async #refreshOne(id: string, by: string): Promise<void> {
    const result = await this.#deps.writer.update(id, (snapshot) => refreshed(snapshot, by));
    if (result.kind === 'missing') await this.#store.forget(id);
  }
}

/** Gives the job a new id: BullMQ ignores an id that it knows, and the old job waits for the former moment. */
function refreshed(snapshot: Snapshot, by: string): Decision | null {
  if (!snapshot.broadcast.held) return null;
  const decision = onPause(snapshot, by);
  if (decision) decision.next.wake += 1;
  return decision;
}

function noPause(id: string): LivestreamError {
  return new LivestreamError('not_found', `There is no pause ${id.slice(0, 100)}. It may have ended already.`);
}
