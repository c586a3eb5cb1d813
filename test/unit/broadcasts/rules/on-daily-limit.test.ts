import { describe, expect, it } from 'vitest';
import { type DayUsedUp, onDayUsedUp } from '../../../../src/broadcasts/rules/on-daily-limit.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { ACCEPTED, answer, change, STARTED, story, until } from '../../../support/rules/scenario.ts';

/** What becomes of broadcasts when the share of the daily limit is used up (`onDayUsedUp`). */

const get = (world: World) => world.get('bc_1');

function live(more: Parameters<typeof story>[0] = {}): World {
  const world = story(more);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, ACCEPTED);
  return world;
}

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
