/**
 * Every key in Redis, without the base `<prefix>:{0}:` that a shard's keys share. One hash tag lets one Lua script change a broadcast,
 * its meeting and its account's rate limit on a Cluster. `keys.named` accepts only these names, and a test compares this list with the
 * names in the Lua scripts and with the keys that real runs leave in Redis.
 */
export const KEYS = {
  /** A broadcast: `v` version, `d` record (JSON, see `recordText`), `a` account, `m` meeting, `w` worker with a request in flight, `h` first line of its history. Retention deletes it. */
  'b:<id>': 'hash',
  /** Its history after the first line, the last 2,999 lines. Retention deletes it. */
  'h:<id>': 'list',
  /** State of a meeting: start gate, stream, whether it runs. Expires 40 days after the last write. */
  'mt:<account>:<meeting>': 'hash',
  /** Broadcast → `startAt:endAt:status` of the unfinished broadcasts of a meeting. Removed when the broadcast ends. */
  'mi:<account>:<meeting>': 'hash',
  /** The same broadcasts by start, once there are two, or one was read. Goes with `mi:`. */
  'ms:<account>:<meeting>': 'zset',
  /** All broadcasts by `startAt`. Retention removes them. */
  'ix:all': 'zset',
  /** Index for one kind of list, by `startAt`: names in `indexes.ts`. Retention removes entries. */
  'ix:<index>': 'zset',
  /** Unfinished broadcasts, for the job repair. Removed when the broadcast ends. */
  pending: 'set',
  /** Position of the slow job repair: `startAt:id`. Deleted when it starts over. */
  'repair-place': 'string',
  /** Broadcast → its next deadline, ms. Removed when there is none any more. */
  deadlines: 'zset',
  /** Broadcast → when its next request is due, ms, for the overdue scanner. Removed when none is. */
  due: 'zset',
  /** Pause → the pause (JSON). Removed when it ends; the leader ends pauses whose time is up. */
  pauses: 'hash',
  /** The pauses of one scope: `all`, `account:<name>`, `series:<id>`, `label:<name>=<value>`. Goes with the pauses. */
  'paused:<scope>': 'set',
  /** Broadcast whose start a pause holds back → since when, ms. Removed when it is released or ends. */
  held: 'zset',
  /** Broadcast with a start in flight → when it was claimed, ms. Removed when Zoom has answered. */
  leaving: 'zset',
  /** Broadcast → its stop time, ms. Removed when it is off air. */
  stops: 'zset',
  /** Broadcast → its next check, ms. Removed after the check. */
  preflights: 'zset',
  /** Broadcast → its next start or stop without an announcement, ms. Removed after the announcement. */
  headsups: 'zset',
  /** Written once `headsups` holds what earlier builds stored. Never deleted. */
  'headsups-filled': 'string',
  /** Broadcasts to check now, on request. The preflight removes them. */
  'preflights-wanted': 'set',
  /** Broadcast → when it ended, ms. Retention removes it. */
  finals: 'zset',
  /** Body hash (`h`) and answer (`a`) of an `Idempotency-Key`; for a bulk action also its matches (`m`) and each finished part. Expires after 24 h. */
  'idem:<key>': 'hash',
  /** An account's rate limit: pause, count of the day. Expires after 2 days. */
  'rate:<account>': 'hash',
  /** The line for the rate limit: token → due time, ms. A request removes its own; expires after 2 days. */
  'line:<account>:<class>': 'zset',
  /** The line for the rate limit: token → when to ask again, ms. As `line:`. */
  'slots:<account>:<class>': 'zset',
  /** Departures of an account in the last seconds, ms. Expires after 2 days. */
  'left:<account>': 'zset',
  /** An outage of Zoom. The first request that gets through deletes it; expires after 10 min. */
  'circuit:<account>:<class>': 'hash',
  /** Meetings that failed in the outage. Goes with the circuit; expires after 1 min. */
  'circuit:<account>:<class>:failing': 'set',
  /** Token → its last request for the circuit, ms. Goes with the circuit; expires after 10 min. */
  'circuit:<account>:<class>:waiting': 'zset',
  /** Heartbeat of a worker: the lease of its claims. Expires after 5 s. */
  'worker:<id>': 'string',
  /** Worker → its last canary, ms. Each removes itself; the others remove those without a heartbeat. */
  workers: 'hash',
  /** Worker → its accounts. Goes like `workers`. */
  'worker-accounts': 'hash',
  /** Process → its clock readings. The others remove old ones. */
  clocks: 'hash',
  /** Process → its version (JSON). Each removes itself; the others remove old ones. */
  processes: 'hash',
  /** The leader among the workers. Expires after 4 s. */
  leader: 'string',
  /** An overdue broadcast in the hands of a worker's scanner. Expires after 3 s. */
  'lookout:<id>': 'string',
  /** An alert. Deleted with the retention of alerts, or with its broadcast. */
  'alert:<id>': 'hash',
  /** All alerts by time. Removed when deleted. */
  'alerts:all': 'zset',
  /** Open alerts. Removed when resolved or acknowledged. */
  'alerts:open': 'zset',
  /** The other lists (`resolved`, `open:<code>`, `until` …), by time. Removed when the alert changes or is deleted. */
  'alerts:<list>': 'zset',
  /** Counter of all changes of alerts. Never deleted. */
  'alert-changes': 'string',
  /** Cause → its open alert. Removed when that is resolved. */
  'alert-causes': 'hash',
  /** Log of all events, for `/v1/events` and notifications. Trimmed by RETENTION, and to about 100,000. */
  events: 'stream',
  /** Counters for the metrics. Never deleted. */
  counts: 'hash',
  /** An unreadable record in its original form. Never deleted. */
  'poison:<id>': 'any',
  /** Id → why its record is unreadable. Never deleted. */
  poison: 'hash',
  /** A series: `v` version, `d` record (JSON). Deleted with the series. */
  'sr:<id>': 'hash',
  /** Series by creation. Removed with the series. */
  series: 'zset',
  /** An API key made at run time: `d` (JSON), `h` its SHA-256, `u` last use, ms. Deleted when it is revoked. */
  'key:<id>': 'hash',
  /** API keys by creation. Removed when revoked. */
  keys: 'zset',
  /** Name → id of its API key. Removed when revoked. */
  'key-names': 'hash',
  /** The session of a signed-in browser, by the SHA-256 of its cookie. Expires 12 h after its last request. */
  'session:<hash>': 'hash',
  /** Who did what: JSON in the field `e`. Trimmed by RETENTION, and to about 1,000,000. */
  audit: 'stream',
  /** Number of shards, if more than one. In the first shard; never deleted. */
  shards: 'string',
  /** Shard and stream → id of the last entry passed on to the first shard. In the first shard; never deleted. */
  relayed: 'hash',
  /** The process that relays a shard's entries. In the first shard; expires after 3 s. */
  'relay-lease:<shard>': 'string',
  /** A calendar that series skip: `v` version, `d` record (JSON), `h` hash of its content. Deleted with the calendar. */
  'calendar:<name>': 'hash',
  /** Names of calendars. Removed with the calendar. */
  calendars: 'set',
  /** Source → its record (JSON). Removed with the source. */
  sources: 'hash',
  /** Source → the results of its last syncs (JSON). Removed with the source. */
  'source-states': 'hash',
  /** Result of a source's last sync (JSON, gzip). Deleted with the source. */
  'source-plan:<name>': 'string',
  /** Last file read from a source (gzip). Deleted with the source. */
  'source-file:<name>': 'string',
  /** Process that syncs a source. Deleted after; expires after 60 s. */
  'source-lock:<name>': 'string',
  /** Account and meeting → creation, change or deletion in Zoom (JSON). The leader removes entries every 5 s. */
  'list-changes': 'hash',
  /** Progress of a sync: `done/total`. Deleted after; expires after 60 s. */
  'source-progress:<name>': 'string',
  /** A feed of the schedule: `d` (JSON), `h` SHA-256 of its token. Deleted with the feed. */
  'feed:<id>': 'hash',
  /** Feeds by creation. Removed with the feed. */
  feeds: 'zset',
  /** Version of the stored form. Never deleted. */
  schema: 'string',
  /** Written to check whether Redis accepts writes. Expires after 10 s. */
  probe: 'string',
  /** Zoom's unprocessed events. Deleted after processing. */
  inbox: 'stream',
  /** Zoom events that failed, and why. The oldest are trimmed. */
  'inbox-quarantine': 'stream',
  /** Account → when Zoom last sent an event, ms. Deleted when the installation moves to another Zoom. */
  'events-seen': 'hash',
  /** Deliveries with a wrong signature: `count`, `at` of the last, ms. Never deleted. */
  'events-refused': 'hash',
  /** Account → whether its credentials are good (JSON). Never deleted. */
  'account-health': 'hash',
  /** An account's access token, sealed if there is a SECRETS_KEY. Expires with the token. */
  'token:<account>': 'string',
  /** Process that renews that token. Deleted after; expires. */
  'token-lock:<account>': 'string',
  /** Which Zoom the installation belongs to (JSON). Never deleted. */
  installation: 'string',
  /** Process that changes that. Deleted after; expires. */
  'installation-lock': 'string',
  /** A notification target that answered 410 Gone. Expires after 24 h. */
  'notify-gone:<id>': 'string',
  /** Open message that still collects events of one type. Expires with its window, or when it is sent. */
  'notify-open:<target>:<type>': 'string',
  /** Content of such a message. Deleted when it is sent; expires after 2 days. */
  'notify-batch:<batch>:<target>': 'hash',
  /** The message that contains an event. Expires after 1 h. */
  'notify-batched:<event>:<target>': 'string',
  /** Published, not stored: ids of changed broadcasts. */
  changed: 'channel',
  /** BullMQ's: timers (start, stop) and notifications. The worker deletes a job when it is done. */
  'q:<queue>:<rest>': 'any',
} as const;

