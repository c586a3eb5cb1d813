import type { Cluster, Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import type { LuaCommands } from './lua-scripts.ts';
import type { StoredRecord } from './record-codec.ts';

type Connection = (Redis | Cluster) & LuaCommands;

/** Records in one command, so that Redis serves others in between. */
const AT_ONCE = 250;
/** Fewer are read with a command each. */
const MANY = 4;

/** The records as they are stored, in the order of `ids`. Null: it does not exist. */
export async function storedRecords(redis: Connection, keys: Keys, ids: string[]): Promise<(StoredRecord | null)[]> {
  const pages = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, i) =>
    storedPage(redis, keys, ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE)),
  );
  return (await Promise.all(pages)).flat();
}

/** One command for many: with one for each, ioredis takes longer for the command than we do for its record. */
async function storedPage(redis: Connection, keys: Keys, ids: string[]): Promise<(StoredRecord | null)[]> {
  if (ids.length < MANY) return Promise.all(ids.map((id) => storedRecord(redis, keys, id)));
  const fields = await redis.lsRecords(keys.base, ...ids);
  const recordOf = (id: string, i: number) => {
    const data = fields[i * 4] ?? null;
    if (data === 0) return null;
    const key = fields.slice(i * 4 + 1, i * 4 + 4) as (string | null)[];
    return data === null ? storedRecord(redis, keys, id) : { data, key };
  };
  return Promise.all(ids.map(recordOf));
}

async function storedRecord(redis: Connection, keys: Keys, id: string): Promise<StoredRecord | null> {
  try {
    const [data = null, ...key] = await redis.hmget(keys.broadcast(id), 'd', 'v', 'a', 'm');
    return data === null && key.every((field) => field === null) ? null : { data, key };
  } catch (error) {
    if (!(error as Error).message.startsWith('WRONGTYPE')) throw error;
    return { data: null, key: [] };
  }
}
