import { describe, expect, it } from 'vitest';
import { overlapsOf, type Wanted } from '../../../dashboard/views/plan/overlap.ts';
import type { Broadcast } from '../../../src/client/index.ts';

/** START_WINDOW, ms. */
const WINDOW = 45 * 60_000;
const at = (time: string) => Date.parse(`2026-12-06T${time}:00Z`);
const wanted: Wanted = {
  ...{ meetingId: '1', account: '', self: '', startWindow: '' },
  ...{ start: at('09:00'), stop: at('10:00') },
};
const other = (startAt: string, stopAt: string | null, more: Partial<Broadcast> = {}) =>
  ({
    ...{ id: 'other', meetingId: '1', account: 'east', startWindow: null, ...more },
    startAt: `2026-12-06T${startAt}:00.000Z`,
    stopAt: stopAt && `2026-12-06T${stopAt}:00.000Z`,
  }) as Broadcast;

describe('what is in the way of a plan', () => {
  it.each([
    ['it overlaps', {}, other('09:30', '11:00'), true],
    ['it is around it', {}, other('08:00', '11:00'), true],
    ["one's end is the other's start", {}, other('08:00', '09:00'), false],
    ["the other's end is one's start", {}, other('10:00', '11:00'), false],
    ['another meeting', {}, other('09:30', '11:00', { meetingId: '2' }), false],
    ['the same number in another account', { account: 'west' }, other('09:30', '11:00'), false],
    ['the same account', { account: 'east' }, other('09:30', '11:00'), true],
    ['it is the edited one', { self: 'other' }, other('09:30', '11:00'), false],
    ["without a stop, the installation's window is open", {}, other('08:30', null), true],
    ["without a stop, the installation's window is closed", {}, other('08:15', null), false],
    ['a meeting and a webinar of one number', {}, other('09:30', '11:00', { kind: 'webinar' }), true],
    ['it is over', {}, other('09:30', '11:00', { status: 'canceled' }), false],
    ['without a stop, its window is open', {}, other('08:30', null, { startWindow: 'PT1H' }), true],
    ['without a stop, its window is closed', {}, other('08:30', null, { startWindow: 'PT30M' }), false],
    ['the plan has no stop, and begins within the other', { stop: null }, other('08:00', '09:30'), true],
    [
      "the plan has no stop, and the other begins within the installation's window",
      { stop: null },
      other('09:44', '11:00'),
      true,
    ],
    [
      "the plan has no stop, and the other begins after the installation's window",
      { stop: null },
      other('09:45', '11:00'),
      false,
    ],
    ['the plan has no stop but a window', { stop: null, startWindow: '1h' }, other('09:30', '11:00'), true],
  ])('%s', (_, more, one, isInTheWay) => {
    expect(overlapsOf({ ...wanted, ...more }, [one], WINDOW).length).toBe(isInTheWay ? 1 : 0);
  });
});
