import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import { parseObject } from '../json.ts';
import type { RedisClient } from '../redis/connection.ts';
import { takeLock, underLock } from '../redis/lock.ts';
import type { Installation, Planned } from './configured-zoom.ts';

/** One process at a time changes the record; the lock of a holder that died expires after this, ms. */
const LOCK_MS = 15_000;
const POLL_MS = 50;
const PAGE = 500;

/** KEYS: lock, record. ARGV: holder, record. Writes under the lock: 1, else 0. */
const WRITE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2])
return 1`;

const schema = z.object({
  kind: z.enum(['sandbox', 'zoom']),
  accounts: z.record(z.string(), z.object({ host: z.string(), zoomId: z.string().nullable() })),
});

/** What is stored about Zoom's side: none of it is true for another Zoom. */
const MEMORY = ['mt:', 'token:', 'token-lock:', 'rate:', 'line:', 'slots:', 'left:'];

/** Where an installation keeps which Zoom it belongs to. */
export class InstallationRecord {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #shards: readonly Keys[];
  readonly #clock: Clock;

  /** @param shards of every shard; what belongs to none is in the first */
  constructor(redis: RedisClient, shards: readonly Keys[], clock: Clock) {
    this.#redis = redis;
    this.#shards = shards;
    this.#keys = shards[0] as Keys;
    this.#clock = clock;
  }

  /** Null when nothing is recorded, or it cannot be read. */
  async read(): Promise<Installation | null> {
    const text = await this.#redis.get(this.#record);
    return schema.safeParse(parseObject(text ?? '')).data ?? null;
  }

  /** True while a process is changing it. */
  async isLocked(): Promise<boolean> {
    return (await this.#redis.exists(this.#lock)) === 1;
  }

  /** Runs `work` with the lock, which is renewed meanwhile; `write` fails once the lock is lost. */
  async locked<T>(work: (write: (to: Installation) => Promise<void>) => Promise<T>): Promise<T> {
    const holder = randomUUID();
    while (!(await takeLock(this.#redis, this.#lock, holder, LOCK_MS)))
      await this.#clock.sleepUntil(this.#clock.now() + POLL_MS);
    const write = async (to: Installation) => {
      const written = await this.#redis.eval(WRITE, 2, this.#lock, this.#record, holder, JSON.stringify(to));
      if (written !== 1)
        throw new Error('another process just changed which Zoom this installation belongs to; start again');
    };
    return underLock(this.#redis, this.#lock, holder, LOCK_MS, () => work(write));
  }

  async planned(): Promise<Planned> {
    const [series, ...broadcasts] = await Promise.all([
      this.#redis.zcard(this.#keys.named('series')),
      ...this.#shards.map((keys) => this.#redis.scard(keys.named('pending'))),
    ]);
    return { broadcasts: broadcasts.reduce((sum, count) => sum + count, 0), series };
  }

  /** Workers with a heartbeat: they would continue to work for the former Zoom. */
  async workersAlive(): Promise<number> {
    const ids = await this.#redis.hkeys(this.#keys.named('workers'));
    const alive = await Promise.all(ids.map((id) => this.#redis.exists(this.#keys.worker(id))));
    return alive.filter((found) => found === 1).length;
  }

  /** Deletes what is stored about the meetings of these accounts, and their tokens, rates and unprocessed events. */
  async forget(accounts: 'all' | string[]): Promise<void> {
    for (const keys of this.#shards) await this.#forgetIn(keys, accounts);
  }

  async #forgetIn(shard: Keys, accounts: 'all' | string[]): Promise<void> {
    const { base } = shard;
    const isMeant = (key: string) => {
      const kind = MEMORY.find((start) => key.startsWith(start, base.length));
      if (kind === undefined) return false;
      const of = key.slice(base.length + kind.length);
      return accounts === 'all' || accounts.some((account) => of === account || of.startsWith(`${account}:`));
    };
    const nodes = 'nodes' in this.#redis && typeof this.#redis.nodes === 'function' ? this.#redis.nodes('master') : [];
    for (const node of nodes.length > 0 ? nodes : [this.#redis as Redis]) {
      for await (const keys of node.scanStream({ match: `${base}*`, count: PAGE })) {
        const meant = (keys as string[]).filter(isMeant);
        // One by one: a Cluster node that is moving a slot refuses several keys at once.
        await Promise.all(meant.map((key) => this.#redis.del(key)));
      }
    }
    if (accounts !== 'all') return;
    await this.#redis.del(shard.named('events-seen'));
    // Trimmed, not deleted: its consumer group stays.
    await this.#redis.xtrim(shard.named('inbox'), 'MAXLEN', 0);
  }

  get #record(): string {
    return this.#keys.named('installation');
  }

  get #lock(): string {
    return this.#keys.named('installation-lock');
  }
}
