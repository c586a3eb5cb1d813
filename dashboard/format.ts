/** Times, lengths and numbers as text in the reader's language and time zone. */

import type { Broadcast } from '../src/client/index.ts';
import { withTimes } from './iso-times.ts';
import { dayNear } from './span-words.ts';
import { common } from './texts/common.ts';
import { locale } from './texts/language.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale.value + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale.value, options);
  formats.set(key, made);
  return made;
}

type Moment = string | number;
const ms = (at: Moment) => (typeof at === 'number' ? at : Date.parse(at));

/** `09:00` */
export function clockTime(at: Moment): string {
  return format({ hour: '2-digit', minute: '2-digit' }).format(ms(at));
}

/** `09:00:03` */
export function clockSeconds(at: Moment): string {
  return format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms(at));
}

/** `Sun 6 Dec` */
export function dayName(at: Moment): string {
  return format({ weekday: 'short', day: 'numeric', month: 'short' }).format(ms(at));
}

/** `Sunday 6 December 2026, 09:00` in the reader's zone, or in `timeZone`. */
export function longTime(at: Moment, timeZone?: string): string {
  return format({ dateStyle: 'full', timeStyle: 'short', ...(timeZone ? { timeZone } : {}) }).format(ms(at));
}

/** `6 Dec 2026, 09:00:03` */
export function fullTime(at: Moment): string {
  return format({ dateStyle: 'medium', timeStyle: 'medium' }).format(ms(at));
}

/** Rewrites the times in a sentence of the API to the reader's zone: `2026-12-06T14:00:00.000Z` becomes `Sun, 6 Dec 2026, 15:00`. */
export function localTimes(text: string): string {
  return withTimes(text, (at, withSeconds) =>
    format({
      ...({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const),
      ...({ hour: '2-digit', minute: '2-digit', ...(withSeconds ? { second: '2-digit' } : {}) } as const),
    }).format(at),
  );
}

/** `09:00` on this day, `Sun 6 Dec 09:00` on another, `Fri 6 Dec 2030 09:00` in another year. */
export function timeNear(at: Moment, reference: number): string {
  const day = dayNear(ms(at), reference, locale.value);
  return day === null ? clockTime(at) : `${day} ${clockTime(at)}`;
}

/** `1 h 5 min`, `42 s`: the two largest units, without a sign. */
export function lengthText(length: number): string {
  const { unit } = common.value;
  const seconds = Math.round(Math.abs(length) / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), unit.day],
    [Math.floor(seconds / 3_600) % 24, unit.hour],
    [Math.floor(seconds / 60) % 60, unit.minute],
    [seconds % 60, unit.second],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return `0 ${unit.second}`;
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, name]) => `${amount} ${name}`).join(' ');
}

/** `in 5 min`, `2 h ago`. */
export function relativeText(at: Moment, reference: number): string {
  const distance = ms(at) - reference;
  const length = lengthText(distance);
  return distance >= 0 ? common.value.in(length) : common.value.ago(length);
}

export function numberText(value: number): string {
  return value.toLocaleString(locale.value);
}

export function nameOf({ title, meetingId }: Pick<Broadcast, 'title' | 'meetingId'>): string {
  return title ?? common.value.meeting(meetingId);
}
