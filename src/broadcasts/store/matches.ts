import type { Cluster, Redis } from 'ioredis';
import type { Broadcast } from '../broadcast.ts';
import type { Sibling } from '../decision.ts';
import { isWithin } from '../limits.ts';
import { comparePositions, fitsQuery, type LimitedFilter } from './listing.ts';
import { listRecords } from './listing-of-shards.ts';
import { parseSibling } from './meeting-codec.ts';
import type { Records } from './store.ts';

/** Records per round trip: some 40 ms of one core. */
const PAGE = 1_000;

export interface MatchSource {
  redis: Redis | Cluster;
  store: Records;
}

/** All matching broadcasts in order of `startAt`; null when there are more than `most`. */
export async function allMatches(
  { redis, store }: MatchSource,
  filter: LimitedFilter,
  most: number,
): Promise<Broadcast[] | null> {
  const found: Broadcast[] = [];
  let cursor: string | null = null;
  do {
    const page: { broadcasts: Broadcast[]; nextCursor: string | null } = await listRecords(redis, store, {
      ...filter,
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    found.push(...page.broadcasts);
    if (found.length > most) return null;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/** The broadcasts of `ids` that also match `filter`, in order of `startAt`, and the ids that have no broadcast within its limits. */
export async function matchesAmong(
  { store }: MatchSource,
  ids: string[],
  filter: LimitedFilter,
): Promise<{ found: Broadcast[]; missing: string[] }> {
  const stored: Broadcast[] = [];
  for (let at = 0; at < ids.length; at += PAGE) stored.push(...(await store.getMany(ids.slice(at, at + PAGE))));
  const { limits } = filter;
  const known = new Set(stored.filter((one) => !limits || isWithin(limits, one)).map(({ id }) => id));
  const matches = fitsQuery(filter);
  return { found: stored.filter(matches).sort(comparePositions), missing: ids.filter((id) => !known.has(id)) };
}

/** All unfinished broadcasts of a meeting with their intervals. */
export async function plannedOf(
  redis: Redis | Cluster,
  store: Pick<Records, 'of'>,
  { account, meetingId }: Pick<Broadcast, 'account' | 'meetingId'>,
): Promise<Sibling[]> {
  const stored = await redis.hgetall(store.of(account).keys.named(`mi:${account}:${meetingId}`));
  return Object.entries(stored).map(([id, text]) => parseSibling(id, text));
}
