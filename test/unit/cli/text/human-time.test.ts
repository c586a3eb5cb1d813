import { describe, expect, it } from 'vitest';
import { readTime } from '../../../../src/cli/text/human-time.ts';
import { TimeError } from '../../../../src/cli/text/wall-clock.ts';
import { describeLength, isoDuration, parseDuration, relativeTo } from '../../../../src/time/human-duration.ts';
import { formatIn } from '../../../../src/time/local-time.ts';

const NEW_YORK = 'America/New_York';
/** A Wednesday. */
const WEDNESDAY_NOON = '2026-12-02T12:00:00-05:00';

function read(
  text: string,
  now = WEDNESDAY_NOON,
  zone = NEW_YORK,
  more: { plusFrom?: string; after?: string; dayAlone?: boolean } = {},
) {
  const plusFrom = more.plusFrom === undefined ? undefined : Date.parse(more.plusFrom);
  const after = more.after === undefined ? undefined : Date.parse(more.after);
  return formatIn(readTime(text, { now: Date.parse(now), zone, plusFrom, after, dayAlone: more.dayAlone }).at, zone);
}

describe('times as people write them', () => {
  it.each([
    ['now', '2026-12-02T12:00:00-05:00'],
    ['+10m', '2026-12-02T12:10:00-05:00'],
    ['+1h30m', '2026-12-02T13:30:00-05:00'],
    ['+ 1 h 30 min', '2026-12-02T13:30:00-05:00'],
    ['+PT45S', '2026-12-02T12:00:45-05:00'],
    ['now+15m', '2026-12-02T12:15:00-05:00'],
    ['-2h', '2026-12-02T10:00:00-05:00'],
    ['now-2h', '2026-12-02T10:00:00-05:00'],
    ['13:00', '2026-12-02T13:00:00-05:00'],
    ['09:00', '2026-12-03T09:00:00-05:00'],
    ['12:00', '2026-12-03T12:00:00-05:00'],
    ['9am', '2026-12-03T09:00:00-05:00'],
    ['12:30 AM', '2026-12-03T00:30:00-05:00'],
    ['12pm', '2026-12-03T12:00:00-05:00'],
    ['today 09:00', '2026-12-02T09:00:00-05:00'],
    ['tomorrow 09:00', '2026-12-03T09:00:00-05:00'],
    ['Tomorrow at 9:00', '2026-12-03T09:00:00-05:00'],
    ['tomorrow noon', '2026-12-03T12:00:00-05:00'],
    ['friday 14:30', '2026-12-04T14:30:00-05:00'],
    ['Fri, 14:30', '2026-12-04T14:30:00-05:00'],
    ['wednesday 14:30', '2026-12-02T14:30:00-05:00'],
    ['wednesday 11:30', '2026-12-09T11:30:00-05:00'],
    ['2026-12-06 09:00', '2026-12-06T09:00:00-05:00'],
    ['2026-12-06T09:00', '2026-12-06T09:00:00-05:00'],
    ['2026-12-06T09:00:30.250', '2026-12-06T09:00:30.250-05:00'],
    ['2026-12-06T09:00:00-05:00', '2026-12-06T09:00:00-05:00'],
    ['2026-12-06T14:00Z', '2026-12-06T09:00:00-05:00'],
    ['2026-12-06 15:00 +01:00', '2026-12-06T09:00:00-05:00'],
    ['2026-12-06 15:00+0100', '2026-12-06T09:00:00-05:00'],
    ['6 Dec 2026 09:00', '2026-12-06T09:00:00-05:00'],
    ['Dec 6, 9:00', '2026-12-06T09:00:00-05:00'],
    ['1 December 09:00', '2027-12-01T09:00:00-05:00'],
    ['29 feb 09:00', '2028-02-29T09:00:00-05:00'],
    ['2026-07-01 09:00', '2026-07-01T09:00:00-04:00'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));

  it.each([
    ['31.12.2026 09:00', '2026-12-31T09:00:00'],
    ['6.12.2026 09:00', '2026-12-06T09:00:00'],
    ['31.12. 9am', '2026-12-31T09:00:00'],
    ['31/12/2026 09:00', '2026-12-31T09:00:00'],
    ['12/31/2026 09:00', '2026-12-31T09:00:00'],
    ['31-12-2026 09:00', '2026-12-31T09:00:00'],
    ['12/12/2026 09:00', '2026-12-12T09:00:00'],
  ])('reads %s, which can mean one day only', (text, local) => {
    const frame = { now: Date.parse('2026-12-02T17:00:00Z'), zone: NEW_YORK };
    expect(readTime(text, frame).at).toBe(Date.parse(`${local}-05:00`));
  });

  it('reads a stop from the start on', () => {
    const after = '2026-12-06T23:00:00-05:00';
    expect(read('+90m', WEDNESDAY_NOON, NEW_YORK, { plusFrom: after, after })).toBe('2026-12-07T00:30:00-05:00');
    expect(read('00:30', WEDNESDAY_NOON, NEW_YORK, { plusFrom: after, after })).toBe('2026-12-07T00:30:00-05:00');
    expect(read('now+90m', WEDNESDAY_NOON, NEW_YORK, { plusFrom: after, after })).toBe('2026-12-02T13:30:00-05:00');
  });

  it('counts days in the zone given, not in that of the machine', () => {
    expect(read('tomorrow 09:00', '2026-12-02T22:00:00-05:00', 'Asia/Tokyo')).toBe('2026-12-04T09:00:00+09:00');
    expect(read('09:00', '2026-12-02T22:00:00-05:00', 'Asia/Kathmandu')).toBe('2026-12-03T09:00:00+05:45');
  });

  it('keeps the wall clock over a clock change, and the length of +24h', () => {
    expect(read('tomorrow 09:00', '2026-03-07T09:00:00-05:00')).toBe('2026-03-08T09:00:00-04:00');
    expect(read('+24h', '2026-03-07T09:00:00-05:00')).toBe('2026-03-08T10:00:00-04:00');
    expect(read('sunday 09:00', '2026-10-30T09:00:00-04:00')).toBe('2026-11-01T09:00:00-05:00');
  });

  it('takes a day alone for its first moment where that is wanted', () => {
    expect(read('today', WEDNESDAY_NOON, NEW_YORK, { dayAlone: true })).toBe('2026-12-02T00:00:00-05:00');
    expect(read('2026-12-06', WEDNESDAY_NOON, NEW_YORK, { dayAlone: true })).toBe('2026-12-06T00:00:00-05:00');
    // Midnight is skipped in Beirut on 29 March 2026.
    expect(read('2026-03-29', WEDNESDAY_NOON, 'Asia/Beirut', { dayAlone: true })).toBe('2026-03-29T01:00:00+03:00');
  });

  it.each([
    ['2026-03-08 02:30', NEW_YORK, 'does not exist', '2026-03-08T01:30:00-05:00 or 2026-03-08T03:30:00-04:00'],
    ['2026-11-01 01:30', NEW_YORK, 'comes twice', '2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00'],
    ['2026-03-29 02:00', 'Europe/Berlin', 'does not exist', '2026-03-29T01:00:00+01:00 or 2026-03-29T03:00:00+02:00'],
    ['2026-10-25 02:59', 'Europe/Berlin', 'comes twice', '2026-10-25T02:59:00+02:00 or 2026-10-25T02:59:00+01:00'],
    [
      '2026-10-04 02:15',
      'Australia/Lord_Howe',
      'does not exist',
      '2026-10-04T01:45:00+10:30 or 2026-10-04T02:45:00+11:00',
    ],
  ])('refuses %s in %s, which %s, with both readings', (text, zone, why, readings) => {
    expect(() => read(text, WEDNESDAY_NOON, zone)).toThrow(TimeError);
    expect(() => read(text, WEDNESDAY_NOON, zone)).toThrow(new RegExp(why));
    expect(() => read(text, WEDNESDAY_NOON, zone)).toThrow(readings);
  });

  it('does not slip to another day when "tomorrow" or the next such hour falls into the gap', () => {
    expect(() => read('tomorrow 02:30', '2026-03-07T09:00:00-05:00')).toThrow('does not exist');
    expect(() => read('02:30', '2026-03-07T09:00:00-05:00')).toThrow('does not exist');
    expect(() => read('sun 02:30', '2026-03-07T09:00:00-05:00')).toThrow('does not exist');
  });

  it.each([
    ['', 'not a valid time'],
    ['soon', 'not a valid time'],
    ['6/12/2026 09:00', 'is ambiguous (day or month first)'],
    ['friday', 'add a time'],
    ['2026-12-06', 'add a time'],
    ['25:00', 'not a time of day'],
    ['09:60', 'not a time of day'],
    ['13pm', 'not a time of day'],
    ['2026-02-30 09:00', 'not a valid time'],
    ['2026-02-30T09:00Z', 'this day does not exist'],
    ['2026-12-06T09:00+99:00', 'the offset is not between -14:00 and +14:00'],
    ['+999999999d', 'not a valid time'],
    ['now-99999999999999999999h', 'not a valid time'],
    ['+0m', 'not a valid time'],
    ['6/12/2026 09:00', '2026-12-06 or 2026-06-12'],
    ['6-12 09:00', '"6 dec" or "12 jun"'],
    ['32.12.2026 09:00', 'not a valid time'],
    ['31/13/2026 09:00', 'not a valid time'],
    ['31.12.26 09:00', 'not a valid time'],
    ['+10', 'not a valid time'],
    ['t 09:00', 'not a valid time'],
  ])('refuses "%s"', (text, why) => expect(() => read(text)).toThrow(why));

  it('knows the word now and what the zone decided', () => {
    const frame = { now: 0, zone: NEW_YORK };
    expect(readTime('now', frame)).toEqual({ at: 0, isNow: true, isLocal: false });
    expect(readTime('+1m', frame)).toEqual({ at: 60_000, isNow: false, isLocal: false });
    expect(readTime('09:00', frame)).toMatchObject({ isNow: false, isLocal: true });
  });
});

describe('lengths', () => {
  it.each([
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1 hour 30 minutes', 5_400_000],
    ['1.5h', 5_400_000],
    ['PT1H30M', 5_400_000],
    ['pt90m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['45s', 45_000],
    ['0m', null],
    ['90', null],
    ['P1M', null],
    ['-5m', null],
    ['m', null],
    ['', null],
    ['1h x', null],
    ['36525d', 3_155_760_000_000],
    ['36526d', null],
    ['PT99999999H', null],
  ])('%s is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it('are written in ISO 8601', () => {
    expect(isoDuration(5_400_000)).toBe('PT1H30M');
    expect(isoDuration(45_500)).toBe('PT45.5S');
    expect(isoDuration(172_800_000)).toBe('PT48H');
  });

  it.each([
    [320, '320 ms'],
    [45_000, '45 s'],
    [125_000, '2 min 5 s'],
    [1_500_000, '25 min'],
    [3_599_900, '1 h'],
    [7_199_900, '2 h'],
    [7_500_000, '2 h 5 min'],
    [86_399_900, '1 day'],
    [90_000_000, '1 day 1 h'],
    [1_130_000_000, '13 days'],
  ])('%s ms is shown as %s', (ms, text) => expect(describeLength(ms)).toBe(text));

  it('are relative to now', () => {
    expect(relativeTo(7_500_000, 0)).toBe('in 2 h 5 min');
    expect(relativeTo(0, 180_000)).toBe('3 min ago');
    expect(relativeTo(500, 0)).toBe('now');
  });
});
