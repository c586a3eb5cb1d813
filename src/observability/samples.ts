import { boundedByName } from './account-readings.ts';
import type { CounterName, GaugeName } from './metric-list.ts';
import type { MetricReadings } from './metric-readings.ts';

/** One series and its value. */
export type Sample<Name> = [name: Name, value: number, labels?: Record<string, string>];

/** Versions that have a series of their own; two are usual during an update. */
const MAX_VERSIONS = 10;

/** What the whole installation shows, as series. Pure. No label holds the id of a meeting or a broadcast. */
export function gaugesOf(read: MetricReadings): Sample<GaugeName>[] {
  const seconds = (ms: number) => ms / 1_000;
  const count = (queue: string, states: string[]) =>
    read.jobs.reduce((sum, job) => (job.queue === queue && states.includes(job.state) ? sum + job.count : sum), 0);
  const unfinished = ['wait', 'active', 'delayed', 'prioritized'];
  return [
    ['redis_writable', read.writable ? 1 : 0],
    ['workers', read.workers],
    ['canary_age_seconds', seconds(read.canaryAgeMs)],
    ['stored_events', read.storedEvents],
    ['pauses', read.pauses],
    ['starts_leaving', read.leaving],
    ['oldest_overdue_seconds', seconds(read.overdueMs)],
    ['inbox_events', read.inbox.events],
    ['inbox_oldest_seconds', seconds(read.inbox.oldestMs)],
    ['notifications_undelivered', count('notifications', unfinished), { state: 'waiting' }],
    ['notifications_undelivered', count('notifications', ['failed']), { state: 'dead' }],
    ...optional('next_start_timestamp_seconds', read.next.start),
    ...optional('next_stop_timestamp_seconds', read.next.stop),
    ...read.broadcasts.map(({ status, count }) => ['broadcasts', count, { status }] as Sample<GaugeName>),
    ...read.jobs.map(({ queue, state, count }) => ['jobs', count, { queue, state }] as Sample<GaugeName>),
    ...read.quarantined.map(({ kind, count }) => ['quarantined', count, { kind }] as Sample<GaugeName>),
    ...Object.entries(read.waiting).map(([reason, n]) => ['waiting', n, { reason }] as Sample<GaugeName>),
    ...Object.entries(read.alerts).map(([code, n = 0]) => ['alerts_open', n, { code }] as Sample<GaugeName>),
    ...processesOf(read),
    ...accountsOf(read),
  ];
}

function optional(name: GaugeName, atMs: number | null): Sample<GaugeName>[] {
  return atMs === null ? [] : [[name, atMs / 1_000]];
}

function processesOf({ processes }: MetricReadings): Sample<GaugeName>[] {
  const counts = new Map<string, number>();
  for (const { version } of processes) {
    const known = counts.has(version) || counts.size < MAX_VERSIONS ? version : 'other';
    counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  return [...counts].map(([version, n]) => ['processes', n, { version }]);
}

function accountsOf({ accounts, workerAccounts, lastEvents, now }: MetricReadings): Sample<GaugeName>[] {
  const byAccount = (name: GaugeName, values: [string, number][]) =>
    boundedByName(values, ([account]) => account).map(
      ([account, value]) => [name, value, { account }] as Sample<GaugeName>,
    );
  const of = accounts.shown.flatMap(({ name: account, good, ...usage }): Sample<GaugeName>[] => [
    ['account_requests_used', usage.usedLastSecond, { account, window: 'second' }],
    ['account_requests_used', usage.usedToday, { account, window: 'day' }],
    ['account_requests_left', usage.leftThisSecond, { account, window: 'second' }],
    ...(usage.leftToday === null
      ? []
      : [['account_requests_left', usage.leftToday, { account, window: 'day' }] as Sample<GaugeName>]),
    ['account_paused_seconds', usage.pausedUntil === null ? 0 : (usage.pausedUntil - now) / 1_000, { account }],
    ...(good === null ? [] : [['account_credentials_good', good ? 1 : 0, { account }] as Sample<GaugeName>]),
  ]);
  return [
    ['accounts', accounts.count],
    ...of,
    ...byAccount('worker_accounts', [...workerAccounts]),
    ...byAccount(
      'zoom_last_event_timestamp_seconds',
      Object.entries(lastEvents).map(([account, at]) => [account, at / 1_000]),
    ),
  ];
}

/** What `StoredCounts` and `commit.lua` counted, as series; histograms are left out. */
export function countersOf({ counts, refusedDeliveries }: MetricReadings): Sample<CounterName>[] {
  const counted = Object.entries(counts).flatMap(([field, value]): Sample<CounterName>[] => {
    const [kind, name = '', outcome = ''] = field.split(':');
    switch (kind) {
      case 'alert':
        return [['alerts_total', value, { code: name }]];
      case 'leader':
        return [['leader_errors_total', value, { task: name }]];
      case 'zoom':
        return [['zoom_requests_total', value, { request: name, outcome }]];
      case 'ended':
        return [['broadcasts_ended_total', value, { kind: name, outcome }]];
      case 'wait':
        return [['waits_total', value, { reason: name }]];
      case 'repair':
        return [['repairs_total', value, { what: name }]];
      default:
        return [];
    }
  });
  return [...counted, ['webhooks_refused_total', refusedDeliveries]];
}
