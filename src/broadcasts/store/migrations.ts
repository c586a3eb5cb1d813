import type { Cluster, Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { readRecord } from './record-codec.ts';

/**
 * Version of the data in Redis, under `<base>schema`. Raise it when a build writes data that earlier builds cannot read. A new field
 * of the record does not raise it: `readRecord` fills it in, and earlier builds keep it.
 *
 * 1  the first; it wrote no version
 * 2  writes the version, and completes records that lacked fields (today the store again omits a field that readers fill in)
 * 3  sorts the unfinished broadcasts of a meeting by their start
 * 4  stores events and history lines without default values, the first line with the record, jobs without data; older data
 *    stays readable as it is
 */
export const SCHEMA_VERSION = 4;

type Connection = (Redis | Cluster) & LuaCommands;

/** Each migrates the data one version forward. It may stop anywhere and run again, even in several processes at once. */
const MIGRATIONS: { to: number; run(redis: Connection, keys: Keys): Promise<void> }[] = [
  { to: 2, run: completeRecords },
  { to: 3, run: sortMeetings },
];

const PAGE = 500;

/** Null without data. */
export async function storedSchemaVersion(redis: Redis | Cluster, keys: Keys): Promise<number | null> {
  const [written, old] = await Promise.all([redis.get(keys.named('schema')), redis.exists(keys.index('all'))]);
  if (written === null) return old === 1 ? 1 : null;
  return Number(written);
}

/** Migrates the data to this build's version, only forward. Returns its former version; null: there was none. */
export async function migrate(redis: Redis | Cluster, keys: Keys): Promise<number | null> {
  const connection = withLua(redis);
  const had = await storedSchemaVersion(redis, keys);
  for (const { to, run } of MIGRATIONS) {
    if (had !== null && had < to) await run(connection, keys);
  }
  if ((had ?? 0) < SCHEMA_VERSION) await connection.lsRaise(keys.base, 'schema', SCHEMA_VERSION);
  return had;
}

/** 2: adds missing fields to the records of earlier builds. Skips damaged records; the next read quarantines them. */
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
