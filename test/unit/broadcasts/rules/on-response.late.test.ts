import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  cancel,
  configuring,
  decide,
  event,
  LIMITED,
  live,
  NO_ANSWER,
  pause,
  REFUSED,
  STARTED,
  starting,
  story,
  UNAVAILABLE,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** Answers that come when something else has been learned, or asked for (`onAnswer`). */

const get = (world: World) => world.get('bc_1');

describe('an event that was quicker than the answer', () => {
  function quicker(): World {
    const world = starting();
    until(world, 10_300);
    event(world, 'stream_started', 'u1');
    until(world, 10_500);
    return world;
  }

  it('leaves the answer to say when the request left', () => {
    const world = quicker();
    expect(get(world).startedAt).toBe(T0 + 10_300);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'live', startedAt: T0 + 10_000, startLatenessMs: 0, confirmed: true });
  });

  it('decides against a refusal, and one without an answer closes no gate', () => {
    for (const result of [REFUSED, NO_ANSWER, UNAVAILABLE]) {
      const world = quicker();
      answer(world, result);
      expect(get(world)).toMatchObject({
        status: 'live',
        startedAt: T0 + 10_300,
        inFlight: null,
        unknownStarts: 0,
        mayBeOn: false,
      });
      expect(world.meeting.gateUntil).toBe(0);
    }
  });

  it('and a person who stops it then: the answer to the start changes nothing of that', () => {
    for (const result of [ACCEPTED, REFUSED, { kind: 'not_started' } as Outcome]) {
      const world = quicker();
      cancel(world);
      answer(world, result);
      expect(get(world)).toMatchObject({ status: 'stopping', stopDueAt: T0 + 10_500, nextAttemptAt: T0 + 10_500 });
    }
  });

  it('makes the answer to the configuration unimportant, also when it is stopped by then', () => {
    for (const stopped of [false, true]) {
      const world = configuring(10_000);
      answer(world, UNAVAILABLE);
      until(world, 11_000);
      world.wake('bc_1', 'start', STARTED);
      event(world, 'stream_started', 'u1');
      if (stopped) happen(world, { do: 'command', which: 0, name: 'stop' });
      answer(world, REFUSED);
      expect(get(world)).toMatchObject({ status: stopped ? 'stopping' : 'live', inFlight: null, alerted: [] });
    }
  });
});

describe('the answer to a start that had been given up', () => {
  /** The worker stood still from T0 + 10 s on; another one has given its start up at T0 + 16 s. */
  function givenUp(): World {
    const world = starting();
    world.loseLease(world.flights[0] as never, false);
    until(world, 16_000);
    world.wake('bc_1', 'start', STARTED);
    return world;
  }

  it('is believed when it was accepted', () => {
    const world = givenUp();
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'live', startedAt: T0 + 10_000, startLatenessMs: 0, mayBeOn: false });
    expect(world.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 10_000 });
  });

  it('is not believed when something newer is known of the stream', () => {
    for (const [streamAt, status] of [
      [10_000, 'starting'],
      [9_999, 'live'],
    ] as const) {
      const world = givenUp();
      Object.assign(world.meeting, { stream: 'off', streamAt: T0 + streamAt });
      answer(world, ACCEPTED);
      expect(get(world).status).toBe(status);
    }
  });

  it('changes nothing when it was no success, nor one that has ended', () => {
    const refused = givenUp();
    answer(refused, REFUSED);
    expect(get(refused).status).toBe('starting');
    expect(refused.meeting.stream).toBe('unknown');
    const canceled = givenUp();
    canceled.wake('bc_1', 'start', STARTED);
    cancel(canceled);
    until(canceled, 20_000);
    canceled.wake('bc_1', 'stop', STARTED);
    canceled.answer(canceled.flights[1] as never, ACCEPTED);
    expect(get(canceled).status).toBe('ended');
    answer(canceled, ACCEPTED);
    expect(get(canceled).status).toBe('ended');
  });

  it('is believed when the meeting was thought not to run', () => {
    const world = givenUp();
    until(world, 43_000);
    world.wake('bc_1', 'start', WAITING);
    expect(get(world).status).toBe('waiting');
    answer(world, ACCEPTED);
    expect(get(world).status).toBe('live');
  });

  it('brings none back that has been missed, but the stream is known to be on', () => {
    const world = starting({ window: 20_000, lasts: null });
    world.loseLease(world.flights[0] as never, false);
    until(world, 31_000);
    world.wake('bc_1', 'start', STARTED);
    expect(get(world).status).toBe('missed');
    answer(world, ACCEPTED);
    expect(get(world).status).toBe('missed');
    expect(world.meeting.stream).toBe('on');
  });

  it('is believed by the next plan of one that was missed and is tried again', () => {
    const world = starting({ window: 20_000, lasts: null });
    world.loseLease(world.flights[0] as never, false);
    until(world, 31_000);
    world.wake('bc_1', 'start', STARTED);
    happen(world, { do: 'command', which: 0, name: 'retry' });
    expect(get(world).status).toBe('scheduled');
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'live', startedAt: T0 + 10_000 });
  });

  it('is no start when it wrote the destination', () => {
    const world = configuring();
    world.loseLease(world.flights[0] as never, false);
    until(world, 15_000);
    world.deadline('bc_1');
    answer(world, ACCEPTED);
    expect(get(world).status).toBe('scheduled');
    expect(world.meeting.stream).toBe('unknown');
  });

  it('leaves the state to the second one when that is under way', () => {
    const world = givenUp();
    until(world, 43_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    expect(world.flights).toHaveLength(2);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'starting', inFlight: { request: 'start' } });
    expect(world.meeting.stream).toBe('on');
  });

  it('pauses the account all the same', () => {
    const world = givenUp();
    answer(world, pause('second', 20_000));
    expect(world.pausedUntil).toBe(T0 + 20_000);
  });
});

