import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import { redisRefusal } from '../redis/refusal.ts';
import { FailureLog } from '../services/failure-log.ts';
import type { Preflight } from './preflight.ts';

export interface PreflightTaskDeps {
  redis: Redis | Cluster;
  keys: Keys;
  clock: Clock;
  preflight: Preflight;
  logger: Logger;
  /** False: only those that somebody asks for. PREFLIGHT=off of this worker, whatever the process that planned a broadcast has set. */
  automatic?: boolean;
}

/** Sorted set of ids by the moment their preflight is due (ms); written together with the broadcast. */
export const DUE = 'preflights';
/** Set of ids to check now, on request. */
export const WANTED = 'preflights-wanted';
const EVERY_MS = 500;
/** Concurrent checks: they mostly wait for the rate limit of reads. */
const AT_ONCE = 60;
/** … and per account: reads that Zoom never answers must leave room for other accounts. */
const OF_ACCOUNT = 20;
/** Maximum scanned in one round. */
const PAGE = 300;
/** A check that was started but not stored (a crash) is restarted after this, ms. */
const AGAIN_MS = 120_000;

/** Starts the preflights that are due; run by the leader. Returns at once; the checks continue in the background. */
export class PreflightTask {
  readonly name = 'preflight';
  readonly everyMs = EVERY_MS;
  readonly #deps: PreflightTaskDeps;
  /** Id → account. */
  readonly #running = new Map<string, string | null>();

  readonly #failures: FailureLog;
  /** Where the next round starts, so that a busy account does not hide others. */
  #from = 0;

  constructor(deps: PreflightTaskDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger);
  }

  async runOnce(): Promise<void> {
    const { redis, keys, clock, automatic = true } = this.#deps;
    const wanted = await redis.spop(keys.named(WANTED), AT_ONCE);
    for (const id of wanted) this.#begin(id, null);
    if (!automatic || this.#running.size >= AT_ONCE) return;
    const key = keys.named(DUE);
    const due = await redis.zrangebyscore(key, '-inf', clock.now(), 'LIMIT', this.#from, PAGE);
    this.#from = due.length === PAGE ? this.#from + PAGE : 0;
    const accounts = await Promise.all(due.map((id) => redis.hget(keys.broadcast(id), 'a').catch(() => null)));
    for (const [i, id] of due.entries()) {
      const account = accounts[i] ?? null;
      if (this.#running.size >= AT_ONCE) return;
      if (account !== null && this.#of(account) >= OF_ACCOUNT) continue;
      await redis.zadd(key, 'XX', clock.now() + AGAIN_MS, id);
      this.#begin(id, account);
    }
  }

  #of(account: string): number {
    return [...this.#running.values()].filter((running) => running === account).length;
  }

  #begin(id: string, account: string | null): void {
    if (this.#running.has(id)) return;
    this.#running.set(id, account);
    const { preflight, redis, keys } = this.#deps;
    void preflight
      .run(id)
      .then((broadcast) => (broadcast ? 0 : redis.zrem(keys.named(DUE), id)))
      .then(() => this.#failures.succeeded(`preflight of ${id}`))
      .catch((error) => this.#failed(id, error))
      .finally(() => this.#running.delete(id));
  }

  #failed(id: string, error: unknown): void {
    // While Redis is away the leader logs it, once for all.
    if (redisRefusal(error)) {
      this.#deps.logger.debug({ err: error, broadcastId: id }, 'could not run a preflight check: Redis is away');
      return;
    }
    const message = 'preflight check failed; it will be retried';
    this.#failures.failed(`preflight of ${id}`, error, message, { broadcastId: id });
  }
}
