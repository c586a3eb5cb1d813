import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
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
  scheduled,
  starting,
  stepOf,
  UNAUTHORIZED,
  UNAVAILABLE,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** What the answers to a start, a configuration and a change of view change (`onAnswer`). */

describe('the history', () => {
  it('has the request with its moment, and the answer with its own', () => {
    const model = starting();
    until(model, 10_300);
    expect(decide(model, REFUSED).history[0]).toMatchObject({
      ...{ type: 'request', at: T0 + 10_000, reason: 'start: refused', request: { method: 'PATCH', path: '/x' } },
      answer: { ...SAID, at: T0 + 10_300 },
    });
    const silent = decide(model, UNAVAILABLE, { answer: null, sentAt: null }).history[0];
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
    const model = starting();
    answer(model, UNAVAILABLE);
    until(model, 11_000);
    model.runJob('bc_1', 'start', STARTED);
    const { next, alerts } = decide(model, REFUSED);
    expect(next.reason).toMatch(/Do something\. An earlier start got no answer/);
    expect(alerts[0]?.message).toBe(next.reason);
  });

  it('with code 3000 is checked, but not of a webinar, which has no status', () => {
    const meeting = starting();
    answer(meeting, CHECK_FIRST);
    expect(get(meeting)).toMatchObject({ status: 'starting', pendingRefusal: 'refused: Do something.' });
    expect(stepOf(meeting, 'start')).toEqual({ do: 'checkMeeting', why: 'code_3000' });
    const webinar = starting({ kind: 'webinar' });
    answer(webinar, CHECK_FIRST);
    expect(get(webinar).status).toBe('failed');
    const stop = live({ kind: 'webinar' });
    until(stop, 130_000);
    stop.runJob('bc_1', 'stop', STARTED);
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
      const model = starting();
      cancel(model);
      answer(model, result);
      expect(get(model)).toMatchObject({ status: 'canceled', reason: 'canceled by api:test', nextAttemptAt: null });
      expect(get(model)).toMatchObject({ cancelRequested: false, alerted: [] });
    }
    const webinar = starting({ kind: 'webinar' });
    cancel(webinar);
    answer(webinar, CHECK_FIRST);
    expect(get(webinar)).toMatchObject({ status: 'canceled', alerted: [] });
  });

  it('ends in a stop when the start worked, or may have worked', () => {
    for (const result of [ACCEPTED, NO_ANSWER, UNAVAILABLE]) {
      const model = starting();
      until(model, 10_200);
      cancel(model);
      until(model, 10_700);
      answer(model, result);
      expect(get(model)).toMatchObject({
        ...{ status: 'stopping', stopDueAt: T0 + 10_200, stopReason: 'canceled by api:test', cancelRequested: false },
      });
    }
  });
});

