import { LivestreamError } from '../../errors.ts';
import { sameJson } from '../../json.ts';
import { isoTime } from '../../time/iso-time.ts';
import { type Broadcast, isFinal, type LivestreamSettings, type Plan } from '../broadcast.ts';
import { type Decision, DecisionBuilder, type HistoryEntry, type MeetingState } from '../decision.ts';
import { initialState } from './initial-state.ts';
import { becomeCanceled, requestStop } from './transitions.ts';
import { NO_THIRD_START, startsUsedUp } from './unknown-outcome.ts';

/** A change of a broadcast, validated and resolved: times in ms, the destination's key sealed. */
export type PlanChange = Partial<Plan>;

/** Computes `startBefore`. The caller provides it, because it can parse durations. */
export type StartBefore = (plan: Pick<Broadcast, 'startAt' | 'stopAt' | 'startWindow'>) => number;

function bumped(broadcast: Broadcast, now: number, by: string): DecisionBuilder {
  const builder = new DecisionBuilder(broadcast, now, by);
  builder.next.revision += 1;
  builder.next.wake = 0;
  if (broadcast.held) {
    // The plan has changed: whether a pause still holds the start back is checked again.
    builder.next.held = null;
    builder.next.nextAttemptAt = broadcast.status === 'scheduled' ? null : now;
  }
  return builder;
}

const tooLate = (what: string, why: string) =>
  new LivestreamError('too_late', `${what} can no longer be changed: ${why}.`);

/** Cancel: a live one is stopped; one whose start is in flight is decided by the answer; a finished one stays. */
export function cancel(broadcast: Broadcast, now: number, by: string): Decision | null {
  if (isFinal(broadcast) || broadcast.status === 'stopping' || broadcast.cancelRequested) return null;
  const builder = bumped(broadcast, now, by).note('command', 'cancel');
  const next = builder.next;
  const reason = `canceled by ${by}`;
  if (broadcast.inFlight && broadcast.status !== 'live') {
    next.cancelRequested = true;
    next.stopReason = reason;
    next.stopDueAt = now;
    next.reason = 'cancel requested; waiting for the answer to the request in flight';
  } else if (broadcast.status === 'live' || broadcast.mayBeOn) {
    requestStop(builder, now, reason);
  } else {
    becomeCanceled(builder, reason);
  }
  return builder.build();
}

/** Stop now. Only a live one can be stopped. */
export function stop(broadcast: Broadcast, now: number, by: string): Decision | null {
  if (broadcast.status === 'stopping') return null;
  if (broadcast.status !== 'live') {
    throw new LivestreamError(
      'not_live',
      `Broadcast ${broadcast.id} is ${broadcast.status}; only a live one can be stopped.`,
    );
  }
  const builder = bumped(broadcast, now, by).note('command', 'stop');
  requestStop(builder, now, `stopped by ${by}`);
  return builder.build();
}

/**
 * Start now. Leaves a broadcast alone that is live, or whose start is in flight. The start gate still holds, and after two starts without
 * an answer there is no third (rule 7), whoever requests it.
 */
export function start(
  broadcast: Broadcast,
  meeting: MeetingState,
  now: number,
  by: string,
  before: StartBefore,
): Decision | null {
  if (broadcast.status === 'live' || broadcast.inFlight) return null;
  if (broadcast.status === 'missed' || broadcast.status === 'failed') {
    throw new LivestreamError('finished', `Broadcast ${broadcast.id} is ${broadcast.status}: use retry.`);
  }
  if (isFinal(broadcast) || broadcast.status === 'stopping') {
    throw new LivestreamError('finished', `Broadcast ${broadcast.id} is ${broadcast.status} and cannot be started.`);
  }
  requireFutureStop(broadcast, now);
  if (startsUsedUp(broadcast)) {
    const instead = 'Or cancel this broadcast, which sends a stop, and schedule another';
    throw new LivestreamError('too_late', `broadcast ${broadcast.id}: ${NO_THIRD_START}. ${instead}`);
  }
  const builder = bumped(broadcast, now, by).note('command', 'start');
  const next = builder.next;
  if (broadcast.status === 'scheduled' || broadcast.startAt > now) {
    next.startAt = now;
    replan(next, now);
    next.startBefore = before(next);
  }
  if (broadcast.status !== 'scheduled' && broadcast.unknownStarts === 0) {
    // A person cannot skip the gate, nor the check after it (rule 3).
    if (next.lookFirst !== 'after_429') next.lookFirst = meeting.gateUntil > now ? 'after_429' : null;
    next.nextAttemptAt = Math.max(now, meeting.gateUntil);
  }
  return builder.build();
}

