import { sameJson } from '../../json.ts';
import { type Broadcast, isFinal, type LivestreamSettings } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type MeetingState, type RuleSettings, type Snapshot } from '../decision.ts';
import type { Outcome } from '../zoom-outcome.ts';
import { dueSince, LATE_START_MS, lateStartMessage } from './alerts.ts';
import { backoffMs } from './backoff.ts';
import { lateStopResponse, onStopResponse } from './on-stop-response.ts';
import { reachOf } from './outage.ts';
import {
  backOff,
  checkBeforeRefusal,
  gateAfter,
  keepOrder,
  onUnauthorized,
  pauseAccount,
  refuse,
  retrySame,
  TOKEN_REJECTED,
  type ZoomResponse,
} from './response.ts';
import { onRestartResponse } from './stream-drop.ts';
import { becomeLive, becomeMissed, completeCancel, waitForHost } from './transitions.ts';
import {
  arrivedAt,
  clearUnknownStarts,
  NO_THIRD_START,
  noteStartBeforeStop,
  noteTransientError,
  noteUnknownStart,
  startsUsedUp,
} from './unknown-outcome.ts';
import { hostIsThere, pollSoon } from './waiting.ts';

/**
 * What an answer changes. An answer whose fence is no longer in flight came from a worker that was presumed dead. The history records it,
 * and an accepted start still counts.
 */
export function onResponse(snapshot: Snapshot, response: ZoomResponse, rules: RuleSettings, by: string): Decision {
  const { broadcast, now } = snapshot;
  const builder = new DecisionBuilder(broadcast, now, by);
  const held = broadcast.inFlight?.fence === response.fence;
  noteExchange(builder, response, held);
  keepLimits(builder, response, rules);
  builder.reach = reachOf(response, broadcast.tokenRenewed);
  if (!held && response.request === 'stop') return keepOrder(lateStopResponse(builder, response), snapshot.meeting);
  if (!held) return lateResponse(builder, response, snapshot.meeting);
  builder.next.inFlight = null;
  if (response.exchange.result.kind !== 'unauthorized') builder.next.tokenRenewed = false;
  switch (response.request) {
    case 'start':
      onStartResponse(builder, response, rules, now);
      break;
    case 'configure':
      onConfigureResponse(builder, response, rules, now);
      break;
    case 'stop':
      onStopResponse(builder, response, rules, now);
      break;
    case 'mode':
      onModeResponse(builder, response, rules, now, broadcast.inFlight?.mode);
      break;
  }
  const { meeting } = snapshot;
  const hostCame = meeting.running === 'yes' && meeting.runningAt > response.knownRunningAt;
  if (builder.next.status === 'waiting' && hostCame) hostIsThere(builder, meeting, now);
  else if (builder.next.status === 'waiting' && meeting.running === 'yes') pollSoon(builder, now);
  if (builder.next.cancelRequested && !isFinal(builder.next) && builder.next.status !== 'stopping')
    completeCancel(builder, now);
  return keepOrder(builder.build(), meeting);
}

/** What Zoom says about its limits applies to everybody, even if this request was abandoned. */
function keepLimits(builder: DecisionBuilder, { request, exchange }: ZoomResponse, rules: RuleSettings): void {
  const outcome = exchange.result;
  if (outcome.kind === 'rate_limited') pauseAccount(builder, outcome);
  if (request === 'start' && outcome.kind === 'start_limited')
    builder.patchMeeting({ gateUntil: gateAfter(exchange.answeredAt, outcome, rules) });
}

function noteExchange(builder: DecisionBuilder, response: ZoomResponse, held: boolean): void {
  const { exchange } = response;
  const { result } = exchange;
  const why = result.kind === 'transient' ? result.reason : result.kind;
  builder.note('request', held ? `${response.request}: ${why}` : `late answer to an abandoned request: ${why}`, {
    at: exchange.sentAt ?? exchange.answeredAt,
    request: exchange.request,
    answer: exchange.answer && { ...exchange.answer, at: exchange.answeredAt },
  });
}

