import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../src/broadcasts/rules/backoff.ts';
import { intervalEnd, lastStart, startBefore } from '../../../../src/broadcasts/rules/plan-interval.ts';
import { dueAt, expectedTimers, jobIdOf } from '../../../../src/broadcasts/rules/timers.ts';
import { pollDelayMs } from '../../../../src/broadcasts/rules/waiting.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  NO_ANSWER,
  STARTED,
  story,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** When the next thing happens, to the millisecond: backoff, polls, the jobs of a broadcast. Survivors of Stryker once. */

const least = () => 0;
const half = () => 0.5;
const most = () => 1;

/** Its start was answered with "not started" at T0 + 10 s. */
function waiting(more: Parameters<typeof story>[0] = {}, webhooks = false): World {
  const world = story(more, webhooks);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, { kind: 'not_started' });
  return world;
}

const next = (world: World) => (world.get('bc_1').nextAttemptAt ?? Number.NaN) - T0;
const jobs = (world: World) => expectedTimers(world.get('bc_1')).map(({ action, at }) => [action, at - T0]);

describe('the backoff after a passing fault', () => {
  it('doubles from a second to 4 s for a start; for a stop on to 60 s once it has failed ten times', () => {
    const caps = (action: 'start' | 'stop', faults: number[]) => faults.map((count) => backoffMs(count, action, most));
    expect(caps('start', [0, 1, 2, 3, 9, 2_000])).toEqual([1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
    expect(caps('stop', [0, 1, 2, 9, 10, 11, 12, 13, 2_000])).toEqual([
      1_000, 2_000, 4_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  it('is anything from a tenth of a second up to that', () => {
    expect([least, half, most].map((random) => backoffMs(1, 'start', random))).toEqual([100, 1_050, 2_000]);
  });
});

describe('a poll of a meeting that waits for its host', () => {
  it('comes every 10 s at first, then every 15, 20, 25, 30 s at most, up to a tenth sooner', () => {
    const delays = (random: () => number) =>
      [0, 1, 2, 3, 4, 5, 6, 50].map((polls) => pollDelayMs(polls, 'meeting', random) / 1_000);
    expect(delays(least)).toEqual([10, 10, 10, 15, 20, 25, 30, 30]);
    expect(delays(most)).toEqual([9, 9, 9, 13.5, 18, 22.5, 27, 27]);
  });

  it('comes as soon where events come in, since one may be lost; a webinar is tried once a minute', () => {
    expect(waiting({ lasts: null }, true).get('bc_1').nextAttemptAt).toBe(T0 + 10_000 + 9_500);
    expect(pollDelayMs(9, 'webinar', half)).toBe(60_000);
  });

  it('is counted, so that the polls come further apart', () => {
    const world = waiting({ lasts: null });
    for (const after of [9_500, 9_500, 9_500, 14_250, 19_000]) {
      const { nextAttemptAt } = world.get('bc_1');
      expect(nextAttemptAt).toBe(world.now + after);
      world.pass(after);
      expect(world.wake('bc_1', 'start', WAITING)).toBe('checkMeeting');
    }
  });

  it('comes no later than the end of the window', () => {
    expect(next(waiting({ window: 5_000 }))).toBe(15_000);
  });

  it('looks at a meeting, and starts a webinar', () => {
    const meeting = waiting();
    until(meeting, 70_000);
    expect(meeting.wake('bc_1', 'start', STARTED)).toBe('checkMeeting');
    const webinar = waiting({ kind: 'webinar' });
    expect(webinar.get('bc_1').lookFirst).toBeNull();
    until(webinar, 70_000);
    expect(webinar.wake('bc_1', 'start', STARTED)).toBe('send');
  });

  it('comes within 10 s when Zoom had said that the meeting runs, not for a webinar', () => {
    const meeting = story({}, true);
    event(meeting, 'meeting_started', 'u1');
    until(meeting, 10_000);
    meeting.wake('bc_1', 'start', STARTED);
    // It has been looked at often: the next look would come after half a minute.
    meeting.broadcasts.set('bc_1', { ...meeting.get('bc_1'), polls: 9 });
    answer(meeting, { kind: 'not_started' });
    expect(next(meeting)).toBe(20_000);
    const webinar = story({ kind: 'webinar' }, true);
    event(webinar, 'meeting_started', 'u1');
    until(webinar, 10_000);
    webinar.wake('bc_1', 'start', STARTED);
    answer(webinar, { kind: 'not_started' });
    expect(next(webinar)).toBe(70_000);
  });
});

describe('the host who comes', () => {
  it('while it waits, brings the start at once, with a job of a new id', () => {
    const world = waiting({}, true);
    until(world, 25_000);
    const id = jobIdOf(world.get('bc_1'), 'start');
    event(world, 'meeting_started', 'u1');
    expect(next(world)).toBe(25_000);
    expect(jobIdOf(world.get('bc_1'), 'start')).not.toBe(id);
    expect(world.wake('bc_1', 'start', WAITING)).toBe('send');
  });

  it('while the start is under way, brings the next one at once though this one was too early', () => {
    const world = story({}, true);
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 10_400);
    event(world, 'meeting_started', 'u1');
    until(world, 10_500);
    answer(world, { kind: 'not_started' });
    expect(next(world)).toBe(10_500);
    expect(world.wake('bc_1', 'start', WAITING)).toBe('send');
  });

  it('finds the start gate closed and waits for it', () => {
    const world = story({ lasts: null }, true);
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'start_limited', retryAfterMs: 90_000 });
    event(world, 'meeting_started', 'u1');
    until(world, 11_000);
    event(world, 'meeting_ended', 'u1');
    expect(world.get('bc_1').status).toBe('waiting');
    until(world, 15_000);
    event(world, 'meeting_started', 'u2');
    expect(next(world)).toBe(100_000);
  });
});

describe('the jobs of a broadcast', () => {
  it('are its start and its stop, then its stop alone', () => {
    const world = story();
    expect(jobs(world)).toEqual([
      ['start', 10_000],
      ['stop', 130_000],
    ]);
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    expect(jobs(world)).toEqual([['stop', 130_000]]);
    expect(jobs(story({ lasts: null }))).toEqual([['start', 10_000]]);
  });

  it('are a start for a change of view of a live one, and the stop when it is tried again', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    until(world, 20_000);
    change(world, { settings: { layout: 'speaker_view' } });
    expect(jobs(world)).toEqual([
      ['start', 20_000],
      ['stop', 130_000],
    ]);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'transient', reason: '503', unknown: false });
    expect(jobs(world)[0]).toEqual(['start', 20_550]);
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, { kind: 'rate_limited', scope: 'second', until: T0 + 140_000 });
    expect(jobs(world)).toEqual([['stop', 140_000]]);
  });

  it('after one start without an answer are the second in 30 s, after two the end of the window', () => {
    const world = story({ lasts: null });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 12_000);
    answer(world, NO_ANSWER);
    // It may have reached Zoom up to a second after it left.
    expect(jobs(world)).toEqual([['start', 41_000]]);
    until(world, 41_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('checkMeeting');
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    expect(world.get('bc_1')).toMatchObject({ unknownStarts: 2, nextAttemptAt: null });
    expect(jobs(world)).toEqual([['start', 7_210_000]]);
  });

  it('have ids of the plan, and of the wake-up from the second one on', () => {
    const plan = { id: 'bc_1', revision: 3, wake: 0 };
    expect(jobIdOf(plan, 'stop')).toBe('bc_1_stop_3');
    expect(jobIdOf({ ...plan, wake: 2 }, 'stop')).toBe('bc_1_stop_3_2');
  });

  it('are missed past the first of them, not while a request is under way, nor when there is none', () => {
    const world = story({ lasts: null });
    expect(dueAt(world.get('bc_1'))).toBe(T0 + 10_000);
    expect(dueAt(story().get('bc_1'))).toBe(T0 + 10_000);
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    expect(dueAt(world.get('bc_1'))).toBeNull();
    answer(world, ACCEPTED);
    expect(dueAt(world.get('bc_1'))).toBeNull();
  });
});

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
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'withdrawn' });
    expect(world.get('bc_1').mayBeOn).toBe(false);
  });
});
