import { describe, expect, it } from 'vitest';
import { abandon } from '../../../../src/broadcasts/rules/transitions.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  STARTED,
  scheduled,
  starting,
  stepOf,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { command as ask } from '../../../support/rules/states.ts';

/** What a worker does when another one is gone, the window is over or a stop is due (`nextStep`). */

const PAUSE = { kind: 'rate_limited', scope: 'second', until: T0 + 40_000 } as const;
const command = (model: Model, name: 'cancel' | 'stop' | 'start' | 'retry') =>
  happen(model, { do: 'command', which: 0, name });

describe('a request whose worker is gone', () => {
  const lost = (model: Model) => {
    model.loseLease(model.flights[0] as never, true);
    model.pass(6_000);
    return model;
  };

  it('closes the gate for everybody, counted from the last moment it can have left', () => {
    const model = lost(starting());
    model.runJob('bc_1', 'start', STARTED);
    expect(model.meeting.gateUntil).toBe(T0 + 43_000);
  });

  it('ends in a stop when a person had canceled, due when the person asked', () => {
    const model = starting();
    until(model, 10_500);
    command(model, 'cancel');
    lost(model).runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({
      ...{ status: 'stopping', stopDueAt: T0 + 10_500, stopReason: 'canceled by api:test', cancelRequested: false },
    });
  });

  it('which wrote the destination only is canceled without a stop', () => {
    const model = scheduled({ destination: true });
    until(model, 9_000);
    model.runJob('bc_1', 'start', STARTED);
    command(model, 'cancel');
    lost(model).runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'canceled', reason: 'canceled by api:test', unknownStarts: 0 });
  });

  it('which wrote the destination is not counted as a start, and is sent again at once', () => {
    const model = scheduled({ destination: true });
    until(model, 9_000);
    model.runJob('bc_1', 'start', STARTED);
    lost(model);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    expect(model.get('bc_1')).toMatchObject({ unknownStarts: 0, mayBeOn: false, inFlight: { request: 'configure' } });
  });

  it('is sent again at once when it was a stop', () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    lost(model);
    model.deadline('bc_1');
    expect(model.get('bc_1')).toMatchObject({ status: 'stopping', mayBeOn: false, nextAttemptAt: T0 + 136_000 });
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
  });

  it('is a second start of two after a drop, and closes the gate, too', () => {
    const model = live({ lasts: 5_400_000 }, true);
    until(model, 60_000);
    event(model, 'stream_stopped', 'u1');
    model.runJob('bc_1', 'start', STARTED);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
    lost(model).runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({
      ...{ status: 'live', restartWanted: true, unknownStarts: 1, mayBeOn: true, nextAttemptAt: T0 + 93_000 },
    });
    expect(model.meeting.gateUntil).toBe(T0 + 93_000);
  });

  it('is no start when it was a change of view, though the stream has dropped meanwhile', () => {
    const model = live({ lasts: 5_400_000 }, true);
    change(model, { settings: { layout: 'speaker_view' } });
    model.runJob('bc_1', 'start', STARTED);
    event(model, 'stream_stopped', 'u1', -1);
    lost(model);
    model.deadline('bc_1');
    expect(model.get('bc_1')).toMatchObject({ status: 'live', restartWanted: true, unknownStarts: 0, mayBeOn: false });
    expect(model.meeting.gateUntil).toBe(0);
  });

  it('is in the history, with the moment of its claim', () => {
    const model = lost(starting());
    const [line] = abandon(model.snapshot('bc_1'), model.rules, 'worker:w2').history;
    expect(line).toMatchObject({
      ...{ type: 'request', reason: 'outcome unknown: w1 stopped during the request' },
      request: { action: 'start', claimedAt: T0 + 10_000 },
    });
  });

  it('is settled when an event had shown it on air: nothing more is planned', () => {
    const model = starting();
    event(model, 'stream_started', 'u1');
    lost(model).runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', nextAttemptAt: null, unknownStarts: 0, mayBeOn: false });
    expect(model.meeting.gateUntil).toBe(0);
  });
});

