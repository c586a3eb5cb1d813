import { describe, expect, it } from 'vitest';
import { dueAt, expectedTimers, jobIdOf, timerChanges, timerJobOf } from '../../../../src/broadcasts/rules/timers.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { ACCEPTED, answer, change, NO_ANSWER, STARTED, scheduled, until } from '../../../support/rules/scenario.ts';
import { put } from '../../../support/rules/states.ts';

/** The jobs of a broadcast, to the millisecond (`expectedTimers`, `dueAt`). */

const jobs = (model: Model) => expectedTimers(model.get('bc_1')).map(({ action, at }) => [action, at - T0]);

describe('the jobs of a broadcast', () => {
  it('are its start and its stop, then its stop alone', () => {
    const model = scheduled();
    expect(jobs(model)).toEqual([
      ['start', 10_000],
      ['stop', 130_000],
    ]);
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    expect(jobs(model)).toEqual([['stop', 130_000]]);
    expect(jobs(scheduled({ lasts: null }))).toEqual([['start', 10_000]]);
  });

  it('are a start for a change of view of a live one, and the stop when it is tried again', () => {
    const model = scheduled();
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, ACCEPTED);
    until(model, 20_000);
    change(model, { settings: { layout: 'speaker_view' } });
    expect(jobs(model)).toEqual([
      ['start', 20_000],
      ['stop', 130_000],
    ]);
    model.runJob('bc_1', 'start', STARTED);
    answer(model, { kind: 'transient', reason: '503', unknown: false });
    expect(jobs(model)[0]).toEqual(['start', 20_550]);
    until(model, 130_000);
    model.runJob('bc_1', 'stop', STARTED);
    answer(model, { kind: 'rate_limited', scope: 'second', until: T0 + 140_000 });
    expect(jobs(model)).toEqual([['stop', 140_000]]);
  });

  it('after one start without an answer are the second in 30 s, after two the end of the window', () => {
    const model = scheduled({ lasts: null });
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    until(model, 12_000);
    answer(model, NO_ANSWER);
    // It may have reached Zoom up to a second after it left.
    expect(jobs(model)).toEqual([['start', 41_000]]);
    until(model, 41_000);
    expect(model.runJob('bc_1', 'start', STARTED)).toBe('checkMeeting');
    model.runJob('bc_1', 'start', STARTED);
    answer(model, NO_ANSWER);
    expect(model.get('bc_1')).toMatchObject({ unknownStarts: 2, nextAttemptAt: null });
    expect(jobs(model)).toEqual([['start', 7_210_000]]);
  });

  it('are none under a pause without an end, but for the stop of a start that may have worked', () => {
    const held = { held: { pauseId: 'pa_1', note: null, since: T0 }, mayBeOn: true };
    expect(jobs(put(scheduled(), held))).toEqual([['stop', 130_000]]);
    expect(jobs(put(scheduled(), { ...held, mayBeOn: false }))).toEqual([]);
    expect(jobs(put(scheduled({ lasts: null }), held))).toEqual([]);
  });

  it('have ids of the plan, and of the wake-up from the second one on', () => {
    const plan = { id: 'bc_1', revision: 3, wake: 0 };
    expect(jobIdOf(plan, 'stop')).toBe('bc_1_stop_3');
    expect(jobIdOf({ ...plan, wake: 2 }, 'stop')).toBe('bc_1_stop_3_2');
  });

  it('are missed past the first of them, not while a request is under way, nor when there is none', () => {
    const model = scheduled({ lasts: null });
    expect(dueAt(model.get('bc_1'))).toBe(T0 + 10_000);
    expect(dueAt(scheduled().get('bc_1'))).toBe(T0 + 10_000);
    until(model, 10_000);
    model.runJob('bc_1', 'start', STARTED);
    expect(dueAt(model.get('bc_1'))).toBeNull();
    answer(model, ACCEPTED);
    expect(dueAt(model.get('bc_1'))).toBeNull();
  });
});

describe('the jobs that a change adds and removes', () => {
  const model = scheduled();
  const before = { ...model.get('bc_1'), status: 'scheduled' as const };
  const changes = (after: typeof before, from: typeof before | null = before, now = T0) => {
    const { added, removed } = timerChanges(from, after, now);
    return [added.map(({ action }) => action), removed.map(({ id }) => id)];
  };

  it('are all its own for a new broadcast, and none when its plan is as before', () => {
    expect(changes(before, null)).toEqual([['start', 'stop'], []]);
    expect(changes({ ...before, title: 'another' })).toEqual([[], []]);
  });

  it('are the new ones and the old ones for a new revision', () => {
    const ids = [`bc_1_start_${before.revision}`, `bc_1_stop_${before.revision}`];
    expect(changes({ ...before, revision: before.revision + 1 })).toEqual([['start', 'stop'], ids]);
  });

  it('are only gone for a broadcast that is over', () => {
    expect(changes({ ...before, status: 'canceled' as never })).toEqual([
      [],
      [jobIdOf(before, 'start'), jobIdOf(before, 'stop')],
    ]);
  });

  it('are not gone while their request is in flight: the worker that holds the job ends it', () => {
    const over = { ...before, status: 'failed' as never };
    const inFlight = { request: 'start' as const, fence: 'f', worker: 'w', at: before.startAt };
    expect(changes(over, { ...before, inFlight }, before.startAt)).toEqual([[], [jobIdOf(before, 'stop')]]);
    expect(changes(over, before, before.startAt)[1]).toHaveLength(2);
  });
});

describe('the id of a job', () => {
  it.each(['bc_1', 'bc_a_start_1', 'bc_stop'])('says what it is for: %s', (id) => {
    const job = (wake: number) => timerJobOf(jobIdOf({ id, revision: 7, wake }, 'stop'));
    for (const wake of [0, 12]) expect(job(wake)).toEqual({ broadcastId: id, action: 'stop', revision: 7 });
  });

  it('names the plan, whatever its number', () => {
    expect(timerJobOf('bc_1_start_12_3')).toEqual({ broadcastId: 'bc_1', action: 'start', revision: 12 });
  });

  it.each(['', 'canary', 'bc_1_start', 'bc_1_pause_1', '_start_1', 'bc_1_start_1x'])('is none: "%s"', (id) => {
    expect(() => timerJobOf(id)).toThrow(`"${id}" is no id of a job`);
  });
});
