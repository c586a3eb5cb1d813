import { type Action, type Broadcast, isFinal } from '../broadcast.ts';
import {
  type Decision,
  DecisionBuilder,
  type RuleSettings,
  type Sibling,
  type Snapshot,
  type Step,
} from '../decision.ts';
import { onPause, pauseStep } from './on-pause.ts';
import { lastStart } from './plan-interval.ts';
import { giveUpStart, stopsToBeSure } from './stopping.ts';
import { restartStep } from './stream-drop.ts';
import { abandon, becomeLive, endStopped, requestStop } from './transitions.ts';
import { NO_THIRD_START, startsUsedUp } from './unknown-outcome.ts';

/** A lease held by another worker is checked again after this long, ms. */
export const LEASE_CHECK_MS = 500;
/** A destination is written this long before the start at the earliest, ms: the arming time of the jobs. */
export const CONFIGURE_EARLY_MS = 1_500;
/**
 * How long "the stream is on" counts without new information, ms. Events get lost; Zoom answers an unneeded start
 * with a refusal, but a missing start leaves a stream off air unnoticed.
 */
export const STREAM_KNOWLEDGE_MS = 12 * 3_600_000;
/** A start that follows another broadcast of the meeting checks this often whether that one has stopped, ms. */
const PREDECESSOR_POLL_MS = 100;
/** … or after a tenth of the time it has waited, up to this, ms: a stop may be retried for 24 h. */
const PREDECESSOR_POLL_MAX_MS = 1_000;

/**
 * What a worker that runs the job for `action` of plan `revision` does now. Pure: everything it needs is in the snapshot.
 */
export function nextStep(snapshot: Snapshot, action: Action, revision: number, rules: RuleSettings, by: string): Step {
  const { broadcast } = snapshot;
  if (broadcast.revision !== revision)
    return { do: 'nothing', why: `revision ${revision} was replaced by revision ${broadcast.revision}` };
  if (isFinal(broadcast)) return { do: 'nothing', why: `already ${broadcast.status}` };
  if (broadcast.inFlight) {
    if (snapshot.leaseHeld) return { do: 'wait', until: snapshot.now + LEASE_CHECK_MS, why: 'request in flight' };
    return { do: 'commit', decision: abandon(snapshot, rules, by) };
  }
  return action === 'start' ? startStep(snapshot, by) : stopStep(snapshot, by);
}

function startStep(snapshot: Snapshot, by: string): Step {
  const { broadcast, now } = snapshot;
  if (broadcast.status === 'live')
    return broadcast.restartWanted ? restartWhenAllowed(snapshot, by) : modeStep(snapshot);
  if (broadcast.status === 'stopping') return { do: 'nothing', why: 'already stopping' };
  // The configuration is retried before the due moment; the start never leaves before it.
  const due = Math.max(broadcast.nextAttemptAt ?? broadcast.startAt, broadcast.startAt);
  const isOn = isStreamKnownOn(snapshot) && now < broadcast.startBefore;
  const held = isOn && !broadcast.held ? null : pauseStep(snapshot, Math.min(due, broadcast.startBefore), by);
  if (held) return held;
  if (now >= broadcast.startBefore) {
    if (stopsToBeSure(broadcast) && now < broadcast.stopAt)
      return {
        do: 'wait',
        until: broadcast.stopAt,
        why: 'a start got no answer and may have worked: sending a stop',
      };
    return { do: 'commit', decision: giveUpStart(broadcast, now, by) };
  }
  if (now < due) return beforeDue(snapshot, due);
  return whenDue(snapshot, due, by);
}

/** A start after a drop. Once the stream is on again, there is nothing to hold back. */
function restartWhenAllowed(snapshot: Snapshot, by: string): Step {
  const { broadcast, meeting, now } = snapshot;
  const held =
    meeting.stream === 'on' && !broadcast.held ? null : pauseStep(snapshot, broadcast.nextAttemptAt ?? now, by);
  return held ?? restartStep(snapshot, by);
}

const BOOK_START = { book: 'start' as const };

function beforeDue(snapshot: Snapshot, due: number): Step {
  const { broadcast, now } = snapshot;
  const early = Math.max(due - CONFIGURE_EARLY_MS, broadcast.nextAttemptAt ?? 0);
  const until = Math.min(due, broadcast.startBefore);
  // A poll only checks, so it needs no slot for a start.
  const starts = until === due && broadcast.lookFirst !== 'poll';
  if (!needsConfiguring(snapshot)) return { do: 'wait', until, why: 'not due', ...(starts && BOOK_START) };
  if (now < early) return { do: 'wait', until: Math.min(early, until), why: 'not due' };
  if (isHeldBack(snapshot) !== null || snapshot.pauses.length > 0 || blockingPredecessor(snapshot))
    return { do: 'wait', until, why: 'not due' };
  return { do: 'send', request: 'configure', due: early };
}

