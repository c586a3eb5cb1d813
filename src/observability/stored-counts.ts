import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** Name (`Keys.named`) of the hash in which all processes count together; `commit.lua` counts `alert:<code>` there. */
export const COUNTS = 'counts';

/** Upper bounds of the lateness histogram, s; the last bucket, +Inf, is the next index. */
export const LATENESS_BUCKETS_S: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

const FLUSH_MS = 1_000;

/** Counts in memory and adds to the shared hash once a second, so that counting costs the hot path nothing. */
export class StoredCounts implements Service {
  readonly name = 'counters';
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #loop: Loop;
  #pending = new Map<string, number>();

  constructor(redis: Redis | Cluster, key: string, logger: Logger) {
    this.#redis = redis;
    this.#key = key;
    this.#loop = new Loop({
      name: this.name,
      everyMs: FLUSH_MS,
      logger,
      problem: 'could not store the counters; they are kept until it works',
      runOnce: () => this.runOnce(),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Stores what is left; what Redis does not take now is lost. */
  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.runOnce().catch(() => {});
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

  /** Stores what has been counted. Rejects when it cannot; the counts are kept for the next time. */
  async runOnce(): Promise<void> {
    const counts = this.#pending;
    if (counts.size === 0) return;
    this.#pending = new Map();
    const step = this.#redis.multi();
    for (const [field, by] of counts) step.hincrby(this.#key, field, by);
    try {
      await step.exec();
    } catch (error) {
      for (const [field, by] of counts) this.#add(field, by);
      throw error;
    }
  }

  #add(field: string, by: number): void {
    this.#pending.set(field, (this.#pending.get(field) ?? 0) + by);
  }
}
