import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../../src/broadcasts/rules/event-reach.ts';
import type { ZoomEvent } from '../../../../src/broadcasts/zoom-event.ts';
import { T0 } from '../../../proof/model/model.ts';

/** Which planned broadcasts an event of a recurring meeting is read for (`reachOf`). */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const reach = (more: Partial<ZoomEvent>) =>
  reachOf({
    ...{ account: 'default', meetingId: '1', kind: 'meeting', what: 'updated', at: T0, uuid: null, service: null },
    ...{ operator: true, occurrenceAt: null, movedTo: null, movedFrom: null },
    ...more,
  });
const between = (from: number | null, to: number | null, latestFirst = false) => ({
  kind: 'between',
  ...{ from, to, latestFirst },
});

describe('what is read', () => {
  it('for one occurrence lies around it, and around where it was at first if that is not far', () => {
    const occurrenceAt = T0 + 3 * DAY;
    expect(reach({ what: 'deleted', occurrenceAt })).toEqual(between(T0 + 2.5 * DAY, T0 + 3.5 * DAY));
    const moved = reach({ occurrenceAt, movedTo: T0, occurrenceId: T0 });
    expect(moved).toEqual(between(T0 - DAY / 2, T0 + 3.5 * DAY));
    expect(reach({ occurrenceAt, movedTo: T0, occurrenceId: occurrenceAt - 32 * DAY })).toEqual(
      between(T0 + 2.5 * DAY, T0 + 3.5 * DAY),
    );
  });

  it('for those that follow begins there, and where they may have been left behind', () => {
    const following = { whole: true, since: T0, movedFrom: T0, movedTo: T0 + HOUR };
    expect(reach(following)).toEqual(between(T0 - 31 * DAY, null, true));
    expect(reach({ ...following, what: 'deleted', movedTo: null })).toEqual(between(T0 - 31 * DAY, null));
    expect(reach({ whole: true, movedFrom: T0, movedTo: T0 + HOUR })).toEqual(between(null, null, true));
  });

  it('for a change or a restored meeting without a new time is only what has begun', () => {
    expect(reach({})).toEqual({ kind: 'begun' });
    expect(reach({ what: 'recovered' })).toEqual({ kind: 'begun' });
    expect(reach({ what: 'other' })).toBeNull();
  });

  it.each<[string, Partial<ZoomEvent>, boolean]>([
    ['to a later time', { movedFrom: T0, movedTo: T0 + 1 }, true],
    ['to an earlier time', { movedFrom: T0, movedTo: T0 - 1 }, false],
    ['to the same time', { movedFrom: T0, movedTo: T0 }, false],
    ['from a time that Zoom left out', { movedFrom: null, movedTo: T0 }, false],
    // A start before 1970 is smaller than the null of a deletion.
    ['that is a deletion', { what: 'deleted', movedFrom: -1, movedTo: null }, false],
  ])('in its order, for a move %s', (_, more, latestFirst) => {
    expect(reach({ whole: true, ...more })).toEqual(between(null, null, latestFirst));
  });

  it('for an occurrence that was moved by 31 days takes in both places', () => {
    const occurrenceAt = T0 + 31 * DAY;
    expect(reach({ occurrenceAt, occurrenceId: T0 })).toEqual(between(T0 - DAY / 2, T0 + 31.5 * DAY));
  });
});
