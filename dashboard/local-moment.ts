/** Local times of a time zone, as the fields of forms have them, read by the scheduler's own rules. Pure. */

import { formatIn, isTimezone, type LocalReading, offsetAt, readLocal } from '../src/time/local-time.ts';

/** `2026-12-06T09:00`, with seconds where they are not zero: what `datetime-local` wants, in `zone`. */
export function localField(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, at % 60_000 === 0 ? 16 : 19);
}

/** What a local time means in a zone; null while one of them is incomplete or unknown. */
export function readField(local: string, zone: string): LocalReading | null {
  const wall = Date.parse(`${local}Z`);
  return Number.isFinite(wall) && isTimezone(zone) ? readLocal(wall, zone) : null;
}

/** The moment, ms; of a repeated time the first or the second; null when there is none, or not exactly one. */
export function momentOf(local: string, zone: string, repeated: Repeated): number | null {
  const reading = readField(local, zone);
  if (reading === null || reading.kind === 'skipped') return null;
  if (reading.kind === 'one') return reading.at;
  return repeated === '' ? null : reading.readings[repeated === 'first' ? 0 : 1];
}

/** Which of the two readings of a time that a clock change repeats. */
export type Repeated = '' | 'first' | 'second';

/** As the API takes it: local, or with the offset where the local time alone says two moments. */
export function sentTime(local: string, zone: string, repeated: Repeated): string {
  const reading = readField(local, zone);
  const at = momentOf(local, zone, repeated);
  return reading?.kind === 'repeated' && at !== null ? formatIn(at, zone) : local;
}

/** `New York` of `America/New_York`. */
export function placeName(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}
