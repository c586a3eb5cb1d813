import { type Job, Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Clock } from '../../src/clock.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { Loop } from '../../src/services/loop.ts';
import type { Service } from '../../src/services/service.ts';

/** All in ms. */
export interface WatchdogTimes {
  /** Interval of the canaries. */
  every: number;
  /** A canary is late after this. */
  late: number;
  /** Rebuilt workers must deliver a canary within this. */
  help: number;
}

export const WATCHDOG_TIMES: WatchdogTimes = { every: 5_000, late: 15_000, help: 30_000 };
const JOB_ID = 'canary';
/** Every key that BullMQ keeps for a queue with one job. They expire after a kill of the process; the lock expires by itself. */
const KEYS = ['meta', 'id', 'events', 'wait', 'active', 'delayed', 'marker', 'stalled', JOB_ID];
const KEYS_LAST_MS = 300_000;
/** A canary is a timer, like a start: BullMQ delivers it after this, ms. */
const DUE_AFTER_MS = 1_000;

interface Canary {
  /** On the monotonic clock of this process, ms. */
  dueAt: number;
}

export interface WatchdogDeps {
  /** Answers PING: a canary counts as late only while it does. */
  redis: RedisClient;
  /** BullMQ's prefix. */
  prefix: string;
  workerId: string;
  clock: Clock;
  logger: Logger;
  times?: WatchdogTimes;
  /** The connection of the workers. The watchdog calls this at its start. */
  connection(): RedisClient;
  /** Called when a canary came back, with its lateness (ms). */
  onCanary(latenessMs: number): void;
  /** Rebuilds the BullMQ side; resolves to the connection for the canary's own Worker. */
  rebuild(): Promise<RedisClient>;
  /** Called when the rebuild did not help: this process should end. */
  giveUp(): void;
}

/**
 * Sets a timer for itself in BullMQ every few seconds, and measures how late it comes. After a failover, BullMQ's blocking connections
 * have been seen to hang forever although Redis answers. The watchdog then rebuilds the workers; if that does not help, the process ends.
 */
export class Watchdog implements Service {
  readonly name = 'watchdog';
  readonly #deps: WatchdogDeps;
  readonly #times: WatchdogTimes;
  readonly #queueName: string;
  readonly #loop: Loop;
  #queue: Queue | undefined;
  #worker: Worker | undefined;
  #seenAt = 0;
  #rebuiltAt: number | null = null;
  #gaveUp = false;

  constructor(deps: WatchdogDeps) {
    this.#deps = deps;
    this.#times = deps.times ?? WATCHDOG_TIMES;
    // One queue per process: another process's workers must not take the canary.
    this.#queueName = `canary-${deps.workerId}`;
    this.#loop = new Loop({
      name: this.name,
      everyMs: this.#times.every,
      logger: deps.logger,
      problem: 'could not check whether BullMQ still delivers jobs; trying again',
      runOnce: () => this.runOnce(),
    });
  }

  start(): void {
    if (this.#queue) return;
    const { redis, prefix, clock } = this.#deps;
    this.#queue = new Queue(this.#queueName, { connection: redis, prefix, streams: { events: { maxLen: 10 } } });
    this.#queue.on('error', () => {});
    this.#seenAt = clock.monotonic();
    this.#listen(this.#deps.connection());
    this.#loop.start();
    this.#loop.soon();
  }

  /** Stops, and removes its keys from BullMQ. */
  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    if (!this.#queue) return;
    void this.#worker?.close().catch(() => {});
    const keys = KEYS.map((name) => this.#key(name));
    await this.#deps.redis.del(this.#key('stalled-check'), this.#key(`${JOB_ID}:lock`), ...keys).catch(() => 0);
    await this.#queue.close().catch(() => {});
  }

  #listen(connection: RedisClient): void {
    const seen = async ({ data }: Job<Canary>) => {
      this.#seenAt = this.#deps.clock.monotonic();
      this.#rebuiltAt = null;
      this.#deps.onCanary(Math.max(0, this.#seenAt - data.dueAt));
    };
    const { prefix, logger } = this.#deps;
    // If Redis dies under a canary, it stays in progress and blocks the next one. With BullMQ's defaults (30 s, and 15 s before the retry)
    // that can take longer than `late` and `help` together.
    const soon = { lockDuration: 5_000, stalledInterval: 2_000, maxStalledCount: 50, runRetryDelay: 1_000 };
    this.#worker = new Worker(this.#queueName, seen, { connection, prefix, drainDelay: 1, ...soon });
    this.#worker.on('error', (error) => logger.debug({ err: error }, 'BullMQ error of the watchdog worker'));
  }

  /** Sends a canary, and checks whether the earlier ones came back. */
  async runOnce(): Promise<void> {
    if (this.#gaveUp) return;
    const { redis, clock, logger } = this.#deps;
    if (!(await this.#sendCanary())) {
      // Redis is away, which is not the workers' fault: restart their time limit when it is back.
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
      this.#gaveUp = true;
      logger.fatal('rebuilding the workers did not help: giving up');
      this.#deps.giveUp();
    }
  }

  /** False when Redis does not answer. All canaries share one id, so there is never more than one. */
  async #sendCanary(): Promise<boolean> {
    try {
      const delay = Math.min(DUE_AFTER_MS, this.#times.every);
      const canary: Canary = { dueAt: this.#deps.clock.monotonic() + delay };
      await this.#queue?.add('canary', canary, { jobId: JOB_ID, delay, removeOnComplete: true, removeOnFail: true });
      await Promise.all(KEYS.map((name) => this.#deps.redis.pexpire(this.#key(name), KEYS_LAST_MS)));
      return true;
    } catch {
      return false;
    }
  }

  #key(name: string): string {
    return `${this.#deps.prefix}:${this.#queueName}:${name}`;
  }
}
