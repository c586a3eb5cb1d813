import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../../broadcasts/store/keys.ts';
import { shardOf } from '../../broadcasts/store/shard-of.ts';
import { notAhead, type ZoomEvent } from '../../broadcasts/zoom-event.ts';
import type { Clock } from '../../clock.ts';
import { noteListChange } from './list-changes.ts';
import type { AccountlessZoomEvent } from './parse.ts';

/** Where Zoom's events wait until a worker has taken them in: a Redis stream, so that a crash loses none. */
export const INBOX_GROUP = 'workers';

/** Field of an entry that is the rest of an event, whose first part was taken in: where it goes on, ms. */
export const REST_AFTER = 'after';

export function inboxKey(keys: Keys): string {
  return keys.named('inbox');
}

/** Stores events in one round trip; they are on the stream when it resolves. */
export async function storeZoomEvents(redis: Redis | Cluster, keys: Keys, zoomEvents: ZoomEvent[]): Promise<void> {
  await Promise.all(zoomEvents.map((seen) => redis.xadd(inboxKey(keys), '*', 'o', JSON.stringify(seen))));
}

/** Puts the rest of an event at the end of the inbox, so that one about a long plan does not block others. */
export async function storeRest(redis: Redis | Cluster, keys: Keys, seen: ZoomEvent, after: number): Promise<void> {
  await redis.xadd(inboxKey(keys), '*', 'o', JSON.stringify(seen), REST_AFTER, after);
}

/**
 * Stores an event for the accounts that it counts for, each in its shard; it is on the streams when this resolves. What changes
 * nothing is not kept.
 * @param signedAt when Zoom signed the delivery, ms; stands in for an `event_ts` that Zoom left out
 */
export async function storeEvent(
  inbox: { redis: Redis | Cluster; keys: Keys; clock: Clock; shards?: readonly { keys: Keys }[] },
  event: AccountlessZoomEvent,
  accounts: string[],
  signedAt: number | null = null,
): Promise<void> {
  await noteListChange(inbox, event, accounts);
  // Nothing depends on it, and a meeting's participants come and go by the thousand.
  if (event.what === 'other') return;
  const { redis, keys, clock, shards = [{ keys }] } = inbox;
  const stored = accounts.map((name) => {
    const shard = shards[shardOf(name, shards.length)] as { keys: Keys };
    return storeZoomEvents(redis, shard.keys, zoomEventsOf(event, name, clock.now(), signedAt));
  });
  await Promise.all(stored);
}

/**
 * An event as the domain takes it: one event, or one for each occurrence of a recurring meeting that was deleted or moved.
 * @param now ms; the time of an event whose own is unknown, or lies too far ahead to be true
 * @param signedAt when Zoom signed the delivery, ms
 */
export function zoomEventsOf(
  event: AccountlessZoomEvent,
  account: string,
  now: number,
  signedAt: number | null = null,
): ZoomEvent[] {
  const { meetingId, kind, what, uuid, operator, changes } = event;
  const one: ZoomEvent = {
    account,
    meetingId,
    kind,
    what,
    at: event.eventTs ?? Math.min(signedAt ?? now, Math.floor(now)),
    uuid,
    service: event.service ?? null,
    operator,
    occurrenceAt: null,
    movedTo: null,
    movedFrom: null,
  };
  const seen = notAhead(one, now);
  const parts = changes?.schedule ?? [];
  return parts.length === 0 ? [seen] : parts.map((part) => ({ ...seen, ...part }));
}
