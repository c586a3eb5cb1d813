import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../../src/broadcasts/rules/events.ts';
import { nextHeadsUp, onHeadsUp } from '../../../../src/broadcasts/rules/heads-up.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { ACCEPTED, answer, cancel, change, STARTED, starting, story, until } from '../../../support/rules/scenario.ts';

/** When people are told of a start and a stop ahead of time (`onHeadsUp`). Start: T0 + 10 s, stop: T0 + 130 s. */

const EARLY_MS = 5_000;

function tell(world: World): string[] {
  const { broadcast, ...rest } = world.snapshot('bc_1');
  const decision = onHeadsUp({ broadcast, ...rest }, EARLY_MS, 'worker:w1');
  if (!decision) return [];
  world.broadcasts.set('bc_1', decision.next);
  return eventsOf(broadcast, decision, rest.now).map(({ type, data }) => `${type}: ${data['message']}`);
}

const live = () => {
  const world = starting();
  answer(world, ACCEPTED);
  return world;
};

describe('a start', () => {
  it('is told of once, its time ahead', () => {
    const world = story();
    until(world, 4_999);
    expect(tell(world)).toEqual([]);
    until(world, 5_000);
    expect(tell(world)).toEqual([expect.stringMatching(/^broadcast\.upcoming: .*meeting \d+\)? goes on air in 5 s$/)]);
    expect(tell(world)).toEqual([]);
    expect(nextHeadsUp(world.get('bc_1'))).toBeNull();
  });

  it('is told of again when its time is changed, also to one that is near', () => {
    const world = story();
    until(world, 6_000);
    expect(tell(world)).toHaveLength(1);
    change(world, { title: 'Another title' });
    expect(tell(world)).toEqual([]);
    change(world, { startAt: T0 + 60_000 });
    expect(tell(world)).toEqual([]);
    expect(nextHeadsUp(world.get('bc_1'))).toEqual({ action: 'start', at: T0 + 60_000 });
    until(world, 58_000);
    expect(tell(world)).toEqual([expect.stringContaining('in 2 s')]);
  });

  it('is not told of when it is canceled, or its moment has come', () => {
    const canceled = story();
    cancel(canceled);
    until(canceled, 6_000);
    expect(tell(canceled)).toEqual([]);
    const late = story();
    until(late, 10_000);
    expect(tell(late)).toEqual([]);
  });
});

describe('a stop', () => {
  it('is told of once the broadcast is on air, and again when it is changed', () => {
    const world = live();
    expect(tell(world)).toEqual([]);
    until(world, 125_000);
    expect(tell(world)).toEqual([expect.stringMatching(/^broadcast\.ending: .* goes off air in 5 s$/)]);
    expect(tell(world)).toEqual([]);
    change(world, { stopAt: T0 + 140_000 });
    until(world, 136_000);
    expect(tell(world)).toEqual([expect.stringContaining('in 4 s')]);
  });

  it('is not told of while the broadcast is not on air', () => {
    const world = starting({ lasts: 2_000 });
    world.pass(500);
    expect(world.get('bc_1').status).toBe('starting');
    expect(nextHeadsUp(world.get('bc_1'))).toBeNull();
    world.wake('bc_1', 'start', STARTED);
  });

  it('is never told of without a stop time', () => {
    const world = starting({ lasts: null });
    answer(world, ACCEPTED);
    expect(nextHeadsUp(world.get('bc_1'))).toBeNull();
  });
});
