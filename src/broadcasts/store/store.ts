import type { Cluster, Redis } from 'ioredis';
import { LivestreamError } from '../../errors.ts';
import type { AuditEntry } from '../audit-entry.ts';
import { type Broadcast, isFinal } from '../broadcast.ts';
import type { Decision, HistoryEntry, MeetingPatch, MeetingState, RuleSettings, Snapshot } from '../decision.ts';
import type { Pause } from '../pause.ts';
import { alertRecords, causesOf, forScript, resolvedCauses } from '../rules/alert-records.ts';
import { countsOf } from '../rules/counts.ts';
import { eventsOf } from '../rules/events.ts';
import { nextHeadsUp } from '../rules/heads-up.ts';
import { nextDeadline } from '../rules/on-deadline.ts';
import { preflightAt } from '../rules/on-preflight.ts';
import { intervalEnd } from '../rules/plan-interval.ts';
import { dueAt } from '../rules/timers.ts';
import { indexChanges, indexNames } from './indexes.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { meetingPayload, pairsToObject, parseMeeting, parseNeighbour, reachPayload } from './meeting-codec.ts';
import { type MeetingPage, type MeetingPageQuery, readMeetingPage } from './meeting-plan.ts';
import { readPauses } from './pause-store.ts';
import { Quarantine, type QuarantinedRecord } from './quarantine.ts';
import { readHistoryLine, readRecord, type StoredRecord } from './record-codec.ts';

/** The rate limit of an account (rule 5). */
export interface AccountLimits {
  /** Mean distance of two requests at full use, ms (fractions allowed); 0: no limit. */
  intervalMs: number;
  /** At most this many requests leave within any `intervalMs * most`, all at once if they like; left out: 1. */
  most?: number;
  /** Requests a UTC day; 0: no such limit. */
  daily: number;
}

/** What must hold at the moment of writing for a request to leave. */
export interface Claim {
  /** `start` must pass the start gate; `stop` goes before the others. */
  class: 'start' | 'stop' | 'read';
  /** The due moment, ms. */
  notBefore: number;
  /** A claim that reaches Redis later than this (ms) is not made. */
  notAfter: number;
  /** The worker that claims; it must have a heartbeat. */
  worker: string;
  /** Names who waits in line: the same token comes back to its own place. */
  token: string;
  /** Names the departure, for `departure` when the request is settled. */
  fence?: string;
  /** Whether the meeting's start gate must be open. */
  gate: boolean;
  /** Whether a pause holds it back: a start, and what only prepares it. */
  starts?: boolean;
  /** `meeting.seq` of the snapshot that was decided on. */
  seq: number;
  /** In [0, 1): spreads requests that wait for an open circuit. */
  dice?: number;
  /** Nothing of this plan has failed yet: an open circuit delays it least. */
  first?: boolean;
}

/** A request that a claim let go: what the rate limit counts. */
export interface Departure {
  account: string;
  class: Claim['class'];
  /** Of the claim. */
  fence: string;
  /** When it left, ms; null: it never did, and its place is free again. */
  at: number | null;
}

export interface Write {
  before: Broadcast | null;
  decision: Decision;
  /** Refuse when another unfinished broadcast of the meeting overlaps. */
  checkOverlap?: boolean;
}

export interface WriteOptions {
  /** What an event adds to the meeting, checked by `seq`; also without other changes. */
  meeting?: { account: string; meetingId: string; seq: number; patch: MeetingPatch };
  claim?: Claim;
  /** When the request of a claim really left. */
  departure?: Departure;
  /** Raises the alert that this account's daily limit is used up; a conflict if it was raised today. */
  dailyAlertFor?: string;
  idempotency?: { key: string; bodyHash: string; answer: string };
  /** Lines of the audit, written in the same step. */
  audit?: readonly AuditEntry[];
}

export type CommitResult =
  | { kind: 'ok'; now: number; written: Broadcast[] }
  /** Somebody else wrote first: read again and decide again. */
  | { kind: 'conflict'; id: string }
  | { kind: 'overlap'; id: string; otherId: string }
  /** The claim must wait until `until` (ms). */
  | { kind: 'wait'; until: number; why: string; dailyAlertRaised: boolean }
  /** The idempotency key is known. */
  | { kind: 'replay'; bodyHash: string; answer: string };

