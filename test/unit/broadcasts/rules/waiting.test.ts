import { describe, expect, it } from 'vitest';
import { jobIdOf } from '../../../../src/broadcasts/rules/timers.ts';
import { pollDelayMs } from '../../../../src/broadcasts/rules/waiting.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { answer, event, STARTED, scheduled, until, WAITING } from '../../../support/rules/scenario.ts';
import { waiting } from '../../../support/rules/states.ts';

/** When a meeting that waits for its host is asked about (`pollDelayMs`). */

const least = () => 0;
const half = () => 0.5;
const most = () => 1;

const next = (model: Model) => (model.get('bc_1').nextAttemptAt ?? Number.NaN) - T0;

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
    const model = waiting({ lasts: null });
    for (const after of [9_500, 9_500, 9_500, 14_250, 19_000]) {
      const { nextAttemptAt } = model.get('bc_1');
      expect(nextAttemptAt).toBe(model.now + after);
      model.pass(after);
      expect(model.runJob('bc_1', 'start', WAITING)).toBe('checkMeeting');
    }
  });

  it('comes no later than the end of the window', () => {
    expect(next(waiting({ window: 5_000 }))).toBe(15_000);
  });

  it('checks a meeting, and starts a webinar', () => {
    const meeting = waiting();
    until(meeting, 70_000);
    expect(meeting.runJob('bc_1', 'start', STARTED)).toBe('checkMeeting');
    const webinar = waiting({ kind: 'webinar' });
    expect(webinar.get('bc_1').lookFirst).toBeNull();
    until(webinar, 70_000);
    expect(webinar.runJob('bc_1', 'start', STARTED)).toBe('send');
  });

  it('comes within 10 s when Zoom had said that the meeting runs, not for a webinar', () => {
    const meeting = scheduled({}, true);
    event(meeting, 'meeting_started', 'u1');
    until(meeting, 10_000);
    meeting.runJob('bc_1', 'start', STARTED);
    // It has been checked often: the next check would come after half a minute.
    meeting.broadcasts.set('bc_1', { ...meeting.get('bc_1'), polls: 9 });
    answer(meeting, { kind: 'not_started' });
    expect(next(meeting)).toBe(20_000);
    const webinar = scheduled({ kind: 'webinar' }, true);
    event(webinar, 'meeting_started', 'u1');
    until(webinar, 10_000);
    webinar.runJob('bc_1', 'start', STARTED);
    answer(webinar, { kind: 'not_started' });
    expect(next(webinar)).toBe(70_000);
  });
});

describe('the host who comes', () => {
  it('while it waits, brings the start at once, with a job of a new id', () => {
    const model = waiting({}, true);
    until(model, 25_000);
    const id = jobIdOf(model.get('bc_1'), 'start');
    event(model, 'meeting_started', 'u1');
    expect(next(model)).toBe(25_000);
    expect(jobIdOf(model.get('bc_1'), 'start')).not.toBe(id);
    expect(model.runJob('bc_1', 'start', WAITING)).toBe('send');
  });

  it('while the start is under way, brings the next one at once though this one was too early', () => {
    const model = scheduled({}, true);
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 10_400);
    event(model, 'meeting_started', 'u1');
    until(model, 10_500);
    answer(model, { kind: 'not_started' });
    expect(next(model)).toBe(10_500);
    expect(model.runJob('bc_1', 'start', WAITING)).toBe('send');
  });

  it('finds the start gate closed and waits for it', () => {
    const model = scheduled({ lasts: null }, true);
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'start_limited', retryAfterMs: 90_000 });
    event(model, 'meeting_started', 'u1');
    until(model, 11_000);
    event(model, 'meeting_ended', 'u1');
    expect(model.get('bc_1').status).toBe('waiting');
    until(model, 15_000);
    event(model, 'meeting_started', 'u2');
    expect(next(model)).toBe(100_000);
  });
});
