import type { Redis } from 'ioredis';
import { KEYS, type KeyName, type Keys } from '../broadcasts/store/keys.ts';
import { SCHEMA_VERSION, storedSchemaVersion } from '../broadcasts/store/migrations.ts';
import type { Clock } from '../clock.ts';
import { RedisClock } from '../redis/clock.ts';
import type { RedisClient } from '../redis/connection.ts';
import { tryToWrite } from '../redis/write-probe.ts';
import { describeLength } from '../time/human-duration.ts';
import { eventQuarantineKey, quarantinedEvents } from '../zoom/events/event-quarantine.ts';
import { type CheckOutcome, failed, ok, warning, worst } from './check-result.ts';

/** Streams and scripts that BullMQ and we use. */
const MIN_VERSION = [6, 2] as const;
const GOOD_MAJOR_VERSION = 7;
const SKEW_WARNING_MS = 1_000;
const SKEW_ERROR_MS = 30_000;

/** Share of `maxmemory` above which there is a warning. */
const MEMORY_WARNING = 0.9;

/** One check of Redis; `doctor` shows the result, a starting process logs it or gives up. */
export interface RedisCheck {
  name: string;
  /** Whether a failure of this check prevents a process from starting. */
  refuses: boolean;
  run(client: RedisClient, keys: Keys, clock: Clock): Promise<CheckOutcome>;
}

/** All checks, in this order; only `writes` writes anything: one key that expires after 10 s. */
export const REDIS_CHECKS: RedisCheck[] = [
  { name: 'version', refuses: true, run: (client) => onEach(client, checkVersion) },
  { name: 'schema', refuses: true, run: (client, keys) => checkSchema(client, keys) },
  { name: 'keys', refuses: true, run: (client, keys) => checkKeys(client, keys) },
  // It can pass while the process runs; until then `/readyz` and the log report it.
  { name: 'writes', refuses: false, run: (client, keys) => checkWrites(client, keys) },
  { name: 'memory', refuses: false, run: (client) => onEach(client, checkMemory) },
  { name: 'appendonly', refuses: false, run: (client) => onEach(client, checkAppendOnly) },
  { name: 'appendfsync', refuses: false, run: (client) => onEach(client, checkAppendFsync) },
  { name: 'maxmemory-policy', refuses: false, run: (client) => onEach(client, checkEviction) },
  { name: 'clock', refuses: false, run: (client, _keys, clock) => checkClock(client, clock) },
  { name: 'set aside', refuses: false, run: (client, keys) => checkQuarantine(client, keys) },
  { name: 'event quarantine', refuses: false, run: (client, keys) => checkEventQuarantine(client, keys) },
];

/** The keys with one name, and their types: a key with one of these names and another type belongs to another program. */
const KEY_TYPES = Object.entries(KEYS).filter(([name, type]) => !name.includes('<') && type !== 'channel') as [
  KeyName,
  string,
][];

async function onEach(client: RedisClient, check: (node: Redis) => Promise<CheckOutcome>): Promise<CheckOutcome> {
  const nodes = 'nodes' in client && typeof client.nodes === 'function' ? client.nodes('master') : [client as Redis];
  const [first, ...rest] = await Promise.all(nodes.map(check));
  return first
    ? worst([first, ...rest])
    : failed('the cluster has no master node', 'check the cluster: redis-cli cluster nodes');
}

/** Null when the server does not report it, as some hosted ones do. */
async function infoField(node: Redis, section: string, field: string): Promise<string | null> {
  const text = await node.info(section).catch(hidden);
  return text === null ? null : (new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? null);
}

async function configValue(node: Redis, name: string): Promise<string | null> {
  const answer = (await node.config('GET', name).catch(hidden)) as string[] | null;
  return answer?.[1] ?? null;
}

/** The server refused; a lost connection is not a refusal. */
function hidden(error: Error): null {
  if (error.name === 'ReplyError') return null;
  throw error;
}