function whenDue(snapshot: Snapshot, due: number, by: string): Step {
  const { broadcast, now } = snapshot;
  const predecessor = blockingPredecessor(snapshot);
  if (predecessor)
    return { do: 'wait', until: now + predecessorPollMs(now - due), why: `waiting for ${predecessor.id} to stop` };
  if (isStreamKnownOn(snapshot)) return { do: 'commit', decision: skipStart(snapshot, by) };
  if (startsUsedUp(broadcast)) return waitForPerson(snapshot, by);
  const held = isHeldBack(snapshot);
  if (held) return holdBack(snapshot, held.until, held.why, by);
  if (broadcast.lookFirst && broadcast.kind === 'meeting') return { do: 'checkMeeting', why: broadcast.lookFirst };
  if (needsConfiguring(snapshot)) return { do: 'send', request: 'configure', due };
  return { do: 'send', request: 'start', due };
}

/** Nothing more is tried until the window closes, so the record must not show a next attempt. */
function waitForPerson({ broadcast, now }: Snapshot, by: string): Step {
  if (broadcast.nextAttemptAt === null) return { do: 'wait', until: broadcast.startBefore, why: NO_THIRD_START };
  const builder = new DecisionBuilder(broadcast, now, by).become(broadcast.status, NO_THIRD_START);
  builder.next.nextAttemptAt = null;
  return { do: 'commit', decision: builder.build() };
}

function predecessorPollMs(waitedMs: number): number {
  return Math.round(Math.min(PREDECESSOR_POLL_MAX_MS, Math.max(PREDECESSOR_POLL_MS, waitedMs / 10)));
}

function needsConfiguring(snapshot: Snapshot): boolean {
  const { destination, configured, mayBeOn } = snapshot.broadcast;
  return destination !== null && !configured && !mayBeOn && !isStreamKnownOn(snapshot);
}

/** The start gate and the account's pause. */
function isHeldBack({ meeting, pausedUntil, now }: Snapshot): { until: number; why: string } | null {
  if (meeting.gateUntil > now)
    return { until: meeting.gateUntil, why: 'waiting: one start of this meeting per 30 seconds (30-second rule)' };
  if (pausedUntil > now) return { until: pausedUntil, why: ACCOUNT_PAUSES };
  return null;
}

const ACCOUNT_PAUSES = 'the account is paused: Zoom answered 429';

/** Shows the wait in the record, once. */
function holdBack(snapshot: Snapshot, until: number, why: string, by: string): Step {
  const { broadcast, meeting, now } = snapshot;
  const timer = Math.min(until, broadcast.startBefore);
  const builder = new DecisionBuilder(broadcast, now, by);
  // Another broadcast may have closed the gate: everybody checks the meeting after the wait (rule 3).
  if (meeting.gateUntil > now) builder.next.lookFirst ??= 'after_429';
  // The reason of an earlier attempt no longer applies.
  const stale = broadcast.status === 'starting' && why === ACCOUNT_PAUSES;
  if (broadcast.status === 'scheduled' || stale) builder.become('starting', why);
  builder.next.nextAttemptAt = timer;
  return { do: 'commit', decision: builder.build() };
}

/** One broadcast may start when the other ends: the stop goes first, or it would end the wrong stream. */
function blockingPredecessor({ broadcast, siblings }: Snapshot): Sibling | undefined {
  return siblings.find(
    (other) =>
      other.id !== broadcast.id &&
      other.startAt < broadcast.startAt &&
      (other.status === 'stopping' ||
        ((other.status === 'live' || other.status === 'starting') && endsByItself(other, broadcast))),
  );
}

/** A broadcast whose start is still in flight at its stop time is stopped, too: that must not end the stream of the next one. */
function endsByItself(other: Sibling, broadcast: Broadcast): boolean {
  return other.stops && other.endAt <= broadcast.startAt;
}

function isStreamKnownOn({ meeting, now }: Snapshot): boolean {
  // Earlier builds may have stored a date far ahead from an event; it does not count.
  return meeting.stream === 'on' && Math.abs(now - meeting.streamAt) < STREAM_KNOWLEDGE_MS;
}

