/** Values of iCalendar properties (RFC 5545), as real programs write them. Pure. */

/** What is wrong with an event; reported with its row and line. */
export class EventError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/** A line of a calendar, unfolded. */
export interface ContentLine {
  name: string;
  /** By name in upper case, without quotes. */
  params: ReadonlyMap<string, string>;
  value: string;
  /** Of the file, from 1. */
  line: number;
}

/** A time as written: in UTC, or on a local clock; a date is a whole day. Times are ms, read as if UTC. */
export type WrittenIcsTime =
  | { kind: 'date'; day: number }
  | { kind: 'utc'; at: number }
  | { kind: 'local'; wall: number };

const DAY_MS = 86_400_000;
const TIME = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** @throws EventError that names property, value and line */
export function readIcsTime(text: string, { name, line }: ContentLine): WrittenIcsTime {
  const value = text.trim();
  const refuse = (why: string) => new EventError(`${name}:${value.slice(0, 60)} cannot be read: ${why}`, line);
  const match = TIME.exec(value);
  if (!match) throw refuse('it is not a date and time such as 20261206T090000');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as number[];
  const date = Date.UTC(year as number, (month as number) - 1, day);
  if (new Date(date).toISOString().slice(0, 10) !== `${match[1]}-${match[2]}-${match[3]}`) {
    throw refuse('this day does not exist');
  }
  if (match[4] === undefined) return { kind: 'date', day: date };
  // The end of the day, in a form ISO 8601 allows.
  if (hour === 24 && minute === 0 && second === 0 && match[7] === undefined)
    return { kind: 'local', wall: date + DAY_MS };
  if ((hour as number) > 23 || (minute as number) > 59 || (second as number) > 60)
    throw refuse('this time of day does not exist');
  // Reads a leap second as the second before it.
  const wall =
    date + (hour as number) * 3_600_000 + (minute as number) * 60_000 + Math.min(second as number, 59) * 1_000;
  const zone = match[7];
  if (zone === undefined) return { kind: 'local', wall };
  if (/z/i.test(zone)) return { kind: 'utc', at: wall };
  const digits = zone.slice(1).replace(':', '');
  const offset = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  return { kind: 'utc', at: wall - (zone.startsWith('-') ? -offset : offset) };
}

const DURATION = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$/i;

/** `PT1H30M`, ms above 0. @throws EventError */
export function readIcsDuration(text: string, { name, line }: ContentLine): number {
  const match = DURATION.exec(text.trim());
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  if (match && ms > 0) return ms;
  throw new EventError(`${name}:${text.slice(0, 60)} cannot be read: it is not a duration such as PT1H30M`, line);
}

/** The text without escapes. */
export function readIcsText(value: string): string {
  return value.replace(/\\([\\;,:"nN])/g, (_all, mark: string) => (/n/i.test(mark) ? '\n' : mark));
}

const NAME = /^([A-Za-z0-9-]+)(?=[;:])/;
const DATES = new Set(['DTSTART', 'DTEND', 'RECURRENCE-ID', 'EXDATE', 'RDATE', 'DUE']);

/** Null: this is not a line of a calendar. An unquoted `TZID=GMT+01:00` has a colon of its own, the values of dates have none. */
export function readContentLine(text: string, line: number): ContentLine | null {
  const name = NAME.exec(text)?.[1]?.toUpperCase();
  if (name === undefined) return null;
  const colon = DATES.has(name) ? dateColon(text) : firstColon(text, name.length);
  if (colon < 0) return null;
  const params = new Map<string, string>();
  for (const part of text.slice(name.length, colon).match(/;(?:"[^"]*"|[^;"])*/g) ?? []) {
    const at = part.indexOf('=');
    if (at > 0) params.set(part.slice(1, at).trim().toUpperCase(), part.slice(at + 1).replace(/"/g, ''));
  }
  return { name, params, value: text.slice(colon + 1), line };
}

function dateColon(text: string): number {
  const extended = /:(?=\d{4}-\d{2}-\d{2}[T ]\d{2}:)/.exec(text);
  return extended ? extended.index : text.lastIndexOf(':');
}

function firstColon(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === ':' && !quoted) return i;
  }
  // An unclosed quote.
  return text.indexOf(':', from);
}
