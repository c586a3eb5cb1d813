/** Times and durations as people write them: ISO 8601, with an offset or local to an IANA time zone. */

import { DateTime, IANAZone } from 'luxon';
import { isoTime } from './iso-time.ts';
import { abbreviationChoices } from './zone-names.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** UTC offsets in use reach from -12:00 to +14:00. */
const MAX_OFFSET_MINUTES = 14 * 60;

const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const BARE_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A time as written. `local`: without an offset, its wall-clock fields read as if they were UTC (ms). */
export type WrittenTime =
  | { kind: 'now' }
  | { kind: 'instant'; at: number }
  | { kind: 'local'; wall: number }
  | { kind: 'wrong'; why: string };

/**
 * Reads `now`, `2026-12-06T09:00:00-05:00`, `2026-12-06T14:00Z` or `2026-12-06T09:00` (local). Fractions of a second
 * below 1 ms are cut off. A date alone, 24:00, leap seconds and days that do not exist are `wrong`.
 */
export function readTime(text: string): WrittenTime {
  if (text === 'now') return { kind: 'now' };
  if (BARE_DATE.test(text)) return { kind: 'wrong', why: 'a date alone has no time of day' };
  const match = TIME.exec(text);
  if (!match) return { kind: 'wrong', why: 'this is not an ISO 8601 date and time' };
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as Fields;
  const issue = wrongField(hour, minute, second);
  if (issue) return { kind: 'wrong', why: issue };
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  if (new Date(wall).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return { kind: 'wrong', why: 'this day does not exist' };
  }
  if (match[8] === undefined) return { kind: 'local', wall };
  const offset = offsetMinutes(match[8]);
  if (offset === null) return { kind: 'wrong', why: 'the offset is not between -14:00 and +14:00' };
  return { kind: 'instant', at: wall - offset * MINUTE_MS };
}

type Fields = [number, number, number, number, number, number];

function wrongField(hour: number, minute: number, second: number): string | null {
  if (hour === 24) return 'write midnight as 00:00 of the next day';
  if (hour > 24) return 'hours must be 00 to 23';
  if (minute > 59) return 'minutes must be 00 to 59';
  if (second === 60) return 'leap seconds are not accepted';
  return second > 60 ? 'seconds must be 00 to 59' : null;
}

function offsetMinutes(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const digits = text.slice(1).replace(':', '');
  const minutes = Number(digits.slice(2) || 0);
  const total = Number(digits.slice(0, 2)) * 60 + minutes;
  if (minutes > 59 || total > MAX_OFFSET_MINUTES) return null;
  return text.startsWith('-') ? -total : total;
}

/** Since 1980 clocks have changed only at full quarters of an hour of UTC. */
const QUARTER_MS = 15 * MINUTE_MS;
const QUARTERS_FROM = Date.UTC(1980, 0, 1);
/** One look-up takes some 5 µs with Intl, and a calendar of 10,000 series needs half a million: a bounded memory. */
const MAX_OFFSETS_KNOWN = 100_000;
const knownOffsets = new Map<string, Map<number, number>>();
let offsetsKnown = 0;

/** The offset from UTC that a zone has at a moment (ms), in ms. */
export function offsetAt(at: number, timezone: string): number {
  const read = () => IANAZone.create(timezone).offset(at) * MINUTE_MS;
  if (!(at >= QUARTERS_FROM)) return read();
  const quarter = Math.floor(at / QUARTER_MS);
  const known = knownOffsets.get(timezone)?.get(quarter);
  if (known !== undefined) return known;
  if (offsetsKnown >= MAX_OFFSETS_KNOWN) {
    knownOffsets.clear();
    offsetsKnown = 0;
  }
  const offset = read();
  const ofZone = knownOffsets.get(timezone) ?? new Map<number, number>();
  knownOffsets.set(timezone, ofZone.set(quarter, offset));
  offsetsKnown += 1;
  return offset;
}

/** What a local time means in a zone: one instant, or two readings when a clock change skips or repeats it (ms). */
export type LocalReading =
  | { kind: 'one'; at: number }
  | { kind: 'skipped' | 'repeated'; readings: readonly [number, number] };

