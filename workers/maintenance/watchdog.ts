import { Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Clock } from '../../src/clock.ts';
import type { RedisClient } from '../../src/redis/connection.ts';

/** How long what may take, ms. */
export interface WatchdogTimes {
  /** Distance of two canaries. */
  every: number;
  /** A canary that has not come back after this is late. */
  late: number;
  /** Workers that were built anew must bring one back within this. */
  help: number;
}

export const WATCHDOG_TIMES: WatchdogTimes = { every: 5_000, late: 15_000, help: 30_000 };
const JOB_ID = 'canary';
/** All that BullMQ keeps of a queue with one job; it expires by itself when the process is killed. */
const KEYS = ['meta', 'id', 'events', 'wait', 'active', 'marker', 'stalled', JOB_ID, `${JOB_ID}:lock`];
const KEYS_LAST_MS = 300_000;

export interface WatchdogDeps {
  /** Answers PING: the canary is late only while it does. */
  redis: RedisClient;
  /** BullMQ's prefix. */
  prefix: string;
  workerId: string;
  clock: Clock;
  logger: Logger;
  times?: WatchdogTimes;
  /** A canary came back. */
  onCanary(): void;
  /** Builds the BullMQ side anew; resolves to the connection that the canary's own Worker shall use from now on. */
  rebuild(): Promise<RedisClient>;
  /** Building anew did not help: this process is of no use any more. */
  giveUp(): void;
}

/**
 * Sends a job to itself through BullMQ every few seconds. BullMQ's blocking connections have been seen to hang for ever
 * after a failover while Redis answers: then the workers are built anew, and if that does not help the process gives up.
 */
export class Watchdog {
  readonly #deps: WatchdogDeps;
  readonly #times: WatchdogTimes;
  readonly #name: string;
  readonly #queue: Queue;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | null = null;
  #seenAt = 0;
  #rebuiltAt: number | null = null;

  constructor(deps: WatchdogDeps) {
    this.#deps = deps;
    this.#times = deps.times ?? WATCHDOG_TIMES;
    // One queue for each process: another's workers must not take the canary away.
    this.#name = `canary-${deps.workerId}`;
    this.#queue = new Queue(this.#name, {
      connection: deps.redis,
      prefix: deps.prefix,
      streams: { events: { maxLen: 10 } },
    });
    this.#queue.on('error', () => {});
  }

  /** @param connection the one that the workers use */
  start(connection: RedisClient): void {
    this.#seenAt = this.#deps.clock.monotonic();
    this.#listen(connection);
    const tick = () => {
      this.#ticking ??= this.#tick()
        .catch((error) => this.#deps.logger.debug({ err: error }, 'watchdog check failed; trying again'))
        .finally(() => {
          this.#ticking = null;
        });
    };
    this.#timer = setInterval(tick, this.#times.every);
    tick();
  }

  /** Leaves nothing behind in BullMQ. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
    void this.#worker?.close().catch(() => {});
    const keys = KEYS.map((name) => this.#key(name));
    await this.#deps.redis.del(this.#key('stalled-check'), ...keys).catch(() => 0);
    await this.#queue.close().catch(() => {});
  }

  #listen(connection: RedisClient): void {
    const seen = async () => {
      this.#seenAt = this.#deps.clock.monotonic();
      this.#rebuiltAt = null;
      this.#deps.onCanary();
    };
    const { prefix, logger } = this.#deps;
    this.#worker = new Worker(this.#name, seen, { connection, prefix, drainDelay: 1, lockDuration: 5_000 });
    this.#worker.on('error', (error) => logger.debug({ err: error }, 'BullMQ error of the watchdog worker'));
  }

  async #tick(): Promise<void> {
    const { redis, clock, logger } = this.#deps;
    if (!(await this.#sendCanary())) {
      // Redis is away, which is no fault of the workers; they get their time from when it is back.
      this.#seenAt = clock.monotonic();
      if (this.#rebuiltAt !== null) this.#rebuiltAt = clock.monotonic();
      return;
    }
    const now = clock.monotonic();
    if (now - this.#seenAt < this.#times.late || (await redis.ping()) !== 'PONG') return;
    if (this.#rebuiltAt === null) {
      logger.error(
        { lateMs: Math.round(now - this.#seenAt) },
        'BullMQ hangs although Redis answers: rebuilding the workers',
      );
      this.#rebuiltAt = now;
      void this.#worker?.close(true).catch(() => {});
      this.#listen(await this.#deps.rebuild());
    } else if (now - this.#rebuiltAt >= this.#times.help) {
      clearInterval(this.#timer);
      logger.fatal('rebuilding the workers did not help: giving up');
      this.#deps.giveUp();
    }
  }

  /** False when Redis does not answer. A canary that is still under way is not doubled: the id is always the same. */
  async #sendCanary(): Promise<boolean> {
    try {
      await this.#queue.add('canary', {}, { jobId: JOB_ID, removeOnComplete: true, removeOnFail: true });
      await Promise.all(KEYS.map((name) => this.#deps.redis.pexpire(this.#key(name), KEYS_LAST_MS)));
      return true;
    } catch {
      return false;
    }
  }

  #key(name: string): string {
    return `${this.#deps.prefix}:${this.#name}:${name}`;
  }
}
