import { ReplyError } from 'ioredis';
import type { Clock } from '../../clock.ts';
import { LivestreamError } from '../../errors.ts';
import { broadcastAudit } from '../audit-entry.ts';
import type { Broadcast } from '../broadcast.ts';
import type { HistoryEntry, MeetingState, Snapshot } from '../decision.ts';
import { cancel } from '../rules/on-command.ts';
import type { Claim, Departure, ReadRank, Write, WriteOptions } from './commit-payload.ts';
import type { MeetingPage, MeetingPageQuery } from './meeting-plan.ts';
import { shardOf } from './shard-of.ts';
import { type BroadcastStore, type CommitResult, notFound, type Records } from './store.ts';

/** The writes to one shard, with their positions in the whole list. */
interface Part {
  shard: BroadcastStore;
  writes: Write[];
  places: number[];
  /** The shard's clock is at least this far ahead of ours, ms; the delay of an answer may add to it. */
  aheadMs: number;
}

/** One write of a part, and its result. */
interface Written extends Pick<Part, 'shard'> {
  write: Write;
  place: number;
  after: Broadcast;
}

/** Delays before each check whether a concurrent duplicate request has its answer, ms: it takes some 10 ms. */
const OTHER_IS_THROUGH_MS = [0, 100, 300];
/** A shard does not write a part that arrives later than this after it was sent, ms: a healthy shard takes well below a second. */
const WRITTEN_WITHIN_MS = 3_000;
/** Maximum drift between two clocks in that time, ms. */
const DRIFT_MS = 50;
/** A worker that claims it at the same moment writes a few times. */
const MAX_CANCELS = 10;

/**
 * The records of all shards together (QUEUE_SHARDS). An account determines its shard. An id is looked up in all shards at once, and
 * counts only in the shard of its account. Workers do not use this: each of their loops has the store of its own shard.
 */
export class ShardedStore implements Records {
  readonly shards: readonly BroadcastStore[];

  readonly #clock: Pick<Clock, 'now' | 'sleepUntil'>;

  constructor(shards: readonly BroadcastStore[], clock: Pick<Clock, 'now' | 'sleepUntil'>) {
    this.shards = shards;
    this.#clock = clock;
  }

  of(account: string): BroadcastStore {
    return this.shards[shardOf(account, this.shards.length)] as BroadcastStore;
  }

