import type { SandboxMeeting, StatusSettings, StreamService, StreamTarget } from './meeting.ts';
import { type Answer, notStarted, obstacle, settingObstacle, startLimited, streamObstacle } from './zoom-errors.ts';

/**
 * The rules of the simulated Zoom, pure: (meeting, request, now) → (meeting, answer, effects). Times in ms since the epoch.
 * Where Zoom's behaviour is unknown ([U] in the Zoom API reference), a comment states the choice.
 */
export interface MeetingRules {
  /** Refuse starts within this many ms of an accepted or refused one. */
  startRetryMs: number;
  /** A start while streaming, after that time: `accept` answers 204 and changes nothing, `limit` answers the 429. */
  startWhileStreaming: 'accept' | 'limit';
  /** From the accepted start until media flows and Zoom's event reports it. */
  startedEventDelayMs: number;
  /** From the end of the stream to the delivery of its event. */
  stoppedEventDelayMs: number;
  /** Send live-stream events for webinars too: Zoom documents none. */
  webinarStreamEvents: boolean;
}

export type EventName =
  | 'meeting.started'
  | 'meeting.ended'
  | 'webinar.started'
  | 'webinar.ended'
  | 'meeting.live_streaming_started'
  | 'meeting.live_streaming_stopped';

export type Effect =
  /** Call `connect` with this stream after that time. */
  | { type: 'connect'; streamSeq: number; afterMs: number }
  /** Post this event after that time; `at` is when it happened, `meeting` the meeting at that time. */
  | PlannedEvent;

export interface PlannedEvent {
  type: 'event';
  event: EventName;
  at: number;
  afterMs: number;
  meeting: SandboxMeeting;
  /** For a stream: false when no person (nor app) caused it. Default: true. */
  byPerson?: boolean;
}

export interface Step {
  meeting: SandboxMeeting;
  effects: Effect[];
}

export interface AnsweredStep extends Step {
  answer: Answer;
  /** The request took effect (or was a no-op with a 204). */
  accepted: boolean;
}

export interface StatusCall {
  kind: 'meeting' | 'webinar';
  /** The requesting account. */
  account: string;
  action: 'start' | 'stop' | 'mode';
  settings: StatusSettings;
}

const ACCEPTED: Answer = { status: 204 };

const DEFAULT_SETTINGS: StatusSettings = { layout: 'follow_host', close_caption: 'burnt-in' };

/** `PATCH /{meetings|webinars}/{id}/livestream/status` with a checked body. */
export function updateStatus(
  meeting: SandboxMeeting,
  call: StatusCall,
  now: number,
  rules: MeetingRules,
): AnsweredStep {
  const refusal = obstacle(meeting, call.kind, call.account) ?? streamObstacle(meeting);
  if (refusal) return refused(meeting, refusal);
  if (meeting.state !== 'started') return refused(meeting, notStarted(meeting));
  if (call.action === 'start') return start(meeting, call.settings, now, rules);
  return call.action === 'stop' ? stop(meeting, now, rules) : changeMode(meeting, call.settings);
}

function refused(meeting: SandboxMeeting, answer: Answer): AnsweredStep {
  return { meeting, answer, effects: [], accepted: false };
}

function start(meeting: SandboxMeeting, settings: StatusSettings, now: number, rules: MeetingRules): AnsweredStep {
  const tooSoon = meeting.lastStartAt !== null && now - meeting.lastStartAt < rules.startRetryMs;
  const streaming = meeting.stream !== 'off';
  if (tooSoon || (streaming && rules.startWhileStreaming === 'limit')) {
    return refused(limited(meeting, now), startLimited(meeting.id));
  }
  const counted = count(meeting, streaming ? ['acceptedStarts', 'startsWhileStreaming'] : ['acceptedStarts']);
  const base = { ...counted, lastStartAt: now };
  if (streaming) return { meeting: base, answer: ACCEPTED, effects: [], accepted: true };
  const streamSeq = meeting.streamSeq + 1;
  const begun: SandboxMeeting = {
    ...base,
    stream: 'connecting',
    streamSeq,
    since: now,
    service: 'Custom_Live_Streaming_Service',
    liveSettings: { ...DEFAULT_SETTINGS, ...settings },
  };
  const effects: Effect[] = [{ type: 'connect', streamSeq, afterMs: rules.startedEventDelayMs }];
  return { meeting: begun, answer: ACCEPTED, effects, accepted: true };
}

/** The meeting after a live-stream 429: its 30 seconds start again. */
export function limited(meeting: SandboxMeeting, now: number): SandboxMeeting {
  return { ...count(meeting, ['limitedStarts']), lastStartAt: now };
}

