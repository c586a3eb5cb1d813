import { describe, expect, it } from 'vitest';
import { columnOf, conflictOf, momentOf, shifted } from '../../../dashboard/views/calendar/grid.ts';
import type { Broadcast } from '../../../src/client/index.ts';

const DAY = new Date(2026, 11, 6).getTime();
const HOUR = 3_600_000;
const at = (hour: number) => DAY + hour * HOUR;
const broadcast = (id: string, from: number, to: number | null, more: Partial<Broadcast> = {}): Broadcast =>
  ({
    id,
    meetingId: '1',
    kind: 'meeting',
    account: 'default',
    status: 'scheduled',
    startAt: new Date(at(from)).toISOString(),
    stopAt: to === null ? null : new Date(at(to)).toISOString(),
    ...more,
  }) as Broadcast;

describe('columns', () => {
  it('what overlaps stands side by side; what finds no room is counted by the hour; all are there', () => {
    const all = Array.from({ length: 6 }, (_, i) => ({ id: `b${i}`, startAt: at(9), stopAt: at(10) }));
    const { boxes, more } = columnOf([...all, { id: 'later', startAt: at(10), stopAt: at(11) }], DAY, 4);
    expect(boxes.map(({ lane, lanes }) => [lane, lanes])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 4],
      [0, 1],
    ]);
    expect([...more]).toEqual([[9, 2]]);
  });

  it('one over midnight stands on both days', () => {
    const late = [{ id: 'late', startAt: at(23), stopAt: at(25) }];
    expect(columnOf(late, DAY, 4).boxes).toMatchObject([{ top: 1_380, height: 60 }]);
    expect(columnOf(late, at(24), 4).boxes).toMatchObject([{ top: 0, height: 60 }]);
  });
});

describe('conflicts', () => {
  const other = broadcast('other', 10, 11);
  it.each([
    ['it overlaps', {}, 9.5, 'other'],
    ["one's end is the other's start", {}, 9, null],
    ['the other is over', { status: 'canceled' }, 9.5, null],
    ['it is another meeting', { meetingId: '2' }, 9.5, null],
    ['it is of another account', { account: 'b' }, 9.5, null],
    ['it is a webinar of the same number', { kind: 'webinar' }, 9.5, 'other'],
    ['it has no stop, and its start window is open', { stopAt: null }, 11.9, 'other'],
    ['it has no stop, and its start window is over', { stopAt: null }, 12, null],
    ['it has no stop, and a start window of its own', { stopAt: null, startWindow: 'PT3H' }, 12.9, 'other'],
  ] as const)('%s', (_, more, from, expected) => {
    const times = { startAt: at(from), stopAt: at(from + 1) };
    expect(conflictOf(broadcast('a', 8, 9), times, [{ ...other, ...more }], 2 * HOUR)?.id ?? null).toBe(expected);
  });
});

it('a move keeps the length; the end never comes before the start', () => {
  const times = { startAt: at(9), stopAt: at(10) };
  expect(shifted(times, { days: 1, minutes: 15 })).toEqual({ startAt: at(33.25), stopAt: at(34.25) });
  expect(shifted(times, { endMinutes: -120 })).toEqual({ startAt: at(9), stopAt: at(9) + 60_000 });
});

it.each([
  ['2026-12-25T09:00', 'America/New_York', '2026-12-25T14:00:00.000Z'],
  // The day of the clock change in Berlin: summer time from 02:00 on.
  ['2026-03-29T09:00', 'Europe/Berlin', '2026-03-29T07:00:00.000Z'],
  ['2026-03-29T01:00', 'Europe/Berlin', '2026-03-29T00:00:00.000Z'],
])('%s in %s is %s', (local, zone, moment) => {
  expect(new Date(momentOf(local, zone)).toISOString()).toBe(moment);
});
