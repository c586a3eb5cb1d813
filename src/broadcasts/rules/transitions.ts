import { type Decision, DecisionBuilder, type RuleSettings, type Snapshot } from '../decision.ts';
import {
  clearUnknownStarts,
  NO_THIRD_START,
  noteUnknownRestart,
  noteUnknownStart,
  startsUsedUp,
} from './unknown-outcome.ts';
import { pollDelayMs } from './waiting.ts';

/**
 * The state changes, each written once, in the order of docs/states.md. The neighbouring files decide when a change is due; their names
 * say what happened (`on-response`, `on-zoom-event`, `on-command` …).
 */

/**
 * `waiting`: the meeting has not started. This plans the next check even if Zoom sends events: an event is quicker, but events
 * get lost, and a lost one must not cost more than half a minute. Checks have their own part of the rate limit and go last,
 * so that those of a thousand meetings delay no start and no stop.
 * @param shown the observation at `now` (ms): the reason includes the time, since a person may read it much later
 */
export function waitForHost(builder: DecisionBuilder, rules: RuleSettings, now: number, shown: string): void {
  const next = builder.next;
  next.lookFirst = next.kind === 'meeting' ? 'poll' : null;
  next.faults = 0;
  next.nextAttemptAt = Math.min(now + pollDelayMs(next.polls, next.kind, rules.random), next.startBefore);
  next.polls += 1;
  builder.become('waiting', `${shown} (seen at ${new Date(now).toISOString()}): waiting for the host`);
}

/** `live`, since `startedAt` (ms). */
export function becomeLive(builder: DecisionBuilder, startedAt: number, reason: string): void {
  builder.next.startedAt = startedAt;
  builder.next.polls = 0;
  clearTries(builder);
  builder.become('live', reason);
}

/** Still `live`: the stream is back on air after a drop. */
export function markBackOnAir(builder: DecisionBuilder, reason: string): void {
  builder.next.restartWanted = false;
  clearTries(builder);
  builder.next.reason = reason;
}

/** The stream is on: clear the traces of earlier attempts. */
function clearTries({ next }: DecisionBuilder): void {
  next.nextAttemptAt = null;
  next.lookFirst = null;
  next.faults = 0;
  next.tokenRenewed = false;
  clearUnknownStarts(next);
}

/** `stopping`: wants a stop, due at `dueAt` (ms). */
export function requestStop(builder: DecisionBuilder, dueAt: number, reason: string): void {
  const next = builder.next;
  next.stopDueAt = dueAt;
  next.stopReason = reason;
  next.nextAttemptAt = dueAt;
  next.faults = 0;
  next.tokenRenewed = false;
  next.lookFirst = null;
  next.cancelRequested = false;
  next.modeWanted = null;
  next.restartWanted = false;
  // A stop job for the planned time may wait under the same id: this one is due sooner.
  next.wake += 1;
  builder.become('stopping', reason);
}

/** `ended`: off air since `at` (ms), for any reason. */
export function endStopped(builder: DecisionBuilder, at: number, reason: string): void {
  const next = builder.next;
  next.stoppedAt = at;
  next.nextAttemptAt = null;
  next.inFlight = null;
  next.restartWanted = false;
  builder.become('ended', reason);
}

/** `canceled` before it went on air. */
export function becomeCanceled(builder: DecisionBuilder, reason: string): void {
  builder.next.nextAttemptAt = null;
  builder.become('canceled', reason);
}

/** Completes a cancel that had to wait for a request in flight: stops what may be on air. */
export function completeCancel(builder: DecisionBuilder, now: number): void {
  const next = builder.next;
  const reason = next.stopReason ?? 'canceled';
  next.cancelRequested = false;
  if (next.mayBeOn || next.status === 'live') requestStop(builder, next.stopDueAt ?? now, reason);
  else becomeCanceled(builder, reason);
}

/**
 * `missed`: the start window is over. Sets a reason that a person can act on, and the alert. A person meant a paused broadcast to be
 * missed: its reason is the note of the pause, and it raises no alert (rule 16).
 */
export function becomeMissed(builder: DecisionBuilder, now: number): void {
  const next = builder.next;
  const closed = new Date(next.startBefore).toISOString();
  const last = next.reason ? `; last: ${next.reason}` : '';
  const why = next.mayBeOn
    ? `the start window closed at ${closed}; a start got no answer and may have worked: check the meeting`
    : `the start window closed at ${closed} before the stream could be started${last}`;
  next.nextAttemptAt = null;
  next.updatedAt = now;
  if (next.held && !next.mayBeOn) {
    builder.become('missed', next.held.note ?? `a pause held the start back until its window had closed at ${closed}`);
    return;
  }
  builder.become('missed', why);
  builder.alert('missed', why);
}

/** `failed`: it cannot go on. Raises its alert. */
export function fail(builder: DecisionBuilder, reason: string): void {
  // A person canceled while the request was in flight: that decides the end (contract, DELETE).
  if (builder.next.cancelRequested) return;
  builder.next.nextAttemptAt = null;
  builder.next.pendingRefusal = null;
  // It may still be on air, but a failed broadcast sends no stop.
  const unsure = builder.next.mayBeOn ? ' An earlier start got no answer and may have worked: check the meeting.' : '';
  builder.become('failed', reason + unsure);
  builder.alert('failed', reason + unsure);
}

/**
 * A claimed request must leave within this, ms. A worker that was stalled (SIGSTOP, a suspended machine) and resumes later has lost
 * its lease and must send nothing; the lease lasts 5 s after the last heartbeat, which is at most 1.5 s old. A start whose worker is
 * gone may have left up to this long after its claim.
 */
export const SEND_WITHIN_MS = 3_000;

/** The worker that sent a request is gone, so the outcome of the request is unknown. */
export function abandon(snapshot: Snapshot, rules: RuleSettings, by: string): Decision {
  const { broadcast, now } = snapshot;
  const builder = new DecisionBuilder(broadcast, now, by);
  const flight = broadcast.inFlight;
  const next = builder.next;
  next.inFlight = null;
  builder.note('request', `outcome unknown: ${flight?.worker} stopped during the request`, {
    request: { action: flight?.request, claimedAt: flight?.at },
  });
  if (flight?.request === 'start' && next.status !== 'live' && next.status !== 'stopping') {
    const earliest = flight.at + SEND_WITHIN_MS + rules.startRetryMs;
    noteUnknownStart(next, earliest);
    builder.patchMeeting({ gateUntil: earliest });
    if (next.cancelRequested) requestStop(builder, next.stopDueAt ?? now, next.stopReason ?? 'canceled');
    else if (startsUsedUp(next)) builder.become('starting', NO_THIRD_START);
    else
      builder.become(
        'starting',
        'the outcome of the start is unknown: checking the meeting before the second and last try',
      );
  } else {
    if (flight?.request === 'start' && next.restartWanted)
      noteUnknownRestart(builder, flight.at + SEND_WITHIN_MS + rules.startRetryMs, now);
    // No other start of a live broadcast needs anything: a Zoom event came before the answer. But a start after a drop may have
    // brought back the stream that must stop now.
    if (flight?.request === 'start' && next.status === 'stopping') next.mayBeOn = true;
    if (flight?.request !== 'start') next.nextAttemptAt = now;
    if (next.cancelRequested) completeCancel(builder, now);
  }
  return builder.build();
}
