import { describe, expect, it } from 'vitest';
import { abandon } from '../../../../src/broadcasts/rules/transitions.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  STARTED,
  starting,
  stepOf,
  story,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { command as ask } from '../../../support/rules/states.ts';

/** What a worker does when another one is gone, the window is over or a stop is due (`nextStep`). */

const PAUSE = { kind: 'rate_limited', scope: 'second', until: T0 + 40_000 } as const;
const command = (world: World, name: 'cancel' | 'stop' | 'start' | 'retry') =>
  happen(world, { do: 'command', which: 0, name });

describe('a request whose worker is gone', () => {
  const lost = (world: World) => {
    world.loseLease(world.flights[0] as never, true);
    world.pass(6_000);
    return world;
  };

  it('closes the gate for everybody, counted from the last moment it can have left', () => {
    const world = lost(starting());
    world.wake('bc_1', 'start', STARTED);
    expect(world.meeting.gateUntil).toBe(T0 + 43_000);
  });

  it('ends in a stop when a person had canceled, due when the person asked', () => {
    const world = starting();
    until(world, 10_500);
    command(world, 'cancel');
    lost(world).wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({
      ...{ status: 'stopping', stopDueAt: T0 + 10_500, stopReason: 'canceled by api:test', cancelRequested: false },
    });
  });

  it('which wrote the destination only is canceled without a stop', () => {
    const world = story({ destination: true });
    until(world, 9_000);
    world.wake('bc_1', 'start', STARTED);
    command(world, 'cancel');
    lost(world).wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'canceled', reason: 'canceled by api:test', unknownStarts: 0 });
  });

  it('which wrote the destination is not counted as a start, and is sent again at once', () => {
    const world = story({ destination: true });
    until(world, 9_000);
    world.wake('bc_1', 'start', STARTED);
    lost(world);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
    expect(world.get('bc_1')).toMatchObject({ unknownStarts: 0, mayBeOn: false, inFlight: { request: 'configure' } });
  });

  it('is sent again at once when it was a stop', () => {
    const world = live();
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    lost(world);
    world.deadline('bc_1');
    expect(world.get('bc_1')).toMatchObject({ status: 'stopping', mayBeOn: false, nextAttemptAt: T0 + 136_000 });
    expect(world.wake('bc_1', 'stop', STARTED)).toBe('send');
  });

  it('is a second start of two after a drop, and closes the gate, too', () => {
    const world = live({ lasts: 5_400_000 }, true);
    until(world, 60_000);
    event(world, 'stream_stopped', 'u1');
    world.wake('bc_1', 'start', STARTED);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('send');
    lost(world).wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({
      ...{ status: 'live', restartWanted: true, unknownStarts: 1, mayBeOn: true, nextAttemptAt: T0 + 93_000 },
    });
    expect(world.meeting.gateUntil).toBe(T0 + 93_000);
  });

  it('is no start when it was a change of view, though the stream has dropped meanwhile', () => {
    const world = live({ lasts: 5_400_000 }, true);
    change(world, { settings: { layout: 'speaker_view' } });
    world.wake('bc_1', 'start', STARTED);
    event(world, 'stream_stopped', 'u1', -1);
    lost(world);
    world.deadline('bc_1');
    expect(world.get('bc_1')).toMatchObject({ status: 'live', restartWanted: true, unknownStarts: 0, mayBeOn: false });
    expect(world.meeting.gateUntil).toBe(0);
  });

  it('is in the history, with the moment of its claim', () => {
    const world = lost(starting());
    const [line] = abandon(world.snapshot('bc_1'), world.rules, 'worker:w2').history;
    expect(line).toMatchObject({
      ...{ type: 'request', reason: 'outcome unknown: w1 stopped during the request' },
      request: { action: 'start', claimedAt: T0 + 10_000 },
    });
  });

  it('is settled when an event had shown it on air: nothing more is planned', () => {
    const world = starting();
    event(world, 'stream_started', 'u1');
    lost(world).wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'live', nextAttemptAt: null, unknownStarts: 0, mayBeOn: false });
    expect(world.meeting.gateUntil).toBe(0);
  });
});

