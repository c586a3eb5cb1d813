import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  change,
  event,
  live,
  NO_ANSWER,
  PLAN,
  STARTED,
  scheduled,
  stepOf,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** When a stream that drops is started again, and what the answers to that start change. */

const OTHER_MINUTE = 60_000;

/** Ten seconds after it went on air, planned for an hour and a half. */
function onAir(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = live({ lasts: 5_400_000, ...more }, true);
  until(model, 20_000);
  return model;
}

/** What the start job of the broadcast does, up to what it must wait for. */
const startJob = (model: Model, shows = STARTED) => model.runJob('bc_1', 'start', shows);

describe('a stream that stops by itself', () => {
  it('is started again three times, each after a check of the meeting, and then left off', () => {
    const model = onAir();
    for (const drops of [1, 2, 3]) {
      event(model, 'stream_stopped', 'u1');
      expect(model.get('bc_1')).toMatchObject({ status: 'live', drops, restartWanted: true });
      expect(startJob(model)).toBe('checkMeeting');
      expect(startJob(model)).toBe('send');
      answer(model, ACCEPTED);
      expect(model.get('bc_1')).toMatchObject({ status: 'live', restartWanted: false, nextAttemptAt: null });
      model.pass(40_000);
    }
    event(model, 'stream_stopped', 'u1');
    expect(model.get('bc_1')).toMatchObject({ status: 'ended', reason: expect.stringContaining('ended in Zoom') });
  });

  it('is not started again when the check shows that the meeting has ended', () => {
    const model = onAir();
    event(model, 'stream_stopped', 'u1');
    expect(startJob(model, WAITING)).toBe('checkMeeting');
    expect(model.get('bc_1')).toMatchObject({ status: 'ended', reason: 'the meeting has ended' });
  });

  it('is not started again when a person stopped it, or when it shall be left', () => {
    const byPerson = onAir();
    event(byPerson, 'stream_stopped', 'u1', 0, { operator: true });
    expect(byPerson.get('bc_1').status).toBe('ended');
    const left = onAir({ onDrop: 'leave' });
    event(left, 'stream_stopped', 'u1');
    expect(left.get('bc_1').status).toBe('ended');
  });

  it('keeps the 30-second rule, and checks again after it', () => {
    const model = onAir();
    event(model, 'stream_stopped', 'u1');
    startJob(model);
    startJob(model);
    answer(model, { kind: 'start_limited', retryAfterMs: null });
    model.pass(29_999);
    expect(startJob(model)).toBe('wait');
    model.pass(1);
    expect(startJob(model)).toBe('checkMeeting');
    expect(startJob(model)).toBe('send');
  });

  it('is left to people after two starts without an answer', () => {
    const model = onAir();
    event(model, 'stream_stopped', 'u1');
    for (const _ of [1, 2]) {
      startJob(model);
      startJob(model);
      answer(model, NO_ANSWER);
      model.pass(31_000);
    }
    expect(model.get('bc_1')).toMatchObject({ status: 'live', restartWanted: false });
    expect(model.get('bc_1').reason).toMatch(/may have worked/);
    expect(startJob(model)).toBe('nothing');
  });

  it('ends at the stop time, whatever becomes of the restart', () => {
    const model = onAir({ lasts: 60_000 });
    event(model, 'stream_stopped', 'u1');
    until(model, 70_000);
    expect(startJob(model)).toBe('nothing');
    model.runJob('bc_1', 'stop', STARTED);
    expect(model.get('bc_1').status).toBe('ended');
  });
});

