/**
 * What a person finds for each incident of issue 13: in the log, in the metrics, as an alert with its advice, from `doctor`, and in
 * docs/troubleshooting.md. `incidents.test.ts` causes each for real.
 */
export interface Incident {
  /** A line of the log at `warn` or above. */
  log: RegExp;
  /** A line of /metrics. */
  metric: RegExp;
  /** Raised by the service; or, where Redis takes no writes or nothing is wrong for good yet, a rule in deploy/prometheus/alerts.yml. */
  alert: { code: string; advice: RegExp } | { rule: string };
  /** A check of `doctor` that is not ok. */
  doctor: { check: string; says: RegExp };
  /** A heading in docs/troubleshooting.md, and words under it. */
  entry: { heading: string; says: RegExp };
}

export const INCIDENTS = {
  'wrong token': {
    log: /^Zoom issued no access token$/,
    metric: /^livestream_account_credentials_good\{account="wrong"\} 0$/m,
    alert: { code: 'failed', advice: /livestream retry/ },
    doctor: { check: 'zoom wrong: token', says: /issued no token.*Invalid client_id.*Check the client id/ },
    entry: { heading: 'The stream did not start', says: /`credentials_refused`.*set new credentials/ },
  },
  'scope missing': {
    log: /^alert failed: .*scope/,
    metric: /^livestream_zoom_requests_total\{request="start",outcome="refused"\} [1-9]/m,
    alert: { code: 'failed', advice: /livestream retry/ },
    doctor: { check: 'zoom scopeless: meeting scopes', says: /scopes do not allow.*add / },
    entry: { heading: 'The stream did not start', says: /`scopes_missing`.*add it to the app/ },
  },
  'Redis full': {
    log: /^Redis refuses writes: out of memory \(maxmemory\)/,
    metric: /^livestream_redis_writable 0$/m,
    alert: { rule: 'LivestreamRedisRefusesWrites' },
    doctor: { check: 'redis: writes', says: /OOM.*[Rr]aise maxmemory/ },
    entry: { heading: 'Redis refuses writes', says: /OOM.*maxmemory/ },
  },
  'Redis read-only': {
    log: /^Redis refuses writes: it is a read-only replica/,
    metric: /^livestream_redis_writable 0$/m,
    alert: { rule: 'LivestreamRedisRefusesWrites' },
    doctor: { check: 'redis: writes', says: /READONLY.*REDIS_URL/ },
    entry: { heading: 'Redis refuses writes', says: /READONLY.*master/ },
  },
  'disk full': {
    log: /^Redis refuses writes: it cannot save its data to disk/,
    metric: /^livestream_redis_writable 0$/m,
    alert: { rule: 'LivestreamRedisRefusesWrites' },
    doctor: { check: 'redis: writes', says: /MISCONF.*disk/ },
    entry: { heading: 'Redis refuses writes', says: /MISCONF.*disk/ },
  },
  'clock off': {
    log: /^the clock of Redis jumped/,
    metric: /^livestream_alerts_total\{code="clock"\} 1$/m,
    alert: { code: 'clock', advice: /NTP/ },
    doctor: { check: 'redis: clock', says: /(ahead of|behind) this machine.*NTP/ },
    entry: { heading: 'A clock is wrong', says: /NTP/ },
  },
  'worker dead': {
    log: /^no worker has been running for/,
    metric: /^livestream_workers 0$/m,
    alert: { code: 'no_worker', advice: /livestream worker/ },
    doctor: { check: 'workers', says: /none is running, and .* due within the hour.*livestream worker/ },
    entry: { heading: 'No worker runs, or one hangs', says: /`no_worker`/ },
  },
  'worker wedged': {
    log: /^BullMQ hangs although Redis answers/,
    metric: /^livestream_canary_age_seconds [2-9]\d/m,
    alert: { rule: 'LivestreamWorkerHangs' },
    doctor: { check: 'workers', says: /hangs.*restart that worker/ },
    entry: { heading: 'No worker runs, or one hangs', says: /BullMQ hangs/ },
  },
  'webhook secret wrong': {
    log: /^refused an event .* signature is wrong/,
    metric: /^livestream_webhooks_refused_total [1-9]/m,
    alert: { code: 'unconfirmed', advice: /livestream show/ },
    doctor: { check: 'zoom events', says: /refused because the signature was wrong.*ZOOM_WEBHOOK_SECRET_TOKEN/ },
    entry: { heading: 'Events do not arrive', says: /belongs to another app.*signature_invalid/ },
  },
  'events silent': {
    log: /^alert unconfirmed: /,
    metric: /^livestream_alerts_open\{code="unconfirmed"\} [1-9]/m,
    alert: { code: 'unconfirmed', advice: /livestream show/ },
    doctor: { check: 'zoom events', says: /none has come in yet.*not confirmed.*off and on again/ },
    entry: { heading: 'Events do not arrive', says: /off and on again/ },
  },
  'host late': {
    log: /^alert late_start: /,
    metric: /^livestream_waiting\{reason="host"\} 1$/m,
    alert: { code: 'late_start', advice: /livestream show/ },
    doctor: { check: 'alerts', says: /late_start \d.*livestream alerts/ },
    entry: { heading: 'The stream did not start', says: /`waiting`.*the host must start it/ },
  },
  '429 storm': {
    log: /^alert late_start: /,
    metric: /^livestream_zoom_requests_total\{request="start",outcome="rate_limited"\} [1-9]/m,
    alert: { code: 'late_start', advice: /livestream show/ },
    doctor: { check: 'alerts', says: /late_start \d/ },
    entry: { heading: 'Zoom answers 429', says: /ZOOM_RATE_SHARE/ },
  },
  'daily limit': {
    log: /^alert daily_limit: /,
    metric: /^livestream_account_paused_seconds\{account="daily"\} [1-9]/m,
    alert: { code: 'daily_limit', advice: /UTC day ends/ },
    doctor: { check: 'alerts', says: /daily_limit 1/ },
    entry: { heading: 'Zoom answers 429', says: /`daily_limit`/ },
  },
  'DNS down': {
    log: /^Zoom issued no access token$|no token/i,
    metric: /^livestream_zoom_requests_total\{request="start",outcome="transient"\} [1-9]/m,
    alert: { code: 'late_start', advice: /livestream show/ },
    doctor: { check: 'zoom dns: token', says: /cannot reach.*check the network, DNS/ },
    entry: { heading: 'The stream did not start', says: /DNS/ },
  },
  'two versions at once': {
    log: /^2 versions of livestream-scheduler run on this Redis at once: 0\.0\.9/,
    metric: /^livestream_processes\{version="0\.0\.9"\} 1$/m,
    alert: { code: 'versions', advice: /older version/ },
    doctor: { check: 'versions', says: /2 versions.*older version/ },
    entry: { heading: 'Two versions run at once', says: /`versions`/ },
  },
} satisfies Record<string, Incident>;
