/** Wall-clock times and the moments they may mean. Pure. */
import { DateTime, IANAZone } from 'luxon';

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

/** A time that cannot be read, or means two moments or none. Its message is for people. */
export class TimeFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimeFault';
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The moment (ms since the epoch) of a wall-clock time in an IANA zone.
 * @throws TimeFault when a clock change skips or repeats it; the message has both readings, ready to be copied.
 */
export function resolveLocal(local: LocalDate & TimeOfDay, zone: string): number {
  const { year, month, day, hour, minute, second, millisecond } = local;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const rules = IANAZone.create(zone);
  // No zone changes twice within two days, so the offsets a day before and after are all there are.
  const offsets = [...new Set([rules.offset(asUtc - DAY_MS), rules.offset(asUtc + DAY_MS)])];
  const readings = offsets.map((offset) => ({ offset, at: asUtc - offset * MINUTE_MS }));
  const valid = readings.filter(({ at, offset }) => rules.offset(at) === offset);
  const only = valid[0];
  if (only && valid.length === 1) return only.at;
  const name = DateTime.fromMillis(asUtc, { zone: 'utc' }).toFormat('yyyy-MM-dd HH:mm');
  const choices = (valid.length > 1 ? valid : readings).map(({ at }) => at).sort((a, b) => a - b);
  const why = valid.length > 1 ? 'comes twice' : 'does not exist';
  throw new TimeFault(
    `${name} ${why} in ${zone}, because the clocks change; write ${choices.map((at) => isoInZone(at, zone)).join(' or ')}`,
  );
}

/** ISO 8601 with the offset of the zone: `2026-12-06T09:00:00-05:00`. */
export function isoInZone(at: number, zone: string): string {
  const text = DateTime.fromMillis(at, { zone }).toISO({ suppressMilliseconds: true });
  if (text === null) throw new TimeFault(`${at} is no moment in ${zone}`);
  return text;
}

/** For people: `Sun 6 Dec 2026 09:00 EST`; seconds only when there are any. */
export function describeMoment(at: number, zone: string): string {
  const moment = DateTime.fromMillis(at, { zone, locale: 'en-US' });
  const clock = moment.second === 0 ? 'HH:mm' : 'HH:mm:ss';
  return moment.toFormat(`ccc d LLL yyyy ${clock} ZZZZ`);
}
