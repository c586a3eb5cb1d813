import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/keys.ts';
import type { Observation } from '../broadcasts/observation.ts';
import type { ZoomObservation } from './webhook-events.ts';

/** Where Zoom's events wait until a worker has taken them in: a Redis stream, so that a crash loses none. */
export const INBOX_GROUP = 'workers';

export function inboxKey(keys: Keys): string {
  return keys.named('inbox');
}

/** Stores observations in one round trip; they are on the stream when it resolves. */
export async function storeObservations(
  redis: Redis | Cluster,
  keys: Keys,
  observations: Observation[],
): Promise<void> {
  await Promise.all(observations.map((seen) => redis.xadd(inboxKey(keys), '*', 'o', JSON.stringify(seen))));
}

/** An event as the domain takes it. @param now ms, stands in for an `event_ts` that Zoom left out */
export function observationOf(event: ZoomObservation, account: string, now: number): Observation {
  const { meetingId, kind, what, uuid, operator, changes } = event;
  const occurrence = changes?.occurrenceIds?.length === 1 ? Number(changes.occurrenceIds[0]) : Number.NaN;
  return {
    account,
    meetingId,
    kind,
    what,
    at: event.eventTs ?? Math.floor(now),
    uuid,
    service: event.service ?? null,
    operator,
    // Zoom's occurrence ids are the start in epoch ms, as text (Zoom API reference, section 8).
    occurrenceAt: Number.isFinite(occurrence) ? occurrence : null,
    movedTo: timeOf(changes?.startTime),
    movedFrom: timeOf(changes?.startTimeBefore),
  };
}

function timeOf(text: string | undefined): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isFinite(ms) ? ms : null;
}