/** Retry one that was missed or failed: it starts now. */
export function retry(broadcast: Broadcast, now: number, by: string, before: StartBefore): Decision {
  if (broadcast.status !== 'missed' && broadcast.status !== 'failed') {
    throw new LivestreamError(
      'not_retryable',
      `Broadcast ${broadcast.id} is ${broadcast.status}; only missed and failed ones can be retried.`,
    );
  }
  requireFutureStop(broadcast, now);
  const builder = bumped(broadcast, now, by).note('command', 'retry');
  reopen(builder, now, before, `retried by ${by}`);
  return builder.build();
}

/** A person has set the times: earlier moves in Zoom no longer count. */
function replan(next: Broadcast, now: number): void {
  next.plannedAt = now;
  next.movesSeen = [];
  next.movedBy = 0;
}

function requireFutureStop(broadcast: Broadcast, now: number): void {
  if (broadcast.stopAt !== null && broadcast.stopAt <= now) {
    throw new LivestreamError(
      'stop_in_past',
      `The stop time ${isoTime(broadcast.stopAt)} is in the past (now ${isoTime(now)}). Give it a new start and a new stop, ` +
        `or run: livestream reschedule ${broadcast.id} --start now`,
    );
  }
}

function reopen(builder: DecisionBuilder, startAt: number, before: StartBefore, reason: string): void {
  const next = builder.next;
  // A new plan: clear the traces of earlier attempts.
  Object.assign(next, initialState(), { startAt, plannedAt: next.updatedAt });
  next.startBefore = before(next);
  builder.become('scheduled', reason);
  next.reason = null;
}

const WHEN_OPEN: ReadonlySet<string> = new Set(['meetingId', 'kind', 'account']);
const ANYTIME = ['stopAt', 'title', 'labels'];
const WHEN_LIVE: ReadonlySet<string> = new Set([...ANYTIME, 'settings']);
/** Fields that describe, or move the end: they never affect a request in flight. */
const IN_FLIGHT: ReadonlySet<string> = new Set([...ANYTIME, 'onDrop', 'onMove', 'externalId', 'timezone']);

/** Changes the plan; `too_late` with the reason if the state no longer allows it. */
export function change(
  broadcast: Broadcast,
  asked: PlanChange,
  now: number,
  by: string,
  before: StartBefore,
): Decision | null {
  // On air, omitted settings stay: only the view and the captions may change.
  const settings = broadcast.status === 'live' && asked.settings ? { ...broadcast.settings, ...asked.settings } : null;
  const wanted = settings ? { ...asked, settings } : asked;
  const fields = (Object.keys(wanted) as (keyof PlanChange)[]).filter(
    (name) => !sameJson(wanted[name], broadcast[name]),
  );
  const valuesOf = (plan: PlanChange) =>
    Object.fromEntries(fields.map((field) => [field, historyValue(field, plan[field])]));
  const values = { request: valuesOf(wanted), before: valuesOf(broadcast) };
  if (isFinal(broadcast) || broadcast.status === 'stopping')
    return changeFinished(broadcast, wanted, now, by, before, values);
  if (fields.length === 0) return null;
  refuseLateFields(broadcast, fields);
  const builder = bumped(broadcast, now, by).note('changed', `changed ${fields.join(', ')}`, values);
  const next = builder.next;
  const settingsBefore = next.settings;
  Object.assign(next, Object.fromEntries(fields.map((field) => [field, wanted[field]])));
  // Another meeting is a new plan, too: earlier events of Zoom about it no longer count.
  if (fields.some((field) => field === 'startAt' || WHEN_OPEN.has(field))) replan(next, now);
  requireOrder(next);
  next.startBefore = before(next);
  if (broadcast.status === 'live')
    applyLive(builder, settingsBefore, fields.includes('settings') ? wanted.settings : undefined, now);
  else applyOpen(builder, fields, now);
  return builder.build();
}

// The history shows times as the API does, and no destination.
function historyValue(field: keyof PlanChange, value: unknown): unknown {
  if (field === 'destination') return '…';
  return (field === 'startAt' || field === 'stopAt') && typeof value === 'number' ? isoTime(value) : value;
}