describe('a refused token', () => {
  it('is renewed and the start sent again at once; a refused new one is a transient error', () => {
    const model = starting();
    until(model, 10_500);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ tokenRenewed: true, nextAttemptAt: T0 + 10_500 });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'starting', faults: 1, nextAttemptAt: T0 + 11_050 });
    expect(get(model).reason).toContain('401 to a new token');
    for (const [at, result] of [
      [11_050, UNAUTHORIZED],
      [12_100, { kind: 'accepted' }],
    ] as [number, Outcome][]) {
      until(model, at);
      model.runJob('bc_1', 'start', STARTED);
      answer(model, result);
    }
    expect(get(model)).toMatchObject({ status: 'live', faults: 0, tokenRenewed: false });
  });

  it('that stays refused ends as missed when the start window closes, and says why', () => {
    const model = starting();
    answer(model, UNAUTHORIZED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, UNAUTHORIZED);
    model.now = get(model).startBefore;
    model.runJob('bc_1', 'start', STARTED);
    expect(get(model)).toMatchObject({ status: 'missed', reason: expect.stringContaining('401 to a new token') });
  });

  it('is renewed again when another answer was between', () => {
    const model = starting();
    answer(model, UNAUTHORIZED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'withdrawn' });
    expect(get(model)).toMatchObject({ tokenRenewed: false, nextAttemptAt: model.now });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'starting', tokenRenewed: true });
  });

  it('makes a stop be tried on, with its backoff', () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'stopping', tokenRenewed: true, nextAttemptAt: T0 + 130_000 });
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'stopping', faults: 1, nextAttemptAt: T0 + 130_550 });
    until(model, 130_550);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, UNAVAILABLE);
    expect(get(model)).toMatchObject({ faults: 2, nextAttemptAt: T0 + 131_600 });
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
    day.runJob('bc_1', 'start', STARTED);
    expect(decide(day, pause('day', 3_660_000)).alerts).toMatchObject([
      { code: 'daily_limit', resolvesAt: T0 + 3_660_000 },
    ]);
  });

  it('makes a start wait no longer than its window', () => {
    const model = starting({ window: 20_000 });
    answer(model, pause('day', 600_000));
    expect(get(model).nextAttemptAt).toBe(T0 + 30_000);
  });

  it('of unknown kind to the configuration pauses the account for a second, and does not close the gate', () => {
    const model = configuring();
    answer(model, LIMITED);
    expect(model.meeting.gateUntil).toBe(0);
    expect(model.pausedUntil).toBe(T0 + 10_000);
    expect(get(model)).toMatchObject({ faults: 1, nextAttemptAt: T0 + 10_000 });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, LIMITED);
    expect(get(model)).toMatchObject({ faults: 2, nextAttemptAt: T0 + 11_050 });
  });
});

describe('a start', () => {
  it('without an answer counts its 30 s from the moment it can have reached Zoom: a second after it left at most', () => {
    for (const [answeredAt, gate] of [
      [10_400, 40_400],
      [25_000, 41_000],
    ] as const) {
      const model = starting();
      until(model, answeredAt);
      answer(model, NO_ANSWER);
      expect(model.meeting.gateUntil).toBe(T0 + gate);
      expect(get(model).nextAttemptAt).toBe(T0 + gate);
    }
  });

  it('that meets a transient error is tried again with a growing backoff', () => {
    const model = starting();
    const gaps = [1, 2, 3].map(() => {
      answer(model, UNAVAILABLE);
      const { nextAttemptAt } = get(model);
      const gap = (nextAttemptAt ?? 0) - model.now;
      model.pass(gap);
      model.runJob('bc_1', 'start', STARTED);
      return gap;
    });
    expect(gaps).toEqual([550, 1_050, 2_050]);
  });

  it('that was refused when its window closed is missed; nothing of it can be on', () => {
    const model = starting({ window: 20_000 });
    until(model, 29_999);
    expect(decide(model, UNAVAILABLE).next).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 30_000 });
    until(model, 30_000);
    expect(decide(model, UNAVAILABLE).next).toMatchObject({ status: 'missed', mayBeOn: false, alerted: ['missed'] });
    expect(decide(model, UNAVAILABLE, { answer: null }).next).toMatchObject({ status: 'starting', mayBeOn: true });
    cancel(model);
    expect(decide(model, UNAVAILABLE).next.status).toBe('canceled');
  });

  it('may be on only when it had left and got no answer at all', () => {
    const model = starting();
    expect(decide(model, UNAVAILABLE).next.mayBeOn).toBe(false);
    expect(decide(model, UNAVAILABLE, { answer: null, sentAt: null }).next.mayBeOn).toBe(false);
    expect(decide(model, UNAVAILABLE, { answer: null }).next.mayBeOn).toBe(true);
  });

  it('knows how late it left, and reports it from 30 s on', () => {
    for (const [at, alerted] of [
      [40_000, []],
      [40_001, ['late_start']],
    ] as const) {
      const model = scheduled();
      until(model, at);
      model.runJob('bc_1', 'start', STARTED);
      model.pass(300);
      answer(model, ACCEPTED);
      expect(get(model)).toMatchObject({ status: 'live', startedAt: T0 + at, startLatenessMs: at - 10_000, alerted });
    }
  });

  it('clears what its tries had left behind', () => {
    const model = starting();
    answer(model, CHECK_FIRST);
    model.runJob('bc_1', 'start', WAITING);
    until(model, 21_000);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, UNAUTHORIZED);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({
      ...{ status: 'live', lookFirst: null, nextAttemptAt: null, faults: 0, polls: 0, tokenRenewed: false },
      ...{ unknownStarts: 0, mayBeOn: false },
    });
    expect(model.meeting).toMatchObject({ stream: 'on', streamAt: T0 + 21_000, streamSource: 'answer' });
  });
});

