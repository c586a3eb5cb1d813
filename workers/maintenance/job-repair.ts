import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { TimerQueue } from '../../src/queue/timer-queue.ts';
import type { LeaderTask } from './leader.ts';

export interface JobRepairDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  queue: TimerQueue;
  logger: Logger;
}

/** Every unfinished broadcast is checked for its jobs this often, ms (rule 12: within a minute). */
const REPAIR_MS = 20_000;
const PAGE = 500;

/** Adds every job that an unfinished broadcast needs and BullMQ lacks. */
export class JobRepair implements LeaderTask {
  readonly name = 'job-repair';
  readonly everyMs = REPAIR_MS;
  readonly #deps: JobRepairDeps;

  constructor(deps: JobRepairDeps) {
    this.#deps = deps;
  }

  async runOnce(): Promise<void> {
    await this.repair();
  }

  /** @returns how many jobs were missing. @throws the first error, after all other broadcasts were checked */
  async repair(): Promise<number> {
    const { redis, store, logger } = this.#deps;
    let cursor = '0';
    let repaired = 0;
    const errors: unknown[] = [];
    do {
      const [next, ids] = await redis.sscan(store.keys.named('pending'), cursor, 'COUNT', PAGE);
      cursor = next;
      repaired += await this.#page(ids, errors).catch((error) => errors.push(error) && 0);
    } while (cursor !== '0');
    if (repaired > 0) logger.warn({ repaired }, 'added missing jobs again');
    if (errors.length > 0) throw errors[0];
    return repaired;
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
