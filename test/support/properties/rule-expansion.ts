/** Our expansion of rules against that of a port of python-dateutil, over random rules of every kind. */
import fc from 'fast-check';
import rrule from 'rrule';
import { expect } from 'vitest';
import { ruleIssue, WallClockRule, wallToCompact } from '../../../src/series/recurrence-rule.ts';

const DAY_MS = 86_400_000;

const some = (min: number, max: number, most = 3) =>
  fc
    .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: most })
    .map((list) => list.sort((a, b) => a - b).join(','));
const signed = (max: number) =>
  fc
    .uniqueArray(
      fc.integer({ min: -max, max }).filter((n) => n !== 0),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) => list.join(','));
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const weekdays = fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 }).map((list) => list.join(','));
const numbered = fc.tuple(fc.constantFrom(-2, -1, 1, 2, 3, 5), weekday).map(([n, day]) => `${n}${day}`);
const maybe = (values: fc.Arbitrary<string>) => fc.option(values, { nil: null, freq: 2 });

const rule = fc
  .record({
    FREQ: fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'),
    INTERVAL: maybe(fc.integer({ min: 1, max: 7 }).map(String)),
    BYMONTH: maybe(some(1, 12)),
    BYYEARDAY: maybe(signed(366)),
    BYMONTHDAY: maybe(signed(28)),
    BYDAY: maybe(fc.oneof(weekdays, numbered)),
    BYHOUR: maybe(some(0, 23)),
    BYMINUTE: maybe(some(0, 59)),
    BYSETPOS: fc.option(fc.constantFrom('1', '-1', '1,-1'), { nil: null, freq: 1 }),
    WKST: maybe(weekday),
  })
  .filter(comesSoon)
  .map((parts) =>
    Object.entries(parts)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}=${value}`)
      .join(';'),
  )
  .filter((text) => ruleIssue(text) === null);

/** The library looks up to the year 9999 for what never comes, which takes minutes. */
function comesSoon(parts: Record<string, string | null>): boolean {
  const days = ['BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYYEARDAY'].filter((name) => parts[name] !== null);
  if (parts['BYYEARDAY'] !== null && days.length > 1) return false;
  if (parts['FREQ'] !== 'HOURLY') return days.length <= 2;
  return days.length <= 1 && (parts['INTERVAL'] === null || parts['BYHOUR'] === null);
}

const start = fc
  .integer({ min: Date.UTC(2019, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 })
  .map((minute) => minute * 60_000);

/** Kinds of rules that often never come: the library needs a second or two to find out. */
const OFTEN_NEVER = /FREQ=DAILY;INTERVAL=7;.*BYDAY|BYMONTHDAY=.*BYDAY=-?\d/;

/** Compares `runs` random rules. @param quick without the kinds that often never come */
export function compareWithLibrary(runs: number, quick: boolean): void {
  fc.assert(
    fc.property(
      quick ? rule.filter((text) => !OFTEN_NEVER.test(text)) : rule,
      start,
      fc.integer({ min: 0, max: 900 }),
      (text, from, later) => {
        const since = from + later * DAY_MS;
        const until = since + (text.includes('FREQ=HOURLY') ? 12 : 400) * DAY_MS;
        const library = rrule.rrulestr(`DTSTART:${wallToCompact(from)}Z\nRRULE:${text}`);
        const theirs = library.between(new Date(since), new Date(until), true).map((date) => date.getTime());
        const ours = new WallClockRule(text, from, 'UTC').between(since, until);
        expect(ours.map(wallToCompact)).toEqual(theirs.filter((wall) => wall < until).map(wallToCompact));
      },
    ),
    { numRuns: runs },
  );
}
