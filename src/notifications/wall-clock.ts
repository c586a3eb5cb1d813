import { DateTime } from 'luxon';

const DAY = 'ccc d LLL yyyy HH:mm';

/**
 * `Sun 6 Dec 2026 09:00 to 10:30 (America/New_York)`; without a zone in UTC.
 * @param startAt ISO 8601, like `stopAt`
 */
export function wallClock(startAt: string, stopAt: string | null, timezone: string | null): string | null {
  const zone = timezone ?? 'UTC';
  const start = DateTime.fromISO(startAt, { zone, locale: 'en' });
  if (!start.isValid) return null;
  const stop = stopAt === null ? null : DateTime.fromISO(stopAt, { zone, locale: 'en' });
  const until = stop?.isValid ? ` to ${stop.toFormat(stop.hasSame(start, 'day') ? 'HH:mm' : DAY)}` : '';
  return `${start.toFormat(DAY)}${until} (${zone})`;
}
