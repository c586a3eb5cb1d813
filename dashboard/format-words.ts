/** Writes times in words for forms, in any time zone. */

import { longTime } from './format.ts';
import { serverNow } from './live/clock.ts';
import { zone as ownZone } from './live/live.ts';
import { placeName } from './local-moment.ts';
import { clockIn, spanIn } from './span-words.ts';
import { forms } from './texts/forms.ts';
import { locale } from './texts/language.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** `09:00`, in `zone`; with seconds unless they are zero. */
export function timeIn(at: number, zone: string): string {
  return clockIn(at, zone, locale.value);
}

/** A moment or a span in the zone and by the reader's clock; see `spanIn`. */
export function spanWords(at: number, stopAt: number | null, zone: string) {
  return spanIn(at, stopAt, zone, { locale: locale.value, now: serverNow(), zone: ownZone() });
}

/** `Sunday 6 December 2026 at 09:00 in New York`; without the place in the reader's own zone. */
export function timeWithPlace(at: string, zone: string, ownZone: string): string {
  const time = longTime(at, zone);
  return zone === ownZone ? time : forms.value.there(time, placeName(zone));
}

/** `in 8 days`, `5 minutes ago`: the largest unit, rounded. */
export function relativeWords(at: number, reference: number): string {
  const away = at - reference;
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: 'always' });
  if (Math.abs(away) >= 2 * DAY_MS) return words.format(Math.round(away / DAY_MS), 'day');
  if (Math.abs(away) >= 2 * HOUR_MS) return words.format(Math.round(away / HOUR_MS), 'hour');
  return words.format(Math.round(away / 60_000), 'minute');
}