function lateResponse(builder: DecisionBuilder, { request, exchange }: ZoomResponse, meeting: MeetingState): Decision {
  const next = builder.next;
  // The answer may be read long after it was given: anything learned since the request left is newer.
  const sentAt = exchange.sentAt ?? 0;
  if (request === 'start' && exchange.result.kind === 'accepted' && sentAt > meeting.streamAt) {
    builder.patchMeeting({ stream: { is: 'on', at: sentAt, source: 'answer' } });
    const open = next.status === 'scheduled' || next.status === 'starting' || next.status === 'waiting';
    if (open && next.inFlight === null) {
      noteStartLateness(builder, sentAt);
      becomeLive(builder, sentAt, 'Zoom accepted the start');
    }
  }
  return builder.build();
}

function onStartResponse(builder: DecisionBuilder, response: ZoomResponse, rules: RuleSettings, now: number): void {
  const next = builder.next;
  const { exchange } = response;
  const outcome = exchange.result;
  const sentAt = exchange.sentAt ?? exchange.answeredAt;
  if (next.status === 'live' || next.status === 'stopping') {
    if (next.status === 'live' && next.restartWanted) onRestartResponse(builder, response.exchange, rules, now);
    else onResponseWhileLive(builder, response);
    return;
  }
  switch (outcome.kind) {
    case 'accepted':
      noteStartLateness(builder, sentAt);
      builder.patchMeeting({ stream: { is: 'on', at: exchange.answeredAt, source: 'answer' } });
      becomeLive(builder, sentAt, 'Zoom accepted the start');
      return;
    case 'start_limited': {
      const gate = gateAfter(exchange.answeredAt, outcome, rules);
      next.lookFirst = 'after_429';
      retryStartAt(builder, gate, 'Zoom answered 429 (30-second rule)', now);
      return;
    }
    case 'transient':
      if (outcome.unknown) {
        const earliest = arrivedAt(exchange) + rules.startRetryMs;
        noteUnknownStart(next, earliest);
        builder.patchMeeting({ gateUntil: earliest });
        builder.become('starting', startsUsedUp(next) ? NO_THIRD_START : `no answer to the start: ${outcome.reason}`);
        return;
      }
      noteTransientError(next, exchange);
      if (next.mayBeOn && next.cancelRequested) return;
      onSharedOutcome(builder, outcome, rules, now);
      return;
    default:
      onSharedOutcome(builder, outcome, rules, now);
  }
}

/** How late the accepted start left (ms); the deadline task, which runs once a second, may not have noticed that it passed the limit. */
function noteStartLateness(builder: DecisionBuilder, sentAt: number): void {
  const lateness = Math.max(0, sentAt - dueSince(builder.next));
  builder.next.startLatenessMs = lateness;
  if (lateness > LATE_START_MS) builder.alert('late_start', lateStartMessage(builder.next, lateness));
}

/** An event of Zoom or a stop came before the answer: the state stays, and only what the answer adds is kept. */
function onResponseWhileLive(builder: DecisionBuilder, { exchange }: ZoomResponse): void {
  const next = builder.next;
  if (next.status === 'stopping') noteStartBeforeStop(next, exchange);
  // The start after a drop is not how the broadcast came on air.
  if (exchange.result.kind !== 'accepted' || exchange.sentAt === null || next.drops > 0) return;
  noteStartLateness(builder, exchange.sentAt);
  next.startedAt = exchange.sentAt;
}

