import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder } from '../decision.ts';

/** A stop is retried this long after it was due, ms: a stream left on air does harm (rule 7). */
export const STOP_RETRY_FOR_MS = 24 * 3_600_000;

/** From now on a stop is wanted; `dueAt` in ms. */
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
  // A stop job for the planned time may be waiting under the same id: this one is due sooner.
  next.wake += 1;
  builder.become('stopping', reason);
}

/** A start may have worked, and a stop time is set: the stop is sent then, whether or not the stream was seen. */
export function stopsToBeSure(broadcast: Broadcast): broadcast is Broadcast & { stopAt: number } {
  return broadcast.mayBeOn && broadcast.stopAt !== null;
}

/**
 * The start window has closed, or the stop time has come, and the broadcast is not live. When a start may have worked, one
 * stop is sent to be sure; otherwise it is missed.
 */
export function giveUpStart(broadcast: Broadcast, now: number, by: string): Decision {
  const builder = new DecisionBuilder(broadcast, now, by);
  if (stopsToBeSure(broadcast)) {
    requestStop(builder, broadcast.stopAt, 'stop time; a start without an answer may have worked');
    return builder.build();
  }
  becomeMissed(builder, now);
  return builder.build();
}

/** Ends the broadcast as missed, with the reason that a person can act on, and the alert. */
export function becomeMissed(builder: DecisionBuilder, now: number): void {
  const next = builder.next;
  const closed = new Date(next.startBefore).toISOString();
  const last = next.reason ? `; last: ${next.reason}` : '';
  const why = next.mayBeOn
    ? `the start window closed at ${closed}; a start got no answer and may have worked: look at the meeting`
    : `the start window closed at ${closed} before the stream could be started${last}`;
  next.nextAttemptAt = null;
  next.updatedAt = now;
  builder.become('missed', why);
  builder.alert('missed', why);
}
