/** The day part of a time as people write it. Pure. */
import { DateTime } from 'luxon';
import { type LocalDate, lastReading, resolveLocal, TimeError, type TimeOfDay } from './wall-clock.ts';

export type Day =
  | { kind: 'date'; date: LocalDate }
  /** The next such day. */
  | { kind: 'weekday'; weekday: number }
  | { kind: 'yearly'; month: number; day: number }
  | { kind: 'any' };

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MONTH = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th|\\.)? ${MONTH_NAME}(?: (\\d{4}))?$`);
const MONTH_DAY = new RegExp(`^${MONTH_NAME} (\\d{1,2})(?:st|nd|rd|th)?(?: (\\d{4}))?$`);
/** `31.12.2026`, `31.12.`, `31/12/2026`, `31/12`, `31-12-2026`. */
const NUMBERS = /^(\d{1,2})([./-])(\d{1,2})(?:\.?|\2(\d{4}))$/;
const NEAR_DAYS: Record<string, number> = { yesterday: -1, today: 0, tomorrow: 1 };

/**
 * `2026-12-06`, `today`, `tomorrow`, `yesterday`, `friday`, `fri`, `6 Dec`, `Dec 6 2026`, or nothing (any day).
 * @param words lower case, single spaces. @param now in the zone of the reader.
 */
export function readDay(words: string, now: DateTime): Day | null {
  if (words === '') return { kind: 'any' };
  const near = NEAR_DAYS[words];
  if (near !== undefined) return { kind: 'date', date: dateOf(now.plus({ days: near })) };
  const weekday = words.length < 3 ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(words.replace(/\.$/, '')));
  if (weekday >= 0) return { kind: 'weekday', weekday: weekday + 1 };
  return readDate(words);
}

function readDate(words: string): Day | null {
  const numbers = NUMBERS.exec(words);
  if (numbers) return readNumbers(numbers);
  const iso = ISO_DATE.exec(words);
  if (iso) return existing(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dayFirst = DAY_MONTH.exec(words);
  const monthFirst = MONTH_DAY.exec(words);
  const [day, monthName, year] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
  if (day === undefined || monthName === undefined) return null;
  return dayOf(year, MONTHS.indexOf(monthName) + 1, Number(day));
}

/**
 * With dots, as in `31.12.2026` and `31.12.`, the day always comes first. With slashes and dashes the order depends on the country, so only
 * unambiguous dates are accepted.
 */
function readNumbers([text, first, mark, second, year]: RegExpExecArray): Day | null {
  const [a, b] = [Number(first), Number(second)];
  if (mark === '.') return dayOf(year, b, a);
  const [dayFirst, monthFirst] = [dayOf(year, b, a), dayOf(year, a, b)];
  if (dayFirst && monthFirst && a !== b) {
    const choices = [shown(year, b, a), shown(year, a, b)].join(' or ');
    throw new TimeError(`"${text}" is ambiguous (day or month first); use ${choices}`);
  }
  return dayFirst ?? monthFirst;
}

function dayOf(year: string | undefined, month: number, day: number): Day | null {
  if (year !== undefined) return existing(Number(year), month, day);
  // 2024 is a leap year: this rejects a day that no year has.
  return existing(2024, month, day) && { kind: 'yearly', month, day };
}

function shown(year: string | undefined, month: number, day: number): string {
  if (year === undefined) return `"${day} ${MONTHS[month - 1]}"`;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function existing(year: number, month: number, day: number): Day | null {
  return DateTime.utc(year, month, day).isValid ? { kind: 'date', date: { year, month, day } } : null;
}

function dateOf(moment: DateTime): LocalDate {
  return { year: moment.year, month: moment.month, day: moment.day };
}

/** The first moment (ms) of the next such day, today included. */
export function nextDayOf(day: Exclude<Day, { kind: 'date' }>, frame: { now: number; zone: string }): number {
  const today = DateTime.fromMillis(frame.now, { zone: frame.zone });
  for (let days = 0; ; days += 1) {
    const date = today.plus({ days });
    if (isDay(day, date)) return date.startOf('day').toMillis();
  }
}

function isDay(day: Exclude<Day, { kind: 'date' }>, date: DateTime): boolean {
  if (day.kind === 'any') return true;
  return day.kind === 'weekday' ? date.weekday === day.weekday : date.month === day.month && date.day === day.day;
}

/** The first such day and time of day after `after` (ms, exclusive), in ms. @throws TimeError, see `resolveLocal`. */
export function nextDayAt(
  day: Exclude<Day, { kind: 'date' }>,
  clock: TimeOfDay,
  frame: { after: number; zone: string },
): number {
  const first = DateTime.fromMillis(frame.after, { zone: frame.zone });
  for (let days = 0; ; days += 1) {
    const date = first.plus({ days });
    if (!isDay(day, date) || isPast(date, clock, first, frame)) continue;
    return resolveLocal({ ...dateOf(date), ...clock }, frame.zone);
  }
}

/**
 * Compares local times, so that a skipped time is rejected by name, not silently moved to the next day. A repeated time is not past until
 * its second occurrence is.
 */
function isPast(date: DateTime, clock: TimeOfDay, after: DateTime, frame: { after: number; zone: string }): boolean {
  if (!date.hasSame(after, 'day')) return false;
  if (lastReading({ ...dateOf(date), ...clock }, frame.zone) > frame.after) return false;
  const wanted = ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1000 + clock.millisecond;
  const reached = ((after.hour * 60 + after.minute) * 60 + after.second) * 1000 + after.millisecond;
  return wanted <= reached;
}
