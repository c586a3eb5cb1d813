import { type Decision, DecisionBuilder, type RuleSettings, type Snapshot } from '../decision.ts';
import type { Exchange, MeetingLook } from '../zoom-outcome.ts';
import { fail, onUnauthorized, pauseAccount, refuse, TOKEN_NOT_TAKEN } from './answered.ts';
import { backoffMs } from './backoff.ts';
import { endStopped, retryStop } from './on-stop-response.ts';
import { onDropLook, showsNoMeeting } from './stream-drop.ts';
import { settleUnanswered } from './unknown-outcome.ts';
import { WEBINAR_RETRY_MS, waitForHost } from './waiting.ts';

/**
 * What `GET /meetings/{id}` changes: after a 429 or an unanswered start, before 400/3000 is believed, and as the poll of a
 * meeting that waits for its host. A look that shows nothing never holds up a start, except for 400/3000.
 */
export function onLook(snapshot: Snapshot, exchange: Exchange<MeetingLook>, rules: RuleSettings, by: string): Decision {
  const { broadcast, now } = snapshot;
  const builder = new DecisionBuilder(broadcast, now, by);
  const look = exchange.result;
  const shown = look.kind === 'meeting' ? `meeting is ${look.status}` : look.kind;
  builder.note('request', `looked at the meeting: ${shown}`, {
    at: exchange.sentAt ?? exchange.answeredAt,
    request: exchange.request,
    answer: exchange.answer && { ...exchange.answer, at: exchange.answeredAt },
  });
  const dropped = broadcast.lookFirst === 'after_drop';
  const stopping = broadcast.status === 'stopping';
  if (look.kind !== 'unauthorized') builder.next.tokenRenewed = false;
  if (look.kind === 'rate_limited') {
    pauseAccount(builder, look);
    builder.next.nextAttemptAt = stopping || dropped ? look.until : Math.min(look.until, builder.next.startBefore);
  } else if (dropped) {
    onDropLook(builder, look, now);
  } else if (look.kind === 'unauthorized') {
    const shownNothing = { kind: 'fault' as const, reason: TOKEN_NOT_TAKEN };
    onUnauthorized(builder, now, () => afterLook(builder, shownNothing, rules, now));
  } else {
    afterLook(builder, look, rules, now);
  }
  return builder.build();
}

type ShownLook = Exclude<MeetingLook, { kind: 'rate_limited' | 'unauthorized' }>;

function afterLook(builder: DecisionBuilder, look: ShownLook, rules: RuleSettings, now: number): void {
  if (builder.next.status === 'stopping') afterStopLook(builder, look, rules, now);
  else afterStartLook(builder, look, rules, now);
}

function afterStartLook(builder: DecisionBuilder, look: ShownLook, rules: RuleSettings, now: number): void {
  const next = builder.next;
  const why = next.lookFirst;
  if (look.kind === 'meeting' && look.status === 'waiting') {
    // Not running, so no stream of it can be on: an unanswered start did nothing.
    settleUnanswered(next);
    waitForHost(builder, rules, now, 'the meeting is not running');
    return;
  }
  if (look.kind === 'gone') {
    refuse(builder, look.code, look.advice);
    return;
  }
  if (why === 'code_3000') {
    if (look.kind === 'fault') lookAgain(builder, rules, now);
    else
      fail(builder, next.pendingRefusal ?? 'refused: Zoom refuses the start and does not show the meeting as waiting');
    return;
  }
  if (why === 'poll' && look.kind !== 'meeting') {
    if (look.kind === 'fault') waitForHost(builder, rules, now, `the meeting could not be checked: ${look.reason}`);
    else tryBlindly(builder, now);
    return;
  }
  tryStart(
    builder,
    now,
    look.kind === 'meeting' ? 'the meeting is running' : 'the look showed nothing: trying the start',
  );
}

function tryStart(builder: DecisionBuilder, now: number, reason: string): void {
  builder.next.lookFirst = null;
  builder.next.nextAttemptAt = now;
  builder.become('starting', reason);
}

/** Zoom does not let us look (a missing scope, say): like a webinar, the start itself is tried once a minute. */
function tryBlindly(builder: DecisionBuilder, now: number): void {
  builder.next.lookFirst = null;
  builder.next.nextAttemptAt = Math.min(now + WEBINAR_RETRY_MS, builder.next.startBefore);
}

function lookAgain(builder: DecisionBuilder, rules: RuleSettings, now: number): void {
  const next = builder.next;
  next.nextAttemptAt = Math.min(now + backoffMs(next.faults, 'start', rules.random), next.startBefore);
  next.faults += 1;
}

function afterStopLook(builder: DecisionBuilder, look: ShownLook, rules: RuleSettings, now: number): void {
  const next = builder.next;
  next.lookFirst = null;
  if (showsNoMeeting(look)) {
    endStopped(builder, now, 'nothing to stop: the meeting is not running');
    return;
  }
  if (look.kind === 'fault') {
    next.lookFirst = 'code_3000';
    retryStop(builder, rules, now, look.reason);
    return;
  }
  fail(builder, next.pendingRefusal ?? 'refused: Zoom refuses the stop; end the live stream in the Zoom client');
}
