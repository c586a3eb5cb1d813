import { z } from 'zod';

const TYPES = [
  'meeting_started',
  'meeting_ended',
  'stream_started',
  'stream_stopped',
  'deleted',
  'recovered',
  'updated',
  'other',
] as const;
export type ZoomEventType = (typeof TYPES)[number];

/** The range of a JavaScript date, ms. */
const time = z.number().min(-8.64e15).max(8.64e15);

/** An event of Zoom (a webhook or a WebSocket message), without secrets; as the inbox stores it. */
export const zoomEventSchema = z.object({
  account: z.string(),
  meetingId: z.string(),
  kind: z.enum(['meeting', 'webinar']),
  what: z.enum(TYPES),
  /** When it happened by Zoom's clock (`event_ts`, ms); when it was signed or came in when Zoom left it out. */
  at: z.number(),
  /** `event_ts` (ms) if it was too far ahead to be used as `at`; identifies an event that comes twice. */
  stamp: z.number().optional(),
  uuid: z.string().nullable(),
  /** `Custom_Live_Streaming_Service` is ours. */
  service: z.string().nullable(),
  /** The event names a person who did it. */
  operator: z.boolean(),
  /** For `deleted` and `updated` of one occurrence: its start (ms), else null. */
  occurrenceAt: time.nullable(),
  /** For `updated`: the new start (ms), if the event says so. */
  movedTo: time.nullable(),
  /** For `updated`: the start before (ms), if the event says so. Entries written by earlier builds have none. */
  movedFrom: time.nullable().default(null),
  /** Zoom's id of that occurrence: where it was before anybody moved it, ms. */
  occurrenceId: time.optional(),
  /** How long that occurrence lasts, ms. */
  lasts: z.number().optional(),
  /** It concerns every start of a recurring meeting, from `since` (ms) on if that is given. */
  whole: z.boolean().optional(),
  since: time.optional(),
});
export type ZoomEvent = z.infer<typeof zoomEventSchema>;

/** Zoom's clock may be this much ahead of ours, ms (rule 14); what is dated later counts as of now. */
const MAX_AHEAD_MS = 5 * 60_000;

/** An event dated in the future must not be newer than everything that happens until then. @param now ms */
export function notAhead(seen: ZoomEvent, now: number): ZoomEvent {
  if (seen.at <= now + MAX_AHEAD_MS) return seen;
  return { ...seen, at: Math.floor(now), stamp: seen.stamp ?? seen.at };
}
