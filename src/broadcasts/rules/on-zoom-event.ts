import type { Broadcast } from '../broadcast.ts';
import {
  type Decision,
  DecisionBuilder,
  type MeetingPatch,
  type MeetingState,
  type RuleSettings,
  type Snapshot,
} from '../decision.ts';
import type { ZoomEvent } from '../zoom-event.ts';
import { meetingMoved } from './meeting-move.ts';
import { STREAM_KNOWLEDGE_MS } from './next-step.ts';
import { isSameDrop, noteDrop, shouldRestart } from './stream-drop.ts';
import { becomeCanceled, becomeLive, endStopped, fail, markBackOnAir, waitForHost } from './transitions.ts';
import { clearUnknownStarts } from './unknown-outcome.ts';
import { hostIsThere } from './waiting.ts';
import { warn } from './warn.ts';
import { beginsWithOccurrence, isOfOccurrence, isOfWhole, lastKnownAt, planMadeAt } from './whose-event.ts';

/** The service name of streams that our requests start; every other one is foreign (rule 14). */
export const OUR_SERVICE = 'Custom_Live_Streaming_Service';
/** Zoom's `event_ts` of a start may be this much earlier than our own note of it, because clocks differ and answers take time, ms. */
const CLOCK_TOLERANCE_MS = 5_000;

/**
 * Zoom reports the end of the stream within this after it accepted our stop, ms. One broadcast's end may be the next one's start, and
 * that event must not end the next one.
 */
const OWN_STOP_MS = 10_000;

/** The event's new facts about the meeting; null when it is older, or adds nothing. */
export function meetingPatchOf(meeting: MeetingState, event: ZoomEvent): MeetingPatch | null {
  switch (event.what) {
    case 'stream_started':
    case 'stream_stopped': {
      if (event.service !== null && event.service !== OUR_SERVICE) return null;
      const is = event.what === 'stream_started' ? 'on' : 'off';
      if (!isNewsOfStream(meeting, event, is)) return null;
      return { stream: { is, at: Math.max(event.at, is === meeting.stream ? meeting.streamAt : 0), source: 'event' } };
    }
    case 'meeting_started': {
      if (event.at <= meeting.runningAt) return null;
      // A new instance has started, so the old one's stream is off, even without an event. Our own note of a start may be earlier only because
      // clocks differ.
      const off = event.at > meeting.streamAt && (!isOnByAnswer(meeting) || isOfOtherInstance(meeting, event));
      return { running: { is: 'yes', at: event.at, uuid: event.uuid }, ...(off && streamOff(event.at)) };
    }
    case 'meeting_ended': {
      const earlier = event.at <= meeting.runningAt || isOfOtherInstance(meeting, event);
      const tolerance = isOnByAnswer(meeting) && !earlier ? CLOCK_TOLERANCE_MS : 0;
      const off = event.at > meeting.streamAt - tolerance;
      if (earlier && !off) return null;
      return {
        ...(!earlier && { running: { is: 'no' as const, at: event.at, uuid: event.uuid } }),
        ...(off && streamOff(Math.max(event.at, meeting.streamAt))),
      };
    }
    case 'recovered':
    case 'updated':
      return event.at > lastKnownAt(meeting) ? { existsAt: event.at } : null;
    default:
      return null;
  }
}

/** Note it even if the stream was off or unknown before: a late `started` that is older must not turn it on again. */
const streamOff = (at: number) => ({ stream: { is: 'off' as const, at, source: 'event' as const } });

const isOnByAnswer = ({ stream, streamSource }: MeetingState) => stream === 'on' && streamSource === 'answer';

function isNewsOfStream(meeting: MeetingState, event: ZoomEvent, is: 'on' | 'off'): boolean {
  if (is === 'off' && isOnByAnswer(meeting) && event.at <= meeting.stoppedAt + OWN_STOP_MS) return false;
  if (event.at > meeting.streamAt) return true;
  if (meeting.stream !== is || meeting.streamSource !== 'answer') return false;
  return is === 'off' || event.at >= meeting.streamAt - CLOCK_TOLERANCE_MS;
}

/** An `ended` of the last instance may arrive after the next `started` (Zoom API reference, section 5.4), or never. */
function isOfOtherInstance(meeting: MeetingState, event: ZoomEvent): boolean {
  return meeting.running === 'yes' && meeting.uuid !== null && event.uuid !== null && meeting.uuid !== event.uuid;
}

/**
 * The changes of a Zoom event in one broadcast of its meeting (rule 14: Zoom's events win). The snapshot has the meeting before the
 * event; `patch` is what the event adds to it. Null: no change.
 * @param mayFollow false: another broadcast has the times to which the moved meeting would bring this one
 */
export function onZoomEvent(
  snapshot: Snapshot,
  event: ZoomEvent,
  patch: MeetingPatch | null,
  rules: RuleSettings,
  mayFollow = true,
): Decision | null {
  const builder = new DecisionBuilder(snapshot.broadcast, snapshot.now, 'zoom');
  builder.note('observed', `${event.what} at ${new Date(event.at).toISOString()}`);
  const changed = applyTo(builder, snapshot, event, patch, rules, mayFollow);
  return changed ? builder.build() : null;
}

