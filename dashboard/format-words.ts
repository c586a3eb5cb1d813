/** Times in whole words, for forms: in any time zone. */

import { longTime } from './format.ts';
import { serverNow } from './live/clock.ts';
import { placeName } from './local-moment.ts';
import { forms } from './texts/forms.ts';
import { locale } from './texts/language.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** `Sunday 6 December`, in `zone`; with the year when it is not this one. */
export function longDay(at: number, zone: string): string {
  const year = (moment: number) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: zone }).format(moment);
  return new Intl.DateTimeFormat(locale.value, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(year(at) === year(serverNow()) ? {} : { year: 'numeric' }),
    timeZone: zone,
  }).format(at);
}

/** `09:00`, in `zone`; with seconds where they are not zero. */
export function timeIn(at: number, zone: string): string {
  return new Intl.DateTimeFormat(locale.value, {
    hour: '2-digit',
    minute: '2-digit',
    ...(at % 60_000 === 0 ? {} : { second: '2-digit' }),
    timeZone: zone,
  }).format(at);
}

/** `Sunday 6 December 2026 at 09:00 in New York`; without the place where it is the reader's own zone. */
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
