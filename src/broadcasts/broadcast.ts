/** The record of a broadcast, as it is stored. All times are ms since the epoch; the API renders ISO 8601. */

export const BROADCAST_STATUSES = [
  'scheduled',
  'starting',
  'waiting',
  'live',
  'stopping',
  'ended',
  'canceled',
  'missed',
  'failed',
] as const;
export type BroadcastStatus = (typeof BROADCAST_STATUSES)[number];

export const FINAL_STATUSES: ReadonlySet<BroadcastStatus> = new Set(['ended', 'canceled', 'missed', 'failed']);

export type BroadcastKind = 'meeting' | 'webinar';
/** What a BullMQ job is for. */
export type Action = 'start' | 'stop';

export const LAYOUTS = ['follow_host', 'gallery_view', 'speaker_view'] as const;
export const CLOSE_CAPTIONS = ['burnt-in', 'embedded', 'off'] as const;

/** Zoom's `settings` of the status request; Zoom decides about omitted fields. Webinars have no `layout`. */
export interface LivestreamSettings {
  activeSpeakerName?: boolean;
  /** 1 to 50 characters. */
  displayName?: string;
  layout?: (typeof LAYOUTS)[number];
  closeCaption?: (typeof CLOSE_CAPTIONS)[number];
}

/** Where Zoom sends the stream: written to the configuration endpoint before the start. */
export interface Destination {
  streamUrl: string;
  /** The stream key, sealed by `observability/sealing` (AES-256-GCM); never returned. */
  sealedStreamKey: string;
  pageUrl: string;
  resolution?: '720p' | '1080p';
}

export const ON_DROP = ['restart', 'leave'] as const;
/** What to do when the stream stops early although nobody stopped it. */
export type OnDrop = (typeof ON_DROP)[number];

export const ON_MOVE = ['warn', 'follow'] as const;
/** What happens when the meeting is moved in Zoom before the broadcast starts. */
export type OnMove = (typeof ON_MOVE)[number];

/** A finding of the preflight or of an event. */
export interface Warning {
  code: string;
  message: string;
  /** One sentence on what to do. */
  advice: string;
}

/** The source that made the broadcast. */
export interface BroadcastSource {
  name: string;
  /** UID of the event in that timetable; all occurrences of a series share it. */
  uid: string;
  /** The timetable is Zoom itself: deleting a meeting there cancels its broadcasts here. */
  isZoom?: boolean;
}

/** A request that is claimed but not settled yet. */
export interface InFlight {
  /** `start`, `stop` and `mode` are the status request; `configure` writes the destination. */
  request: 'start' | 'stop' | 'mode' | 'configure';
  /** Names this one claim; only its holder may settle it. */
  fence: string;
  /** The worker process that holds it: its heartbeat is the lease. */
  worker: string;
  /** When it was claimed (ms). */
  at: number;
  /** The view that a `mode` request sets. */
  mode?: LivestreamSettings;
}

export interface Broadcast {
  id: string;
  /** 1 to 19 digits: Zoom's numbers are 64-bit, so never a JavaScript number. */
  meetingId: string;
  kind: BroadcastKind;
  account: string;
  title: string | null;
  startAt: number;
  stopAt: number | null;
  timezone: string | null;
  settings: LivestreamSettings;
  destination: Destination | null;
  status: BroadcastStatus;
  reason: string | null;
  /** Number of the plan: each command that changes the plan increases it. Jobs and ETags carry it. */
  revision: number;
  nextAttemptAt: number | null;
  startedAt: number | null;
  stoppedAt: number | null;
  startLatenessMs: number | null;
  stopLatenessMs: number | null;
  /** Zoom itself said that the stream is on. */
  confirmed: boolean;
  externalId: string | null;
  labels: Record<string, string>;
  seriesId: string | null;
  /** The source that made it, and the UID there. */
  source: BroadcastSource | null;
  /** When the stream drops before `stopAt` and the meeting still runs. */
  onDrop: OnDrop;
  onMove: OnMove;
  /** ISO 8601 duration as given, or null for the setting `START_WINDOW`. */
  startWindow: string | null;
  warnings: Warning[];
  createdAt: number;
  updatedAt: number;

  // The fields below are internal; the API does not return them.

