/**
 * Expands an RFC 5545 rule on the local clock, where every day has 24 hours. This is plain arithmetic, so that a hundred years of a rule
 * that never matches take some 10 ms. Times are ms read as if UTC.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Maximum days and hours that one search may check: some 300 ms at worst. A rule that needs more is rejected. */
const MAX_STEPS = 5_000_000;

export const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

type Frequency = 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY';

export interface RuleParts {
  frequency: Frequency;
  interval: number;
  months: number[];
  weekNumbers: number[];
  yearDays: number[];
  monthDays: number[];
  /** `nth` 0: every such day of the period. */
  days: { weekday: number; nth: number }[];
  hours: number[];
  minutes: number[];
  positions: number[];
  /** The day a week begins on, 0 is Sunday. */
  weekStart: number;
}

/** A day and its place in month and year. */
interface Day {
  /** Days since the epoch. */
  number: number;
  year: number;
  month: number;
  ofMonth: number;
  monthLength: number;
  ofYear: number;
  yearLength: number;
  weekday: number;
}

/** A rule needs too many steps to reach its next occurrence. */
export class RuleTooSparse extends Error {
  constructor() {
    super('no occurrence was found in a reasonable time');
  }
}

/** @param rule normalised and valid @param start DTSTART, ms */
export function rulePartsOf(rule: string, start: number): RuleParts {
  const texts = new Map(rule.split(';').map((piece) => piece.split('=') as [string, string]));
  const numbers = (name: string) => (texts.get(name) ?? '').split(',').filter(Boolean).map(Number);
  const frequency = texts.get('FREQ') as Frequency;
  const parts: RuleParts = {
    frequency,
    interval: Number(texts.get('INTERVAL') ?? 1),
    months: numbers('BYMONTH'),
    weekNumbers: numbers('BYWEEKNO'),
    yearDays: numbers('BYYEARDAY'),
    monthDays: numbers('BYMONTHDAY'),
    days: (texts.get('BYDAY') ?? '').split(',').filter(Boolean).map(weekdayOf),
    hours: numbers('BYHOUR'),
    minutes: numbers('BYMINUTE'),
    positions: numbers('BYSETPOS'),
    weekStart: WEEKDAYS.indexOf(texts.get('WKST') ?? 'MO'),
  };
  return withDefaults(parts, start);
}

function weekdayOf(text: string): { weekday: number; nth: number } {
  return { weekday: WEEKDAYS.indexOf(text.slice(-2)), nth: Number(text.slice(0, -2) || 0) };
}

/** A rule takes its missing parts from its start (RFC 5545, section 3.3.10). */
function withDefaults(parts: RuleParts, start: number): RuleParts {
  const { frequency } = parts;
  const day = dayOf(Math.floor(start / DAY_MS));
  const date = new Date(start);
  const filled = { ...parts };
  const { weekNumbers, yearDays, monthDays, days, months } = parts;
  if (weekNumbers.length > 0 && yearDays.length + monthDays.length + days.length === 0)
    filled.days = [{ weekday: day.weekday, nth: 0 }];
  else if (yearDays.length + monthDays.length + days.length === 0) {
    if (frequency === 'YEARLY' && months.length === 0) filled.months = [day.month];
    if (frequency === 'YEARLY' || frequency === 'MONTHLY') filled.monthDays = [day.ofMonth];
    if (frequency === 'WEEKLY') filled.days = [{ weekday: day.weekday, nth: 0 }];
  }
  if (frequency !== 'HOURLY' && parts.hours.length === 0) filled.hours = [date.getUTCHours()];
  if (parts.minutes.length === 0) filled.minutes = [date.getUTCMinutes()];
  filled.hours = ascending(filled.hours);
  filled.minutes = ascending(filled.minutes);
  return filled;
}

const ascending = (values: number[]) => [...new Set(values)].sort((a, b) => a - b);

/** The occurrences of a rule in order, computed on demand. */
export class RuleExpansion {
  readonly #parts: RuleParts;
  readonly #start: number;
  /** Within the day, ms; for HOURLY: within the hour. */
  readonly #times: number[];
  #steps = 0;