describe('the end of the window', () => {
  it('to its very millisecond: missed, or the stop time when a start may have worked', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 30_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1').status).toBe('missed');
    const unsure = starting({ window: 20_000 });
    answer(unsure, NO_ANSWER);
    until(unsure, 30_000);
    expect(stepOf(unsure, 'start')).toMatchObject({ do: 'wait', until: 130_000 });
    until(unsure, 130_000);
    unsure.runJob('bc_1', 'start', STARTED);
    expect(unsure.get('bc_1')).toMatchObject({ status: 'stopping', stopDueAt: T0 + 130_000 });
    const noStop = starting({ window: 20_000, lasts: null });
    answer(noStop, NO_ANSWER);
    until(noStop, 30_000);
    noStop.runJob('bc_1', 'start', STARTED);
    expect(noStop.get('bc_1').status).toBe('missed');
  });

  it('is what two starts without an answer wait for', () => {
    const model = starting({ window: 100_000 });
    answer(model, NO_ANSWER);
    until(model, 50_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 90_000);
    expect(stepOf(model, 'start')).toMatchObject({
      do: 'wait',
      until: 110_000,
      why: expect.stringContaining('no third'),
    });
  });

  it('shows no next try then, and says that a person has to check', () => {
    const model = starting({ window: 100_000 });
    answer(model, NO_ANSWER);
    until(model, 50_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    const shown = {
      status: 'starting',
      nextAttemptAt: null,
      reason: expect.stringMatching(/no third.*check the meeting/),
    };
    expect(model.get('bc_1')).toMatchObject(shown);
    // The gate that the second one closed is nothing to wait for.
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject(shown);
    // As an earlier version has stored it, and after a pause of the account.
    model.broadcasts.set('bc_1', { ...model.get('bc_1'), nextAttemptAt: T0 + 80_000, reason: 'no answer' });
    until(model, 80_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject(shown);
    expect(ask(model, 'start')).toBe('too_late');
    expect(ask(model, 'cancel')).toBe('done');
    expect(model.get('bc_1').status).toBe('stopping');
  });

  it('shows none either when a worker went away in the second', () => {
    const model = starting({ window: 100_000 });
    answer(model, NO_ANSWER);
    until(model, 50_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    model.loseLease(model.flights[0] as never, true);
    model.pass(6_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({ nextAttemptAt: null, reason: expect.stringContaining('no third') });
  });
});

describe('a job that finds nothing to do', () => {
  const nothing = (why: string) => ({ do: 'nothing', why });

  it('says why', () => {
    expect(stepOf(live(), 'start')).toEqual(nothing('already live'));
    expect(stepOf(live({ lasts: null }), 'stop')).toEqual(nothing('no stop is planned'));
    expect(stepOf(scheduled({ lasts: null }), 'stop')).toEqual(nothing('no stop is planned'));
    const stopping = live();
    command(stopping, 'stop');
    expect(stepOf(stopping, 'start')).toEqual(nothing('already stopping'));
    const canceled = scheduled();
    command(canceled, 'cancel');
    expect(stepOf(canceled, 'start')).toEqual(nothing('already canceled'));
  });
});

describe('a stop job', () => {
  it('waits for its time: booked when it is live, else it ends a start that has not come about', () => {
    expect(stepOf(live(), 'stop')).toEqual({ do: 'wait', until: 130_000, why: 'not due', book: 'stop' });
    const model = scheduled();
    expect(stepOf(model, 'stop')).toEqual({ do: 'wait', until: 130_000, why: 'not due' });
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    expect(model.get('bc_1').status).toBe('missed');
  });

  it('that is tried again waits for its backoff', () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, NO_ANSWER);
    expect(stepOf(model, 'stop')).toMatchObject({ do: 'wait', until: 130_550, book: 'stop' });
  });

  it('that is tried again waits for its next try', () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, { ...PAUSE, until: T0 + 150_000 });
    expect(stepOf(model, 'stop')).toMatchObject({ do: 'wait', until: 150_000 });
  });

  it('checks before it believes 400/3000', () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, { kind: 'check_first', code: 'refused', advice: 'Do something.' });
    expect(stepOf(model, 'stop')).toEqual({ do: 'checkMeeting', why: 'code_3000' });
    model.runJob('bc_1', 'stop', WAITING);
    expect(model.get('bc_1').status).toBe('ended');
  });

  it('is not sent when Zoom has said that the stream is off since this one was live', () => {
    const at = (streamAt: number) => {
      const model = live();
      Object.assign(model.meeting, { stream: 'off', streamAt });
      until(model, 130_000);
      return model;
    };
    expect(stepOf(at(T0 + 9_999), 'stop')).toMatchObject({ do: 'send', request: 'stop' });
    const off = at(T0 + 10_000);
    off.runJob('bc_1', 'stop', STARTED);
    expect(off.get('bc_1')).toMatchObject({ status: 'ended', stoppedAt: T0 + 10_000 });
  });
});
