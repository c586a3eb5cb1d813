import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Timer } from '../broadcasts/rules/timers.ts';
import { shardOf } from '../broadcasts/store/shard-of.ts';
import type { TimerQueue } from './timer-queue.ts';

/** The timers of all shards: each lives in the shard of its broadcast. */
export class ShardedTimerQueue implements TimerQueue {
  readonly #queues: readonly TimerQueue[];

  constructor(queues: readonly TimerQueue[]) {
    this.#queues = queues;
  }

  sync(before: Broadcast | null, after: Broadcast): Promise<void> {
    return this.#of(after).sync(before, after);
  }

  add(broadcast: Broadcast, timer: Timer): Promise<void> {
    return this.#of(broadcast).add(broadcast, timer);
  }

  async addAll(broadcasts: Broadcast[]): Promise<void> {
    await Promise.all(this.#parts(broadcasts).map(([queue, own]) => queue.addAll(own)));
  }

  async missing(broadcasts: Broadcast[]): Promise<{ broadcast: Broadcast; timer: Timer }[]> {
    return (await Promise.all(this.#parts(broadcasts).map(([queue, own]) => queue.missing(own)))).flat();
  }

  async removeEnded(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.removeEnded()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  #of({ account }: Broadcast): TimerQueue {
    return this.#queues[shardOf(account, this.#queues.length)] as TimerQueue;
  }

  #parts(broadcasts: Broadcast[]): [TimerQueue, Broadcast[]][] {
    const parts = new Map<TimerQueue, Broadcast[]>();
    for (const broadcast of broadcasts) {
      const queue = this.#of(broadcast);
      const own = parts.get(queue) ?? [];
      own.push(broadcast);
      parts.set(queue, own);
    }
    return [...parts];
  }
}
