import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { LEASE_MS } from '../broadcasts/rules/on-deadline.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** A heartbeat every 1.5 s: the lease of 5 s survives two lost ones. */
const BEAT_MS = 1_500;
/** Hash of worker ids, each with the moment (ms) its last canary came back, for `/readyz` and `doctor`. */
const SEEN = 'workers';
/** A worker whose canary has not come back for this long hangs, ms: longer than the watchdog needs to fix it. */
const HANGS_MS = 60_000;

/** Shows that this worker process is alive: its heartbeat is the lease of everything it has claimed. */
export class Heartbeat implements Service {
  readonly name = 'heartbeat';
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;
  readonly #workerId: string;
  readonly #loop: Loop;
  /** When a job last got through (ms, Redis' time); null: not yet. */
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

  /** Resolves after the first beat, so that no claim is made without a lease. */
  async start(): Promise<void> {
    await this.runOnce();
    await this.#forgetGone();
    this.#loop.start();
  }

  /** Beats now: after a restart of Redis the lease has expired, and others would treat our requests as lost. */
  soon(): void {
    this.#loop.soon();
  }

  /** Ends the lease: what this worker still holds is given up by the others. */
  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#redis.del(this.#keys.worker(this.#workerId)).catch(() => 0);
    await this.#redis.hdel(this.#keys.named(SEEN), this.#workerId).catch(() => 0);
  }

  /** Dead workers leave their names; the next worker removes them. */
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

/** How many worker processes have a heartbeat now and get their jobs. Only reads: probes run where writes are refused. */
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

/** How many worker processes serve every shard. */
export async function workersInEvery(redis: Redis | Cluster, shards: readonly { keys: Keys }[]): Promise<number> {
  return Math.min(...(await Promise.all(shards.map(({ keys }) => workersSeen(redis, keys)))));
}

/** The longest time since a live worker got a canary, ms; 0 when none runs or none has got one yet. @param now ms, Redis' time */
export async function oldestCanary(redis: Redis | Cluster, keys: Keys, now: number): Promise<number> {
  const canaries = Object.entries(await redis.hgetall(keys.named(SEEN)));
  const alive = await Promise.all(canaries.map(([id]) => redis.exists(keys.worker(id))));
  const seen = canaries.flatMap(([, at], i) => (alive[i] === 1 && Number(at) > 0 ? [now - Number(at)] : []));
  return Math.max(0, ...seen);
}
