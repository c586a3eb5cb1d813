import type { Broadcast } from '../broadcast.ts';
import type { Decision, DecisionBuilder, MeetingState, RuleSettings } from '../decision.ts';
import type { Exchange, Outcome, ZoomAnswer } from '../zoom-outcome.ts';
import { backoffMs } from './backoff.ts';
import { fail } from './transitions.ts';

/** What the answers to all requests have in common. */

/** The answer to the request that was claimed with `fence`; times in ms. */
export interface ZoomResponse {
  fence: string;
  request: 'start' | 'stop' | 'mode' | 'configure';
  exchange: Exchange<Outcome>;
  /** `meeting.runningAt` when the request was claimed (ms): shows whether the host came while it was in flight. */
  knownRunningAt: number;
}

/**
 * Why a request is tried again after a 401 to a new token. That is more often a temporary problem at Zoom than bad credentials, which
 * the token endpoint itself refuses: five seconds of 401 must not end a day's broadcasts (rule 8).
 */
export const TOKEN_REJECTED =
  'Zoom answered 401 to a new token. If this continues, check that the app is activated and that the token or credentials are current';

/** 401: the token is renewed once and the request is sent again; after a second 401 `later` tries it again with backoff. */
export function onUnauthorized(builder: DecisionBuilder, now: number, later: () => void): void {
  if (builder.next.tokenRenewed) {
    later();
    return;
  }
  builder.next.tokenRenewed = true;
  builder.next.nextAttemptAt = now;
}

/** The next try comes with backoff, and `minMs` after `now` (ms) at the earliest. */
export function backOff(next: Broadcast, action: 'start' | 'stop', rules: RuleSettings, now: number, minMs = 0) {
  next.nextAttemptAt = now + Math.max(minMs, backoffMs(next.faults, action, rules.random));
  next.faults += 1;
}

/** Outcomes after which the same request is sent again. @returns false: the outcome is another one, and nothing was changed */
export function retrySame(builder: DecisionBuilder, outcome: Outcome, rules: RuleSettings, now: number): boolean {
  const { next } = builder;
  if (outcome.kind === 'rate_limited') next.nextAttemptAt = outcome.until;
  else if (outcome.kind === 'withdrawn') next.nextAttemptAt = now;
  else if (outcome.kind === 'unauthorized') onUnauthorized(builder, now, () => backOff(next, 'start', rules, now));
  else return false;
  return true;
}

/**
 * 400/3000 has four meanings, so the meeting is checked before it counts as a refusal.
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

/** Refused for good: failed at once, with Zoom's own words and what to do. */
export function refuse(builder: DecisionBuilder, code: string, advice: string): void {
  fail(builder, refusalReason(builder, code, advice));
}

/** `code: Zoom answered 400/4711 "…" (tracking id …). What to do.`, from the request just noted. */
export function refusalReason(builder: DecisionBuilder, code: string, advice: string): string {
  const last = builder.history.findLast((entry) => entry.type === 'request');
  const answer = last?.answer as ZoomAnswer | null | undefined;
  const whatToDo = advice.replaceAll('<id>', builder.next.id);
  if (!answer) return `${code}: ${whatToDo}`;
  const tracking = answer.trackingId ? ` (tracking id ${answer.trackingId})` : '';
  return `${code}: Zoom answered ${answer.status}/${answer.code ?? '-'} "${answer.message ?? ''}"${tracking}. ${whatToDo}`;
}

/**
 * The account's 429; the daily one raises an alert. This broadcast may have raised one for an earlier pause: whether it is the
 * same pause, a longer one or a new one is known to the alert of the account (`lua/alert_records.lua`).
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

/** Zoom's clock may be ahead of ours: an event that comes twice must not count as new after an answer. */
export function keepOrder(decision: Decision, { streamAt }: MeetingState): Decision {
  const stream = decision.meeting?.stream;
  if (stream) stream.at = Math.max(stream.at, streamAt);
  return decision;
}
