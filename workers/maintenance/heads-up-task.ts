import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { nextHeadsUp, onHeadsUp } from '../../src/broadcasts/rules/heads-up.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { FailureLog } from '../../src/services/failure-log.ts';
import type { LeaderTask } from './leader.ts';

export interface HeadsUpTaskDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  writer: BroadcastWriter;
  clock: Clock;
  logger: Logger;
  workerId: string;
  /** HEADS_UP, ms. */
  headsUpMs: number;
}

const ROUND_MS = 1_000;
const PAGE = 200;
/** Maximum pages of an older build's broadcasts in one round: 80 ms of one core. */
const FILL_PAGES = 10;
/** Parallel writes. */
const AT_ONCE = 20;

/**
 * Announces starts and stops ahead of time. It reads only broadcasts within HEADS_UP without an announcement, so a thousand
 * broadcasts of next month cost nothing. The record lists its announcements, so neither a second worker nor a crash repeats one.
 */
export class HeadsUpTask implements LeaderTask {
  readonly name = 'heads-up';
  readonly everyMs = ROUND_MS;
  readonly #deps: HeadsUpTaskDeps;
  readonly #failures: FailureLog;
  #filled = false;
  #fillCursor = '0';

  constructor(deps: HeadsUpTaskDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger);
  }

  async runOnce(): Promise<void> {
    const { redis, store, clock, headsUpMs } = this.#deps;
    if (!this.#filled) await this.#fill();
    const now = clock.now();
    const key = store.keys.named('headsups');
    let failed = 0;
    for (;;) {
      // Announced broadcasts leave the set, so the next page starts after those that could not be announced.
      const ids = await redis.zrangebyscore(key, `(${now}`, now + headsUpMs, 'LIMIT', failed, PAGE);
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const done = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => this.#one(key, id)));
        failed += done.filter((isDone) => !isDone).length;
      }
      if (ids.length < PAGE) return;
    }
  }

  /** Whether it has left the set. */
  async #one(key: string, id: string): Promise<boolean> {
    const { redis, writer, headsUpMs, workerId } = this.#deps;
    try {
      const result = await writer.update(id, (snapshot) => onHeadsUp(snapshot, headsUpMs, `worker:${workerId}`));
      this.#failures.succeeded(`the heads-up of ${id}`);
      if (result.kind === 'ok') return true;
      if (result.kind === 'missing') return (await redis.zrem(key, id)) === 1;
      return false;
    } catch (error) {
      const message = `could not announce broadcast ${id} ahead of time; trying again`;
      this.#failures.failed(`the heads-up of ${id}`, error, message, { broadcastId: id });
      return false;
    }
  }

  /**
   * Adds the broadcasts that a build without heads-ups stored. It does so once per installation, a few pages each round: a million take
   * some 10 minutes.
   */
  async #fill(): Promise<void> {
    const { redis, store } = this.#deps;
    const marker = store.keys.named('headsups-filled');
    if (this.#fillCursor === '0' && (await redis.exists(marker)) === 1) {
      this.#filled = true;
      return;
    }
    for (let page = 0; page < FILL_PAGES && !this.#filled; page += 1) {
      const [next, ids] = await redis.sscan(store.keys.named('pending'), this.#fillCursor, 'COUNT', PAGE);
      const missing = (await store.getMany(ids)).flatMap((broadcast) => {
        const next = nextHeadsUp(broadcast);
        return next ? [next.at, broadcast.id] : [];
      });
      if (missing.length > 0) await redis.zadd(store.keys.named('headsups'), 'NX', ...missing);
      this.#fillCursor = next;
      this.#filled = next === '0';
    }
    if (this.#filled) await redis.set(marker, '1');
  }
}
