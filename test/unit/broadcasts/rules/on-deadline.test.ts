import { describe, expect, it } from 'vitest';
import { nextDeadline } from '../../../../src/broadcasts/rules/on-deadline.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  event,
  live,
  NO_ANSWER,
  PLAN,
  STARTED,
  scheduled,
  until,
} from '../../../support/rules/scenario.ts';

/** To the millisecond: when a deadline is due though no job runs, and what is reported then (rule 13). */

const deadline = (model: Model) => {
  const at = nextDeadline(model.get('bc_1'), model.now, model.rules);
  return at === null ? null : at - T0;
};

/** What is raised at this moment, ms after T0, and not a millisecond before. */
function toldAt(model: Model, ms: number, code: string): void {
  expect(deadline(model)).toBe(ms);
  until(model, ms - 1);
  model.deadline('bc_1');
  expect(model.get('bc_1').alerted).not.toContain(code);
  until(model, ms);
  model.deadline('bc_1');
  expect(model.get('bc_1').alerted).toContain(code);
  expect(deadline(model)).not.toBe(ms);
}

describe('reported at its deadline, once', () => {
  it('a start 30 s late', () => toldAt(scheduled(), 40_000, 'late_start'));

  it('a start not confirmed within 60 s, where webhooks are on', () => toldAt(live({}, true), 70_000, 'unconfirmed'));

  it('a stop 60 s late, of one that is live', () => toldAt(live(), 190_000, 'late_stop'));

  it('a stop 60 s late, of one that a person has stopped', () => {
    const model = live();
    until(model, 50_000);
    happen(model, { do: 'command', which: 0, name: 'stop' });
    toldAt(model, 110_000, 'late_stop');
  });
});

describe('no deadline', () => {
  it('for the confirmation of one that Zoom has confirmed, of a webinar, or without webhooks', () => {
    const confirmed = live({}, true);
    event(confirmed, 'stream_started', 'u1');
    expect(confirmed.get('bc_1').confirmed).toBe(true);
    const stopping = live({}, true);
    until(stopping, 20_000);
    happen(stopping, { do: 'command', which: 0, name: 'stop' });
    expect(deadline(stopping)).toBe(80_000);
    for (const model of [confirmed, live({ kind: 'webinar' }, true), live()]) expect(deadline(model)).toBe(190_000);
  });

  it('of one that is live without a stop time, or at its end', () => {
    expect(deadline(live({ lasts: null }))).toBeNull();
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, ACCEPTED);
    expect(model.get('bc_1').status).toBe('ended');
    expect(deadline(model)).toBeNull();
  });
});

describe('a request in flight', () => {
  it('is not given up within 5 s of its claim, though its worker shows no heartbeat', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    model.loseLease(model.flights[0] as never, true);
    until(model, 14_999);
    model.deadline('bc_1');
    expect(model.get('bc_1').inFlight).not.toBeNull();
    until(model, 15_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').inFlight).toBeNull();
  });

  it('of a start is no late stop, however long it takes', () => {
    const model = scheduled();
    until(model, 129_000);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 200_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').alerted).toEqual(['late_start']);
    const { version } = model.get('bc_1');
    model.deadline('bc_1');
    expect(model.get('bc_1').version).toBe(version);
  });

  it('is checked when its lease may have ended, and given up only when it has', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(deadline(model)).toBe(15_000);
    until(model, 15_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').inFlight).not.toBeNull();
    model.loseLease(model.flights[0] as never, true);
    const { wake: timer } = model.get('bc_1');
    model.deadline('bc_1');
    expect(model.get('bc_1')).toMatchObject({ inFlight: null, unknownStarts: 1, wake: timer + 1 });
  });
});

describe('a window that has closed', () => {
  it('leaves the job a second, then the deadline ends it', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 30_999);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('scheduled');
    until(model, 31_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('missed');
  });

  it('is the next deadline, a second at least from now when a request is under way', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 40_000);
    model.broadcasts.set('bc_1', { ...model.get('bc_1'), alerted: ['late_start'] });
    expect(nextDeadline(model.get('bc_1'), T0 + 10_000, model.rules)).toBe(T0 + 31_000);
    expect(deadline(model)).toBe(41_000);
    const held = scheduled();
    until(held, 10_000);
    held.runJob('bc_1', 'start', STARTED);
    until(held, 20_000);
    expect(deadline(held)).toBe(21_000);
  });

  it('waits for the stop time to its very millisecond when a start may have worked', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 130_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('stopping');
  });

  it('waits for the stop time when a start may have worked', () => {
    const model = scheduled({ window: 20_000 });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    until(model, 129_999);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('starting');
    until(model, 131_000);
    model.deadline('bc_1');
    expect(model.get('bc_1').status).toBe('stopping');
  });
});