/** The stream is on already: nothing is sent, the broadcast is live. */
export function skipStart(snapshot: Snapshot, by: string): Decision {
  const { broadcast, meeting, now } = snapshot;
  const since = new Date(meeting.streamAt).toISOString();
  const known = meeting.streamSource === 'event' ? 'reported by Zoom' : 'Zoom accepted a start';
  const builder = new DecisionBuilder(broadcast, now, by);
  builder.note('skipped', `start not sent: the stream is on (since ${since}, ${known})`);
  becomeLive(builder, Math.max(meeting.streamAt, 0), `the stream was already on (since ${since})`);
  builder.next.confirmed = meeting.streamSource === 'event';
  return builder.build();
}

function modeStep({ broadcast, now, pausedUntil }: Snapshot): Step {
  if (!broadcast.modeWanted) return { do: 'nothing', why: 'already live' };
  // One request at a time: a `mode` request that is retried again and again would keep the stop from being sent.
  if (now >= lastStart(broadcast)) return { do: 'nothing', why: 'the stop is due' };
  const due = Math.max(broadcast.nextAttemptAt ?? now, pausedUntil);
  return due > now ? { do: 'wait', until: due, why: 'not due' } : { do: 'send', request: 'mode', due };
}

function stopStep(snapshot: Snapshot, by: string): Step {
  const { broadcast, now, pausedUntil } = snapshot;
  if (broadcast.status === 'live' || broadcast.status === 'stopping') {
    const planned = broadcast.status === 'live' ? broadcast.stopAt : (broadcast.nextAttemptAt ?? broadcast.stopDueAt);
    if (planned === null) return { do: 'nothing', why: 'no stop is planned' };
    if (now < planned) return { do: 'wait', until: planned, why: 'not due', book: 'stop' };
    if (isStreamKnownOff(snapshot)) return { do: 'commit', decision: skipStop(snapshot, by) };
    if (pausedUntil > now) return holdBackStop(snapshot, by);
    if (broadcast.lookFirst === 'code_3000' && broadcast.kind === 'meeting')
      return { do: 'checkMeeting', why: 'code_3000' };
    return { do: 'send', request: 'stop', due: planned };
  }
  if (broadcast.stopAt === null) return { do: 'nothing', why: 'no stop is planned' };
  if (now < broadcast.stopAt) return { do: 'wait', until: broadcast.stopAt, why: 'not due' };
  // It may be on air, so send the stop; otherwise a pause keeps it as it is until the pause ends.
  const held = snapshot.broadcast.mayBeOn || startsUsedUp(broadcast) ? null : onPause(snapshot, by);
  if (held) return { do: 'commit', decision: held };
  if (broadcast.held && !broadcast.mayBeOn) return { do: 'nothing', why: 'its start is held back by a pause' };
  return { do: 'commit', decision: giveUpStart(broadcast, now, by) };
}

/** A pause as short as that of the per-second limit is not shown: in a rush of stops, writing it would cost too much, ms. */
const SHOWN_PAUSE_MS = 1_000;

/** Shows in the record that the stop waits for the account, once. */
function holdBackStop({ broadcast, now, pausedUntil }: Snapshot, by: string): Step {
  if (pausedUntil - now <= SHOWN_PAUSE_MS) return { do: 'wait', until: pausedUntil, why: ACCOUNT_PAUSES };
  const builder = new DecisionBuilder(broadcast, now, by);
  const { next } = builder;
  if (broadcast.status === 'live') {
    requestStop(builder, broadcast.stopAt ?? now, 'stop time');
    // BullMQ delivers the current job again.
    next.wake = broadcast.wake;
  }
  builder.become('stopping', ACCOUNT_PAUSES);
  next.nextAttemptAt = pausedUntil;
  return { do: 'commit', decision: builder.build() };
}

/** "Off" counts only if it became so after this broadcast went live. */
function isStreamKnownOff({ broadcast, meeting }: Snapshot): boolean {
  return (
    meeting.stream === 'off' &&
    !broadcast.mayBeOn &&
    meeting.streamAt >= (broadcast.startedAt ?? Number.POSITIVE_INFINITY)
  );
}

function skipStop(snapshot: Snapshot, by: string): Decision {
  const { broadcast, meeting, now } = snapshot;
  const since = new Date(meeting.streamAt).toISOString();
  const builder = new DecisionBuilder(broadcast, now, by);
  builder.note('skipped', `stop not sent: the stream is off (since ${since})`);
  endStopped(builder, meeting.streamAt, broadcast.stopReason ?? `the stream was already off (since ${since})`);
  return builder.build();
}
