import type { Cluster, Redis } from 'ioredis';
import { LivestreamError } from '../../errors.ts';
import type { Broadcast } from '../broadcast.ts';
import type { HistoryEntry, MeetingState, RuleSettings, Snapshot } from '../decision.ts';
import type { Pause } from '../pause.ts';
import { causesOf } from '../rules/alert-records.ts';
import { CommitBatch } from './commit-batch.ts';
import {
  type AccountLimits,
  type Claim,
  commitPayload,
  type Departure,
  type ReadRank,
  type ScriptRate,
  type Write,
  type WriteOptions,
} from './commit-payload.ts';
import { answerUnder } from './idempotency-answer.ts';
import { indexNames } from './indexes.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { pairsToObject, parseMeeting, parseSibling } from './meeting-codec.ts';
import { type MeetingPage, type MeetingPageQuery, readMeetingPage } from './meeting-plan.ts';
import { readPauses } from './pause-store.ts';
import { Quarantine, type QuarantinedRecord } from './quarantine.ts';
import { readHistoryLine, readRecord, type StoredRecord } from './record-codec.ts';
import { storedRecords } from './stored-records.ts';

export type CommitResult =
  | { kind: 'ok'; now: number; written: Broadcast[] }
  /** Another process wrote first: read again and decide again. */
  | { kind: 'conflict'; id: string }
  | { kind: 'overlap'; id: string; otherId: string }
  /** The claim must wait until `until` (ms). */
  | { kind: 'wait'; until: number; why: string; dailyAlertRaised: boolean }
  /** The idempotency key is known. */
  | { kind: 'replay'; bodyHash: string; answer: string };

/** The common interface of the store of one shard and that of all shards (`ShardedStore`). */
export type Records = { [Name in Exclude<keyof BroadcastStore, 'keys'>]: BroadcastStore[Name] };

/** All access to the records of broadcasts in one shard. Every write is one Lua script, so nothing is ever half-written. */
export class BroadcastStore {
  /** Itself: see `Records`. */
  readonly shards: readonly BroadcastStore[] = [this];
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly keys: Keys;
  readonly #rules: Pick<RuleSettings, 'webhooksOn'>;
  readonly #preflightMs: number | null;
  readonly #limits: (account: string) => AccountLimits;
  /** The time for the scripts in a simulation, or while Redis' own is wrong; undefined for Redis' own. */
  readonly #virtualNow: () => number | undefined;
  readonly #believes: () => (redisAt: number) => boolean;
  readonly #quarantine: Quarantine;
  readonly #commits: CommitBatch;
  /** The pauses over loaded records, for the events of decisions on them. */
  readonly #pausesOf = new WeakMap<Broadcast, readonly Pause[]>();

  constructor(options: {
    redis: Redis | Cluster;
    keys: Keys;
    rules: Pick<RuleSettings, 'webhooksOn'>;
    limits: (account: string) => AccountLimits;
    /** PREFLIGHT, ms; null or absent: off. */
    preflightMs?: number | null;
    virtualNow?: () => number | undefined;
    /** Called before a record is loaded; call the returned function with the script's time (ms). False: load again. */
    believes?: () => (redisAt: number) => boolean;
    /** Called for each damaged record that goes to quarantine. */
    onQuarantined?: (record: QuarantinedRecord) => void;
    /** Decides when to send the collected commits. Default: at the end of this turn of the event loop. */
    gather?: (send: () => void) => void;
  }) {
    this.#redis = withLua(options.redis);
    this.keys = options.keys;
    this.#rules = options.rules;
    this.#preflightMs = options.preflightMs ?? null;
    this.#limits = options.limits;
    this.#virtualNow = options.virtualNow ?? (() => undefined);
    this.#believes = options.believes ?? (() => () => true);
    this.#quarantine = new Quarantine(options.redis, options.keys, options.onQuarantined);
    this.#commits = new CommitBatch(this.#redis, options.keys.base, options.gather);
  }

  /** The shard of an account. */
  of(_account: string): BroadcastStore {
    return this;
  }