describe('a successor on the same meeting', () => {
  it('waits until the one before it is off air, and checks again every tenth of a second at first', () => {
    const model = live();
    model.add(broadcastOf({ ...PLAN, startIn: 130_000 }, 'bc_2'));
    until(model, 130_000);
    expect(model.runJob('bc_2', 'start', STARTED)).toBe('wait');
    model.runJob('bc_1', 'stop', STARTED);
    expect(model.runJob('bc_2', 'start', STARTED)).toBe('wait');
    expect(model.log.at(-1)).toContain('waiting for bc_1 to stop');
    answer(model, ACCEPTED);
    expect(model.runJob('bc_2', 'start', STARTED)).toBe('send');
  });
});

describe('a stop', () => {
  const due = () => {
    const model = live();
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    return model;
  };

  it('that Zoom answers with "not started" has nothing to stop', () => {
    const model = due();
    answer(model, { kind: 'not_started' });
    expect(model.get('bc_1').status).toBe('ended');
    expect(model.meeting).toMatchObject({ stream: 'off', streamAt: T0 + 130_000 });
  });

  it('that gets no answer is sent again', () => {
    const model = due();
    answer(model, NO_ANSWER);
    expect(model.get('bc_1').status).toBe('stopping');
    until(model, 200_000);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    answer(model, ACCEPTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'ended', inFlight: null, nextAttemptAt: null });
  });

  it('of a meeting that is gone has nothing to stop; one that is refused for good has failed', () => {
    const gone = due();
    answer(gone, { kind: 'refused', code: 'meeting_not_found', advice: 'Do something.' });
    expect(gone.get('bc_1')).toMatchObject({
      status: 'ended',
      reason: 'nothing to stop: the meeting no longer exists',
    });
    const refused = due();
    answer(refused, { kind: 'refused', code: 'no_permission', advice: 'Do something.' });
    expect(refused.get('bc_1')).toMatchObject({ status: 'failed', alerted: ['failed'] });
  });

  it('waits as long as a 429 says, and a second at least when its kind is unknown', () => {
    const account = due();
    answer(account, { kind: 'rate_limited', until: T0 + 140_000, scope: 'second' } as never);
    expect(account.get('bc_1').nextAttemptAt).toBe(T0 + 140_000);
    expect(account.runJob('bc_1', 'stop', STARTED)).toBe('wait');
    const unknown = due();
    answer(unknown, { kind: 'start_limited', retryAfterMs: null });
    expect(unknown.get('bc_1')).toMatchObject({ nextAttemptAt: T0 + 131_000, faults: 1 });
  });

  it('is given up after 24 hours, and not before', () => {
    const model = due();
    answer(model, NO_ANSWER);
    until(model, 130_000 + 24 * 3_600_000 - 1);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, NO_ANSWER);
    expect(model.get('bc_1').status).toBe('stopping');
    until(model, 130_000 + 25 * 3_600_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, NO_ANSWER);
    expect(model.get('bc_1')).toMatchObject({ status: 'failed', reason: expect.stringContaining('24 hours') });
  });

  it('that is limited is given up after 24 hours to the millisecond, too', () => {
    for (const result of [
      { kind: 'rate_limited', scope: 'second', until: T0 + 200_000_000 },
      { kind: 'start_limited', retryAfterMs: null },
      NO_ANSWER,
    ] as const) {
      const model = due();
      answer(model, NO_ANSWER);
      until(model, 130_000 + 24 * 3_600_000);
      model.runJob('bc_1', 'stop', STARTED);
      answer(model, result);
      expect(model.get('bc_1')).toMatchObject({ status: 'failed', nextAttemptAt: null });
    }
  });

  it('that was withdrawn is sent again at once', () => {
    const model = due();
    model.pass(200);
    answer(model, { kind: 'withdrawn' });
    expect(model.get('bc_1')).toMatchObject({ nextAttemptAt: T0 + 130_200, faults: 0, tokenRenewed: false });
    expect(model.get('bc_1').reason).toBe('stop time');
  });

  it('up to 60 s late is reported to nobody, and is off air since its request left', () => {
    const model = live();
    until(model, 190_000);
    model.runJob('bc_1', 'stop', STARTED);
    model.pass(400);
    answer(model, ACCEPTED);
    expect(model.get('bc_1')).toMatchObject({
      ...{ status: 'ended', stoppedAt: T0 + 190_000, stopLatenessMs: 60_000, alerted: [], reason: 'stop time' },
    });
  });

  it('more than 60 s late is reported with its answer', () => {
    const model = live();
    until(model, 190_001);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, ACCEPTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'ended', stopLatenessMs: 60_001, alerted: ['late_stop'] });
    expect(model.meeting.stream).toBe('off');
  });
});

describe('a late start', () => {
  it('is reported once, by its deadline or by its answer', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'start_limited', retryAfterMs: null });
    until(model, 40_001);
    model.deadline('bc_1');
    expect(model.get('bc_1').alerted).toEqual(['late_start']);
    model.runJob('bc_1', 'start', STARTED);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 41_000);
    answer(model, ACCEPTED);
    expect(model.get('bc_1')).toMatchObject({ status: 'live', alerted: ['late_start'] });
  });
});
