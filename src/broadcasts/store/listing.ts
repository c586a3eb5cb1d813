import type { Cluster, Redis } from 'ioredis';
import { LivestreamError } from '../../errors.ts';
import type { Broadcast, BroadcastStatus } from '../broadcast.ts';
import { hasLabel, isLimited, isWithin, type Limits } from '../limits.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { textSearch } from './search-text.ts';
import type { BroadcastStore } from './store.ts';

/** Which broadcasts: what the list, a bulk action, the library and the command line can ask for. Times in ms. */
export interface BroadcastFilter {
  status?: BroadcastStatus[];
  meetingId?: string;
  account?: string;
  externalId?: string;
  seriesId?: string;
  /** `name=value`, or only `name`. */
  label?: string;
  /** Part of the title, the meeting number or the external id, whatever the case. */
  q?: string;
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
}

/** What a caller may see of them. */
export interface LimitedFilter extends BroadcastFilter {
  /** Only what lies within them. */
  limits?: Limits;
}

/** One page of them, in order of `startAt`. */
export interface ListQuery extends LimitedFilter {
  /** By `startAt`; `desc`: the latest first. Default `asc`. */
  order?: 'asc' | 'desc';
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
 * Records read for one page at most, 0.3 to 0.5 s of one core: a search that finds little continues with the cursor of the
 * answer, which may then hold fewer than `limit`, or none.
 */
export const MAX_READ = 10_000;

/**
 * One page. The cursor names the last broadcast shown by its place (startAt, id), so pages stay correct while broadcasts are
 * added, removed and moved, in either order and with any filter.
 * @throws LivestreamError `validation_failed` for a cursor that is not ours
 */
export async function listBroadcasts(
  redis: Redis | Cluster,
  keys: Keys,
  store: BroadcastStore,
  query: ListQuery,
): Promise<{ broadcasts: Broadcast[]; nextCursor: string | null }> {
  const connection = 'lsPage' in redis ? (redis as Redis & LuaCommands) : withLua(redis);
  const { sets, whole } = await narrowestSets(connection, keys, query);
  const matches = fitsQuery(query);
  const found: Broadcast[] = [];
  let position = query.cursor === undefined ? null : readCursor(query.cursor);
  // Without another filter all of them are shown; reading one extra tells whether there are more.
  const chunk = whole ? query.limit + 1 : Math.max(CHUNK, query.limit + 1);
  for (let read = 0; ; read += chunk) {
    if (read > 0 && read + chunk > MAX_READ && position) {
      return { broadcasts: found, nextCursor: cursorOf(position) };
    }
    const places = await pageAfter(connection, keys, sets, position, query, chunk);
    const records = new Map((await store.getMany(places.map(({ id }) => id))).map((record) => [record.id, record]));
    for (const place of places) {
      const record = records.get(place.id);
      if (!record || !matches(record)) continue;
      if (found.length === query.limit) return { broadcasts: found, nextCursor: cursorOf(found.at(-1) as Broadcast) };
      found.push(record);
    }
    if (places.length < chunk) return { broadcasts: found, nextCursor: null };
    position = places.at(-1) ?? null;
  }
}

/** The indexes that hold all that is asked for. Several: each match is in exactly one of them. */
function setsOf({ externalId, seriesId, meetingId, label, status, account, limits }: ListQuery): string[][] {
  const sets: string[][] = [];
  if (limits?.accounts) sets.push(limits.accounts.map((name) => `account:${name}`));
  // A broadcast may have several of the labels, and would be in several of their indexes.
  if (limits?.labels?.length === 1) sets.push([`label:${limits.labels[0]}`]);
  if (externalId !== undefined) sets.push([`external:${externalId}`]);
  if (seriesId !== undefined) sets.push([`series:${seriesId}`]);
  if (meetingId !== undefined) sets.push([`meeting:${meetingId}`]);
  if (label !== undefined) sets.push([`label:${label}`]);
  if (status !== undefined) sets.push(status.map((one) => `status:${one}`));
  if (account !== undefined) sets.push([`account:${account}`]);
  return sets;
}

/** Those with the fewest places between `from` and `to`. `whole`: every entry matches. */
async function narrowestSets(
  redis: Redis | Cluster,
  keys: Keys,
  query: ListQuery,
): Promise<{ sets: string[]; whole: boolean }> {
  const choices = setsOf(query);
  const whole = choices.length <= 1 && query.q === undefined && !(query.limits && isLimited(query.limits));
  const [only = ['all']] = choices;
  if (choices.length <= 1) return { sets: only, whole };
  const { min, max } = boundsOf(query);
  const sizes = await Promise.all(
    choices.map(async (sets) => {
      const counts = await Promise.all(sets.map((set) => redis.zcount(keys.index(set), min, max)));
      return counts.reduce((sum, count) => sum + count, 0);
    }),
  );
  return { sets: choices[sizes.indexOf(Math.min(...sizes))] ?? only, whole };
}

function boundsOf({ from, to }: ListQuery): { min: string; max: string } {
  return { min: from === undefined ? '-inf' : String(from), max: to === undefined ? '+inf' : `(${to}` };
}

/** The next `count` places after `position`, of all sets together: by `startAt`, those of one moment by id. */
async function pageAfter(
  redis: LuaCommands,
  keys: Keys,
  sets: string[],
  position: Position | null,
  query: ListQuery,
  count: number,
): Promise<Position[]> {
  const desc = query.order === 'desc';
  const bounds = boundsOf(query);
  // A cursor of a page with other bounds: the narrower ones hold.
  const beyond =
    position !== null && (desc ? position.startAt >= (query.to ?? Infinity) : position.startAt < (query.from ?? 0));
  const after = position === null || beyond ? null : position;
  if (after && desc) bounds.max = String(after.startAt);
  if (after && !desc) bounds.min = String(after.startAt);
  const page = {
    sets,
    ...bounds,
    desc,
    count,
    ...(after ? { after: { score: String(after.startAt), id: after.id } } : {}),
  };
  const found = await redis.lsPage(keys.base, JSON.stringify(page));
  const places = found.flatMap((raw) =>
    raw.flatMap((id, i) => (i % 2 === 0 ? [{ id, startAt: Number(raw[i + 1]) }] : [])),
  );
  if (found.length > 1) places.sort((a, b) => (desc ? comparePlaces(b, a) : comparePlaces(a, b)));
  return places.slice(0, count);
}

/** By `startAt`; those of one moment by id. */
export function comparePlaces(a: Position, b: Position): number {
  return a.startAt - b.startAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Whether a record is among those asked for. */
export function fitsQuery(query: LimitedFilter): (record: Broadcast) => boolean {
  const holdsText = query.q === undefined ? () => true : textSearch(query.q);
  return (record) => fits(record, query) && holdsText(record);
}

function fits(record: Broadcast, query: LimitedFilter): boolean {
  if (query.status && !query.status.includes(record.status)) return false;
  if (query.meetingId !== undefined && record.meetingId !== query.meetingId) return false;
  if (query.account !== undefined && record.account !== query.account) return false;
  if (query.externalId !== undefined && record.externalId !== query.externalId) return false;
  if (query.seriesId !== undefined && record.seriesId !== query.seriesId) return false;
  if (query.from !== undefined && record.startAt < query.from) return false;
  if (query.to !== undefined && record.startAt >= query.to) return false;
  if (query.limits && !isWithin(query.limits, record)) return false;
  return query.label === undefined || hasLabel(record.labels, query.label);
}

function cursorOf({ startAt, id }: Position): string {
  return Buffer.from(`${startAt}:${id}`).toString('base64url');
}

function readCursor(cursor: string): Position {
  const match = /^(\d{1,16}):([\w-]{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) {
    throw new LivestreamError('validation_failed', 'Invalid cursor', {
      errors: [{ path: 'cursor', message: `must be the nextCursor of an earlier page, got "${cursor.slice(0, 80)}"` }],
    });
  }
  return { startAt: Number(match[1]), id: match[2] as string };
}
