import { describe, expect, it } from 'vitest';
import { type Finding, onPreflight, preflightAt } from '../../../../src/broadcasts/rules/on-preflight.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { change, scheduled } from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** What the preflight finds, and when it is due (`onPreflight`). */

describe('the preflight', () => {
  const due = (model: Model, ms: number | null = 5_000) => {
    const at = preflightAt(get(model), ms);
    return at === false ? false : at - T0;
  };

  it('is due its time before the start, once a plan, of one that is scheduled', () => {
    expect(due(scheduled())).toBe(5_000);
    expect(due(scheduled(), null)).toBe(false);
    const over = scheduled();
    over.broadcasts.set('bc_1', { ...get(over), status: 'canceled' });
    expect(due(over)).toBe(false);
    const model = scheduled();
    model.broadcasts.set('bc_1', { ...get(model), preflightOf: 1 });
    expect(due(model)).toBe(false);
    change(model, { startAt: T0 + 60_000 });
    expect(due(model)).toBe(55_000);
  });

  it('that was due before the plan is made up for, unless the start is less than ten seconds off', () => {
    const plannedAt = (ms: number) => {
      const model = scheduled();
      model.broadcasts.set('bc_1', { ...get(model), startAt: T0 + 100_000, updatedAt: T0 + ms });
      return due(model, 60_000);
    };
    expect([40_000, 40_001, 90_000, 90_001].map(plannedAt)).toEqual([40_000, 40_000, 40_000, false]);
    const short = scheduled();
    expect(due(short, 0)).toBe(10_000);
    short.broadcasts.set('bc_1', { ...get(short), updatedAt: T0 + 5_000 });
    expect(due(short)).toBe(5_000);
  });

  const finding = (code: Finding['code'], prevents: boolean): Finding => ({
    ...{ code, prevents, message: `Found ${code}.`, advice: 'Do something.' },
  });

  it('writes its findings in the place of its last ones, and alerts of those that prevent the start', () => {
    const model = scheduled();
    const old = [finding('scopes_missing', true), { code: 'meeting_moved', message: 'm', advice: 'a' }];
    model.broadcasts.set('bc_1', { ...get(model), revision: 4, warnings: old });
    const found = [finding('time_differs', false), finding('is_a_webinar', true)];
    const exchanges = [{ request: 'r', answer: 'a' }];
    const decision = onPreflight(model.snapshot('bc_1'), found, exchanges, 'w');
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
    const decision = onPreflight(scheduled().snapshot('bc_1'), [finding('time_differs', false)], [], 'w');
    expect(decision?.alerts).toEqual([]);
    const clean = onPreflight(scheduled().snapshot('bc_1'), [], [], 'w');
    expect(clean?.history[0]?.reason).toMatch(/no problems found/);
    const model = scheduled();
    happen(model, { do: 'command', which: 0, name: 'cancel' });
    expect(onPreflight(model.snapshot('bc_1'), [], [], 'w')).toBeNull();
  });
});

describe('the alert of the preflight', () => {
  const checked = (alerted: string[], ...found: Finding[]) => {
    const { broadcast, ...rest } = scheduled().snapshot('bc_1');
    return onPreflight({ ...rest, broadcast: { ...broadcast, alerted } }, found, [], 'w') ?? expect.fail();
  };
  const finding = (advice: string, prevents = true): Finding => ({
    ...{ code: 'refused', message: 'No.', advice, prevents },
  });

  it('advises on each finding that prevents the start, and on no other', () => {
    const { alerts } = checked([], finding('Do this.'), finding('Never mind.', false), finding('Do that.'));
    expect(alerts.map(({ advice }) => advice)).toEqual(['Do this. Do that.']);
  });

  it('can be raised again once nothing prevents the start; other alerts stay', () => {
    expect(checked(['preflight', 'late_start']).next.alerted).toEqual(['late_start']);
    expect(checked(['preflight'], finding('Do this.')).next.alerted).toEqual(['preflight']);
  });
});
