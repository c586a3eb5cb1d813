import { type Decision, DecisionBuilder, type RuleSettings, type Snapshot } from '../decision.ts';
import type { Exchange, MeetingStatus } from '../zoom-outcome.ts';
import { backoffMs } from './backoff.ts';
import { retryStop } from './on-stop-response.ts';
import { onUnauthorized, pauseAccount, refuse, TOKEN_REJECTED } from './response.ts';
import { onDropCheck, showsNoMeeting } from './stream-drop.ts';
import { endStopped, fail, waitForHost } from './transitions.ts';
import { clearUnknownStarts } from './unknown-outcome.ts';
import { WEBINAR_RETRY_MS } from './waiting.ts';

/**
 * What `GET /meetings/{id}` changes: after a 429 or a start without an answer, before 400/3000 counts, and as the poll of a
 * meeting that waits for its host. A check that shows nothing never delays a start, except after 400/3000.
 */
export function onMeetingStatus(
  snapshot: Snapshot,
  exchange: Exchange<MeetingStatus>,
  rules: RuleSettings,
  by: string,
): Decision {
  const { broadcast, now } = snapshot;
  const builder = new DecisionBuilder(broadcast, now, by);
  const status = exchange.result;
  const shown = status.kind === 'meeting' ? `meeting is ${status.status}` : status.kind;
  builder.note('request', `checked the meeting: ${shown}`, {
    at: exchange.sentAt ?? exchange.answeredAt,
    request: exchange.request,
    answer: exchange.answer && { ...exchange.answer, at: exchange.answeredAt },
  });
  const dropped = broadcast.lookFirst === 'after_drop';
  const stopping = broadcast.status === 'stopping';
  if (status.kind !== 'unauthorized') builder.next.tokenRenewed = false;
  if (status.kind === 'rate_limited') {
    pauseAccount(builder, status);
    builder.next.nextAttemptAt = stopping || dropped ? status.until : Math.min(status.until, builder.next.startBefore);
  } else if (dropped) {
    onDropCheck(builder, status, now);
  } else if (status.kind === 'unauthorized') {
    const shownNothing = { kind: 'transient' as const, reason: TOKEN_REJECTED };
    onUnauthorized(builder, now, () => afterCheck(builder, shownNothing, rules, now));
  } else {
    afterCheck(builder, status, rules, now);
  }
  return builder.build();
}

type KnownMeetingStatus = Exclude<MeetingStatus, { kind: 'rate_limited' | 'unauthorized' }>;

function afterCheck(builder: DecisionBuilder, status: KnownMeetingStatus, rules: RuleSettings, now: number): void {
  if (builder.next.status === 'stopping') afterStopCheck(builder, status, rules, now);
  else afterStartCheck(builder, status, rules, now);
}

function afterStartCheck(builder: DecisionBuilder, status: KnownMeetingStatus, rules: RuleSettings, now: number): void {
  const next = builder.next;
  const why = next.lookFirst;
  if (status.kind === 'meeting' && status.status === 'waiting') {
    // Not running, so it cannot be streaming: a start without an answer had no effect.
    clearUnknownStarts(next);
    waitForHost(builder, rules, now, 'the meeting is not running');
    return;
  }
  if (status.kind === 'gone') {
    refuse(builder, status.code, status.advice);
    return;
  }
  if (why === 'code_3000') {
    if (status.kind === 'transient') checkAgain(builder, rules, now);
    else
      fail(
        builder,
        next.pendingRefusal ?? 'refused: Zoom refused the start, and its status of the meeting is not waiting',
      );
    return;
  }
  if (why === 'poll' && status.kind !== 'meeting') {
    if (status.kind === 'transient')
      waitForHost(builder, rules, now, `the meeting could not be checked: ${status.reason}`);
    else tryBlindly(builder, now);
    return;
  }
  tryStart(
    builder,
    now,
    status.kind === 'meeting' ? 'the meeting is running' : 'the meeting status is unavailable: trying the start',
  );
}

function tryStart(builder: DecisionBuilder, now: number, reason: string): void {
  builder.next.lookFirst = null;
  builder.next.nextAttemptAt = now;
  builder.become('starting', reason);
}

/** Zoom does not let us read the status (a missing scope, for example): as for a webinar, the start is retried once a minute. */
function tryBlindly(builder: DecisionBuilder, now: number): void {
  builder.next.lookFirst = null;
  builder.next.nextAttemptAt = Math.min(now + WEBINAR_RETRY_MS, builder.next.startBefore);
}

function checkAgain(builder: DecisionBuilder, rules: RuleSettings, now: number): void {
  const next = builder.next;
  next.nextAttemptAt = Math.min(now + backoffMs(next.faults, 'start', rules.random), next.startBefore);
  next.faults += 1;
}

function afterStopCheck(builder: DecisionBuilder, status: KnownMeetingStatus, rules: RuleSettings, now: number): void {
  const next = builder.next;
  next.lookFirst = null;
  if (showsNoMeeting(status)) {
    endStopped(builder, now, 'nothing to stop: the meeting is not running');
    return;
  }
  if (status.kind === 'transient') {
    next.lookFirst = 'code_3000';
    retryStop(builder, rules, now, status.reason);
    return;
  }
  fail(builder, next.pendingRefusal ?? 'refused: Zoom refused the stop. End the live stream in the Zoom client');
}