describe('the start after a drop', () => {
  /** One is under way. */
  function restarting(): Model {
    const model = onAir();
    event(model, 'stream_stopped', 'u1');
    startJob(model);
    startJob(model);
    return model;
  }

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

describe('the event of our own stop', () => {
  it.each([true, false])('is no end of the broadcast that follows without a gap (a person named: %s)', (operator) => {
    const model = onAir({ lasts: 60_000 });
    model.add(broadcastOf({ ...PLAN, startIn: 70_000 }, 'bc_2'));
    until(model, 70_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, ACCEPTED);
    model.runJob('bc_2', 'start', STARTED);
    answer(model, ACCEPTED);
    event(model, 'stream_stopped', 'u1', -400, { operator });
    expect(model.get('bc_2')).toMatchObject({ status: 'live', drops: 0 });
    // One that comes later, or once Zoom has said that the second is on, is about the second.
    model.pass(11_000);
    event(model, 'stream_stopped', 'u1', 0, { operator: true });
    expect(model.get('bc_2').status).toBe('ended');
  });
});

describe('a meeting that is moved in Zoom', () => {
  const MOVED = { moved: 5_400_000 };

  it('takes along a broadcast that follows: times, length and window, as a new plan', () => {
    const model = scheduled({ onMove: 'follow' });
    const before = model.get('bc_1');
    event(model, 'updated', null, -1, MOVED);
    const after = model.get('bc_1');
    expect(after).toMatchObject({ startAt: before.startAt + 5_400_000, revision: before.revision + 1, warnings: [] });
    expect(after.startBefore - before.startBefore).toBe(5_400_000);
    expect((after.stopAt ?? 0) - after.startAt).toBe(120_000);
  });

  it('takes it along once, however often the event comes', () => {
    const model = scheduled({ onMove: 'follow' });
    for (const _ of [1, 2]) event(model, 'updated', null, -1, MOVED);
    expect(model.get('bc_1').startAt).toBe(T0 + 10_000 + 5_400_000);
  });

  it('ends at the same time in whatever order two moves are heard, followed or only told', () => {
    for (const onMove of ['follow', 'warn'] as const) {
      const model = scheduled({ onMove });
      const from = T0 + 10_000;
      const move = (to: number, before: number, age: number) =>
        model.applyZoomEvent({
          ...{ account: 'default', meetingId: '68423085', kind: 'meeting', what: 'updated', at: T0 - age, uuid: null },
          ...{ service: null, operator: true, occurrenceAt: null, movedTo: to, movedFrom: before },
        });
      move(from + 7_200_000, from + 3_600_000, -2);
      move(from + 3_600_000, from, -1);
      const { startAt, warnings } = model.get('bc_1');
      const end = new Date(from + 7_200_000).toISOString();
      expect(onMove === 'follow' ? new Date(startAt).toISOString() : warnings[0]?.message).toContain(end);
    }
  });

  it('changes nothing by an event that is older than the plan', () => {
    const model = scheduled({ onMove: 'follow' });
    event(model, 'updated', null, OTHER_MINUTE, MOVED);
    expect(model.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, revision: 1, warnings: [] });
  });

  it('is told in the warnings otherwise, with the time it would be', () => {
    const model = scheduled();
    event(model, 'updated', null, -1, MOVED);
    expect(model.get('bc_1').startAt).toBe(T0 + 10_000);
    const [warning] = model.get('bc_1').warnings;
    expect(warning?.code).toBe('meeting_moved');
    expect(warning?.message).toContain(new Date(T0 + 10_000 + 5_400_000).toISOString());
  });

  it('is told, too, when the new time is past or taken by another broadcast', () => {
    const past = scheduled({ onMove: 'follow' });
    event(past, 'updated', null, -1, { moved: -OTHER_MINUTE });
    expect(past.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, warnings: [{ code: 'meeting_moved' }] });
    expect(past.get('bc_1').warnings[0]?.advice).toMatch(/past/);
    const taken = scheduled({ onMove: 'follow' });
    taken.add(broadcastOf({ ...PLAN, startIn: 140_000 }, 'bc_2'));
    event(taken, 'updated', null, -1, { moved: 20_000 });
    expect(taken.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, warnings: [{ code: 'meeting_moved' }] });
    expect(taken.get('bc_1').warnings[0]?.advice).toMatch(/Another broadcast/);
  });
});

/** Its stream drops at T0 + `ms`. */
function dropped(ms = 20_000, more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = live(more);
  until(model, ms);
  event(model, 'stream_stopped', 'u1');
  return model;
}

