import type { Cluster, Redis } from 'ioredis';
import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { EVENTS } from '../events/event-log.ts';
import { workersSeen } from '../queue/heartbeat.ts';
import { accountsOfWorkers } from '../queue/known-accounts.ts';
import type { RedisWrites } from '../redis/write-probe.ts';
import { eventQuarantineKey } from '../zoom/events/event-quarantine.ts';
import { inboxKey } from '../zoom/events/inbox.ts';
import { COUNTS } from './stored-counts.ts';

const QUEUES = ['starts', 'stops', 'notifications'];
/** BullMQ's states of a job that can last: the first two are lists, the others sorted sets. */
const STATES = ['wait', 'active', 'delayed', 'prioritized', 'failed'] as const;

/** What the whole installation shows at one moment. */
export interface MetricReadings {
  broadcasts: { status: string; count: number }[];
  jobs: { queue: string; state: string; count: number }[];
  workers: number;
  /** Redis takes writes. */
  writable: boolean;
  /** How many workers know each Zoom account. */
  workerAccounts: Map<string, number>;
  storedEvents: number;
  /** Records and events in quarantine, for a person to check. */
  quarantined: { kind: 'event' | 'record'; count: number }[];
  inbox: { events: number; oldestMs: number };
  /** See `StoredCounts`: field → count. */
  counts: Record<string, number>;
}

/** Reads everything that is not about one process only; a few dozen commands in one pipeline. */
export async function readMetrics(
  redis: Redis | Cluster,
  keys: Keys,
  writes: Pick<RedisWrites, 'refusal'>,
): Promise<MetricReadings> {
  // All in one Promise.all: an unhandled rejection would end the process when Redis is unavailable.
  const [broadcasts, jobs, workers, workerAccounts, storedEvents, inbox, events, records, counts, refusal] =
    await Promise.all([
      Promise.all(BROADCAST_STATUSES.map((status) => broadcastsIn(redis, keys, status))),
      Promise.all(QUEUES.flatMap((queue) => STATES.map((state) => jobsIn(redis, keys, queue, state)))),
      workersSeen(redis, keys),
      accountsOfWorkers(redis, keys),
      redis.xlen(keys.named(EVENTS)),
      inboxBacklog(redis, keys),
      redis.xlen(eventQuarantineKey(keys)),
      redis.hlen(keys.named('poison')),
      redis.hgetall(keys.named(COUNTS)),
      writes.refusal(),
    ]);
  const numbers = Object.entries(counts).map(([field, count]) => [field, Number(count)]);
  const quarantined = [
    { kind: 'event' as const, count: events },
    { kind: 'record' as const, count: records },
  ];
  return {
    ...{ broadcasts, jobs, workers, workerAccounts, storedEvents, inbox, quarantined },
    writable: refusal === null,
    counts: Object.fromEntries(numbers),
  };
}

/** An event is removed once it is processed, so the first entry is the oldest unprocessed one. */
async function inboxBacklog(redis: Redis | Cluster, keys: Keys) {
  const key = inboxKey(keys);
  const [events, [oldest], [seconds]] = await Promise.all([
    redis.xlen(key),
    redis.xrange(key, '-', '+', 'COUNT', 1),
    redis.time(),
  ]);
  // Redis itself writes the moment (ms) into the id of an entry.
  const at = Number(oldest?.[0].split('-')[0] ?? Number.NaN);
  return { events, oldestMs: Number.isNaN(at) ? 0 : Math.max(0, Number(seconds) * 1_000 - at) };
}

async function broadcastsIn(redis: Redis | Cluster, keys: Keys, status: string) {
  return { status, count: await redis.zcard(keys.index(`status:${status}`)) };
}

async function jobsIn(redis: Redis | Cluster, keys: Keys, queue: string, state: (typeof STATES)[number]) {
  const key = `${keys.bullmq}:${queue}:${state}`;
  const isList = state === 'wait' || state === 'active';
  return { queue, state, count: isList ? await redis.llen(key) : await redis.zcard(key) };
}
