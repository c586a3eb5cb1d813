import type { Redis } from 'ioredis';
import { indexNames } from '../broadcasts/store/indexes.ts';
import { type KeyName, type Keys, keysOf, MAX_SHARDS } from '../broadcasts/store/keys.ts';
import { readRecord } from '../broadcasts/store/record-codec.ts';
import { shardOf } from '../broadcasts/store/shard-of.ts';
import { parseObject } from '../json.ts';
import type { RedisClient } from '../redis/connection.ts';
import { copyMarks } from './move-marks.ts';
import { unlessWrongType } from './wrong-type.ts';

/** Looked at in one round trip. */
const PAGE = 200;
/** Sorted sets that hold a broadcast under its id, besides the lists `ix:`. */
const SORTED_SETS = [
  ...(['deadlines', 'due', 'held', 'leaving', 'stops', 'preflights', 'headsups', 'finals'] as const),
] satisfies KeyName[];
/** Sets that do. */
const SETS = ['pending', 'preflights-wanted'] as const satisfies readonly KeyName[];
/** Keys of an account; its name follows, up to the next colon. */
const OF_ACCOUNT = ['mt:', 'mi:', 'ms:', 'rate:', 'line:', 'slots:', 'left:', 'circuit:'];

/** What was moved. */
export interface Moved {
  broadcasts: number;
  alerts: number;
}

/**
 * Brings everything of each account into its shard among `to`, and what belongs to none into the first. No process of the
 * installation may run. Each thing is written to its new shard before it leaves the old one, so that what was interrupted goes on when
 * it is run again.
 */
export class ShardMove {
  readonly #redis: RedisClient;
  readonly #all: readonly Keys[];
  readonly #to: number;

  constructor(redis: RedisClient, prefix: string, to: number) {
    this.#redis = redis;
    this.#to = to;
    // Whatever there was before, an interrupted move included.
    this.#all = Array.from({ length: MAX_SHARDS }, (_, shard) => keysOf(prefix, shard));
  }

  async run(): Promise<Moved> {
    const moved: Moved = { broadcasts: 0, alerts: 0 };
    for (const keys of this.#all) {
      moved.broadcasts += await this.#broadcasts(keys);
      moved.alerts += await this.#alerts(keys);
      await this.#inbox(keys);
      await this.#accounts(keys);
      await this.#redis.del(keys.named('repair-place'));
    }
    await this.#copyPauses();
    for (const keys of this.#all)
      await copyMarks(this.#redis, keys, await this.#names(keys, 'idem:'), this.#all.slice(0, this.#to));
    for (const keys of this.#all.slice(this.#to)) await this.#empty(keys);
    return moved;
  }

  /** Null: it is where it belongs. */
  #targetOf(account: string, from: Keys): Keys | null {
    const to = this.#all[shardOf(account, this.#to)] as Keys;
    return to === from ? null : to;
  }

  /**
   * As `#targetOf`; what names no account (it is damaged) stays where the quarantine finds it, unless its shard goes: then it goes to
   * the first one.
   */
  #targetOfRecord(account: string | null, from: Keys): Keys | null {
    if (account !== null) return this.#targetOf(account, from);
    return this.#all.indexOf(from) < this.#to ? null : (this.#all[0] as Keys);
  }

  async #broadcasts(from: Keys): Promise<number> {
    let count = 0;
    for await (const id of this.#members(from.index('all'))) {
      const to = this.#targetOfRecord(await unlessWrongType(this.#redis.hget(from.broadcast(id), 'a'), null), from);
      // What a move that was interrupted wrote first, and went on elsewhere with another number.
      if ((await this.#redis.exists(from.broadcast(id))) === 0) await this.#leave(id, from, ['all']);
      else if (to) {
        await this.#broadcast(id, from, to);
        count += 1;
      }
    }
    return count;
  }

  async #broadcast(id: string, from: Keys, to: Keys): Promise<void> {
    const stored = this.#redis.hmget(from.broadcast(id), 'd', 'v', 'a', 'm');
    const [data = null, ...key] = await unlessWrongType(stored, []);
    const { broadcast } = readRecord(id, { data, key });
    const lists = [...new Set(['all', ...(broadcast ? indexNames(broadcast) : [])])];
    const places = [...lists.map((name): KeyName => `ix:${name}`), ...SORTED_SETS];
    // Into `ix:all` first: what was written there is found by another run, whatever its number.
    for (const name of places) {
      const score = await unlessWrongType(this.#redis.zscore(from.named(name), id), null);
      if (score !== null) await this.#redis.zadd(to.named(name), score, id);
    }
    await this.#copy(from.history(id), to.history(id));
    await this.#copy(from.broadcast(id), to.broadcast(id));
    for (const name of SETS) {
      const isIn = await unlessWrongType(this.#redis.sismember(from.named(name), id), 0);
      if (isIn === 1) await this.#redis.sadd(to.named(name), id);
    }
    await this.#leave(id, from, lists);
  }

  /** In one step: what is not in `ix:all` any more is not found by another run. */
  async #leave(id: string, from: Keys, lists: readonly string[]): Promise<void> {
    const step = this.#redis.multi();
    for (const name of SETS) step.srem(from.named(name), id);
    for (const name of SORTED_SETS) step.zrem(from.named(name), id);
    for (const name of lists) step.zrem(from.index(name), id);
    await step.del(from.history(id), from.broadcast(id)).exec();
  }

  async #alerts(from: Keys): Promise<number> {
    const causes = Object.entries(await this.#redis.hgetall(from.named('alert-causes')));
    const causeOf = new Map(causes.map(([cause, id]) => [id, cause]));
    const lists = await this.#names(from, 'alerts:');
    let count = 0;
    for await (const id of this.#members(from.named('alerts:all'))) {
      const data = await unlessWrongType(this.#redis.hget(from.named(`alert:${id}`), 'd'), null);
      const to = this.#targetOfRecord(accountIn(data), from);
      if (!to) continue;
      await this.#alert(id, { from, to, lists, cause: causeOf.get(id) });
      count += 1;
    }
    return count;
  }

  async #alert(
    id: string,
    { from, to, lists, cause }: { from: Keys; to: Keys; lists: KeyName[]; cause: string | undefined },
  ): Promise<void> {
    await this.#copy(from.named(`alert:${id}`), to.named(`alert:${id}`));
    for (const list of lists) {
      const score = await this.#redis.zscore(from.named(list), id);
      if (score !== null) await this.#redis.zadd(to.named(list), score, id);
    }
    if (cause !== undefined) await this.#redis.hset(to.named('alert-causes'), cause, id);
    await this.#redis.incr(to.named('alert-changes'));
    const step = this.#redis.multi();
    if (cause !== undefined) step.hdel(from.named('alert-causes'), cause);
    for (const list of lists) step.zrem(from.named(list), id);
    await step.del(from.named(`alert:${id}`)).exec();
  }

  /** Zoom's events that wait go behind those that wait there. */
  async #inbox(from: Keys): Promise<void> {
    const entries = (await this.#redis.xrange(from.named('inbox'), '-', '+')) as [string, string[]][];
    for (const [id, fields] of entries) {
      const to = this.#targetOfRecord(accountIn(fields[1] ?? null), from);
      if (!to) continue;
      await this.#redis.xadd(to.named('inbox'), '*', ...fields);
      await this.#redis.xdel(from.named('inbox'), id);
    }
  }

  /** What is known of meetings, and the rate limits. */
  async #accounts(from: Keys): Promise<void> {
    for (const kind of OF_ACCOUNT) {
      for (const name of await this.#names(from, kind)) {
        const to = this.#targetOf(name.slice(kind.length).split(':', 1)[0] as string, from);
        if (!to) continue;
        await this.#copy(from.named(name), to.named(name));
        await this.#redis.del(from.named(name));
      }
    }
  }

  /** Every shard has every pause: what the first one says holds. */
  async #copyPauses(): Promise<void> {
    const [home, ...others] = this.#all.slice(0, this.#to) as [Keys, ...Keys[]];
    const pauses = await this.#redis.hgetall(home.named('pauses'));
    for (const keys of others) {
      for (const [id, text] of Object.entries(pauses)) {
        const covers = textIn(text, 'covers');
        if (covers === null) continue;
        await this.#redis.hset(keys.named('pauses'), id, text);
        await this.#redis.sadd(keys.named(`paused:${covers}`), id);
      }
    }
  }

