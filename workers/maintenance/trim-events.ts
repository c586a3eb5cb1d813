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
/** A client that was away for a night resumes without loss, and a notification is tried for a day, whatever RETENTION is, ms. */
const MIN_KEPT_MS = 2 * 86_400_000;

/**
 * Removes events that are older than the retention. Their number is capped as they are written; but a small installation takes years
 * to reach that, and they hold titles and labels of broadcasts that are long deleted.
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
