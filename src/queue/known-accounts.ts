import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** Hash of worker ids, each with the names of its Zoom accounts (JSON). */
const KNOWN = 'worker-accounts';
/** Interval of the rewrites, ms: another process may have removed this worker as dead. */
const AGAIN_MS = 10_000;

/** Publishes the accounts of this worker, so that someone notices a missing one before it costs a start. */
export class KnownAccounts implements Service {
  readonly name = 'known accounts';
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;
  readonly #workerId: string;
  readonly #names: () => string[];
  readonly #loop: Loop;

  constructor(redis: Redis | Cluster, keys: Keys, workerId: string, names: () => string[], logger: Logger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#workerId = workerId;
    this.#names = names;
    this.#loop = new Loop({
      name: this.name,
      everyMs: AGAIN_MS,
      logger,
      problem: 'could not announce the Zoom accounts of this worker; trying again',
      runOnce: () => this.announce(),
    });
  }

  async start(): Promise<void> {
    await this.announce();
    await this.#forgetDead();
    this.#loop.start();
  }

  /** Publishes now, after a reload of the accounts. */
  async announce(): Promise<void> {
    await this.#redis.hset(this.#keys.named(KNOWN), this.#workerId, JSON.stringify(this.#names()));
  }

  /** Removes the names that killed workers leave behind. */
  async #forgetDead(): Promise<void> {
    const key = this.#keys.named(KNOWN);
    const ids = await this.#redis.hkeys(key);
    const alive = await Promise.all(ids.map((id) => this.#redis.exists(this.#keys.worker(id))));
    const dead = ids.filter((id, i) => alive[i] === 0 && id !== this.#workerId);
    if (dead.length > 0) await this.#redis.hdel(key, ...dead);
  }

  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#redis.hdel(this.#keys.named(KNOWN), this.#workerId).catch(() => 0);
  }
}

/** Number of live workers per account. Only reads, so it works while Redis refuses writes. */
export async function accountsOfWorkers(redis: Redis | Cluster, keys: Keys): Promise<Map<string, number>> {
  const known = await redis.hgetall(keys.named(KNOWN));
  const ids = Object.keys(known);
  const alive = await Promise.all(ids.map((id) => redis.exists(keys.worker(id))));
  const counts = new Map<string, number>();
  for (const id of ids.filter((_id, i) => alive[i] === 1))
    for (const name of JSON.parse(known[id] ?? '[]') as string[]) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
