import type { Cluster, Redis } from 'ioredis';
import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import type { Keys } from '../broadcasts/keys.ts';
import { EVENTS } from '../events/event-log.ts';
import { workersSeen } from '../queue/heartbeat.ts';
import { COUNTS } from './stored-counts.ts';

const QUEUES = ['starts', 'stops', 'notifications'];
/** BullMQ's states of a job that can last, by the type of the key that holds them. */
const STATES = { wait: 'list', active: 'list', delayed: 'set', prioritized: 'set', failed: 'set' } as const;

/** What the whole installation shows at one moment. */
export interface MetricReadings {
  broadcasts: { status: string; count: number }[];
  jobs: { queue: string; state: string; count: number }[];
  workers: number;
  storedEvents: number;
  /** See `StoredCounts`: field → count. */
  counts: Record<string, number>;
}

/** Reads all that is not of one process alone; a few dozen commands in one pipeline. */
export async function readMetrics(redis: Redis | Cluster, keys: Keys): Promise<MetricReadings> {
  const jobs = QUEUES.flatMap((queue) =>
    (Object.entries(STATES) as [string, 'list' | 'set'][]).map(async ([state, kind]) => {
      const key = `${keys.bullmq}:${queue}:${state}`;
      return { queue, state, count: kind === 'list' ? await redis.llen(key) : await redis.zcard(key) };
    }),
  );
  const broadcasts = BROADCAST_STATUSES.map(async (status) => ({
    status,
    count: await redis.zcard(keys.index(`status:${status}`)),
  }));
  const [workers, storedEvents, counts] = await Promise.all([
    workersSeen(redis, keys),
    redis.xlen(keys.named(EVENTS)),
    redis.hgetall(keys.named(COUNTS)),
  ]);
  return {
    broadcasts: await Promise.all(broadcasts),
    jobs: await Promise.all(jobs),
    workers,
    storedEvents,
    counts: Object.fromEntries(Object.entries(counts).map(([field, count]) => [field, Number(count)])),
  };
}
