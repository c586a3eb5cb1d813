import { describe, expect, it } from 'vitest';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  change,
  LIMITED,
  live,
  NO_ANSWER,
  PLAN,
  pause,
  STARTED,
  scheduled,
  starting,
  stepOf,
  UNAVAILABLE,
  until,
} from '../../../support/rules/scenario.ts';

/** What a worker does that comes too early or at a bad moment (`nextStep`). */

describe('a start that is not due', () => {
  it('is booked for its moment', () => {
    expect(stepOf(scheduled(), 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due', book: 'start' });
  });

  it('is not booked where the next thing is a poll, or the end of the window', () => {
    const waits = starting();
    answer(waits, { kind: 'not_started' });
    expect(stepOf(waits, 'start')).toEqual({ do: 'wait', until: 19_500, why: 'not due' });
    const over = starting({ window: 20_000 });
    answer(over, NO_ANSWER);
    expect(stepOf(over, 'start')).toEqual({ do: 'wait', until: 30_000, why: 'not due' });
    const closes = scheduled({ window: 5_000 });
    const gate = { gateUntil: T0 + 40_000 };
    Object.assign(closes.meeting, gate);
    until(closes, 10_000);
    expect(closes.runJob('bc_1', 'start', STARTED)).toBe('wait');
    expect(closes.get('bc_1')).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 15_000 });
  });
});

describe('a destination', () => {
  it('is written 1.5 s before the start, not before, and once', () => {
    const model = scheduled({ destination: true });
    expect(stepOf(model, 'start')).toEqual({ do: 'wait', until: 8_500, why: 'not due' });
    until(model, 8_499);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    until(model, 8_500);
    expect(stepOf(model, 'start')).toEqual({ do: 'send', request: 'configure', due: T0 + 8_500 });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    expect(stepOf(model, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due', book: 'start' });
    until(model, 10_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'send', request: 'start', due: T0 + 10_000 });
  });

  it('is written at the start when there was no time for it before', () => {
    const model = scheduled({ destination: true });
    until(model, 12_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'send', request: 'configure', due: T0 + 10_000 });
  });

  it('is not written while the account pauses, nor while another broadcast of the meeting is on air', () => {
    const paused = scheduled({ destination: true });
    until(paused, 9_000);
    paused.pausedUntil = T0 + 9_700;
    expect(stepOf(paused, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due' });
    const busy = scheduled({ destination: true });
    busy.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000 }, 'bc_0'), status: 'live' });
    until(busy, 9_000);
    expect(stepOf(busy, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due' });
  });

  it('that was withdrawn is tried again in its own time', () => {
    const model = scheduled({ destination: true });
    until(model, 8_500);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'transient', reason: '503', unknown: false });
    // Half of the first second, from the floor on.
    expect(stepOf(model, 'start')).toMatchObject({ do: 'wait', until: 9_050 });
  });
});

describe('the start gate', () => {
  it('closed by another broadcast holds this one back, to its very millisecond, and asks for a check after it', () => {
    const model = scheduled();
    model.meeting.gateUntil = T0 + 30_000;
    until(model, 10_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    expect(model.get('bc_1')).toMatchObject({
      status: 'starting',
      lookFirst: 'after_429',
      nextAttemptAt: T0 + 30_000,
      reason: expect.stringContaining('30-second rule'),
    });
    until(model, 30_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'checkMeeting', why: 'after_429' });
  });

  it('leaves a reason for a check that is there already', () => {
    const model = starting({ lasts: null });
    answer(model, { kind: 'not_started' });
    model.meeting.gateUntil = T0 + 60_000;
    until(model, 21_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 60_000 });
  });

  it('needs no check of a webinar, which has no status', () => {
    const model = starting({ kind: 'webinar' });
    answer(model, LIMITED);
    until(model, 40_000);
    expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });
});

describe('the pause of the account', () => {
  it('holds a start back to its very millisecond, without a check after it', () => {
    const model = scheduled();
    model.pausedUntil = T0 + 20_000;
    until(model, 10_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    expect(model.get('bc_1')).toMatchObject({ status: 'starting', lookFirst: null, nextAttemptAt: T0 + 20_000 });
    until(model, 20_000);
    expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('holds a stop back to its very millisecond', () => {
    const model = live();
    model.pausedUntil = T0 + 140_000;
    until(model, 139_999);
    expect(stepOf(model, 'stop')).toMatchObject({ do: 'wait', until: 140_000 });
    until(model, 140_000);
    expect(stepOf(model, 'stop')).toEqual({ do: 'send', request: 'stop', due: T0 + 130_000 });
  });

  it('shows in the record that a stop waits for it, and until when', () => {
    const pausing = { status: 'stopping', reason: expect.stringContaining('the account is paused') };
    const model = live();
    until(model, 130_000);
    model.pausedUntil = T0 + 140_000;
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('wait');
    const shown = { ...pausing, nextAttemptAt: T0 + 140_000, stopDueAt: T0 + 130_000, stopReason: 'stop time' };
    expect(model.get('bc_1')).toMatchObject(shown);
    until(model, 140_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, UNAVAILABLE);
    // Another broadcast of the account meets its limit: what this one met before is no reason any more.
    model.pausedUntil = T0 + 200_000;
    until(model, 150_000);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('wait');
    expect(model.get('bc_1')).toMatchObject({ ...pausing, nextAttemptAt: T0 + 200_000, stopDueAt: T0 + 130_000 });
    until(model, 200_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, pause('day', 260_000));
    expect(model.get('bc_1')).toMatchObject({ ...pausing, nextAttemptAt: T0 + 260_000 });
  });

  it('is the reason of a start that it holds back, not what an earlier try met', () => {
    const model = starting();
    answer(model, UNAVAILABLE);
    model.pausedUntil = T0 + 40_000;
    until(model, 20_000);
    model.runJob('bc_1', 'start', STARTED);
    const reason = expect.stringContaining('the account is paused');
    expect(model.get('bc_1')).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 40_000, reason });
  });

  it('holds a change of view back, and so does its backoff', () => {
    const model = live();
    change(model, { settings: { layout: 'speaker_view' } });
    model.pausedUntil = T0 + 20_000;
    expect(stepOf(model, 'start')).toEqual({ do: 'wait', until: 20_000, why: 'not due' });
    until(model, 20_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'send', request: 'mode', due: T0 + 20_000 });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'transient', reason: '503', unknown: false });
    expect(stepOf(model, 'start')).toEqual({ do: 'wait', until: 20_550, why: 'not due' });
  });
});

