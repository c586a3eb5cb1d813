import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { type DayUsedUp, onDayUsedUp } from '../../../../src/broadcasts/rules/on-daily-limit.ts';
import { type Finding, onPreflight, preflightAt } from '../../../../src/broadcasts/rules/on-preflight.ts';
import { warn } from '../../../../src/broadcasts/rules/warn.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { ACCEPTED, answer, change, event, STARTED, story, until } from '../../../support/rules/scenario.ts';

/** What is told to people, and how often: alerts, warnings, the daily budget, the preflight. Survivors of Stryker once. */

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

describe('a warning', () => {
  const warning = (code: string, message: string) => ({ code, message, advice: 'Do something.' });

  it('is new when its code or its words are, and takes the place of the older one of its code', () => {
    const builder = new DecisionBuilder(story().get('bc_1'), T0, 'w');
    expect(warn(builder, warning('a', '1'))).toBe(true);
    expect(warn(builder, warning('b', '1'))).toBe(true);
    expect(warn(builder, warning('a', '1'))).toBe(false);
    expect(builder.next.warnings).toEqual([warning('a', '1'), warning('b', '1')]);
    expect(warn(builder, warning('a', '2'))).toBe(true);
    expect(builder.next.warnings).toEqual([warning('b', '1'), warning('a', '2')]);
  });

  it('that the meeting was moved goes when it is moved back; others stay', () => {
    const world = story({}, true);
    world.broadcasts.set('bc_1', { ...get(world), warnings: [warning('other_service', '1')] });
    event(world, 'updated', null, -1, { moved: 20_000 });
    expect(get(world).warnings.map(({ code }) => code)).toEqual(['other_service', 'meeting_moved']);
    event(world, 'updated', null, -2, { moved: -20_000 });
    expect(get(world)).toMatchObject({ movedBy: 0, warnings: [{ code: 'other_service' }] });
  });
});

describe('our share of the daily limit, when it is used up', () => {
  const UNTIL = Date.UTC(2026, 11, 7, 0, 0, 5);
  const NOW = T0 + 10_000;
  const used = (world: World, request: DayUsedUp['request'], more: Partial<DayUsedUp> = {}, now = NOW) =>
    onDayUsedUp(get(world), { request, until: UNTIL, alreadyRaised: false, ...more }, now, 'w');

  it('makes a start wait for midnight, or the end of its window, and says so', () => {
    const { next } = used(story(), 'start');
    expect(next).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 130_000, alerted: ['daily_limit'] });
    expect(next.reason).toContain('2026-12-07T00:00:00.000Z');
    expect(used(story({ lasts: 86_400_000 }), 'start').next.nextAttemptAt).toBe(UNTIL);
  });

  it('leaves one scheduled whose destination cannot be written before its time', () => {
    expect(used(story(), 'configure', {}, NOW - 1).next).toMatchObject({ status: 'scheduled', reason: null });
    const waits = story();
    until(waits, 10_000);
    waits.wake('bc_1', 'start', STARTED);
    answer(waits, { kind: 'not_started' });
    expect(used(waits, 'start').next.status).toBe('waiting');
  });

  it('makes a stop wait without a new job, a live one from its stop time on', () => {
    const world = live();
    const { next } = used(world, 'stop', {}, T0 + 130_000);
    expect(next).toMatchObject({ status: 'stopping', stopDueAt: T0 + 130_000, nextAttemptAt: UNTIL });
    expect(next.wake).toBe(get(world).wake);
    expect(used(live({ lasts: null }), 'stop', {}, T0 + 50_000).next.stopDueAt).toBe(T0 + 50_000);
    happen(world, { do: 'command', which: 0, name: 'stop' });
    const again = used(world, 'stop', {}, T0 + 200_000).next;
    expect(again).toMatchObject({ stopDueAt: T0 + 10_000, stopReason: 'stopped by api:test', nextAttemptAt: UNTIL });
  });

  it('makes a change of view wait past the window of the start', () => {
    const world = live();
    change(world, { settings: { layout: 'speaker_view' } });
    expect(used(world, 'mode').next).toMatchObject({ status: 'live', nextAttemptAt: UNTIL });
  });

  it('is told once a day of the account, by whoever is first', () => {
    expect(used(story(), 'start', { alreadyRaised: true })).toMatchObject({ alerts: [], next: { alerted: [] } });
    const yesterday = story();
    yesterday.broadcasts.set('bc_1', { ...get(yesterday), alerted: ['late_start', 'daily_limit'] });
    const { alerts, next } = used(yesterday, 'start');
    expect(alerts.map(({ code }) => code)).toEqual(['daily_limit']);
    expect(next.alerted).toEqual(['late_start', 'daily_limit']);
  });
});

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
