import type { BroadcastKind } from '../src/broadcasts/broadcast.ts';

/** Zoom's `live_streaming.service` of the webhooks (Zoom API reference, section 5.1). */
export const STREAM_SERVICES = [
  'Custom_Live_Streaming_Service',
  'YouTube',
  'Facebook',
  'Workplace_by_Facebook',
  'Twitch',
] as const;
export type StreamService = (typeof STREAM_SERVICES)[number];

/** `ended`: over, but the number still exists. `gone`: Zoom no longer has it. */
export const MEETING_STATES = ['waiting', 'started', 'ended', 'gone'] as const;
export type MeetingState = (typeof MEETING_STATES)[number];

/** `settings` of the status request in Zoom's spelling. */
export interface StatusSettings {
  layout?: 'follow_host' | 'gallery_view' | 'speaker_view';
  close_caption?: 'burnt-in' | 'embedded' | 'off';
  active_speaker_name?: boolean;
  display_name?: string;
}

/** The live stream configuration in Zoom's spelling. */
export interface StreamTarget {
  stream_url: string;
  stream_key: string;
  page_url: string;
  resolution?: '720p' | '1080p';
}

/** One time of a recurring meeting; deleted ones stay listed. */
export interface Occurrence {
  /** Its first start as ms in digits; a move does not change it. */
  occurrenceId: string;
  /** UTC, `yyyy-MM-ddTHH:mm:ssZ`. */
  startTime: string;
  /** Minutes. */
  duration: number;
  status: 'available' | 'deleted';
}

/** The control API sets these traits of a meeting. Each switch off its default causes one of Zoom's errors. */
export interface MeetingTraits {
  kind: BroadcastKind;
  state: MeetingState;
  /** Its Zoom account, `payload.account_id` of its events; null until the first request. */
  account: string | null;
  /** End-to-end encrypted: 400/4400. */
  e2ee: boolean;
  /** It has a custom live stream configuration; without: 400/3000. */
  configured: boolean;
  /** The host may host and schedule; without: 400/3161. */
  hostAllowed: boolean;
  /** The live-streaming setting of the host is on; without: 400/3000, webinars 400/200. */
  settingEnabled: boolean;
  /** The host exists; without: 404/1001, webinars 400/1001. */
  userExists: boolean;
  /** The host belongs to the requesting account; without: 400/1010. */
  userInAccount: boolean;
  /** The app's role allows it; without: webinars 400/200 `No permission.`, meetings 403. */
  permitted: boolean;
  /** The host has the webinar add-on; without: 400/200 (webinars only). */
  webinarPlan: boolean;
  /** The code for a meeting that has not started: 4927 as documented, 3000 as one project saw it. */
  notStartedCode: 4927 | 3000;
  uuid: string;
  hostId: string;
  hostEmail: string;
  topic: string;
  /** Zoom's number of the meeting type: 2 scheduled, 5 webinar, … */
  type: number;
  /** UTC, `yyyy-MM-ddTHH:mm:ssZ`. */
  startTime: string;
  /** Minutes. */
  duration: number;
  timezone: string;
  /** For a recurring meeting with fixed times (types 8 and 9); else empty. */
  occurrences: Occurrence[];
}

/** Counters of a meeting. */
export interface MeetingCounters {
  /** Starts with a 204, including those while it already streamed. */
  acceptedStarts: number;
  /** Stops with a 204, including those without a stream. */
  acceptedStops: number;
  acceptedModes: number;
  /** Starts with a 204 although it streamed: each is one start too many. */
  startsWhileStreaming: number;
  /** Stops with a 204 although nothing streamed. */
  stopsWhileOff: number;
  /** Starts with the live-stream 429. */
  limitedStarts: number;
  configurations: number;
  /** Configurations on air, which break a real push. */
  configurationsOnAir: number;
}

export interface SandboxMeeting extends MeetingTraits {
  /** 1 to 19 digits. */
  id: string;
  /** `connecting`: accepted, but Zoom has not reported media yet. */
  stream: 'off' | 'connecting' | 'on';
  /** Number of the stream; it identifies a late connection of an earlier one. */
  streamSeq: number;
  /** When Zoom accepted the stream (ms), null when off. */
  since: number | null;
  service: StreamService | null;
  /** Settings of the running stream, with defaults. */
  liveSettings: StatusSettings | null;
  target: StreamTarget;
  /** Last start that was accepted or got the live-stream 429 (ms): the 30 seconds count from it. */
  lastStartAt: number | null;
  counters: MeetingCounters;
}

const NO_COUNTS: MeetingCounters = {
  acceptedStarts: 0,
  acceptedStops: 0,
  acceptedModes: 0,
  startsWhileStreaming: 0,
  stopsWhileOff: 0,
  limitedStarts: 0,
  configurations: 0,
  configurationsOnAir: 0,
};

/** A meeting in progress, ready to stream, with changes by `traits`. `now` in ms gives its start time, `uuid` its instance. */
export function newMeeting(id: string, uuid: string, now: number, traits: Partial<MeetingTraits> = {}): SandboxMeeting {
  const kind = traits.kind ?? 'meeting';
  return {
    id,
    account: null,
    state: 'started',
    e2ee: false,
    configured: true,
    hostAllowed: true,
    settingEnabled: true,
    userExists: true,
    userInAccount: true,
    permitted: true,
    webinarPlan: true,
    notStartedCode: 4927,
    uuid,
    hostId: 'sandbox-host',
    hostEmail: 'host@example.com',
    topic: `Sandbox ${kind} ${id}`,
    type: kind === 'webinar' ? 5 : 2,
    startTime: zoomTime(now),
    duration: 60,
    timezone: 'UTC',
    occurrences: [],
    ...traits,
    kind,
    stream: 'off',
    streamSeq: 0,
    since: null,
    service: null,
    liveSettings: null,
    target: {
      stream_url: 'rtmp://live.example.com/app',
      stream_key: `sandbox-key-${id}`,
      page_url: `https://live.example.com/${id}`,
    },
    lastStartAt: null,
    counters: { ...NO_COUNTS },
  };
}

/** Zoom's time format: UTC without milliseconds. `at` in ms. */
export function zoomTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The answer to `GET /_sandbox/meetings/:id`: everything but the stream key. */
export function meetingView(meeting: SandboxMeeting): Record<string, unknown> {
  const { counters, target, streamSeq: _seq, ...rest } = meeting;
  const { stream_key: _key, ...shownTarget } = target;
  return { ...rest, streaming: meeting.stream !== 'off', target: shownTarget, ...counters };
}
