import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { T0, type World } from '../../../proof/model/model.ts';
import { happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  CHECK_FIRST,
  cancel,
  change,
  configuring,
  decide,
  LIMITED,
  live,
  NO_ANSWER,
  pause,
  REFUSED,
  SAID,
  STARTED,
  starting,
  stepOf,
  story,
  UNAUTHORIZED,
  UNAVAILABLE,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** What the answers to a start, a configuration and a change of view change (`onAnswer`). */

const get = (world: World) => world.get('bc_1');

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
    answer(meeting, CHECK_FIRST);
    expect(get(meeting)).toMatchObject({ status: 'starting', pendingRefusal: 'refused: Do something.' });
    expect(stepOf(meeting, 'start')).toEqual({ do: 'checkMeeting', why: 'code_3000' });
    const webinar = starting({ kind: 'webinar' });
    answer(webinar, CHECK_FIRST);
    expect(get(webinar).status).toBe('failed');
    const stop = live({ kind: 'webinar' });
    until(stop, 130_000);
    stop.wake('bc_1', 'stop', STARTED);
    answer(stop, CHECK_FIRST);
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
    answer(webinar, CHECK_FIRST);
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
  it('is renewed and the start sent again at once; a refused new one is a transient error', () => {
    const world = starting();
    until(world, 10_500);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ tokenRenewed: true, nextAttemptAt: T0 + 10_500 });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'starting', faults: 1, nextAttemptAt: T0 + 11_050 });
    expect(get(world).reason).toContain('401 to a new token');
    for (const [at, result] of [
      [11_050, UNAUTHORIZED],
      [12_100, { kind: 'accepted' }],
    ] as [number, Outcome][]) {
      until(world, at);
      world.wake('bc_1', 'start', STARTED);
      answer(world, result);
    }
    expect(get(world)).toMatchObject({ status: 'live', faults: 0, tokenRenewed: false });
  });

  it('that stays refused ends as missed when the start window closes, and says why', () => {
    const world = starting();
    answer(world, UNAUTHORIZED);
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    world.now = get(world).startBefore;
    world.wake('bc_1', 'start', STARTED);
    expect(get(world)).toMatchObject({ status: 'missed', reason: expect.stringContaining('401 to a new token') });
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
  it('of the account pauses it; that of the day raises an alert, a later one as well', () => {
    const second = starting();
    answer(second, pause('second', 12_000));
    expect(get(second)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 12_000, alerted: [] });
    expect(second.pausedUntil).toBe(T0 + 12_000);
    const day = starting();
    answer(day, pause('day', 60_000));
    expect(get(day).alerted).toEqual(['daily_limit']);
    expect(day.pausedUntil).toBe(T0 + 60_000);
    until(day, 60_000);
    day.wake('bc_1', 'start', STARTED);
    expect(decide(day, pause('day', 3_660_000)).alerts).toMatchObject([
      { code: 'daily_limit', resolvesAt: T0 + 3_660_000 },
    ]);
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
    answer(world, CHECK_FIRST);
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

/** A change of view is under way. */
function changing(): World {
  const world = live();
  until(world, 20_000);
  change(world, { settings: { layout: 'speaker_view' } });
  world.wake('bc_1', 'start', STARTED);
  return world;
}

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
      [CHECK_FIRST, 'Do something.'],
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

  it('renews the token once, and is tried on with backoff when the new one is refused', () => {
    const world = changing();
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ tokenRenewed: true, modeWanted: { layout: 'speaker_view' } });
    world.wake('bc_1', 'start', STARTED);
    answer(world, UNAUTHORIZED);
    expect(get(world)).toMatchObject({ status: 'live', modeWanted: { layout: 'speaker_view' }, faults: 1 });
    expect(get(world).nextAttemptAt).toBe(world.now + 550);
    expect(get(world).warnings).toHaveLength(0);
  });

  it('is forgotten when a person stops the broadcast meanwhile', () => {
    const world = changing();
    happen(world, { do: 'command', which: 0, name: 'stop' });
    world.pass(1_000);
    answer(world, UNAVAILABLE);
    expect(get(world)).toMatchObject({ status: 'stopping', modeWanted: null, nextAttemptAt: T0 + 20_000 });
  });
});
