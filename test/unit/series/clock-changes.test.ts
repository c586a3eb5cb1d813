import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/series/occurrences.ts';
import type { Timing } from '../../../src/series/series.ts';

const DAILY: Timing = {
  rule: 'FREQ=DAILY',
  startAt: '2026-01-01T02:30:00',
  timezone: 'America/New_York',
  duration: 'PT1H',
  stopTime: null,
  exceptions: [],
  additions: [],
  onClockChange: { skipped: 'after', repeated: 'first' },
  leadMinutes: 0,
  tailMinutes: 0,
};

function startsOf(over: Partial<Timing>, from: string, count = 3): string[] {
  const { occurrences } = expand({ ...DAILY, ...over }, Date.parse(from), Number.POSITIVE_INFINITY, count);
  return occurrences.map(({ startAt }) => new Date(startAt).toISOString().slice(0, 16));
}

/** Zone, local time of day, the days around the change, and what comes of the middle one by each policy. */
const SKIPPED = [
  // 14 March 2027, 02:00 → 03:00, UTC-5 → UTC-4
  ['America/New_York', '02:30', '2027-03-13T07:30', '2027-03-14T07:30', '2027-03-15T06:30'],
  // 28 March 2027, 01:00 → 02:00, UTC+0 → UTC+1
  ['Europe/London', '01:30', '2027-03-27T01:30', '2027-03-28T01:30', '2027-03-29T00:30'],
  // 3 October 2027, 02:00 → 02:30, UTC+10:30 → UTC+11
  ['Australia/Lord_Howe', '02:15', '2027-10-01T15:45', '2027-10-02T15:45', '2027-10-03T15:15'],
] as const;

const REPEATED = [
  // 7 November 2027, 02:00 → 01:00, UTC-4 → UTC-5
  ['America/New_York', '01:30', '2027-11-06T05:30', '2027-11-07T05:30', '2027-11-07T06:30', '2027-11-08T06:30'],
  // 31 October 2027, 02:00 → 01:00, UTC+1 → UTC+0
  ['Europe/London', '01:30', '2027-10-30T00:30', '2027-10-31T00:30', '2027-10-31T01:30', '2027-11-01T01:30'],
  // 4 April 2027, 02:00 → 01:30, UTC+11 → UTC+10:30
  ['Australia/Lord_Howe', '01:45', '2027-04-02T14:45', '2027-04-03T14:45', '2027-04-03T15:15', '2027-04-04T15:15'],
] as const;

describe('a local time that the clock change skips', () => {
  it.each(SKIPPED)('in %s, %s, is read with the offset before, or left out', (timezone, clock, before, moved, next) => {
    const timing = { timezone, startAt: `2027-01-01T${clock}:00` };
    expect(startsOf(timing, `${before}:00Z`)).toEqual([before, moved, next]);
    const skipping = { ...timing, onClockChange: { skipped: 'skip', repeated: 'first' } as const };
    expect(startsOf(skipping, `${before}:00Z`, 2)).toEqual([before, next]);
  });

  it('says so', () => {
    const { occurrences } = expand(DAILY, Date.parse('2027-03-14T05:00Z'), Number.POSITIVE_INFINITY, 1);
    expect(occurrences[0]?.note).toBe('at 03:30: the clock change in America/New_York skips 02:30');
    const timing = { ...DAILY, onClockChange: { skipped: 'skip', repeated: 'first' } as const };
    const { leftOut } = expand(timing, Date.parse('2027-03-14T05:00Z'), Number.POSITIVE_INFINITY, 1);
    expect(leftOut).toEqual([
      { local: '2027-03-14T02:30:00', note: 'skipped: the clock change in America/New_York skips 02:30' },
    ]);
  });

  it('goes on air once when it meets another time of the rule', () => {
    const { occurrences, leftOut } = expand(
      { ...DAILY, rule: 'FREQ=DAILY;BYHOUR=2,3' },
      Date.parse('2027-03-14T05:00Z'),
      Date.parse('2027-03-15T04:00Z'),
      10,
    );
    expect(occurrences.map(({ local, note }) => [local, note])).toEqual([['2027-03-14T03:30:00', null]]);
    expect(leftOut).toHaveLength(1);
  });
});

