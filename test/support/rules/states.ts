import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { T0, type World } from '../../proof/model/model.ts';
import { happen, type Plan } from '../../proof/model/operations.ts';
import { ACCEPTED, answer, change, live, STARTED, starting, story, until } from './scenario.ts';

/** Stories in each state of the life cycle, and what a command of a person comes to in them. */

type Name = 'cancel' | 'stop' | 'start' | 'retry';
export const get = (world: World) => world.get('bc_1');

export function stopping(): World {
  const world = live({}, true);
  command(world, 'stop');
  return world;
}

export function ended(): World {
  const world = stopping();
  world.wake('bc_1', 'stop', STARTED);
  answer(world, ACCEPTED);
  return world;
}

export function canceled(): World {
  const world = story();
  command(world, 'cancel');
  return world;
}

export function missed(): World {
  const world = story({ window: 20_000 });
  until(world, 31_000);
  world.deadline('bc_1');
  return world;
}

export function failed(): World {
  const world = starting();
  answer(world, { kind: 'refused', code: 'refused', advice: 'Do something.' });
  return world;
}

/** Starting, with its next try at T0 + 60 s. */
export function retrying(more: Partial<Plan> = {}): World {
  const world = starting(more);
  answer(world, { kind: 'rate_limited', scope: 'second', until: T0 + 60_000 });
  return world;
}

/** The code of the refusal, `nothing` when nothing changes, else `done`. */
export function said(world: World, ask: () => void): string {
  const { version } = get(world);
  ask();
  const refusal = / is refused: (\w+)$/.exec(world.story.at(-1) ?? '');
  if (refusal) return refusal[1] as string;
  return get(world).version === version ? 'nothing' : 'done';
}
export const command = (world: World, name: Name) =>
  said(world, () => happen(world, { do: 'command', which: 0, name }));
export const changed = (world: World, fields: Partial<Broadcast>) => said(world, () => change(world, fields));
