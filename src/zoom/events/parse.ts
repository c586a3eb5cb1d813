import { z } from 'zod';
import type { BroadcastKind } from '../../broadcasts/broadcast.ts';
import type { ZoomEventType } from '../../broadcasts/zoom-event.ts';
import { LivestreamError } from '../../errors.ts';
import { parseKeepingIds } from '../../json.ts';
import { meetingDigits } from '../../meeting-number.ts';
import { type ScheduleChange, scheduleChanges } from './schedule-changes.ts';

/** The changes in an updated or deleted event; contains only the fields that Zoom sent. */
export interface MeetingChanges {
  topic?: string;
  /** Minutes. */
  duration?: number;
  timezone?: string;
  /** The deleted or moved part: the meeting, or occurrences of it. */
  schedule: ScheduleChange[];
}

/** One Zoom event about one meeting, without stream keys, passwords and people. */
export interface AccountlessZoomEvent {
  /** Zoom's name of the event. */
  event: string;
  /** Zoom's account id (`payload.account_id`). */
  accountId: string | null;
  /** Digits: Zoom's numbers are 64-bit. */
  meetingId: string;
  /** Names one instance of the meeting. */
  uuid: string | null;
  /** Zoom's id of the host; null: not in the event. */
  hostId: string | null;
  /** When it happened, not when it was sent (ms since the epoch); null when Zoom sent no valid time. */
  eventTs: number | null;
  kind: BroadcastKind;
  what: ZoomEventType;
  /** Of a stream event: `Custom_Live_Streaming_Service` is ours. */
  service?: string;
  /** The event names a person as the cause. */
  operator: boolean;
  changes?: MeetingChanges;
}

export type WebhookEvent =
  | { type: 'url_validation'; plainToken: string }
  | { type: 'zoom_event'; zoomEvent: AccountlessZoomEvent }
  /** Nothing about a meeting or webinar. */
  | { type: 'ignored'; event: string; accountId: string | null };

const WEBINAR_TYPES = new Set([5, 6, 9]);
const WHAT: Readonly<Record<string, ZoomEventType>> = {
  started: 'meeting_started',
  ended: 'meeting_ended',
  live_streaming_started: 'stream_started',
  live_streaming_stopped: 'stream_stopped',
  deleted: 'deleted',
  permanently_deleted: 'deleted',
  recovered: 'recovered',
  updated: 'updated',
};

const id = z.union([z.string(), z.number()]).transform(String).catch('');
/** Zoom's longest is a topic of 200 characters. */
const MAX_TEXT = 1_000;
const text = z.string().max(MAX_TEXT).optional().catch(undefined);
const count = z.coerce.number().int().nonnegative().optional().catch(undefined);
const occurrences = z
  .array(z.object({ occurrence_id: id, start_time: text, duration: count, status: text }))
  .optional()
  .catch(undefined);

const MeetingObject = z.object({
  id,
  uuid: text,
  host_id: text,
  type: count,
  topic: text,
  start_time: text,
  duration: count,
  timezone: text,
  occurrences,
  live_streaming: z.object({ service: text }).optional().catch(undefined),
});
const Envelope = z.object({
  event: z.string().min(1),
  event_ts: z.unknown().optional(),
  payload: z.object({
    account_id: text,
    plainToken: text,
    operator: text,
    operator_id: text,
    operation: text,
    scope: text,
    time_stamp: z.unknown().optional(),
    occurrences,
    object: MeetingObject.optional().catch(undefined),
    old_object: z.object({ start_time: text, duration: count, occurrences }).optional().catch(undefined),
  }),
});
type Envelope = z.infer<typeof Envelope>;

/**
 * Parses an event's body after the signature check (Zoom API reference, section 5.1). Drops unknown fields, among them the stream key.
 * Throws `malformed_json`, or `validation_failed` when it is not a Zoom event at all.
 */
export function parseWebhookEvent(rawBody: Uint8Array | string): WebhookEvent {
  const parsed = Envelope.safeParse(
    parseJson(typeof rawBody === 'string' ? rawBody : Buffer.from(rawBody).toString('utf8')),
  );
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new LivestreamError('validation_failed', 'The body is not a Zoom event', { errors });
  }
  const { event, payload } = parsed.data;
  if (event === 'endpoint.url_validation' && payload.plainToken) {
    return { type: 'url_validation', plainToken: payload.plainToken };
  }
  const zoomEvent = zoomEventOf(parsed.data);
  return zoomEvent
    ? { type: 'zoom_event', zoomEvent }
    : { type: 'ignored', event, accountId: payload.account_id ?? null };
}

function zoomEventOf({ event, event_ts, payload }: Envelope): AccountlessZoomEvent | null {
  const [, family, verb = ''] = /^(meeting|webinar)\.(\w+)$/.exec(event) ?? [];
  const meeting = payload.object;
  const meetingId = meetingDigits(meeting?.id ?? '');
  if (!family || !meeting || meetingId === null) return null;
  const what = WHAT[verb] ?? 'other';
  const service = meeting.live_streaming?.service;
  return {
    event,
    accountId: payload.account_id ?? null,
    meetingId,
    uuid: meeting.uuid || null,
    hostId: meeting.host_id || null,
    eventTs: milliseconds(event_ts) ?? milliseconds(payload.time_stamp),
    kind: family === 'webinar' || WEBINAR_TYPES.has(meeting.type ?? 0) ? 'webinar' : 'meeting',
    what,
    ...(service === undefined ? {} : { service }),
    operator: Boolean(payload.operator || payload.operator_id),
    ...(what === 'updated' || what === 'deleted' ? { changes: changesOf(what, payload, meeting) } : {}),
  };
}

function changesOf(
  what: 'updated' | 'deleted',
  payload: Envelope['payload'],
  meeting: z.infer<typeof MeetingObject>,
): MeetingChanges {
  const schedule = scheduleChanges({
    what,
    scope: payload.scope ?? payload.operation ?? null,
    type: meeting.type ?? null,
    now: { ...meeting, occurrences: meeting.occurrences ?? payload.occurrences },
    before: payload.old_object ?? {},
  });
  const details = { topic: meeting.topic, duration: meeting.duration, timezone: meeting.timezone };
  return { ...Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)), schedule };
}

/** Parses Zoom's times to ms: 13 digits are ms, 10 digits are seconds. Null: not a time. Accepts times far ahead (see `notAhead`). */
export function milliseconds(timestamp: unknown): number | null {
  const digits = typeof timestamp === 'string' && /^\d{1,30}$/.test(timestamp.trim());
  const value = digits ? Number(timestamp) : timestamp;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null;
  return Math.floor(value < 100_000_000_000 ? value * 1_000 : value);
}

function parseJson(body: string): unknown {
  try {
    return parseKeepingIds(body);
  } catch {
    throw new LivestreamError('malformed_json', 'The body is not valid JSON');
  }
}
