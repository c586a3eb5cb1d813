import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/keys.ts';
import type { Observation } from '../broadcasts/observation.ts';
import type { Clock } from '../clock.ts';
import type { AccountDirectory } from './accounts.ts';
import type { ZoomObservation } from './webhook-events.ts';

/** Where Zoom's events wait until a worker has taken them in: a Redis stream, so that a crash loses none. */
export const INBOX_GROUP = 'workers';

/** Field of an entry that is the rest of an event, whose first part was taken in: where it goes on, ms. */
export const REST_AFTER = 'after';

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

/** Puts the rest of an event behind all that wait now, so that one about a long plan holds up nobody. */
export async function storeRest(redis: Redis | Cluster, keys: Keys, seen: Observation, after: number): Promise<void> {
  await redis.xadd(inboxKey(keys), '*', 'o', JSON.stringify(seen), REST_AFTER, after);
}

/**
 * Stores an event for every account it may mean, by Zoom's account id, else for those of `otherwise`; it is on the stream
 * when this resolves.
 * @returns the names of these accounts
 */
export async function storeEvent(
  inbox: { redis: Redis | Cluster; keys: Keys; accounts: AccountDirectory; clock: Clock },
  event: ZoomObservation,
  otherwise: string[],
): Promise<string[]> {
  const { redis, keys, accounts, clock } = inbox;
  const byId = event.accountId === null ? [] : accounts.byZoomAccountId(event.accountId).map(({ name }) => name);
  const meant = byId.length > 0 ? byId : otherwise;
  await storeObservations(
    redis,
    keys,
    meant.map((name) => observationOf(event, name, clock.now())),
  );
  return meant;
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
