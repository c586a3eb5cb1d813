import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';

/** Name (`Keys.named`) of the hash in which all processes count together; `commit.lua` counts `alert:<code>` there. */
export const COUNTS = 'counts';

/** Upper bounds of the lateness histogram, s; the last bucket, +Inf, is the next index. */
export const LATENESS_BUCKETS_S: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

const FLUSH_MS = 1_000;

/** Counts in memory and adds to the shared hash once a second, so that counting costs the hot path nothing. */
export class StoredCounts {
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #logger: Logger;
  #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis | Cluster, key: string, logger: Logger) {
    this.#redis = redis;
    this.#key = key;
    this.#logger = logger;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** A start or stop left `latenessMs` after its moment. */
  late(action: 'start' | 'stop', latenessMs: number): void {
    const seconds = latenessMs / 1_000;
    const bucket = LATENESS_BUCKETS_S.findIndex((bound) => seconds <= bound);
    this.#add(`late:${action}:${bucket < 0 ? LATENESS_BUCKETS_S.length : bucket}`, 1);
    this.#add(`late:${action}:sum`, Math.round(latenessMs));
  }

  /** A request to Zoom has an outcome. */
  zoom(request: string, outcome: string): void {
    this.#add(`zoom:${request}:${outcome}`, 1);
  }

  /** A task of the leader, or one deadline, has failed. */
  leaderError(task: string): void {
    this.#add(`leader:${task}`, 1);
  }

  /** Writes what has been counted. What cannot be written is kept for the next time; never rejects. */
  async flush(): Promise<void> {
    const counts = this.#pending;
    if (counts.size === 0) return;
    this.#pending = new Map();
    const step = this.#redis.multi();
    for (const [field, by] of counts) step.hincrby(this.#key, field, by);
    try {
      await step.exec();
    } catch (error) {
      this.#logger.debug({ err: error }, 'could not store the counters yet');
      for (const [field, by] of counts) this.#add(field, by);
    }
  }

  #add(field: string, by: number): void {
    this.#pending.set(field, (this.#pending.get(field) ?? 0) + by);
  }
}
