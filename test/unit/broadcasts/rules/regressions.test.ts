import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  NO_ANSWER,
  PLAN,
  STARTED,
  story,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** Stories that once ended wrong, told again. The world checks every rule on the way. */

describe('before the due moment', () => {
  it('a withdrawn configuration brings the start no nearer', () => {
    const world = story({ destination: true });
    until(world, 9_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
    answer(world, { kind: 'withdrawn' });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
    answer(world, ACCEPTED);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
  });

  it('a rescheduled one is not started at once because its configuration had been withdrawn', () => {
    const world = story({ destination: true });
    until(world, 9_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'withdrawn' });
    change(world, { destination: null });
    change(world, { startAt: T0 + 60_000 });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
  });
});

describe('a request whose worker is gone', () => {
  it('takes no live one back to starting', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    event(world, 'stream_started', 'u1');
    world.loseLease(world.flights[0] as never, true);
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'live', inFlight: null });
  });

  it('closes the gate also when its 429 comes late', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    const [flight] = world.flights;
    world.loseLease(flight as never, false);
    world.wake('bc_1', 'start', STARTED);
    until(world, 20_000);
    world.answer(flight as never, { kind: 'start_limited', retryAfterMs: 90_000 });
    expect(world.meeting.gateUntil).toBe(T0 + 110_000);
  });

  it('ends it when it was a stop that had worked', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    const [flight] = world.flights;
    world.loseLease(flight as never, false);
    // Another worker finds the lease gone and gives the request up.
    world.deadline('bc_1');
    until(world, 136_000);
    world.deadline('bc_1');
    world.answer(flight as never, ACCEPTED);
    expect(world.get('bc_1').status).toBe('ended');
  });
});

describe('a start without an answer', () => {
  it('is followed by a stop at the stop time, also when its window has closed before', () => {
    const world = story({ window: 60_000 });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    until(world, 75_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    world.deadline('bc_1');
    until(world, 130_000);
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
    answer(world, ACCEPTED);
    expect(world.get('bc_1').status).toBe('ended');
  });

  it('has done nothing when Zoom says that the meeting has not started', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    until(world, 45_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'not_started' });
    happen(world, { do: 'command', which: 0, name: 'cancel' });
    expect(world.get('bc_1').status).toBe('canceled');
  });
});

describe('what a person wants', () => {
  it('a cancel during a refused start ends in canceled', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    happen(world, { do: 'command', which: 0, name: 'cancel' });
    answer(world, { kind: 'refused', code: 'refused', advice: 'Do something.' });
    expect(world.get('bc_1').status).toBe('canceled');
  });

  it('a change of view alone leaves the other settings of a live one as they are', () => {
    const world = story();
    change(world, { settings: { displayName: 'Main hall', layout: 'speaker_view' } });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    change(world, { settings: { layout: 'gallery_view' } });
    expect(world.get('bc_1')).toMatchObject({
      settings: { displayName: 'Main hall', layout: 'gallery_view' },
      modeWanted: { layout: 'gallery_view' },
    });
    change(world, { settings: { displayName: 'Annex' } });
    expect(world.get('bc_1').settings.displayName).toBe('Main hall');
  });

  it('a second change of view is sent although the first was under way', () => {
    const world = story();
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    change(world, { settings: { layout: 'speaker_view' } });
    world.wake('bc_1', 'start', STARTED);
    change(world, { settings: { layout: 'gallery_view' } });
    answer(world, ACCEPTED);
    expect(world.get('bc_1').modeWanted).toEqual({ layout: 'gallery_view' });
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
  });
});

describe('an expired token', () => {
  it('is renewed again hours after a look had renewed the former one', () => {
    const world = story({ lasts: null });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'not_started' });
    until(world, 21_000);
    world.wake('bc_1', 'start', { kind: 'unauthorized' });
    world.wake('bc_1', 'start', WAITING);
    until(world, 3_700_000);
    world.wake('bc_1', 'start', { kind: 'unauthorized' });
    expect(world.get('bc_1').status).toBe('waiting');
  });
});

describe('events out of order', () => {
  it('the end of an instance that comes after the start of the next one still ends its stream', () => {
    const world = story({ lasts: null }, true);
    until(world, 5_000);
    event(world, 'meeting_started', 'u1');
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    until(world, 600_000);
    event(world, 'meeting_started', null);
    expect(world.get('bc_1').status).toBe('live');
    event(world, 'meeting_ended', 'u1', 60_000);
    expect(world.get('bc_1').status).toBe('ended');
    expect(world.meeting).toMatchObject({ stream: 'off', running: 'yes' });
  });

  it('a new instance ends what the old one streamed, though its end was never told', () => {
    const world = story({ lasts: null }, true);
    until(world, 5_000);
    event(world, 'meeting_started', 'u1');
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    until(world, 600_000);
    event(world, 'meeting_started', 'u2');
    expect(world.get('bc_1').status).toBe('ended');
  });
});

describe('a meeting that Zoom has told to run', () => {
  it('is asked again soon when the start is refused as not started, not after the net of five minutes', () => {
    const world = story({}, true);
    event(world, 'meeting_started', 'u1');
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'not_started' });
    expect(world.get('bc_1').nextAttemptAt).toBeLessThanOrEqual(T0 + 20_000);
  });
});

describe('a successor', () => {
  it('is not held up by one that is live without a stop time', () => {
    const world = story({ lasts: null, window: 60_000 });
    world.add(broadcastOf({ ...PLAN, startIn: 300_000 }, 'bc_2'));
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    until(world, 300_000);
    world.wake('bc_2', 'start', STARTED);
    expect(world.get('bc_2')).toMatchObject({ status: 'live', reason: expect.stringContaining('already on') });
  });
});

describe('a broadcast whose job is lost', () => {
  it('becomes missed by its deadline', () => {
    const world = story({ window: 60_000 });
    until(world, 71_001);
    world.deadline('bc_1');
    expect(world.get('bc_1').status).toBe('missed');
  });
});

describe('a start whose connection broke after it had left', () => {
  const BROKEN: Outcome = { kind: 'transient', reason: 'connection reset', unknown: false };

  function broken(more: Parameters<typeof story>[0] = {}) {
    const world = story(more);
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, BROKEN);
    expect(world.get('bc_1')).toMatchObject({ status: 'starting', unknownStarts: 0, mayBeOn: true });
    return world;
  }

  it('is tried again soon, and stopped when it is canceled before that', () => {
    const world = broken();
    expect(world.get('bc_1').nextAttemptAt).toBeLessThan(T0 + 13_000);
    happen(world, { do: 'command', which: 0, name: 'cancel' });
    expect(world.get('bc_1').status).toBe('stopping');
  });

  it('is stopped at the stop time when no other start gets through', () => {
    const world = broken({ window: 35_000 });
    until(world, 46_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    until(world, 130_000);
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
    expect(world.get('bc_1').status).toBe('stopping');
  });

  it('is forgotten once the meeting is seen not to run', () => {
    const world = broken();
    world.pass(5_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'not_started' });
    happen(world, { do: 'command', which: 0, name: 'cancel' });
    expect(world.get('bc_1').status).toBe('canceled');
  });
});