/**
 * Reads the wall-clock fields `wall` (ms, as if UTC) in `timezone`. For a skipped time the readings use the offset
 * after and the offset before the change; for a repeated one they are its two instants; both in order of time.
 */
export function readLocal(wall: number, timezone: string): LocalReading {
  // Offsets stay within 14 hours, so the offsets in force a day earlier and a day later are those around the change.
  const before = offsetAt(wall - DAY_MS, timezone);
  const after = offsetAt(wall + DAY_MS, timezone);
  const candidates = [...new Set([wall - before, wall - after])].sort((a, b) => a - b);
  const real = candidates.filter((at) => at + offsetAt(at, timezone) === wall);
  const [first, second] = real;
  if (first !== undefined && second === undefined) return { kind: 'one', at: first };
  const [earlier = wall, later = wall] = candidates;
  return { kind: first === undefined ? 'skipped' : 'repeated', readings: [earlier, later] };
}

/** `2027-03-14T03:30:00-04:00`: an instant (ms) with the offset it has in the zone. */
export function formatIn(at: number, timezone: string): string {
  return DateTime.fromMillis(at, { zone: timezone }).toISO({ suppressMilliseconds: true }) ?? isoTime(at);
}

const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;
/** Zone look-ups are costly, and the names come from outside: a bounded memory. */
const MAX_ZONES_KNOWN = 2_000;
const knownZones = new Map<string, boolean>();

/** Whether this is an IANA time zone (`America/New_York`, `UTC`); an offset such as `+01:00` is none, nor is an abbreviation such as `EST`. */
export function isTimezone(name: string): boolean {
  const known = knownZones.get(name);
  if (known !== undefined) return known;
  const valid = ZONE_NAME.test(name) && abbreviationChoices(name) === null && IANAZone.isValidZone(name);
  if (knownZones.size >= MAX_ZONES_KNOWN) knownZones.clear();
  knownZones.set(name, valid);
  return valid;
}

/** A duration as written: calendar parts count in local time, clock parts exactly. */
export interface WrittenDuration {
  years: number;
  months: number;
  weeks: number;
  days: number;
  /** Hours, minutes and seconds together, in ms. */
  clockMs: number;
}

const NUMBER = String.raw`(\d{1,9}(?:[.,]\d{1,9})?)`;
const DURATION = new RegExp(
  String.raw`^P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?` +
    `(?:T(?=\\d)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);
/** Only the smallest part may have a fraction. */
const EARLY_FRACTION = /[.,]\d+[HM]\d/;

/** Reads an ISO 8601 duration (`PT1H30M`, `P1D`, `P1W`, `PT1.5H`); null when it is none. Signs are not taken. */
export function readDuration(text: string): WrittenDuration | null {
  const match = DURATION.exec(text);
  if (!match || EARLY_FRACTION.test(text)) return null;
  const part = (index: number) => Number((match[index] ?? '0').replace(',', '.'));
  const clockMs = Math.round(part(5) * 3_600_000 + part(6) * MINUTE_MS + part(7) * 1_000);
  return { years: part(1), months: part(2), weeks: part(3), days: part(4), clockMs };
}

/** Adds a duration to an instant (ms): calendar parts in `timezone` (UTC when null). NaN beyond what dates can hold. */
export function addDuration(at: number, duration: WrittenDuration, timezone: string | null): number {
  const { years, months, weeks, days, clockMs } = duration;
  if (years + months + weeks + days === 0) return at + clockMs;
  const calendar = DateTime.fromMillis(at, { zone: timezone ?? 'utc' }).plus({ years, months, weeks, days });
  return calendar.toMillis() + clockMs;
}

/** Length of an ISO 8601 duration in ms with days of 24 hours; null when it is none, or has years or months. */
export function durationMs(text: string): number | null {
  const duration = readDuration(text);
  if (!duration || duration.years > 0 || duration.months > 0) return null;
  return (duration.weeks * 7 + duration.days) * DAY_MS + duration.clockMs;
}
