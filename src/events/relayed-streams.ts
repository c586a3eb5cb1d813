import type { Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import { OLDEST } from './event-id.ts';
import { EVENTS } from './event-log.ts';

/** What a shard reports, and about how many entries are kept of it; the scripts have the same numbers (`lua/streams.lua`). */
const STREAMS = { [EVENTS]: 100_000, audit: 1_000_000 } as const;
type Stream = keyof typeof STREAMS;
const NAMES = Object.keys(STREAMS) as Stream[];

/**
 * KEYS: hash of the last ids, stream. ARGV: field of that hash, entries to keep, then id and text of each entry, in order.
 * Passes on what was not passed on before: two processes that do it at once, or one that does it again, change nothing.
 */
const PASS_ON = `
local function place(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local last = redis.call('HGET', KEYS[1], ARGV[1]) or '0-0'
for i = 3, #ARGV, 2 do
  local ms, seq = place(ARGV[i])
  local lastMs, lastSeq = place(last)
  if ms > lastMs or (ms == lastMs and seq > lastSeq) then
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'e', ARGV[i + 1])
    last = ARGV[i]
  end
end
redis.call('HSET', KEYS[1], ARGV[1], last)
return last`;

const PAGE = 500;

type Entry = [id: string, fields: string[]];

/** What a shard reports, and how far it was passed on to the streams of the first shard, which all readers follow. */
export class RelayedStreams {
  readonly #redis: RedisClient;
  readonly #home: Keys;
  readonly #keys: Keys;
  readonly #shard: number;

  /** @param home of the first shard @param keys of the shard whose reports are passed on, which is number `shard` */
  constructor(redis: RedisClient, home: Keys, { keys, shard }: { keys: Keys; shard: number }) {
    this.#redis = redis;
    this.#home = home;
    this.#keys = keys;
    this.#shard = shard;
  }

  /** Passes on the next entries. @returns how many were read; 0: that was all */
  async passOn(): Promise<number> {
    const places = await this.#places();
    const read = await Promise.all(
      NAMES.map((name, i) => this.#redis.xrange(this.#keys.named(name), `(${places[i]}`, '+', 'COUNT', PAGE)),
    );
    for (const [i, name] of NAMES.entries()) await this.#take(name, read[i] as Entry[]);
    return read.reduce((sum, entries) => sum + entries.length, 0);
  }

  /** Waits up to `blockMs` for entries, on a connection that it blocks, and passes them on. */
  async waitAndPassOn(blocking: RedisClient, blockMs: number): Promise<void> {
    const places = await this.#places();
    const streams = NAMES.map((name) => this.#keys.named(name));
    const read = await blocking.xread('COUNT', PAGE, 'BLOCK', blockMs, 'STREAMS', ...streams, ...places);
    for (const [key, entries] of (read ?? []) as [string, Entry[]][]) {
      const name = NAMES[streams.indexOf(key)];
      if (name) await this.#take(name, entries);
    }
  }

  /** Where each stream was passed on to; kept in Redis, so that the next process continues there. */
  async #places(): Promise<string[]> {
    const stored = await this.#redis.hmget(this.#home.named('relayed'), ...NAMES.map((name) => this.#field(name)));
    return stored.map((id) => id ?? OLDEST);
  }

  async #take(name: Stream, entries: Entry[]): Promise<void> {
    const last = entries.at(-1)?.[0];
    if (last === undefined) return;
    const texts = entries.flatMap(([id, fields]) => [id, fields[1] ?? '']);
    const target = [this.#home.named('relayed'), this.#home.named(name)];
    await this.#redis.eval(PASS_ON, 2, ...target, this.#field(name), STREAMS[name], ...texts);
    await this.#redis.xtrim(this.#keys.named(name), 'MINID', last);
  }

  #field(name: Stream): string {
    return `${this.#shard}:${name}`;
  }
}