function applyTo(
  builder: DecisionBuilder,
  snapshot: Snapshot,
  event: ZoomEvent,
  patch: MeetingPatch | null,
  rules: RuleSettings,
  mayFollow: boolean,
): boolean {
  switch (event.what) {
    case 'stream_started':
      return event.service !== null && event.service !== OUR_SERVICE
        ? warnOtherService(builder, snapshot, event)
        : streamStarted(builder, snapshot, event, patch);
    case 'stream_stopped':
      if (isSameDrop(snapshot, event)) return false;
      if (patch?.stream && shouldRestart(snapshot, event)) {
        noteDrop(builder, snapshot);
        return true;
      }
      return patch?.stream
        ? streamEnded(builder, snapshot.broadcast, event, 'the live stream was ended in Zoom')
        : false;
    case 'meeting_started':
      if (!patch) return false;
      return (
        hostArrived(builder, snapshot) ||
        (patch.stream !== undefined &&
          snapshot.meeting.stream === 'on' &&
          streamEnded(builder, snapshot.broadcast, event, 'the meeting has ended'))
      );
    case 'meeting_ended':
      return patch ? meetingEnded(builder, snapshot, event, patch, rules) : false;
    case 'deleted':
      return meetingDeleted(builder, snapshot, event);
    case 'updated':
      return meetingMoved(builder, snapshot, event, mayFollow);
    default:
      return false;
  }
}

const isOpen = ({ status }: Broadcast) => status === 'starting' || status === 'waiting';

function streamStarted(
  builder: DecisionBuilder,
  { broadcast, now }: Snapshot,
  event: ZoomEvent,
  patch: MeetingPatch | null,
): boolean {
  if (isOpen(broadcast) && patch?.stream && now - event.at < STREAM_KNOWLEDGE_MS) {
    becomeLive(builder, event.at, 'Zoom reports that the live stream has started');
    builder.next.confirmed = true;
    return true;
  }
  if (broadcast.status === 'live' && broadcast.restartWanted && patch?.stream?.is === 'on') {
    markBackOnAir(builder, 'Zoom reports that the live stream is on again');
    return true;
  }
  const ofThisStart = broadcast.startedAt !== null && event.at >= broadcast.startedAt - CLOCK_TOLERANCE_MS;
  if ((broadcast.status === 'live' || broadcast.status === 'stopping') && !broadcast.confirmed && ofThisStart) {
    builder.next.confirmed = true;
    return true;
  }
  return false;
}

function streamEnded(builder: DecisionBuilder, broadcast: Broadcast, event: ZoomEvent, reason: string): boolean {
  if (broadcast.status !== 'live' && broadcast.status !== 'stopping') return false;
  if (broadcast.startedAt !== null && event.at < broadcast.startedAt) return false;
  if (broadcast.inFlight?.request === 'stop') return false;
  endStopped(builder, event.at, broadcast.stopReason ?? reason);
  return true;
}

function hostArrived(builder: DecisionBuilder, { broadcast, meeting, now }: Snapshot): boolean {
  if (broadcast.status !== 'waiting' || broadcast.inFlight) return false;
  hostIsThere(builder, meeting, Math.max(now, broadcast.startAt));
  builder.next.wake += 1;
  return true;
}

function meetingEnded(
  builder: DecisionBuilder,
  { broadcast, now }: Snapshot,
  event: ZoomEvent,
  patch: MeetingPatch,
  rules: RuleSettings,
): boolean {
  if (patch.running && isOpen(broadcast) && !broadcast.inFlight && event.at >= broadcast.startAt - CLOCK_TOLERANCE_MS) {
    clearUnknownStarts(builder.next);
    waitForHost(builder, rules, now, 'the meeting has ended');
    builder.next.wake += 1;
    return true;
  }
  return streamEnded(builder, broadcast, event, 'the meeting has ended');
}

function meetingDeleted(builder: DecisionBuilder, { broadcast, meeting }: Snapshot, event: ZoomEvent): boolean {
  if (broadcast.inFlight || !(isOpen(broadcast) || broadcast.status === 'scheduled')) return false;
  if (event.at < planMadeAt(broadcast)) return false;
  if (event.occurrenceAt !== null) return occurrenceDeleted(builder, broadcast, event);
  if (!isOfWhole(broadcast, event) || (event.since === undefined && event.at < lastKnownAt(meeting))) return false;
  if (!canceledByZoom(builder, broadcast, 'the meeting'))
    fail(builder, 'meeting_not_found: the meeting was deleted in Zoom. Schedule the broadcast with another meeting.');
  return true;
}

/** A source follows Zoom: a meeting deleted there does not take place, which is no failure. */
function canceledByZoom(builder: DecisionBuilder, { source }: Broadcast, what: string): boolean {
  if (!source?.isZoom) return false;
  becomeCanceled(builder, `canceled by source:${source.name}: ${what} was deleted in Zoom`);
  return true;
}

/** The other occurrences of the recurring meeting stay. */
function occurrenceDeleted(builder: DecisionBuilder, broadcast: Broadcast, event: ZoomEvent): boolean {
  const at = new Date(event.occurrenceAt ?? 0).toISOString();
  if (beginsWithOccurrence(broadcast, event)) {
    if (canceledByZoom(builder, broadcast, `the occurrence of ${at}`)) return true;
    fail(
      builder,
      `meeting_not_found: the occurrence of ${at} was deleted in Zoom. Schedule the broadcast with another meeting or time.`,
    );
    return true;
  }
  if (!isOfOccurrence(broadcast, event)) return false;
  return warn(builder, {
    code: 'occurrence_deleted',
    message: `the occurrence of ${at} was deleted in Zoom; this broadcast was planned for it`,
    advice: 'Cancel the broadcast if it should not take place.',
  });
}

function warnOtherService(builder: DecisionBuilder, { now }: Snapshot, { at, service }: ZoomEvent): boolean {
  if ((builder.next.status !== 'live' && !isOpen(builder.next)) || now - at >= STREAM_KNOWLEDGE_MS) return false;
  return warn(builder, {
    code: 'other_service',
    message: `the meeting streams to ${service}, started by someone in the Zoom client`,
    advice: 'Nothing, if this is intended. This service only starts and stops the custom live stream.',
  });
}
