import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../../broadcasts/store/keys.ts';

/**
 * Zoom events that failed. They leave the inbox, so that they are not retried forever and delay no others, and stay here for a person
 * to check: in `livestream doctor`, in `/metrics`, and in Redis itself.
 */
const MAX_EVENTS = 1_000;
/** Maximum characters of the entry and of the reason: 4 MB for all of them together at most. */
const MAX_TEXT = 4_000;
const MAX_REASON = 300;

/** A Redis stream: `at`, `why` and `entry` of each. */
export function eventQuarantineKey(keys: Keys): string {
  return keys.named('inbox-quarantine');
}

export interface QuarantinedEvent {
  /** Why it failed. */
  why: string;
  /** The original entry of the inbox, cut off when long. It never held a stream key or a person. */
  entry: string;
}

/** Stores one event, and drops the oldest when there are too many. */
export async function quarantineEvent(redis: Redis | Cluster, keys: Keys, event: QuarantinedEvent): Promise<void> {
  const why = event.why.slice(0, MAX_REASON);
  const entry = event.entry.slice(0, MAX_TEXT);
  await redis.xadd(eventQuarantineKey(keys), 'MAXLEN', MAX_EVENTS, '*', 'why', why, 'entry', entry);
}

/** The number of events here, and the latest one. */
export async function quarantinedEvents(
  redis: Redis | Cluster,
  keys: Keys,
): Promise<{ count: number; latest: QuarantinedEvent | null }> {
  const key = eventQuarantineKey(keys);
  const [count, entries] = await Promise.all([redis.xlen(key), redis.xrevrange(key, '+', '-', 'COUNT', 1)]);
  const fields = entries[0]?.[1];
  return { count, latest: fields ? { why: fields[1] ?? '', entry: fields[3] ?? '' } : null };
}
