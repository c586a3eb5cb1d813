/** How far times are moved, and where they get to. */

import { DateTime } from 'luxon';
import { addDuration, type LocalReading, readDuration, readLocal, type WrittenDuration } from './local-time.ts';

export interface SignedDuration {
  /** -1: earlier. */
  sign: 1 | -1;
  length: WrittenDuration;
}

/** Reads `PT15M`, `-PT15M` or `+P1D`, also `PT-15M` as Java and Luxon write it; null when it is none, or is zero. */
export function readSignedDuration(text: string): SignedDuration | null {
  const inner = text.match(/[\d.,]+[A-Z]/g)?.length ?? 0;
  const negatives = text.match(/-(?=\d)/g)?.length ?? 0;
  const isInnerNegative = negatives > 0 && negatives === inner;
  const plain = isInnerNegative ? text.replace(/-(?=\d)/g, '') : text;
  const lead = /^[+-]/.exec(plain)?.[0];
  if (lead !== undefined && isInnerNegative) return null;
  const length = readDuration(lead === undefined ? plain : plain.slice(1));
  if (!length || Object.values(length).every((part) => part === 0)) return null;
  return { sign: isInnerNegative || lead === '-' ? -1 : 1, length };
}

/**
 * An instant (ms), moved: years, months, weeks and days on the local clock of `timezone` (UTC when null), the rest exactly. Two
 * readings when a clock change skips or repeats the local time.
 */
export function shiftTime(at: number, { sign, length }: SignedDuration, timezone: string | null): LocalReading {
  const { years, months, weeks, days, clockMs } = length;
  if (years + months + weeks + days === 0) return { kind: 'one', at: at + sign * clockMs };
  const zone = timezone ?? 'utc';
  const wall = at + DateTime.fromMillis(at, { zone }).offset * 60_000;
  const calendar = { ...length, clockMs: 0 };
  const moved =
    sign > 0
      ? addDuration(wall, calendar, null)
      : DateTime.fromMillis(wall, { zone: 'utc' }).minus({ years, months, weeks, days }).toMillis();
  const reading = readLocal(moved, zone);
  return reading.kind === 'one' ? { kind: 'one', at: reading.at + sign * clockMs } : reading;
}
