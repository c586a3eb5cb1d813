import type { Cluster, Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { readRecord } from './record-codec.ts';

/**
 * Version of the data in Redis, under `<base>schema`. It is raised when a build writes what earlier builds cannot read;
 * a new field of the record, which `readRecord` fills in and earlier builds keep, does not raise it.
 *
 * 1  the first; it wrote no version
 * 2  the version is written, and records that lacked fields have them (today a field that a reader fills in is left out again)
 * 3  the unfinished broadcasts of a meeting are sorted by their start
 * 4  events and lines of a history are stored without what their lack says, the first line with the record, jobs without data; what
 *    there is already is read as it is
 */
export const SCHEMA_VERSION = 4;

type Connection = (Redis | Cluster) & LuaCommands;

/** Each brings the data one version forward; it may be interrupted anywhere and repeated, even by several processes at once. */
const MIGRATIONS: { to: number; run(redis: Connection, keys: Keys): Promise<void> }[] = [
  { to: 2, run: completeRecords },
  { to: 3, run: sortMeetings },
];

const PAGE = 500;

/** Null when there is no data yet. */
export async function storedSchemaVersion(redis: Redis | Cluster, keys: Keys): Promise<number | null> {
  const [written, old] = await Promise.all([redis.get(keys.named('schema')), redis.exists(keys.index('all'))]);
  if (written === null) return old === 1 ? 1 : null;
  return Number(written);
}

/** Brings the data to this build's version, forwards only. Returns the version it had; null: there was none. */
export async function migrate(redis: Redis | Cluster, keys: Keys): Promise<number | null> {
  const connection = withLua(redis);
  const had = await storedSchemaVersion(redis, keys);
  for (const { to, run } of MIGRATIONS) {
    if (had !== null && had < to) await run(connection, keys);
  }
  if ((had ?? 0) < SCHEMA_VERSION) await connection.lsRaise(keys.base, 'schema', SCHEMA_VERSION);
  return had;
}

/** 2: writes the fields into the records of earlier builds that these lack. Damaged records are skipped; the next read quarantines them. */
async function completeRecords(redis: Connection, keys: Keys): Promise<void> {
  let cursor = '0';
  do {
    const [next, entries] = await redis.zscan(keys.index('all'), cursor, 'COUNT', PAGE);
    cursor = next;
    const ids = entries.filter((_entry, i) => i % 2 === 0);
    await Promise.all(ids.map((id) => completeRecord(redis, keys, id)));
  } while (cursor !== '0');
}

async function completeRecord(redis: Connection, keys: Keys, id: string): Promise<void> {
  const [data = null, ...key] = await redis.hmget(keys.broadcast(id), 'd', 'v', 'a', 'm').catch(() => []);
  const { broadcast } = readRecord(id, { data, key });
  const whole = broadcast && JSON.stringify(broadcast);
  if (whole && whole !== data) await redis.lsRewrite(keys.base, id, data ?? '', whole);
}

/** 3: builds the sorted plan of every meeting that has unfinished broadcasts. */
async function sortMeetings(redis: Connection, keys: Keys): Promise<void> {
  let cursor = '0';
  do {
    const [next, ids] = await redis.sscan(keys.named('pending'), cursor, 'COUNT', PAGE);
    cursor = next;
    const meetings = await Promise.all(ids.map((id) => redis.hmget(keys.broadcast(id), 'a', 'm').catch(() => [])));
    const distinct = new Set(meetings.map(([account, meetingId]) => `${account}:${meetingId}`));
    await Promise.all([...distinct].map((meeting) => redis.lsIndexMeeting(keys.base, meeting)));
  } while (cursor !== '0');
}
