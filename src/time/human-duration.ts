/** Lengths of time as people write and read them. Pure. */
import { MAX_LENGTH_MS, wordsToMs } from './duration.ts';
import { durationMs } from './local-time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Accepted by `parseDuration`, for messages. */
export const DURATION_FORMS = '90m, 1h30m, 45s, 2d or ISO 8601 as PT1H30M';

/**
 * `90m`, `1h30m`, `1 h 30 min`, `2d`, or ISO 8601 (`PT1H30M`). A day is 24 hours.
 * @returns ms, above 0 and up to 100 years; null when the text is none of these.
 */
export function parseDuration(text: string): number | null {
  const ms = durationMs(text.trim().toUpperCase()) ?? wordsToMs(text.trim().toLowerCase());
  return ms !== null && ms > 0 && ms <= MAX_LENGTH_MS ? Math.round(ms) : null;
}

/** ISO 8601 of a length in ms: `PT1H30M`. Hours are not folded into days, whose length a clock change alters. */
export function isoDuration(ms: number): string {
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = (ms % MINUTE) / SECOND;
  const text = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean).join('');
  return `PT${text || '0S'}`;
}

/** A length in ms (sign ignored) in at most two units, from an hour on to the nearest minute: `2 h 5 min`, `13 days`, `45 s`, `320 ms`. */
export function describeLength(ms: number): string {
  const length = Math.abs(ms);
  if (length < SECOND) return `${Math.round(length)} ms`;
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  // Rounded, because what was `+2h` is some ms less once it is shown.
  const rounded = Math.round(length / MINUTE) * MINUTE;
  if (rounded < HOUR) return two(length, MINUTE, 'min', SECOND, 's', 10 * MINUTE);
  if (rounded < DAY) return two(rounded, HOUR, 'h', MINUTE, 'min', DAY);
  const days = Math.floor(rounded / DAY);
  return two(rounded, DAY, days === 1 ? 'day' : 'days', HOUR, 'h', 7 * DAY);
}

/** The smaller unit is left out from `roundFrom` on, where nobody cares. */
function two(ms: number, big: number, bigName: string, small: number, smallName: string, roundFrom: number): string {
  const whole = Math.floor(ms / big);
  const rest = Math.floor((ms % big) / small);
  const head = `${whole} ${bigName}`;
  return rest === 0 || ms >= roundFrom ? head : `${head} ${rest} ${smallName}`;
}

/** `in 2 h 5 min`, `3 min ago`, `now` (less than a second away). Both in ms since the epoch. */
export function relativeTo(at: number, now: number): string {
  const away = at - now;
  if (Math.abs(away) < SECOND) return 'now';
  return away > 0 ? `in ${describeLength(away)}` : `${describeLength(away)} ago`;
}
