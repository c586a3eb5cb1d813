import type { Cluster, Redis } from 'ioredis';
import type { AlertStore } from '../alerts/alert-store.ts';
import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { EVENTS } from '../events/event-log.ts';
import { oldestCanary, workersInEvery } from '../queue/heartbeat.ts';
import { accountsOfWorkers } from '../queue/known-accounts.ts';
import { type RunningProcess, runningProcesses } from '../queue/process-list.ts';
import type { RedisWrites } from '../redis/write-probe.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { eventQuarantineKey } from '../zoom/events/event-quarantine.ts';
import { inboxKey } from '../zoom/events/inbox.ts';
import { refusedDeliveries } from '../zoom/events/refused-events.ts';
import { type AccountReadings, keysOfAccount, readAccounts } from './account-readings.ts';
import { COUNTS } from './stored-counts.ts';

const QUEUES = ['starts', 'stops', 'notifications'];
/** BullMQ's states of a job that can last: the first two are lists, the others sorted sets. */
const STATES = ['wait', 'active', 'delayed', 'prioritized', 'failed'] as const;
/** Not started yet. */
const UNSTARTED = ['scheduled', 'starting', 'waiting'] as const;
/** What is this late is overdue, ms; until then it is in progress. */
const OVERDUE_AFTER_MS = 5_000;
const CLASSES = ['stop', 'start', 'read'] as const;

/** What the whole installation shows at one moment. */
export interface MetricReadings {
  /** Redis' time, ms. */
  now: number;
  broadcasts: { status: string; count: number }[];
  jobs: { queue: string; state: string; count: number }[];
  workers: number;
  /** The longest time since a running worker got its canary, ms. */
  canaryAgeMs: number;
  processes: RunningProcess[];
  /** Redis takes writes. */
  writable: boolean;
  /** How many workers know each Zoom account. */
  workerAccounts: Map<string, number>;
  accounts: AccountReadings;
  storedEvents: number;
  /** Account → when Zoom last sent an event, ms. */
  lastEvents: Record<string, number>;
  /** Deliveries to the webhook whose signature was wrong. */
  refusedDeliveries: number;
  /** Records and events in quarantine, for a person to check. */
  quarantined: { kind: 'event' | 'record'; count: number }[];
  inbox: { events: number; oldestMs: number };
  alerts: Partial<Record<string, number>>;
  pauses: number;
  /** Starts that are claimed and not answered. */
  leaving: number;
  waiting: { host: number; pause: number; rate: number };
  /** Ms; null: none is planned. */
  next: { start: number | null; stop: number | null };
  overdueMs: number;
  /** See `StoredCounts` and `countsOf`: field → count. */
  counts: Record<string, number>;
}

export interface MetricSources {
  redis: Redis | Cluster;
  /** The first one also has what belongs to no account. */
  shards: readonly { keys: Keys }[];
  writes: Pick<RedisWrites, 'refusal'>;
  alerts: Pick<AlertStore, 'openByCode'>;
  accounts: Pick<AccountDirectory, 'all'>;
}

/** Reads everything that is not about one process only; a few dozen commands in one pipeline, and some for each account. */
export async function readMetrics({ redis, shards, writes, alerts, accounts }: MetricSources): Promise<MetricReadings> {
  const [seconds, micros] = await redis.time();
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  // All in one Promise.all: an unhandled rejection would end the process when Redis is unavailable.
  const [installation, plan, counts, refusal, ofAccounts] = await Promise.all([
    readInstallation(redis, shards, now),
    readPlan(redis, shards, now),
    Promise.all(shards.map(({ keys }) => redis.hgetall(keys.named(COUNTS)))),
    writes.refusal(),
    readAccounts(redis, shards, accounts.all(), now),
  ]);
  const [open, rate] = await Promise.all([
    alerts.openByCode(),
    inLine(
      redis,
      shards,
      ofAccounts.shown.map(({ name }) => name),
    ),
  ]);
  const { waiting, ...others } = installation;
  return {
    ...{ now, ...others, ...plan, accounts: ofAccounts, alerts: open },
    waiting: { ...waiting, rate },
    writable: refusal === null,
    counts: summed(counts),
  };
}

/** Each process counts in the first shard, and the scripts in theirs. */
function summed(counts: readonly Record<string, string>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [field, count] of counts.flatMap((one) => Object.entries(one)))
    sums[field] = (sums[field] ?? 0) + Number(count);
  return sums;
}