  /** Increases with every write, for the compare-and-set. */
  version: number;
  /** When a person last set the times (ms): events about a moved meeting that are older are ignored. */
  plannedAt: number;
  /** The `event_ts` (ms) of the meeting moves applied since then, because Zoom may send an event twice. */
  movesSeen: number[];
  /** How far the meeting was moved without the broadcast, ms. */
  movedBy: number;
  /** Last moment (exclusive, ms) at which a start may leave: stopAt, or startAt + window, whichever is first. */
  startBefore: number;
  inFlight: InFlight | null;
  /** A person stopped it while a start was in flight: the answer to the start decides between `canceled` and a stop. */
  cancelRequested: boolean;
  /** Consecutive transient errors of the current request: the exponent of the backoff. */
  faults: number;
  /** Starts of this plan whose outcome is unknown (time-out, crash): they may have worked. At most 2 (rule 7). */
  unknownStarts: number;
  /** A start of this plan left and its outcome is still unknown, so a stop is sent to be sure. */
  mayBeOn: boolean;
  /** Check the meeting before the next start: after a 429, an unknown outcome, or 400/3000. */
  lookFirst: StatusCheckReason | null;
  /** The refusal that counts if the check (`lookFirst: code_3000`) does not show the meeting as waiting. */
  pendingRefusal: string | null;
  /** The token was already renewed after a 401: the next 401 is retried with backoff (rule 8). */
  tokenRenewed: boolean;
  /** When the stop became due (ms): stopAt, or when a person asked. */
  stopDueAt: number | null;
  /** The destination of this revision was written to Zoom. */
  configured: boolean;
  /** Settings to send to the live meeting (`mode`). */
  modeWanted: LivestreamSettings | null;
  /** Who or what requested the stop; becomes the reason of `ended`. */
  stopReason: string | null;
  /** Number of polls while waiting for the host; later polls are further apart. */
  polls: number;
  /** Alerts of this plan that were raised; each is raised at most once. */
  alerted: string[];
  /** Times the stream dropped in this plan. */
  drops: number;
  /** The stream dropped and will be restarted; the broadcast stays `live`. */
  restartWanted: boolean;
  /** The revision that the last preflight checked; 0: none. */
  preflightOf: number;
  /** The start (ms) that `broadcast.upcoming` announced; null: none yet. A changed `startAt` is announced again. */
  announcedStart: number | null;
  /** The stop (ms) that `broadcast.ending` announced. */
  announcedStop: number | null;
  /** A pause holds the start back (rule 16); since when (ms), and the note of that pause for the end. */
  held: { pauseId: string; note: string | null; since: number } | null;
  /** When the last pause let the start go (ms): it is late from then on. */
  releasedAt: number | null;
  /** Counts timers moved by an event of Zoom. Part of the job id, so that BullMQ never ignores a new job. */
  wake: number;
  /** W3C Trace Context of the request that last set the plan; its jobs belong to that trace. Omitted: none. */
  traceparent?: string;
}

/** The fields people plan, in the order of the API: an input may set them, and a change may change them. */
export const PLAN_FIELDS = [
  ...(['meetingId', 'kind', 'account', 'title', 'startAt', 'stopAt', 'timezone', 'settings', 'destination'] as const),
  ...(['externalId', 'labels', 'onDrop', 'onMove', 'startWindow'] as const),
] satisfies (keyof Broadcast)[];
export type Plan = Pick<Broadcast, (typeof PLAN_FIELDS)[number]>;

export const STATUS_CHECK_REASONS = ['after_429', 'after_unknown', 'after_drop', 'code_3000', 'poll'] as const;
export type StatusCheckReason = (typeof STATUS_CHECK_REASONS)[number];

/** Whether a start is still ahead: the first one, or one after a drop. */
export function awaitsStart({ status, restartWanted }: Pick<Broadcast, 'status' | 'restartWanted'>): boolean {
  if (status === 'live') return restartWanted;
  return status === 'scheduled' || status === 'starting' || status === 'waiting';
}

/** Whether it is `ended`, `canceled`, `missed` or `failed`. */
export function isFinal(broadcast: Pick<Broadcast, 'status'>): boolean {
  return FINAL_STATUSES.has(broadcast.status);
}
