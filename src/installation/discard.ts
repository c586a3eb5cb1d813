import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import { type Decision, DecisionBuilder } from '../broadcasts/decision.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { seriesEvent } from '../series/representation.ts';
import { SeriesStore } from '../series/series-store.ts';
import type { Planned } from './meaning.ts';

const PAGE = 200;
const BY = 'discard-sandbox';
const REASON = 'discarded: it was planned in the sandbox (--discard-sandbox); nothing was sent';

/** Ends what the sandbox was to do, without any request, and removes its series. @returns how many of each */
export async function discardPlanned(
  redis: RedisClient,
  keys: Keys,
  writer: BroadcastWriter,
  now: number,
): Promise<Planned> {
  // Series first: they would make more.
  const series = await removeSeries(new SeriesStore(redis, keys), now);
  let broadcasts = 0;
  const ids = await redis.smembers(keys.named('pending'));
  for (let from = 0; from < ids.length; from += PAGE) {
    const done = await Promise.all(ids.slice(from, from + PAGE).map((id) => end(writer, id)));
    broadcasts += done.filter(Boolean).length;
  }
  return { broadcasts, series };
}

async function end(writer: BroadcastWriter, id: string): Promise<boolean> {
  const result = await writer.update(id, ({ broadcast, now }) =>
    isFinal(broadcast) ? null : discarded(broadcast, now),
  );
  if (result.kind === 'conflict')
    throw new Error(`broadcast ${id} is being changed by others all the time: end what else runs on this Redis`);
  return result.kind === 'ok';
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