async function readInstallation(redis: Redis | Cluster, shards: readonly { keys: Keys }[], now: number) {
  const { keys } = shards[0] as { keys: Keys };
  const sum = async (count: (own: Keys) => Promise<number>) =>
    (await Promise.all(shards.map((shard) => count(shard.keys)))).reduce((all, one) => all + one, 0);
  const [broadcasts, jobs, workers, canaryAgeMs, processes, workerAccounts, storedEvents, lastEvents, inbox, set] =
    await Promise.all([
      Promise.all(BROADCAST_STATUSES.map((status) => broadcastsIn(redis, sum, status))),
      Promise.all(QUEUES.flatMap((queue) => STATES.map((state) => jobsIn(redis, sum, queue, state)))),
      workersInEvery(redis, shards),
      Promise.all(shards.map((shard) => oldestCanary(redis, shard.keys, now))).then((ages) => Math.max(...ages)),
      runningProcesses(redis, keys, now),
      accountsOfWorkers(redis, keys),
      redis.xlen(keys.named(EVENTS)),
      redis.hgetall(keys.named('events-seen')),
      Promise.all(shards.map((shard) => inboxBacklog(redis, shard.keys, now))).then(together),
      Promise.all([
        sum((own) => redis.xlen(eventQuarantineKey(own))),
        sum((own) => redis.hlen(own.named('poison'))),
        redis.hlen(keys.named('pauses')),
        sum((own) => redis.zcard(own.named('leaving'))),
        sum((own) => redis.zcard(own.named('held'))),
        refusedDeliveries(redis, keys),
      ]),
    ]);
  const [events, records, pauses, leaving, held, refused] = set;
  const host = broadcasts.find(({ status }) => status === 'waiting')?.count ?? 0;
  return {
    ...{ broadcasts, jobs, workers, canaryAgeMs, processes, workerAccounts, storedEvents, inbox, pauses, leaving },
    lastEvents: Object.fromEntries(Object.entries(lastEvents).map(([account, at]) => [account, Number(at)])),
    quarantined: [
      { kind: 'event' as const, count: events },
      { kind: 'record' as const, count: records },
    ],
    waiting: { host, pause: held },
    refusedDeliveries: refused.count,
  };
}

/** What comes next, and how long the oldest is overdue: from the ends of indexes. */
async function readPlan(redis: Redis | Cluster, shards: readonly { keys: Keys }[], now: number) {
  const unstarted = shards.flatMap(({ keys }) => UNSTARTED.map((status) => keys.index(`status:${status}`)));
  const stops = shards.map(({ keys }) => keys.named('stops'));
  const late = now - OVERDUE_AFTER_MS;
  const [start, stop, overdue] = await Promise.all([
    first(redis, unstarted, `(${late}`, '+inf'),
    first(redis, stops, `(${late}`, '+inf'),
    first(redis, [...unstarted, ...stops], '-inf', String(late)),
  ]);
  return { next: { start, stop }, overdueMs: overdue === null ? 0 : now - overdue };
}

async function first(redis: Redis | Cluster, indexes: string[], min: string, max: string): Promise<number | null> {
  const found = await Promise.all(
    indexes.map((index) => redis.zrangebyscore(index, min, max, 'WITHSCORES', 'LIMIT', 0, 1)),
  );
  const moments = found.flatMap(([, at]) => (at === undefined ? [] : [Number(at)]));
  return moments.length === 0 ? null : Math.min(...moments);
}

/** How many stand in line for the rate limits of these accounts. */
async function inLine(redis: Redis | Cluster, shards: readonly { keys: Keys }[], accounts: string[]): Promise<number> {
  const lines = accounts.flatMap((account) => {
    const keys = keysOfAccount(shards, account);
    return CLASSES.map((name) => keys.named(`line:${account}:${name}`));
  });
  const lengths = await Promise.all(lines.map((line) => redis.zcard(line)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** An event is removed once it is processed, so the first entry is the oldest unprocessed one. */
async function inboxBacklog(redis: Redis | Cluster, keys: Keys, now: number) {
  const key = inboxKey(keys);
  const [events, [oldest]] = await Promise.all([redis.xlen(key), redis.xrange(key, '-', '+', 'COUNT', 1)]);
  // Redis itself writes the moment (ms) into the id of an entry.
  const at = Number(oldest?.[0].split('-')[0] ?? Number.NaN);
  return { events, oldestMs: Number.isNaN(at) ? 0 : Math.max(0, now - at) };
}

function together(inboxes: readonly { events: number; oldestMs: number }[]) {
  const events = inboxes.reduce((sum, inbox) => sum + inbox.events, 0);
  return { events, oldestMs: Math.max(...inboxes.map(({ oldestMs }) => oldestMs)) };
}

/** Over all shards. */
type Sum = (count: (keys: Keys) => Promise<number>) => Promise<number>;

async function broadcastsIn(redis: Redis | Cluster, sum: Sum, status: string) {
  return { status, count: await sum((keys) => redis.zcard(keys.index(`status:${status}`))) };
}

async function jobsIn(redis: Redis | Cluster, sum: Sum, queue: string, state: (typeof STATES)[number]) {
  const isList = state === 'wait' || state === 'active';
  const count = await sum((keys) => {
    const key = `${keys.bullmq}:${queue}:${state}`;
    return isList ? redis.llen(key) : redis.zcard(key);
  });
  return { queue, state, count };
}