describe('the answer to a stop that had been given up', () => {
  function givenUp(): World {
    const world = live();
    until(world, 131_000);
    world.wake('bc_1', 'stop', STARTED);
    world.loseLease(world.flights[0] as never, false);
    until(world, 137_000);
    world.deadline('bc_1');
    return world;
  }

  it('ends it when there was something to stop, or nothing', () => {
    for (const result of [ACCEPTED, { kind: 'not_started' } as Outcome]) {
      const world = givenUp();
      answer(world, result);
      expect(get(world)).toMatchObject({
        status: 'ended',
        stopLatenessMs: 1_000,
        stoppedAt: T0 + 131_000,
        reason: 'stop time',
      });
      expect(world.meeting).toMatchObject({ stream: 'off', streamAt: T0 + 137_000 });
    }
  });

  it('changes nothing when the second one had ended it', () => {
    const world = givenUp();
    world.wake('bc_1', 'stop', STARTED);
    world.answer(world.flights[1] as never, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'ended', stoppedAt: T0 + 137_000 });
    answer(world, ACCEPTED);
    expect(get(world).stoppedAt).toBe(T0 + 137_000);
  });

  it('changes nothing when it failed', () => {
    const world = givenUp();
    answer(world, UNAVAILABLE);
    expect(get(world).status).toBe('stopping');
    expect(world.meeting.stream).toBe('on');
  });

  it('leaves the end to the second one when that is under way: it could hit the next stream', () => {
    const world = givenUp();
    world.wake('bc_1', 'stop', STARTED);
    expect(world.flights).toHaveLength(2);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'stopping', inFlight: { request: 'stop' } });
  });
});

describe('a meeting that starts or ends while the start is under way', () => {
  const during = (what: 'meeting_started' | 'meeting_ended', result: Outcome) => {
    const world = starting({ lasts: null }, true);
    until(world, 10_300);
    event(world, what, 'u1');
    until(world, 10_500);
    answer(world, result);
    return get(world);
  };

  it('brings the next start only of one that waits for it', () => {
    expect(during('meeting_started', { kind: 'not_started' })).toMatchObject({ nextAttemptAt: T0 + 10_500 });
    expect(during('meeting_started', ACCEPTED)).toMatchObject({ status: 'live', nextAttemptAt: null });
    expect(during('meeting_started', LIMITED)).toMatchObject({ lookFirst: 'after_429', nextAttemptAt: T0 + 40_500 });
  });

  it('is waited for as ever when it ended', () => {
    const net = { status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 20_000 };
    expect(during('meeting_ended', { kind: 'not_started' })).toMatchObject(net);
  });
});

describe('the start after a drop, answered when the broadcast is being stopped', () => {
  const stopped = (drops: number) => {
    const world = live({ lasts: 5_400_000 }, true);
    until(world, 60_000);
    event(world, 'stream_stopped', 'u1');
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    happen(world, { do: 'command', which: 0, name: 'stop' });
    world.broadcasts.set('bc_1', { ...get(world), drops });
    return world;
  };

  it('may have brought the stream back unless Zoom has refused it', () => {
    expect(decide(stopped(1), REFUSED).next.mayBeOn).toBe(false);
    expect(decide(stopped(1), ACCEPTED).next.mayBeOn).toBe(true);
    expect(decide(stopped(0), ACCEPTED).next.mayBeOn).toBe(false);
    expect(decide(stopped(1), NO_ANSWER, { answer: null }).next.mayBeOn).toBe(true);
    expect(decide(stopped(1), UNAVAILABLE, { answer: null, sentAt: null }).next.mayBeOn).toBe(false);
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
