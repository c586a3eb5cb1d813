import { describe, expect, it } from 'vitest';
import { type Pause, pauseOver, scopeName } from '../../../../src/broadcasts/pause.ts';
import { nextDeadline } from '../../../../src/broadcasts/rules/on-deadline.ts';
import { dueAt, expectedTimers } from '../../../../src/broadcasts/rules/timers.ts';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { broadcastOf, obey } from '../../../proof/model/operations.ts';
import {
  ACCEPTED,
  answer,
  cancel,
  change,
  event,
  live,
  NO_ANSWER,
  PLAN,
  STARTED,
  scheduled,
  starting,
  until,
  WAITING,
} from '../../../support/rules/scenario.ts';

/** Rule 16, sentence by sentence. The plan: start at T0 + 10 s, stop at T0 + 130 s. */

const one = (model: Model) => model.get('bc_1');
const runStart = (model: Model, shows = STARTED) => model.runJob('bc_1', 'start', shows);

/** Held back since its due moment, T0 + 10 s. */
function held(ms: number | null = null, note: string | null = 'fire drill'): Model {
  const model = scheduled();
  model.pause(ms === null ? null : T0 + ms, note);
  until(model, 10_000);
  runStart(model);
  return model;
}

describe('a start that comes due under a pause', () => {
  it('waits in scheduled; nextAttemptAt is the end of the pause', () => {
    expect(one(held(60_000))).toMatchObject({
      status: 'scheduled',
      nextAttemptAt: T0 + 60_000,
      held: { since: T0 + 10_000 },
    });
    expect(one(held(null))).toMatchObject({ status: 'scheduled', nextAttemptAt: null });
  });

  it('is not tried in a hot loop: no job before the end of the pause, or none at all', () => {
    expect(expectedTimers(one(held(60_000)))).toEqual([{ action: 'start', at: T0 + 60_000 }]);
    const model = held(null);
    expect(expectedTimers(one(model))).toEqual([]);
    expect(dueAt(one(model))).toBeNull();
    expect(runStart(model)).toBe('nothing');
  });

  it('raises no alert, however long it waits, and is not missed while the pause lasts', () => {
    const model = held(null);
    expect(nextDeadline(one(model), model.now, model.rules)).toBeNull();
    until(model, 3_600_000);
    model.deadline('bc_1');
    model.runJob('bc_1', 'stop', STARTED);
    runStart(model);
    expect(one(model).status).toBe('scheduled');
    expect(model.raised).toEqual([]);
  });

  it('is held back by the deadline when its job is lost', () => {
    const model = scheduled();
    model.pause(null);
    until(model, 45_000);
    model.deadline('bc_1');
    expect(one(model)).toMatchObject({ status: 'scheduled', held: { pauseId: 'pa_1' } });
    expect(model.raised).toEqual([]);
  });

  it('writes its destination no sooner than the start may leave', () => {
    const model = scheduled({ destination: true });
    model.pause(T0 + 60_000);
    until(model, 9_500);
    expect(runStart(model)).toBe('wait');
    until(model, 10_000);
    runStart(model);
    until(model, 60_000);
    runStart(model);
    expect(model.flights).toMatchObject([{ request: 'configure' }]);
  });
});

describe('when the pause ends', () => {
  it('the start leaves at once, by its own time or by a person', () => {
    const byItself = held(60_000);
    until(byItself, 59_999);
    expect(runStart(byItself)).toBe('wait');
    until(byItself, 60_000);
    expect(runStart(byItself)).toBe('send');
    const byPerson = held(null);
    until(byPerson, 50_000);
    byPerson.resume();
    expect(runStart(byPerson)).toBe('send');
    expect(one(byPerson)).toMatchObject({ status: 'starting', held: null });
  });

  it('its lateness counts from there, and so does the alert', () => {
    const model = held(null);
    until(model, 80_000);
    model.resume();
    model.deadline('bc_1');
    expect(model.raised).toEqual([]);
    expect(nextDeadline(one(model), model.now, model.rules)).toBe(T0 + 110_000);
    until(model, 80_500);
    runStart(model);
    answer(model, ACCEPTED);
    expect(one(model)).toMatchObject({ status: 'live', startLatenessMs: 500 });
    expect(model.raised).toEqual([]);
  });

  it('one whose window has closed is missed, with the note as its reason and without an alert', () => {
    for (const act of [
      runStart,
      (model: Model) => model.deadline('bc_1'),
      (model: Model) => model.runJob('bc_1', 'stop', STARTED),
    ]) {
      const model = held(null);
      until(model, 130_000);
      model.resume();
      act(model);
      expect(one(model)).toMatchObject({ status: 'missed', reason: 'fire drill' });
      expect(model.raised).toEqual([]);
    }
  });

  it('without a note the reason says that it was a pause', () => {
    const model = held(140_000, null);
    until(model, 140_000);
    runStart(model);
    expect(one(model).reason).toMatch(/^a pause held the start back until its window had closed/);
  });

  it('of several, all must: the last to end is the one that counts', () => {
    const model = held(30_000);
    model.pause(null, 'snow');
    until(model, 30_000);
    runStart(model);
    expect(one(model)).toMatchObject({
      status: 'scheduled',
      nextAttemptAt: null,
      held: { note: 'snow', since: T0 + 10_000 },
    });
    model.resume();
    expect(runStart(model)).toBe('send');
  });

  it('one that was not due yet starts at its time', () => {
    const model = scheduled();
    model.pause(T0 + 5_000);
    until(model, 9_999);
    expect(runStart(model)).toBe('wait');
    until(model, 10_000);
    expect(runStart(model)).toBe('send');
  });
});

