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
  /** Called with the number of jobs added again. */
  onRepair?: (jobs: number) => void;
}

/** How often the quick task checks the jobs of what is due soon, ms (rule 12: within a minute). */
const REPAIR_MS = 20_000;
/** Due soon: within this, ms, or overdue. */
const NEAR_MS = 3_600_000;
/** Up to this many unfinished broadcasts, the quick task checks all of them every time: 2,100 commands. */
const ALL_UP_TO = 2_000;
/** Broadcasts per read: 4 ms of one core, so that a start in the same process need not wait. A million take one page a second. */
const PAGE = 400;
/** The slow task checks the others in steps a second apart … */
const STEP_MS = 1_000;
/** … at a rate that covers all of them in 50 minutes, ms, which leaves room for one restart of the leader within the hour … */
const PASS_MS = 3_000_000;
/** … and at least this many a second. */
const MIN_RATE = 20;
/** A leader that was stalled makes up for at most this much at once, ms. */
const MAX_CATCH_UP_MS = 10_000;

/**
 * Adds every job that an unfinished broadcast needs and BullMQ lacks: often for what is due soon, slowly for the rest, so that
 * a million broadcasts of next month cost next to nothing. The leader runs it as two tasks.
 */
export class JobRepair implements LeaderTask {
  readonly name = 'job-repair';
  readonly everyMs = REPAIR_MS;
  /** The task that covers everything. It keeps its position in Redis, so that the next leader continues there. */
  readonly slow: LeaderTask;
  readonly #deps: JobRepairDeps;
  /** Last run of the slow task, on the monotonic clock (ms). */
  #steppedAt: number | null = null;

  constructor(deps: JobRepairDeps) {
    this.#deps = deps;
    // Shorter than a tick of the leader, so that every tick is a step.
    this.slow = { name: 'job-repair-slow', everyMs: STEP_MS / 2, runOnce: () => this.#step() };
  }

  async runOnce(): Promise<void> {
    await this.repair();
  }

  /**
   * Checks what is due within the hour or overdue, and everything if that is not much. First it removes jobs that BullMQ gave up (an
   * older build failed them during an upgrade, or they stalled more than `maxStalledCount` times), so that they count as missing.
   * @returns how many jobs were missing. @throws the first error, after checking all other broadcasts
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

  /** Pages by rank, which is quick at any position. Removals shift the rest up; the next round covers what this one skips. */
  async *#near(): AsyncGenerator<string[]> {
    const { redis, store, clock } = this.#deps;
    const due = store.keys.named('due');
    const count = await redis.zcount(due, '-inf', clock.now() + NEAR_MS);
    for (let from = 0; from < count; from += PAGE) {
      yield await redis.zrange(due, String(from), String(Math.min(from + PAGE, count) - 1));
    }
    // These have a request in flight and nothing else due; their stop still needs its job.
    const leaving = await redis.zrange(store.keys.named('leaving'), '0', '-1');
    for (let from = 0; from < leaving.length; from += PAGE) yield leaving.slice(from, from + PAGE);
  }

  /** Checks the next of all unfinished broadcasts, in order of `startAt`. */
  async #step(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    const now = clock.monotonic();
    const passed = Math.min(now - (this.#steppedAt ?? now - STEP_MS), MAX_CATCH_UP_MS);
    this.#steppedAt = now;
    const key = store.keys.named('repair-place');
    const [pending, text] = await Promise.all([redis.scard(store.keys.named('pending')), redis.get(key)]);
    if (pending <= ALL_UP_TO) return;
    const errors: unknown[] = [];
    let left = Math.ceil(Math.max(pending / PASS_MS, MIN_RATE / 1_000) * passed);
    let place = placeOf(text);
    let repaired = 0;
    while (left > 0) {
      const { ids, until } = await unfinishedAfter(redis, store.keys, place, Math.min(left, PAGE));
      repaired += await this.#checked(ids, errors);
      if (until) await redis.set(key, `${until.startAt}:${until.id}`);
      else await redis.del(key);
      place = until;
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

  /** A change made while this added jobs found none to remove. Nothing else removes them before they are due. */
  async #removeOutdated(added: Broadcast[]): Promise<void> {
    const { store, queue } = this.#deps;
    const before = new Map(added.map((broadcast) => [broadcast.id, broadcast]));
    for (const now of await store.getMany([...before.keys()])) {
      const then = before.get(now.id);
      if (then && then.version !== now.version) await queue.sync(then, now);
    }
  }
}

/** Null: start from the beginning. */
function placeOf(text: string | null): Position | null {
  const [, startAt, id] = /^(\d+):(.+)$/.exec(text ?? '') ?? [];
  return startAt && id ? { startAt: Number(startAt), id } : null;
}
