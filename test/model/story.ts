import type { Action, Broadcast } from '../../src/broadcasts/broadcast.ts';
import { nextStep } from '../../src/broadcasts/next-step.ts';
import type { Observation } from '../../src/broadcasts/observation.ts';
import type { MeetingLook, Outcome } from '../../src/zoom/outcome.ts';
import { broadcastOf, happen, type Plan } from './operations.ts';
import { T0, World } from './world.ts';

/** Words to tell a story of one meeting with. */
export const PLAN: Plan = { kind: 'meeting', startIn: 10_000, lasts: 120_000, window: null, destination: false };
export const STARTED: MeetingLook = { kind: 'meeting', status: 'started', uuid: 'u1' };
export const WAITING: MeetingLook = { kind: 'meeting', status: 'waiting', uuid: 'u1' };
export const ACCEPTED: Outcome = { kind: 'accepted' };
export const NO_ANSWER: Outcome = { kind: 'fault', reason: 'no answer', unknown: true };

export function story(more: Partial<Plan> = {}, webhooks = false): World {
  const world = new World({ webhooks, random: 0.5 });
  world.add(broadcastOf({ ...PLAN, ...more }, 'bc_1'));
  return world;
}

/** Moves to T0 + `ms`. */
export function until(world: World, ms: number): void {
  world.pass(T0 + ms - world.now);
}

export function answer(world: World, result: Outcome): void {
  const [flight] = world.flights;
  if (!flight) throw new Error('nothing is in flight');
  world.answer(flight, result);
}

export function event(
  world: World,
  what: Observation['what'],
  uuid: string | null,
  age = 0,
  more: { operator?: boolean; moved?: number } = {},
): void {
  const service = what.startsWith('stream') ? 'Custom_Live_Streaming_Service' : null;
  happen(world, { do: 'event', what, age, uuid, service, ...more });
}

export function change(world: World, fields: Partial<Broadcast>): void {
  happen(world, { do: 'change', which: 0, change: fields });
}

/** What a worker that is woken for `action` of bc_1 would do now, its moment in ms after T0; nothing is written. */
export function stepOf(world: World, action: Action): unknown {
  const snapshot = world.snapshot('bc_1');
  const step = nextStep(snapshot, action, snapshot.broadcast.revision, world.rules, 'worker:w1');
  return step.do === 'wait' ? { ...step, until: step.until - T0 } : step;
}
