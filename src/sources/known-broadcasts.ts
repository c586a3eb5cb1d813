/** Reads what a sync compares its file with: the source's broadcasts, other broadcasts of the same meetings, and changes by hand. */

import type { Cluster, Redis } from 'ioredis';
import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import { plannedOf } from '../broadcasts/store/matches.ts';
import type { Records } from '../broadcasts/store/store.ts';
import { representBroadcast } from '../broadcasts/view.ts';
import { inParallel } from '../in-parallel.ts';
import {
  askHistoryOf,
  type Comparison,
  compareEvents,
  type Difference,
  type StoredBroadcast,
} from '../timetable/compare.ts';
import { type ManualChanges, manualChanges } from '../timetable/drift.ts';
import type { CheckedReading } from '../timetable/planned-event.ts';
import { MAX_LENGTH_MS } from '../validation/max-length.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import type { KnownMeeting } from './zoom-lists.ts';

/** Records read in one round trip. */
const PAGE = 1_000;
/** Maximum small reads in parallel. */
const AT_ONCE = 100;

export interface KnownDeps {
  redis: Redis | Cluster;
  store: Records;
  accounts: Pick<AccountDirectory, 'resolve'>;
}

/** The source's broadcasts that still matter. @param now ms */
export async function broadcastsOf({ redis, store }: KnownDeps, source: string, now: number): Promise<Broadcast[]> {
  const inShards = store.shards.map(async (shard) => {
    const ids = await redis.zrangebyscore(shard.keys.index(`source:${source}`), now - MAX_LENGTH_MS, '+inf');
    return readMany(shard, ids);
  });
  return (await Promise.all(inShards)).flat().filter((one) => one.source?.name === source);
}

/** The meetings and webinars of the source's broadcasts that have not begun. @param now ms */
export async function meetingsToCome(deps: KnownDeps, source: string, now: number): Promise<KnownMeeting[]> {
  const ours = await broadcastsOf(deps, source, now);
  const coming = ours.filter((one) => !isFinal(one) && one.startAt >= now);
  return [...new Map(coming.map(({ meetingId, kind }) => [meetingId, { id: meetingId, kind }])).values()];
}

interface CompareOptions {
  /** ms */
  now: number;
  /** A broadcast missing from the timetable counts as vanished. */
  vanishes?: boolean;
  /** The timetable is Zoom itself, so changes by Zoom events do not count as made by hand. */
  isZoom?: boolean;
  /** A broadcast from elsewhere that conflicts with nothing. */
  isAside?: (other: Broadcast) => boolean;
}

/** Compares a timetable with the store: with the source's broadcasts (`ours`), and with other broadcasts in the same meetings. */
export async function compareWithStored(
  deps: KnownDeps,
  reading: CheckedReading,
  ours: readonly Broadcast[],
  { now, vanishes = true, isZoom = false, isAside = () => false }: CompareOptions,
): Promise<{ comparison: Comparison; others: Broadcast[] }> {
  const ids = new Set(ours.map(({ id }) => id));
  const options = { now, ...(vanishes && { isOurs: ({ id }: { id: string }) => ids.has(id) }) };
  const own = ours.map(viewOf);
  const first = compareEvents(reading, own, options);
  const others = (await othersOf(deps, first, ids)).filter((other) => !isAside(other));
  const stored = [...own, ...others.map((one) => ({ ...viewOf(one), externalId: null }))];
  const manualChanges = await manualChangesOf(deps, askHistoryOf(first), isZoom);
  return { comparison: compareEvents(reading, stored, { ...options, manualChanges }), others };
}

const WORK = new Set(['new', 'changed', 'canceled', 'vanished']);

/** What the sync has to do. */
export function workOf({ differences }: Comparison, prune: boolean): Difference[] {
  return differences.filter(({ state }) => WORK.has(state) && (state !== 'vanished' || prune));
}

/**
 * Other unfinished broadcasts in the meetings that would get new times. Their external ids are removed here, so that they match no event.
 */
async function othersOf(
  { redis, store, accounts }: KnownDeps,
  { differences }: Comparison,
  ours: ReadonlySet<string>,
): Promise<Broadcast[]> {
  const meetings = new Map<string, { account: string; meetingId: string }>();
  for (const { event, state } of differences) {
    if (!event?.plan || !['new', 'changed', 'conflicting'].includes(state)) continue;
    const { meetingId, account } = event.plan;
    const place = { account: accounts.resolve(account).name, meetingId };
    meetings.set(`${place.account} ${meetingId}`, place);
  }
  const planned = await inParallel([...meetings.values()], AT_ONCE, (one) => plannedOf(redis, store, one));
  const ids = new Set(planned.flat().map(({ id }) => id));
  return readMany(
    store,
    [...ids].filter((id) => !ours.has(id)),
  );
}

async function manualChangesOf(
  { store }: KnownDeps,
  ids: readonly string[],
  isZoom: boolean,
): Promise<Map<string, ManualChanges>> {
  const found = await inParallel(ids, AT_ONCE, async (id) => manualChanges(await store.history(id), isZoom));
  return new Map(ids.map((id, i) => [id, found[i] as ManualChanges]));
}

export function viewOf(broadcast: Broadcast): StoredBroadcast {
  return representBroadcast(broadcast, []);
}

async function readMany(store: Records, ids: readonly string[]): Promise<Broadcast[]> {
  const found: Broadcast[] = [];
  for (let at = 0; at < ids.length; at += PAGE) found.push(...(await store.getMany(ids.slice(at, at + PAGE))));
  return found;
}
