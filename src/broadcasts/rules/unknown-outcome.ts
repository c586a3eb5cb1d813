import type { Broadcast } from '../broadcast.ts';
import type { DecisionBuilder } from '../decision.ts';
import type { Exchange, Outcome } from '../zoom-outcome.ts';

/** Starts that left and got no answer (rule 7): their outcome is unknown until something shows it. */

/** At most this many starts of one plan with an unknown outcome (rule 7: "at most one more start"). */
const MAX_UNKNOWN_STARTS = 2;

/** Why a broadcast waits after them: no further start is sent without a person (rule 7). */
export const NO_THIRD_START =
  'two starts got no answer and either may have worked, so no third is sent: check the meeting, and start the live stream ' +
  'in the Zoom client if it is off';

/** Whether this plan has used up its starts. */
export function startsUsedUp({ unknownStarts }: Pick<Broadcast, 'unknownStarts'>): boolean {
  return unknownStarts >= MAX_UNKNOWN_STARTS;
}

/**
 * A start without an answer may have reached Zoom this long after it left us, ms: the 30 s of rule 7 count from there, or
 * the second one is too soon by Zoom's clock and costs another 30 s.
 */
const ARRIVES_WITHIN_MS = 1_000;

/** When a start without an answer can have reached Zoom at the latest, ms. */
export function arrivedAt({ sentAt, answeredAt }: { sentAt: number | null; answeredAt: number }): number {
  return Math.min((sentAt ?? answeredAt) + ARRIVES_WITHIN_MS, answeredAt);
}

/** A start may or may not have worked: at most one more, not before `earliest` (ms). */
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

/** A transient error, which is retried; if the connection broke after the start had left, it may still have worked. */
export function noteTransientError(next: Broadcast, exchange: { sentAt: number | null; answer: unknown }): void {
  if (exchange.sentAt !== null && exchange.answer === null) next.mayBeOn = true;
}

/**
 * A start of a broadcast that was live is answered after a stop was asked for. Unless Zoom has refused it, what a drop had
 * shown before it left holds no more, and the stop is sent.
 */
export function noteStartBeforeStop(next: Broadcast, exchange: Exchange<Outcome>): void {
  noteTransientError(next, exchange);
  if (exchange.result.kind === 'accepted' && next.drops > 0) next.mayBeOn = true;
}

/** Their outcome is known now: Zoom says that the stream is on, or that the meeting does not run. */
export function clearUnknownStarts(next: Broadcast): void {
  next.unknownStarts = 0;
  next.mayBeOn = false;
}
