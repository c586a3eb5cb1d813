import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
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
  scheduled,
  starting,
  UNAVAILABLE,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** Answers that come when something else has been learned, or asked for (`onAnswer`). */

describe('an event that was quicker than the answer', () => {
  function quicker(): Model {
    const model = starting();
    until(model, 10_300);
    event(model, 'stream_started', 'u1');
    until(model, 10_500);
    return model;
  }

  it('leaves the answer to say when the request left', () => {
    const model = quicker();
    expect(get(model).startedAt).toBe(T0 + 10_300);
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'live', startedAt: T0 + 10_000, startLatenessMs: 0, confirmed: true });
  });

  it('decides against a refusal, and one without an answer closes no gate', () => {
    for (const result of [REFUSED, NO_ANSWER, UNAVAILABLE]) {
      const model = quicker();
      answer(model, result);
      expect(get(model)).toMatchObject({
        status: 'live',
        startedAt: T0 + 10_300,
        inFlight: null,
        unknownStarts: 0,
        mayBeOn: false,
      });
      expect(model.meeting.gateUntil).toBe(0);
    }
  });

  it('and a person who stops it then: the answer to the start changes nothing of that', () => {
    for (const result of [ACCEPTED, REFUSED, { kind: 'not_started' } as Outcome]) {
      const model = quicker();
      cancel(model);
      answer(model, result);
      expect(get(model)).toMatchObject({ status: 'stopping', stopDueAt: T0 + 10_500, nextAttemptAt: T0 + 10_500 });
    }
  });

  it('makes the answer to the configuration unimportant, also when it is stopped by then', () => {
    for (const stopped of [false, true]) {
      const model = configuring(10_000);
      answer(model, UNAVAILABLE);
      until(model, 11_000);
      model.runJob('bc_1', 'start', STARTED);
      event(model, 'stream_started', 'u1');
      if (stopped) happen(model, { do: 'command', which: 0, name: 'stop' });
      answer(model, REFUSED);
      expect(get(model)).toMatchObject({ status: stopped ? 'stopping' : 'live', inFlight: null, alerted: [] });
    }
  });
});

describe('the answer to a start that had been given up', () => {
  /** The worker stood still from T0 + 10 s on; another one has given its start up at T0 + 16 s. */
  function givenUp(): Model {
    const model = starting();
    model.loseLease(model.flights[0] as never, false);
    until(model, 16_000);
    model.runJob('bc_1', 'start', STARTED);
    return model;
  }

  it('is believed when it was accepted', () => {
    const model = givenUp();
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'live', startedAt: T0 + 10_000, startLatenessMs: 0, mayBeOn: false });
    expect(model.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 10_000 });
  });

  it('is not believed when something newer is known of the stream', () => {
    for (const [streamAt, status] of [
      [10_000, 'starting'],
      [9_999, 'live'],
    ] as const) {
      const model = givenUp();
      Object.assign(model.meeting, { stream: 'off', streamAt: T0 + streamAt });
      answer(model, ACCEPTED);
      expect(get(model).status).toBe(status);
    }
  });

  it('changes nothing when it was no success, nor one that has ended', () => {
    const refused = givenUp();
    answer(refused, REFUSED);
    expect(get(refused).status).toBe('starting');
    expect(refused.meeting.stream).toBe('unknown');
    const canceled = givenUp();
    canceled.runJob('bc_1', 'start', STARTED);
    cancel(canceled);
    until(canceled, 20_000);
    canceled.runJob('bc_1', 'stop', STARTED);
    canceled.answer(canceled.flights[1] as never, ACCEPTED);
    expect(get(canceled).status).toBe('ended');
    answer(canceled, ACCEPTED);
    expect(get(canceled).status).toBe('ended');
  });

  it('is believed when the meeting was thought not to run', () => {
    const model = givenUp();
    until(model, 43_000);
    model.runJob('bc_1', 'start', WAITING);
    expect(get(model).status).toBe('waiting');
    answer(model, ACCEPTED);
    expect(get(model).status).toBe('live');
  });

  it('brings none back that has been missed, but the stream is known to be on', () => {
    const model = starting({ window: 20_000, lasts: null });
    model.loseLease(model.flights[0] as never, false);
    until(model, 31_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(get(model).status).toBe('missed');
    answer(model, ACCEPTED);
    expect(get(model).status).toBe('missed');
    expect(model.meeting.stream).toBe('on');
  });

  it('is believed by the next plan of one that was missed and is tried again', () => {
    const model = starting({ window: 20_000, lasts: null });
    model.loseLease(model.flights[0] as never, false);
    until(model, 31_000);
    model.runJob('bc_1', 'start', STARTED);
    happen(model, { do: 'command', which: 0, name: 'retry' });
    expect(get(model).status).toBe('scheduled');
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'live', startedAt: T0 + 10_000 });
  });

  it('is no start when it wrote the destination', () => {
    const model = configuring();
    model.loseLease(model.flights[0] as never, false);
    until(model, 15_000);
    model.deadline('bc_1');
    answer(model, ACCEPTED);
    expect(get(model).status).toBe('scheduled');
    expect(model.meeting.stream).toBe('unknown');
  });

  it('leaves the state to the second one when that is under way', () => {
    const model = givenUp();
    until(model, 43_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.flights).toHaveLength(2);
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'starting', inFlight: { request: 'start' } });
    expect(model.meeting.stream).toBe('on');
  });

  it('pauses the account all the same', () => {
    const model = givenUp();
    answer(model, pause('second', 20_000));
    expect(model.pausedUntil).toBe(T0 + 20_000);
  });
});

