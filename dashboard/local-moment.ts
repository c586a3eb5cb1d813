/** Local times in a time zone, as form fields hold them, read by the scheduler's own rules. Pure. */

import { formatIn, isTimezone, type LocalReading, offsetAt, readLocal } from '../src/time/local-time.ts';

/** `2026-12-06T09:00` in `zone`, with seconds unless they are zero: the format of `datetime-local`. */
export function localField(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, at % 60_000 === 0 ? 16 : 19);
}

/** Reads a local time in a zone; null while one of them is incomplete or unknown. */
export function readField(local: string, zone: string): LocalReading | null {
  const wall = Date.parse(`${local}Z`);
  return Number.isFinite(wall) && isTimezone(zone) ? readLocal(wall, zone) : null;
}

/** The moment, ms. For a repeated time, the chosen one of the two; null if there is none, or it is ambiguous. */
export function momentOf(local: string, zone: string, repeated: Repeated): number | null {
  const reading = readField(local, zone);
  if (reading === null || reading.kind === 'skipped') return null;
  if (reading.kind === 'one') return reading.at;
  return repeated === '' ? null : reading.readings[repeated === 'first' ? 0 : 1];
}

/** Which of the two moments of a local time that a clock change repeats. */
export type Repeated = '' | 'first' | 'second';

/** The form the API accepts: local, or with the offset if the local time alone is ambiguous. */
export function sentTime(local: string, zone: string, repeated: Repeated): string {
  const reading = readField(local, zone);
  const at = momentOf(local, zone, repeated);
  return reading?.kind === 'repeated' && at !== null ? formatIn(at, zone) : local;
}

/** `New York` of `America/New_York`. */
export function placeName(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}
