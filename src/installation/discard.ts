import { AlertStore } from '../alerts/alert-store.ts';
import { type Broadcast, type BroadcastStatus, isFinal } from '../broadcasts/broadcast.ts';
import { type Decision, DecisionBuilder } from '../broadcasts/decision.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { RedisClient } from '../redis/connection.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { seriesEvent } from '../series/representation.ts';
import { SeriesStore } from '../series/series-store.ts';
import type { Planned } from './configured-zoom.ts';

const PAGE = 200;
const BY = 'discard-sandbox';
const REASON = 'discarded: it was scheduled in the sandbox (--discard-sandbox); nothing was sent';

/** A person could retry these, and then the real Zoom would put them on air. */
const CAN_BE_REVIVED: readonly BroadcastStatus[] = ['failed', 'missed'];

/**
 * Cancels what was planned in the sandbox, without any request, and removes its series. What failed or was missed becomes
 * `canceled`, which no command starts again, and its alerts are resolved.
 * @returns how many unfinished ones and series
 */
export async function discardPlanned(
  redis: RedisClient,
  shards: readonly Keys[],
  writer: BroadcastWriter,
  now: number,
): Promise<Planned> {
  // Series first: they would create more.
  const series = await removeSeries(new SeriesStore(redis, shards[0] as Keys), now);
  let broadcasts = 0;
  for (const keys of shards) broadcasts += await discardIn(redis, keys, writer);
  return { broadcasts, series };
}

/** @returns how many unfinished ones */
async function discardIn(redis: RedisClient, keys: Keys, writer: BroadcastWriter): Promise<number> {
  let broadcasts = 0;
  const ids = await redis.smembers(keys.named('pending'));
  for (let from = 0; from < ids.length; from += PAGE) {
    const done = await Promise.all(ids.slice(from, from + PAGE).map((id) => end(writer, id)));
    broadcasts += done.filter(Boolean).length;
  }
  const over = await troubled(redis, keys);
  for (let from = 0; from < over.length; from += PAGE) {
    await Promise.all(over.slice(from, from + PAGE).map((id) => end(writer, id)));
  }
  return broadcasts;
}

/** Finished broadcasts of the sandbox that still need a person: failed, missed, or with an open alert. */
async function troubled(redis: RedisClient, keys: Keys): Promise<string[]> {
  const [alertIds, ...revivable] = await Promise.all([
    redis.zrange(keys.named('alerts:open'), '0', '-1'),
    ...CAN_BE_REVIVED.map((status) => redis.zrange(keys.index(`status:${status}`), '0', '-1')),
  ]);
  const alerts = await new AlertStore(redis, keys).getMany(alertIds);
  return [...new Set([...revivable.flat(), ...alerts.flatMap(({ broadcastId }) => broadcastId ?? [])])];
}

async function end(writer: BroadcastWriter, id: string): Promise<boolean> {
  const result = await writer.update(id, ({ broadcast, now }) =>
    isDone(broadcast) ? null : discarded(broadcast, now),
  );
  if (result.kind === 'conflict')
    throw new Error(
      `broadcast ${id} keeps being changed by another process: stop everything else that uses this Redis`,
    );
  return result.kind === 'ok';
}

function isDone({ status, alerted }: Broadcast): boolean {
  return (status === 'ended' || status === 'canceled') && alerted.length === 0;
}

/** What was on air in the sandbox has ended with it. */
export function discarded(broadcast: Broadcast, now: number): Decision {
  const builder = new DecisionBuilder(broadcast, now, BY).note('command', 'discard');
  const { next } = builder;
  next.revision += 1;
  next.inFlight = null;
  next.nextAttemptAt = null;
  next.modeWanted = null;
  // Alerts that no longer apply are resolved.
  next.alerted = [];
  const wasOn = broadcast.status === 'live' || broadcast.status === 'stopping';
  if (wasOn) next.stoppedAt = now;
  if (isFinal(broadcast) && !CAN_BE_REVIVED.includes(broadcast.status)) return builder.build();
  return builder.become(wasOn ? 'ended' : 'canceled', REASON).build();
}

async function removeSeries(store: SeriesStore, now: number): Promise<number> {
  let removed = 0;
  for await (const page of store.pages()) {
    for (const { id } of page) {
      const series = await store.get(id, true);
      if (!series) continue;
      const result = await store.remove(series, { events: [seriesEvent('deleted', series, now, { by: BY })] });
      if (result.kind === 'ok') removed += 1;
    }
  }
  return removed;
}
