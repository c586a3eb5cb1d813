import type { Broadcast } from '../broadcast.ts';
import type { DecisionBuilder } from '../decision.ts';
import type { Exchange, Outcome } from '../zoom-outcome.ts';

/** Starts that left and got no answer (rule 7): their outcome is unknown until something shows it. */

/** Maximum starts of one plan with an unknown outcome (rule 7: "at most one more start"). */
const MAX_UNKNOWN_STARTS = 2;

/** Reason for the wait after them: only a person may send another start (rule 7). */
export const NO_THIRD_START =
  'two starts got no answer and either may have worked, so no third is sent: check the meeting, and start the live stream ' +
  'in the Zoom client if it is off';

/** Whether this plan has used up its starts. */
export function startsUsedUp({ unknownStarts }: Pick<Broadcast, 'unknownStarts'>): boolean {
  return unknownStarts >= MAX_UNKNOWN_STARTS;
}

/**
 * A start without an answer may take this long to reach Zoom, ms. The 30 s of rule 7 count from its arrival; otherwise the second start is
 * too soon by Zoom's clock and costs another 30 s.
 */
const ARRIVES_WITHIN_MS = 1_000;

/** The latest arrival at Zoom of a start without an answer, ms. */
export function arrivedAt({ sentAt, answeredAt }: { sentAt: number | null; answeredAt: number }): number {
  return Math.min((sentAt ?? answeredAt) + ARRIVES_WITHIN_MS, answeredAt);
}

/** A start may or may not have worked: allows at most one more, not before `earliest` (ms). */
export function noteUnknownStart(next: Broadcast, earliest: number): void {
  next.unknownStarts += 1;
  next.mayBeOn = true;
  next.lookFirst = 'after_unknown';
  next.nextAttemptAt = startsUsedUp(next) ? null : earliest;
}

/** The same for a start after a drop: at most one more, after the gate (rule 7). */
export function noteUnknownRestart(builder: DecisionBuilder, earliest: number, now: number): void {
  const next = builder.next;
  next.unknownStarts += 1;
  next.mayBeOn = true;
  next.nextAttemptAt = earliest;
  next.lookFirst = statusCheckAfterDrop(next);
  builder.patchMeeting({ gateUntil: earliest });
  if (!startsUsedUp(next)) return;
  next.restartWanted = false;
  next.lookFirst = null;
  next.nextAttemptAt = null;
  next.reason = 'the live stream dropped; two starts got no answer and may have worked: check the meeting';
  builder.note('observed', next.reason, { at: now });
}

/** A webinar has no status to check. */
export function statusCheckAfterDrop({ kind }: Broadcast): 'after_drop' | null {
  return kind === 'meeting' ? 'after_drop' : null;
}

/** Notes a transient error, which is retried; if the connection broke after the start had left, the start may still have worked. */
export function noteTransientError(next: Broadcast, exchange: { sentAt: number | null; answer: unknown }): void {
  if (exchange.sentAt !== null && exchange.answer === null) next.mayBeOn = true;
}

/**
 * A start of a live broadcast got its answer after a stop was requested. Unless Zoom refused the start, the earlier drop proves nothing
 * any more, so the stop goes out.
 */
export function noteStartBeforeStop(next: Broadcast, exchange: Exchange<Outcome>): void {
  noteTransientError(next, exchange);
  if (exchange.result.kind === 'accepted' && next.drops > 0) next.mayBeOn = true;
}

/** Their outcome is known now: Zoom reports that the stream is on, or that the meeting does not run. */
export function clearUnknownStarts(next: Broadcast): void {
  next.unknownStarts = 0;
  next.mayBeOn = false;
}
