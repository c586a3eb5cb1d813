import { RRuleTemporal } from 'rrule-temporal';
import { formatIn } from '../scheduling/local-time.ts';

/** Steps that the search for an occurrence may take: some 100 ms at worst, so that no rule holds up the API. */
const MOST_STEPS = 5_000;
const MOST_CANDIDATES = 50_000;

const WEEKDAYS = 'MO|TU|WE|TH|FR|SA|SU';

interface Part {
  expected: string;
  fits(value: string): boolean;
}

const matches = (expected: string, pattern: RegExp): Part => ({ expected, fits: (value) => pattern.test(value) });

/** A list of whole numbers from `min` to `max`; with `signed` also from -max to -min. */
function numbers(min: number, max: number, signed = false): Part {
  const range = `${min} to ${max}`;
  const fits = (text: string) => {
    if (!(signed ? /^[+-]?\d{1,3}$/ : /^\d{1,2}$/).test(text)) return false;
    const value = signed ? Math.abs(Number(text)) : Number(text);
    return value >= min && value <= max;
  };
  return {
    expected: `numbers of ${range}${signed ? ` or -${max} to -${min}` : ''}, separated by commas`,
    fits: (value) => value.split(',').every(fits),
  };
}

const PARTS: Record<string, Part> = {
  FREQ: matches('YEARLY, MONTHLY, WEEKLY, DAILY or HOURLY', /^(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)$/),
  INTERVAL: matches('a number of 1 to 9999', /^0*[1-9]\d{0,3}$/),
  COUNT: matches('a number of 1 to 99999', /^0*[1-9]\d{0,4}$/),
  UNTIL: matches('a date (20270628), a local time (20270628T090000) or one in UTC (…Z)', /^\d{8}(T\d{6}Z?)?$/),
  BYMONTH: numbers(1, 12),
  BYWEEKNO: numbers(1, 53, true),
  BYYEARDAY: numbers(1, 366, true),
  BYMONTHDAY: numbers(1, 31, true),
  BYDAY: matches(
    'weekdays such as SU, or 1MO or -1FR in a month or year',
    new RegExp(`^([+-]?([1-9]|[1-4]\\d|5[0-3]))?(${WEEKDAYS})(,([+-]?([1-9]|[1-4]\\d|5[0-3]))?(${WEEKDAYS}))*$`),
  ),
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
  BYSETPOS: numbers(1, 366, true),
  WKST: matches('a weekday such as MO', new RegExp(`^(${WEEKDAYS})$`)),
};

/** The rule in one spelling: upper case, without `RRULE:` and spaces. */
export function normaliseRule(text: string): string {
  return text
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;+$/, '');
}

/** What is wrong with a normalised rule, or null. The library passes over what it does not know; this does not. */
export function ruleFault(rule: string): string | null {
  const seen = new Map<string, string>();
  for (const piece of rule.split(';')) {
    const [name = '', value = ''] = piece.split('=');
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (!part || piece.split('=').length !== 2) return `"${piece.slice(0, 40)}" is no part of a rule that is taken`;
    if (seen.has(name)) return `${name} comes twice`;
    if (!part.fits(value)) return `${name} must be ${part.expected}`;
    seen.set(name, value);
  }
  return combinationFault(seen);
}

/** RFC 5545, section 3.3.10: what may stand with what. */
function combinationFault(parts: ReadonlyMap<string, string>): string | null {
  const frequency = parts.get('FREQ');
  if (!frequency) return 'FREQ must be there';
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL exclude each other';
  const byParts = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  if (parts.has('BYSETPOS') && byParts.length === 0) return 'BYSETPOS needs another BY… part';
  if (parts.has('BYWEEKNO') && frequency !== 'YEARLY') return 'BYWEEKNO goes with FREQ=YEARLY only';
  if (parts.has('BYYEARDAY') && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(frequency)) {
    return `BYYEARDAY does not go with FREQ=${frequency}`;
  }
  if (parts.has('BYMONTHDAY') && frequency === 'WEEKLY') return 'BYMONTHDAY does not go with FREQ=WEEKLY';
  const numbered = /\d/.test(parts.get('BYDAY') ?? '');
  if (numbered && (!['MONTHLY', 'YEARLY'].includes(frequency) || parts.has('BYWEEKNO'))) {
    return 'BYDAY may have numbers with FREQ=MONTHLY, or FREQ=YEARLY without BYWEEKNO, only';
  }
  const until = parts.get('UNTIL');
  return until !== undefined && Number.isNaN(compactToWall(until)) ? `UNTIL=${until} does not exist` : null;
}

/** `20261206T090000` (a `Z` is passed over) or `20261206` as ms, read as if UTC; NaN for what does not exist. */
export function compactToWall(text: string): number {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?/.exec(text) ?? [];
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return !Number.isNaN(wall) && wallToText(wall).startsWith(`${year}-${month}-${day}T`) ? wall : Number.NaN;
}

/** Wall-clock ms as `2026-12-06T09:00:00`. */
export function wallToText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19);
}

/** Wall-clock ms as `20261206T090000`. */
export function wallToCompact(wall: number): string {
  return wallToText(wall).replace(/[-:]/g, '');
}

/**
 * The rule on the wall clock: every time here is ms read as if UTC, and UNTIL is brought onto it. Throws `RuleTooSparse`
 * when finding an occurrence takes too many steps.
 */
export class WallClockRule {
  readonly #rule: RRuleTemporal;

  /** @param rule normalised and without a fault @param start DTSTART on the wall clock, ms */
  constructor(rule: string, start: number, timezone: string) {
    const onWall = rule.replace(/UNTIL=(\d{8})(T\d{6}Z?)?/, (_part, day: string, time: string | undefined) => {
      if (time === undefined) return `UNTIL=${day}T235959Z`;
      const written = compactToWall(day + time);
      return `UNTIL=${wallToCompact(time.endsWith('Z') ? wallAt(written, timezone) : written)}Z`;
    });
    this.#rule = new RRuleTemporal({
      rruleString: `DTSTART;TZID=UTC:${wallToCompact(start)}\nRRULE:${onWall}`,
      maxIterations: MOST_STEPS,
      maxCandidateEvaluations: MOST_CANDIDATES,
      cache: false,
    });
  }

  /** Occurrences from `from` (inclusive) to `to` (exclusive), in order. */
  between(from: number, to: number): number[] {
    const found = this.#rule.between(new Date(from), new Date(to), true);
    return found.map((date) => date.epochMilliseconds).filter((wall) => wall < to);
  }
}

/** What clocks in the zone show at this moment, as wall-clock ms. */
export function wallAt(at: number, timezone: string): number {
  return Date.parse(`${formatIn(at, timezone).slice(0, 19)}Z`);
}
