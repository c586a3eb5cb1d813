import type { Cluster, Redis } from 'ioredis';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { LeaderTask } from './leader.ts';

export interface RetentionDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  clock: Clock;
  /** RETENTION, ms. */
  retentionMs: number;
}

const RETENTION_MS = 60_000;
const PAGE = 500;
/** The next run continues with the backlog. */
const MAX_PAGES = 100;
/** Retention skips a broadcast that it failed to remove for this long, so that it does not block those behind it, ms. */
const AGAIN_MS = 3_600_000;

/** Removes finished broadcasts older than RETENTION. */
export class Retention implements LeaderTask {
  readonly name = 'retention';
  readonly everyMs = RETENTION_MS;
  readonly #deps: RetentionDeps;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** @throws the first error, after removing all other broadcasts */
  async runOnce(): Promise<void> {
    const { redis, store, clock, retentionMs } = this.#deps;
    const key = store.keys.named('finals');
    const before = clock.now() - retentionMs;
    const errors: unknown[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const ids = await redis.zrangebyscore(key, '-inf', before, 'LIMIT', 0, PAGE);
      await this.#remove(key, ids, before, errors);
      if (ids.length < PAGE) break;
    }
    if (errors.length > 0) throw errors[0];
  }

  async #remove(key: string, ids: string[], before: number, errors: unknown[]): Promise<void> {
    const { redis, store } = this.#deps;
    const found = await store.getMany(ids);
    for (const broadcast of found) {
      await store.remove(broadcast).catch(async (error) => {
        errors.push(error);
        await redis.zadd(key, 'XX', before + AGAIN_MS, broadcast.id);
      });
    }
    // Ids without a record would fill every page.
    const known = new Set(found.map(({ id }) => id));
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) await redis.zrem(key, ...missing);
  }
}
