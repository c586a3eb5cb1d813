import { describe, expect, it } from 'vitest';
import { type Model, T0 } from '../../../proof/model/model.ts';
import { broadcastOf, happen } from '../../../proof/model/operations.ts';
import { EVENT, live, PLAN, scheduled, starting } from '../../../support/rules/scenario.ts';
import { get, put, waiting } from '../../../support/rules/states.ts';

/** What the event of a deleted meeting changes in a broadcast (`onZoomEvent`). */

describe('a meeting that is deleted', () => {
  const deleted = (model: Model, occurrenceAt: number | null = null) =>
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at: model.now, occurrenceAt });

  it('fails what has not begun and has no request under way', () => {
    for (const model of [scheduled(), waiting({}, true)]) {
      deleted(model);
      expect(get(model)).toMatchObject({ status: 'failed', reason: expect.stringContaining('meeting_not_found') });
    }
    for (const model of [starting({}, true), live({}, true)]) {
      const { status } = get(model);
      deleted(model);
      expect(get(model).status).toBe(status);
    }
  });

  it('in one occurrence fails the broadcast of that occurrence alone', () => {
    const other = scheduled();
    deleted(other, T0 + 7_200_000);
    expect(get(other)).toMatchObject({ status: 'scheduled', version: 1 });
    deleted(other, T0 + 10_000);
    expect(get(other)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^meeting_not_found: the occ/),
    });
  });

  it('in an occurrence in which the broadcast lies is a warning', () => {
    for (const at of [T0 + 20_000, T0 - 3_500_000]) {
      const model = scheduled();
      for (const _ of [1, 2]) deleted(model, at);
      expect(get(model)).toMatchObject({ status: 'scheduled', version: 2, warnings: [{ code: 'occurrence_deleted' }] });
    }
    // Half an hour before it, and its whole length after.
    for (const at of [T0 + 10_000 + 1_800_001, T0 + 10_000 - 3_600_000]) {
      const model = scheduled();
      deleted(model, at);
      expect(get(model).version).toBe(1);
    }
  });

  it('from one occurrence on fails that one and those that follow', () => {
    const model = scheduled();
    model.add(broadcastOf({ ...PLAN, startIn: 7_200_000 }, 'bc_2'));
    model.add(broadcastOf({ ...PLAN, startIn: 14_400_000 }, 'bc_3'));
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at: model.now, whole: true, since: T0 + 7_200_000 });
    expect(['bc_1', 'bc_2', 'bc_3'].map((id) => model.get(id).status)).toEqual(['scheduled', 'failed', 'failed']);
  });

  it('changes nothing when that is older than the plan', () => {
    const at = (ms: number, occurrenceAt: number | null = null) => {
      const model = scheduled();
      model.broadcasts.set('bc_1', { ...get(model), createdAt: T0 - 1_000, plannedAt: T0 - 500 });
      model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0 + ms, occurrenceAt });
      return get(model).status;
    };
    expect([-3_600_000, -501, -500, 0].map((ms) => at(ms))).toEqual(['scheduled', 'scheduled', 'failed', 'failed']);
    expect([-501, -500].map((ms) => at(ms, T0 + 10_000))).toEqual(['scheduled', 'failed']);
    // A record of an earlier build does not say when it was planned.
    const old = scheduled();
    old.broadcasts.set('bc_1', { ...get(old), plannedAt: 0 });
    old.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0 - 1 });
    expect(get(old).status).toBe('scheduled');
  });

  it('changes nothing when it is older than the retry that a person asked for', () => {
    const model = scheduled();
    deleted(model);
    const at = model.now;
    model.pass(60_000);
    happen(model, { do: 'command', which: 0, name: 'retry' });
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at });
    expect(get(model).status).toBe('scheduled');
  });

  it('changes nothing when it is older than the change to another meeting', () => {
    const model = scheduled();
    model.pass(5_000);
    happen(model, { do: 'change', which: 0, change: { meetingId: '99' } });
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0 + 4_999 });
    expect(get(model).status).toBe('scheduled');
  });

  it('changes nothing when Zoom has had the meeting since then', () => {
    for (const what of ['recovered', 'updated', 'meeting_started', 'meeting_ended', 'stream_started'] as const) {
      const model = scheduled();
      model.applyZoomEvent({ ...EVENT, what, at: T0 + 2_000 });
      model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0 + 1_999 });
      expect(get(model).status).toBe('scheduled');
      model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0 + 2_000 });
      expect(get(model).status).toBe('failed');
    }
  });
});

describe('a source that follows Zoom', () => {
  const source = { name: 'zoom', uid: '1', isZoom: true };
  it.each<[string, number | null, string]>([
    ['the meeting', null, 'canceled by source:zoom: the meeting was deleted in Zoom'],
    [
      'its occurrence',
      T0 + 10_000,
      'canceled by source:zoom: the occurrence of 2026-12-06T14:00:10.000Z was deleted in Zoom',
    ],
  ])('cancels its broadcast when %s is deleted: no failure, no alert', (_, occurrenceAt, reason) => {
    const model = put(scheduled(), { source });
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0, occurrenceAt });
    expect(get(model)).toMatchObject({ status: 'canceled', reason });
    expect(model.raised).toEqual([]);
  });

  it('fails as any other when the source is another timetable', () => {
    const model = put(scheduled(), { source: { name: 'church', uid: '1' } });
    model.applyZoomEvent({ ...EVENT, what: 'deleted', at: T0, occurrenceAt: T0 + 10_000 });
    expect(get(model)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('the occurrence of 2026-12-06T14:00:10.000Z was deleted'),
    });
  });
});