/** Outcomes that mean the same for a start and for the configuration before it. */
function onSharedOutcome(builder: DecisionBuilder, outcome: Outcome, rules: RuleSettings, now: number): void {
  const next = builder.next;
  switch (outcome.kind) {
    case 'not_started':
      // Not running, so it cannot be streaming: a start without an answer had no effect.
      clearUnknownStarts(next);
      waitForHost(builder, rules, now, 'the meeting has not started');
      return;
    case 'check_first':
      if (checkBeforeRefusal(builder, outcome))
        retryStartAt(builder, now, `Zoom answered ${outcome.code}: checking the meeting before giving up`, now);
      return;
    case 'refused':
      refuse(builder, outcome.code, outcome.advice);
      return;
    case 'rate_limited':
      retryStartAt(builder, outcome.until, `Zoom answered 429 (per ${outcome.scope}): the account is paused`, now);
      return;
    case 'unauthorized':
      if (!next.cancelRequested)
        onUnauthorized(builder, now, () => retryStartLater(builder, `temporary error: ${TOKEN_REJECTED}`, rules, now));
      return;
    case 'withdrawn':
      next.nextAttemptAt = now;
      return;
    case 'transient':
      retryStartLater(builder, `temporary error: ${outcome.reason}`, rules, now);
      return;
    default:
      return;
  }
}

/** A transient error (rule 7): the next attempt follows with exponential backoff and full jitter. */
function retryStartLater(builder: DecisionBuilder, reason: string, rules: RuleSettings, now: number, minMs = 0): void {
  const at = now + Math.max(minMs, backoffMs(builder.next.faults, 'start', rules.random));
  retryStartAt(builder, at, reason, now);
  builder.next.faults += 1;
}

/** The next attempt of a start inside the window; or the end of the window, where it becomes missed. */
function retryStartAt(builder: DecisionBuilder, at: number, reason: string, now: number): void {
  const next = builder.next;
  builder.become('starting', reason);
  next.nextAttemptAt = Math.min(at, next.startBefore);
  if (now >= next.startBefore && !next.mayBeOn && !next.cancelRequested) becomeMissed(builder, now);
}

function onConfigureResponse(builder: DecisionBuilder, response: ZoomResponse, rules: RuleSettings, now: number): void {
  if (builder.next.status === 'live' || builder.next.status === 'stopping') return;
  if (response.exchange.result.kind === 'accepted') {
    builder.next.configured = true;
    builder.next.faults = 0;
    builder.next.nextAttemptAt = builder.next.status === 'scheduled' ? null : now;
    return;
  }
  const outcome = response.exchange.result;
  if (outcome.kind === 'start_limited') {
    pauseAccount(builder, { scope: 'second', until: now + 1_000 });
    retryStartLater(builder, 'Zoom answered 429 to the configuration', rules, now, 1_000);
    return;
  }
  onSharedOutcome(builder, outcome, rules, now);
}

function onModeResponse(
  builder: DecisionBuilder,
  response: ZoomResponse,
  rules: RuleSettings,
  now: number,
  asked: LivestreamSettings | undefined,
): void {
  const next = builder.next;
  const outcome = response.exchange.result;
  if (next.status !== 'live') {
    next.modeWanted = null;
    return;
  }
  if (asked && !sameJson(asked, next.modeWanted)) {
    // Changed again while this request was in flight: send the newer one.
    next.nextAttemptAt = now;
    return;
  }
  if (retrySame(builder, outcome, rules, now)) return;
  switch (outcome.kind) {
    case 'transient':
    case 'start_limited':
      backOff(next, 'start', rules, now);
      return;
    case 'accepted':
      endMode(next, null);
      return;
    default: {
      const advice = 'advice' in outcome ? outcome.advice : 'the meeting is not running';
      endMode(next, `Zoom refused the change of layout or captions: ${advice}`);
    }
  }
}

/** A rejected change of view never takes a stream off air; it becomes a warning. */
function endMode(next: Broadcast, error: string | null): void {
  next.modeWanted = null;
  next.nextAttemptAt = null;
  next.faults = 0;
  next.tokenRenewed = false;
  if (error)
    next.warnings = [
      ...next.warnings,
      { code: 'mode_refused', message: error, advice: 'Change it in the Zoom client.' },
    ];
}
