import { describe, expect, it } from 'vitest';
import { type DayUsedUp, onDayUsedUp } from '../../../../src/broadcasts/rules/on-daily-limit.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { answer, change, live, STARTED, scheduled, until } from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** What becomes of broadcasts when the share of the daily limit is used up (`onDayUsedUp`). */

describe('our share of the daily limit, when it is used up', () => {
  const UNTIL = Date.UTC(2026, 11, 7, 0, 0, 5);
  const NOW = T0 + 10_000;
  const used = (model: Model, request: DayUsedUp['request'], more: Partial<DayUsedUp> = {}, now = NOW) =>
    onDayUsedUp(get(model), { request, until: UNTIL, alreadyRaised: false, ...more }, now, 'w');

  it('makes a start wait for midnight, or the end of its window, and says so', () => {
    const { next } = used(scheduled(), 'start');
    expect(next).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 130_000, alerted: ['daily_limit'] });
    expect(next.reason).toContain('2026-12-07T00:00:00.000Z');
    expect(used(scheduled({ lasts: 86_400_000 }), 'start').next.nextAttemptAt).toBe(UNTIL);
  });

  it('leaves one scheduled whose destination cannot be written before its time', () => {
    expect(used(scheduled(), 'configure', {}, NOW - 1).next).toMatchObject({ status: 'scheduled', reason: null });
    const waits = scheduled();
    until(waits, 10_000);
    waits.runJob('bc_1', 'start', STARTED);
    answer(waits, { kind: 'not_started' });
    expect(used(waits, 'start').next.status).toBe('waiting');
  });

  it('makes a stop wait without a new job, a live one from its stop time on', () => {
    const model = live();
    const { next } = used(model, 'stop', {}, T0 + 130_000);
    expect(next).toMatchObject({ status: 'stopping', stopDueAt: T0 + 130_000, nextAttemptAt: UNTIL });
    expect(next.wake).toBe(get(model).wake);
    expect(used(live({ lasts: null }), 'stop', {}, T0 + 50_000).next.stopDueAt).toBe(T0 + 50_000);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    const again = used(model, 'stop', {}, T0 + 200_000).next;
    expect(again).toMatchObject({ stopDueAt: T0 + 10_000, stopReason: 'stopped by api:test', nextAttemptAt: UNTIL });
  });

  it('makes a change of view wait past the window of the start', () => {
    const model = live();
    change(model, { settings: { layout: 'speaker_view' } });
    expect(used(model, 'mode').next).toMatchObject({ status: 'live', nextAttemptAt: UNTIL });
  });

  it('is raised once a day of the account, by whoever is first', () => {
    expect(used(scheduled(), 'start', { alreadyRaised: true })).toMatchObject({ alerts: [], next: { alerted: [] } });
    const yesterday = scheduled();
    yesterday.broadcasts.set('bc_1', { ...get(yesterday), alerted: ['late_start', 'daily_limit'] });
    const { alerts, next } = used(yesterday, 'start');
    expect(alerts).toMatchObject([{ code: 'daily_limit', resolvesAt: Date.UTC(2026, 11, 7) }]);
    expect(next.alerted).toEqual(['late_start', 'daily_limit']);
  });
});
