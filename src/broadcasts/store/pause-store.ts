import type { Cluster, Redis } from 'ioredis';
import { parseObject } from '../../json.ts';
import { isoTime } from '../../time/iso-time.ts';
import type { AuditEntry } from '../audit-entry.ts';
import type { Pause } from '../pause.ts';
import { representPause } from '../pause.ts';
import { answerUnder, IDEMPOTENCY_TTL_MS } from './idempotency-answer.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';

/** Maximum pauses at once. */
export const MAX_PAUSES = 1_000;

export type CreatedPause =
  /** `leaving`: broadcasts with a start claimed earlier that may be in flight. */
  | { kind: 'ok'; leaving: string[] }
  /** Its end is not in the future; `now` in ms. */
  | { kind: 'past'; now: number }
  /** The idempotency key is known; `answer`: the pause from the first request, as JSON. */
  | { kind: 'replay'; bodyHash: string; answer: string }
  | { kind: 'many' };

/** The pauses in Redis. Creating or ending one writes its event in the same step. */
export class PauseStore {
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly #keys: Keys;
  readonly #virtualNow: () => number | undefined;

  constructor(redis: Redis | Cluster, keys: Keys, virtualNow: () => number | undefined = () => undefined) {
    this.#redis = 'lsPause' in redis ? (redis as Redis & LuaCommands) : withLua(redis);
    this.#keys = keys;
    this.#virtualNow = virtualNow;
  }

  /** All pauses that have not ended, the oldest first. One past its end stays until the leader ends it. */
  async all(): Promise<Pause[]> {
    const pauses = readPauses(await this.#redis.hvals(this.#keys.named('pauses')));
    return pauses.sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
  }

  async get(id: string): Promise<Pause | null> {
    const text = await this.#redis.hget(this.#keys.named('pauses'), id);
    return readPauses(text === null ? [] : [text])[0] ?? null;
  }

  /** The answer that is stored under this Idempotency-Key; null: nothing. */
  replay(key: string): Promise<{ bodyHash: string; answer: string } | null> {
    return answerUnder(this.#redis, this.#keys, key);
  }

  /** Broadcasts with a claimed start that may be in flight, the first 5,000. */
  leaving(): Promise<string[]> {
    return this.#redis.zrange(this.#keys.named('leaving'), '0', '4999');
  }

  /** @param isCopy the pause belongs to another shard, which reports it */
  async create(pause: Pause, idempotency?: { key: string; bodyHash: string }, isCopy = false): Promise<CreatedPause> {
    const { id, covers, until, since } = pause;
    const event = { type: 'pause.created', timestamp: isoTime(since), data: representPause(pause) };
    const told = { event: JSON.stringify(event), audit: auditOf('create', pause.by, pause) };
    const [kind, ...rest] = await this.#run({
      ...{ op: 'create', id, covers, until, most: MAX_PAUSES },
      ...{ pause: JSON.stringify(pause), ...(isCopy ? {} : told) },
      ...(idempotency
        ? { idempotency: { ...idempotency, ttlMs: IDEMPOTENCY_TTL_MS, answer: JSON.stringify(pause) } }
        : {}),
    });
    if (kind === 'replay') return { kind, bodyHash: rest[0] ?? '', answer: rest[1] ?? '' };
    if (kind === 'past') return { kind, now: Number(rest[0]) };
    return kind === 'ok' ? { kind, leaving: rest } : { kind: 'many' };
  }

  /**
   * Ends a pause, at `at` (ms), and makes the broadcasts due that only this pause held.
   * @param by who ends it; null: it has run out
   * @param isCopy the pause belongs to another shard, which reports its end and decides on it
   * @returns those broadcasts, the first 5,000; null when it has ended already (or has not run out yet)
   */
  async end(pause: Pause, by: string | null, at: number, isCopy = false): Promise<string[] | null> {
    const data = { ...representPause(pause), endedAt: isoTime(at), endedBy: by };
    const event = { type: 'pause.ended', timestamp: isoTime(at), data };
    const over = by === null && !isCopy;
    const audit = by === null ? {} : { audit: auditOf('end', by, pause) };
    const { id, covers } = pause;
    const told = isCopy ? {} : { event: JSON.stringify(event), ...audit };
    const [kind, ...freed] = await this.#run({ op: 'end', id, covers, over, ...told });
    return kind === 'ok' ? freed : null;
  }

  /** Held broadcasts, in no order. */
  held(): Promise<string[]> {
    return this.#redis.zrangebyscore(this.#keys.named('held'), '-inf', '+inf');
  }

  /** Removes a broadcast that is gone or damaged from the held ones. */
  async forget(id: string): Promise<void> {
    await this.#redis.zrem(this.#keys.named('held'), id);
  }

  /** Whether the start of one of these has an open claim from `before` (ms) or earlier. */
  async isLeaving(ids: readonly string[], before: number): Promise<boolean> {
    if (ids.length === 0) return false;
    const claimed = await this.#redis.zmscore(this.#keys.named('leaving'), ...ids);
    return claimed.some((at) => at !== null && Number(at) <= before);
  }

  #run(what: Record<string, unknown>): Promise<string[]> {
    return this.#redis.lsPause(this.#keys.base, JSON.stringify({ ...what, now: this.#virtualNow() }));
  }
}

function auditOf(verb: 'create' | 'end', by: string, { id, note, scope, until }: Pause): string {
  const object = { type: 'pause' as const, id, title: note };
  const detail = { scope, until: isoTime(until) };
  return JSON.stringify({ by, action: `pause.${verb}`, object, detail } satisfies AuditEntry);
}

/** Omits damaged pauses. */
export function readPauses(texts: readonly string[]): Pause[] {
  return texts.flatMap((text) => (parseObject(text) as Pause | null) ?? []);
}