async function checkVersion(node: Redis): Promise<CheckOutcome> {
  const valkey = await infoField(node, 'server', 'valkey_version');
  const version = valkey ?? (await infoField(node, 'server', 'redis_version'));
  const fix = `install Redis ${GOOD_MAJOR_VERSION} or newer, or Valkey`;
  if (version === null) return warning('this server does not report its version', `it must be 6.2 or newer: ${fix}`);
  const name = valkey === null ? `Redis ${version}` : `Valkey ${version}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = MIN_VERSION;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    return failed(`${name} is too old: at least ${MIN_VERSION.join('.')} is required`, fix);
  }
  return major < GOOD_MAJOR_VERSION
    ? warning(`${name} works; ${GOOD_MAJOR_VERSION} or newer is recommended`, fix)
    : ok(name);
}

async function checkSchema(client: RedisClient, keys: Keys): Promise<CheckOutcome> {
  // Not a string: the check of the keys reports it.
  if (!['string', 'none'].includes(await client.type(keys.named('schema')))) return ok('unreadable');
  const stored = await storedSchemaVersion(client, keys);
  if (stored === null) return ok(`none yet; becomes ${SCHEMA_VERSION}`);
  if (stored === SCHEMA_VERSION) return ok(String(stored));
  if (stored < SCHEMA_VERSION) return ok(`${stored}; becomes ${SCHEMA_VERSION} at the next start`);
  return failed(
    `the data has schema ${stored}; this version supports up to ${SCHEMA_VERSION}`,
    'install the newer version that wrote it, or use another REDIS_PREFIX; data cannot be downgraded',
  );
}

async function checkKeys(client: RedisClient, keys: Keys): Promise<CheckOutcome> {
  const types = await Promise.all(
    KEY_TYPES.map(async ([name, type]) => ({ name, type, found: await client.type(keys.named(name)) })),
  );
  const wrong = types.filter(({ type, found }) => found !== 'none' && found !== type);
  if (wrong.length === 0) return ok('correct');
  const list = wrong.map(({ name, type, found }) => `${keys.named(name)} is a ${found}, not a ${type}`).join('; ');
  return failed(list, 'another program uses this prefix: set another REDIS_PREFIX, or remove the foreign keys');
}

async function checkWrites(client: RedisClient, keys: Keys): Promise<CheckOutcome> {
  const refusal = await tryToWrite(client, keys.named('probe'));
  return refusal === null ? ok('accepted') : failed(`${refusal.message} (${refusal.reply})`, refusal.advice);
}

async function checkMemory(node: Redis): Promise<CheckOutcome> {
  const [used, most] = await Promise.all(
    ['used_memory', 'maxmemory'].map((field) => infoField(node, 'memory', field).then(Number)),
  );
  if (!used || !most) return ok(most === 0 ? 'no limit (maxmemory 0)' : 'this server does not report it');
  const text = `${Math.round((100 * used) / most)} % of maxmemory is used (${megabytes(used)} of ${megabytes(most)})`;
  if (used < MEMORY_WARNING * most) return ok(text);
  return warning(
    `${text}: when it is full, Redis refuses writes`,
    'raise maxmemory, or remove other data from this Redis',
  );
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`;

async function checkAppendOnly(node: Redis): Promise<CheckOutcome> {
  const enabled = await infoField(node, 'persistence', 'aof_enabled');
  if (enabled === '1') return ok('yes');
  if (enabled === null) return warning('this server does not report it', 'check your provider’s settings');
  return failed(
    'off: a restart of Redis loses acknowledged broadcasts',
    'redis-cli config set appendonly yes, and the same in redis.conf (or your provider’s settings)',
  );
}

async function checkAppendFsync(node: Redis): Promise<CheckOutcome> {
  const value = await configValue(node, 'appendfsync');
  if (value === 'always') return ok('always');
  const fix = 'redis-cli config set appendfsync always, and the same in redis.conf';
  if (value === null) return warning('this server does not report its configuration', 'check your provider’s settings');
  const loss = value === 'everysec' ? 'up to a second (rarely two) of' : 'an unknown number of';
  return warning(`${value}: a crash of the machine may lose ${loss} acknowledged changes`, fix);
}

async function checkEviction(node: Redis): Promise<CheckOutcome> {
  const policy = (await infoField(node, 'memory', 'maxmemory_policy')) ?? (await configValue(node, 'maxmemory-policy'));
  if (policy === 'noeviction') return ok('noeviction');
  const fix = 'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf';
  if (policy === null)
    return warning('this server does not report it', 'it must be noeviction: check your provider’s settings');
  return failed(`${policy}: when memory is short, Redis deletes broadcasts and jobs`, fix);
}

async function checkClock(client: RedisClient, clock: Clock): Promise<CheckOutcome> {
  const redisClock = new RedisClock(client, { wall: () => clock.now() });
  await redisClock.measure();
  const skew = redisClock.offsetMs;
  const distance = `${describeLength(skew)} ${skew > 0 ? 'ahead of' : 'behind'} this machine`;
  if (Math.abs(skew) <= SKEW_WARNING_MS) return ok(skew === 0 ? 'agrees with this machine' : distance);
  const message = `${distance}; all workers use the clock of Redis`;
  const fix = 'set both clocks with NTP (timedatectl set-ntp true)';
  return Math.abs(skew) < SKEW_ERROR_MS ? warning(message, fix) : failed(message, fix);
}

async function checkQuarantine(client: RedisClient, keys: Keys): Promise<CheckOutcome> {
  const ids = await client.hkeys(keys.named('poison')).catch(() => []);
  if (ids.length === 0) return ok('no damaged records');
  const shown = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} …` : ids.join(', ');
  return warning(
    `${ids.length} damaged ${ids.length === 1 ? 'record is' : 'records are'} in quarantine: ${shown}`,
    `schedule new ones for what you still need; the damaged records are under ${keys.named('poison')}:<id>`,
  );
}

async function checkEventQuarantine(client: RedisClient, keys: Keys): Promise<CheckOutcome> {
  const { count, latest } = await quarantinedEvents(client, keys).catch(() => ({ count: 0, latest: null }));
  if (count === 0) return ok('no Zoom events');
  const which = count === 1 ? '1 Zoom event' : `${count} Zoom events, the latest of which`;
  const key = eventQuarantineKey(keys);
  return warning(
    `${which} could not be processed: ${latest?.why ?? 'unknown'}`,
    `check the broadcasts of its meeting (redis-cli XREVRANGE ${key} + - shows the event), report it if it looks like a bug, then: redis-cli DEL ${key}`,
  );
}
