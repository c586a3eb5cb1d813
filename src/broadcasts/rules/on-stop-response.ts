import type { Decision, DecisionBuilder, RuleSettings } from '../decision.ts';
import type { Outcome } from '../zoom-outcome.ts';
import { LATE_STOP_MS, lateStopMessage } from './alerts.ts';
import { backOff, checkBeforeRefusal, onUnauthorized, refuse, TOKEN_REJECTED, type ZoomResponse } from './response.ts';
import { STOP_RETRY_FOR_MS } from './stopping.ts';
import { endStopped } from './transitions.ts';

/** A 429 of unknown kind makes a stop wait this long at least, ms (rule 4); longer if it keeps coming. */
const STOP_LIMITED_MS = 1_000;

/** What the answer to a stop changes; `now` in ms. */
export function onStopResponse(
  builder: DecisionBuilder,
  response: ZoomResponse,
  rules: RuleSettings,
  now: number,
): void {
  const { next } = builder;
  const outcome = response.exchange.result;
  switch (outcome.kind) {
    case 'accepted':
      next.stopLatenessMs = latenessOf(builder, response);
      if (next.stopLatenessMs > LATE_STOP_MS) builder.alert('late_stop', lateStopMessage(next, next.stopLatenessMs));
      endOff(builder, response, next.stopReason ?? 'Zoom accepted the stop');
      return;
    case 'not_started':
      endOff(builder, response, `nothing to stop: the ${next.kind} is not running`);
      return;
    case 'refused':
      if (outcome.code === 'meeting_not_found')
        endStopped(builder, sentAtOf(response), `nothing to stop: the ${next.kind} no longer exists`);
      else refuse(builder, outcome.code, outcome.advice);
      return;
    case 'check_first':
      if (checkBeforeRefusal(builder, outcome)) next.nextAttemptAt = now;
      return;
    case 'rate_limited':
    case 'start_limited':
      if (!giveUpStop(builder, now)) waitForLimit(builder, outcome, rules, now);
      return;
    case 'unauthorized':
      onUnauthorized(builder, now, () => retryStop(builder, rules, now, TOKEN_REJECTED));
      return;
    case 'withdrawn':
      next.nextAttemptAt = now;
      return;
    case 'transient':
      retryStop(builder, rules, now, outcome.reason);
  }
}

type Limited = Extract<Outcome, { kind: 'rate_limited' | 'start_limited' }>;

function waitForLimit(builder: DecisionBuilder, limit: Limited, rules: RuleSettings, now: number): void {
  if (limit.kind === 'rate_limited') {
    builder.next.nextAttemptAt = limit.until;
    builder.become('stopping', `Zoom answered 429 (per ${limit.scope}): the account is paused`);
  } else {
    backOff(builder.next, 'stop', rules, now, STOP_LIMITED_MS);
    builder.become('stopping', 'Zoom answered 429 to the stop');
  }
}

function sentAtOf({ exchange }: ZoomResponse): number {
  return exchange.sentAt ?? exchange.answeredAt;
}

function latenessOf({ next }: DecisionBuilder, response: ZoomResponse): number {
  const sentAt = sentAtOf(response);
  return Math.max(0, sentAt - (next.stopDueAt ?? sentAt));
}

function endOff(builder: DecisionBuilder, response: ZoomResponse, reason: string): void {
  endStopped(builder, sentAtOf(response), reason);
  noteStreamOff(builder, response);
}

function noteStreamOff(builder: DecisionBuilder, { exchange }: ZoomResponse): void {
  builder.patchMeeting({ stream: { is: 'off', at: exchange.answeredAt, source: 'answer' } });
}

/** An abandoned stop worked after all: do not send a second one. */
export function lateStopResponse(builder: DecisionBuilder, response: ZoomResponse): Decision {
  const { next } = builder;
  const { kind } = response.exchange.result;
  const worked = kind === 'accepted' || kind === 'not_started';
  if (!worked || next.status !== 'stopping') return builder.build();
  noteStreamOff(builder, response);
  // Another stop in flight could end the next stream of this meeting, so wait for its answer.
  if (next.inFlight === null) {
    next.stopLatenessMs = latenessOf(builder, response);
    endStopped(builder, sentAtOf(response), next.stopReason ?? 'Zoom accepted the stop');
  }
  return builder.build();
}

/** Stops are retried for 24 h after they were due; returns whether that time is over. */
function giveUpStop(builder: DecisionBuilder, now: number): boolean {
  if (now - (builder.next.stopDueAt ?? now) < STOP_RETRY_FOR_MS) return false;
  refuse(builder, 'stop_given_up', 'The stop failed for 24 hours. End the live stream in the Zoom client.');
  return true;
}

/** A transient error of a stop: retried until 24 h after it was due. */
export function retryStop(builder: DecisionBuilder, rules: RuleSettings, now: number, why: string): void {
  if (giveUpStop(builder, now)) return;
  backOff(builder.next, 'stop', rules, now);
  builder.become('stopping', `temporary error: ${why}`);
}