/** The start after the drop is under way. */
function restarting(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = dropped(20_000, more);
  model.runJob('bc_1', 'start', STARTED);
  if (model.flights.length === 0) model.runJob('bc_1', 'start', STARTED);
  return model;
}

describe('a drop', () => {
  it('is restarted up to the stop time, and without one at any time', () => {
    expect(get(dropped(129_999))).toMatchObject({ status: 'live', restartWanted: true });
    expect(get(dropped(130_000)).status).toBe('ended');
    expect(get(dropped(80_000_000, { lasts: null }))).toMatchObject({ status: 'live', restartWanted: true });
  });

  it('brings a new job at once, or when the gate of the meeting opens', () => {
    const model = live({}, true);
    const { wake: timer } = get(model);
    model.meeting.gateUntil = T0 + 45_000;
    until(model, 20_000);
    event(model, 'stream_stopped', 'u1');
    expect(get(model)).toMatchObject({
      wake: timer + 1,
      nextAttemptAt: T0 + 45_000,
      lookFirst: 'after_drop',
      faults: 0,
    });
    expect(get(dropped()).nextAttemptAt).toBe(T0 + 20_000);
  });

  it('of a webinar is restarted without a check', () => {
    const model = dropped(20_000, { kind: 'webinar' });
    expect(get(model).lookFirst).toBeNull();
    expect(stepOf(model, 'start')).toEqual({ do: 'send', request: 'start', due: T0 + 20_000 });
  });

  it('with the meeting known to be over is the end', () => {
    const model = live({}, true);
    model.meeting.running = 'no';
    until(model, 20_000);
    event(model, 'stream_stopped', 'u1');
    expect(get(model).status).toBe('ended');
  });

  it('told of a moment before this broadcast was live is none', () => {
    const model = live({}, true);
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    until(model, 15_000);
    event(model, 'stream_stopped', 'u1', 5_001);
    expect(get(model)).toMatchObject({ status: 'live', drops: 0 });
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    event(model, 'stream_stopped', 'u1', 5_000);
    expect(get(model)).toMatchObject({ status: 'live', drops: 1 });
  });

  it('told twice before its start has left is one; a person who ends the stream then ends the broadcast', () => {
    const model = dropped();
    event(model, 'stream_stopped', 'u1', -1);
    expect(get(model)).toMatchObject({ drops: 1, version: 4 });
    event(model, 'stream_stopped', 'u1', -2, { operator: true });
    expect(get(model).status).toBe('ended');
    const again = restarting();
    event(again, 'stream_stopped', 'u1', -1);
    expect(get(again).drops).toBe(2);
    const once = live({}, true);
    Object.assign(once.meeting, { stream: 'off', streamAt: T0 + 15_000, streamSource: 'event' });
    until(once, 20_000);
    event(once, 'stream_stopped', 'u1');
    expect(get(once).drops).toBe(1);
  });

  it('after the stream had come back is another one', () => {
    const model = dropped();
    Object.assign(model.meeting, { stream: 'on', streamAt: T0 + 21_000, streamSource: 'event' });
    until(model, 22_000);
    event(model, 'stream_stopped', 'u1');
    expect(get(model).drops).toBe(2);
  });

  it('of one that is being stopped is its end', () => {
    const model = live({}, true);
    until(model, 20_000);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    event(model, 'stream_stopped', 'u1');
    expect(get(model)).toMatchObject({ status: 'ended', drops: 0 });
  });

  it('that has recovered by itself needs no start, and the stop keeps its time', () => {
    const model = dropped();
    Object.assign(model.meeting, { stream: 'on', streamAt: T0 + 21_000, streamSource: 'event' });
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('nothing');
    expect(get(model)).toMatchObject({ restartWanted: false, lookFirst: null, nextAttemptAt: null, drops: 1 });
    expect(get(model).reason).toBe('the live stream is on again');
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

  it('is tried again after a passing fault, with a growing backoff, and is not counted as one without an answer', () => {
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
