import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import type { Clock } from '../../src/clock.ts';
import { EVENTS } from '../../src/events/event-log.ts';
import type { LeaderTask } from './leader.ts';

export interface TrimEventsDeps {
  redis: Redis | Cluster;
  keys: Keys;
  clock: Clock;
  /** RETENTION, ms. */
  retentionMs: number;
}

const EVERY_MS = 600_000;
/** Minimum age of removed events, whatever RETENTION is, ms: a client can resume after a night, and notifications retry for a day. */
const MIN_KEPT_MS = 2 * 86_400_000;

/**
 * Removes events older than RETENTION. Writes cap their number as well, but a small installation takes years to reach the cap, and
 * events hold titles and labels of broadcasts deleted long ago.
 */
export class TrimEvents implements LeaderTask {
  readonly name = 'events';
  readonly everyMs = EVERY_MS;
  readonly #deps: TrimEventsDeps;

  constructor(deps: TrimEventsDeps) {
    this.#deps = deps;
  }

  async runOnce(): Promise<void> {
    const { redis, keys, clock, retentionMs } = this.#deps;
    const before = clock.now() - Math.max(retentionMs, MIN_KEPT_MS);
    await redis.xtrim(keys.named(EVENTS), 'MINID', Math.max(0, Math.floor(before)));
  }
}
