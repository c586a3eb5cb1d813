import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { type Position, unfinishedAfter } from '../../src/broadcasts/store/listing.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { TimerQueue } from '../../src/queue/timer-queue.ts';
import type { LeaderTask } from './leader.ts';

export interface JobRepairDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  queue: TimerQueue;
  clock: Clock;
  logger: Logger;
  /** Called with the number of jobs that were added again. */
  onRepair?: (jobs: number) => void;
}

/** What is due soon is checked for its jobs this often, ms (rule 12: within a minute). */
const REPAIR_MS = 20_000;
/** Soon: within this, ms, and all that is overdue. */
const NEAR_MS = 3_600_000;
/** As long as no more than these are unfinished, all of them are checked every time: 2,100 commands. */
const ALL_UP_TO = 2_000;
/** Read in one step: 4 ms of one core, so that a start in the same process is not held up. */
const PAGE = 100;
/** The others are checked in steps a second apart … */
const STEP_MS = 1_000;
/** … at a rate that goes through all of them in 50 minutes, ms, so that one restart of the leader still leaves it within the hour … */
const PASS_MS = 3_000_000;
/** … and at least at this rate, a second. */
const MIN_RATE = 20;
/** A leader that stood still does not make up for all of it at once, ms. */
const MAX_CATCH_UP_MS = 10_000;

/**
 * Adds every job that an unfinished broadcast needs and BullMQ lacks: often for what is due soon, slowly for the rest, so that
 * a million broadcasts of next month cost next to nothing. Two tasks of the leader.
 */
export class JobRepair implements LeaderTask {
  readonly name = 'job-repair';
  readonly everyMs = REPAIR_MS;
  /** The task that goes through everything; where it is, is kept in Redis, so that the next leader goes on there. */
  readonly slow: LeaderTask;
  readonly #deps: JobRepairDeps;
  /** When the slow task last ran, on the monotonic clock (ms). */
  #steppedAt: number | null = null;

  constructor(deps: JobRepairDeps) {
    this.#deps = deps;
    // Shorter than a tick of the leader: every tick is a step.
    this.slow = { name: 'job-repair-slow', everyMs: STEP_MS / 2, runOnce: () => this.#step() };
  }

  async runOnce(): Promise<void> {
    await this.repair();
  }

  /**
   * Checks what is due within the hour or overdue, and everything if that is not much. A job that BullMQ gave up (an earlier build
   * failed it during an upgrade, or it stalled more often than `maxStalledCount`) is removed first, so that it counts as missing.
   * @returns how many jobs were missing. @throws the first error, after all other broadcasts were checked
   */
  async repair(): Promise<number> {
    const errors: unknown[] = [];
    await this.#deps.queue.removeEnded().catch((error) => errors.push(error));
    let repaired = 0;
    for await (const ids of (await this.#isSmall()) ? this.#all() : this.#near()) {
      repaired += await this.#checked(ids, errors);
    }
    this.#report(repaired, errors);
    return repaired;
  }

  async #isSmall(): Promise<boolean> {
    const { redis, store } = this.#deps;
    return (await redis.scard(store.keys.named('pending'))) <= ALL_UP_TO;
  }

  async *#all(): AsyncGenerator<string[]> {
    const { redis, store } = this.#deps;
    let cursor = '0';
    do {
      const [next, ids] = await redis.sscan(store.keys.named('pending'), cursor, 'COUNT', PAGE);
      cursor = next;
      yield ids;
    } while (cursor !== '0');
  }

  /** By rank, which is quick wherever it is. What leaves the set meanwhile moves the others up: they come in the next round. */
  async *#near(): AsyncGenerator<string[]> {
    const { redis, store, clock } = this.#deps;
    const due = store.keys.named('due');
    const count = await redis.zcount(due, '-inf', clock.now() + NEAR_MS);
    for (let from = 0; from < count; from += PAGE) {
      yield await redis.zrange(due, String(from), String(Math.min(from + PAGE, count) - 1));
    }
    // A request is on its way, so nothing of it is due; its stop needs its job all the same.
    const leaving = await redis.zrange(store.keys.named('leaving'), '0', '-1');
    for (let from = 0; from < leaving.length; from += PAGE) yield leaving.slice(from, from + PAGE);
  }

  /** The next of all unfinished broadcasts, in order of `startAt`. */
  async #step(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    const now = clock.monotonic();
    const passed = Math.min(now - (this.#steppedAt ?? now - STEP_MS), MAX_CATCH_UP_MS);
    this.#steppedAt = now;
    const pending = await redis.scard(store.keys.named('pending'));
    if (pending <= ALL_UP_TO) return;
    const key = store.keys.named('repair-place');
    const errors: unknown[] = [];
    let left = Math.ceil(Math.max(pending / PASS_MS, MIN_RATE / 1_000) * passed);
    let repaired = 0;
    while (left > 0) {
      const place = placeOf(await redis.get(key));
      const { ids, until } = await unfinishedAfter(redis, store.keys, place, Math.min(left, PAGE));
      repaired += await this.#checked(ids, errors);
      if (until) await redis.set(key, `${until.startAt}:${until.id}`);
      else await redis.del(key);
      left = until ? left - ids.length : 0;
    }
    this.#report(repaired, errors);
  }

  #report(repaired: number, errors: unknown[]): void {
    this.#deps.onRepair?.(repaired);
    if (repaired > 0) this.#deps.logger.warn({ repaired }, 'added missing jobs again');
    if (errors.length > 0) throw errors[0];
  }

  async #checked(ids: string[], errors: unknown[]): Promise<number> {
    return this.#page(ids, errors).catch((error) => errors.push(error) && 0);
  }

  async #page(ids: string[], errors: unknown[]): Promise<number> {
    const { store, queue } = this.#deps;
    const missing = await queue.missing(await store.getMany(ids));
    const added: Broadcast[] = [];
    for (const { broadcast, timer } of missing) {
      await queue.add(broadcast, timer).then(
        () => added.push(broadcast),
        (error) => errors.push(error),
      );
    }
    await this.#removeOutdated(added);
    return added.length;
  }

  /** A change made while its jobs were added here found no job to remove. Nothing else removes them before they are due. */
  async #removeOutdated(added: Broadcast[]): Promise<void> {
    const { store, queue } = this.#deps;
    const before = new Map(added.map((broadcast) => [broadcast.id, broadcast]));
    for (const now of await store.getMany([...before.keys()])) {
      const then = before.get(now.id);
      if (then && then.version !== now.version) await queue.sync(then, now);
    }
  }
}

/** Null: from the beginning. */
function placeOf(text: string | null): Position | null {
  const [, startAt, id] = /^(\d+):(.+)$/.exec(text ?? '') ?? [];
  return startAt && id ? { startAt: Number(startAt), id } : null;
}
