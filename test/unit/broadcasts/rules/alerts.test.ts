import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { ACCEPTED, answer, live, STARTED, scheduled, until } from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** Alerts: what they say, and that each is raised once (`alert`). */

describe('an alert', () => {
  const raisedBy = (model: Model, ms: number) => {
    until(model, ms);
    model.deadline('bc_1');
    return alerts(model);
  };
  const alerts = (model: Model) => model.raised.map(({ message }) => message);

  it('names the broadcast, the moment and the state, with its reason when there is one', () => {
    const model = scheduled();
    model.broadcasts.set('bc_1', { ...get(model), title: 'Sunday' });
    expect(raisedBy(model, 40_000)).toEqual([
      '"Sunday" (meeting 68423085) should have been live since 2026-12-06T14:00:10.000Z, but is still scheduled',
    ]);
    const why = scheduled();
    until(why, 10_000);
    why.runJob('bc_1', 'start', STARTED);
    answer(why, { kind: 'rate_limited', scope: 'second', until: T0 + 60_000 });
    expect(raisedBy(why, 40_000)[0]).toMatch(
      /^meeting 68423085 should have been live .* but is still starting: Zoom answered 429/,
    );
  });

  it('of a late start or stop says how late, in seconds', () => {
    const start = scheduled();
    until(start, 41_500);
    start.runJob('bc_1', 'start', STARTED);
    answer(start, ACCEPTED);
    expect(alerts(start)).toEqual(['meeting 68423085 was due at 2026-12-06T14:00:10.000Z and went live 31.5 s late']);
    const stop = live();
    until(stop, 192_250);
    stop.runJob('bc_1', 'stop', STARTED);
    answer(stop, ACCEPTED);
    expect(alerts(stop)).toEqual(['meeting 68423085 went off air 62.3 s late']);
  });
});

describe('a state', () => {
  it('that stays as it is only gets another reason: no line of history', () => {
    const builder = new DecisionBuilder(get(scheduled()), T0, 'w').become('scheduled', 'why');
    expect(builder.history).toEqual([]);
    expect(builder.next.reason).toBe('why');
  });
});