describe('the end of the window', () => {
  it('to its very millisecond: missed, or the stop time when a start may have worked', () => {
    const world = story({ window: 20_000 });
    until(world, 30_000);
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1').status).toBe('missed');
    const unsure = starting({ window: 20_000 });
    answer(unsure, NO_ANSWER);
    until(unsure, 30_000);
    expect(stepOf(unsure, 'start')).toMatchObject({ do: 'wait', until: 130_000 });
    until(unsure, 130_000);
    unsure.wake('bc_1', 'start', STARTED);
    expect(unsure.get('bc_1')).toMatchObject({ status: 'stopping', stopDueAt: T0 + 130_000 });
    const noStop = starting({ window: 20_000, lasts: null });
    answer(noStop, NO_ANSWER);
    until(noStop, 30_000);
    noStop.wake('bc_1', 'start', STARTED);
    expect(noStop.get('bc_1').status).toBe('missed');
  });

  it('is what two starts without an answer wait for', () => {
    const world = starting({ window: 100_000 });
    answer(world, NO_ANSWER);
    until(world, 50_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    until(world, 90_000);
    expect(stepOf(world, 'start')).toMatchObject({
      do: 'wait',
      until: 110_000,
      why: expect.stringContaining('no third'),
    });
  });

  it('shows no next try then, and says that a person has to look', () => {
    const world = starting({ window: 100_000 });
    answer(world, NO_ANSWER);
    until(world, 50_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, NO_ANSWER);
    const shown = {
      status: 'starting',
      nextAttemptAt: null,
      reason: expect.stringMatching(/no third.*check the meeting/),
    };
    expect(world.get('bc_1')).toMatchObject(shown);
    // The gate that the second one closed is nothing to wait for.
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject(shown);
    // As an earlier version has stored it, and after a pause of the account.
    world.broadcasts.set('bc_1', { ...world.get('bc_1'), nextAttemptAt: T0 + 80_000, reason: 'no answer' });
    until(world, 80_000);
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject(shown);
    expect(ask(world, 'start')).toBe('too_late');
    expect(ask(world, 'cancel')).toBe('done');
    expect(world.get('bc_1').status).toBe('stopping');
  });

  it('shows none either when a worker went away in the second', () => {
    const world = starting({ window: 100_000 });
    answer(world, NO_ANSWER);
    until(world, 50_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    world.loseLease(world.flights[0] as never, true);
    world.pass(6_000);
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({ nextAttemptAt: null, reason: expect.stringContaining('no third') });
  });
});

describe('a job that finds nothing to do', () => {
  const nothing = (why: string) => ({ do: 'nothing', why });

  it('says why', () => {
    expect(stepOf(live(), 'start')).toEqual(nothing('already live'));
    expect(stepOf(live({ lasts: null }), 'stop')).toEqual(nothing('no stop is planned'));
    expect(stepOf(story({ lasts: null }), 'stop')).toEqual(nothing('no stop is planned'));
    const stopping = live();
    command(stopping, 'stop');
    expect(stepOf(stopping, 'start')).toEqual(nothing('already stopping'));
    const canceled = story();
    command(canceled, 'cancel');
    expect(stepOf(canceled, 'start')).toEqual(nothing('already canceled'));
  });
});

describe('a stop job', () => {
  it('waits for its time: booked when it is live, else it ends a start that has not come about', () => {
    expect(stepOf(live(), 'stop')).toEqual({ do: 'wait', until: 130_000, why: 'not due', book: 'stop' });
    const world = story();
    expect(stepOf(world, 'stop')).toEqual({ do: 'wait', until: 130_000, why: 'not due' });
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    expect(world.get('bc_1').status).toBe('missed');
  });

  it('that is tried again waits for its backoff', () => {
    const world = live();
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, NO_ANSWER);
    expect(stepOf(world, 'stop')).toMatchObject({ do: 'wait', until: 130_550, book: 'stop' });
  });

  it('that is tried again waits for its next try', () => {
    const world = live();
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, { ...PAUSE, until: T0 + 150_000 });
    expect(stepOf(world, 'stop')).toMatchObject({ do: 'wait', until: 150_000 });
  });

  it('looks before it believes 400/3000', () => {
    const world = live();
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, { kind: 'check_first', code: 'refused', advice: 'Do something.' });
    expect(stepOf(world, 'stop')).toEqual({ do: 'checkMeeting', why: 'code_3000' });
    world.wake('bc_1', 'stop', WAITING);
    expect(world.get('bc_1').status).toBe('ended');
  });

  it('is not sent when Zoom has said that the stream is off since this one was live', () => {
    const at = (streamAt: number) => {
      const world = live();
      Object.assign(world.meeting, { stream: 'off', streamAt });
      until(world, 130_000);
      return world;
    };
    expect(stepOf(at(T0 + 9_999), 'stop')).toMatchObject({ do: 'send', request: 'stop' });
    const off = at(T0 + 10_000);
    off.wake('bc_1', 'stop', STARTED);
    expect(off.get('bc_1')).toMatchObject({ status: 'ended', stoppedAt: T0 + 10_000 });
  });
});
