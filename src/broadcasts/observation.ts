import type { BroadcastKind } from './broadcast.ts';

/** What Zoom said by itself (a webhook or a WebSocket message), stripped of everything secret. */
export interface Observation {
  account: string;
  meetingId: string;
  kind: BroadcastKind;
  what: 'meeting_started' | 'meeting_ended' | 'stream_started' | 'stream_stopped' | 'deleted' | 'updated' | 'other';
  /** When it happened by Zoom's clock (`event_ts`, ms); the moment of arrival when Zoom left it out. */
  at: number;
  uuid: string | null;
  /** `Custom_Live_Streaming_Service` is ours. */
  service: string | null;
  /** A person was named as the one who did it. */
  operator: boolean;
  /** For `deleted` and `updated` of one occurrence: its start (ms), else null. */
  occurrenceAt: number | null;
  /** For `updated`: the new start (ms), if the event says so. */
  movedTo: number | null;
  /** For `updated`: the start before (ms), if the event says so. */
  movedFrom: number | null;
}
