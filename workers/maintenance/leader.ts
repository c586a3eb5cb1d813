import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import type { Clock } from '../../src/clock.ts';
import { FailureLog } from '../../src/services/failure-log.ts';

/** Work that one worker of the installation does for all. Doing it twice, or on two workers at once, must change nothing. */
export interface LeaderTask {
  readonly name: string;
  /** From the start of one run to the start of the next. A run that takes longer is never doubled. */
  readonly everyMs: number;
  /** One run; rejects when it could not be done. */
  runOnce(): Promise<void>;
  /** Lets go of what the task holds between its runs. */
  stop?(): Promise<void>;
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

/** When the leader dies, another worker leads after this, ms. */
const LEASE_MS = 4_000;
const TICK_MS = 1_000;
/** Runs in hand get this long at a stop, ms. */
const GRACE_MS = 5_000;

/** Runs each task by itself while this worker leads, so that one that fails, hangs or takes long holds up no other. */
export class Leader {
  readonly #deps: LeaderDeps;
  readonly #failures: FailureLog;
  readonly #running = new Map<string, Promise<void>>();
  /** When each task is due, on the monotonic clock (ms). */
  readonly #dueAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<unknown> | null = null;

  constructor(deps: LeaderDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger, (task) => deps.onFailure?.(task));
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  /** The task runs at the next tick: after a reconnect, say. */
  soon(task: string): void {
    this.#dueAt.delete(task);
  }

  /** Begins nothing more, and waits for the runs in hand. */
  async stop(graceMs = GRACE_MS): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(this.#running.values()), tooLong]);
    clearTimeout(timer);
    await Promise.all(this.#deps.tasks.map((task) => task.stop?.()));
  }

  /** Runs what is due, if this worker leads, to the end. */
  async runOnce(): Promise<void> {
    await this.#begin();
    await Promise.all(this.#running.values());
  }

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = this.#begin()
      .then(() => this.#failures.succeeded('lease'))
      .catch((error) =>
        this.#failures.failed('lease', error, 'could not check which worker leads; trying again every second'),
      )
      .finally(() => {
        this.#ticking = null;
      });
  }

  async #begin(): Promise<void> {
    if (!(await this.#lead())) return;
    const now = this.#deps.clock.monotonic();
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

  async #lead(): Promise<boolean> {
    const { redis, keys, workerId } = this.#deps;
    const key = keys.named('leader');
    if ((await redis.set(key, workerId, 'PX', LEASE_MS, 'NX')) === 'OK') return true;
    if ((await redis.get(key)) !== workerId) return false;
    await redis.pexpire(key, LEASE_MS);
    return true;
  }
}
