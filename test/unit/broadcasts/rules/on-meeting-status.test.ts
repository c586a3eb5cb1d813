import { describe, expect, it } from 'vitest';
import { onMeetingStatus } from '../../../../src/broadcasts/rules/on-meeting-status.ts';
import type { MeetingStatus, Outcome } from '../../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import {
  ACCEPTED,
  answer,
  event,
  STARTED,
  scheduled,
  stepOf,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** What the status of the meeting changes, by the reason for asking (`onMeetingStatus`). */

const UNKNOWN: MeetingStatus = { kind: 'meeting', status: 'unknown', uuid: null };
const GONE: MeetingStatus = { kind: 'gone', code: 'meeting_not_found', advice: 'Do something.' };
const BLIND: MeetingStatus = { kind: 'inconclusive', reason: 'no scope' };
const TRANSIENT: MeetingStatus = { kind: 'transient', reason: 'reset' };
const UNAUTHORIZED: MeetingStatus = { kind: 'unauthorized' };
const paused = (ms: number): MeetingStatus => ({ kind: 'rate_limited', scope: 'second', until: T0 + ms });
const CHECK_FIRST: Outcome = { kind: 'check_first', code: 'refused', advice: 'Do something.' };
/** Its start at T0 + 10 s was answered with `result`. */
function answered(result: Outcome, more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = scheduled(more);
  until(model, 10_000);
  model.runJob('bc_1', 'start', STARTED);
  answer(model, result);
  return model;
}

/** The check after the 429 is due. */
function after429(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = answered({ kind: 'start_limited', retryAfterMs: null }, more);
  until(model, 40_000);
  return model;
}

/** The poll is due. */
function polling(more: Parameters<typeof scheduled>[0] = {}): Model {
  const model = answered({ kind: 'not_started' }, more);
  until(model, 19_500);
  return model;
}

/** Zoom has answered its stop with 400/3000. */
function stopRefused(): Model {
  const model = answered(ACCEPTED);
  until(model, 130_000);
  model.runJob('bc_1', 'stop', STARTED);
  answer(model, CHECK_FIRST);
  return model;
}

/** Its stream has dropped. */
function dropped(): Model {
  const model = answered(ACCEPTED);
  until(model, 20_000);
  event(model, 'stream_stopped', 'u1');
  return model;
}

const check = (model: Model, shows: MeetingStatus) => model.runJob('bc_1', 'start', shows);

describe('the history', () => {
  it('has the check with its moment and what it showed', () => {
    const exchange = { request: { method: 'GET', path: '/x' }, sentAt: T0 + 40_000, answeredAt: T0 + 40_100 };
    const said = { status: 200, code: null, message: null, trackingId: null };
    const lines = ([STARTED, BLIND] as MeetingStatus[]).map((result) => {
      const decision = onMeetingStatus(
        after429().snapshot('bc_1'),
        { ...exchange, result, answer: said },
        scheduled().rules,
        'w',
      );
      return decision.history[0];
    });
    expect(lines[0]).toMatchObject({
      ...{ type: 'request', at: T0 + 40_000, request: { method: 'GET', path: '/x' } },
      ...{ reason: 'checked the meeting: meeting is started', answer: { ...said, at: T0 + 40_100 } },
    });
    expect(lines[1]?.reason).toBe('checked the meeting: inconclusive');
    const silent = { ...exchange, sentAt: null, answer: null, result: TRANSIENT };
    const decision = onMeetingStatus(after429().snapshot('bc_1'), silent, scheduled().rules, 'w');
    expect(decision.history[0]).toMatchObject({ at: T0 + 40_100, answer: null });
  });
});

describe('the check after a 429', () => {
  it('is followed by the start at once, whatever it shows of a meeting that is there', () => {
    for (const shows of [STARTED, UNKNOWN, BLIND, TRANSIENT]) {
      const model = after429();
      check(model, shows);
      expect(get(model)).toMatchObject({ status: 'starting', lookFirst: null, nextAttemptAt: T0 + 40_000 });
      expect(get(model).reason).toMatch(shows.kind === 'meeting' ? /is running/ : /trying the start/);
      expect(check(model, STARTED)).toBe('send');
    }
  });

  it('waits for the host when the meeting does not run, and fails when there is none', () => {
    const waiting = after429();
    check(waiting, WAITING);
    expect(get(waiting)).toMatchObject({ status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 49_500 });
    const gone = after429();
    check(gone, GONE);
    expect(get(gone)).toMatchObject({ status: 'failed', reason: expect.stringContaining('meeting_not_found') });
  });

  it('shows that a start without an answer did nothing, when the meeting does not run', () => {
    const model = answered({ kind: 'transient', reason: 'no answer', unknown: true });
    until(model, 41_000);
    check(model, WAITING);
    expect(get(model)).toMatchObject({ status: 'waiting', unknownStarts: 0, mayBeOn: false });
  });
});

describe('a poll', () => {
  it('that sees the meeting running is followed by the start', () => {
    for (const shows of [STARTED, UNKNOWN]) {
      const model = polling();
      check(model, shows);
      expect(check(model, shows)).toBe('send');
    }
  });

  it('that sees nothing because of an error is repeated', () => {
    const model = polling();
    check(model, TRANSIENT);
    expect(get(model)).toMatchObject({ status: 'waiting', lookFirst: 'poll', nextAttemptAt: T0 + 29_000 });
  });

  it('that is not allowed makes place for a start once a minute', () => {
    const model = polling();
    check(model, BLIND);
    expect(get(model)).toMatchObject({ status: 'waiting', lookFirst: null, nextAttemptAt: T0 + 79_500 });
    until(model, 79_500);
    expect(check(model, STARTED)).toBe('send');
    const closing = polling({ window: 30_000 });
    check(closing, BLIND);
    expect(get(closing).nextAttemptAt).toBe(T0 + 40_000);
  });
});

