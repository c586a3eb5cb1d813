import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { meetingMoved } from '../../../../src/broadcasts/rules/meeting-move.ts';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { T0 } from '../../../proof/model/model.ts';
import { broadcastOf, type Plan } from '../../../proof/model/operations.ts';
import { event, PLAN, scheduled } from '../../../support/rules/scenario.ts';

/** To which broadcast a moved meeting belongs, and what becomes of it (`meetingMoved`). */

const HOUR = 3_600_000;

const START = T0 + 10_000;

const MOVED: ZoomEvent = {
  ...{
    account: 'default',
    meetingId: '68423085',
    kind: 'meeting',
    what: 'updated',
    at: T0 + 1,
    uuid: null,
    service: null,
  },
  ...{ operator: true, occurrenceAt: null, movedTo: START + HOUR, movedFrom: START },
};

/** What this event changes in a broadcast that starts at T0 + 10 s and follows. */
function moved(seen: Partial<ZoomEvent>, more: Partial<Plan> = {}, others = 0, mayFollow = true) {
  const model = scheduled({ onMove: 'follow', ...more });
  for (let i = 0; i < others; i += 1) model.add(broadcastOf({ ...PLAN, startIn: 90_000_000 }, `bc_${i + 2}`));
  const snapshot = model.snapshot('bc_1');
  const builder = new DecisionBuilder(snapshot.broadcast, model.now, 'zoom');
  const changes = meetingMoved(builder, snapshot, { ...MOVED, ...seen }, mayFollow);
  return { changes, by: builder.next.startAt - START, next: builder.next, history: builder.history };
}

describe('a moved meeting', () => {
  it('moves by the difference to where it was, its occurrence first', () => {
    expect(moved({})).toMatchObject({ changes: true, by: HOUR });
    expect(moved({ movedFrom: START - HOUR }).by).toBe(2 * HOUR);
    expect(moved({ occurrenceAt: START, movedFrom: START - HOUR }).by).toBe(HOUR);
    expect(moved({ movedFrom: null }).by).toBe(HOUR);
  });

  it('that does not say where to, or nowhere else, moves nothing', () => {
    expect(moved({ movedTo: null })).toMatchObject({ changes: false, by: 0 });
    expect(moved({ movedTo: START })).toMatchObject({ changes: false, by: 0 });
    expect(moved({ movedTo: START }).next.movesSeen).toEqual([]);
  });

  it('that does not say where from belongs to its only broadcast, and to none of several', () => {
    expect(moved({ movedFrom: null }, {}, 0).changes).toBe(true);
    expect(moved({ movedFrom: null }, {}, 1).changes).toBe(false);
  });

  it('takes along what starts less than twelve hours from it, or is the only broadcast of a single meeting', () => {
    const far = { movedFrom: START - 12 * HOUR };
    expect(moved({ movedFrom: START - 12 * HOUR + 1 }, {}, 1).changes).toBe(true);
    expect(moved(far, {}, 1).changes).toBe(false);
    expect(moved(far, {}, 0).changes).toBe(true);
    expect(moved({ occurrenceAt: START - 12 * HOUR }, {}, 0).changes).toBe(false);
    expect(moved({ occurrenceAt: START - 12 * HOUR }, {}, 1).changes).toBe(false);
  });

  it('counts when it is newer than the plan, and once', () => {
    expect(moved({ at: T0 }).changes).toBe(false);
    const model = scheduled({ onMove: 'follow' });
    const broadcast = { ...model.get('bc_1'), movesSeen: [T0 + 1] };
    const snapshot = { ...model.snapshot('bc_1'), broadcast };
    expect(meetingMoved(new DecisionBuilder(broadcast, T0, 'zoom'), snapshot, MOVED, true)).toBe(false);
  });

  it('remembers its last fifty moves', () => {
    const model = scheduled({ onMove: 'follow' });
    const broadcast = { ...model.get('bc_1'), movesSeen: Array.from({ length: 50 }, (_, i) => T0 + 2 + i) };
    const builder = new DecisionBuilder(broadcast, T0, 'zoom');
    meetingMoved(builder, { ...model.snapshot('bc_1'), broadcast }, MOVED, true);
    expect(builder.next.movesSeen).toHaveLength(50);
    expect(builder.next.movesSeen.at(-1)).toBe(T0 + 1);
  });

  it('is a new plan for what follows, in the history with its times', () => {
    const { next, history } = moved({}, { destination: true });
    expect(next).toMatchObject({
      ...{ revision: 2, wake: 0, movedBy: 0, configured: false, alerted: [], nextAttemptAt: null },
      stopAt: START + HOUR + 120_000,
    });
    expect(history[0]).toMatchObject({
      ...{ type: 'changed', request: { startAt: '2026-12-06T15:00:10.000Z', stopAt: '2026-12-06T15:02:10.000Z' } },
      before: { startAt: '2026-12-06T14:00:10.000Z', stopAt: '2026-12-06T14:02:10.000Z' },
    });
    const open = moved({}, { lasts: null });
    expect(open.next.stopAt).toBeNull();
    expect(open.history[0]?.request).toEqual({ startAt: '2026-12-06T15:00:10.000Z', stopAt: null });
  });

  it('is followed into the future only', () => {
    expect(moved({ movedTo: T0 + 1 }).by).toBe(1 - 10_000);
    expect(moved({ movedTo: T0 })).toMatchObject({ changes: true, by: 0, next: { movedBy: -10_000 } });
  });

  it('says what to do by what was in the way', () => {
    const advice = (...args: Parameters<typeof moved>) => moved(...args).next.warnings[0]?.advice;
    expect(advice({}, { onMove: 'warn' })).toMatch(/^Reschedule the broadcast/);
    expect(advice({ movedTo: T0 })).toMatch(/is in the past/);
    expect(advice({}, {}, 0, false)).toMatch(/^Another broadcast/);
    expect(moved({}, {}, 0, false)).toMatchObject({ by: 0, next: { movedBy: HOUR } });
  });
});

