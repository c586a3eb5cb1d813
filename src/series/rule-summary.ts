/** The rule of a series in words. Pure. */

import { compactToWall, wallAt } from './recurrence-rule.ts';
import { type RuleParts, rulePartsOf } from './rule-expansion.ts';
import type { Timing } from './series.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
];
const UNITS = { HOURLY: 'hour', DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };
const WORDS = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
/** With more times of day than this, the text lists hours and minutes. */
const MAX_TIMES = 6;

/** `Every Sunday at 09:00, New York time, until 3 May 2027`. The rule must be normalised and valid. */
export function ruleSummary({ rule, startAt, timezone }: Pick<Timing, 'rule' | 'startAt' | 'timezone'>): string {
  const start = Date.parse(`${startAt}Z`);
  const parts = rulePartsOf(rule, start);
  const given = new Set(rule.split(';').map((piece) => piece.split('=', 1)[0] ?? ''));
  return [
    `${[frequencyOf(parts, given), ...limitsOf(parts)].join(' ')}${positionsOf(parts)} ${timesOf(parts, start)}`,
    zoneOf(timezone),
    ...endOf(rule, timezone),
  ].join(', ');
}

function frequencyOf({ frequency, interval, days }: RuleParts, given: Set<string>): string {
  const unit = UNITS[frequency];
  if (frequency === 'WEEKLY') {
    const named = weekdays(days);
    return interval === 1 ? `Every ${named}` : `Every ${interval} weeks on ${named}`;
  }
  // For a daily rule that names weekdays: those days.
  if (frequency === 'DAILY' && interval === 1 && given.has('BYDAY')) return `Every ${weekdays(days)}`;
  return interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`;
}

function limitsOf({ frequency, interval, months, weekNumbers, yearDays, monthDays, days }: RuleParts): string[] {
  const saidAlready = frequency === 'WEEKLY' || (frequency === 'DAILY' && interval === 1);
  const all = [
    monthDays.length > 0 ? `on ${monthDaysOf(monthDays)}` : '',
    yearDays.length > 0 ? `on ${listed(yearDays.map((day) => `the ${ordinal(day)} day`))} of the year` : '',
    weekNumbers.length > 0 ? `in ${listed(weekNumbers.map((week) => weekOf(week)))}` : '',
    days.length > 0 && !saidAlready ? daysOf(days, monthDays.length + yearDays.length > 0) : '',
    months.length > 0
      ? `${monthDays.length > 0 ? 'of' : 'in'} ${listed(months.map((month) => MONTHS[month - 1] ?? ''))}`
      : '',
  ];
  return all.filter((text) => text !== '');
}

/** `the first Sunday`, `every Sunday`; with days of the month: `if it is a Friday`. */
function daysOf(days: RuleParts['days'], isCondition: boolean): string {
  if (isCondition)
    return `if it is ${listed(
      days.map(({ weekday }) => `a ${DAYS[weekday]}`),
      'or',
    )}`;
  const named = days.map(({ weekday, nth }) =>
    nth === 0 ? `every ${DAYS[weekday]}` : `the ${ordinal(nth)} ${DAYS[weekday]}`,
  );
  return `on ${listed(named)}`;
}

function weekdays(days: RuleParts['days']): string {
  const order = days.map(({ weekday }) => (weekday + 6) % 7).sort((a, b) => a - b);
  const names = [...new Set(order)].map((at) => DAYS[(at + 1) % 7] ?? '');
  if (names.length === 7) return 'day';
  if (names.join() === DAYS.slice(1, 6).join()) return 'weekday, Monday to Friday,';
  return listed(names);
}

function monthDaysOf(days: number[]): string {
  return listed(
    days.map((day) => (day > 0 ? `the ${numbered(day)}` : day === -1 ? 'the last day' : `the ${ordinal(day)} day`)),
  );
}

function weekOf(week: number): string {
  return week > 0 ? `week ${week}` : `the ${ordinal(week)} week`;
}

function positionsOf({ positions }: RuleParts): string {
  return positions.length === 0 ? '' : `, only the ${listed(positions.map(ordinal))} of these,`;
}

function timesOf({ frequency, hours, minutes }: RuleParts, start: number): string {
  const second = new Date(start).getUTCSeconds();
  const seconds = second === 0 ? '' : `:${two(second)}`;
  if (frequency === 'HOURLY' && hours.length === 0) {
    return `at ${listed(minutes.map((minute) => `${minute}${seconds}`))} minutes past`;
  }
  const times = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}${seconds}`));
  if (times.length <= MAX_TIMES) return `at ${listed(times)}`;
  const past = `at ${listed(minutes.map((minute) => `${minute}${seconds}`))} minutes past`;
  return `${past} the hours ${listed(hours.map(String))}`;
}

/** `New York time`; offsets and UTC stay as they are. */
function zoneOf(timezone: string): string {
  const city = timezone.split('/').at(-1) ?? timezone;
  return timezone.includes('/') && !/\d/.test(city) ? `${city.replaceAll('_', ' ')} time` : timezone;
}

function endOf(rule: string, timezone: string): string[] {
  const count = /(?:^|;)COUNT=0*(\d+)/.exec(rule)?.[1];
  if (count !== undefined) return [count === '1' ? 'once' : `${count} times`];
  const until = /(?:^|;)UNTIL=([^;]+)/.exec(rule)?.[1];
  if (until === undefined) return [];
  const written = compactToWall(until);
  const date = new Date(until.endsWith('Z') ? wallAt(written, timezone) : written);
  return [`until ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`];
}

const two = (value: number) => String(value).padStart(2, '0');

function listed(words: string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `first`, `last`, `second to last`, `20th`. */
function ordinal(at: number): string {
  if (at === -1) return 'last';
  const word = WORDS[Math.abs(at)] ?? numbered(Math.abs(at));
  return at > 0 ? word : `${word} to last`;
}

function numbered(at: number): string {
  const teen = at % 100 >= 11 && at % 100 <= 13;
  const ending = teen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[at % 10] ?? 'th');
  return `${at}${ending}`;
}
