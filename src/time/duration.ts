import { Duration } from 'luxon';

/**
 * ISO 8601 duration (`PT1H30M`, `P90D`, `P2W`) to ms, or null when the text is none or is negative. A month counts as
 * 30 days and a year as 365: a length of time, not a place in the calendar.
 */
export function durationToMs(text: string): number | null {
  if (!text.startsWith('P')) return null;
  const duration = Duration.fromISO(text);
  if (!duration.isValid) return null;
  const ms = duration.toMillis();
  return Number.isFinite(ms) && ms >= 0 && !text.includes('-') ? Math.round(ms) : null;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The longest length accepted as input, 100 years: a longer one could lead past the last date that JavaScript can hold. */
export const MAX_LENGTH_MS = 36_525 * DAY_MS;
const UNIT_MS: Record<string, number> = { w: 7 * DAY_MS, d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS };
const WORD_FORM = /(\d+(?:\.\d+)?)\s*(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)/y;

/** `90m`, `1h30m`, `1 h 30 min`, `2d` to ms; null when the text is none of these. A day is 24 hours. */
export function wordsToMs(text: string): number | null {
  let sum = 0;
  let position = 0;
  while (position < text.length) {
    WORD_FORM.lastIndex = position;
    const found = WORD_FORM.exec(text);
    if (!found) return null;
    sum += Number(found[1]) * (UNIT_MS[found[2]?.charAt(0) ?? ''] ?? Number.NaN);
    position = WORD_FORM.lastIndex;
    while (text[position] === ' ') position += 1;
  }
  return position === 0 ? null : Math.round(sum);
}
