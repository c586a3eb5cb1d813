import type { Logger } from 'pino';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import { notAhead, type ZoomEvent, zoomEventSchema } from '../../src/broadcasts/zoom-event.ts';
import type { Clock } from '../../src/clock.ts';
import { parseObject } from '../../src/json.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { redisRefusal } from '../../src/redis/refusal.ts';
import { StreamConsumer, type StreamEntry } from '../../src/redis/stream-consumer.ts';
import { EventContention } from '../../src/scheduling/apply-zoom-event.ts';
import { FailureLog } from '../../src/services/failure-log.ts';
import { quarantineEvent } from '../../src/zoom/events/event-quarantine.ts';
import { INBOX_GROUP, inboxKey, REST_AFTER } from '../../src/zoom/events/inbox.ts';

/** Attempts, 5 s apart, for an event that fails because of itself; after them it goes to quarantine. */
const MAX_TRIES = 3;
/** Maximum entries with an attempt count in this process. */
const MAX_COUNTED = 10_000;
/** Key of the failure log; one line reports the recovery. */
const EVENTS = 'processing Zoom events';
const QUARANTINE = 'the quarantine of Zoom events';

export interface InboxOptions {
  /** Needs its own connection, because it blocks. */
  redis: RedisClient;
  /** Connection for the quarantine; default `redis`. */
  commands?: RedisClient;
  keys: Keys;
  /** Processes one event. `after`: where a postponed event continues, ms. */
  take: (event: ZoomEvent, after: number | null) => Promise<unknown>;
  /** Delay before the retry of an event that was not processed, ms; default 5 s. */
  retryMs?: number;
  /** Called after each processed event with two delays since it happened: until it was stored, and until it was processed (ms). */
  onDelay?: (storedMs: number, processedMs: number) => void;
  clock: Clock;
  logger: Logger;
}

/**
 * Reads Zoom's events from the inbox and processes them one after another. While Redis is away or refuses writes, it keeps retrying
 * an event. An unreadable event, or one that fails because of itself, goes to quarantine.
 */
export function createInbox(options: InboxOptions): StreamConsumer {
  const { redis, keys, clock, logger } = options;
  const entries = new InboxEntries(options);
  return new StreamConsumer({
    name: 'Zoom event inbox',
    redis,
    key: inboxKey(keys),
    group: INBOX_GROUP,
    from: '0',
    remove: true,
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    clock,
    logger,
    take: (read) => entries.take(read),
  });
}

class InboxEntries {
  readonly #options: InboxOptions;
  readonly #failures: FailureLog;
  /** By entry id. */
  readonly #tries = new Map<string, number>();

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#failures = new FailureLog(options.logger);
  }

  /** @returns the ids of the entries that may leave the inbox */
  async take(entries: StreamEntry[]): Promise<string[]> {
    const done: string[] = [];
    for (const entry of entries) if (await this.#isDone(entry)) done.push(entry[0]);
    return done;
  }

  /** Whether the entry may leave the inbox: its event is processed or in quarantine. */
  async #isDone(entry: StreamEntry): Promise<boolean> {
    const [id, fields] = entry;
    const { take, clock, onDelay } = this.#options;
    try {
      const event = readZoomEvent(fields[1]);
      if (!event) return await this.#quarantine(entry, 'it is unreadable');
      const after = restAfter(fields);
      await take(notAhead(event, clock.now()), after);
      // The id starts with the moment Redis stored it (ms).
      if (after === null) onDelay?.(Number(id.split('-')[0]) - event.at, clock.now() - event.at);
      this.#tries.delete(id);
      this.#failures.succeeded(EVENTS);
      return true;
    } catch (error) {
      return this.#failed(entry, error);
    }
  }

  async #failed(entry: StreamEntry, error: unknown): Promise<boolean> {
    const [id] = entry;
    if (isTransient(error)) {
      this.#failures.failed(EVENTS, error, 'could not process a Zoom event yet; it will be retried', { entry: id });
      return false;
    }
    const tried = (this.#tries.get(id) ?? 0) + 1;
    if (this.#tries.size >= MAX_COUNTED) this.#tries.clear();
    this.#tries.set(id, tried);
    this.#options.logger.debug({ err: error, entry: id, tried }, 'could not process a Zoom event');
    if (tried < MAX_TRIES) return false;
    this.#tries.delete(id);
    return this.#quarantine(entry, error instanceof Error ? error.message : String(error));
  }

  async #quarantine([id, fields]: StreamEntry, why: string): Promise<boolean> {
    const { logger, keys, redis, commands = redis } = this.#options;
    try {
      await quarantineEvent(commands, keys, { why, entry: fields[1] ?? '' });
      this.#failures.succeeded(QUARANTINE);
    } catch (error) {
      const message = 'could not move a Zoom event to quarantine yet; it will be retried';
      this.#failures.failed(QUARANTINE, error, message, { entry: id });
      return false;
    }
    logger.warn(
      { entry: id, why },
      'a Zoom event could not be processed and is now in quarantine: see livestream doctor',
    );
    return true;
  }
}

/** Whether the error has nothing to do with the event itself. */
function isTransient(error: unknown): boolean {
  return redisRefusal(error) !== null || error instanceof EventContention;
}

function readZoomEvent(text: string | undefined): ZoomEvent | null {
  return zoomEventSchema.safeParse(parseObject(text ?? '')).data ?? null;
}

/** Where a postponed event continues; null for a new one. */
function restAfter(fields: string[]): number | null {
  const at = fields.indexOf(REST_AFTER, 2);
  const after = at < 0 ? Number.NaN : Number(fields[at + 1]);
  return Number.isFinite(after) ? after : null;
}