  async load(id: string): Promise<Snapshot | null> {
    const found = await this.#all(async (shard) => {
      const snapshot = await shard.load(id);
      return snapshot && this.of(snapshot.broadcast.account) === shard ? snapshot : null;
    });
    return found.find((one) => one !== null) ?? null;
  }

  async get(id: string): Promise<Broadcast> {
    const [broadcast] = await this.getMany([id]);
    if (broadcast) return broadcast;
    throw notFound(id, await this.damageOf(id));
  }

  async damageOf(id: string): Promise<string | null> {
    const found = await this.#all((shard) => shard.damageOf(id));
    return found.find((one) => one !== null) ?? null;
  }

  async getMany(ids: string[]): Promise<Broadcast[]> {
    const found = await this.#all(async (shard) => {
      const records = await shard.getMany(ids);
      return records.filter(({ account }) => this.of(account) === shard);
    });
    const known = new Map(found.flat().map((broadcast) => [broadcast.id, broadcast]));
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  async history(id: string): Promise<HistoryEntry[]> {
    const [found = [], ...others] = (await this.#all((shard) => shard.history(id))).filter(({ length }) => length > 0);
    if (others.length === 0) return found;
    const [broadcast] = await this.getMany([id]);
    return broadcast ? this.of(broadcast.account).history(id) : found;
  }

  meeting(account: string, meetingId: string): Promise<MeetingState> {
    return this.of(account).meeting(account, meetingId);
  }

  affected(query: Omit<MeetingPageQuery, 'now'>): Promise<MeetingPage> {
    return this.of(query.account).affected(query);
  }

  async replay(key: string): Promise<Extract<CommitResult, { kind: 'replay' }> | null> {
    const found = await this.#all((shard) => shard.replay(key));
    return found.find((one) => one !== null) ?? null;
  }

  /**
   * Like the store of one shard if all writes go to one. New broadcasts in several shards: all or none, unless another request takes
   * their time between the check and the write, or this process dies. Changes in several: all or none per shard.
   * @throws LivestreamError `validation_failed` for a broadcast that would change its shard
   */
  async commit(writes: Write[], options: WriteOptions = {}): Promise<CommitResult> {
    for (const write of writes) this.#requireSameShard(write);
    const parts = this.#partsOf(writes);
    const [first, ...others] = parts;
    if (others.length > 0) return this.#commitParts(parts, options);
    const shard = first?.shard ?? (options.meeting ? this.of(options.meeting.account) : this.shards[0]);
    return (shard as BroadcastStore).commit(writes, options);
  }

  reserveRead(account: string, token: string, rank?: ReadRank): Promise<number | null> {
    return this.of(account).reserveRead(account, token, rank);
  }

  bookSlot(account: string, cls: Claim['class'], token: string, earliest: number): Promise<number> {
    return this.of(account).bookSlot(account, cls, token, earliest);
  }

  noteDeparture(departure: Departure): Promise<void> {
    return this.of(departure.account).noteDeparture(departure);
  }

  remove(broadcast: Broadcast): Promise<void> {
    return this.of(broadcast.account).remove(broadcast);
  }

  #all<Answer>(ask: (shard: BroadcastStore) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(this.shards.map(ask));
  }

  #requireSameShard({ before, decision: { next } }: Write): void {
    if (before === null || this.of(before.account) === this.of(next.account)) return;
    const message = `must lie in the same shard as ${before.account} (QUEUE_SHARDS), which ${next.account} does not: cancel this broadcast, and schedule it again for ${next.account}`;
    throw new LivestreamError('validation_failed', `account ${message}.`, { errors: [{ path: 'account', message }] });
  }

  #partsOf(writes: Write[]): Part[] {
    const parts = new Map<BroadcastStore, Part>();
    for (const [place, write] of writes.entries()) {
      const shard = this.of(write.decision.next.account);
      const part = parts.get(shard) ?? { shard, writes: [], places: [], aheadMs: 0 };
      parts.set(shard, part);
      part.writes.push(write);
      part.places.push(place);
    }
    return [...parts.values()];
  }

  /** Checks all shards first, then writes each part, with its own audit entries. */
  async #commitParts(parts: Part[], options: WriteOptions): Promise<CommitResult> {
    const { idempotency, audit = [], ...each } = options;
    for (const part of parts) {
      const checked = await part.shard.commit(part.writes, { ...options, checkOnly: true });
      if (checked.kind !== 'ok') return this.#orFirstAnswer(checked, idempotency);
      part.aheadMs = checked.now - this.#clock.now();
    }
    const made: Written[] = [];
    let now = 0;
    for (const [i, part] of parts.entries()) {
      const ids = new Set(part.writes.map(({ decision }) => decision.next.id));
      const own = { ...each, audit: audit.filter(({ object }) => ids.has(object.id)) };
      const isLast = i === parts.length - 1;
      const writing = this.#writePart(part, isLast && idempotency ? { ...own, idempotency } : own);
      const result = await writing.catch(async (error) => {
        await takeBack(made);
        throw error;
      });
      if (result.kind !== 'ok') {
        await takeBack(made);
        return this.#orFirstAnswer(result, idempotency);
      }
      now = result.now;
      const after = result.written;
      made.push(
        ...part.writes.map((write, n) => ({ ...part, write, place: part.places[n], after: after[n] }) as Written),
      );
    }
    const written = made.sort((a, b) => a.place - b.place).map(({ after }) => after);
    return { kind: 'ok', now, written };
  }

  /**
   * A lost answer is no reason to write again or to take back: a stored part stays stored. A part not yet stored may still be on its way
   * (a stalled connection), so check once more when it would come too late.
   */
  async #writePart(part: Part, options: WriteOptions): Promise<CommitResult> {
    const until = this.#clock.now() + WRITTEN_WITHIN_MS;
    try {
      return await part.shard.commit(part.writes, { ...options, notAfter: until + part.aheadMs });
    } catch (error) {
      const early = await storedOf(part);
      if (early) return early;
      // Redis itself said no: nothing is on its way.
      if (error instanceof LivestreamError || error instanceof ReplyError) throw error;
      await this.#clock.sleepUntil(until + DRIFT_MS);
      const late = await storedOf(part);
      if (late) return late;
      throw error;
    }
  }

  /** A concurrent duplicate finds the writes of the first request, and waits for its answer. */
  async #orFirstAnswer(refused: CommitResult, idempotency: WriteOptions['idempotency']): Promise<CommitResult> {
    if (!idempotency || idempotency.part || (refused.kind !== 'overlap' && refused.kind !== 'conflict')) return refused;
    for (const waitMs of OTHER_IS_THROUGH_MS) {
      if (waitMs > 0) await this.#clock.sleepUntil(this.#clock.now() + waitMs);
      const first = await this.replay(idempotency.key);
      if (first) return first;
    }
    return refused;
  }
}

/** What a part without an answer has stored, if anything; its changes look the same as those of others. */
async function storedOf({ shard, writes }: Part): Promise<CommitResult | null> {
  if (writes.some(({ before }) => before !== null)) return null;
  const ids = writes.map(({ decision }) => decision.next.id);
  const stored = await shard.getMany(ids).catch(() => []);
  const at = stored[0]?.updatedAt;
  return at === undefined || stored.length < ids.length ? null : { kind: 'ok', now: Math.floor(at), written: stored };
}

/**
 * Runs when a later shard refused its part, or is away. It cancels new broadcasts, at best effort, with the ordinary command: so plan,
 * lists, events and audit are right, and broadcasts that have begun get stopped. Changes stay.
 */
async function takeBack(made: readonly Written[]): Promise<void> {
  await Promise.allSettled(made.filter(({ write }) => write.before === null).map(cancelAgain));
}

async function cancelAgain({ shard, write, after }: Written): Promise<void> {
  const by = write.decision.history[0]?.by ?? 'api';
  let before: Broadcast | undefined = after;
  for (let tries = 0; before && tries < MAX_CANCELS; tries += 1) {
    const decision = cancel(before, before.updatedAt, by);
    if (!decision) return;
    const entry = broadcastAudit('cancel', by, before, decision.next);
    const result = await shard.commit([{ before, decision }], { audit: entry ? [entry] : [] });
    if (result.kind !== 'conflict') return;
    [before] = await shard.getMany([after.id]);
  }
}
