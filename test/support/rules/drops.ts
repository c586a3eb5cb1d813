import type { Model } from '../../proof/model/model.ts';
import { event, live, STARTED, type scheduled, until } from './scenario.ts';

/** Broadcasts whose stream drops, for the tests of its rule. */

/** Ten seconds after it went on air, planned for an hour and a half. */
export function onAir(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = live({ lasts: 5_400_000, ...more }, true);
  until(model, 20_000);
  return model;
}

/** What the start job of the broadcast does, up to what it must wait for. */
export const startJob = (model: Model, shows = STARTED) => model.runJob('bc_1', 'start', shows);

/** Its stream drops at T0 + `ms`. */
export function dropped(ms = 20_000, more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = live(more);
  until(model, ms);
  event(model, 'stream_stopped', 'u1');
  return model;
}

/** The start after the drop is under way. */
export function restarting(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = dropped(20_000, more);
  model.runJob('bc_1', 'start', STARTED);
  if (model.flights.length === 0) model.runJob('bc_1', 'start', STARTED);
  return model;
}
