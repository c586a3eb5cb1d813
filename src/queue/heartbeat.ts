import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/keys.ts';
import { LEASE_MS } from '../broadcasts/on-deadline.ts';

/** A heartbeat every 1.5 s: the lease of 5 s survives two that are lost. */
const BEAT_MS = 1_500;
/** Set of worker ids by their last beat, for `/readyz` and `doctor`. */
const SEEN = 'workers';

/** Shows that this worker process lives: its heartbeat is the lease of everything it has claimed. */
export class Heartbeat {
  readonly #redis: Redis | Cluster;
  readonly #keys: Keys;
  readonly #workerId: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis | Cluster, keys: Keys, workerId: string) {
    this.#redis = redis;
    this.#keys = keys;
    this.#workerId = workerId;
  }

  /** Resolves after the first beat, so that no claim is made without a lease. */
  async start(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => void this.#beat().catch(() => {}), BEAT_MS);
  }

  /** Beats now: after a restart of Redis the lease has run out, and others would take our requests for lost. */
  soon(): void {
    void this.#beat().catch(() => {});
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#redis.del(this.#keys.worker(this.#workerId)).catch(() => 0);
  }

  async #beat(): Promise<void> {
    await this.#redis.set(this.#keys.worker(this.#workerId), '1', 'PX', LEASE_MS);
    await this.#redis.hset(this.#keys.named(SEEN), this.#workerId, '1');
  }
}

/** How many worker processes show a heartbeat now; forgets those that do not. */
export async function workersSeen(redis: Redis | Cluster, keys: Keys): Promise<number> {
  const ids = await redis.hkeys(keys.named(SEEN));
  const alive = await Promise.all(ids.map((id) => redis.exists(keys.worker(id))));
  const gone = ids.filter((_id, i) => alive[i] === 0);
  if (gone.length > 0) await redis.hdel(keys.named(SEEN), ...gone);
  return ids.length - gone.length;
}
