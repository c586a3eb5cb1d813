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
