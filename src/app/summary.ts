import { DateTime } from 'luxon';
import { BROADCAST_STATUSES, type Broadcast, type BroadcastStatus } from '../broadcasts/broadcast.ts';
import { isLimited, type Limits, UNLIMITED } from '../broadcasts/limits.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { usageOf as accountUsage } from '../observability/account-readings.ts';
import { workersInEvery } from '../queue/heartbeat.ts';
import { runningProcesses, versionsOf } from '../queue/process-list.ts';
import { isoTime } from '../time/iso-time.ts';
import { credentialsOf } from '../zoom/account-health.ts';
import type { ZoomAccount } from '../zoom/accounts.ts';
import { accountLimits } from '../zoom/rate-limits.ts';
import { type AppContext, inShard, type ShardContext } from './context.ts';
import { type AlertSums, accountsWithin, alertsWithin, countWithin, firstWithin } from './within-limits.ts';

/** Overdue after this delay, ms; in progress until then. */
const OVERDUE_AFTER_MS = 5_000;
/** Not started yet. */
const UNSTARTED = ['scheduled', 'starting', 'waiting'] as const;

type StatusCounts = Record<BroadcastStatus, number>;

interface Moment {
  broadcastId: string;
  meetingId: string;
  title: string | null;
  at: string;
}

/**
 * An overview of everything. It only counts, and reads the ends of indexes, so its cost does not depend on the stored amount.
 * @param timezone IANA zone whose day is `today`
 * @param limits of the caller's key: with limits it checks each id, 1,000 at a time
 */
export async function summaryOf(core: AppContext, timezone: string, limits: Limits = UNLIMITED) {
  const { redis, keys, shards, clock } = core;
  const inEach = shards.map((shard) => inShard(core, shard));
  const now = Math.floor(clock.now());
  const [refusal, broadcasts, alerts, workers, processes, nextStart, nextStop, oldestOverdue, accounts, zoomEvents] =
    await Promise.all([
      core.writes.refusal(),
      broadcastCounts(inEach, timezone, now, limits),
      isLimited(limits) ? alertsWithin(core, limits) : allAlerts(core),
      workersInEvery(redis, shards),
      runningProcesses(redis, keys, now),
      firstOf(inEach, unstarted, now - OVERDUE_AFTER_MS, 'startAt', limits),
      firstOf(inEach, (own) => [own.named('stops')], now - OVERDUE_AFTER_MS, 'stopAt', limits),
      overdueOf(inEach, now, limits),
      Promise.all(accountsWithin(core, limits).map((account) => usageOf(core, account, now))),
      eventsOf(core, now, limits),
    ]);
  const open = Object.values(alerts.byCode).reduce((sum, count) => sum + count, 0);
  return {
    at: isoTime(now),
    timezone,
    broadcasts,
    alerts: { open, ...alerts },
    workers: { seen: workers },
    versions: versionsOf(processes).map(([version, { length }]) => ({ version, processes: length })),
    redis: { writes: refusal === null, detail: refusal && `${refusal.message}. ${refusal.advice}` },
    ...{ nextStart, nextStop, oldestOverdue, accounts, zoomEvents },
  };
}

/** Counts by status: all broadcasts, and those that start today. */
async function broadcastCounts(inEach: readonly ShardContext[], timezone: string, nowMs: number, limits: Limits) {
  const day = DateTime.fromMillis(nowMs, { zone: timezone }).startOf('day');
  const [from, to] = [day.toMillis(), day.plus({ days: 1 }).toMillis()];
  const everywhere = (count: (part: ShardContext, index: string) => Promise<number>) =>
    counted(async (status) => {
      const counts = await Promise.all(inEach.map((part) => count(part, part.keys.index(`status:${status}`))));
      return counts.reduce((sum, one) => sum + one, 0);
    });
  const [now, today] = await Promise.all(
    isLimited(limits)
      ? [
          everywhere((part, index) => countWithin(part, index, limits)),
          everywhere((part, index) => countWithin(part, index, limits, [from, to])),
        ]
      : [
          everywhere(({ redis }, index) => redis.zcard(index)),
          everywhere(({ redis }, index) => redis.zcount(index, from, `(${to}`)),
        ],
  );
  return { now, today } as { now: StatusCounts; today: StatusCounts };
}

