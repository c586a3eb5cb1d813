import { describe, expect, it } from 'vitest';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import { dropped, onAir, restarting, startJob } from '../../../support/rules/drops.ts';
import {
  ACCEPTED,
  answer,
  event,
  live,
  NO_ANSWER,
  PLAN,
  STARTED,
  stepOf,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** When a stream that drops is started again (`dropped` and what follows from it). */

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

  it('reported for a moment before this broadcast was live is none', () => {
    const model = live({}, true);
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    until(model, 15_000);
    event(model, 'stream_stopped', 'u1', 5_001);
    expect(get(model)).toMatchObject({ status: 'live', drops: 0 });
    Object.assign(model.meeting, { stream: 'on', streamAt: T0, streamSource: 'event' });
    event(model, 'stream_stopped', 'u1', 5_000);
    expect(get(model)).toMatchObject({ status: 'live', drops: 1 });
  });

  it('reported twice before its start has left is one; a person who ends the stream then ends the broadcast', () => {
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
