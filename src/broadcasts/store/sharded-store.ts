import { LivestreamError } from '../../errors.ts';
import type { Broadcast } from '../broadcast.ts';
import type { HistoryEntry, MeetingState, Snapshot } from '../decision.ts';
import type { Claim, Departure, Write, WriteOptions } from './commit-payload.ts';
import type { MeetingPage, MeetingPageQuery } from './meeting-plan.ts';
import { shardOf } from './shard-of.ts';
import { type BroadcastStore, type CommitResult, notFound, type Records } from './store.ts';

/** What is written to one shard, and where each write stood among all. */
interface Part {
  shard: BroadcastStore;
  writes: Write[];
  places: number[];
}

/**
 * The records of all shards together (QUEUE_SHARDS). What names an account goes to its shard; an id is looked for in each, at the
 * same time, and counts only in the shard of its account. The workers do not use it: each of their loops has the store of its own shard.
 */
export class ShardedStore implements Records {
  readonly shards: readonly BroadcastStore[];

  constructor(shards: readonly BroadcastStore[]) {
    this.shards = shards;
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
   * As the store of one shard, where all belongs to one. New broadcasts of several shards: all or none, as long as nobody takes their
   * time between the check and the write, and this process lives. Changes of several: those of each shard all or none.
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

  reserveRead(account: string, token: string, priority?: boolean): Promise<number | null> {
    return this.of(account).reserveRead(account, token, priority);
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
      const part = parts.get(shard) ?? { shard, writes: [], places: [] };
      parts.set(shard, part);
      part.writes.push(write);
      part.places.push(place);
    }
    return [...parts.values()];
  }

  /** First everywhere what would stand in the way; then each part. What is said once, is said with the last one. */
  async #commitParts(parts: Part[], options: WriteOptions): Promise<CommitResult> {
    const { audit, idempotency, ...each } = options;
    const last = { ...each, ...(audit && { audit }), ...(idempotency && { idempotency }) };
    for (const { shard, writes } of parts) {
      const checked = await shard.commit(writes, { ...last, checkOnly: true });
      if (checked.kind !== 'ok') return checked;
    }
    const written: Broadcast[] = [];
    let now = 0;
    for (const [i, { shard, writes, places }] of parts.entries()) {
      const result = await shard.commit(writes, i === parts.length - 1 ? last : each);
      if (result.kind !== 'ok') {
        await this.#takeBack(parts.slice(0, i), written);
        return result;
      }
      now = result.now;
      for (const [n, place] of places.entries()) written[place] = result.written[n] as Broadcast;
    }
    return { kind: 'ok', now, written };
  }

  /** Somebody was quicker in a later shard. What is new is taken out again; a change stands. */
  async #takeBack(parts: Part[], written: Broadcast[]): Promise<void> {
    const made = parts.flatMap(({ writes, places }) => places.filter((_place, n) => writes[n]?.before === null));
    await Promise.all(made.map((place) => this.remove(written[place] as Broadcast)));
  }
}
