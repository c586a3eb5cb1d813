/**
 * Every key in Redis, without the base `<prefix>:{0}:` that all of a shard share: one hash tag lets one Lua script touch a broadcast,
 * its meeting and its account's rate limit on a Cluster. `keys.named` takes no other name, and a test compares the names in the Lua
 * scripts, and what real runs leave in Redis, with this list.
 */
export const KEYS = {
  /** A broadcast: `v` version, `d` record (JSON, see `recordText`), `a` account, `m` meeting, `w` worker with a request in flight, `h` first line of its history. Retention deletes it. */
  'b:<id>': 'hash',
  /** Its history after the first line, the last 2,999 lines. Retention deletes it. */
  'h:<id>': 'list',
  /** What is known of a meeting: start gate, stream, whether it runs. Expires 40 days after the last write. */
  'mt:<account>:<meeting>': 'hash',
  /** Broadcast → `startAt:endAt:status` of the unfinished broadcasts of a meeting. Whoever ends a broadcast takes it out. */
  'mi:<account>:<meeting>': 'hash',
  /** The same broadcasts by start, once there are two, or one was read. Goes with `mi:`. */
  'ms:<account>:<meeting>': 'zset',
  /** All broadcasts by `startAt`. Retention takes them out. */
  'ix:all': 'zset',
  /** One way to list broadcasts, by `startAt`: names in `indexes.ts`. Retention takes them out. */
  'ix:<index>': 'zset',
  /** Unfinished broadcasts, for the job repair. Whoever ends a broadcast takes it out. */
  pending: 'set',
  /** How far the slow job repair has come: `startAt:id`. Taken out when it begins again. */
  'repair-place': 'string',
  /** Broadcast → its next deadline, ms. Taken out when there is none any more. */
  deadlines: 'zset',
  /** Broadcast → when its next request is due, ms, for the overdue scanner. Taken out when none is. */
  due: 'zset',
  /** Pause → the pause (JSON). Whoever ends it takes it out; the leader, when its time has come. */
  pauses: 'hash',
  /** The pauses of one scope: `all`, `account:<name>`, `series:<id>`, `label:<name>=<value>`. Goes with the pauses. */
  'paused:<scope>': 'set',
  /** Broadcast whose start a pause holds back → since when, ms. Taken out when it leaves or ends. */
  held: 'zset',
  /** Broadcast with a start on its way → when it was claimed, ms. Taken out when Zoom has answered. */
  leaving: 'zset',
  /** Broadcast → its stop time, ms. Taken out when it is off air. */
  stops: 'zset',
  /** Broadcast → when it is checked next, ms. Taken out when it was. */
  preflights: 'zset',
  /** Broadcast → its next start or stop that is not announced yet, ms. Removed once it is. */
  headsups: 'zset',
  /** Written once `headsups` holds what earlier builds stored. Never deleted. */
  'headsups-filled': 'string',
  /** Broadcasts that someone wants checked now. The preflight takes them out. */
  'preflights-wanted': 'set',
  /** Broadcast → when it ended, ms. Retention takes it out. */
  finals: 'zset',
  /** Body hash (`h`) and answer (`a`) of an `Idempotency-Key`; of a bulk action also what it matched (`m`) and each part that is done. Expires after 24 h. */
  'idem:<key>': 'hash',
  /** An account's rate limit: pause, count of the day. Expires after 2 days. */
  'rate:<account>': 'hash',
  /** Who waits for the rate limit: token → due moment, ms. A request takes its own out; expires after 2 days. */
  'line:<account>:<class>': 'zset',
  /** Who waits for the rate limit: token → when it should ask again, ms. As `line:`. */
  'slots:<account>:<class>': 'zset',
  /** When the requests of the last seconds left an account, ms. Expires after 2 days. */
  'left:<account>': 'zset',
  /** An outage of Zoom. The first request that gets through deletes it; expires after 10 min. */
  'circuit:<account>:<class>': 'hash',
  /** Meetings that met the outage. Goes with the circuit; expires after 1 min. */
  'circuit:<account>:<class>:failing': 'set',
  /** Token → when it last asked, ms. Goes with the circuit; expires after 10 min. */
  'circuit:<account>:<class>:waiting': 'zset',
  /** Heartbeat of a worker: the lease of what it has claimed. Expires after 5 s. */
  'worker:<id>': 'string',
  /** Worker → its last canary, ms. It takes itself out; the others take out those whose heartbeat is gone. */
  workers: 'hash',
  /** Worker → accounts it knows. Goes like `workers`. */
  'worker-accounts': 'hash',
  /** Process → what its clocks show. The others take out what is old. */
  clocks: 'hash',
  /** Process → its version (JSON). It takes itself out; the others take out what is old. */
  processes: 'hash',
  /** The leader among the workers. Expires after 4 s. */
  leader: 'string',
  /** An overdue broadcast that a worker's scanner works on. Expires after 3 s. */
  'lookout:<id>': 'string',
  /** An alert. Deleted with the retention of alerts, or with its broadcast. */
  'alert:<id>': 'hash',
  /** All alerts by time. Taken out when they are deleted. */
  'alerts:all': 'zset',
  /** The open ones. Taken out when they are resolved or acknowledged. */
  'alerts:open': 'zset',
  /** The other lists (`resolved`, `open:<code>`, `until` …), by time. Taken out when it changes or is deleted. */
  'alerts:<list>': 'zset',
  /** Counts up with every change of an alert. Never deleted. */
  'alert-changes': 'string',
  /** Cause → its open alert. Taken out when that is resolved. */
  'alert-causes': 'hash',
  /** Everything that happened, for `/v1/events` and notifications. Trimmed by RETENTION, and to about 100,000. */
  events: 'stream',
  /** Counters for the metrics. Never deleted. */
  counts: 'hash',
  /** A record that cannot be read, as it was found. Never deleted. */
  'poison:<id>': 'any',
  /** Id → why its record cannot be read. Never deleted. */
  poison: 'hash',
  /** A series: `v` version, `d` record (JSON). Deleted with the series. */
  'sr:<id>': 'hash',
  /** Series by creation. Taken out with the series. */
  series: 'zset',
  /** An API key made at run time: `d` (JSON), `h` its SHA-256, `u` last use, ms. Deleted when it is revoked. */
  'key:<id>': 'hash',
  /** API keys by creation. Taken out when they are revoked. */
  keys: 'zset',
  /** Name → id of its API key. Taken out when it is revoked. */
  'key-names': 'hash',
  /** The session of a signed-in browser, by the SHA-256 of its cookie. Expires 12 h after its last request. */
  'session:<hash>': 'hash',
  /** Who did what: JSON in the field `e`. Trimmed by RETENTION, and to about 1,000,000. */
  audit: 'stream',
  /** How many shards there are, where they are more than one. In the first shard; never deleted. */
  shards: 'string',
  /** Shard and stream → id of its last entry that was passed on to the first shard. In the first shard; never deleted. */
  relayed: 'hash',
  /** The process that passes on what a shard reports. In the first shard; expires after 3 s. */
  'relay-lease:<shard>': 'string',
  /** A calendar that series skip: `v` version, `d` record (JSON), `h` hash of what it says. Deleted with the calendar. */
  'calendar:<name>': 'hash',
  /** Names of calendars. Taken out with the calendar. */
  calendars: 'set',
  /** Source → what it is (JSON). Taken out with the source. */
  sources: 'hash',
  /** Source → the results of its last syncs (JSON). Removed with the source. */
  'source-states': 'hash',
  /** What the last sync of a source did (JSON, gzip). Deleted with the source. */
  'source-plan:<name>': 'string',
  /** The file that was read last of a source (gzip). Deleted with the source. */
  'source-file:<name>': 'string',
  /** Whoever syncs a source. Deleted after; expires after 60 s. */
  'source-lock:<name>': 'string',
  /** Account and meeting → what was created, changed or deleted in Zoom (JSON). The leader takes it out every 5 s. */
  'list-changes': 'hash',
  /** How far a sync is: `done/total`. Deleted after; expires after 60 s. */
  'source-progress:<name>': 'string',
  /** A feed of the schedule: `d` (JSON), `h` SHA-256 of its token. Deleted with the feed. */
  'feed:<id>': 'hash',
  /** Feeds by creation. Taken out with the feed. */
  feeds: 'zset',
  /** Version of the stored form. Never deleted. */
  schema: 'string',
  /** Written to see whether Redis takes writes. Expires after 10 s. */
  probe: 'string',
  /** Zoom's events that are not worked off. Deleted once they are. */
  inbox: 'stream',
  /** Zoom's events that could not be processed, and why. The oldest are trimmed. */
  'inbox-quarantine': 'stream',
  /** Account → when Zoom last sent an event, ms. Deleted when the installation moves to another Zoom. */
  'events-seen': 'hash',
  /** Deliveries whose signature was wrong: `count`, `at` of the last, ms. Never deleted. */
  'events-refused': 'hash',
  /** Account → whether its credentials are good (JSON). Never deleted. */
  'account-health': 'hash',
  /** An account's access token, sealed if there is a SECRETS_KEY. Expires with the token. */
  'token:<account>': 'string',
  /** Whoever renews that token. Deleted after; expires. */
  'token-lock:<account>': 'string',
  /** Which Zoom the installation belongs to (JSON). Never deleted. */
  installation: 'string',
  /** Whoever changes that. Deleted after; expires. */
  'installation-lock': 'string',
  /** A notification target that answered 410 Gone. Expires after 24 h. */
  'notify-gone:<id>': 'string',
  /** The message for people that still collects events of one type. Expires with its window, or when it is sent. */
  'notify-open:<target>:<type>': 'string',
  /** What such a message collected. Deleted when it is sent; expires after 2 days. */
  'notify-batch:<batch>:<target>': 'hash',
  /** The message that an event was put into. Expires after 1 h. */
  'notify-batched:<event>:<target>': 'string',
  /** Published to, not stored: ids of broadcasts that changed. */
  changed: 'channel',
  /** BullMQ's: timers (start, stop) and notifications. The worker deletes a job when it is done. */
  'q:<queue>:<rest>': 'any',
} as const;

type Filled<Pattern extends string> = Pattern extends `${infer Before}<${string}>${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Pattern;
/** The name of a key: one of the list, with its parts filled in. */
export type KeyName = Filled<keyof typeof KEYS>;

/**
 * The hash tag of each shard. Their slots are spread so that any few neighbouring masters of a Cluster get about the same number of
 * them: the first three lie on three masters, the first eight on eight. Never change one: it is in every key of its shard.
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

/** QUEUE_SHARDS can be this much. */
export const MAX_SHARDS = HASH_TAGS.length;

/** Names in full. */
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
