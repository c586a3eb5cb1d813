import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  NO_ANSWER,
  STARTED,
  stepOf,
  story,
  until,
} from '../../../support/rules/scenario.ts';

/** When a stream that drops is started again, and what the answers to that start change. Survivors of Stryker once. */

const get = (world: World) => world.get('bc_1');

/** On air since T0 + 10 s. */
function live(more: Parameters<typeof story>[0] = {}): World {
  const world = story({ lasts: 120_000, ...more }, true);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, ACCEPTED);
  return world;
}

/** Its stream drops at T0 + `ms`. */
function dropped(ms = 20_000, more: Parameters<typeof story>[0] = {}): World {
  const world = live(more);
  until(world, ms);
  event(world, 'stream_stopped', 'u1');
  return world;
}

/** The start after the drop is under way. */
function restarting(more: Parameters<typeof story>[0] = {}): World {
  const world = dropped(20_000, more);
  world.wake('bc_1', 'start', STARTED);
  if (world.flights.length === 0) world.wake('bc_1', 'start', STARTED);
  return world;
}

describe('a drop', () => {
  it('is mended up to the stop time, and without one at any time', () => {
    expect(get(dropped(129_999))).toMatchObject({ status: 'live', restartWanted: true });
    expect(get(dropped(130_000)).status).toBe('ended');
    expect(get(dropped(80_000_000, { lasts: null }))).toMatchObject({ status: 'live', restartWanted: true });
  });

  it('brings a new job at once, or when the gate of the meeting opens', () => {
    const world = live();
    const { wake: timer } = get(world);
    world.meeting.gateUntil = T0 + 45_000;
    until(world, 20_000);
    event(world, 'stream_stopped', 'u1');
    expect(get(world)).toMatchObject({
      wake: timer + 1,
      nextAttemptAt: T0 + 45_000,
      lookFirst: 'after_drop',
      faults: 0,
    });
    expect(get(dropped()).nextAttemptAt).toBe(T0 + 20_000);
  });

  it('of a webinar is mended without a look', () => {
    const world = dropped(20_000, { kind: 'webinar' });
    expect(get(world).lookFirst).toBeNull();
    expect(stepOf(world, 'start')).toEqual({ do: 'send', request: 'start', due: T0 + 20_000 });
  });

  it('with the meeting known to be over is the end', () => {
    const world = live();
    world.meeting.running = 'no';
    until(world, 20_000);
    event(world, 'stream_stopped', 'u1');
    expect(get(world).status).toBe('ended');
  });

  it('told of a moment before this broadcast was live is none', () => {
    const world = live();
    Object.assign(world.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    until(world, 15_000);
    event(world, 'stream_stopped', 'u1', 5_001);
    expect(get(world)).toMatchObject({ status: 'live', drops: 0 });
    Object.assign(world.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    event(world, 'stream_stopped', 'u1', 5_000);
    expect(get(world)).toMatchObject({ status: 'live', drops: 1 });
  });

  it('told twice before its start has left is one; a person who ends the stream then ends the broadcast', () => {
    const world = dropped();
    event(world, 'stream_stopped', 'u1', -1);
    expect(get(world)).toMatchObject({ drops: 1, version: 4 });
    event(world, 'stream_stopped', 'u1', -2, { operator: true });
    expect(get(world).status).toBe('ended');
    const again = restarting();
    event(again, 'stream_stopped', 'u1', -1);
    expect(get(again).drops).toBe(2);
    const once = live();
    Object.assign(once.meeting, { stream: 'off', streamAt: T0 + 15_000, streamSource: 'event' });
    until(once, 20_000);
    event(once, 'stream_stopped', 'u1');
    expect(get(once).drops).toBe(1);
  });

  it('after the stream had come back is another one', () => {
    const world = dropped();
    Object.assign(world.meeting, { stream: 'on', streamAt: T0 + 21_000, streamSource: 'event' });
    until(world, 22_000);
    event(world, 'stream_stopped', 'u1');
    expect(get(world).drops).toBe(2);
  });

  it('of one that is being stopped is its end', () => {
    const world = live();
    until(world, 20_000);
    happen(world, { do: 'command', which: 0, name: 'stop' });
    event(world, 'stream_stopped', 'u1');
    expect(get(world)).toMatchObject({ status: 'ended', drops: 0 });
  });

  it('that has mended itself needs no start, and the stop keeps its time', () => {
    const world = dropped();
    Object.assign(world.meeting, { stream: 'on', streamAt: T0 + 21_000, streamSource: 'event' });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('nothing');
    expect(get(world)).toMatchObject({ restartWanted: false, lookFirst: null, nextAttemptAt: null, drops: 1 });
    expect(get(world).reason).toBe('the live stream is on again');
  });
});

describe('the start after a drop', () => {
  const answered = (result: Outcome, more: Parameters<typeof story>[0] = {}) => {
    const world = restarting(more);
    until(world, 20_400);
    answer(world, result);
    return world;
  };

  it('that is accepted leaves nothing behind, and the stream is known to be on', () => {
    const world = answered(ACCEPTED);
    expect(get(world)).toMatchObject({
      ...{ status: 'live', restartWanted: false, nextAttemptAt: null, lookFirst: null, faults: 0 },
      ...{ mayBeOn: false, unknownStarts: 0, tokenRenewed: false },
    });
    expect(world.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 20_400, streamSource: 'answer' });
  });

  it('waits as long as a 429 says: the longer of the 30-second rule and Retry-After', () => {
    for (const [retryAfterMs, at] of [
      [null, 50_400],
      [5_000, 50_400],
      [90_000, 110_400],
    ] as const) {
      const world = answered({ kind: 'start_limited', retryAfterMs });
      expect(get(world)).toMatchObject({ nextAttemptAt: T0 + at, lookFirst: 'after_drop', restartWanted: true });
      expect(world.meeting.gateUntil).toBe(T0 + at);
    }
  });

  it('waits for the account', () => {
    const world = answered({ kind: 'rate_limited', scope: 'day', until: T0 + 60_000 });
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 60_000, restartWanted: true, alerted: ['daily_limit'] });
    expect(world.pausedUntil).toBe(T0 + 60_000);
  });

  it('that was withdrawn is sent again at once', () => {
    const world = answered({ kind: 'withdrawn' });
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 20_400, restartWanted: true, tokenRenewed: false });
    expect(stepOf(world, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('is sent again with a new token once, then with backoff', () => {
    const world = answered({ kind: 'unauthorized' });
    expect(get(world)).toMatchObject({ status: 'live', tokenRenewed: true, nextAttemptAt: T0 + 20_400 });
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'unauthorized' });
    expect(get(world)).toMatchObject({ status: 'live', restartWanted: true, faults: 1, nextAttemptAt: T0 + 20_950 });
  });

  it('leaves nothing of its tries behind when Zoom says that the stream is on again', () => {
    const world = answered({ kind: 'unauthorized' });
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'unauthorized' });
    expect(get(world)).toMatchObject({ tokenRenewed: true, faults: 1 });
    event(world, 'stream_started', 'u1');
    expect(get(world)).toMatchObject({ restartWanted: false, tokenRenewed: false, faults: 0, nextAttemptAt: null });
  });

  it('is tried again after a passing fault, with a growing backoff, and is not counted as one without an answer', () => {
    const world = answered({ kind: 'transient', reason: '503', unknown: false });
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 20_950, faults: 1, unknownStarts: 0 });
    expect(stepOf(world, 'start')).toMatchObject({ do: 'wait', until: 20_950 });
    until(world, 20_950);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'transient', reason: '503', unknown: false });
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 22_000, faults: 2 });
  });

  it('without an answer closes the gate and is looked into before the second', () => {
    const world = answered(NO_ANSWER);
    expect(get(world)).toMatchObject({
      unknownStarts: 1,
      mayBeOn: true,
      lookFirst: 'after_drop',
      nextAttemptAt: T0 + 50_400,
    });
    expect(world.meeting.gateUntil).toBe(T0 + 50_400);
  });

  it('that is refused ends the broadcast, with the words of Zoom', () => {
    const refused = answered({ kind: 'refused', code: 'no_permission', advice: 'Do something.' });
    expect(get(refused)).toMatchObject({ status: 'ended', stoppedAt: T0 + 20_400, nextAttemptAt: null });
    expect(get(refused).reason).toBe(
      'the live stream dropped and could not be restarted: no_permission: Do something.',
    );
    const over = answered({ kind: 'not_started' });
    expect(get(over).reason).toMatch(/not_started: The meeting is not running\./);
  });

  it('waits for the account, the gate and its own time, whichever is last', () => {
    const world = dropped();
    world.pausedUntil = T0 + 30_000;
    expect(stepOf(world, 'start')).toMatchObject({ do: 'wait', until: 30_000 });
    world.meeting.gateUntil = T0 + 40_000;
    expect(stepOf(world, 'start')).toMatchObject({ do: 'wait', until: 40_000 });
    until(world, 40_000);
    expect(stepOf(world, 'start')).toEqual({ do: 'checkMeeting', why: 'after_drop' });
    change(world, { stopAt: T0 + 40_000 });
    expect(stepOf(world, 'start')).toEqual({ do: 'nothing', why: 'the stop is due' });
  });
});
