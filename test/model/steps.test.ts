import { describe, expect, it } from 'vitest';
import { abandon } from '../../src/broadcasts/next-step.ts';
import { broadcastOf, happen } from './operations.ts';
import { ACCEPTED, answer, change, event, NO_ANSWER, PLAN, STARTED, stepOf, story, until, WAITING } from './story.ts';
import { T0, type World } from './world.ts';

/** What a worker does that is woken too early, too late, or at a bad moment (`nextStep`). Survivors of Stryker once. */

const LIMITED = { kind: 'start_limited', retryAfterMs: null } as const;
const PAUSE = { kind: 'rate_limited', scope: 'second', until: T0 + 40_000 } as const;

function starting(more: Parameters<typeof story>[0] = {}, webhooks = false): World {
  const world = story(more, webhooks);
  until(world, 10_000);
  world.wake('bc_1', 'start', STARTED);
  return world;
}

function live(more: Parameters<typeof story>[0] = {}, webhooks = false): World {
  const world = starting(more, webhooks);
  answer(world, ACCEPTED);
  return world;
}

const command = (world: World, name: 'cancel' | 'stop' | 'start' | 'retry') =>
  happen(world, { do: 'command', which: 0, name });

describe('a start that is not due', () => {
  it('is booked for its moment', () => {
    expect(stepOf(story(), 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due', book: 'start' });
  });

  it('is not booked where the next thing is a poll, or the end of the window', () => {
    const waits = starting();
    answer(waits, { kind: 'not_started' });
    expect(stepOf(waits, 'start')).toEqual({ do: 'wait', until: 19_500, why: 'not due' });
    const over = starting({ window: 20_000 });
    answer(over, NO_ANSWER);
    expect(stepOf(over, 'start')).toEqual({ do: 'wait', until: 30_000, why: 'not due' });
    const closes = story({ window: 5_000 });
    const gate = { gateUntil: T0 + 40_000 };
    Object.assign(closes.meeting, gate);
    until(closes, 10_000);
    expect(closes.wake('bc_1', 'start', STARTED)).toBe('wait');
    expect(closes.get('bc_1')).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 15_000 });
  });
});

describe('a destination', () => {
  it('is written 1.5 s before the start, not before, and once', () => {
    const world = story({ destination: true });
    expect(stepOf(world, 'start')).toEqual({ do: 'wait', until: 8_500, why: 'not due' });
    until(world, 8_499);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    until(world, 8_500);
    expect(stepOf(world, 'start')).toEqual({ do: 'send', request: 'configure', due: T0 + 8_500 });
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    expect(stepOf(world, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due', book: 'start' });
    until(world, 10_000);
    expect(stepOf(world, 'start')).toEqual({ do: 'send', request: 'start', due: T0 + 10_000 });
  });

  it('is written at the start when there was no time for it before', () => {
    const world = story({ destination: true });
    until(world, 12_000);
    expect(stepOf(world, 'start')).toEqual({ do: 'send', request: 'configure', due: T0 + 10_000 });
  });

  it('is not written while the account pauses, nor while another broadcast of the meeting is on air', () => {
    const paused = story({ destination: true });
    until(paused, 9_000);
    paused.pausedUntil = T0 + 9_700;
    expect(stepOf(paused, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due' });
    const busy = story({ destination: true });
    busy.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000 }, 'bc_0'), status: 'live' });
    until(busy, 9_000);
    expect(stepOf(busy, 'start')).toEqual({ do: 'wait', until: 10_000, why: 'not due' });
  });

  it('that was withdrawn is tried again in its own time', () => {
    const world = story({ destination: true });
    until(world, 8_500);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'fault', reason: '503', unknown: false });
    // Half of the first second, from the floor on.
    expect(stepOf(world, 'start')).toMatchObject({ do: 'wait', until: 9_050 });
  });
});

