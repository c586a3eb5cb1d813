import type { Cluster, Redis } from 'ioredis';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import { readEvent } from '../broadcasts/store/event-codec.ts';
import { compareEventIds, OLDEST } from './event-id.ts';

/** Name (`Keys.named`) of the stream that `commit.lua` writes: one entry for each event, JSON in the field `e`. */
export const EVENTS = 'events';

/** An event with its place in the stream. */
export interface StoredEvent {
  id: string;
  /** `{type, timestamp, data}` as JSON: what SSE and `NOTIFY_URL` carry, byte for byte. */
  text: string;
  event: LivestreamEvent;
}

export type EventEntry = [id: string, fields: string[] | null];

/** Null for an entry that was deleted meanwhile or is not an event of this service. */
export function storedEvent([id, fields]: EventEntry): StoredEvent | null {
  const event = readEvent(fields?.[1] ?? '');
  return event && { id, text: JSON.stringify(event), event };
}

/** Reads the event stream; nothing here blocks. */
export class EventLog {
  readonly #redis: Redis | Cluster;
  readonly #key: string;

  constructor(redis: Redis | Cluster, key: string) {
    this.#redis = redis;
    this.#key = key;
  }

  /** Id of the newest event ever written; `0-0` when there was none. */
  async newestId(): Promise<string> {
    return (await this.#info()).newest;
  }

  /**
   * Whether events that came after `id` may have been trimmed away: `id` lies before the oldest one that is stored, and
   * something was trimmed. The id of the last trimmed one is not known.
   */
  async gapAfter(id: string): Promise<{ oldest: string } | null> {
    const { oldest, trimmed } = await this.#info();
    if (id === OLDEST || !trimmed || oldest === null) return null;
    return compareEventIds(id, oldest) < 0 ? { oldest } : null;
  }

  /** Up to `count` events after `id`; `last` is the position reached, null at the end. */
  async after(id: string, count: number): Promise<{ events: StoredEvent[]; last: string | null }> {
    const entries = (await this.#redis.xrange(this.#key, `(${id}`, '+', 'COUNT', count)) as EventEntry[];
    const events = entries.map(storedEvent).filter((event) => event !== null);
    return { events, last: entries.at(-1)?.[0] ?? null };
  }

  async #info(): Promise<{ newest: string; oldest: string | null; trimmed: boolean }> {
    const pairs = (await this.#redis.xinfo('STREAM', this.#key).catch((error: Error) => {
      if (/no such key/i.test(error.message)) return [];
      throw error;
    })) as unknown[];
    const value = (name: string) => (pairs.includes(name) ? pairs[pairs.indexOf(name) + 1] : undefined);
    const first = value('first-entry') as EventEntry | null | undefined;
    const added = value('entries-added') as number | undefined;
    return {
      newest: String(value('last-generated-id') ?? OLDEST),
      oldest: first?.[0] ?? null,
      // Redis before 7 does not count: then a missing id is treated as a gap.
      trimmed: added === undefined || added > Number(value('length') ?? 0),
    };
  }
}
