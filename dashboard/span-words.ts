/** Writes days and spans of time in words for forms, in any time zone. Pure. */

/** The reader: language, and the year and zone that need not be named. `now` in ms. */
interface Reader {
  locale: string;
  now: number;
  zone: string;
}

/** `Sunday 6 December`, in `zone`; with the year unless it is the current one. */
export function dayIn(at: number, zone: string, { locale, now }: Reader): string {
  const year = (moment: number) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: zone }).format(moment);
  const day = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
    timeZone: zone,
  }).format(at);
  return withoutComma(day, locale);
}

const shortDays = new Map<string, Intl.DateTimeFormat>();

/** `Sun 6 Dec`, or `Fri 6 Dec 2030` in another year than `reference`, by the reader's clock; null if both are on the same day. */
export function dayNear(at: number, reference: number, locale: string): string | null {
  const [day, other] = [new Date(at), new Date(reference)];
  if (day.toDateString() === other.toDateString()) return null;
  const isOtherYear = day.getFullYear() !== other.getFullYear();
  const key = `${locale} ${isOtherYear}`;
  const format =
    shortDays.get(key) ??
    new Intl.DateTimeFormat(locale, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...(isOtherYear ? { year: 'numeric' } : {}),
    });
  shortDays.set(key, format);
  return withoutComma(format.format(at), locale);
}

/** English puts a comma only before a year. One list must not mix both forms. */
function withoutComma(day: string, locale: string): string {
  return locale.startsWith('en') ? day.replace(',', '') : day;
}

/** `09:00`, in `zone`; with seconds unless they are zero. */
export function clockIn(at: number, zone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(at % 60_000 === 0 ? {} : { second: '2-digit' }),
    timeZone: zone,
  }).format(at);
}

/**
 * `Sunday 6 December 09:00 – 10:00` in `zone`, and the same by the reader's clock, without the day if it is the same.
 * @param stopAt ms; null: only the start
 * @returns `here`: null if the reader's clock shows the same
 */
export function spanIn(at: number, stopAt: number | null, zone: string, reader: Reader) {
  const day = (moment: number, inZone: string) => dayIn(moment, inZone, reader);
  const clocks = (inZone: string) => {
    const start = clockIn(at, inZone, reader.locale);
    if (stopAt === null) return start;
    const nextDay = day(stopAt, inZone) === day(at, inZone) ? '' : `${day(stopAt, inZone)} `;
    return `${start} – ${nextDay}${clockIn(stopAt, inZone, reader.locale)}`;
  };
  const there = `${day(at, zone)} ${clocks(zone)}`;
  const here = `${day(at, reader.zone)} ${clocks(reader.zone)}`;
  const isSameDay = day(at, reader.zone) === day(at, zone);
  return { there, here: here === there ? null : isSameDay ? clocks(reader.zone) : here };
}