function refuseLateFields(broadcast: Broadcast, fields: string[]): void {
  const refuse = (allowed: ReadonlySet<string>, why: string) => {
    const late = fields.filter((field) => !allowed.has(field));
    if (late.length > 0) throw tooLate(late.join(', '), why);
  };
  if (broadcast.status === 'live')
    refuse(WHEN_LIVE, 'the broadcast is live; only stopAt, title, labels, layout and captions can change');
  else if (broadcast.cancelRequested) refuse(new Set(), 'a cancel is in progress');
  else if (broadcast.inFlight) {
    const late = fields.filter((field) => !IN_FLIGHT.has(field));
    if (late.length > 0)
      throw new LivestreamError(
        'request_in_flight',
        `${late.join(', ')} cannot change while a request to Zoom is in flight. Try again in a few seconds.`,
      );
  } else if (broadcast.unknownStarts > 0)
    refuse(IN_FLIGHT, 'a start got no answer and may have worked. Cancel sends a stop');
  else if (broadcast.status !== 'scheduled') {
    const late = fields.filter((field) => WHEN_OPEN.has(field));
    if (late.length > 0) throw tooLate(late.join(', '), `the broadcast is ${broadcast.status}`);
  }
}

function requireOrder(next: Broadcast): void {
  if (next.stopAt !== null && next.stopAt <= next.startAt && next.startedAt === null) {
    throw new LivestreamError('validation_failed', 'The change is invalid', {
      errors: [
        { path: 'stopAt', message: `must be after startAt ${isoTime(next.startAt)}, got ${isoTime(next.stopAt)}` },
      ],
    });
  }
}

function applyOpen(builder: DecisionBuilder, fields: string[], now: number): void {
  const next = builder.next;
  if (
    fields.some((field) => field === 'destination' || field === 'meetingId' || field === 'kind' || field === 'account')
  )
    next.configured = false;
  if (fields.includes('startAt')) {
    next.alerted = [];
    next.faults = 0;
    // A broadcast that was starting stays `starting` (a state never goes backwards): its next attempt is at the new time, or at the gate.
    next.nextAttemptAt = next.status === 'scheduled' ? null : Math.max(next.startAt, next.nextAttemptAt ?? 0);
  }
  if (next.nextAttemptAt !== null) next.nextAttemptAt = Math.max(Math.min(next.nextAttemptAt, next.startBefore), now);
}

/** Only layout and captions of a meeting change on air, with Zoom's `mode` action. */
function applyLive(
  builder: DecisionBuilder,
  was: LivestreamSettings,
  wanted: LivestreamSettings | undefined,
  now: number,
): void {
  const next = builder.next;
  next.alerted = next.alerted.filter((code) => code !== 'late_stop');
  if (!wanted) return;
  if (next.kind === 'webinar')
    throw tooLate('settings', 'the settings of a live webinar cannot change (Zoom has no mode action for webinars)');
  const changed = (['activeSpeakerName', 'displayName', 'layout', 'closeCaption'] as const).filter(
    (name) => was[name] !== wanted[name],
  );
  const late = changed.filter((name) => name !== 'layout' && name !== 'closeCaption');
  if (late.length > 0) throw tooLate(late.map((name) => `settings.${name}`).join(', '), 'the broadcast is live');
  next.modeWanted = {
    ...(wanted.layout ? { layout: wanted.layout } : {}),
    ...(wanted.closeCaption ? { closeCaption: wanted.closeCaption } : {}),
  };
  next.nextAttemptAt = now;
}

function changeFinished(
  broadcast: Broadcast,
  wanted: PlanChange,
  now: number,
  by: string,
  before: StartBefore,
  values: Pick<HistoryEntry, 'request' | 'before'>,
): Decision {
  const reopenable = broadcast.status === 'missed' || broadcast.status === 'failed';
  if (!reopenable) throw tooLate('The broadcast', `it is ${broadcast.status}`);
  if (wanted.startAt === undefined)
    throw tooLate('The broadcast', `it is ${broadcast.status}. To reschedule it, give it a new startAt`);
  const hasValues = Object.keys(values.before ?? {}).length > 0;
  const builder = bumped(broadcast, now, by).note('changed', `rescheduled by ${by}`, hasValues ? values : {});
  Object.assign(builder.next, wanted);
  requireOrder({ ...builder.next, startedAt: null });
  reopen(builder, wanted.startAt, before, `rescheduled by ${by}`);
  return builder.build();
}
