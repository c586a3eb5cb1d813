import type { Logger } from 'pino';
import { z } from 'zod';
import type { Keys } from '../src/broadcasts/keys.ts';
import type { Observation } from '../src/broadcasts/observation.ts';
import type { Clock } from '../src/clock.ts';
import type { RedisClient } from '../src/queue/redis-connection.ts';
import { INBOX_GROUP, inboxKey, REST_AFTER } from '../src/zoom/webhook-inbox.ts';
import { StreamConsumer, type StreamEntry } from './stream-consumer.ts';

const nullable = <Type extends z.ZodType>(type: Type) => type.nullable();

const observationSchema: z.ZodType<Observation> = z.object({
  account: z.string(),
  meetingId: z.string(),
  kind: z.enum(['meeting', 'webinar']),
  what: z.enum(['meeting_started', 'meeting_ended', 'stream_started', 'stream_stopped', 'deleted', 'updated', 'other']),
  at: z.number(),
  uuid: nullable(z.string()),
  service: nullable(z.string()),
  operator: z.boolean(),
  occurrenceAt: nullable(z.number()),
  movedTo: nullable(z.number()),
  // Entries of earlier builds have none.
  movedFrom: nullable(z.number()).default(null),
});

/** Takes Zoom's events off the inbox and works them off, one after the other. */
export function createInbox(options: {
  redis: RedisClient;
  keys: Keys;
  /** `after`: where an event that was put off goes on, ms. */
  take: (seen: Observation, after: number | null) => Promise<unknown>;
  clock: Clock;
  logger: Logger;
}): StreamConsumer {
  const { redis, keys, clock, logger, take } = options;
  return new StreamConsumer({
    redis,
    key: inboxKey(keys),
    group: INBOX_GROUP,
    from: '0',
    remove: true,
    clock,
    logger,
    take: (entries) => workOff(entries, take, logger),
  });
}

async function workOff(
  entries: StreamEntry[],
  take: (seen: Observation, after: number | null) => Promise<unknown>,
  logger: Logger,
): Promise<string[]> {
  const done: string[] = [];
  for (const [id, fields] of entries) {
    const seen = readObservation(fields[1]);
    // What is no event of ours never will be: it is dropped, so that it is not tried for ever.
    if (!seen) logger.error({ entry: id }, 'an entry of the inbox is no event: dropped');
    try {
      if (seen) await take(seen, restAfter(fields));
      done.push(id);
    } catch (error) {
      logger.warn({ err: error, entry: id }, 'event not taken in yet: it comes again');
    }
  }
  return done;
}

function readObservation(text: string | undefined): Observation | null {
  try {
    return observationSchema.safeParse(JSON.parse(text ?? '')).data ?? null;
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
