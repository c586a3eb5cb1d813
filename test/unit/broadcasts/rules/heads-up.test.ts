import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../../src/broadcasts/rules/events.ts';
import { headsUpMessage, nextHeadsUp, onHeadsUp } from '../../../../src/broadcasts/rules/heads-up.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import {
  ACCEPTED,
  answer,
  cancel,
  change,
  STARTED,
  scheduled,
  starting,
  until,
} from '../../../support/rules/scenario.ts';

/** When a start and a stop are announced ahead of time (`onHeadsUp`). Start: T0 + 10 s, stop: T0 + 130 s. */

const EARLY_MS = 5_000;

function tell(model: Model): string[] {
  const { broadcast, ...rest } = model.snapshot('bc_1');
  const decision = onHeadsUp({ broadcast, ...rest }, EARLY_MS, 'worker:w1');
  if (!decision) return [];
  model.broadcasts.set('bc_1', decision.next);
  return eventsOf(broadcast, decision, rest.now).map(({ type, data }) => `${type}: ${data['message']}`);
}

const live = () => {
  const model = starting();
  answer(model, ACCEPTED);
  return model;
};

describe('a start', () => {
  it('is raised once, its time ahead', () => {
    const model = scheduled();
    until(model, 4_999);
    expect(tell(model)).toEqual([]);
    until(model, 5_000);
    expect(tell(model)).toEqual([expect.stringMatching(/^broadcast\.upcoming: .*meeting \d+\)? goes on air in 5 s$/)]);
    expect(tell(model)).toEqual([]);
    expect(nextHeadsUp(model.get('bc_1'))).toBeNull();
  });

  it('is raised again when its time is changed, also to one that is near', () => {
    const model = scheduled();
    until(model, 6_000);
    expect(tell(model)).toHaveLength(1);
    change(model, { title: 'Another title' });
    expect(tell(model)).toEqual([]);
    change(model, { startAt: T0 + 60_000 });
    expect(tell(model)).toEqual([]);
    expect(nextHeadsUp(model.get('bc_1'))).toEqual({ action: 'start', at: T0 + 60_000 });
    until(model, 58_000);
    expect(tell(model)).toEqual([expect.stringContaining('in 2 s')]);
  });

  it('is not raised when it is canceled, or its moment has come', () => {
    const canceled = scheduled();
    cancel(canceled);
    until(canceled, 6_000);
    expect(tell(canceled)).toEqual([]);
    const late = scheduled();
    until(late, 10_000);
    expect(tell(late)).toEqual([]);
  });
});

describe('a stop', () => {
  it('is raised once the broadcast is on air, and again when it is changed', () => {
    const model = live();
    expect(tell(model)).toEqual([]);
    until(model, 125_000);
    expect(tell(model)).toEqual([expect.stringMatching(/^broadcast\.ending: .* goes off air in 5 s$/)]);
    expect(tell(model)).toEqual([]);
    change(model, { stopAt: T0 + 140_000 });
    until(model, 136_000);
    expect(tell(model)).toEqual([expect.stringContaining('in 4 s')]);
  });

  it('is not raised while the broadcast is not on air', () => {
    const model = starting({ lasts: 2_000 });
    model.pass(500);
    expect(model.get('bc_1').status).toBe('starting');
    expect(nextHeadsUp(model.get('bc_1'))).toBeNull();
    model.runJob('bc_1', 'start', STARTED);
  });

  it('is never raised without a stop time', () => {
    const model = starting({ lasts: null });
    answer(model, ACCEPTED);
    expect(nextHeadsUp(model.get('bc_1'))).toBeNull();
  });
});

it('of a start that a pause holds back says so; one that has ended by then changes nothing', () => {
  const broadcast = starting().get('bc_1');
  const messageOf = (until: number | null, note: string | null = null) =>
    headsUpMessage(broadcast, 'start', broadcast.startAt - 60_000, { until, note });
  expect(messageOf(null, 'fire drill')).toMatch(
    /is due in 1 min, but will not go on air: a pause holds it back until someone ends it \(fire drill\)$/,
  );
  expect(messageOf(broadcast.startAt + 1)).toContain('holds it back until 20');
  expect(messageOf(broadcast.startAt)).toMatch(/goes on air in 1 min$/);
});

it('of a stop has nothing to do with a pause, and a pause without a note adds none', () => {
  const broadcast = starting().get('bc_1');
  const message = (action: 'start' | 'stop') =>
    headsUpMessage(broadcast, action, T0 - 60_000, { until: null, note: null });
  expect(message('stop')).toMatch(/goes off air in 3 min 10 s$/);
  expect(message('start')).toMatch(/a pause holds it back until someone ends it$/);
});

it('of a stop comes once for each stop time, and not when the stop was taken back', () => {
  const broadcast = live().get('bc_1');
  const next = (announcedStop: number, stopAt: number | null) => nextHeadsUp({ ...broadcast, announcedStop, stopAt });
  expect([next(T0, T0), next(T0, T0 + 1), next(T0, null)]).toEqual([null, { action: 'stop', at: T0 + 1 }, null]);
});
