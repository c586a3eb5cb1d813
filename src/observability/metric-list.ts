/** Every metric of this service, once: what is exposed, and what docs/metrics.md explains. Names stay (docs/metrics.md). */

interface Metric {
  help: string;
  labels?: readonly string[];
}

/** What is true now. */
export const GAUGES = {
  build_info: { help: 'Always 1: what this process is', labels: ['version', 'commit', 'node', 'process'] },
  redis_up: { help: '1 when Redis answered this scrape' },
  redis_writable: { help: '1 when Redis accepted a write within the last second or so' },
  redis_clock_offset_seconds: { help: "Redis' clock minus that of this process' machine" },
  starts_held: { help: '1 while this process holds starts because it is unknown which clock is right' },
  zoom_requests_in_flight: { help: 'Requests to Zoom that this process waits for' },
  broadcasts: { help: 'Broadcasts by status', labels: ['status'] },
  starts_leaving: { help: 'Starts that are claimed and not answered yet' },
  waiting: { help: 'Starts and stops that wait now, by reason', labels: ['reason'] },
  next_start_timestamp_seconds: { help: 'When the next start is due; missing when none is planned' },
  next_stop_timestamp_seconds: { help: 'When the next stop is due; missing when none is planned' },
  oldest_overdue_seconds: { help: 'How long the oldest start or stop is overdue; 0 when none is' },
  workers: { help: 'Worker processes with a current heartbeat' },
  worker_accounts: { help: 'Workers that have a Zoom account', labels: ['account'] },
  processes: { help: 'API and worker processes on this Redis, by version', labels: ['version'] },
  canary_age_seconds: { help: 'Longest time since a running worker last got its canary; 0 without workers' },
  jobs: { help: 'BullMQ jobs by queue and state', labels: ['queue', 'state'] },
  stored_events: { help: 'Length of the event stream' },
  quarantined: { help: 'Zoom events and broadcast records in quarantine, for a person to check', labels: ['kind'] },
  alerts_open: { help: 'Alerts that are neither resolved nor acknowledged, by code', labels: ['code'] },
  pauses: { help: 'Pauses in effect' },
  notifications_undelivered: {
    help: 'Notifications not delivered yet (waiting) and given up (dead)',
    labels: ['state'],
  },
  inbox_events: { help: 'Zoom events that are not processed yet' },
  inbox_oldest_seconds: { help: 'Age of the oldest Zoom event that is not processed yet; 0 when there is none' },
  zoom_last_event_timestamp_seconds: { help: 'When Zoom last sent an event for an account', labels: ['account'] },
  accounts: { help: 'Zoom accounts of this process; the first 200 by name have metrics of their own' },
  account_requests_used: {
    help: 'Requests of an account in this second and in this UTC day',
    labels: ['account', 'window'],
  },
  account_requests_left: {
    help: 'Requests that our share of an account still allows; day: only where the plan has a daily limit',
    labels: ['account', 'window'],
  },
  account_paused_seconds: {
    help: 'How long an account still has to pause because Zoom answered 429',
    labels: ['account'],
  },
  account_credentials_good: {
    help: '1 when Zoom accepts the credentials of an account, 0 when it refuses them; missing before the first use',
    labels: ['account'],
  },
} as const satisfies Record<string, Metric>;

/** What has happened, counted in Redis for all processes together. */
export const COUNTERS = {
  alerts_total: { help: 'Alerts raised, by code', labels: ['code'] },
  zoom_requests_total: { help: 'Requests to Zoom by outcome', labels: ['request', 'outcome'] },
  broadcasts_ended_total: { help: 'Broadcasts that reached their final state', labels: ['kind', 'outcome'] },
  waits_total: { help: 'Starts and stops that had to wait, by reason', labels: ['reason'] },
  repairs_total: {
    help: 'Missing jobs added again (job), and runs begun without their job (overdue)',
    labels: ['what'],
  },
  webhooks_refused_total: {
    help: "Deliveries to /v1/zoom/webhooks whose signature did not match any account's secret",
  },
  leader_errors_total: { help: 'Failed runs of the leader tasks (deadline: one broadcast each)', labels: ['task'] },
} as const satisfies Record<string, Metric>;

/** How long things took, counted in Redis for all processes together. `field`: first part of its counts. */
export const STORED_HISTOGRAMS = {
  lateness_seconds: {
    help: 'Time a request was sent minus the time it was due',
    label: 'action',
    field: 'late',
    values: ['start', 'stop'],
  },
  canary_lateness_seconds: {
    help: "Time a worker's own timer came through BullMQ minus the time it was due",
    field: 'canary',
  },
  event_delay_seconds: {
    help: 'Time an event of Zoom was stored, and processed, minus the time it happened',
    label: 'stage',
    field: 'event',
    values: ['stored', 'processed'],
  },
} as const satisfies Record<string, { help: string; field: string; label?: string; values?: readonly string[] }>;

export type GaugeName = keyof typeof GAUGES;
export type CounterName = keyof typeof COUNTERS;