describe('one occurrence of a recurring meeting that is moved', () => {
  const occurrence = {
    occurrenceAt: START,
    occurrenceId: START,
    lasts: HOUR,
    movedTo: START + 3 * HOUR,
    movedFrom: null,
  };

  it('takes along what lies in it, and nothing beside it', () => {
    expect(moved(occurrence, {}, 1).by).toBe(3 * HOUR);
    expect(moved({ ...occurrence, occurrenceAt: START - HOUR + 1 }).by).toBe(4 * HOUR - 1);
    expect(moved({ ...occurrence, occurrenceAt: START + HOUR / 2 }).by).toBe(2.5 * HOUR);
    for (const from of [START - HOUR, START + HOUR / 2 + 1]) {
      const beside = { ...occurrence, occurrenceAt: from, occurrenceId: from };
      expect(moved(beside).changes).toBe(false);
    }
  });

  it('is known by where it was at first, when it was moved before and the broadcast was not', () => {
    const again = { ...occurrence, occurrenceAt: START + 48 * HOUR, movedTo: START + 49 * HOUR };
    expect(moved(again, { onMove: 'warn' })).toMatchObject({ changes: true, by: 0, next: { movedBy: HOUR } });
  });

  it('counts once, also when its date lies too far ahead to be true', () => {
    const model = scheduled({ onMove: 'follow' });
    for (const at of [T0 + 1, T0 + 2]) model.applyZoomEvent({ ...MOVED, ...occurrence, at, stamp: 9e15 });
    expect(model.get('bc_1').startAt).toBe(START + 3 * HOUR);
  });
});

describe('a recurring meeting that is moved as a whole', () => {
  const whole = { whole: true, movedFrom: START, movedTo: START + HOUR };

  it('takes along every broadcast of it, by the same length', () => {
    expect(moved({ ...whole, movedFrom: START - 900 * HOUR, movedTo: START - 899 * HOUR }, {}, 3).by).toBe(HOUR);
    const model = scheduled({ onMove: 'warn' });
    for (const n of [2, 3]) model.add(broadcastOf({ ...PLAN, startIn: n * 86_400_000 }, `bc_${n}`));
    model.applyZoomEvent({ ...MOVED, ...whole });
    for (const n of [1, 2, 3])
      expect(model.get(`bc_${n}`)).toMatchObject({ movedBy: HOUR, warnings: [{ code: 'meeting_moved' }] });
  });

  it('from one occurrence on leaves those before it', () => {
    expect(moved({ ...whole, since: START + 1_000 }).changes).toBe(false);
    expect(moved({ ...whole, since: START }).by).toBe(HOUR);
  });

  it('changes nothing when that is older than the plan', () => {
    expect(moved({ ...whole, at: T0 }).changes).toBe(false);
  });
});

describe('the event of a moved meeting', () => {
  const BY_90_MINUTES = { moved: 5_400_000 };

  it('takes along a broadcast that follows: times, length and window, as a new plan', () => {
    const model = scheduled({ onMove: 'follow' });
    const before = model.get('bc_1');
    event(model, 'updated', null, -1, BY_90_MINUTES);
    const after = model.get('bc_1');
    expect(after).toMatchObject({ startAt: before.startAt + 5_400_000, revision: before.revision + 1, warnings: [] });
    expect(after.startBefore - before.startBefore).toBe(5_400_000);
    expect((after.stopAt ?? 0) - after.startAt).toBe(120_000);
  });

  it('takes it along once, however often the event comes', () => {
    const model = scheduled({ onMove: 'follow' });
    for (const _ of [1, 2]) event(model, 'updated', null, -1, BY_90_MINUTES);
    expect(model.get('bc_1').startAt).toBe(T0 + 10_000 + 5_400_000);
  });

  it('ends at the same time in whatever order two moves are heard, followed or only reported', () => {
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
    event(model, 'updated', null, 60_000, BY_90_MINUTES);
    expect(model.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, revision: 1, warnings: [] });
  });

  it('stands in the warnings otherwise, with the time it would be', () => {
    const model = scheduled();
    event(model, 'updated', null, -1, BY_90_MINUTES);
    expect(model.get('bc_1').startAt).toBe(T0 + 10_000);
    const [warning] = model.get('bc_1').warnings;
    expect(warning?.code).toBe('meeting_moved');
    expect(warning?.message).toContain(new Date(T0 + 10_000 + 5_400_000).toISOString());
  });

  it('stands there, too, when the new time is past or taken by another broadcast', () => {
    const past = scheduled({ onMove: 'follow' });
    event(past, 'updated', null, -1, { moved: -60_000 });
    expect(past.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, warnings: [{ code: 'meeting_moved' }] });
    expect(past.get('bc_1').warnings[0]?.advice).toMatch(/past/);
    const taken = scheduled({ onMove: 'follow' });
    taken.add(broadcastOf({ ...PLAN, startIn: 140_000 }, 'bc_2'));
    event(taken, 'updated', null, -1, { moved: 20_000 });
    expect(taken.get('bc_1')).toMatchObject({ startAt: T0 + 10_000, warnings: [{ code: 'meeting_moved' }] });
    expect(taken.get('bc_1').warnings[0]?.advice).toMatch(/Another broadcast/);
  });
});

it('a recurring meeting that does not say where from moves its only broadcast by the difference to it', () => {
  expect(moved({ whole: true, movedFrom: null })).toMatchObject({ changes: true, by: HOUR });
});
