/** Moments as people write them. Pure: callers pass the clock and the zone. */
import { DateTime } from 'luxon';
import { parseDuration } from '../../time/human-duration.ts';
import { readTime as readWritten } from '../../time/local-time.ts';
import { nextDayAt, nextDayOf, readDay } from './human-day.ts';
import { resolveLocal, TimeError } from './wall-clock.ts';

export interface ReadingFrame {
  /** ms since the epoch. */
  now: number;
  /** IANA zone of times without one. */
  zone: string;
  /** `+90m` counts from this (ms). Default: now. */
  plusFrom?: number;
  /** `09:00` and `friday 09:00` mean the next such moment after this one (ms). Default: now. */
  after?: number;
  /** `09:00` alone means the day of this moment (ms), past or not, for something that already has a time. */
  ownDay?: number;
  /** A day without a time of day means its first moment (for searches). */
  dayAlone?: boolean;
}

export interface Reading {
  /** ms since the epoch. */
  at: number;
  /** It was the word `now`. Send it as such, since a moment computed here is past when it arrives. */
  isNow: boolean;
  /** The zone determined the result. */
  isLocal: boolean;
  /** A time of day without a day: the day was chosen here, not by the user. */
  isBare?: boolean;
  /** A day alone (`dayAlone`): its first moment. */
  isDay?: boolean;
}

/** Accepted by `readTime`, for messages and help. */
export const TIME_FORMS =
  'now, +10m, +1h30m, 09:00, "tomorrow 09:00", "friday 14:30", "2026-12-06 09:00", 2026-12-06T09:00:00-05:00';

const WITH_OFFSET =
  /^(\d{4}-\d{2}-\d{2})[t ]+(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)$/;
const RELATIVE = /^(now)? ?([+-]) ?(.+)$/;
const TIME_OF_DAY =
  /(?:^|[ t])(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(?: ?([ap])m)?|(\d{1,2}) ?([ap])m|(noon))$/;

/**
 * Reads a moment: `now`, `+10m`, ISO 8601 with or without offset, a weekday, `today`, `tomorrow` or a date with a time
 * of day, or a time of day alone (the next one).
 * @throws TimeError when it is none of these, or a local time that a clock change skips or repeats.
 */
export function readTime(text: string, frame: ReadingFrame): Reading {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/,/g, ' ')
    .replace(/\bat\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === 'now') return { at: frame.now, isNow: true, isLocal: false };
  const fixed = readRelative(words, frame) ?? readWithOffset(words);
  if (fixed !== null) return { at: fixed, isNow: false, isLocal: false };
  const time = TIME_OF_DAY.exec(words);
  const kind = time === null ? { isDay: true } : time.index === 0 ? { isBare: true } : {};
  return { at: readLocal(words, text.trim(), frame), isNow: false, isLocal: true, ...kind };
}

function readRelative(words: string, frame: ReadingFrame): number | null {
  const found = RELATIVE.exec(words);
  const length = found ? parseDuration(found[3] ?? '') : null;
  if (!found || length === null) return null;
  const from = found[1] || found[2] === '-' ? frame.now : (frame.plusFrom ?? frame.now);
  return found[2] === '+' ? from + length : from - length;
}

function readWithOffset(words: string): number | null {
  const found = WITH_OFFSET.exec(words);
  if (!found) return null;
  const offset = /^[zug]/.test(found[3] ?? '') ? 'Z' : found[3];
  const written = readWritten(`${found[1]}T${found[2]}${offset}`);
  if (written.kind === 'instant') return written.at;
  throw new TimeError(`"${words}": ${written.kind === 'wrong' ? written.why : 'this is not a date and time'}`);
}

function readLocal(words: string, original: string, frame: ReadingFrame): number {
  const { zone } = frame;
  const time = TIME_OF_DAY.exec(words);
  const dayWords = (time ? words.slice(0, time.index) : words).trim();
  const day = readDay(dayWords, DateTime.fromMillis(frame.now, { zone }));
  if (!day || words === '') throw new TimeError(notUnderstood(original));
  if (!time) {
    if (frame.dayAlone && day.kind === 'date') return DateTime.fromObject(day.date, { zone }).startOf('day').toMillis();
    if (frame.dayAlone && day.kind !== 'date') return nextDayOf(day, frame);
    throw new TimeError(`"${original}" is only a day; add a time, such as "${original} 09:00"`);
  }
  const clock = timeOfDay(time);
  if (!clock) throw new TimeError(`"${original}" is not a time of day that exists`);
  if (day.kind === 'date') return resolveLocal({ ...day.date, ...clock }, zone);
  if (day.kind === 'any' && frame.ownDay !== undefined) {
    const { year, month, day: dayOfMonth } = DateTime.fromMillis(frame.ownDay, { zone });
    return resolveLocal({ year, month, day: dayOfMonth, ...clock }, zone);
  }
  return nextDayAt(day, clock, { after: frame.after ?? frame.now, zone });
}

function timeOfDay(
  found: RegExpExecArray,
): { hour: number; minute: number; second: number; millisecond: number } | null {
  const [, hourText, minuteText, second, fraction, halfLong, hourAlone, halfShort, noon] = found;
  if (noon) return { hour: 12, minute: 0, second: 0, millisecond: 0 };
  const half = halfLong ?? halfShort;
  let hour = Number(hourText ?? hourAlone);
  const minute = Number(minuteText ?? 0);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || Number(second ?? 0) > 59) return null;
  return { hour, minute, second: Number(second ?? 0), millisecond: Number((fraction ?? '').padEnd(3, '0')) };
}

function notUnderstood(text: string): string {
  return `"${text}" is not a valid time; use ${TIME_FORMS}`;
}