  /** A shard that no longer exists: what is left in it belongs to no account. */
  async #empty(keys: Keys): Promise<void> {
    const home = this.#all[0] as Keys;
    for (const [field, count] of Object.entries(await this.#redis.hgetall(keys.named('counts')))) {
      await this.#redis.hincrby(home.named('counts'), field, Number(count));
      await this.#redis.hdel(keys.named('counts'), field);
    }
    for (const [id, why] of Object.entries(await this.#redis.hgetall(keys.named('poison')))) {
      await this.#redis.hset(home.named('poison'), id, why);
      await this.#copy(keys.named(`poison:${id}`), home.named(`poison:${id}`));
    }
    for (const [, fields] of (await this.#redis.xrange(keys.named('inbox-quarantine'), '-', '+')) as [
      string,
      string[],
    ][])
      await this.#redis.xadd(home.named('inbox-quarantine'), '*', ...fields);
    const left = await this.#redis.zcard(keys.index('all'));
    if (left > 0)
      throw new Error(`${left} broadcasts are still under ${keys.base}: nothing more was deleted. Run it again`);
    for (const name of await this.#names(keys, '')) await this.#redis.unlink(keys.named(name));
    const shard = this.#all.indexOf(keys);
    await this.#redis.hdel(home.named('relayed'), `${shard}:events`, `${shard}:audit`);
  }

  /** With what is left of its time; a key that is not there is left out. */
  async #copy(from: string, to: string): Promise<void> {
    const [value, left] = await Promise.all([this.#redis.dumpBuffer(from), this.#redis.pttl(from)]);
    if (value) await this.#redis.restore(to, Math.max(0, left), value, 'REPLACE');
  }

  async *#members(key: string): AsyncGenerator<string> {
    const ids: string[] = [];
    let cursor = '0';
    do {
      const [next, entries] = await this.#redis.zscan(key, cursor, 'COUNT', PAGE);
      cursor = next;
      ids.push(...entries.filter((_entry, i) => i % 2 === 0));
    } while (cursor !== '0');
    // Read to the end first: a set that shrinks meanwhile may be returned only in part.
    yield* new Set(ids);
  }

  /** Names of keys that begin with `start`. */
  async #names({ base }: Keys, start: string): Promise<KeyName[]> {
    const redis = this.#redis;
    const nodes = 'nodes' in redis && typeof redis.nodes === 'function' ? redis.nodes('master') : [redis as Redis];
    const found = new Set<string>();
    for (const node of nodes) {
      for await (const page of node.scanStream({ match: `${base}${start}*`, count: 1_000 }))
        for (const key of page as string[]) found.add(key.slice(base.length));
    }
    return [...found] as KeyName[];
  }
}

/** The `account` of a JSON text; null when it has none. */
function accountIn(text: string | null): string | null {
  return textIn(text, 'account');
}

function textIn(text: string | null, name: 'account' | 'covers'): string | null {
  const value = parseObject(text ?? '')?.[name];
  return typeof value === 'string' ? value : null;
}
