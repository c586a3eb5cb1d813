import { nameOf } from '../broadcasts/rules/alerts.ts';
import { workersInEvery } from '../queue/heartbeat.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';
import type { AppContext } from './context.ts';

/** All in ms. */
export interface NoWorkerTimes {
  /** Interval of the checks. */
  every: number;
  /** Alert after this long without a worker (rule 13). */
  after: number;
  /** Alert only for broadcasts due within this. */
  dueWithin: number;
}

export const NO_WORKER_TIMES: NoWorkerTimes = { every: 2_000, after: 30_000, dueWithin: 3_600_000 };

/** One cause per installation, so that all API processes raise the alert once. */
const KEY = 'no_worker';
/** A check this many times later than planned proves nothing about the time in between: this process was stalled. */
const STOOD_STILL = 5;

/** Once workers are back, the delivery gets this long to finish its requests, ms: longer than one (10 s). */
const DELIVERY_GRACE_MS = 12_000;

/**
 * Watches the workers from every API process: with none left, nothing else would report that nothing goes on air. It raises
 * `alert.no_worker`, and delivers to NOTIFY_URL in place of the workers until one is back. It delivers from the same queue as a
 * worker, so that nothing is sent twice when they return.
 */
export class NoWorkerWatch implements Service {
  readonly name = 'no-worker watch';
  readonly #core: AppContext;
  readonly #times: NoWorkerTimes;
  readonly #createDelivery: () => Service | null;
  readonly #loop: Loop;
  #delivery: Service | null = null;
  /** Last time a worker was seen, or a check was impossible (monotonic ms). */
  #seenAt: number;
  #checkedAt: number;

  /** @param createDelivery makes the sender to NOTIFY_URL; null when it is not set */
  constructor(core: AppContext, createDelivery: () => Service | null, times: NoWorkerTimes = NO_WORKER_TIMES) {
    this.#core = core;
    this.#createDelivery = createDelivery;
    this.#times = times;
    this.#seenAt = core.clock.monotonic();
    this.#checkedAt = this.#seenAt;
    this.#loop = new Loop({
      name: this.name,
      everyMs: times.every,
      logger: core.logger,
      problem: 'could not check whether a worker is running; trying again',
      runOnce: () => this.runOnce(),
      // Redis is away, so its heartbeats expire, and the workers need a moment when it is back.
      onFailure: () => {
        this.#seenAt = core.clock.monotonic();
      },
    });
  }

  start(): void {
    this.#seenAt = this.#core.clock.monotonic();
    this.#checkedAt = this.#seenAt;
    this.#loop.start();
  }

  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#endDelivery(graceMs);
  }

  /** One check. */
  async runOnce(): Promise<void> {
    const { redis, shards, clock, alerts, logger } = this.#core;
    const now = clock.monotonic();
    if (now - this.#checkedAt > this.#times.every * STOOD_STILL) this.#seenAt = now;
    this.#checkedAt = now;
    if ((await workersInEvery(redis, shards)) > 0) {
      this.#seenAt = now;
      if (await alerts.resolve(KEY)) logger.info('a worker is running again');
      await this.#endDelivery();
      return;
    }
    if (now - this.#seenAt < this.#times.after) return;
    const due = await this.#due();
    if (!due) return;
    // Start the delivery first: a new reader of a feed starts with the next event.
    await this.#beginDelivery();
    const message = `no worker has been running for ${Math.round((now - this.#seenAt) / 1_000)} s, and ${due}`;
    const advice =
      'Start a worker: livestream worker (under `up`, restart it and check its log for the reason the worker stopped). ' +
      'Run livestream doctor to check what a worker needs.';
    if (await alerts.raiseInstallationAlert({ code: 'no_worker', key: KEY, message, advice }))
      logger.error({ advice }, message);
  }

  /** Says what is due soon or overdue; null when nothing is. */
  async #due(): Promise<string | null> {
    const { redis, shards, clock, store } = this.#core;
    const until = Math.floor(clock.now() + this.#times.dueWithin);
    const names = ['due', 'deadlines'] as const;
    const counts = await Promise.all(names.map((name) => this.#count(name, until)));
    const most = Math.max(...counts);
    if (most === 0) return null;
    const from = names[counts.indexOf(most)] as (typeof names)[number];
    const earliest = shards.map(({ keys }) => redis.zrangebyscore(keys.named(from), '-inf', until, 'LIMIT', 0, 1));
    const found = await store.getMany((await Promise.all(earliest)).flat());
    const [first] = found.sort((a, b) => a.startAt - b.startAt);
    const named = first ? `, first ${nameOf(first)}, planned for ${new Date(first.startAt).toISOString()}` : '';
    const what = most === 1 ? '1 broadcast is' : `${most} broadcasts are`;
    return `${what} due within the hour or overdue${named}`;
  }

  async #count(name: 'due' | 'deadlines', until: number): Promise<number> {
    const { redis, shards } = this.#core;
    const counts = await Promise.all(shards.map(({ keys }) => redis.zcount(keys.named(name), '-inf', until)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #beginDelivery(): Promise<void> {
    this.#delivery ??= this.#createDelivery();
    try {
      await this.#delivery?.start();
    } catch (error) {
      await this.#endDelivery();
      throw error;
    }
  }

  async #endDelivery(graceMs = DELIVERY_GRACE_MS): Promise<void> {
    const delivery = this.#delivery;
    this.#delivery = null;
    await delivery?.stop(graceMs);
  }
}
