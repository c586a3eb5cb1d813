import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { RuleSettings } from '../../src/broadcasts/decision.ts';
import { onDeadline } from '../../src/broadcasts/rules/on-deadline.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { TimerQueue } from '../../src/queue/timer-queue.ts';
import type { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { FailureLog } from '../../src/services/failure-log.ts';
import type { LeaderTask } from './leader.ts';

export interface DeadlinesDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  writer: BroadcastWriter;
  queue: TimerQueue;
  clock: Clock;
  rules: RuleSettings;
  workerId: string;
  logger: Logger;
  /** Counts each failed deadline. */
  onFailure?: (task: string) => void;
}

const ROUND_MS = 1_000;
const PAGE = 100;
/** One run ends after this many pages, so that a stop of the process need not wait long. */
const MAX_PAGES = 100;
/** Delay before the retry of a failed deadline, doubled with each failure in a row, ms … */
const AGAIN_MS = 1_000;
/** … up to this. */
const MAX_AGAIN_MS = 300_000;

/** Handles broadcasts past their deadline: gives up requests of dead workers, and raises alerts. */
export class Deadlines implements LeaderTask {
  readonly name = 'deadlines';
  readonly everyMs = ROUND_MS;
  readonly #deps: DeadlinesDeps;
  readonly #failures: FailureLog;

  constructor(deps: DeadlinesDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger, () => deps.onFailure?.('deadline'));
  }

  async runOnce(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    const key = store.keys.named('deadlines');
    const until = clock.now();
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const due = await redis.zrangebyscore(key, '-inf', until, 'LIMIT', 0, PAGE);
      for (const id of due) await this.#one(key, id);
      if (due.length < PAGE) return;
    }
  }

  /** Postpones a failed one, longer each time, so that it does not block those behind it. */
  async #one(key: string, id: string): Promise<void> {
    try {
      await this.#act(key, id);
      this.#failures.succeeded(`the deadline of ${id}`);
    } catch (error) {
      const message = `the deadline of broadcast ${id} failed; it will be retried after longer and longer delays`;
      const times = this.#failures.failed(`the deadline of ${id}`, error, message, { broadcastId: id });
      const again = Math.min(MAX_AGAIN_MS, AGAIN_MS * 2 ** (times - 1));
      await this.#deps.redis.zadd(key, 'XX', this.#deps.clock.now() + again, id);
    }
  }

  async #act(key: string, id: string): Promise<void> {
    const { redis, store, writer, queue, rules, workerId, clock } = this.#deps;
    // `load` moves a damaged record to quarantine.
    const snapshot = await store.load(id);
    if (!snapshot) {
      await redis.zrem(key, id);
      return;
    }
    const decision = onDeadline(snapshot, rules, `worker:${workerId}`);
    if (!decision) {
      // A live worker still has it, or there is nothing to do: check again in a second, unless its deadline has moved.
      await redis.zadd(key, 'XX', clock.now() + ROUND_MS, id);
      await queue.addAll(await this.#withoutJobs(id));
      return;
    }
    const result = await writer.apply([{ before: snapshot.broadcast, decision }]);
    if (result.kind !== 'ok') await redis.zadd(key, 'XX', clock.now() + ROUND_MS, id);
  }

  async #withoutJobs(id: string): Promise<Broadcast[]> {
    const found = await this.#deps.store.getMany([id]);
    return (await this.#deps.queue.missing(found)).length > 0 ? found : [];
  }
}
