import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleIssue } from '../../../src/series/recurrence-rule.ts';
import { ruleSummary } from '../../../src/series/rule-summary.ts';

/** A Sunday. */
const START = '2026-12-06T09:00:00';
const words = (rule: string, over: object = {}) =>
  ruleSummary({ rule, startAt: START, timezone: 'America/New_York', ...over });

describe('the rule in words', () => {
  it.each([
    ['FREQ=WEEKLY;BYDAY=SU', 'Every Sunday at 09:00, New York time'],
    ['FREQ=WEEKLY', 'Every Sunday at 09:00, New York time'],
    ['FREQ=WEEKLY;BYDAY=SU;UNTIL=20270503', 'Every Sunday at 09:00, New York time, until 3 May 2027'],
    ['FREQ=WEEKLY;BYDAY=SU;UNTIL=20270503T030000Z', 'Every Sunday at 09:00, New York time, until 2 May 2027'],
    ['FREQ=WEEKLY;BYDAY=SU,WE;COUNT=12', 'Every Wednesday and Sunday at 09:00, New York time, 12 times'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'Every 2 weeks on Monday at 09:00, New York time'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every weekday, Monday to Friday, at 09:00, New York time'],
    ['FREQ=DAILY;COUNT=1', 'Every day at 09:00, New York time, once'],
    ['FREQ=DAILY;INTERVAL=3', 'Every 3 days at 09:00, New York time'],
    ['FREQ=DAILY;BYDAY=SA', 'Every Saturday at 09:00, New York time'],
    ['FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30', 'Every day at 09:30 and 17:30, New York time'],
    ['FREQ=HOURLY', 'Every hour at 0 minutes past, New York time'],
    ['FREQ=HOURLY;INTERVAL=2;BYMINUTE=15,45', 'Every 2 hours at 15 and 45 minutes past, New York time'],
    ['FREQ=MONTHLY', 'Every month on the 6th at 09:00, New York time'],
    ['FREQ=MONTHLY;BYDAY=-1FR', 'Every month on the last Friday at 09:00, New York time'],
    ['FREQ=MONTHLY;BYDAY=1TU,3TU', 'Every month on the first Tuesday and the third Tuesday at 09:00, New York time'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Every month on the last day at 09:00, New York time'],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'Every month on the 13th if it is a Friday at 09:00, New York time'],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
      'Every month on every Monday and every Tuesday, only the last of these, at 09:00, New York time',
    ],
    ['FREQ=YEARLY', 'Every year on the 6th of December at 09:00, New York time'],
    ['FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'Every year on the last Sunday in March at 09:00, New York time'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'Every year in week 20 on every Monday at 09:00, New York time'],
    ['FREQ=YEARLY;BYYEARDAY=-1', 'Every year on the last day of the year at 09:00, New York time'],
  ])('%s', (rule, text) => {
    expect(words(rule)).toBe(text);
  });

  it('names other zones', () => {
    expect(words('FREQ=DAILY', { timezone: 'UTC' })).toBe('Every day at 09:00, UTC');
    expect(words('FREQ=DAILY', { timezone: 'Etc/GMT+5' })).toBe('Every day at 09:00, Etc/GMT+5');
  });

  it('has words for every rule that is taken', () => {
    const numbers = (min: number, max: number) =>
      fc.uniqueArray(fc.integer({ min, max }).filter(Boolean), { maxLength: 3 });
    const part = (name: string, values: fc.Arbitrary<unknown[]>) =>
      values.map((list) => (list.length > 0 ? [`${name}=${list.join(',')}`] : []));
    const rules = fc
      .tuple(
        fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY').map((name) => [`FREQ=${name}`]),
        part('INTERVAL', fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 1 })),
        part('BYMONTH', numbers(1, 12)),
        part('BYWEEKNO', numbers(-53, 53)),
        part('BYYEARDAY', numbers(-366, 366)),
        part('BYMONTHDAY', numbers(-31, 31)),
        part('BYDAY', fc.uniqueArray(fc.constantFrom('SU', '1MO', '-1FR', 'WE', '-5TH'), { maxLength: 3 })),
        part('BYHOUR', numbers(1, 23)),
        part('BYSETPOS', numbers(-4, 4)),
      )
      .map((parts) => parts.flat().join(';'))
      .filter((rule) => ruleIssue(rule) === null);
    fc.assert(
      fc.property(rules, (rule) => {
        expect(words(rule)).toMatch(/^Every [\w ,:]+ at [\w ,:]+, New York time$/);
        expect(words(rule)).not.toMatch(/undefined|NaN| {2}/);
      }),
      { numRuns: 300 },
    );
  });
});
