import type { Action, Broadcast } from '../../../src/broadcasts/broadcast.ts';
import type { Decision } from '../../../src/broadcasts/decision.ts';
import { nextStep } from '../../../src/broadcasts/rules/next-step.ts';
import { onResponse } from '../../../src/broadcasts/rules/on-response.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { Exchange, MeetingStatus, Outcome, ZoomAnswer } from '../../../src/broadcasts/zoom-outcome.ts';
import { Model, T0 } from '../../proof/model/model.ts';
import { broadcastOf, happen, type Plan } from '../../proof/model/operations.ts';

/** Helpers for scenarios of one meeting. */
export const PLAN: Plan = { kind: 'meeting', startIn: 10_000, lasts: 120_000, window: null, destination: false };
export const STARTED: MeetingStatus = { kind: 'meeting', status: 'started', uuid: 'u1' };
export const WAITING: MeetingStatus = { kind: 'meeting', status: 'waiting', uuid: 'u1' };
export const ACCEPTED: Outcome = { kind: 'accepted' };
export const UNAVAILABLE: Outcome = { kind: 'transient', reason: '503', unknown: false };
export const REFUSED: Outcome = { kind: 'refused', code: 'no_permission', advice: 'Do something.' };
export const CHECK_FIRST: Outcome = { kind: 'check_first', code: 'refused', advice: 'Do something.' };
export const LIMITED: Outcome = { kind: 'start_limited', retryAfterMs: null };
export const UNAUTHORIZED: Outcome = { kind: 'unauthorized' };
export const SAID: ZoomAnswer = { status: 400, code: 3161, message: 'No way.', trackingId: 't1' };
export const NO_ANSWER: Outcome = { kind: 'transient', reason: 'no answer', unknown: true };

/** An event of this meeting at T0 that changes nothing: a case says what is different in its own. */
export const EVENT: ZoomEvent = {
  ...{ account: 'default', meetingId: '68423085', kind: 'meeting', what: 'other', at: T0, uuid: 'u1', service: null },
  ...{ operator: false, occurrenceAt: null, movedTo: null, movedFrom: null },
};

export function scheduled(more: Partial<Plan> = {}, webhooks = false): Model {
  const model = new Model({ webhooks, random: 0.5 });
  model.add(broadcastOf({ ...PLAN, ...more }, 'bc_1'));
  return model;
}

/** Moves to T0 + `ms`. */
export function until(model: Model, ms: number): void {
  model.pass(T0 + ms - model.now);
}

export function answer(model: Model, result: Outcome): void {
  const [flight] = model.flights;
  if (!flight) throw new Error('nothing is in flight');
  model.answer(flight, result);
}

export function event(
  model: Model,
  what: ZoomEvent['what'],
  uuid: string | null,
  age = 0,
  more: { operator?: boolean; moved?: number } = {},
): void {
  const service = what.startsWith('stream') ? 'Custom_Live_Streaming_Service' : null;
  happen(model, { do: 'event', what, age, uuid, service, ...more });
}

/** The account's 429: nothing before T0 + `ms`. */
export const pause = (scope: 'second' | 'day', ms: number): Outcome => ({
  kind: 'rate_limited',
  scope,
  until: T0 + ms,
});

export function cancel(model: Model): void {
  happen(model, { do: 'command', which: 0, name: 'cancel' });
}

export function change(model: Model, fields: Partial<Broadcast>): void {
  happen(model, { do: 'change', which: 0, change: fields });
}

/** What a worker that is woken for `action` of bc_1 would do now, its moment in ms after T0; nothing is written. */
export function stepOf(model: Model, action: Action): unknown {
  const snapshot = model.snapshot('bc_1');
  const step = nextStep(snapshot, action, snapshot.broadcast.revision, model.rules, 'worker:w1');
  return step.do === 'wait' ? { ...step, until: step.until - T0 } : step;
}

/** A broadcast whose start is under way since T0 + 10 s. */
export function starting(more: Partial<Plan> = {}, webhooks = false): Model {
  const model = scheduled(more, webhooks);
  until(model, 10_000);
  model.runJob('bc_1', 'start', STARTED);
  return model;
}

/** A broadcast on air since T0 + 10 s. */
export function live(more: Partial<Plan> = {}, webhooks = false): Model {
  const model = starting(more, webhooks);
  answer(model, ACCEPTED);
  return model;
}

/** A broadcast whose destination is being written since T0 + `ms`. */
export function configuring(ms = 9_000): Model {
  const model = scheduled({ destination: true });
  until(model, ms);
  model.runJob('bc_1', 'start', STARTED);
  return model;
}

/** What an answer with words of Zoom would change; nothing is written. */
export function decide(model: Model, result: Outcome, more: Partial<Exchange<Outcome>> = {}): Decision {
  const [flight] = model.flights;
  if (!flight) throw new Error('nothing is in flight');
  const { fence, request, knownRunningAt, sentAt } = flight;
  const sent = { request: { method: 'PATCH', path: '/x' }, answer: SAID, sentAt, answeredAt: model.now };
  const response = { fence, request, knownRunningAt, exchange: { ...sent, result, ...more } };
  return onResponse(model.snapshot('bc_1'), response, model.rules, 'worker:w1');
}
