import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import type { Clock } from '../../src/clock.ts';
import { takeLease } from '../../src/redis/lock.ts';
import { FailureLog } from '../../src/services/failure-log.ts';
import { Loop } from '../../src/services/loop.ts';
import { endedWithin, type Service } from '../../src/services/service.ts';

/** Work that one worker does for the installation. Running it twice, or on two workers at once, must change nothing. */
export interface LeaderTask {
  readonly name: string;
  /** From the start of one run to the start of the next. A task never runs twice at the same time. */
  readonly everyMs: number;
  /** Runs once; rejects when it fails. */
  runOnce(): Promise<void>;
}

export interface LeaderDeps {
  redis: Redis | Cluster;
  keys: Keys;
  workerId: string;
  clock: Clock;
  logger: Logger;
  tasks: readonly LeaderTask[];
  /** Counts a failed run of a task. */
  onFailure?: (task: string) => void;
}

/** After the death of the leader, another worker leads within this, ms. */
const LEASE_MS = 4_000;
const TICK_MS = 1_000;

/** Runs each task separately while this worker leads, so that a failing, hanging or slow one does not block the others. */
export class Leader implements Service {
  readonly name = 'leader';
  readonly #deps: LeaderDeps;
  readonly #failures: FailureLog;
  readonly #running = new Map<string, Promise<void>>();
  /** Due time of each task on the monotonic clock (ms). */
  readonly #dueAt = new Map<string, number>();
  readonly #loop: Loop;

  constructor(deps: LeaderDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger, (task) => deps.onFailure?.(task));
    this.#loop = new Loop({
      name: 'lease',
      everyMs: TICK_MS,
      logger: deps.logger,
      problem: 'could not check which worker leads; trying again every second',
      runOnce: () => this.#begin(),
      onFailure: () => deps.onFailure?.('lease'),
    });
  }

  start(): void {
    this.#loop.start();
    this.#loop.soon();
  }

  /** Runs the task at the next tick, for example after a reconnect. */
  soon(task: string): void {
    this.#dueAt.delete(task);
  }

  /** Starts no more runs, and waits up to `graceMs` for those in progress. */
  async stop(graceMs: number): Promise<void> {
    const ended = this.#loop.stop(graceMs).then(() => Promise.all(this.#running.values()));
    await endedWithin(ended, graceMs);
  }

  /** If this worker leads, runs what is due to the end. */
  async runOnce(): Promise<void> {
    await this.#begin();
    await Promise.all(this.#running.values());
  }

  async #begin(): Promise<void> {
    const { redis, keys, workerId, clock } = this.#deps;
    if (!(await takeLease(redis, keys.named('leader'), workerId, LEASE_MS))) return;
    const now = clock.monotonic();
    for (const task of this.#deps.tasks) {
      if (this.#running.has(task.name) || now < (this.#dueAt.get(task.name) ?? 0)) continue;
      this.#dueAt.set(task.name, now + task.everyMs);
      this.#running.set(
        task.name,
        this.#run(task).finally(() => this.#running.delete(task.name)),
      );
    }
  }

  async #run(task: LeaderTask): Promise<void> {
    try {
      await task.runOnce();
      this.#failures.succeeded(task.name);
    } catch (error) {
      this.#failures.failed(task.name, error, `leader task ${task.name} failed; it will be retried`);
    }
  }
}
