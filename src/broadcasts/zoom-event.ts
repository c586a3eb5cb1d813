import type { BroadcastKind } from './broadcast.ts';

export const OBSERVED = [
  'meeting_started',
  'meeting_ended',
  'stream_started',
  'stream_stopped',
  'deleted',
  'recovered',
  'updated',
  'other',
] as const;
export type ZoomEventType = (typeof OBSERVED)[number];

/** An event of Zoom (a webhook or a WebSocket message), without secrets. */
export interface ZoomEvent {
  account: string;
  meetingId: string;
  kind: BroadcastKind;
  what: ZoomEventType;
  /** When it happened by Zoom's clock (`event_ts`, ms); when it was signed or came in when Zoom left it out. */
  at: number;
  /** `event_ts` (ms) if it was too far ahead to be used as `at`; identifies an event that comes twice. */
  stamp?: number;
  uuid: string | null;
  /** `Custom_Live_Streaming_Service` is ours. */
  service: string | null;
  /** The event names a person who did it. */
  operator: boolean;
  /** For `deleted` and `updated` of one occurrence: its start (ms), else null. */
  occurrenceAt: number | null;
  /** For `updated`: the new start (ms), if the event says so. */
  movedTo: number | null;
  /** For `updated`: the start before (ms), if the event says so. */
  movedFrom: number | null;
  /** Zoom's id of that occurrence: where it was before anybody moved it, ms. */
  occurrenceId?: number;
  /** How long that occurrence lasts, ms. */
  lasts?: number;
  /** It concerns every start of a recurring meeting, from `since` (ms) on if that is given. */
  whole?: boolean;
  since?: number;
}

/** Zoom's clock may be this much ahead of ours, ms (rule 14); what is dated later counts as of now. */
const MAX_AHEAD_MS = 5 * 60_000;

/** An event dated in the future must not be newer than everything that happens until then. @param now ms */
export function notAhead(seen: ZoomEvent, now: number): ZoomEvent {
  if (seen.at <= now + MAX_AHEAD_MS) return seen;
  return { ...seen, at: Math.floor(now), stamp: seen.stamp ?? seen.at };
}