async function allAlerts({ alerts }: AppContext): Promise<AlertSums> {
  // Read the version first; one connection answers in order. Any change after it makes the next version differ.
  const [version, byCode, acknowledged] = await Promise.all([
    alerts.version(),
    alerts.openByCode(),
    alerts.count('acknowledged'),
  ]);
  return { acknowledged, byCode, version };
}

async function counted(count: (status: BroadcastStatus) => Promise<number>): Promise<StatusCounts> {
  const counts = await Promise.all(BROADCAST_STATUSES.map(count));
  return Object.fromEntries(BROADCAST_STATUSES.map((status, i) => [status, counts[i] ?? 0])) as StatusCounts;
}

function unstarted(keys: Keys): string[] {
  return UNSTARTED.map((status) => keys.index(`status:${status}`));
}

/** The first of these indexes after `after` (ms). A broadcast that is due but not yet overdue still counts as next, or it would be missing. */
async function firstOf(
  inEach: readonly ShardContext[],
  indexesOf: (keys: Keys) => string[],
  after: number,
  field: 'startAt' | 'stopAt',
  limits: Limits,
): Promise<Moment | null> {
  const found = await Promise.all(
    inEach.flatMap((part) =>
      indexesOf(part.keys).map(async (index) => {
        const first = await firstWithin(part, index, `(${after}`, '+inf', limits);
        return first && { ...first, store: part.store };
      }),
    ),
  );
  const [first] = found.filter((one) => one !== null).sort((a, b) => a.at - b.at);
  const [broadcast] = first ? await first.store.getMany([first.id]) : [];
  const at = broadcast?.[field];
  return broadcast && at !== null && at !== undefined ? momentOf(broadcast, at) : null;
}

function momentOf({ id, meetingId, title }: Broadcast, at: number): Moment {
  return { broadcastId: id, meetingId, title, at: isoTime(at) };
}

/** The longest overdue action: a start that is not on air, or a stop that is not off air. */
async function overdueOf(inEach: readonly ShardContext[], now: number, limits: Limits) {
  const found = await Promise.all(
    inEach.flatMap((part) => {
      const starts = unstarted(part.keys);
      return [...starts, part.keys.named('stops')].map(async (index) => {
        const first = await firstWithin(part, index, '-inf', String(now - OVERDUE_AFTER_MS), limits);
        return first ? [{ ...first, store: part.store, action: starts.includes(index) ? 'start' : 'stop' }] : [];
      });
    }),
  );
  const oldest = found.flat().sort((a, b) => a.at - b.at)[0];
  if (!oldest) return null;
  const [broadcast] = await oldest.store.getMany([oldest.id]);
  const action = oldest.action as 'start' | 'stop';
  return broadcast ? { action, ...momentOf(broadcast, oldest.at), overdueMs: now - oldest.at } : null;
}

async function usageOf({ redis, store }: AppContext, account: ZoomAccount, now: number) {
  const usage = await accountUsage(redis, store.of(account.name).keys, account, now);
  return { ...usage, pausedUntil: isoTime(usage.pausedUntil) };
}

async function eventsOf({ redis, keys }: AppContext, now: number, { accounts }: Limits) {
  const all = Object.entries(await redis.hgetall(keys.named('events-seen')));
  const seen = all.filter(([name]) => accounts?.includes(name) ?? true).map(([, at]) => Number(at));
  const last = Math.max(0, ...seen.filter(Number.isFinite));
  return last === 0 ? { lastAt: null, ageMs: null } : { lastAt: isoTime(last), ageMs: Math.max(0, now - last) };
}

/** The accounts of this process, and whether Zoom accepts their credentials. */
export async function accountsOf(core: AppContext, limits: Limits = UNLIMITED) {
  const { redis, keys } = core;
  const all = accountsWithin(core, limits);
  const names = all.map(({ name }) => name);
  const states = await credentialsOf(redis, keys, names);
  const iso = (ms: number | null | undefined) => (typeof ms === 'number' ? isoTime(ms) : null);
  return {
    accounts: all.map((account, i) => {
      const { most = 0, daily } = accountLimits(account);
      const { good = null, since, checkedAt, detail = null } = states[i] ?? {};
      return {
        name: account.name,
        plan: account.plan,
        limits: {
          requestsPerSecond: most,
          requestsPerDay: daily > 0 ? daily : null,
          rateShare: account.rateShare,
        },
        credentials: { good, since: iso(since), checkedAt: iso(checkedAt), detail },
      };
    }),
  };
}