describe('a stream that is on already', () => {
  const on = (source: 'event' | 'answer', ageMs: number) => {
    const model = scheduled();
    until(model, 10_000);
    Object.assign(model.meeting, { stream: 'on', streamAt: model.now - ageMs, streamSource: source });
    return model;
  };

  it('needs no start, and is confirmed when Zoom itself has said so', () => {
    for (const source of ['event', 'answer'] as const) {
      const model = on(source, 4_000);
      model.runJob('bc_1', 'start', STARTED);
      expect(model.get('bc_1')).toMatchObject({
        ...{ status: 'live', startedAt: T0 + 6_000, confirmed: source === 'event', tokenRenewed: false },
        reason: `the stream was already on (since ${new Date(T0 + 6_000).toISOString()})`,
      });
    }
  });

  it('is believed for twelve hours', () => {
    expect(stepOf(on('event', 12 * 3_600_000 - 1), 'start')).toMatchObject({ do: 'commit' });
    expect(stepOf(on('event', 12 * 3_600_000), 'start')).toMatchObject({ do: 'send', request: 'start' });
  });
});

describe('two broadcasts of a meeting', () => {
  const second = (status: 'starting' | 'live' | 'stopping' | 'scheduled' | 'waiting', more = {}) => {
    const model = scheduled();
    model.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000, ...more }, 'bc_0'), status });
    until(model, 10_000);
    return stepOf(model, 'start');
  };
  const waits = { do: 'wait', until: 10_100, why: 'waiting for bc_0 to stop' };
  const sends = { do: 'send', request: 'start', due: T0 + 10_000 };

  it('the later one waits for one that is on air, starting or being stopped, and for no other', () => {
    for (const status of ['starting', 'live', 'stopping'] as const) expect(second(status)).toEqual(waits);
    for (const status of ['scheduled', 'waiting'] as const) expect(second(status)).toEqual(sends);
  });

  it('it does not wait for one that began with it, later than it, or that ends after its start', () => {
    for (const startIn of [10_000, 20_000]) expect(second('stopping', { startIn })).toEqual(sends);
    expect(second('live', { lasts: 70_001 })).toEqual(sends);
    expect(second('live', { lasts: null, window: 70_000 })).toEqual(sends);
  });

  it('checks again after a tenth of the time that it has waited, after a second at most', () => {
    const model = scheduled();
    model.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000 }, 'bc_0'), status: 'live' });
    const gaps = [10_000, 10_900, 15_000, 25_000].map((at) => {
      until(model, at);
      return (stepOf(model, 'start') as { until: number }).until - at;
    });
    expect(gaps).toEqual([100, 100, 500, 1_000]);
  });

  it('one whose own state was written between the reading and the decision does not wait for itself', () => {
    const model = scheduled();
    until(model, 10_000);
    const step = { ...model.snapshot('bc_1') };
    expect(step.siblings.map(({ id }) => id)).toContain('bc_1');
    expect(stepOf(model, 'start')).toEqual(sends);
  });
});

describe('a start', () => {
  it('waits for the very millisecond it is due', () => {
    const model = scheduled();
    until(model, 9_999);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    until(model, 10_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('send');
  });

  it('is nothing to the job of an older plan', () => {
    const model = scheduled();
    change(model, { startAt: T0 + 20_000 });
    until(model, 20_000);
    expect(model.runJob('bc_1', 'start', STARTED, 1)).toBe('nothing');
  });

  it('is sent twice at most when nobody answers', () => {
    const model = scheduled({ lasts: null });
    for (const at of [10_000, 50_000, 90_000, 130_000, 170_000]) {
      until(model, at);
      const step = model.runJob('bc_1', 'start', STARTED);
      if (step === 'checkMeeting') model.runJob('bc_1', 'start', STARTED);
      if (model.flights.length > 0) answer(model, NO_ANSWER);
    }
    expect(model.log.filter((line) => line.includes('request: start'))).toHaveLength(2);
  });

  it('of a worker that died may have worked: the next one waits for 30 s', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    model.loseLease(model.flights[0] as never, true);
    until(model, 16_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('wait');
    // It may have left up to 3 s after its claim.
    expect(model.get('bc_1')).toMatchObject({ unknownStarts: 1, nextAttemptAt: T0 + 43_000 });
  });
});