/** A stop without a stream is [U]; here it gets a 204 and counts. It does not clear the 30 seconds, [U] too. */
function stop(meeting: SandboxMeeting, now: number, rules: MeetingRules): AnsweredStep {
  const streaming = meeting.stream !== 'off';
  const counted = count(meeting, streaming ? ['acceptedStops'] : ['acceptedStops', 'stopsWhileOff']);
  return { ...dropStream(counted, now, rules), answer: ACCEPTED, accepted: true };
}

/** `mode` changes the view of a running stream; without a stream it is a no-op that counts ([U]). */
function changeMode(meeting: SandboxMeeting, { layout, close_caption }: StatusSettings): AnsweredStep {
  const counted = count(meeting, ['acceptedModes']);
  const changed = { ...(layout && { layout }), ...(close_caption && { close_caption }) };
  const liveSettings = meeting.stream === 'off' ? null : { ...counted.liveSettings, ...changed };
  return { meeting: { ...counted, liveSettings }, answer: ACCEPTED, effects: [], accepted: true };
}

/** `PATCH …/livestream` with a checked body. Allowed on air (Zoom documents no refusal), but it counts. */
export function configure(
  meeting: SandboxMeeting,
  call: Omit<StatusCall, 'action' | 'settings'>,
  target: StreamTarget,
): AnsweredStep {
  const refusal = obstacle(meeting, call.kind, call.account) ?? settingObstacle(meeting);
  if (refusal) return refused(meeting, refusal);
  const counted = count(
    meeting,
    meeting.stream === 'off' ? ['configurations'] : ['configurations', 'configurationsOnAir'],
  );
  return { meeting: { ...counted, configured: true, target }, answer: ACCEPTED, effects: [], accepted: true };
}

/** Media flows: the stream is on and Zoom reports it, unless the stream was stopped or replaced first. */
export function connect(meeting: SandboxMeeting, streamSeq: number, now: number, rules: MeetingRules): Step {
  if (meeting.stream !== 'connecting' || meeting.streamSeq !== streamSeq) return { meeting, effects: [] };
  const on: SandboxMeeting = { ...meeting, stream: 'on' };
  return { meeting: on, effects: streamEvent('meeting.live_streaming_started', on, now, 0, rules) };
}

/** Ends the stream, by a stop (`byPerson`) or by itself. A stream that never connected ends without an event. */
export function dropStream(meeting: SandboxMeeting, now: number, rules: MeetingRules, byPerson = true): Step {
  const off: SandboxMeeting = { ...meeting, stream: 'off', since: null, service: null, liveSettings: null };
  if (meeting.stream !== 'on') return { meeting: off, effects: [] };
  const effects = streamEvent('meeting.live_streaming_stopped', meeting, now, rules.stoppedEventDelayMs, rules);
  return { meeting: off, effects: effects.map((effect) => ({ ...effect, byPerson })) };
}

/** The host starts a stream in the client, to any service: no request, but the same event. */
export function hostStream(meeting: SandboxMeeting, service: StreamService, now: number, rules: MeetingRules): Step {
  const streamSeq = meeting.streamSeq + 1;
  const on: SandboxMeeting = {
    ...meeting,
    stream: 'on',
    streamSeq,
    since: now,
    service,
    liveSettings: DEFAULT_SETTINGS,
  };
  return { meeting: on, effects: streamEvent('meeting.live_streaming_started', on, now, 0, rules) };
}

/** The meeting begins: a new instance with a new `uuid`. */
export function startMeeting(meeting: SandboxMeeting, uuid: string, now: number): Step {
  const started: SandboxMeeting = { ...meeting, state: 'started', uuid };
  return {
    meeting: started,
    effects: [{ type: 'event', event: `${meeting.kind}.started`, at: now, afterMs: 0, meeting: started }],
  };
}

/** The meeting ends, and its stream with it. */
export function endMeeting(meeting: SandboxMeeting, now: number, rules: MeetingRules): Step {
  const dropped = dropStream(meeting, now, rules);
  const ended: SandboxMeeting = { ...dropped.meeting, state: 'ended' };
  const event: Effect = { type: 'event', event: `${meeting.kind}.ended`, at: now, afterMs: 0, meeting: ended };
  return { meeting: ended, effects: [...dropped.effects, event] };
}

function streamEvent(
  event: EventName,
  meeting: SandboxMeeting,
  at: number,
  afterMs: number,
  rules: MeetingRules,
): PlannedEvent[] {
  if (meeting.kind === 'webinar' && !rules.webinarStreamEvents) return [];
  return [{ type: 'event', event, at, afterMs, meeting }];
}

function count(meeting: SandboxMeeting, names: (keyof SandboxMeeting['counters'])[]): SandboxMeeting {
  const counters = { ...meeting.counters };
  for (const name of names) counters[name] += 1;
  return { ...meeting, counters };
}
