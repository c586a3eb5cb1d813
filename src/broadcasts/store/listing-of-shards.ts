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
 * One page of the broadcasts of all shards, in order. The order by (startAt, id) is the same in every shard, so that one cursor
 * says for each of them where it goes on.
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

/** A shard whose page has a next one was read only up to there, and so is the whole. */
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
