import { afterEach, describe, expect, it, vi } from 'vitest';
import { afterArrow } from '../../../dashboard/views/calendar/arrows.ts';
import { columnOf, conflictOf, idsByDay, momentOf, shifted } from '../../../dashboard/views/calendar/grid.ts';
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

describe('by whole days', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    ['a day, into summer time', '2026-03-28T09:00', { days: 1 }, '2026-03-29T07:00:00.000Z'],
    ['a week, into winter time', '2026-10-21T09:00', { days: 7 }, '2026-10-28T08:00:00.000Z'],
    ['back over it', '2026-10-28T09:00', { days: -7 }, '2026-10-21T07:00:00.000Z'],
  ])('%s: the same time of day, as long as before', (_, local, by, expected) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const startAt = new Date(local).getTime();
    const moved = shifted({ startAt, stopAt: startAt + HOUR }, by);
    expect(new Date(moved.startAt).toISOString()).toBe(expected);
    expect(moved.stopAt).toBe(moved.startAt + HOUR);
  });

  it('each stands on the day of its start', () => {
    const all = [broadcast('a', 0, 1), broadcast('late', 23, 25), broadcast('next', 24, 25)];
    expect([...idsByDay(all)]).toEqual([
      [DAY, ['a', 'late']],
      [at(24), ['next']],
    ]);
  });
});

describe('arrows', () => {
  const old = { days: 1, minutes: 15, endMinutes: 30 };
  const press = (key: string, shiftKey = false) => ({ key, shiftKey });
  it.each([
    ['a week', 'week', press('ArrowDown'), { minutes: 30 }],
    ['a week', 'week', press('ArrowLeft'), { days: 0 }],
    ['a week, the end', 'week', press('ArrowUp', true), { endMinutes: 15 }],
    ['a month', 'month', press('ArrowRight'), { days: 2 }],
    ['a month', 'month', press('ArrowLeft'), { days: 0 }],
    ['a month', 'month', press('ArrowDown'), { days: 8 }],
    ['a month', 'month', press('ArrowUp'), { days: -6 }],
    ['a month, which shows no end', 'month', press('ArrowDown', true), {}],
  ] as const)('in %s', (_, mode, key, changed) => {
    expect(afterArrow(mode, key, old, ['all', 'end'])).toEqual({ ...old, ...changed });
  });

  it('what is on air moves its end only, and in a month nothing', () => {
    expect(afterArrow('week', press('ArrowDown'), old, ['end'])).toEqual({ ...old, endMinutes: 45 });
    expect(afterArrow('month', press('ArrowDown'), old, ['end'])).toEqual(old);
  });

  it('another key is none', () => {
    expect(afterArrow('month', press('Tab'), old, ['all'])).toBeNull();
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