describe('the start gate', () => {
  it('closed by another broadcast holds this one back, to its very millisecond, and asks for a look after it', () => {
    const world = story();
    world.meeting.gateUntil = T0 + 30_000;
    until(world, 10_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    expect(world.get('bc_1')).toMatchObject({
      status: 'starting',
      lookFirst: 'after_429',
      nextAttemptAt: T0 + 30_000,
      reason: expect.stringContaining('30-second rule'),
    });
    until(world, 30_000);
    expect(stepOf(world, 'start')).toEqual({ do: 'look', why: 'after_429' });
  });

  it('leaves a reason for a look that is there already', () => {
    const world = starting({ lasts: null });
    answer(world, { kind: 'not_started' });
    world.meeting.gateUntil = T0 + 60_000;
    until(world, 21_000);
    world.wake('bc_1', 'start', STARTED);
    expect(world.get('bc_1')).toMatchObject({ status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 60_000 });
  });

  it('needs no look of a webinar, which has no status', () => {
    const world = starting({ kind: 'webinar' });
    answer(world, LIMITED);
    until(world, 40_000);
    expect(stepOf(world, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });
});

describe('the pause of the account', () => {
  it('holds a start back to its very millisecond, without a look after it', () => {
    const world = story();
    world.pausedUntil = T0 + 20_000;
    until(world, 10_000);
    expect(world.wake('bc_1', 'start', STARTED)).toBe('wait');
    expect(world.get('bc_1')).toMatchObject({ status: 'starting', lookFirst: null, nextAttemptAt: T0 + 20_000 });
    until(world, 20_000);
    expect(stepOf(world, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('holds a stop back to its very millisecond', () => {
    const world = live();
    world.pausedUntil = T0 + 140_000;
    until(world, 139_999);
    expect(stepOf(world, 'stop')).toMatchObject({ do: 'wait', until: 140_000 });
    until(world, 140_000);
    expect(stepOf(world, 'stop')).toEqual({ do: 'send', request: 'stop', due: T0 + 130_000 });
  });

  it('holds a change of view back, and so does its backoff', () => {
    const world = live();
    change(world, { settings: { layout: 'speaker_view' } });
    world.pausedUntil = T0 + 20_000;
    expect(stepOf(world, 'start')).toEqual({ do: 'wait', until: 20_000, why: 'not due' });
    until(world, 20_000);
    expect(stepOf(world, 'start')).toEqual({ do: 'send', request: 'mode', due: T0 + 20_000 });
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'fault', reason: '503', unknown: false });
    expect(stepOf(world, 'start')).toEqual({ do: 'wait', until: 20_550, why: 'not due' });
  });
});

describe('a stream that is on already', () => {
  const on = (source: 'event' | 'answer', ageMs: number) => {
    const world = story();
    until(world, 10_000);
    Object.assign(world.meeting, { stream: 'on', streamAt: world.now - ageMs, streamSource: source });
    return world;
  };

  it('needs no start, and is confirmed when Zoom itself has said so', () => {
    for (const source of ['event', 'answer'] as const) {
      const world = on(source, 4_000);
      world.wake('bc_1', 'start', STARTED);
      expect(world.get('bc_1')).toMatchObject({
        ...{ status: 'live', startedAt: T0 + 6_000, confirmed: source === 'event', tokenRenewed: false },
        reason: `the stream was already on since ${new Date(T0 + 6_000).toISOString()}`,
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
    const world = story();
    world.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000, ...more }, 'bc_0'), status });
    until(world, 10_000);
    return stepOf(world, 'start');
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

  it('it looks again after a tenth of the time that it has waited, after a second at most', () => {
    const world = story();
    world.add({ ...broadcastOf({ ...PLAN, startIn: -60_000, lasts: 70_000 }, 'bc_0'), status: 'live' });
    const gaps = [10_000, 10_900, 15_000, 25_000].map((at) => {
      until(world, at);
      return (stepOf(world, 'start') as { until: number }).until - at;
    });
    expect(gaps).toEqual([100, 100, 500, 1_000]);
  });

  it('one whose own state was written between the reading and the decision does not wait for itself', () => {
    const world = story();
    until(world, 10_000);
    const step = { ...world.snapshot('bc_1') };
    expect(step.neighbours.map(({ id }) => id)).toContain('bc_1');
    expect(stepOf(world, 'start')).toEqual(sends);
  });
});

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
      ...{ type: 'request', reason: 'outcome unknown: w1 went away in mid-request' },
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
    answer(world, { kind: 'look_first', code: 'refused', advice: 'Do something.' });
    expect(stepOf(world, 'stop')).toEqual({ do: 'look', why: 'code_3000' });
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