describe('the check after 400/3000', () => {
  it('makes the refusal final when the meeting runs or nothing is to be seen of it', () => {
    for (const shows of [STARTED, UNKNOWN, BLIND]) {
      const model = answered(CHECK_FIRST);
      check(model, shows);
      expect(get(model)).toMatchObject({ status: 'failed', reason: 'refused: Do something.', alerted: ['failed'] });
    }
  });

  it('waits for the host when the meeting does not run', () => {
    const model = answered(CHECK_FIRST);
    check(model, WAITING);
    expect(get(model).status).toBe('waiting');
  });

  it('is repeated after an error, with a growing backoff, up to the end of the window', () => {
    const model = answered(CHECK_FIRST, { window: 2_000 });
    for (const at of [10_550, 11_600, 12_000]) {
      expect(check(model, TRANSIENT)).toBe('checkMeeting');
      expect(get(model)).toMatchObject({ lookFirst: 'code_3000', nextAttemptAt: T0 + at });
      until(model, at);
    }
  });

  it('of a stop ends the broadcast when nothing runs any more', () => {
    for (const shows of [WAITING, GONE]) {
      const model = stopRefused();
      model.runJob('bc_1', 'stop', shows);
      expect(get(model)).toMatchObject({ status: 'ended', stoppedAt: T0 + 130_000 });
    }
  });

  it('of a stop makes the refusal final when the meeting runs', () => {
    for (const shows of [STARTED, UNKNOWN, BLIND]) {
      const model = stopRefused();
      model.runJob('bc_1', 'stop', shows);
      expect(get(model)).toMatchObject({ status: 'failed', reason: 'refused: Do something.', lookFirst: null });
    }
  });

  it('of a stop is repeated after an error, and waits as long as the account pauses', () => {
    const model = stopRefused();
    model.runJob('bc_1', 'stop', TRANSIENT);
    expect(get(model)).toMatchObject({ status: 'stopping', lookFirst: 'code_3000', nextAttemptAt: T0 + 130_550 });
    until(model, 130_550);
    model.runJob('bc_1', 'stop', paused(600_000));
    expect(get(model)).toMatchObject({ status: 'stopping', nextAttemptAt: T0 + 600_000 });
    expect(model.pausedUntil).toBe(T0 + 600_000);
  });
});

describe('a refused token', () => {
  it('is renewed once; the second time the check has shown nothing and the start is tried', () => {
    const model = after429();
    check(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'starting', tokenRenewed: true, nextAttemptAt: T0 + 40_000 });
    check(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'starting', lookFirst: null, nextAttemptAt: T0 + 40_000 });
  });

  it('is renewed once; the second time a poll is tried again in its turn', () => {
    const model = polling();
    check(model, UNAUTHORIZED);
    check(model, UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'waiting', lookFirst: 'poll' });
    expect(get(model).nextAttemptAt).toBeGreaterThan(model.now);
  });

  it('is renewed once; the second time it lets a stop be tried on', () => {
    const model = stopRefused();
    model.runJob('bc_1', 'stop', UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'stopping', tokenRenewed: true });
    model.runJob('bc_1', 'stop', UNAUTHORIZED);
    expect(get(model)).toMatchObject({ status: 'stopping', nextAttemptAt: T0 + 130_550 });
  });

  it('is renewed again when another answer was between', () => {
    const model = polling();
    check(model, UNAUTHORIZED);
    check(model, TRANSIENT);
    expect(get(model)).toMatchObject({ status: 'waiting', tokenRenewed: false });
  });
});

describe('the pause of the account', () => {
  it('holds a check up, no longer than the window of its start', () => {
    const model = after429({ window: 60_000 });
    check(model, paused(60_000));
    expect(get(model)).toMatchObject({ status: 'starting', lookFirst: 'after_429', nextAttemptAt: T0 + 60_000 });
    expect(model.pausedUntil).toBe(T0 + 60_000);
    const closing = after429({ window: 35_000 });
    check(closing, paused(60_000));
    expect(get(closing).nextAttemptAt).toBe(T0 + 45_000);
  });

  it('holds the check after a drop up, and the window of the start is over by then', () => {
    const model = answered(ACCEPTED, { window: 60_000 });
    until(model, 80_000);
    event(model, 'stream_stopped', 'u1');
    check(model, paused(90_000));
    expect(get(model)).toMatchObject({ status: 'live', lookFirst: 'after_drop', nextAttemptAt: T0 + 90_000 });
  });
});

describe('the check after a drop', () => {
  it('finds nothing to restart when the meeting does not run or is gone', () => {
    for (const shows of [WAITING, GONE]) {
      const model = dropped();
      check(model, shows);
      expect(get(model)).toMatchObject({ status: 'ended', reason: 'the meeting has ended', restartWanted: false });
    }
  });

  it('is followed by the start in every other case', () => {
    for (const shows of [STARTED, UNKNOWN, BLIND, TRANSIENT, UNAUTHORIZED]) {
      const model = dropped();
      expect(stepOf(model, 'start')).toEqual({ do: 'checkMeeting', why: 'after_drop' });
      check(model, shows);
      expect(get(model)).toMatchObject({ status: 'live', lookFirst: null, nextAttemptAt: T0 + 20_000 });
      expect(stepOf(model, 'start')).toMatchObject({ do: 'send', request: 'start' });
    }
  });
});
