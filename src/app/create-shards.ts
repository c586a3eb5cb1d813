import type { Logger } from 'pino';
import { AlertStore, type Alerts } from '../alerts/alert-store.ts';
import { ShardedAlerts } from '../alerts/sharded-alerts.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { ShardedStore } from '../broadcasts/store/sharded-store.ts';
import { BroadcastStore, type Records } from '../broadcasts/store/store.ts';
import type { Clock } from '../clock.ts';
import type { ChangeNotices } from '../queue/change-notices.ts';
import { ShardedTimerQueue } from '../queue/sharded-timer-queue.ts';
import { BullMqTimerQueue, type TimerQueue } from '../queue/timer-queue.ts';
import type { RedisClient } from '../redis/connection.ts';
import { BroadcastWriter } from '../scheduling/broadcast-writer.ts';

/** Everything under one hash tag: the data of the accounts that belong there (QUEUE_SHARDS). */
export interface Shard {
  keys: Keys;
  store: BroadcastStore;
  queue: TimerQueue;
  writer: BroadcastWriter;
  alerts: AlertStore;
}

/** All shards as one. */
export interface Together {
  store: Records;
  queue: TimerQueue;
  writer: BroadcastWriter;
  alerts: Alerts;
}

type Given = Omit<ConstructorParameters<typeof BroadcastStore>[0], 'keys' | 'redis'> & {
  redis: RedisClient;
  /** For BullMQ's queues. */
  producer: RedisClient;
  clock: Clock;
  notices: ChangeNotices;
  logger: Logger;
};

/** Creates the parts of each shard, and the parts that span them; with one shard they are the same. */
export function createShards(keys: readonly Keys[], given: Given): { each: Shard[]; together: Together } {
  const { redis, producer, clock, notices, logger, ...settings } = given;
  const writerOf = (parts: { store: Records; queue: TimerQueue }) => new BroadcastWriter({ ...parts, notices, logger });
  const each = keys.map((own) => {
    const store = new BroadcastStore({ ...settings, redis, keys: own });
    const queue = new BullMqTimerQueue({ redis: producer, prefix: own.bullmq, clock });
    return { keys: own, store, queue, writer: writerOf({ store, queue }), alerts: new AlertStore(redis, own) };
  });
  const [only, ...others] = each;
  if (only && others.length === 0) return { each, together: only };
  const store = new ShardedStore(
    each.map((shard) => shard.store),
    clock,
  );
  const queue = new ShardedTimerQueue(each.map((shard) => shard.queue));
  const alerts = new ShardedAlerts(each.map((shard) => shard.alerts));
  return { each, together: { store, queue, alerts, writer: writerOf({ store, queue }) } };
}
