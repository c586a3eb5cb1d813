import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { LEASE_MS } from '../broadcasts/rules/on-deadline.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** Interval of the heartbeats, ms: the lease of 5 s survives two lost ones. */
const BEAT_MS = 1_500;
/** Hash of worker ids, each with the time (ms) of its last canary, for `/readyz` and `doctor`. */
const SEEN = 'workers';
/** A worker without a canary for this long hangs, ms: longer than the watchdog needs to fix it. */
const HANGS_MS = 60_000;

/** Keeps this worker's heartbeat in Redis: the lease of everything that it has claimed. */
export class Heartbeat implements Service {
  readonly name = 'heartbeat';
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;
  readonly #workerId: string;
  readonly #loop: Loop;
  /** When the last canary came back (ms, Redis' time); null: not yet. */
  canaryAt: number | null = null;

  constructor(redis: Redis | Cluster, keys: Keys, workerId: string, logger: Logger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#workerId = workerId;
    this.#loop = new Loop({
      name: this.name,
      everyMs: BEAT_MS,
      logger,
      problem: 'could not renew the heartbeat of this worker; trying again',
      runOnce: () => this.runOnce(),
    });
  }

  /** Resolves after the first beat, so that every claim has a lease. */
  async start(): Promise<void> {
    await this.runOnce();
    await this.#forgetGone();
    this.#loop.start();
  }

  /** Beats now: the lease has expired after a restart of Redis, and other workers would treat our requests as lost. */
  soon(): void {
    this.#loop.soon();
  }

  /** Ends the lease, so that the other workers give up what this one still holds. */
  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#redis.del(this.#keys.worker(this.#workerId)).catch(() => 0);
    await this.#redis.hdel(this.#keys.named(SEEN), this.#workerId).catch(() => 0);
  }

  /** Removes the names that dead workers leave behind. */
  async #forgetGone(): Promise<void> {
    const ids = await this.#redis.hkeys(this.#keys.named(SEEN));
    const alive = await Promise.all(ids.map((id) => this.#redis.exists(this.#keys.worker(id))));
    const dead = ids.filter((_id, i) => alive[i] === 0);
    if (dead.length > 0) await this.#redis.hdel(this.#keys.named(SEEN), ...dead);
  }

  /** One beat. */
  async runOnce(): Promise<void> {
    await this.#redis.set(this.#keys.worker(this.#workerId), '1', 'PX', LEASE_MS);
    await this.#redis.hset(this.#keys.named(SEEN), this.#workerId, Math.floor(this.canaryAt ?? 0));
  }
}

/** Number of worker processes that have a heartbeat and get their jobs. Only reads, because probes run where Redis refuses writes. */
export async function workersSeen(redis: Redis | Cluster, keys: Keys): Promise<number> {
  const [canaries, [seconds]] = await Promise.all([redis.hgetall(keys.named(SEEN)), redis.time()]);
  const ids = Object.keys(canaries);
  const alive = await Promise.all(ids.map((id) => redis.exists(keys.worker(id))));
  const hangs = (id: string) => {
    const canaryAt = Number(canaries[id]);
    return canaryAt > 0 && Number(seconds) * 1_000 - canaryAt > HANGS_MS;
  };
  return ids.filter((id, i) => alive[i] === 1 && !hangs(id)).length;
}

/** Number of worker processes that serve every shard. */
export async function workersInEvery(redis: Redis | Cluster, shards: readonly { keys: Keys }[]): Promise<number> {
  return Math.min(...(await Promise.all(shards.map(({ keys }) => workersSeen(redis, keys)))));
}

/** The longest time since a canary among live workers, ms; 0: no worker, or no canary yet. @param now ms, Redis' time */
export async function oldestCanary(redis: Redis | Cluster, keys: Keys, now: number): Promise<number> {
  const canaries = Object.entries(await redis.hgetall(keys.named(SEEN)));
  const alive = await Promise.all(canaries.map(([id]) => redis.exists(keys.worker(id))));
  const seen = canaries.flatMap(([, at], i) => (alive[i] === 1 && Number(at) > 0 ? [now - Number(at)] : []));
  return Math.max(0, ...seen);
}
