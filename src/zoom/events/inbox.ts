import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../../broadcasts/store/keys.ts';
import { shardOf } from '../../broadcasts/store/shard-of.ts';
import { notAhead, type ZoomEvent } from '../../broadcasts/zoom-event.ts';
import type { Clock } from '../../clock.ts';
import { noteListChange } from './list-changes.ts';
import type { AccountlessZoomEvent } from './parse.ts';

/** Zoom's events wait here for a worker: a Redis stream, so that a crash loses none. */
export const INBOX_GROUP = 'workers';

/** Field of an entry with the rest of an event whose first part is done: where to continue, ms. */
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
 * Stores an event for the accounts that it counts for, each in its shard; it is on the streams when this resolves. Drops events
 * that change nothing.
 * @param signedAt when Zoom signed the delivery, ms; replaces a missing `event_ts`
 */
export async function storeEvent(
  inbox: { redis: Redis | Cluster; keys: Keys; clock: Clock; shards?: readonly { keys: Keys }[] },
  event: AccountlessZoomEvent,
  accounts: string[],
  signedAt: number | null = null,
): Promise<void> {
  await noteListChange(inbox, event, accounts);
  // Nothing depends on these, and a meeting's participants come and go by the thousand.
  if (event.what === 'other') return;
  const { redis, keys, clock, shards = [{ keys }] } = inbox;
  const stored = accounts.map((name) => {
    const shard = shards[shardOf(name, shards.length)] as { keys: Keys };
    return storeZoomEvents(redis, shard.keys, zoomEventsOf(event, name, clock.now(), signedAt));
  });
  await Promise.all(stored);
}

/**
 * Converts an event for the domain: one event, or one per deleted or moved occurrence of a recurring meeting.
 * @param now ms; replaces an event's time that is unknown, or too far ahead to be true
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
