import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/broadcasts/decision.ts';
import { onAnswer } from '../../src/broadcasts/on-answer.ts';
import type { Exchange, Outcome, ZoomAnswer } from '../../src/zoom/outcome.ts';
import { happen } from './operations.ts';
import { ACCEPTED, answer, change, event, NO_ANSWER, STARTED, stepOf, story, until, WAITING } from './story.ts';
import { T0, type World } from './world.ts';

/** What each answer of Zoom changes, one rule a story (`onAnswer`). Survivors of Stryker once. */

const UNAVAILABLE: Outcome = { kind: 'fault', reason: '503', unknown: false };
const REFUSED: Outcome = { kind: 'refused', code: 'no_permission', advice: 'Do something.' };
const LOOK_FIRST: Outcome = { kind: 'look_first', code: 'refused', advice: 'Do something.' };
const LIMITED: Outcome = { kind: 'start_limited', retryAfterMs: null };
const UNAUTHORIZED: Outcome = { kind: 'unauthorized' };
const SAID: ZoomAnswer = { status: 400, code: 3161, message: 'No way.', trackingId: 't1' };
const pause = (scope: 'second' | 'day', ms: number): Outcome => ({ kind: 'rate_limited', scope, until: T0 + ms });

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

function configuring(ms = 9_000): World {
  const world = story({ destination: true });
  until(world, ms);
  world.wake('bc_1', 'start', STARTED);
  return world;
}

/** A change of view is under way. */
function changing(): World {
  const world = live();
  until(world, 20_000);
  change(world, { settings: { layout: 'speaker_view' } });
  world.wake('bc_1', 'start', STARTED);
  return world;
}

/** What an answer with words of Zoom would change; nothing is written. */
function decide(world: World, result: Outcome, more: Partial<Exchange<Outcome>> = {}): Decision {
  const [flight] = world.flights;
  if (!flight) throw new Error('nothing is in flight');
  const { fence, request, knownRunningAt, sentAt } = flight;
  const sent = { request: { method: 'PATCH', path: '/x' }, answer: SAID, sentAt, answeredAt: world.now };
  const answered = { fence, request, knownRunningAt, exchange: { ...sent, result, ...more } };
  return onAnswer(world.snapshot('bc_1'), answered, world.rules, 'worker:w1');
}

const get = (world: World) => world.get('bc_1');
const cancel = (world: World) => happen(world, { do: 'command', which: 0, name: 'cancel' });

describe('the history', () => {
  it('has the request with its moment, and the answer with its own', () => {
    const world = starting();
    until(world, 10_300);
    expect(decide(world, REFUSED).history[0]).toMatchObject({
      ...{ type: 'request', at: T0 + 10_000, reason: 'start: refused', request: { method: 'PATCH', path: '/x' } },
      answer: { ...SAID, at: T0 + 10_300 },
    });
    const silent = decide(world, UNAVAILABLE, { answer: null, sentAt: null }).history[0];
    expect(silent).toMatchObject({ at: T0 + 10_300, reason: 'start: 503', answer: null });
  });
});

describe('a refusal', () => {
  it('fails with the words of Zoom and what to do', () => {
    const { next } = decide(starting(), REFUSED);
    expect(next).toMatchObject({ status: 'failed', alerted: ['failed'] });
    expect(next.reason).toBe('no_permission: Zoom answered 400/3161 "No way." (tracking id t1). Do something.');
    const short = decide(starting(), REFUSED, { answer: { status: 500, code: null, message: null, trackingId: null } });
    expect(short.next.reason).toBe('no_permission: Zoom answered 500/- "". Do something.');
    expect(decide(starting(), REFUSED, { answer: null }).next.reason).toBe('no_permission: Do something.');
  });

  it('says that an earlier start may have worked', () => {
    const world = starting();
    answer(world, UNAVAILABLE);
    until(world, 11_000);
    world.wake('bc_1', 'start', STARTED);
    const { next, alerts } = decide(world, REFUSED);
    expect(next.reason).toMatch(/Do something\. An earlier start got no answer/);
    expect(alerts[0]?.message).toBe(next.reason);
  });

  it('with code 3000 is looked into, but not of a webinar, which has no status', () => {
    const meeting = starting();
    answer(meeting, LOOK_FIRST);
    expect(get(meeting)).toMatchObject({ status: 'starting', pendingRefusal: 'refused: Do something.' });
    expect(stepOf(meeting, 'start')).toEqual({ do: 'look', why: 'code_3000' });
    const webinar = starting({ kind: 'webinar' });
    answer(webinar, LOOK_FIRST);
    expect(get(webinar).status).toBe('failed');
    const stop = live({ kind: 'webinar' });
    until(stop, 130_000);
    stop.wake('bc_1', 'stop', STARTED);
    answer(stop, LOOK_FIRST);
    expect(get(stop).status).toBe('failed');
  });
});

