import { describe, expect, it } from 'vitest';
import { type Finding, onPreflight, preflightAt } from '../../../../src/broadcasts/rules/on-preflight.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { change, story } from '../../../support/rules/scenario.ts';

/** What the preflight finds, and when it is due (`onPreflight`). */

const get = (world: World) => world.get('bc_1');

describe('the preflight', () => {
  const due = (world: World, ms: number | null = 5_000) => {
    const at = preflightAt(get(world), ms);
    return at === false ? false : at - T0;
  };

  it('is due its time before the start, once a plan, of one that is scheduled', () => {
    expect(due(story())).toBe(5_000);
    expect(due(story(), null)).toBe(false);
    const over = story();
    over.broadcasts.set('bc_1', { ...get(over), status: 'canceled' });
    expect(due(over)).toBe(false);
    const world = story();
    world.broadcasts.set('bc_1', { ...get(world), preflightOf: 1 });
    expect(due(world)).toBe(false);
    change(world, { startAt: T0 + 60_000 });
    expect(due(world)).toBe(55_000);
  });

  it('that was due before the plan is made up for, unless the start is less than ten seconds off', () => {
    const plannedAt = (ms: number) => {
      const world = story();
      world.broadcasts.set('bc_1', { ...get(world), startAt: T0 + 100_000, updatedAt: T0 + ms });
      return due(world, 60_000);
    };
    expect([40_000, 40_001, 90_000, 90_001].map(plannedAt)).toEqual([40_000, 40_000, 40_000, false]);
    const short = story();
    expect(due(short, 0)).toBe(10_000);
    short.broadcasts.set('bc_1', { ...get(short), updatedAt: T0 + 5_000 });
    expect(due(short)).toBe(5_000);
  });

  const finding = (code: Finding['code'], prevents: boolean): Finding => ({
    ...{ code, prevents, message: `Found ${code}.`, advice: 'Do something.' },
  });

  it('writes its findings in the place of its last ones, and alerts of those that prevent the start', () => {
    const world = story();
    const old = [finding('scopes_missing', true), { code: 'meeting_moved', message: 'm', advice: 'a' }];
    world.broadcasts.set('bc_1', { ...get(world), revision: 4, warnings: old });
    const found = [finding('time_differs', false), finding('is_a_webinar', true)];
    const exchanges = [{ request: 'r', answer: 'a' }];
    const decision = onPreflight(world.snapshot('bc_1'), found, exchanges, 'w');
    expect(decision?.next).toMatchObject({ preflightOf: 4, alerted: ['preflight'] });
    expect(decision?.next.warnings).toEqual([
      { code: 'meeting_moved', message: 'm', advice: 'a' },
      { code: 'time_differs', message: 'Found time_differs.', advice: 'Do something.' },
      { code: 'is_a_webinar', message: 'Found is_a_webinar.', advice: 'Do something.' },
    ]);
    expect(decision?.history[0]).toMatchObject({
      ...{ type: 'preflight', request: ['r'], answer: ['a'] },
      reason: 'time_differs: Found time_differs.; is_a_webinar: Found is_a_webinar.',
    });
    expect(decision?.alerts[0]?.message).toBe(
      'meeting 68423085 cannot go on air with the current setup: Found is_a_webinar. Do something.',
    );
  });

  it('is quiet when nothing prevents the start, and changes nothing at the end', () => {
    const decision = onPreflight(story().snapshot('bc_1'), [finding('time_differs', false)], [], 'w');
    expect(decision?.alerts).toEqual([]);
    const clean = onPreflight(story().snapshot('bc_1'), [], [], 'w');
    expect(clean?.history[0]?.reason).toMatch(/no problems found/);
    const world = story();
    happen(world, { do: 'command', which: 0, name: 'cancel' });
    expect(onPreflight(world.snapshot('bc_1'), [], [], 'w')).toBeNull();
  });
});