/** An Idempotency-Key is remembered this long, ms. */
const IDEMPOTENCY_TTL_MS = 24 * 3_600_000;

/** All access to the records of broadcasts. Every write is one Lua script, so nothing is ever half-written. */
export class BroadcastStore {
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly keys: Keys;
  readonly #rules: Pick<RuleSettings, 'webhooksOn'>;
  readonly #preflightMs: number | null;
  readonly #limits: (account: string) => AccountLimits;
  /** The time for the scripts in a simulation, or while Redis' own is wrong; undefined for Redis' own. */
  readonly #virtualNow: () => number | undefined;
  readonly #believes: () => (redisAt: number) => boolean;
  readonly #quarantine: Quarantine;
  /** The pauses over what was loaded, for the events of what is decided on it. */
  readonly #pausesOf = new WeakMap<Broadcast, readonly Pause[]>();

  constructor(options: {
    redis: Redis | Cluster;
    keys: Keys;
    rules: Pick<RuleSettings, 'webhooksOn'>;
    limits: (account: string) => AccountLimits;
    /** PREFLIGHT, ms; null or left out: off. */
    preflightMs?: number | null;
    virtualNow?: () => number | undefined;
    /** Called before a record is loaded; the function it returns gets the time of the script (ms). False: load again. */
    believes?: () => (redisAt: number) => boolean;
    /** Called for each damaged record that goes to the quarantine. */
    onQuarantined?: (record: QuarantinedRecord) => void;
  }) {
    this.#redis = withLua(options.redis);
    this.keys = options.keys;
    this.#rules = options.rules;
    this.#preflightMs = options.preflightMs ?? null;
    this.#limits = options.limits;
    this.#virtualNow = options.virtualNow ?? (() => undefined);
    this.#believes = options.believes ?? (() => () => true);
    this.#quarantine = new Quarantine(options.redis, options.keys, options.onQuarantined);
  }

  /** Everything a decision may depend on; null when there is no such broadcast, or its record is damaged. */
  async load(id: string): Promise<Snapshot | null> {
    const believe = this.#believes();
    const raw = await this.#redis.lsLoad(this.keys.base, id, String(this.#virtualNow() ?? ''));
    if (!raw) return null;
    const [data, meeting, intervals, pausedUntil, lease, now, paused, ...key] = raw;
    // Redis' clock has jumped: every decision would be based on a wrong time. The next load gets the right one.
    if (!believe(Number(now))) return this.load(id);
    const broadcast = await this.#read(id, { data, key });
    if (!broadcast) return null;
    const pauses = readPauses(paused);
    this.#pausesOf.set(broadcast, pauses);
    return {
      broadcast,
      meeting: parseMeeting(pairsToObject(meeting)),
      neighbours: Object.entries(pairsToObject(intervals)).map(([other, text]) => parseNeighbour(other, text)),
      pausedUntil: Number(pausedUntil),
      pauses,
      leaseHeld: lease === '1',
      now: Math.floor(Number(now)),
    };
  }

  /** The record alone. @throws LivestreamError `not_found` */
  async get(id: string): Promise<Broadcast> {
    const [broadcast] = await this.getMany([id]);
    if (broadcast) return broadcast;
    const damage = await this.#quarantine.damageOf(id);
    const detail =
      damage === null ? `There is no broadcast ${id}.` : `The record of ${id} is damaged and in quarantine: ${damage}.`;
    throw new LivestreamError('not_found', detail);
  }