  /** Everything that a decision may depend on; null when the broadcast does not exist or its record is damaged. */
  async load(id: string): Promise<Snapshot | null> {
    const believe = this.#believes();
    const raw = await this.#redis.lsLoad(this.keys.base, id, String(this.#virtualNow() ?? ''));
    if (!raw) return null;
    const [data, meeting, intervals, pausedUntil, lease, now, paused, ...key] = raw;
    // Redis' clock has jumped, so every decision would use a wrong time. The next load gets the right one.
    if (!believe(Number(now))) return this.load(id);
    const broadcast = await this.#read(id, { data, key });
    if (!broadcast) return null;
    const pauses = readPauses(paused);
    this.#pausesOf.set(broadcast, pauses);
    return {
      broadcast,
      meeting: parseMeeting(pairsToObject(meeting)),
      siblings: Object.entries(pairsToObject(intervals)).map(([other, text]) => parseSibling(other, text)),
      pausedUntil: Number(pausedUntil),
      pauses,
      leaseHeld: lease === '1',
      now: Math.floor(Number(now)),
    };
  }

  /** Only the record. @throws LivestreamError `not_found` */
  async get(id: string): Promise<Broadcast> {
    const [broadcast] = await this.getMany([id]);
    if (broadcast) return broadcast;
    throw notFound(id, await this.damageOf(id));
  }

  /** Why its record is in quarantine; null when it is not. */
  damageOf(id: string): Promise<string | null> {
    return this.#quarantine.damageOf(id);
  }

