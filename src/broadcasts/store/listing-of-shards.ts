import type { Cluster, Redis } from 'ioredis';
import { cursorOf } from '../../page-cursor.ts';
import type { Broadcast } from '../broadcast.ts';
import { comparatorOf, type ListQuery, listBroadcasts, placeOf } from './listing.ts';
import type { Records } from './store.ts';

export interface BroadcastPage {
  broadcasts: Broadcast[];
  nextCursor: string | null;
}

/**
 * One page of the broadcasts of all shards, in order. Every shard sorts by (startAt, id), so one cursor marks the position in each of
 * them.
 * @throws LivestreamError `validation_failed` for a cursor that is not ours
 */
export async function listRecords(
  redis: Redis | Cluster,
  { shards }: Records,
  query: ListQuery,
): Promise<BroadcastPage> {
  const pages = await Promise.all(shards.map((shard) => listBroadcasts(redis, shard.keys, shard, query)));
  return pages.length === 1 && pages[0] ? pages[0] : mergedPage(pages, query);
}

/** If one shard has a next page, the merged page ends where that shard's page ends. */
function mergedPage(pages: readonly BroadcastPage[], { limit, order }: ListQuery): BroadcastPage {
  const compare = comparatorOf(order === 'desc');
  const ends = pages.flatMap(({ nextCursor }) => (nextCursor === null ? [] : [placeOf(nextCursor)]));
  const [until = null] = ends.sort(compare);
  const all = pages.flatMap(({ broadcasts }) => broadcasts).sort(compare);
  const read = until === null ? all : all.filter((one) => compare(one, until) <= 0);
  const broadcasts = read.slice(0, limit);
  const last = broadcasts.at(-1);
  if (read.length > limit && last) return { broadcasts, nextCursor: cursorOf(last.startAt, last.id) };
  return { broadcasts, nextCursor: until && cursorOf(until.startAt, until.id) };
}
