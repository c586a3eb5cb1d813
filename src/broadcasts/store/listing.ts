import type { Cluster, Redis } from 'ioredis';
import { cursorOf, readCursor } from '../../page-cursor.ts';
import { BROADCAST_STATUSES, type Broadcast, type BroadcastStatus, isFinal } from '../broadcast.ts';
import { hasLabel, isWithin, type Limits } from '../limits.ts';
import type { Keys } from './keys.ts';
import { type LuaCommands, withLua } from './lua-scripts.ts';
import { searchFor, textSearch } from './search-text.ts';
import type { BroadcastStore } from './store.ts';

/** Selects broadcasts for the list, bulk actions, the library and the command line. Times in ms. */
export interface BroadcastFilter {
  status?: BroadcastStatus[];
  meetingId?: string;
  account?: string;
  externalId?: string;
  seriesId?: string;
  /** `name=value`, or only `name`. */
  label?: string;
  /** Part of the title, the meeting number or the external id; ignores case. */
  q?: string;
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
}

/** Restricts the filter to what a caller may see. */
export interface LimitedFilter extends BroadcastFilter {
  /** Only broadcasts within these limits. */
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

/** Position of a broadcast in an index. */
export interface Position {
  startAt: number;
  id: string;
}

/** Records examined per step of a text search: 0.75 ms of Redis, and a start that comes then waits no longer. */
const CHUNK = 250;
/** Records read at once in a text search, at least: some of them may not match. */
const AT_LEAST = 20;
/**
 * Maximum records per page in a text search (`q`), some 15 ms of Redis. A search with few hits continues with the cursor of the
 * answer, which may then hold fewer than `limit`, or none.
 */
export const MAX_READ = 5_000;
/** Index entries per step when other sets must contain them, too: about 1 ms of Redis. */
const INDEX_CHUNK = 1_000;
/** … and at most this many per page: about 10 ms of Redis. After that as with `MAX_READ`. */
export const MAX_INDEX_READ = 10_000;

/** The indexes to read: every set of `walk`; each other group must contain an entry in one of its sets. */
interface Plan {
  walk: string[];
  also: string[][];
}

/** Matching index entries in order, and how far the indexes were read; null: to the end. */
interface Stretch {
  places: Position[];
  until: Position | null;
}

/**
 * Reads one page at a cost that grows only with the page: the indexes find the matches, and only those are read. The cursor names the
 * position (startAt, id) of the last broadcast shown, so pages stay correct while broadcasts are added, removed and moved, in
 * either order and with any filter.
 * @throws LivestreamError `validation_failed` for a cursor that is not ours
 */
export async function listBroadcasts(
  redis: Redis | Cluster,
  keys: Keys,
  store: BroadcastStore,
  query: ListQuery,
): Promise<{ broadcasts: Broadcast[]; nextCursor: string | null }> {
  const connection = withPages(redis);
  const plan = await planOf(connection, keys, query);
  const page = new PageOfRecords(store, query);
  // One more than the page, to see whether there are more.
  const chunk = chunkOf(plan, query);
  const most = query.q === undefined ? MAX_INDEX_READ : MAX_READ;
  let position = query.cursor === undefined ? null : placeOf(query.cursor);
  for (let read = 0; ; read += chunk) {
    if (read > 0 && read + chunk > most && position) return page.upTo(position);
    const { ids, until } = await candidatesAfter(connection, keys, plan, position, query, chunk);
    if (await page.add(ids)) return page.full();
    if (!until) return page.last();
    position = until;
  }
}

/** Entries per step. Without another filter the page shows all of them. */
function chunkOf({ also }: Plan, { q, limit }: ListQuery): number {
  if (q !== undefined) return CHUNK;
  return also.length > 0 ? Math.max(INDEX_CHUNK, limit + 1) : limit + 1;
}

/** Defining the scripts reads their files, so do it once per connection. */
function withPages(redis: Redis | Cluster): (Redis | Cluster) & LuaCommands {
  return 'lsPage' in redis ? (redis as Redis & LuaCommands) : withLua(redis);
}

/** Reads records until the page is full. */
class PageOfRecords {
  readonly #store: BroadcastStore;
  readonly #limit: number;
  readonly #atLeast: number;
  readonly #matches: (record: Broadcast) => boolean;
  readonly #found: Broadcast[] = [];