  /** Several records; omits missing and damaged ones. */
  async getMany(ids: string[]): Promise<Broadcast[]> {
    const stored = await storedRecords(this.#redis, this.keys, ids);
    const read = await Promise.all(stored.map((record, i) => record && this.#read(ids[i] as string, record)));
    return read.filter((broadcast) => broadcast !== null);
  }

  /** Oldest first. */
  async history(id: string): Promise<HistoryEntry[]> {
    const [first, lines] = await Promise.all([
      this.#redis.hget(this.keys.broadcast(id), 'h'),
      this.#redis.lrange(this.keys.history(id), 0, -1),
    ]);
    return [first ?? '', ...lines].flatMap(readHistoryLine);
  }

  /** State of a meeting. */
  async meeting(account: string, meetingId: string): Promise<MeetingState> {
    return parseMeeting(await this.#redis.hgetall(this.keys.meeting(account, meetingId)));
  }

  /** One page of the unfinished broadcasts of a meeting that an event can affect. */
  affected(query: Omit<MeetingPageQuery, 'now'>): Promise<MeetingPage> {
    return readMeetingPage(this.#redis, this.keys, { ...query, now: this.#virtualNow() ?? null });
  }

  /** The first answer under this Idempotency-Key, if known. */
  async replay(key: string): Promise<Extract<CommitResult, { kind: 'replay' }> | null> {
    const known = await answerUnder(this.#redis, this.keys, key);
    return known?.answer ? { kind: 'replay', ...known } : null;
  }

  /** Writes one or many decisions, all or none. */
  async commit(writes: Write[], options: WriteOptions = {}): Promise<CommitResult> {
    const written = writes.map(({ before, decision }) => ({ ...decision.next, version: (before?.version ?? 0) + 1 }));
    const isNew = writes.some(({ before }) => before === null);
    let [kind, ...rest] = await this.#send(writes, written, options, isNew ? null : []);
    if (kind === 'pauses') [kind, ...rest] = await this.#send(writes, written, options, readPauses(rest));
    const [first = '', second = '', , raised] = rest;
    switch (kind) {
      case 'ok':
        writes.forEach(({ before }, i) => {
          const over = before && this.#pausesOf.get(before);
          if (over) this.#pausesOf.set(written[i] as Broadcast, over);
        });
        return { kind, now: Math.floor(Number(first)), written };
      case 'conflict':
        return { kind, id: first };
      case 'overlap':
        return { kind, id: first, otherId: second };
      case 'wait':
        return { kind, until: Math.ceil(Number(first)), why: second, dailyAlertRaised: raised === '1' };
      case 'replay':
        return { kind, bodyHash: first, answer: second };
      case 'late':
        throw new LivestreamError('redis_unavailable', 'Redis got it too late, and wrote nothing; try again.');
      default:
        throw new LivestreamError('internal', `commit answered ${kind}`);
    }
  }

  /** @param pauses those that may hold back a new record; null: none, or `commit.lua` answers with them */
  async #send(
    writes: Write[],
    written: Broadcast[],
    options: WriteOptions,
    pauses: readonly Pause[] | null,
  ): Promise<string[]> {
    const settings = {
      ...{ rules: this.#rules, preflightMs: this.#preflightMs, now: this.#virtualNow() },
      rate: (account: string) => this.#rate(account),
    };
    const over = (before: Broadcast | null) => (before ? this.#pausesOf.get(before) : pauses) ?? [];
    const made = commitPayload(writes, written, options, settings, over);
    const payload = pauses === null ? { ...made, unpaused: true } : made;
    const text = JSON.stringify(payload);
    const { mayClaim } = options;
    if (mayClaim && !(await mayClaim())) return ['conflict', written[0]?.id ?? ''];
    // A given time has moved on while the claim waited for its moment.
    const now = this.#virtualNow();
    return this.#commits.send(now === payload.now ? text : JSON.stringify({ ...payload, now }));
  }

  /**
   * Takes the right to send a read. Returns when to come back (ms) if it must wait, else null. Reads go last, and take at most a third
   * of the share; a read that a start waits for (`priority`) goes as a start.
   */
  async reserveRead(account: string, token: string, { priority, dayShare }: ReadRank = {}): Promise<number | null> {
    const more = dayShare === undefined ? {} : { dayShare };
    const [kind, until] = await this.#reserve(account, priority ? 'start' : 'read', token, more);
    return kind === 'wait' ? Math.ceil(Number(until)) : null;
  }

  /**
   * Joins the line for a request due at `earliest` (ms), and returns its earliest turn (ms), so that requests in a rush learn about a
   * wait before they are due. The claim finds the place under the same token.
   */
  async bookSlot(account: string, cls: Claim['class'], token: string, earliest: number): Promise<number> {
    const [, slot] = await this.#reserve(account, cls, token, { earliest });
    return Math.ceil(Number(slot));
  }

  /** Tells the limiter, before the settlement, that a request left later than its claim. */
  async noteDeparture(departure: Departure): Promise<void> {
    await this.commit([], { departure });
  }

  #reserve(
    account: string,
    cls: Claim['class'],
    token: string,
    more: { earliest?: number; dayShare?: number },
  ): Promise<string[]> {
    const rule = { account, class: cls, token, ...this.#rate(account) };
    return this.#redis.lsReserve(this.keys.base, JSON.stringify({ ...rule, now: this.#virtualNow(), ...more }));
  }

  #rate(account: string): ScriptRate {
    const { intervalMs, most = 1, daily } = this.#limits(account);
    return { interval: intervalMs, most, daily };
  }

  /** Deletes a finished broadcast, its history and its alerts. */
  async remove(broadcast: Broadcast): Promise<void> {
    const { id } = broadcast;
    const step = this.#redis
      .multi()
      .del(this.keys.broadcast(id), this.keys.history(id))
      .zrem(this.keys.named('finals'), id);
    for (const name of indexNames(broadcast)) step.zrem(this.keys.index(name), id);
    await step.exec();
    await this.#redis.lsAlert(this.keys.base, JSON.stringify({ op: 'forget', causes: causesOf(broadcast) }));
  }

  /** Null: it is damaged, and goes to quarantine. */
  async #read(id: string, stored: StoredRecord): Promise<Broadcast | null> {
    const { broadcast, damage } = readRecord(id, stored);
    if (damage === null) return broadcast;
    await this.#quarantine.add(id, stored, damage, this.#virtualNow() ?? (await this.#redisNow()));
    return null;
  }

  async #redisNow(): Promise<number> {
    return Number((await this.#redis.time())[0]) * 1_000;
  }
}

/** @param damage why its record is in quarantine; null: it is not */
export function notFound(id: string, damage: string | null): LivestreamError {
  const detail =
    damage === null ? `There is no broadcast ${id}.` : `The record of ${id} is damaged and in quarantine: ${damage}.`;
  return new LivestreamError('not_found', detail);
}
