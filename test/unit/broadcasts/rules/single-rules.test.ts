import { describe, expect, it } from 'vitest';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { ACCEPTED, answer, change, event, NO_ANSWER, STARTED, story, until } from '../../../support/rules/scenario.ts';

/** One short story for each rule that only random ones would notice otherwise (`node scripts/mutations.mjs --quick`). */

/** Live since 10 s, with a stop at 130 s. */
function live(webhooks = false): World {
  const world = story({}, webhooks);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  answer(world, ACCEPTED);
  return world;
}

describe('a start', () => {
  it('waits for the very millisecond it is due', () => {
    const world = story();
    until(world, 9_999);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    until(world, 10_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
  });

  it('is nothing to the job of an older plan', () => {
    const world = story();
    change(world, { startAt: T0 + 20_000 });
    until(world, 20_000);
    expect(world.wake('bc_1', 'start', STARTED, 1)).toBe('nothing');
  });

  it('is sent twice at most when nobody answers', () => {
    const world = story({ lasts: null });
    for (const at of [10_000, 50_000, 90_000, 130_000, 170_000]) {
      until(world, at);
      const step = world.wake('bc_1', 'start', STARTED);
      if (step === 'checkMeeting') world.wake('bc_1', 'start', STARTED);
      if (world.flights.length > 0) answer(world, NO_ANSWER);
    }
    expect(world.story.filter((line) => line.includes('request: start'))).toHaveLength(2);
  });

  it('of a worker that died may have worked: the next one waits for 30 s', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    world.loseLease(world.flights[0] as never, true);
    until(world, 16_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    // It may have left up to 3 s after its claim.
    expect(world.get('bc_1')).toMatchObject({ unknownStarts: 1, nextAttemptAt: T0 + 43_000 });
  });

  it('that is late is told once, by its deadline or by its answer', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'start_limited', retryAfterMs: null });
    until(world, 40_001);
    world.deadline('bc_1');
    expect(world.get('bc_1').alerted).toEqual(['late_start']);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    until(world, 41_000);
    answer(world, ACCEPTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'live', alerted: ['late_start'] });
  });
});

describe('an answer', () => {
  it('that belongs to a request given up does not settle the one in flight', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    const [first] = world.flights;
    world.loseLease(first as never, false);
    until(world, 16_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 45_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    expect(world.flights).toHaveLength(2);
    world.answer(first as never, { kind: 'refused', code: 'refused', advice: 'Do something.' });
    expect(world.get('bc_1')).toMatchObject({ status: 'starting', inFlight: { request: 'start' } });
  });
});

describe('a stop', () => {
  it('that is wanted now gets a job of a new id', () => {
    const world = live();
    const { wake: timer } = world.get('bc_1');
    happen(world, { do: 'command', which: 0, name: 'stop' });
    expect(world.get('bc_1').wake).toBeGreaterThan(timer);
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
  });
});

describe('an older event', () => {
  it('of the meeting changes nothing', () => {
    const world = story({}, true);
    event(world, 'meeting_started', 'u1');
    until(world, 5_000);
    event(world, 'meeting_ended', 'u1');
    event(world, 'meeting_started', 'u1', 5_000);
    expect(world.meeting.running).toBe('no');
  });

  it('of the stream changes nothing', () => {
    const world = live(true);
    until(world, 60_000);
    event(world, 'stream_started', 'u1');
    event(world, 'stream_stopped', 'u1', 20_000);
    expect(world.meeting.stream).toBe('on');
    expect(world.get('bc_1')).toMatchObject({ status: 'live', drops: 0 });
  });
});