/** A change of view is under way. */
function changing(): Model {
  const model = live();
  until(model, 20_000);
  change(model, { settings: { layout: 'speaker_view' } });
  model.runJob('bc_1', 'start', STARTED);
  return model;
}

describe('the configuration', () => {
  it('that is written before the due moment plans nothing: the start has its own', () => {
    const model = configuring();
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'scheduled', configured: true, nextAttemptAt: null, faults: 0 });
  });

  it('that is written late is followed by the start at once', () => {
    const model = configuring(12_000);
    answer(model, UNAVAILABLE);
    until(model, 13_000);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 13_200);
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 13_200, faults: 0 });
    expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'start' });
  });

  it('that is refused fails', () => {
    const model = configuring();
    answer(model, REFUSED);
    expect(get(model).status).toBe('failed');
  });
});

describe('a change of view', () => {
  it('that is accepted is done', () => {
    const model = changing();
    answer(model, ACCEPTED);
    expect(get(model)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null, warnings: [] });
  });

  it('that is refused is a warning and takes nothing off air', () => {
    for (const [result, message] of [
      [REFUSED, 'Do something.'],
      [CHECK_FIRST, 'Do something.'],
      [{ kind: 'not_started' }, 'the meeting is not running'],
    ] as [Outcome, string][]) {
      const model = changing();
      answer(model, result);
      expect(get(model)).toMatchObject({ status: 'live', modeWanted: null, nextAttemptAt: null });
      expect(get(model).warnings).toEqual([
        expect.objectContaining({ code: 'mode_refused', message: expect.stringContaining(message) }),
      ]);
    }
  });

  it('waits for the account, and is tried again after transient errors, with a growing backoff', () => {
    const model = changing();
    answer(model, pause('second', 25_000));
    expect(get(model)).toMatchObject({ nextAttemptAt: T0 + 25_000, modeWanted: { layout: 'speaker_view' } });
    until(model, 25_000);
    for (const [result, gap] of [
      [UNAVAILABLE, 550],
      [LIMITED, 1_050],
      [{ kind: 'withdrawn' }, 0],
    ] as [Outcome, number][]) {
      model.runJob('bc_1', 'start', STARTED);
      answer(model, result);
      expect(get(model)).toMatchObject({ nextAttemptAt: model.now + gap, tokenRenewed: false });
      model.pass(gap);
    }
    expect(model.meeting.gateUntil).toBe(0);
  });

  it('renews the token once, and is tried on with backoff when the new one is refused', () => {
    const model = changing();
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ tokenRenewed: true, modeWanted: { layout: 'speaker_view' } });
    model.runJob('bc_1', 'start', STARTED);
    answer(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'live', modeWanted: { layout: 'speaker_view' }, faults: 1 });
    expect(get(model).nextAttemptAt).toBe(model.now + 550);
    expect(get(model).warnings).toHaveLength(0);
  });

  it('is forgotten when a person stops the broadcast meanwhile', () => {
    const model = changing();
    happen(model, { do: 'command', which: 0, name: 'stop' });
    model.pass(1_000);
    answer(model, UNAVAILABLE);
    expect(get(model)).toMatchObject({ status: 'stopping', modeWanted: null, nextAttemptAt: T0 + 20_000 });
  });
});
