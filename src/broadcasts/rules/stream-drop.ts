import type { Broadcast } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type RuleSettings, type Snapshot, type Step } from '../decision.ts';
import type { ZoomEvent } from '../zoom-event.ts';
import type { Exchange, MeetingStatus, Outcome } from '../zoom-outcome.ts';
import { backoffMs } from './backoff.ts';
import { lastStart } from './plan-interval.ts';
import { gateAfter, refusalReason, retrySame } from './response.ts';
import { endStopped, markBackOnAir } from './transitions.ts';
import { arrivedAt, noteTransientError, noteUnknownRestart, statusCheckAfterDrop } from './unknown-outcome.ts';

/**
 * A live stream that dropped while its meeting runs (`onDrop: restart`). The broadcast stays `live`, since a state never goes backwards.
 * Each drop sends one more start, through the same gate and rate limit as any other. A check must first show that the meeting still
 * runs, because Zoom ends a meeting's stream before it reports the end of the meeting.
 */

/** Maximum restarts of a stream; after that the reason says so. */
export const MAX_RESTARTS = 3;

/** Whether to recover from a stop of the stream: the event names no person, and the broadcast's time is not over. */
export function shouldRestart({ broadcast, meeting, now }: Snapshot, event: ZoomEvent): boolean {
  const { status, onDrop, drops, startedAt, cancelRequested } = broadcast;
  return (
    status === 'live' &&
    onDrop === 'restart' &&
    !event.operator &&
    !cancelRequested &&
    meeting.running !== 'no' &&
    drops < MAX_RESTARTS &&
    (startedAt === null || event.at >= startedAt) &&
    now < lastStart(broadcast)
  );
}

/** The stream was off already, and the start after that drop has not left yet: this is no new drop. */
export function isSameDrop({ broadcast, meeting }: Snapshot, event: ZoomEvent): boolean {
  return broadcast.restartWanted && broadcast.inFlight === null && meeting.stream === 'off' && !event.operator;
}

/** Plans a new start, now or as soon as the meeting's start gate opens. */
export function noteDrop(builder: DecisionBuilder, { meeting, now }: Snapshot): void {
  const next = builder.next;
  next.drops += 1;
  next.restartWanted = true;
  next.nextAttemptAt = Math.max(now, meeting.gateUntil);
  next.lookFirst = statusCheckAfterDrop(next);
  next.faults = 0;
  next.wake += 1;
  next.reason = `the live stream dropped (${next.drops} of ${MAX_RESTARTS}): restarting it`;
  builder.note('observed', next.reason);
}

/** The next step of a worker after a drop; the stop job ends the broadcast when its time is over. */
export function restartStep({ broadcast, meeting, pausedUntil, now }: Snapshot, by: string): Step {
  if (now >= lastStart(broadcast)) return { do: 'nothing', why: 'the stop is due' };
  if (meeting.stream === 'on') return { do: 'commit', decision: backOn(broadcast, now, by) };
  const due = Math.max(broadcast.nextAttemptAt ?? now, meeting.gateUntil, pausedUntil);
  if (due > now) return { do: 'wait', until: due, why: 'not due' };
  return broadcast.lookFirst === 'after_drop'
    ? { do: 'checkMeeting', why: 'after_drop' }
    : { do: 'send', request: 'start', due };
}

/** The result of the check before that start: if the meeting does not run, there is nothing to restart. */
export function onDropCheck(builder: DecisionBuilder, status: MeetingStatus, now: number): void {
  const next = builder.next;
  if (showsNoMeeting(status)) {
    endStopped(builder, now, 'the meeting has ended');
    return;
  }
  next.lookFirst = null;
  next.nextAttemptAt = now;
}

/** A meeting that does not run cannot stream. */
export function showsNoMeeting(status: MeetingStatus): boolean {
  return status.kind === 'gone' || (status.kind === 'meeting' && status.status === 'waiting');
}

function backOn(broadcast: Broadcast, now: number, by: string): Decision {
  const builder = new DecisionBuilder(broadcast, now, by).note('skipped', 'start not sent: the stream is on again');
  markBackOnAir(builder, 'the live stream is on again');
  return builder.build();
}

/** The answer to the start after a drop. */
export function onRestartResponse(
  builder: DecisionBuilder,
  exchange: Exchange<Outcome>,
  rules: RuleSettings,
  now: number,
): void {
  const next = builder.next;
  const outcome = exchange.result;
  // The caller also handles the pause of the account.
  if (retrySame(builder, outcome, rules, now)) return;
  switch (outcome.kind) {
    case 'accepted':
      builder.patchMeeting({ stream: { is: 'on', at: exchange.answeredAt, source: 'answer' } });
      markBackOnAir(builder, 'Zoom accepted the start after a drop');
      return;
    case 'start_limited':
      // The caller closes the gate, which applies to every start of the meeting.
      next.nextAttemptAt = gateAfter(exchange.answeredAt, outcome, rules);
      next.lookFirst = statusCheckAfterDrop(next);
      return;
    case 'transient':
      if (outcome.unknown) noteUnknownRestart(builder, arrivedAt(exchange) + rules.startRetryMs, now);
      else next.nextAttemptAt = now + backoffMs(next.faults, 'start', rules.random);
      noteTransientError(next, exchange);
      next.faults += 1;
      return;
    default: {
      const advice = 'advice' in outcome ? outcome.advice : 'The meeting is not running.';
      giveUp(builder, now, refusalReason(builder, 'code' in outcome ? outcome.code : outcome.kind, advice));
    }
  }
}

function giveUp(builder: DecisionBuilder, now: number, why: string): void {
  endStopped(builder, now, `the live stream dropped and could not be restarted: ${why}`);
}
