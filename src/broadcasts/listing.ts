import type { Cluster, Redis } from 'ioredis';
import { LivestreamError } from '../errors.ts';
import type { Broadcast, BroadcastStatus } from './broadcast.ts';
import type { Keys } from './keys.ts';
import type { BroadcastStore } from './store.ts';

/** Which broadcasts, in order of `startAt`; times in ms. */
export interface ListQuery {
  status?: BroadcastStatus[];
  meetingId?: string;
  account?: string;
  externalId?: string;
  seriesId?: string;
  /** `name=value`, or only `name`. */
  label?: string;
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
  /** 1 to 1,000. */
  limit: number;
  cursor?: string;
}

interface Position {
  startAt: number;
  id: string;
}

/** Records read at once when a filter drops some of them. */
const CHUNK = 200;

/**
 * One page. The cursor names the last broadcast shown by its place (startAt, id), so pages stay right while others come,
 * go and move.
 * @throws LivestreamError `validation_failed` for a cursor that is not ours
 */
export async function listBroadcasts(
  redis: Redis | Cluster,
  keys: Keys,
  store: BroadcastStore,
  query: ListQuery,
): Promise<{ broadcasts: Broadcast[]; nextCursor: string | null }> {
  const index = keys.index(narrowestIndex(query));
  const found: Broadcast[] = [];
  let position = query.cursor === undefined ? null : readCursor(query.cursor);
  const chunk = Math.max(CHUNK, query.limit + 1);
  for (;;) {
    const places = await placesAfter(redis, index, position, query, chunk);
    const records = new Map((await store.getMany(places.map(({ id }) => id))).map((record) => [record.id, record]));
    for (const place of places) {
      const record = records.get(place.id);
      if (!record || !fits(record, query)) continue;
      if (found.length === query.limit) return { broadcasts: found, nextCursor: cursorOf(found.at(-1) as Broadcast) };
      found.push(record);
    }
    if (places.length < chunk) return { broadcasts: found, nextCursor: null };
    position = places.at(-1) ?? null;
  }
}

function narrowestIndex(query: ListQuery): string {
  if (query.externalId !== undefined) return `external:${query.externalId}`;
  if (query.seriesId !== undefined) return `series:${query.seriesId}`;
  if (query.meetingId !== undefined) return `meeting:${query.meetingId}`;
  if (query.label !== undefined) return `label:${query.label}`;
  if (query.status?.length === 1) return `status:${query.status[0]}`;
  if (query.account !== undefined) return `account:${query.account}`;
  return 'all';
}

/** The next places of the index after `position`; members of equal score stand in the order of their ids. */
async function placesAfter(
  redis: Redis | Cluster,
  index: string,
  position: Position | null,
  query: ListQuery,
  count: number,
): Promise<Position[]> {
  const { from, to } = query;
  const max = to === undefined ? '+inf' : `(${to}`;
  const min = position?.startAt ?? from ?? '-inf';
  const shown = position ? await shownOfMoment(redis, index, position) : 0;
  let offset = shown;
  const places: Position[] = [];
  while (places.length < count) {
    const raw = await redis.zrangebyscore(index, min, max, 'WITHSCORES', 'LIMIT', offset, count);
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const place = { id: raw[i] as string, startAt: Number(raw[i + 1]) };
      if (!position || place.startAt > position.startAt || place.id > position.id) places.push(place);
    }
    if (raw.length < count * 2) break;
    offset += count;
  }
  // Whoever left meanwhile moved the others forward, over the place we read from: read again.
  if (position && shown > 0 && (await shownOfMoment(redis, index, position)) < shown)
    return placesAfter(redis, index, position, query, count);
  return places.slice(0, count);
}

/** How many of the position's moment stand up to it: its rank saves counting through them. 0 when it has gone. */
async function shownOfMoment(redis: Redis | Cluster, index: string, { startAt, id }: Position): Promise<number> {
  const [rank, first, score] = await Promise.all([
    redis.zrank(index, id),
    redis.zcount(index, '-inf', `(${startAt}`),
    redis.zscore(index, id),
  ]);
  return rank !== null && Number(score) === startAt ? Math.max(0, rank + 1 - first) : 0;
}

function fits(record: Broadcast, query: ListQuery): boolean {
  if (query.status && !query.status.includes(record.status)) return false;
  if (query.meetingId !== undefined && record.meetingId !== query.meetingId) return false;
  if (query.account !== undefined && record.account !== query.account) return false;
  if (query.externalId !== undefined && record.externalId !== query.externalId) return false;
  if (query.seriesId !== undefined && record.seriesId !== query.seriesId) return false;
  if (query.from !== undefined && record.startAt < query.from) return false;
  if (query.to !== undefined && record.startAt >= query.to) return false;
  return query.label === undefined || hasLabel(record, query.label);
}

function hasLabel({ labels }: Broadcast, label: string): boolean {
  const at = label.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, label);
  return labels[label.slice(0, at)] === label.slice(at + 1);
}

function cursorOf({ startAt, id }: Broadcast): string {
  return Buffer.from(`${startAt}:${id}`).toString('base64url');
}

function readCursor(cursor: string): Position {
  const match = /^(\d{1,16}):([\w-]{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) {
    throw new LivestreamError('validation_failed', 'The input has faults', {
      errors: [{ path: 'cursor', message: `must be a nextCursor of an earlier page, got "${cursor.slice(0, 80)}"` }],
    });
  }
  return { startAt: Number(match[1]), id: match[2] as string };
}
