import { describe, expect, it } from 'vitest';
import { intervalEnd, lastStart, startBefore } from '../../../../src/broadcasts/rules/plan-interval.ts';
import { T0 } from '../../../proof/model/model.ts';
import { answer, STARTED, scheduled, until } from '../../../support/rules/scenario.ts';

/** Until when a start may leave (`lastStart`, `startBefore`, `intervalEnd`). */

describe('a start', () => {
  it('may leave until its window ends, and after a drop until the stop', () => {
    const plan = { stopAt: T0 + 130_000, startBefore: T0 + 60_000 };
    expect(lastStart({ ...plan, status: 'starting' })).toBe(T0 + 60_000);
    expect(lastStart({ ...plan, status: 'live' })).toBe(T0 + 130_000);
    expect(lastStart({ ...plan, status: 'live', stopAt: null })).toBe(Number.POSITIVE_INFINITY);
  });

  it('has the default window only where there is no stop time', () => {
    const plan = { startAt: T0, stopAt: T0 + 10_800_000 };
    expect(startBefore(plan, null, 7_200_000)).toBe(T0 + 10_800_000);
    expect(startBefore({ ...plan, stopAt: null }, null, 7_200_000)).toBe(T0 + 7_200_000);
    expect(startBefore(plan, 60_000, 7_200_000)).toBe(T0 + 60_000);
    expect(intervalEnd({ stopAt: T0 + 10_800_000, startBefore: T0 + 60_000 })).toBe(T0 + 10_800_000);
    expect(intervalEnd({ stopAt: null, startBefore: T0 + 60_000 })).toBe(T0 + 60_000);
  });

  it('whose connection broke before it left has done nothing: a cancel needs no stop', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'withdrawn' });
    expect(model.get('bc_1').mayBeOn).toBe(false);
  });
});
