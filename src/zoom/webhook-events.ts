import { z } from 'zod';
import type { BroadcastKind } from '../broadcasts/broadcast.ts';
import { LivestreamError } from '../errors.ts';

export type ObservedWhat =
  | 'meeting_started'
  | 'meeting_ended'
  | 'stream_started'
  | 'stream_stopped'
  | 'deleted'
  | 'updated'
  | 'other';

/** What an updated or deleted event says has changed; only what it says. */
export interface MeetingChanges {
  topic?: string;
  /** ISO 8601, as Zoom wrote it. */
  startTime?: string;
  /** What it was before. */
  startTimeBefore?: string;
  /** Minutes. */
  duration?: number;
  timezone?: string;
  /** `single`: only the occurrences listed, of a recurring meeting. */
  scope?: string;
  /** Zoom's ids of the occurrences concerned. */
  occurrenceIds?: string[];
}

/** What one event of Zoom tells about one meeting. Free of stream keys, passwords and people. */
export interface ZoomObservation {
  /** Zoom's name of the event. */
  event: string;
  /** Zoom's account id (`payload.account_id`). */
  accountId: string | null;
  /** Digits: Zoom's numbers are 64-bit. */
  meetingId: string;
  /** Names one instance of the meeting. */
  uuid: string | null;
  /** Ms since the epoch: when it happened, not when it was sent; null when Zoom did not say. */
  eventTs: number | null;
  kind: BroadcastKind;
  what: ObservedWhat;
  /** Of a stream event: `Custom_Live_Streaming_Service` is ours. */
  service?: string;
  /** A person is named as the cause. */
  operator: boolean;
  changes?: MeetingChanges;
}

export type WebhookEvent =
  | { type: 'url_validation'; plainToken: string }
  | { type: 'observation'; observation: ZoomObservation }
  /** Nothing about a meeting or webinar. */
  | { type: 'ignored'; event: string; accountId: string | null };

const WEBINAR_TYPES = new Set([5, 6, 9]);
const WHAT: Readonly<Record<string, ObservedWhat>> = {
  started: 'meeting_started',
  ended: 'meeting_ended',
  live_streaming_started: 'stream_started',
  live_streaming_stopped: 'stream_stopped',
  deleted: 'deleted',
  permanently_deleted: 'deleted',
  updated: 'updated',
};

const id = z.union([z.string(), z.number()]).transform(String).catch('');
/** Zoom's longest is a topic of 200 characters. */
const MAX_TEXT = 1_000;
const text = z.string().max(MAX_TEXT).optional().catch(undefined);
const count = z.coerce.number().int().nonnegative().optional().catch(undefined);

const MeetingObject = z.object({
  id,
  uuid: text,
  type: count,
  topic: text,
  start_time: text,
  duration: count,
  timezone: text,
  occurrences: z
    .array(z.object({ occurrence_id: id }))
    .optional()
    .catch(undefined),
  live_streaming: z.object({ service: text }).optional().catch(undefined),
});
const Envelope = z.object({
  event: z.string().min(1),
  event_ts: count,
  payload: z.object({
    account_id: text,
    plainToken: text,
    operator: text,
    operator_id: text,
    operation: text,
    scope: text,
    time_stamp: count,
    object: MeetingObject.optional().catch(undefined),
    old_object: z.object({ start_time: text }).optional().catch(undefined),
  }),
});
type Envelope = z.infer<typeof Envelope>;

/**
 * Reads an event's body, whose signature has been checked (Zoom API reference, section 5.1). Unknown fields are dropped, the
 * stream key among them. Throws `malformed_json`, or `validation_failed` when it is no event of Zoom at all.
 */
export function parseWebhookEvent(rawBody: Uint8Array | string): WebhookEvent {
  const parsed = Envelope.safeParse(
    parseKeepingIds(typeof rawBody === 'string' ? rawBody : Buffer.from(rawBody).toString('utf8')),
  );
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new LivestreamError('validation_failed', 'The body is no event of Zoom', { errors });
  }
  const { event, payload } = parsed.data;
  if (event === 'endpoint.url_validation' && payload.plainToken) {
    return { type: 'url_validation', plainToken: payload.plainToken };
  }
  const observation = observationOf(parsed.data);
  return observation
    ? { type: 'observation', observation }
    : { type: 'ignored', event, accountId: payload.account_id ?? null };
}

function observationOf({ event, event_ts, payload }: Envelope): ZoomObservation | null {
  const [, family, verb = ''] = /^(meeting|webinar)\.(\w+)$/.exec(event) ?? [];
  const meeting = payload.object;
  const meetingId = (meeting?.id ?? '').replace(/[\s-]/g, '');
  if (!family || !meeting || !/^\d{1,19}$/.test(meetingId)) return null;
  const changes = changesOf(payload, meeting);
  const what = whatOf(verb, changes);
  const service = meeting.live_streaming?.service;
  return {
    event,
    accountId: payload.account_id ?? null,
    meetingId,
    uuid: meeting.uuid || null,
    eventTs: milliseconds(event_ts) ?? milliseconds(payload.time_stamp),
    kind: family === 'webinar' || WEBINAR_TYPES.has(meeting.type ?? 0) ? 'webinar' : 'meeting',
    what,
    ...(service === undefined ? {} : { service }),
    operator: Boolean(payload.operator || payload.operator_id),
    ...(what === 'updated' || what === 'deleted' ? { changes } : {}),
  };
}

/** One occurrence taken out of a recurring meeting changes that meeting and leaves it there. */
function whatOf(verb: string, changes: MeetingChanges): ObservedWhat {
  const what = WHAT[verb] ?? 'other';
  const single = changes.scope === 'single' && (changes.occurrenceIds?.length ?? 0) > 0;
  return what === 'deleted' && single ? 'updated' : what;
}

function changesOf(payload: Envelope['payload'], meeting: z.infer<typeof MeetingObject>): MeetingChanges {
  const occurrences = meeting.occurrences
    ?.map(({ occurrence_id }) => occurrence_id)
    .filter((occurrence) => occurrence !== '');
  const changes: MeetingChanges = {
    topic: meeting.topic,
    startTime: meeting.start_time,
    startTimeBefore: payload.old_object?.start_time,
    duration: meeting.duration,
    timezone: meeting.timezone,
    scope: payload.scope ?? payload.operation,
    occurrenceIds: occurrences,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** Zoom's are 13 digits; 10 digits are seconds. */
function milliseconds(timestamp: number | undefined): number | null {
  if (!timestamp) return null;
  return timestamp < 100_000_000_000 ? timestamp * 1_000 : timestamp;
}

/** Strings (left alone), or whole numbers that a double may not hold. */
const STRING_OR_LONG_INTEGER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON.parse with integers of 16 and more digits as strings: a double would round a 64-bit meeting number. */
function parseKeepingIds(body: string): unknown {
  const quoted = body.replace(STRING_OR_LONG_INTEGER, (token) => (/^\d{16,}$/.test(token) ? `"${token}"` : token));
  try {
    return JSON.parse(quoted);
  } catch {
    throw new LivestreamError('malformed_json', 'The body is not valid JSON');
  }
}
