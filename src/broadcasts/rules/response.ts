import type { Broadcast } from '../broadcast.ts';
import type { Decision, DecisionBuilder, MeetingState, RuleSettings } from '../decision.ts';
import type { Exchange, Outcome, ZoomAnswer } from '../zoom-outcome.ts';
import { backoffMs } from './backoff.ts';
import { fail } from './transitions.ts';

/** Common rules for the answers to all requests. */

/** The answer to the request claimed with `fence`; times in ms. */
export interface ZoomResponse {
  fence: string;
  request: 'start' | 'stop' | 'mode' | 'configure';
  exchange: Exchange<Outcome>;
  /** `meeting.runningAt` at the claim (ms): shows whether the host came while the request was in flight. */
  knownRunningAt: number;
}

/**
 * Reason for a retry after a 401 to a new token. That is more often a temporary problem at Zoom than bad credentials, which the token
 * endpoint itself refuses. Five seconds of 401 must not end a day's broadcasts (rule 8).
 */
export const TOKEN_REJECTED =
  'Zoom answered 401 to a new token. If this continues, check that the app is activated and that the token or credentials are current';

/** 401: renews the token once and sends the request again. After a second 401, `later` retries it with backoff. */
export function onUnauthorized(builder: DecisionBuilder, now: number, later: () => void): void {
  if (builder.next.tokenRenewed) {
    later();
    return;
  }
  builder.next.tokenRenewed = true;
  builder.next.nextAttemptAt = now;
}

/** Schedules the next try with backoff, at least `minMs` after `now` (ms). */
export function backOff(next: Broadcast, action: 'start' | 'stop', rules: RuleSettings, now: number, minMs = 0) {
  next.nextAttemptAt = now + Math.max(minMs, backoffMs(next.faults, action, rules.random));
  next.faults += 1;
}

/** Handles outcomes that send the same request again. @returns false: a different outcome, nothing changed */
export function retrySame(builder: DecisionBuilder, outcome: Outcome, rules: RuleSettings, now: number): boolean {
  const { next } = builder;
  if (outcome.kind === 'rate_limited') next.nextAttemptAt = outcome.until;
  else if (outcome.kind === 'withdrawn') next.nextAttemptAt = now;
  else if (outcome.kind === 'unauthorized') onUnauthorized(builder, now, () => backOff(next, 'start', rules, now));
  else return false;
  return true;
}

/**
 * 400/3000 has four meanings, so this checks the meeting before it believes a refusal.
 * @returns false: refused at once, because a webinar has no status to check
 */
export function checkBeforeRefusal(
  builder: DecisionBuilder,
  { code, advice }: { code: string; advice: string },
): boolean {
  if (builder.next.kind === 'webinar') {
    refuse(builder, code, advice);
    return false;
  }
  builder.next.lookFirst = 'code_3000';
  builder.next.pendingRefusal = refusalReason(builder, code, advice);
  return true;
}

/** Final refusal: fails the broadcast at once, with Zoom's own words and what to do. */
export function refuse(builder: DecisionBuilder, code: string, advice: string): void {
  fail(builder, refusalReason(builder, code, advice));
}

/** `code: Zoom answered 400/4711 "…" (tracking id …). What to do.`, from the request noted last. */
export function refusalReason(builder: DecisionBuilder, code: string, advice: string): string {
  const last = builder.history.findLast((entry) => entry.type === 'request');
  const answer = last?.answer as ZoomAnswer | null | undefined;
  const whatToDo = advice.replaceAll('<id>', builder.next.id);
  if (!answer) return `${code}: ${whatToDo}`;
  const tracking = answer.trackingId ? ` (tracking id ${answer.trackingId})` : '';
  return `${code}: Zoom answered ${answer.status}/${answer.code ?? '-'} "${answer.message ?? ''}"${tracking}. ${whatToDo}`;
}

/**
 * The account's 429; the daily one raises an alert. This broadcast may have raised one for an earlier pause. The account's alert knows
 * whether this is the same pause, a longer one or a new one (`lua/alert_records.lua`).
 */
export function pauseAccount(builder: DecisionBuilder, outcome: { scope: 'second' | 'day'; until: number }): void {
  builder.pauseUntil = outcome.until;
  if (outcome.scope === 'day') {
    const { next } = builder;
    next.alerted = next.alerted.filter((code) => code !== 'daily_limit');
    const until = new Date(outcome.until).toISOString();
    builder.alert('daily_limit', `account ${next.account} has used up its daily rate limit until ${until}`, {
      resolvesAt: outcome.until,
    });
  }
}

/** The 30-second rule counts from the answer, ms; a longer Retry-After wins. */
export function gateAfter(answeredAt: number, outcome: { retryAfterMs: number | null }, rules: RuleSettings): number {
  return answeredAt + Math.max(rules.startRetryMs, outcome.retryAfterMs ?? 0);
}

/** Zoom's clock may be ahead of ours: a repeated event must not count as newer than an answer. */
export function keepOrder(decision: Decision, { streamAt }: MeetingState): Decision {
  const stream = decision.meeting?.stream;
  if (stream) stream.at = Math.max(stream.at, streamAt);
  return decision;
}
