import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { ACCEPTED, answer, STARTED, story, until } from '../../../support/rules/scenario.ts';

/** Alerts: what they say, and that each is raised once (`alert`). */

const get = (world: World) => world.get('bc_1');

function live(more: Parameters<typeof story>[0] = {}): World {
  const world = story(more);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, ACCEPTED);
  return world;
}

describe('an alert', () => {
  const told = (world: World, ms: number) => {
    until(world, ms);
    world.deadline('bc_1');
    return alerts(world);
  };
  const alerts = (world: World) => world.told.map(({ message }) => message);

  it('names the broadcast, the moment and the state, with its reason when there is one', () => {
    const world = story();
    world.broadcasts.set('bc_1', { ...get(world), title: 'Sunday' });
    expect(told(world, 40_000)).toEqual([
      '"Sunday" (meeting 68423085) should have been live since 2026-12-06T14:00:10.000Z, but is still scheduled',
    ]);
    const why = story();
    until(why, 10_000);
    why.wake('bc_1', 'start', STARTED);
    answer(why, { kind: 'rate_limited', scope: 'second', until: T0 + 60_000 });
    expect(told(why, 40_000)[0]).toMatch(
      /^meeting 68423085 should have been live .* but is still starting: Zoom answered 429/,
    );
  });

  it('of a late start or stop says how late, in seconds', () => {
    const start = story();
    until(start, 41_500);
    start.wake('bc_1', 'start', STARTED);
    answer(start, ACCEPTED);
    expect(alerts(start)).toEqual(['meeting 68423085 was due at 2026-12-06T14:00:10.000Z and went live 31.5 s late']);
    const stop = live();
    until(stop, 192_250);
    stop.wake('bc_1', 'stop', STARTED);
    answer(stop, ACCEPTED);
    expect(alerts(stop)).toEqual(['meeting 68423085 went off air 62.3 s late']);
  });
});

describe('a state', () => {
  it('that stays as it is only gets another reason: no line of history', () => {
    const builder = new DecisionBuilder(get(story()), T0, 'w').become('scheduled', 'why');
    expect(builder.history).toEqual([]);
    expect(builder.next.reason).toBe('why');
  });
});