describe('a cancel while the start is under way', () => {
  it('ends in canceled, whatever is refused or passes', () => {
    for (const result of [
      UNAUTHORIZED,
      REFUSED,
      LIMITED,
      { kind: 'withdrawn' },
      { kind: 'not_started' },
    ] as Outcome[]) {
      const world = starting();
      cancel(world);
      answer(world, result);
      expect(get(world)).toMatchObject({ status: 'canceled', reason: 'canceled by api:test', nextAttemptAt: null });
      expect(get(world)).toMatchObject({ cancelRequested: false, alerted: [] });
    }
    const webinar = starting({ kind: 'webinar' });
    cancel(webinar);
    answer(webinar, LOOK_FIRST);
    expect(get(webinar)).toMatchObject({ status: 'canceled', alerted: [] });
  });

  it('ends in a stop when the start worked, or may have worked', () => {
    for (const result of [ACCEPTED, NO_ANSWER, UNAVAILABLE]) {
      const world = starting();
      until(world, 10_200);
      cancel(world);
      until(world, 10_700);
      answer(world, result);
      expect(get(world)).toMatchObject({
        ...{ status: 'stopping', stopDueAt: T0 + 10_200, stopReason: 'canceled by api:test', cancelRequested: false },
      });
    }
  });
});

describe('a refused token', () => {
  it('is renewed and the start sent again at once, and fails when the new one is refused, too', () => {
    const world = starting();
    until(world, 10_500);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ tokenRenewed: true, nextAttemptAt: T0 + 10_500 });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'failed', reason: expect.stringContaining('credentials_refused') });
  });

  it('is renewed again when another answer was between', () => {
    const world = starting();
    answer(world, UNAUTHORIZED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, { kind: 'withdrawn' });
    expect(get(world)).toMatchObject({ tokenRenewed: false, nextAttemptAt: world.now });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'starting', tokenRenewed: true });
  });

  it('makes a stop be tried on, with its backoff', () => {
    const world = live();
    until(world, 130_000);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'stopping', tokenRenewed: true, nextAttemptAt: T0 + 130_000 });
    world.wake('bc_1', 'stop', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'stopping', faults: 1, nextAttemptAt: T0 + 130_550 });
    until(world, 130_550);
    world.wake('bc_1', 'stop', STARTED);
    answer(world, UNAVAILABLE);
    expect(get(world)).toMatchObject({ faults: 2, nextAttemptAt: T0 + 131_600 });
  });
});

describe('a 429', () => {
  it('of the account pauses it; that of the day is told once', () => {
    const second = starting();
    answer(second, pause('second', 12_000));
    expect(get(second)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 12_000, alerted: [] });
    expect(second.pausedUntil).toBe(T0 + 12_000);
    const day = starting();
    answer(day, pause('day', 60_000));
    expect(get(day).alerted).toEqual(['daily_limit']);
    expect(day.pausedUntil).toBe(T0 + 60_000);
  });

  it('makes a start wait no longer than its window', () => {
    const world = starting({ window: 20_000 });
    answer(world, pause('day', 600_000));
    expect(get(world).nextAttemptAt).toBe(T0 + 30_000);
  });

  it('of unknown kind to the configuration pauses the account for a second, and does not close the gate', () => {
    const world = configuring();
    answer(world, LIMITED);
    expect(world.meeting.gateUntil).toBe(0);
    expect(world.pausedUntil).toBe(T0 + 10_000);
    expect(get(world)).toMatchObject({ faults: 1, nextAttemptAt: T0 + 10_000 });
    until(world, 10_000);
    world.wake('bc_1', 'start', STARTED);
    answer(world, LIMITED);
    expect(get(world)).toMatchObject({ faults: 2, nextAttemptAt: T0 + 11_050 });
  });
});