type Filled<Pattern extends string> = Pattern extends `${infer Before}<${string}>${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Pattern;
/** The name of a key: one from the list, with its parts filled in. */
export type KeyName = Filled<keyof typeof KEYS>;

/**
 * The hash tag of each shard. Their slots are spread so that any few neighbouring masters of a Cluster get about the same number of
 * them: the first three are on three masters, the first eight on eight. Never change one: it is in every key of its shard.
 */
const HASH_TAGS = [
  '0',
  '1fs',
  '2hd',
  '3bo',
  '4k',
  '5ni',
  '6na',
  '7db',
  '8hg',
  '9bd',
  '10xz',
  '11cz',
  '12si',
  '13yb',
  '14mv',
  '15br',
];

/** Upper limit of QUEUE_SHARDS. */
export const MAX_SHARDS = HASH_TAGS.length;

/** Full key names. */
export interface Keys {
  /** `<prefix>:{0}:` (in other shards another hash tag), given to the scripts as KEYS[1]. */
  base: string;
  /** BullMQ's own `prefix`. */
  bullmq: string;
  broadcast(id: string): string;
  history(id: string): string;
  meeting(account: string, meetingId: string): string;
  index(name: string): string;
  worker(id: string): string;
  named: (name: KeyName) => string;
}

/** @param prefix REDIS_PREFIX: the first part of every key @param shard 0 to `MAX_SHARDS` - 1 */
export function keysOf(prefix: string, shard = 0): Keys {
  const base = `${prefix}:{${HASH_TAGS[shard]}}:`;
  const named = (name: KeyName) => base + name;
  return {
    base,
    bullmq: `${base}q`,
    broadcast: (id) => named(`b:${id}`),
    history: (id) => named(`h:${id}`),
    meeting: (account, meetingId) => named(`mt:${account}:${meetingId}`),
    index: (name) => named(`ix:${name}`),
    worker: (id) => named(`worker:${id}`),
    named,
  };
}
