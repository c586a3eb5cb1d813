/** Local times and the moments they mean, for people. Pure. */
import { DateTime } from 'luxon';
import { formatIn, readLocal } from '../../time/local-time.ts';

export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

export interface TimeOfDay {
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

/** A time that is unreadable, or means two moments or none. The message is for people. */
export class TimeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimeError';
  }
}

/** The moment (ms) of a local time; of a repeated one the second, of a skipped one the start of time. */
export function lastReading(local: LocalDate & TimeOfDay, zone: string): number {
  const { year, month, day, hour, minute, second, millisecond } = local;
  const reading = readLocal(Date.UTC(year, month - 1, day, hour, minute, second, millisecond), zone);
  if (reading.kind === 'one') return reading.at;
  return reading.kind === 'repeated' ? reading.readings[1] : Number.NEGATIVE_INFINITY;
}

/**
 * The moment (ms since the epoch) of a local time in an IANA zone.
 * @throws TimeError if a clock change skips or repeats it; the message offers both readings to copy.
 */
export function resolveLocal(local: LocalDate & TimeOfDay, zone: string): number {
  const { year, month, day, hour, minute, second, millisecond } = local;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const reading = readLocal(wall, zone);
  if (reading.kind === 'one') return reading.at;
  const name = DateTime.fromMillis(wall, { zone: 'utc' }).toFormat('yyyy-MM-dd HH:mm');
  const why = reading.kind === 'repeated' ? 'comes twice' : 'does not exist';
  const choices = reading.readings.map((at) => formatIn(at, zone)).join(' or ');
  throw new TimeError(`${name} ${why} in ${zone}, because the clocks change; write ${choices}`);
}

/**
 * For people: `Sun 6 Dec 2026 09:00 EST`, with seconds unless they are zero.
 * @param clock format of a whole column, from `clockOf`
 */
export function describeMoment(at: number, zone: string, clock: ClockFormat = clockOf([at])): string {
  const moment = DateTime.fromMillis(at, { zone, locale: 'en-US' });
  return moment.toFormat(`ccc d LLL yyyy ${clock} ZZZZ`);
}

export type ClockFormat = 'HH:mm' | 'HH:mm:ss';

/**
 * Returns the format with seconds if any of these moments needs them, so that a column has one format. Every zone is whole minutes from
 * UTC.
 */
export function clockOf(moments: readonly number[]): ClockFormat {
  return moments.every((at) => Math.floor(at / 1_000) % 60 === 0) ? 'HH:mm' : 'HH:mm:ss';
}