describe('a local time that the clock change repeats', () => {
  it.each(REPEATED)('in %s, %s, is the first or the second', (timezone, clock, before, first, second, next) => {
    const timing = { timezone, startAt: `2027-01-01T${clock}:00` };
    expect(startsOf(timing, `${before}:00Z`)).toEqual([before, first, next]);
    const later = { ...timing, onClockChange: { skipped: 'after', repeated: 'second' } as const };
    expect(startsOf(later, `${before}:00Z`)).toEqual([before, second, next]);
  });
});

describe('the end', () => {
  const stopOf = (over: Partial<Timing>, from: string) =>
    new Date(expand({ ...DAILY, ...over }, Date.parse(from), Number.POSITIVE_INFINITY, 1).occurrences[0]?.stopAt ?? 0)
      .toISOString()
      .slice(0, 16);
  const untilThree = { startAt: '2026-01-01T01:00:00', duration: null, stopTime: '03:00:00' };

  it('by the wall clock makes the night of the change shorter or longer', () => {
    expect(stopOf(untilThree, '2027-03-14T05:00Z')).toBe('2027-03-14T07:00');
    expect(stopOf(untilThree, '2027-11-07T04:00Z')).toBe('2027-11-07T08:00');
    expect(stopOf({ ...untilThree, stopTime: '02:30:00' }, '2027-03-14T05:00Z')).toBe('2027-03-14T07:30');
    expect(stopOf({ ...untilThree, startAt: '2026-01-01T23:00:00' }, '2027-03-14T02:00Z')).toBe('2027-03-14T07:00');
  });

  it('by its duration does not', () => {
    expect(stopOf({ startAt: '2026-01-01T01:00:00', duration: 'PT2H' }, '2027-11-07T04:00Z')).toBe('2027-11-07T07:00');
    expect(stopOf({ startAt: '2026-01-01T12:00:00', duration: 'P1D' }, '2027-11-06T12:00Z')).toBe('2027-11-07T17:00');
  });
});

describe('the rule', () => {
  it.each([
    ['UNTIL in UTC is a moment', 'FREQ=DAILY;UNTIL=20270315T063000Z', 3],
    ['one second less', 'FREQ=DAILY;UNTIL=20270315T062959Z', 2],
    ['UNTIL as a date includes the day', 'FREQ=DAILY;UNTIL=20270315', 3],
    ['UNTIL in local time', 'FREQ=DAILY;UNTIL=20270314T023000', 2],
    ['COUNT counts the skipped one', 'FREQ=DAILY;COUNT=2', 2],
  ])('%s', (_name, rule, expected) => {
    expect(startsOf({ rule, startAt: '2027-03-13T02:30:00' }, '2027-03-13T00:00Z', 10)).toHaveLength(expected);
  });

  it.each([
    // Examples of RFC 5545, section 3.8.5.3, as days of New York.
    ['FREQ=MONTHLY;COUNT=4;BYDAY=1FR', '1997-09-05', ['09-05', '10-03', '11-07', '12-05']],
    ['FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15', '1997-09-02', ['09-02', '09-15', '10-02', '10-15']],
    ['FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3', '1997-09-28', ['09-28', '10-29', '11-28']],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=SU;BYDAY=TU,TH', '1997-09-02', ['09-02', '09-04', '09-16', '09-18']],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08-05', ['08-05', '08-10', '08-19', '08-24']],
    ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08-05', ['08-05', '08-17', '08-19', '08-31']],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', ['09-04', '10-07', '11-06']],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3', '1997-09-29', ['09-29', '10-30', '11-27']],
  ])('%s', (rule, day, expected) => {
    const found = startsOf({ rule, startAt: `${day}T09:00:00` }, '1997-01-01T00:00Z', 10);
    expect(found.map((start) => start.slice(5, 10))).toEqual(expected);
  });
});
