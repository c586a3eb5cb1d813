import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../../broadcasts/store/keys.ts';
import type { Clock } from '../../clock.ts';
import { Loop, startingWith } from '../../services/loop.ts';
import type { Service } from '../../services/service.ts';

/** A process notices within this that events have begun to arrive, ms. */
const REFRESH_MS = 5_000;
/** After this long without a single event, the subscription counts as broken, ms (Zoom's own advice: toggle it). */
const SILENT_AFTER_MS = 7 * 24 * 3_600_000;

/** The accounts that receive Zoom's events: only for these is an unconfirmed start an alert. */
export class EventsSeen {
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #clock: Clock;
  #last = new Map<string, number>();

  constructor(redis: Redis | Cluster, keys: Keys, clock: Clock) {
    this.#redis = redis;
    this.#key = keys.named('events-seen');
    this.#clock = clock;
  }

  /** Keeps them up to date. */
  watch(logger: Logger): Service {
    const runOnce = () => this.#refresh();
    const problem = 'could not read which accounts get events; using those known';
    return startingWith(runOnce, new Loop({ name: 'events seen', everyMs: REFRESH_MS, runOnce, logger, problem }));
  }

  has(account: string): boolean {
    const last = this.#last.get(account);
    return last !== undefined && this.#clock.now() - last < SILENT_AFTER_MS;
  }

  async note(account: string): Promise<void> {
    const now = this.#clock.now();
    if (now - (this.#last.get(account) ?? 0) < REFRESH_MS) return;
    this.#last.set(account, now);
    await this.#redis.hset(this.#key, account, Math.floor(now));
  }

  async #refresh(): Promise<void> {
    const all = await this.#redis.hgetall(this.#key);
    this.#last = new Map(Object.entries(all).map(([account, at]) => [account, Number(at)]));
  }
}