  /** Several records in one round trip; what does not exist (any more) or is damaged is left out. */
  async getMany(ids: string[]): Promise<Broadcast[]> {
    const stored = await Promise.all(ids.map((id) => this.#stored(id)));
    const read = await Promise.all(stored.map((record, i) => record && this.#read(ids[i] as string, record)));
    return read.filter((broadcast) => broadcast !== null);
  }

  /** Oldest first. */
  async history(id: string): Promise<HistoryEntry[]> {
    const lines = await this.#redis.lrange(this.keys.history(id), 0, -1);
    return lines.flatMap(readHistoryLine);
  }

  /** What is known of a meeting. */
  async meeting(account: string, meetingId: string): Promise<MeetingState> {
    return parseMeeting(await this.#redis.hgetall(this.keys.meeting(account, meetingId)));
  }

  /** One page of the unfinished broadcasts of a meeting that an event can affect. */
  affected(query: Omit<MeetingPageQuery, 'now'>): Promise<MeetingPage> {
    return readMeetingPage(this.#redis, this.keys, { ...query, now: this.#virtualNow() ?? null });
  }

  /** What was answered to this Idempotency-Key before, if it is known. */
  async replay(key: string): Promise<Extract<CommitResult, { kind: 'replay' }> | null> {
    const [bodyHash, answer] = await this.#redis.hmget(this.keys.named(`idem:${key}`), 'h', 'a');
    return bodyHash && answer ? { kind: 'replay', bodyHash, answer } : null;
  }

  /** Writes one or many decisions, all or none. */
  async commit(writes: Write[], options: WriteOptions = {}): Promise<CommitResult> {
    const written = writes.map(({ before, decision }) => ({ ...decision.next, version: (before?.version ?? 0) + 1 }));
    const isNew = writes.some(({ before }) => before === null);
    const pauses = isNew ? readPauses(await this.#redis.hvals(this.keys.named('pauses'))) : [];
    const payload = this.#payload(writes, written, options, pauses);
    const [kind, ...rest] = await this.#redis.lsCommit(this.keys.base, JSON.stringify(payload));
    const [first = '', second = '', , raised] = rest;
    switch (kind) {
      case 'ok':
        return { kind, now: Math.floor(Number(first)), written };
      case 'conflict':
        return { kind, id: first };
      case 'overlap':
        return { kind, id: first, otherId: second };
      case 'wait':
        return { kind, until: Math.ceil(Number(first)), why: second, dailyAlertRaised: raised === '1' };
      case 'replay':
        return { kind, bodyHash: first, answer: second };
      default:
        throw new LivestreamError('internal', `commit answered ${kind}`);
    }
  }

  /**
   * Takes the right to send a read; the moment to come back at (ms) when it must wait, else null. Reads go last, and take a third
   * of the share at most; one that a start waits for (`priority`) goes as a start.
   */
  async reserveRead(account: string, token: string, priority = false): Promise<number | null> {
    const [kind, until] = await this.#reserve(account, priority ? 'start' : 'read', token);
    return kind === 'wait' ? Math.ceil(Number(until)) : null;
  }

  /**
   * Stands in line for a request that is due at `earliest` (ms), and answers when its turn comes at the earliest (ms): so those
   * of a rush that have to wait know it before it is due. Its claim finds the place under the same token.
   */
  async bookSlot(account: string, cls: Claim['class'], token: string, earliest: number): Promise<number> {
    const [, slot] = await this.#reserve(account, cls, token, earliest);
    return Math.ceil(Number(slot));
  }

  /** Tells the limiter of a request that left later than its claim, before it is settled. */
  async noteDeparture(departure: Departure): Promise<void> {
    await this.#redis.lsDepart(
      this.keys.base,
      JSON.stringify({ ...departure, at: departure.at ?? false, now: this.#virtualNow() }),
    );
  }

  #reserve(account: string, cls: Claim['class'], token: string, earliest?: number): Promise<string[]> {
    const rule = { account, class: cls, token, ...this.#rate(account) };
    return this.#redis.lsReserve(
      this.keys.base,
      JSON.stringify({ ...rule, now: this.#virtualNow(), ...(earliest === undefined ? {} : { earliest }) }),
    );
  }

  #rate(account: string) {
    const { intervalMs, most = 1, daily } = this.#limits(account);
    return { interval: intervalMs, most, daily };
  }

  /** Forgets a finished broadcast, its history and its alerts. */
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

  /** Null when there is none. */
  async #stored(id: string): Promise<StoredRecord | null> {
    try {
      const [data = null, ...key] = await this.#redis.hmget(this.keys.broadcast(id), 'd', 'v', 'a', 'm');
      return data === null && key.every((field) => field === null) ? null : { data, key };
    } catch (error) {
      if (!(error as Error).message.startsWith('WRONGTYPE')) throw error;
      return { data: null, key: [] };
    }
  }

  /** Null when it is damaged; then it goes to the quarantine. */
  async #read(id: string, stored: StoredRecord): Promise<Broadcast | null> {
    const { broadcast, damage } = readRecord(id, stored);
    if (damage === null) return broadcast;
    await this.#quarantine.add(id, stored, damage, this.#virtualNow() ?? (await this.#redisNow()));
    return null;
  }

  async #redisNow(): Promise<number> {
    return Number((await this.#redis.time())[0]) * 1_000;
  }

  #payload(writes: Write[], written: Broadcast[], options: WriteOptions, pauses: readonly Pause[]) {
    const first = written[0];
    const decision = writes[0]?.decision;
    const claim = options.claim;
    return {
      now: this.#virtualNow(),
      changes: writes.map((write, i) => this.#change(write, written[i] as Broadcast)),
      events: writes.flatMap(({ before, decision: { next, ...others } }, i) =>
        eventsOf(
          before,
          { ...others, next: written[i] as Broadcast },
          next.updatedAt,
          before === null ? pauses : (this.#pausesOf.get(before) ?? []),
        ).map((event) => JSON.stringify(event)),
      ),
      alerts: writes.flatMap(({ decision: { alerts, next } }, i) =>
        alertRecords(written[i] as Broadcast, alerts, Math.floor(next.updatedAt)).map(forScript),
      ),
      resolved: writes.flatMap(({ before, decision: made }) => resolvedCauses(before, made)),
      counts: writes.flatMap(({ before }, i) => countsOf(before, written[i] as Broadcast)),
      ...meetingPayload(options.meeting, decision?.meeting, first),
      ...(decision?.pauseUntil && first ? { pause: { account: first.account, until: decision.pauseUntil } } : {}),
      ...(decision?.reach && first ? { reach: reachPayload(decision.reach, first) } : {}),
      ...(options.departure ? { departure: { ...options.departure, at: options.departure.at ?? false } } : {}),
      ...(options.dailyAlertFor ? { dailyAlertFor: options.dailyAlertFor } : {}),
      ...(claim && first ? { claim: this.#claim(claim, first) } : {}),
      ...(options.idempotency ? { idempotency: { ...options.idempotency, ttlMs: IDEMPOTENCY_TTL_MS } } : {}),
      audit: (options.audit ?? []).map((entry) => JSON.stringify(entry)),
    };
  }

  #claim(claim: Claim, broadcast: Broadcast) {
    const { account, meetingId } = broadcast;
    return { ...claim, account, meeting: `${account}:${meetingId}`, ...this.#rate(account) };
  }

  #change({ before, decision, checkOverlap }: Write, after: Broadcast) {
    const final = isFinal(after);
    const moved = before !== null && (before.account !== after.account || before.meetingId !== after.meetingId);
    return {
      id: after.id,
      expected: before?.version ?? 0,
      version: after.version,
      data: JSON.stringify(after),
      account: after.account,
      meetingId: after.meetingId,
      worker: after.inFlight?.worker ?? '',
      history: decision.history.map((entry) => JSON.stringify(entry)),
      interval: final
        ? false
        : [after.startAt, intervalEnd(after), `${after.status}:${after.stopAt === null ? 'open' : 'stops'}`],
      overlap: checkOverlap ?? false,
      ...(moved ? { formerMeeting: `${before.account}:${before.meetingId}` } : {}),
      index: indexChanges(before, after),
      release: final || isHeldOffAir(after) || (before !== null && before.revision !== after.revision),
      due: dueAt(after) ?? false,
      held: after.held?.since ?? false,
      leaving: leavingSince(after),
      // What a pause holds back is not overdue.
      stop: (!final && !isHeldOffAir(after) && after.stopAt) || false,
      deadline: nextDeadline(after, after.updatedAt, this.#rules) ?? false,
      // An occurrence of a series that was canceled stays known until its time: else the series would make it again.
      preflight: preflightAt(after, this.#preflightMs),
      headsUp: nextHeadsUp(after)?.at ?? false,
      finalAt: final && (after.seriesId === null ? after.updatedAt : Math.max(after.updatedAt, after.startAt)),
    };
  }
}

/** A pause holds its start back, and it cannot be on air. */
function isHeldOffAir({ held, status, mayBeOn }: Broadcast): boolean {
  return held !== null && status !== 'live' && !mayBeOn;
}

/** When the start that is on its way was claimed (ms), with what only prepares it; false for none. */
function leavingSince({ inFlight }: Broadcast): number | false {
  return inFlight?.request === 'start' || inFlight?.request === 'configure' ? inFlight.at : false;
}
