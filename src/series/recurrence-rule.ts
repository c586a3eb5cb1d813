import { offsetAt } from '../time/local-time.ts';
import { RuleExpansion, rulePartsOf } from './rule-expansion.ts';

const WEEKDAYS = 'MO|TU|WE|TH|FR|SA|SU';

/** Every five minutes. Nobody needs more, and each occurrence costs a record and two jobs. */
const MAX_A_DAY = 288;
/** Days of a period. */
const MAX_DAYS = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7, DAILY: 1 };

interface Part {
  expected: string;
  isValid(value: string): boolean;
}

const matches = (expected: string, pattern: RegExp): Part => ({ expected, isValid: (value) => pattern.test(value) });

/** A list of integers from `min` to `max`; with `signed` also from -max to -min. */
function numbers(min: number, max: number, signed = false): Part {
  const range = `${min} to ${max}`;
  const fits = (text: string) => {
    if (!(signed ? /^[+-]?\d{1,3}$/ : /^\d{1,2}$/).test(text)) return false;
    const value = signed ? Math.abs(Number(text)) : Number(text);
    return value >= min && value <= max;
  };
  return {
    expected: `numbers of ${range}${signed ? ` or -${max} to -${min}` : ''}, separated by commas`,
    isValid: (value) => value.split(',').every(fits),
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

/** The rule in canonical form: upper case, without `RRULE:` and spaces. */
export function normaliseRule(text: string): string {
  return text
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;+$/, '');
}

/** What is wrong with a normalised rule, or null. Unknown parts are an error. */
export function ruleIssue(rule: string): string | null {
  const seen = new Map<string, string>();
  for (const piece of rule.split(';')) {
    const [name = '', value = ''] = piece.split('=');
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (!part || piece.split('=').length !== 2) return `"${piece.slice(0, 40)}" is not a supported part of a rule`;
    if (seen.has(name)) return `${name} is given twice`;
    if (!part.isValid(value)) return `${name} must be ${part.expected}`;
    seen.set(name, value);
  }
  return combinationIssue(seen);
}

/** RFC 5545, section 3.3.10: which parts can be combined. */
function combinationIssue(parts: ReadonlyMap<string, string>): string | null {
  const frequency = parts.get('FREQ');
  if (!frequency) return 'FREQ is required';
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL cannot be combined';
  const byParts = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  if (parts.has('BYSETPOS') && byParts.length === 0) return 'BYSETPOS needs another BY… part';
  if (parts.has('BYWEEKNO') && frequency !== 'YEARLY') return 'BYWEEKNO works only with FREQ=YEARLY';
  if (parts.has('BYYEARDAY') && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(frequency)) {
    return `BYYEARDAY cannot be used with FREQ=${frequency}`;
  }
  if (parts.has('BYMONTHDAY') && frequency === 'WEEKLY') return 'BYMONTHDAY cannot be used with FREQ=WEEKLY';
  const numbered = /\d/.test(parts.get('BYDAY') ?? '');
  if (numbered && (!['MONTHLY', 'YEARLY'].includes(frequency) || parts.has('BYWEEKNO'))) {
    return 'BYDAY can have numbers only with FREQ=MONTHLY, or with FREQ=YEARLY without BYWEEKNO';
  }
  const costly = costIssue(parts, frequency);
  if (costly) return costly;
  const until = parts.get('UNTIL');
  return until !== undefined && Number.isNaN(compactToWall(until)) ? `UNTIL=${until} does not exist` : null;
}

/** Rules that occur too often or never, whatever the start. */
function costIssue(parts: ReadonlyMap<string, string>, frequency: string): string | null {
  const listed = (name: string) => new Set((parts.get(name) ?? '').split(',').filter(Boolean)).size;
  const perHour = listed('BYMINUTE') || 1;
  const perDay = (listed('BYHOUR') || (frequency === 'HOURLY' ? 24 : 1)) * perHour;
  if (perDay > MAX_A_DAY) return `at most ${MAX_A_DAY} occurrences a day are allowed, and this rule has ${perDay}`;
  const ofPeriod = frequency === 'HOURLY' ? perHour : perDay * MAX_DAYS[frequency as keyof typeof MAX_DAYS];
  const positions = (parts.get('BYSETPOS') ?? '').split(',').filter(Boolean).map(Number);
  const never = positions.length > 0 && positions.every((at) => Math.abs(at) > ofPeriod);
  return never ? `BYSETPOS never matches: there are at most ${ofPeriod} times to choose from` : null;
}

/** `20261206T090000` (a `Z` is ignored) or `20261206` as ms, read as if UTC; NaN if the time does not exist. */
export function compactToWall(text: string): number {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?/.exec(text) ?? [];
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return !Number.isNaN(wall) && wallToText(wall).startsWith(`${year}-${month}-${day}T`) ? wall : Number.NaN;
}

/** Local-clock ms as `2026-12-06T09:00:00`. */
export function wallToText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19);
}

/** Local-clock ms as `20261206T090000`. */
export function wallToCompact(wall: number): string {
  return wallToText(wall).replace(/[-:]/g, '');
}

/** Maximum search for the end of a COUNT: a COUNT not reached by then never ends the rule. */
const COUNTED_UNTIL = Date.UTC(2200, 0, 1);

/**
 * The rule on the local clock: every time is ms read as if UTC, and UNTIL is converted to it. Throws `RuleTooSparse` when finding an
 * occurrence takes too many steps.
 */
export class WallClockRule {
  readonly #expansion: RuleExpansion;
  readonly #start: number;
  readonly #count: number | null;
  /** The last possible occurrence, ms; null until COUNT has been counted. */
  #end: number | null;

  /** @param rule normalised and valid @param start DTSTART on the local clock, ms */
  constructor(rule: string, start: number, timezone: string) {
    this.#start = start;
    this.#expansion = new RuleExpansion(rulePartsOf(rule, start), start);
    this.#count = numberIn(rule, 'COUNT');
    this.#end = this.#count === null ? untilIn(rule, timezone) : null;
  }

  /** Occurrences from `from` (inclusive) to `to` (exclusive), in order. */
  between(from: number, to: number): number[] {
    if (to <= from || to <= this.#start) return [];
    this.#end ??= this.#lastCounted();
    return [...this.#expansion.between(from, Math.min(to, this.#end + 1))];
  }

  /** COUNT starts at DTSTART, whatever range is requested. */
  #lastCounted(): number {
    let left = this.#count ?? 0;
    for (const wall of this.#expansion.between(this.#start, COUNTED_UNTIL)) {
      left -= 1;
      if (left <= 0) return wall;
    }
    return COUNTED_UNTIL;
  }
}

function numberIn(rule: string, name: string): number | null {
  const text = new RegExp(`(?:^|;)${name}=(\\d+)`).exec(rule)?.[1];
  return text === undefined ? null : Number(text);
}

/** UNTIL (inclusive); without it the rule has no end. */
function untilIn(rule: string, timezone: string): number {
  const [, day, time] = /(?:^|;)UNTIL=(\d{8})(T\d{6}Z?)?/.exec(rule) ?? [];
  if (day === undefined) return Number.POSITIVE_INFINITY;
  if (time === undefined) return compactToWall(day) + 86_400_000 - 1;
  const written = compactToWall(day + time);
  return time.endsWith('Z') ? wallAt(written, timezone) : written;
}

/** The time on the zone's clocks at this moment, as local-clock ms. */
export function wallAt(at: number, timezone: string): number {
  return Math.floor((at + offsetAt(at, timezone)) / 1_000) * 1_000;
}
