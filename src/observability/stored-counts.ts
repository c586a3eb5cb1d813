import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { WaitReason } from '../broadcasts/rules/counts.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';

/** Name (`Keys.named`) of the hash in which all processes count together; `commit.lua` counts there, too: see `countsOf`. */
export const COUNTS = 'counts';

/** Upper bounds of the histograms, s; the last bucket, +Inf, is the next index. */
export const LATENESS_BUCKETS_S: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

const FLUSH_MS = 1_000;
/** Waits are remembered up to this many: one that asks for its turn twenty times is one wait. */
const MAX_WAITS = 10_000;

/** Counts in memory and adds to the shared hash once a second, so that counting costs the hot path nothing. */
export class StoredCounts implements Service {
  readonly name = 'counters';
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #loop: Loop;
  #pending = new Map<string, number>();
  readonly #waits = new Set<string>();

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
    this.#observe(`late:${action}`, latenessMs);
  }

  /** The watchdog's own timer came back `latenessMs` after its moment. */
  canary(latenessMs: number): void {
    this.#observe('canary', latenessMs);
  }

  /** An event of Zoom was stored, or processed, `delayMs` after it happened. */
  eventDelay(stage: 'stored' | 'processed', delayMs: number): void {
    this.#observe(`event:${stage}`, Math.max(0, delayMs));
  }

  /** A request waits for its turn (`rate`), the next day or the end of an outage; `what` names it, so that it counts once. */
  waited(reason: WaitReason, what: string): void {
    const wait = `${reason}:${what}`;
    if (this.#waits.has(wait)) return;
    if (this.#waits.size >= MAX_WAITS) this.#waits.clear();
    this.#waits.add(wait);
    this.#add(`wait:${reason}`, 1);
  }

  /** `job`: missing jobs were added again; `overdue`: a run began without its job. */
  repaired(what: 'job' | 'overdue', count: number): void {
    if (count > 0) this.#add(`repair:${what}`, count);
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

  #observe(histogram: string, ms: number): void {
    const seconds = ms / 1_000;
    const bucket = LATENESS_BUCKETS_S.findIndex((bound) => seconds <= bound);
    this.#add(`${histogram}:${bucket < 0 ? LATENESS_BUCKETS_S.length : bucket}`, 1);
    this.#add(`${histogram}:sum`, Math.round(ms));
  }

  #add(field: string, by: number): void {
    this.#pending.set(field, (this.#pending.get(field) ?? 0) + by);
  }
}
