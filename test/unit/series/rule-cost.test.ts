import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/series/occurrences.ts';
import { normaliseRule, ruleIssue } from '../../../src/series/recurrence-rule.ts';
import type { Timing } from '../../../src/series/series.ts';

/** Rules that once blocked the process for seconds. The time limit of a test, 5 s, is far more than each takes. */
const NOW = Date.parse('2026-11-28T00:00:00Z');

function timing(rule: string, startAt = '2026-12-01T09:00:00'): Timing {
  const end = { duration: 'PT10M', stopTime: null, leadMinutes: 0, tailMinutes: 0 };
  const dates = { exceptions: [], additions: [], onClockChange: { skipped: 'after', repeated: 'first' } } as const;
  return { rule, startAt, timezone: 'America/New_York', ...end, ...dates, exceptions: [], additions: [] };
}

const next = (rule: string, startAt?: string, limit = 1) =>
  expand(timing(rule, startAt), NOW, Number.POSITIVE_INFINITY, limit).occurrences.map(({ local }) => local);

describe('a rule that is dear to follow', () => {
  it.each([
    ['every day since 1800, counted', 'FREQ=DAILY;COUNT=99999', '1800-01-01T00:00:00', ['2026-11-28T00:00:00']],
    ['every hour of six years, counted', 'FREQ=HOURLY;COUNT=99999', '2020-01-01T00:00:00', ['2026-11-27T19:00:00']],
    ['every hour since the year 1', 'FREQ=HOURLY', '0001-01-01T00:00:00', ['2026-11-27T19:00:00']],
    ['30 February, by the hour', 'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30', undefined, []],
    ['30 February, by the day, counted', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=99999', '1800-01-01T00:00:00', []],
    ['the 366th day, in February', 'FREQ=YEARLY;BYYEARDAY=366;BYMONTH=2', undefined, []],
    ['another hour of the day', 'FREQ=HOURLY;INTERVAL=24;BYHOUR=3', undefined, []],
    ['the 53rd Monday of January', 'FREQ=YEARLY;BYMONTH=1;BYDAY=53MO', undefined, []],
    [
      'a leap day in ten years of odd years',
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
      '2025-12-01T09:00:00',
      [],
    ],
    ['until the year 9999', 'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231', undefined, []],
  ])('is followed at once: %s', (_name, rule, startAt, expected) => {
    expect(ruleIssue(normaliseRule(rule))).toBeNull();
    expect(next(rule, startAt)).toEqual(expected);
  });

  it('is refused when it comes more often than every five minutes', () => {
    const minutes = (count: number) => Array.from({ length: count }, (_, i) => i * Math.floor(60 / count)).join(',');
    expect(ruleIssue(`FREQ=HOURLY;BYMINUTE=${minutes(12)}`)).toBeNull();
    const refusal = 'at most 288 occurrences a day are allowed, and this rule has 360';
    expect(ruleIssue(`FREQ=HOURLY;BYMINUTE=${minutes(15)}`)).toBe(refusal);
    const hours = Array.from({ length: 24 }, (_, i) => i).join(',');
    expect(ruleIssue(`FREQ=YEARLY;BYDAY=MO;BYHOUR=${hours};BYMINUTE=${minutes(15)}`)).toBe(refusal);
  });

  it('is refused when BYSETPOS can never fit', () => {
    expect(ruleIssue('FREQ=DAILY;BYHOUR=1;BYSETPOS=366')).toContain(
      'BYSETPOS never matches: there are at most 1 times',
    );
    expect(ruleIssue('FREQ=HOURLY;BYMINUTE=1;BYSETPOS=61')).toContain('BYSETPOS never matches');
    expect(ruleIssue('FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-2')).toBeNull();
  });
});

describe('COUNT and UNTIL', () => {
  it('COUNT counts from the start on, also what is past', () => {
    expect(next('FREQ=DAILY;COUNT=3', '2026-11-27T09:00:00', 10)).toEqual([
      '2026-11-28T09:00:00',
      '2026-11-29T09:00:00',
    ]);
    expect(next('FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4', '2026-11-30T09:00:00', 10)).toHaveLength(4);
  });

  it('UNTIL is the last moment at which it comes, in local time, in UTC, or a day', () => {
    expect(next('FREQ=DAILY;UNTIL=20261202T090000', undefined, 10)).toHaveLength(2);
    expect(next('FREQ=DAILY;UNTIL=20261202T085959', undefined, 10)).toHaveLength(1);
    expect(next('FREQ=DAILY;UNTIL=20261202T140000Z', undefined, 10)).toHaveLength(2);
    expect(next('FREQ=DAILY;UNTIL=20261202T135959Z', undefined, 10)).toHaveLength(1);
    expect(next('FREQ=DAILY;UNTIL=20261202', undefined, 10)).toHaveLength(2);
  });
});

it.each([
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12T09:00:00', ['2027-05-17T09:00:00', '2028-05-15T09:00:00']],
  ['FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR', '2020-01-01T09:00:00', ['2027-01-01T09:00:00', '2027-12-31T09:00:00']],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', '2026-12-01T09:00:00', ['2026-12-01T09:00:00', '2026-12-13T09:00:00']],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO', '2026-12-01T09:00:00', ['2026-12-01T09:00:00', '2026-12-06T09:00:00']],
  ['FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3', '2026-12-01T09:00:00', ['2026-12-03T09:00:00', '2027-01-07T09:00:00']],
])('%s comes as RFC 5545 says', (rule, startAt, expected) => {
  expect(next(rule, startAt, 2)).toEqual(expected);
});