describe('later tries are starts, too', () => {
  it('after an error, of one that waits for its host, and after a drop', () => {
    const failing = starting();
    answer(failing, { kind: 'transient', reason: '503', unknown: false });
    const waiting = starting();
    answer(waiting, { kind: 'not_started' });
    const dropped = live();
    until(dropped, 20_000);
    event(dropped, 'stream_stopped', 'u1');
    for (const model of [failing, waiting, dropped]) {
      const { status } = one(model);
      model.pause(null);
      model.pass(40_000);
      expect(runStart(model)).toBe('nothing');
      expect(one(model)).toMatchObject({ status, nextAttemptAt: null });
      expect(one(model).held).not.toBeNull();
      model.resume();
      expect(['send', 'checkMeeting']).toContain(runStart(model));
    }
  });

  it('two without an answer use them up: nothing is left to hold back', () => {
    const model = starting({ lasts: 5_400_000 });
    answer(model, NO_ANSWER);
    until(model, 45_000);
    runStart(model);
    runStart(model);
    answer(model, NO_ANSWER);
    model.pause(null);
    until(model, 60_000);
    runStart(model);
    expect(one(model).held).toBeNull();
  });
});

describe('a stop is never held back', () => {
  it('at its time, or by a person', () => {
    const planned = live();
    planned.pause(null);
    until(planned, 130_000);
    expect(planned.runJob('bc_1', 'stop', STARTED)).toBe('send');
    const asked = live();
    asked.pause(null);
    obey(asked, 'bc_1', 'stop');
    expect(asked.runJob('bc_1', 'stop', STARTED)).toBe('send');
  });

  it('nor one that is sent to be sure, of a start that may have worked', () => {
    const model = starting();
    answer(model, NO_ANSWER);
    model.pause(null);
    until(model, 60_000);
    runStart(model, WAITING);
    expect(one(model).held).not.toBeNull();
    expect(expectedTimers(one(model))).toEqual([{ action: 'stop', at: T0 + 130_000 }]);
    until(model, 130_000);
    expect(model.runJob('bc_1', 'stop', STARTED)).toBe('send');
    expect(one(model)).toMatchObject({ status: 'stopping', held: null });
  });
});

describe('what people do meanwhile', () => {
  it('a start or a retry is refused, and names the pause', () => {
    const model = held(null);
    obey(model, 'bc_1', 'start');
    expect(model.log.at(-1)).toContain('refused: paused');
    const missed = held(null);
    until(missed, 131_000);
    missed.resume();
    runStart(missed);
    change(missed, { stopAt: null });
    missed.pause(null);
    obey(missed, 'bc_1', 'retry');
    expect(one(missed).status).toBe('missed');
  });

  it('a cancel cancels, and a new start time is waited for', () => {
    const canceled = held(null);
    cancel(canceled);
    expect(one(canceled)).toMatchObject({ status: 'canceled', held: null });
    const moved = held(null);
    change(moved, { startAt: T0 + 30_000 });
    expect(expectedTimers(one(moved))).toContainEqual({ action: 'start', at: T0 + 30_000 });
    moved.resume();
    until(moved, 29_999);
    expect(runStart(moved)).toBe('wait');
  });

  it('a title changes nothing: it is held back again', () => {
    const model = held(60_000);
    change(model, { title: 'Other' });
    runStart(model);
    expect(one(model)).toMatchObject({ status: 'scheduled', nextAttemptAt: T0 + 60_000 });
  });
});

describe('which pause shows', () => {
  const pause = (id: string, covers: string, ends: number | null, since = T0): Pause => ({
    ...{ id, covers, until: ends, since, note: null, by: 'x', scope: { all: true } },
  });
  const broadcast = { ...broadcastOf(PLAN, 'bc_1'), labels: { room: 'A' }, seriesId: 'sr_1' };

  it.each(['all', 'account:default', 'series:sr_1', 'label:room', 'label:room=A'])('one of %s covers it', (covers) => {
    expect(pauseOver(broadcast, [pause('pa_1', covers, null)])?.id).toBe('pa_1');
  });

  it.each(['account:east', 'series:sr_2', 'label:roo', 'label:room=B', 'label:A'])('one of %s does not', (covers) => {
    expect(pauseOver(broadcast, [pause('pa_1', covers, null)])).toBeNull();
  });

  it('the last to end; of those that end together, the first that began; none once it is over', () => {
    const pauses = [pause('a', 'all', T0 + 5), pause('b', 'all', null, T0 + 1), pause('c', 'label:room', null)];
    expect(pauseOver(broadcast, pauses)?.id).toBe('c');
    expect(pauseOver({ ...broadcast, status: 'ended' }, pauses)).toBeNull();
  });

  it('a label is the same in both its forms', () => {
    expect(scopeName({ label: { room: 'A' } })).toBe(scopeName({ label: 'room=A' }));
  });
});
