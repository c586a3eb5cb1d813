import type { Logger } from 'pino';
import { z } from 'zod';
import type { Keys } from '../../src/broadcasts/store/keys.ts';
import { notAhead, OBSERVED, type ZoomEvent } from '../../src/broadcasts/zoom-event.ts';
import type { Clock } from '../../src/clock.ts';
import type { RedisClient } from '../../src/redis/connection.ts';
import { redisRefusal } from '../../src/redis/refusal.ts';
import { StreamConsumer, type StreamEntry } from '../../src/redis/stream-consumer.ts';
import { EventContention } from '../../src/scheduling/apply-zoom-event.ts';
import { quarantineEvent } from '../../src/zoom/events/event-quarantine.ts';
import { INBOX_GROUP, inboxKey, REST_AFTER } from '../../src/zoom/events/inbox.ts';

const nullable = <Type extends z.ZodType>(type: Type) => type.nullable();
/** What a date can hold, ms. */
const time = z.number().min(-8.64e15).max(8.64e15);

const zoomEventSchema: z.ZodType<ZoomEvent> = z.object({
  account: z.string(),
  meetingId: z.string(),
  kind: z.enum(['meeting', 'webinar']),
  what: z.enum(OBSERVED),
  at: z.number(),
  uuid: nullable(z.string()),
  service: nullable(z.string()),
  operator: z.boolean(),
  occurrenceAt: nullable(time),
  movedTo: nullable(time),
  // Entries of earlier builds have none.
  movedFrom: nullable(time).default(null),
  stamp: z.number().optional(),
  occurrenceId: time.optional(),
  lasts: z.number().optional(),
  whole: z.boolean().optional(),
  since: time.optional(),
});

/** An event that fails for a reason of its own is tried this often, 5 s apart, before it goes to the quarantine. */
const MAX_TRIES = 3;
/** Entries whose tries are counted in this process. */
const MAX_COUNTED = 10_000;

export interface InboxOptions {
  /** A connection of its own: it blocks. */
  redis: RedisClient;
  /** For the quarantine; left out: `redis`. */
  commands?: RedisClient;
  keys: Keys;
  /** `after`: where an event that was put off goes on, ms. */
  take: (seen: ZoomEvent, after: number | null) => Promise<unknown>;
  /** An event that was not taken in comes again after this, ms; left out: 5 s. */
  retryMs?: number;
  clock: Clock;
  logger: Logger;
}

/**
 * Takes Zoom's events off the inbox and works them off, one after the other. While Redis is away or refuses to write, an event
 * comes again for as long as that lasts; one that cannot be read, or fails again and again by itself, goes to the quarantine.
 */
export function createInbox(options: InboxOptions): StreamConsumer {
  const { redis, keys, clock, logger } = options;
  const tries = new Map<string, number>();
  return new StreamConsumer({
    redis,
    key: inboxKey(keys),
    group: INBOX_GROUP,
    from: '0',
    remove: true,
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    clock,
    logger,
    take: async (entries) => {
      const done: string[] = [];
      for (const entry of entries) if (await isDone(entry, options, tries)) done.push(entry[0]);
      return done;
    },
  });
}

/** Whether the entry may leave the inbox: its event is taken in, or kept in the quarantine. */
async function isDone(entry: StreamEntry, options: InboxOptions, tries: Map<string, number>): Promise<boolean> {
  const [id, fields] = entry;
  const { logger } = options;
  try {
    const seen = readZoomEvent(fields[1]);
    // What is no event of ours never will be.
    if (!seen) return await setApart(entry, options, 'it is unreadable');
    await options.take(notAhead(seen, options.clock.now()), restAfter(fields));
    tries.delete(id);
    return true;
  } catch (error) {
    if (isTransient(error)) {
      logger.warn({ err: error, entry: id }, 'could not process a Zoom event yet; it will be retried');
      return false;
    }
    const tried = (tries.get(id) ?? 0) + 1;
    if (tries.size >= MAX_COUNTED) tries.clear();
    tries.set(id, tried);
    logger.debug({ err: error, entry: id, tried }, 'could not process a Zoom event');
    if (tried < MAX_TRIES) return false;
    tries.delete(id);
    return setApart(entry, options, error instanceof Error ? error.message : String(error));
  }
}

/** Nothing is wrong with the event itself. */
function isTransient(error: unknown): boolean {
  return redisRefusal(error) !== null || error instanceof EventContention;
}

async function setApart([id, fields]: StreamEntry, options: InboxOptions, why: string): Promise<boolean> {
  const { logger, keys, redis, commands = redis } = options;
  try {
    await quarantineEvent(commands, keys, { why, entry: fields[1] ?? '' });
  } catch (error) {
    logger.warn({ err: error, entry: id }, 'could not move a Zoom event to quarantine yet; it will be retried');
    return false;
  }
  logger.warn(
    { entry: id, why },
    'a Zoom event could not be processed and is now in quarantine: see livestream doctor',
  );
  return true;
}

function readZoomEvent(text: string | undefined): ZoomEvent | null {
  try {
    return zoomEventSchema.safeParse(JSON.parse(text ?? '')).data ?? null;
  } catch {
    return null;
  }
}

/** Where an event that was put off goes on; null for one that begins. */
function restAfter(fields: string[]): number | null {
  const at = fields.indexOf(REST_AFTER, 2);
  const after = at < 0 ? Number.NaN : Number(fields[at + 1]);
  return Number.isFinite(after) ? after : null;
}
