import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { type Model, T0 } from '../../proof/model/model.ts';
import { happen, type Plan } from '../../proof/model/operations.ts';
import { ACCEPTED, answer, change, live, STARTED, scheduled, starting, until } from './scenario.ts';

/** Scenarios in each state of the life cycle, and what a command of a person comes to in them. */

type Name = 'cancel' | 'stop' | 'start' | 'retry';
export const get = (model: Model) => model.get('bc_1');

export function stopping(): Model {
  const model = live({}, true);
  command(model, 'stop');
  return model;
}

export function ended(): Model {
  const model = stopping();
  model.runJob('bc_1', 'stop', STARTED);
  answer(model, ACCEPTED);
  return model;
}

export function canceled(): Model {
  const model = scheduled();
  command(model, 'cancel');
  return model;
}

export function missed(): Model {
  const model = scheduled({ window: 20_000 });
  until(model, 31_000);
  model.deadline('bc_1');
  return model;
}

export function failed(): Model {
  const model = starting();
  answer(model, { kind: 'refused', code: 'refused', advice: 'Do something.' });
  return model;
}

/** Its start was answered with "the meeting has not started": it waits for the host since T0 + 10 s. */
export function waiting(more: Partial<Plan> = {}, webhooks = false): Model {
  const model = starting(more, webhooks);
  answer(model, { kind: 'not_started' });
  return model;
}

/** Starting, with its next try at T0 + 60 s. */
export function retrying(more: Partial<Plan> = {}): Model {
  const model = starting(more);
  answer(model, { kind: 'rate_limited', scope: 'second', until: T0 + 60_000 });
  return model;
}

/** The code of the refusal, `nothing` when nothing changes, else `done`. */
export function said(model: Model, ask: () => void): string {
  const { version } = get(model);
  ask();
  const refusal = / is refused: (\w+)$/.exec(model.log.at(-1) ?? '');
  if (refusal) return refusal[1] as string;
  return get(model).version === version ? 'nothing' : 'done';
}
export const command = (model: Model, name: Name) =>
  said(model, () => happen(model, { do: 'command', which: 0, name }));
export const changed = (model: Model, fields: Partial<Broadcast>) => said(model, () => change(model, fields));

/** Writes fields of bc_1 without a rule, for a state that takes long to reach. */
export function put(model: Model, fields: Partial<Broadcast>): Model {
  model.broadcasts.set('bc_1', { ...get(model), ...fields });
  return model;
}
