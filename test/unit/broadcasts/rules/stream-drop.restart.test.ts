import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import { dropped, onAir, restarting, startJob } from '../../../support/rules/drops.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  NO_ANSWER,
  STARTED,
  type scheduled,
  stepOf,
  until,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** The start after a drop, and what its answers change. */

describe('the start after a drop', () => {
  it.each([
    ['gets no answer', (model: Model) => answer(model, NO_ANSWER)],
    ['is accepted', (model: Model) => answer(model, ACCEPTED)],
    ['loses its worker', (model: Model) => model.loseLease(model.flights[0] as never, true)],
  ])('that %s after the broadcast was stopped is followed by a stop', (_, end) => {
    const model = restarting();
    model.pass(1);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    end(model);
    model.pass(6_000);
    model.deadline('bc_1');
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    answer(model, ACCEPTED);
    expect(model.get('bc_1').status).toBe('ended');
  });

  it('without an answer counts its 30 s from the moment it can have reached Zoom, as any other', () => {
    const model = restarting();
    model.pass(5_000);
    answer(model, NO_ANSWER);
    expect(model.get('bc_1')).toMatchObject({ unknownStarts: 1, nextAttemptAt: T0 + 51_000 });
    expect(model.meeting.gateUntil).toBe(T0 + 51_000);
  });

  it('is no late start, also when the event of the stream is quicker than its answer', () => {
    const model = onAir();
    const { startedAt, startLatenessMs } = model.get('bc_1');
    model.pass(40_000);
    event(model, 'stream_stopped', 'u1');
    startJob(model);
    startJob(model);
    event(model, 'stream_started', 'u1', -1);
    answer(model, ACCEPTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', startedAt, startLatenessMs, alerted: [] });
  });

  it('is not repeated when the event of the drop comes again, though the clock of Zoom is ahead', () => {
    const model = onAir();
    event(model, 'stream_stopped', 'u1', -2_500);
    startJob(model);
    startJob(model);
    answer(model, ACCEPTED);
    event(model, 'stream_stopped', 'u1', -2_500);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', drops: 1, restartWanted: false });
  });

  it('restarts once for a drop, however many events report it', () => {
    const model = onAir();
    for (const age of [-1, -2, -3, -4]) event(model, 'stream_stopped', 'u1', age);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', drops: 1, restartWanted: true });
    event(model, 'stream_stopped', 'u1', -5, { operator: true });
    expect(model.get('bc_1').status).toBe('ended');
  });
});

describe('the answer to the start after a drop', () => {
  const answered = (result: Outcome, more: Parameters<typeof scheduled>[0] = {}) => {
    const model = restarting(more);
    until(model, 20_400);
    answer(model, result);
    return model;
  };

  it('that is accepted leaves nothing behind, and the stream is known to be on', () => {
    const model = answered(ACCEPTED);
    expect(get(model)).toMatchObject({
      ...{ status: 'live', restartWanted: false, nextAttemptAt: null, lookFirst: null, faults: 0 },
      ...{ mayBeOn: false, unknownStarts: 0, tokenRenewed: false },
    });
    expect(model.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 20_400, streamSource: 'answer' });
  });

  it('waits as long as a 429 says: the longer of the 30-second rule and Retry-After', () => {
    for (const [retryAfterMs, at] of [
      [null, 50_400],
      [5_000, 50_400],
      [90_000, 110_400],
    ] as const) {
      const model = answered({ kind: 'start_limited', retryAfterMs });
      expect(get(model)).toMatchObject({ nextAttemptAt: T0 + at, lookFirst: 'after_drop', restartWanted: true });
      expect(model.meeting.gateUntil).toBe(T0 + at);
    }
  });

  it('waits for the account', () => {
    const model = answered({ kind: 'rate_limited', scope: 'day', until: T0 + 60_000 });
    expect(get(model)).toMatchObject({ nextAttemptAt: T0 + 60_000, restartWanted: true, alerted: ['daily_limit'] });
    expect(model.pausedUntil).toBe(T0 + 60_000);
  });

  it('that was withdrawn is sent again at once', () => {
    const model = answered({ kind: 'withdrawn' });
    expect(get(model)).toMatchObject({ nextAttemptAt: T0 + 20_400, restartWanted: true, tokenRenewed: false });
    expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('is sent again with a new token once, then with backoff', () => {
    const model = answered({ kind: 'unauthorized' });
    expect(get(model)).toMatchObject({ status: 'live', tokenRenewed: true, nextAttemptAt: T0 + 20_400 });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'unauthorized' });
    expect(get(model)).toMatchObject({ status: 'live', restartWanted: true, faults: 1, nextAttemptAt: T0 + 20_950 });
  });

  it('leaves nothing of its tries behind when Zoom says that the stream is on again', () => {
    const model = answered({ kind: 'unauthorized' });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'unauthorized' });
    expect(get(model)).toMatchObject({ tokenRenewed: true, faults: 1 });
    event(model, 'stream_started', 'u1');
    expect(get(model)).toMatchObject({ restartWanted: false, tokenRenewed: false, faults: 0, nextAttemptAt: null });
  });

  it('is tried again after a transient error, with a growing backoff, and is not counted as one without an answer', () => {
    const model = answered({ kind: 'transient', reason: '503', unknown: false });
    expect(get(model)).toMatchObject({ nextAttemptAt: T0 + 20_950, faults: 1, unknownStarts: 0 });
    expect(stepOf(model, 'start')).toMatchObject({ do: 'wait', until: 20_950 });
    until(model, 20_950);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'transient', reason: '503', unknown: false });
    expect(get(model)).toMatchObject({ nextAttemptAt: T0 + 22_000, faults: 2 });
  });

  it('without an answer closes the gate and is checked before the second', () => {
    const model = answered(NO_ANSWER);
    expect(get(model)).toMatchObject({
      unknownStarts: 1,
      mayBeOn: true,
      lookFirst: 'after_drop',
      nextAttemptAt: T0 + 50_400,
    });
    expect(model.meeting.gateUntil).toBe(T0 + 50_400);
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
    const model = dropped();
    model.pausedUntil = T0 + 30_000;
    expect(stepOf(model, 'start')).toMatchObject({ do: 'wait', until: 30_000 });
    model.meeting.gateUntil = T0 + 40_000;
    expect(stepOf(model, 'start')).toMatchObject({ do: 'wait', until: 40_000 });
    until(model, 40_000);
    expect(stepOf(model, 'start')).toEqual({ do: 'checkMeeting', why: 'after_drop' });
    change(model, { stopAt: T0 + 40_000 });
    expect(stepOf(model, 'start')).toEqual({ do: 'nothing', why: 'the stop is due' });
  });
});
