import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import { type Decision, DecisionBuilder } from '../broadcasts/decision.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { BroadcastStore } from '../broadcasts/store/store.ts';
import type { RedisClient } from '../redis/connection.ts';
import { seriesEvent } from '../series/representation.ts';
import { SeriesStore } from '../series/series-store.ts';
import type { Planned } from './meaning.ts';

const PAGE = 200;
/** A record that somebody writes meanwhile is read again this often. */
const MAX_TRIES = 10;
const BY = 'discard-sandbox';
const REASON = 'discarded: it was planned in the sandbox (--discard-sandbox); nothing was sent';

/** Ends what the sandbox was to do, without any request, and removes its series. @returns how many of each */
export async function discardPlanned(
  redis: RedisClient,
  keys: Keys,
  store: BroadcastStore,
  now: number,
): Promise<Planned> {
  // Series first: they would make more.
  const series = await removeSeries(new SeriesStore(redis, keys), now);
  let broadcasts = 0;
  const ids = await redis.smembers(keys.named('pending'));
  for (let from = 0; from < ids.length; from += PAGE) {
    const done = await Promise.all(ids.slice(from, from + PAGE).map((id) => end(store, id)));
    broadcasts += done.filter(Boolean).length;
  }
  return { broadcasts, series };
}

async function end(store: BroadcastStore, id: string): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const snapshot = await store.load(id);
    if (!snapshot || isFinal(snapshot.broadcast)) return false;
    const { broadcast, now } = snapshot;
    if ((await store.commit([{ before: broadcast, decision: discarded(broadcast, now) }])).kind === 'ok') return true;
  }
  throw new Error(`broadcast ${id} is being changed by others all the time: end what else runs on this Redis`);
}

/** What was on air in the sandbox has ended with it. */
export function discarded(broadcast: Broadcast, now: number): Decision {
  const builder = new DecisionBuilder(broadcast, now, BY).note('command', 'discard');
  const { next } = builder;
  next.revision += 1;
  next.inFlight = null;
  next.nextAttemptAt = null;
  next.modeWanted = null;
  const wasOn = broadcast.status === 'live' || broadcast.status === 'stopping';
  if (wasOn) next.stoppedAt = now;
  return builder.become(wasOn ? 'ended' : 'canceled', REASON).build();
}

async function removeSeries(store: SeriesStore, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const places = await store.pageAfter(null, PAGE);
    for (const { id } of places) {
      const series = await store.get(id, true);
      if (!series) continue;
      const result = await store.remove(series, { events: [seriesEvent('deleted', series, now, { by: BY })] });
      if (result.kind === 'ok') removed += 1;
    }
    if (places.length < PAGE) return removed;
  }
}