describe('the answer to a stop that had been given up', () => {
  function givenUp(): Model {
    const model = live();
    until(model, 131_000);
    model.runJob('bc_1', 'stop', STARTED);
    model.loseLease(model.flights[0] as never, false);
    until(model, 137_000);
    model.deadline('bc_1');
    return model;
  }

  it('ends it when there was something to stop, or nothing', () => {
    for (const result of [ACCEPTED, { kind: 'not_started' } as Outcome]) {
      const model = givenUp();
      answer(model, result);
      expect(get(model)).toMatchObject({
        status: 'ended',
        stopLatenessMs: 1_000,
        stoppedAt: T0 + 131_000,
        reason: 'stop time',
      });
      expect(model.meeting).toMatchObject({ stream: 'off', streamAt: T0 + 137_000 });
    }
  });

  it('changes nothing when the second one had ended it', () => {
    const model = givenUp();
    model.runJob('bc_1', 'stop', STARTED);
    model.answer(model.flights[1] as never, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'ended', stoppedAt: T0 + 137_000 });
    answer(model, ACCEPTED);
    expect(get(model).stoppedAt).toBe(T0 + 137_000);
  });

  it('changes nothing when it failed', () => {
    const model = givenUp();
    answer(model, UNAVAILABLE);
    expect(get(model).status).toBe('stopping');
    expect(model.meeting.stream).toBe('on');
  });

  it('leaves the end to the second one when that is under way: it could hit the next stream', () => {
    const model = givenUp();
    model.runJob('bc_1', 'stop', STARTED);
    expect(model.flights).toHaveLength(2);
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'stopping', inFlight: { request: 'stop' } });
  });
});

describe('a meeting that starts or ends while the start is under way', () => {
  const during = (what: 'meeting_started' | 'meeting_ended', result: Outcome) => {
    const model = starting({ lasts: null }, true);
    until(model, 10_300);
    event(model, what, 'u1');
    until(model, 10_500);
    answer(model, result);
    return get(model);
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
    const model = live({ lasts: 5_400_000 }, true);
    until(model, 60_000);
    event(model, 'stream_stopped', 'u1');
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    model.broadcasts.set('bc_1', { ...get(model), drops });
    return model;
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
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    const [first] = model.flights;
    model.loseLease(first as never, false);
    until(model, 16_000);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 45_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.flights).toHaveLength(2);
    model.answer(first as never, { kind: 'refused', code: 'refused', advice: 'Do something.' });
    expect(model.get('bc_1')).toMatchObject({ status: 'starting', inFlight: { request: 'start' } });
  });
});