  constructor(store: BroadcastStore, query: ListQuery) {
    this.#store = store;
    this.#limit = query.limit;
    this.#atLeast = query.q === undefined ? 1 : AT_LEAST;
    this.#matches = fitsQuery(query);
  }

  /** Whether more records exist than fit. Omits a record that has changed since its index was read. */
  async add(ids: string[]): Promise<boolean> {
    for (let from = 0; from < ids.length; ) {
      const next = ids.slice(from, from + Math.max(this.#limit + 1 - this.#found.length, this.#atLeast));
      from += next.length;
      const records = new Map((await this.#store.getMany(next)).map((one) => [one.id, one]));
      for (const id of next) {
        const record = records.get(id);
        if (!record || !this.#matches(record)) continue;
        if (this.#found.length === this.#limit) return true;
        this.#found.push(record);
      }
    }
    return false;
  }

  full() {
    return this.upTo(this.#found.at(-1) as Broadcast);
  }

  /** Continues the search after `position`. */
  upTo({ startAt, id }: Position) {
    return { broadcasts: this.#found, nextCursor: cursorOf(startAt, id) };
  }

  last() {
    return { broadcasts: this.#found, nextCursor: null };
  }
}

/** The groups of indexes for a query: a match is in one set of each group, or in several label sets of the limits. */
function groupsOf({ externalId, seriesId, meetingId, label, status, account, limits }: ListQuery): string[][] {
  const groups: string[][] = [];
  if (limits?.accounts) groups.push([...new Set(limits.accounts)].map((name) => `account:${name}`));
  if (limits?.labels) groups.push([...new Set(limits.labels)].map((one) => `label:${one}`));
  if (externalId !== undefined) groups.push([`external:${externalId}`]);
  if (seriesId !== undefined) groups.push([`series:${seriesId}`]);
  if (meetingId !== undefined) groups.push([`meeting:${meetingId}`]);
  if (label !== undefined) groups.push([`label:${label}`]);
  if (status !== undefined) groups.push([...new Set(status)].map((one) => `status:${one}`));
  if (account !== undefined) groups.push([`account:${account}`]);
  return groups;
}

/** Walks the group with the fewest entries between `from` and `to`. */
async function planOf(redis: Redis | Cluster, keys: Keys, query: ListQuery): Promise<Plan> {
  const groups = groupsOf(query);
  if (groups.length <= 1) return { walk: groups[0] ?? ['all'], also: [] };
  const { min, max } = boundsOf(query);
  const sizes = await Promise.all(
    groups.map(async (sets) => {
      const counts = await Promise.all(sets.map((set) => redis.zcount(keys.index(set), min, max)));
      return counts.reduce((sum, count) => sum + count, 0);
    }),
  );
  const smallest = sizes.indexOf(Math.min(...sizes));
  return { walk: groups[smallest] as string[], also: groups.filter((_group, i) => i !== smallest) };
}

function boundsOf({ from, to }: BroadcastFilter): { min: string; max: string } {
  return { min: from === undefined ? '-inf' : String(from), max: to === undefined ? '+inf' : `(${to}` };
}

/** Reads at least the next `count` entries after `position`, by `startAt` and then by id. */
async function stretchAfter(
  redis: LuaCommands,
  keys: Keys,
  plan: Plan,
  position: Position | null,
  query: Pick<ListQuery, 'from' | 'to' | 'order'>,
  count: number,
): Promise<Stretch> {
  const found = await redis.lsPage(keys.base, JSON.stringify(entriesAfter(plan, position, query, count)));
  const inOrder = comparatorOf(query.order === 'desc');
  // Stop at the earliest end among sets not read fully: past it, such a set may have entries that belong before those of another.
  const [until = null] = found.flatMap(([id, score]) => (id ? [{ id, startAt: Number(score) }] : [])).sort(inOrder);
  const places = found
    .flatMap((raw) => raw.flatMap((id, i) => (i > 1 && i % 2 === 0 ? [{ id, startAt: Number(raw[i + 1]) }] : [])))
    .filter((place) => !until || inOrder(place, until) <= 0);
  if (found.length > 1) places.sort(inOrder);
  // A broadcast with several of the labels is in the index of each.
  return { places: places.filter(({ id }, i) => id !== places[i - 1]?.id), until };
}

/** Ids among at least the next `count` entries after `position`; for a text search, only those that may match, among `count`. */
async function candidatesAfter(
  redis: LuaCommands,
  keys: Keys,
  plan: Plan,
  position: Position | null,
  query: ListQuery,
  count: number,
): Promise<{ ids: string[]; until: Position | null }> {
  if (query.q === undefined) {
    const { places, until } = await stretchAfter(redis, keys, plan, position, query, count);
    return { ids: places.map(({ id }) => id), until };
  }
  const { isIn, ...search } = searchFor(query.q);
  const what = { ...entriesAfter(plan, position, query, count), ...search };
  const [lastId, lastScore, ...found] = await redis.lsSearch(keys.base, JSON.stringify(what));
  const ids = found.filter((_id, i) => i % 2 === 0 && (found[i + 1] === '' || isIn(found[i + 1] as string)));
  return { ids, until: lastId ? { id: lastId, startAt: Number(lastScore) } : null };
}

/** What the scripts read of the indexes: at most `count` entries of each set. */
function entriesAfter(
  { walk, also }: Plan,
  position: Position | null,
  query: Pick<ListQuery, 'from' | 'to' | 'order'>,
  count: number,
) {
  const desc = query.order === 'desc';
  const bounds = boundsOf(query);
  // The cursor may come from a page with other bounds: the narrower bounds win.
  const beyond =
    position !== null && (desc ? position.startAt >= (query.to ?? Infinity) : position.startAt < (query.from ?? 0));
  const after = position === null || beyond ? null : position;
  if (after && desc) bounds.max = String(after.startAt);
  if (after && !desc) bounds.min = String(after.startAt);
  const cursor = after ? { after: { score: String(after.startAt), id: after.id } } : {};
  return { sets: walk, also, ...bounds, desc, count, ...cursor };
}

/** The next `count` unfinished broadcasts after `position` (null: from the beginning); `until` is null after the last one. */
export async function unfinishedAfter(
  redis: Redis | Cluster,
  keys: Keys,
  position: Position | null,
  count: number,
): Promise<{ ids: string[]; until: Position | null }> {
  const walk = BROADCAST_STATUSES.filter((status) => !isFinal({ status })).map((status) => `status:${status}`);
  const { places, until } = await stretchAfter(withPages(redis), keys, { walk, also: [] }, position, {}, count);
  const next = places.slice(0, count);
  return { ids: next.map(({ id }) => id), until: places.length > count ? (next.at(-1) as Position) : until };
}

/** Sort order of a page. @param desc the latest first */
export function comparatorOf(desc: boolean): typeof comparePositions {
  return desc ? (a, b) => comparePositions(b, a) : comparePositions;
}

/** By `startAt`, then by id. */
export function comparePositions(a: Position, b: Position): number {
  return a.startAt - b.startAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Whether a record matches the query. */
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

/** @throws LivestreamError `validation_failed` for a cursor that is not ours */
export function placeOf(cursor: string): Position {
  const { at, id } = readCursor(cursor);
  return { startAt: at, id };
}