describe('a start', () => {
  it('without an answer counts its 30 s from the moment it can have reached Zoom: a second after it left at most', () => {
    for (const [answeredAt, gate] of [
      [10_400, 40_400],
      [25_000, 41_000],
    ] as const) {
      const world = starting();
      until(world, answeredAt);
      answer(world, NO_ANSWER);
      expect(world.meeting.gateUntil).toBe(T0 + gate);
      expect(get(world).nextAttemptAt).toBe(T0 + gate);
    }
  });

  it('that meets a passing fault is tried again with a growing backoff', () => {
    const world = starting();
    const gaps = [1, 2, 3].map(() => {
      answer(world, UNAVAILABLE);
      const { nextAttemptAt } = get(world);
      const gap = (nextAttemptAt ?? 0) - world.now;
      world.pass(gap);
      world.wake('bc_1', 'start', STARTED);
      return gap;
    });
    expect(gaps).toEqual([550, 1_050, 2_050]);
  });

  it('that was refused when its window closed is missed; nothing of it can be on', () => {
    const world = starting({ window: 20_000 });
    until(world, 29_999);
    expect(decide(world, UNAVAILABLE).next).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 30_000 });
    until(world, 30_000);
    expect(decide(world, UNAVAILABLE).next).toMatchObject({ status: 'missed', mayBeOn: false, alerted: ['missed'] });
    expect(decide(world, UNAVAILABLE, { answer: null }).next).toMatchObject({ status: 'starting', mayBeOn: true });
    cancel(world);
    expect(decide(world, UNAVAILABLE).next.status).toBe('canceled');
  });

  it('may be on only when it had left and got no answer at all', () => {
    const world = starting();
    expect(decide(world, UNAVAILABLE).next.mayBeOn).toBe(false);
    expect(decide(world, UNAVAILABLE, { answer: null, sentAt: null }).next.mayBeOn).toBe(false);
    expect(decide(world, UNAVAILABLE, { answer: null }).next.mayBeOn).toBe(true);
  });

  it('knows how late it left, and tells it from 30 s on', () => {
    for (const [at, alerted] of [
      [40_000, []],
      [40_001, ['late_start']],
    ] as const) {
      const world = story();
      until(world, at);
      world.wake('bc_1', 'start', STARTED);
      world.pass(300);
      answer(world, ACCEPTED);
      expect(get(world)).toMatchObject({ status: 'live', startedAt: T0 + at, startLatenessMs: at - 10_000, alerted });
    }
  });

  it('clears what its tries had left behind', () => {
    const world = starting();
    answer(world, LOOK_FIRST);
    world.wake('bc_1', 'start', WAITING);
    until(world, 21_000);
    world.wake('bc_1', 'start', STARTED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({
      ...{ status: 'live', lookFirst: null, nextAttemptAt: null, faults: 0, polls: 0, tokenRenewed: false },
      ...{ unknownStarts: 0, mayBeOn: false },
    });
    expect(world.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 21_000, streamSource: 'answer' });
  });
});

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

describe('the configuration', () => {
  it('that is written before the due moment plans nothing: the start has its own', () => {
    const world = configuring();
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'scheduled', configured: true, nextAttemptAt: null, faults: 0 });
  });

  it('that is written late is followed by the start at once', () => {
    const world = configuring(12_000);
    answer(world, UNAVAILABLE);
    until(world, 13_000);
    world.wake('bc_1', 'start', STARTED);
    until(world, 13_200);
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 13_200, faults: 0 });
    expect(stepOf(world, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('that is refused fails', () => {
    const world = configuring();
    answer(world, REFUSED);
    expect(get(world).status).toBe('failed');
  });
});

describe('a change of view', () => {
  it('that is accepted is done', () => {
    const world = changing();
    answer(world, ACCEPTED);
    expect(get(world)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null, warnings: [] });
  });

  it('that is refused is a warning and takes nothing off air', () => {
    for (const [result, message] of [
      [REFUSED, 'Do something.'],
      [LOOK_FIRST, 'Do something.'],
      [{ kind: 'not_started' }, 'the meeting is not running'],
    ] as [Outcome, string][]) {
      const world = changing();
      answer(world, result);
      expect(get(world)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null });
      expect(get(world).warnings).toEqual([
        expect.objectContaining({ code: 'mode_refused', message: expect.stringContaining(message) }),
      ]);
    }
  });

  it('waits for the account, and is tried again after passing faults, with a growing backoff', () => {
    const world = changing();
    answer(world, pause('second', 25_000));
    expect(get(world)).toMatchObject({ nextAttemptAt: T0 + 25_000, modeWanted: { layout: 'speaker_view' } });
    until(world, 25_000);
    for (const [result, gap] of [
      [UNAVAILABLE, 550],
      [LIMITED, 1_050],
      [{ kind: 'withdrawn' }, 0],
    ] as [Outcome, number][]) {
      world.wake('bc_1', 'start', STARTED);
      answer(world, result);
      expect(get(world)).toMatchObject({ nextAttemptAt: world.now + gap, tokenRenewed: false });
      world.pass(gap);
    }
    expect(world.meeting.gateUntil).toBe(0);
  });

  it('renews the token once, and is a warning when the new one is refused', () => {
    const world = changing();
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ tokenRenewed: true, modeWanted: { layout: 'speaker_view' } });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'live', modeWanted: null, tokenRenewed: false });
    expect(get(world).warnings).toHaveLength(1);
  });

  it('is forgotten when a person stops the broadcast meanwhile', () => {
    const world = changing();
    happen(world, { do: 'command', which: 0, name: 'stop' });
    world.pass(1_000);
    answer(world, UNAVAILABLE);
    expect(get(world)).toMatchObject({ status: 'stopping', modeWanted: null, nextAttemptAt: T0 + 20_000 });
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
    const net = { status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 295_500 };
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
