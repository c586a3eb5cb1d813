import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { pauseAccount, refusalReason } from '../../../../src/broadcasts/rules/response.ts';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0 } from '../../../proof/model/model.ts';
import {
  ACCEPTED,
  answer,
  CHECK_FIRST,
  change,
  decide,
  live,
  pause,
  SAID,
  STARTED,
  scheduled,
  starting,
  UNAUTHORIZED,
  until,
} from '../../../support/rules/scenario.ts';
import { get, put } from '../../../support/rules/states.ts';

/** Answers to a change of view, and what an answer says beyond its broadcast (`onResponse`). */

describe('a change of view', () => {
  const asked = () => {
    const model = live();
    until(model, 20_000);
    change(model, { settings: { layout: 'gallery_view' } });
    model.runJob('bc_1', 'start', STARTED);
    return model;
  };

  it.each<[string, Outcome, number]>([
    ['429', pause('second', 60_000), 60_000],
    ['a first 401', UNAUTHORIZED, 20_000],
    ['a request that we withdrew', { kind: 'withdrawn' }, 20_000],
  ])('stays wanted after %s, without a warning', (_, result, next) => {
    const model = asked();
    answer(model, result);
    expect(get(model)).toMatchObject({
      ...{ modeWanted: { layout: 'gallery_view' }, nextAttemptAt: T0 + next, warnings: [] },
    });
  });

  it('is done when Zoom accepts it; a later 401 renews the token once', () => {
    const model = asked();
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ modeWanted: null, nextAttemptAt: null, tokenRenewed: false, warnings: [] });
  });
});

describe('an answer', () => {
  it('tells whether Zoom could be reached, and pauses the account only for its 429', () => {
    const accepted = decide(starting(), ACCEPTED);
    expect(accepted.reach).toEqual({ class: 'start', up: true });
    expect(accepted).not.toHaveProperty('pauseUntil');
    expect(decide(starting(), pause('second', 60_000)).pauseUntil).toBe(T0 + 60_000);
  });

  it('that the meeting has not started sets the next check sooner only when Zoom has said that it runs', () => {
    const next = (running: 'yes' | 'no' | 'unknown') => {
      const model = put(starting(), { polls: 10 });
      Object.assign(model.meeting, { running });
      return (decide(model, { kind: 'not_started' }).next.nextAttemptAt as number) - T0;
    };
    expect([next('yes'), next('no'), next('unknown')]).toEqual([20_000, 38_500, 38_500]);
  });

  it('of the daily limit raises its alert again, and leaves the others as they are', () => {
    const builder = new DecisionBuilder({ ...get(scheduled()), alerted: ['late_start', 'daily_limit'] }, T0, 'w');
    pauseAccount(builder, { scope: 'day', until: T0 + 1 });
    expect(builder.next.alerted).toEqual(['late_start', 'daily_limit']);
    expect(builder.alerts).toMatchObject([{ code: 'daily_limit', resolvesAt: T0 + 1 }]);
  });

  it('with a refusal that may mean something else is tried again at once, after a check of the meeting', () => {
    expect(decide(put(starting(), { reason: null }), CHECK_FIRST).next).toMatchObject({
      ...{ status: 'starting', nextAttemptAt: T0 + 10_000, lookFirst: 'code_3000' },
      reason: 'Zoom answered refused: checking the meeting before giving up',
    });
    expect(decide(starting({ kind: 'webinar' }), CHECK_FIRST).next.status).toBe('failed');
  });

  it('that refuses is quoted, whatever was noted after it', () => {
    const builder = new DecisionBuilder(get(scheduled()), T0, 'w').note('request', 'start', { answer: SAID });
    builder.note('observed', 'something else');
    expect(refusalReason(builder, 'refused', 'Run it for <id>.')).toBe(
      'refused: Zoom answered 400/3161 "No way." (tracking id t1). Run it for bc_1.',
    );
  });
});