  constructor(parts: RuleParts, start: number) {
    this.#parts = parts;
    this.#start = start;
    const seconds = start % 60_000;
    const hours = parts.frequency === 'HOURLY' ? [0] : parts.hours;
    this.#times = hours.flatMap((hour) =>
      parts.minutes.map((minute) => hour * HOUR_MS + minute * 60_000 + ((seconds + 60_000) % 60_000)),
    );
  }

  /** From `from` (inclusive) to `to` (exclusive). @throws RuleTooSparse */
  *between(from: number, to: number): Generator<number> {
    this.#steps = 0;
    const first = Math.max(from, this.#start);
    for (const period of this.#periods(first, to)) {
      for (const wall of this.#chosen(period)) {
        if (wall >= to) return;
        if (wall >= first) yield wall;
      }
    }
  }

  /** All times of each period that touches the span. A period begins at a multiple of the interval from the start. */
  *#periods(from: number, to: number): Generator<number[]> {
    const { frequency } = this.#parts;
    if (frequency === 'HOURLY') yield* this.#hours(from, to);
    else yield* this.#spans(from, to);
  }

  *#spans(from: number, to: number): Generator<number[]> {
    const { interval } = this.#parts;
    const [origin, dayOfIndex] = this.#calendar();
    const asked = this.#indexOf(from) - origin;
    for (let index = origin + Math.max(0, Math.floor(asked / interval) * interval); ; index += interval) {
      const [first, end] = [dayOfIndex(index), dayOfIndex(index + 1)];
      if (first * DAY_MS >= to || !Number.isFinite(first)) return;
      const times: number[] = [];
      for (let number = first; number < end; number += 1) {
        this.#step();
        if (this.#matches(dayOf(number))) for (const time of this.#times) times.push(number * DAY_MS + time);
      }
      yield times;
    }
  }

  *#hours(from: number, to: number): Generator<number[]> {
    const { interval, hours } = this.#parts;
    const origin = Math.floor(this.#start / HOUR_MS);
    const asked = Math.floor(from / HOUR_MS) - origin;
    let today = { number: Number.NaN, fits: false };
    for (
      let hour = origin + Math.max(0, Math.floor(asked / interval) * interval);
      hour * HOUR_MS < to;
      hour += interval
    ) {
      this.#step();
      const number = Math.floor(hour / 24);
      if (number !== today.number) today = { number, fits: this.#matches(dayOf(number)) };
      if (!today.fits) {
        // Move to the last of the interval's hours of this day; the loop adds the next.
        hour += Math.floor(((number + 1) * 24 - 1 - hour) / interval) * interval;
        continue;
      }
      if (hours.length > 0 && !hours.includes(hour - number * 24)) continue;
      yield this.#times.map((time) => hour * HOUR_MS + time);
    }
  }

  /** The period of the start, counted in its own unit, and the first day of a period. */
  #calendar(): [origin: number, dayOfIndex: (index: number) => number] {
    const { frequency, weekStart } = this.#parts;
    const origin = this.#indexOf(this.#start);
    switch (frequency) {
      case 'YEARLY':
        return [origin, (index) => dayNumber(index, 0)];
      case 'MONTHLY':
        return [origin, (index) => dayNumber(0, index)];
      case 'WEEKLY':
        return [origin, (index) => index * 7 + weekStart - 4];
      default:
        return [origin, (index) => index];
    }
  }

  #indexOf(wall: number): number {
    const date = new Date(wall);
    const day = Math.floor(wall / DAY_MS);
    switch (this.#parts.frequency) {
      case 'YEARLY':
        return date.getUTCFullYear();
      case 'MONTHLY':
        return date.getUTCFullYear() * 12 + date.getUTCMonth();
      case 'WEEKLY':
        // Day 0 was a Thursday.
        return Math.floor((day + 4 - this.#parts.weekStart) / 7);
      default:
        return day;
    }
  }

  #chosen(times: number[]): number[] {
    const { positions } = this.#parts;
    if (positions.length === 0) return times;
    const chosen = positions.map((at) => times[at > 0 ? at - 1 : times.length + at]);
    return ascending(chosen.filter((wall) => wall !== undefined));
  }

  #matches(day: Day): boolean {
    const { months, weekNumbers, yearDays, monthDays, days } = this.#parts;
    if (months.length > 0 && !months.includes(day.month)) return false;
    if (monthDays.length > 0 && !includesPlace(monthDays, day.ofMonth, day.monthLength)) return false;
    if (yearDays.length > 0 && !includesPlace(yearDays, day.ofYear, day.yearLength)) return false;
    if (days.length > 0 && !days.some((one) => this.#isWeekday(day, one))) return false;
    return weekNumbers.length === 0 || this.#isOfWeek(day);
  }

  #isWeekday(day: Day, { weekday, nth }: RuleParts['days'][number]): boolean {
    if (weekday !== day.weekday) return false;
    if (nth === 0) return true;
    const ofMonth = this.#parts.frequency === 'MONTHLY' || this.#parts.months.length > 0;
    const [at, length] = ofMonth ? [day.ofMonth, day.monthLength] : [day.ofYear, day.yearLength];
    return nth > 0 ? Math.ceil(at / 7) === nth : Math.ceil((length - at + 1) / 7) === -nth;
  }

  /** Week 1 is the first with at least four days in its year. */
  #isOfWeek(day: Day): boolean {
    const { weekStart, weekNumbers } = this.#parts;
    const begin = day.number - ((day.weekday - weekStart + 7) % 7);
    const year = dayOf(begin + 3).year;
    const number = (begin - firstWeek(year, weekStart)) / 7 + 1;
    return includesPlace(weekNumbers, number, (firstWeek(year + 1, weekStart) - firstWeek(year, weekStart)) / 7);
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new RuleTooSparse();
  }
}

/** Whether a list contains a place, counted from the front or (negative) from the back. */
function includesPlace(list: number[], place: number, length: number): boolean {
  return list.includes(place) || list.includes(place - length - 1);
}

function firstWeek(year: number, weekStart: number): number {
  const fourth = dayNumber(year, 0) + 3;
  return fourth - ((weekdayAt(fourth) - weekStart + 7) % 7);
}

const weekdayAt = (number: number) => (((number + 4) % 7) + 7) % 7;

/** First day of a month, counted from January of `year`, in days since the epoch. NaN outside the range of a Date. */
function dayNumber(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime() / DAY_MS;
}

function dayOf(number: number): Day {
  const date = new Date(number * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const ofMonth = date.getUTCDate();
  const before = lengths.slice(0, month).reduce((sum, length) => sum + length, 0);
  return {
    number,
    year,
    month: month + 1,
    ofMonth,
    monthLength: lengths[month] as number,
    ofYear: before + ofMonth,
    yearLength: isLeap ? 366 : 365,
    weekday: weekdayAt(number),
  };
}
