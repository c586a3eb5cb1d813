import type { Cluster, Redis } from 'ioredis';
import type { BroadcastKind } from '../../broadcasts/broadcast.ts';
import type { Keys } from '../../broadcasts/store/keys.ts';
import type { AccountlessZoomEvent } from './parse.ts';

/** A meeting that was created, changed or deleted in Zoom, so that the lists of its host are out of date. */
export interface ListChange {
  account: string;
  meetingId: string;
  kind: BroadcastKind;
  /** Zoom's id; null: the event did not say. */
  hostId: string | null;
}

const CHANGES_LISTS = /^(meeting|webinar)\.(created|updated|deleted|permanently_deleted|recovered|converted_to_\w+)$/;
/** Without a running worker nothing reads these; the next sync finds the changes itself. */
const MAX_KEPT = 10_000;

const NOTE = `
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1`;
const TAKE = `
local all = redis.call('HVALS', KEYS[1])
redis.call('DEL', KEYS[1])
return all`;

/** Notes a change for the sources of the kind `zoom`. */
export async function noteListChange(
  { redis, keys }: { redis: Redis | Cluster; keys: Keys },
  { event, meetingId, kind, hostId }: AccountlessZoomEvent,
  accounts: string[],
): Promise<void> {
  if (!CHANGES_LISTS.test(event) || accounts.length === 0) return;
  const fields = accounts.flatMap((account) => [
    `${account} ${meetingId}`,
    JSON.stringify({ account, meetingId, kind, hostId } satisfies ListChange),
  ]);
  await redis.eval(NOTE, 1, keys.named('list-changes'), MAX_KEPT, ...fields);
}

/** Returns and removes all notes. */
export async function takeListChanges(redis: Redis | Cluster, keys: Keys): Promise<ListChange[]> {
  const found = (await redis.eval(TAKE, 1, keys.named('list-changes'))) as string[];
  return found.map((text) => JSON.parse(text) as ListChange);
}
