import { expect, it } from 'vitest';
import { dayIn, dayNear, spanIn } from '../../../dashboard/span-words.ts';

const reader = (locale: string) => ({ locale, now: Date.parse('2026-11-28T12:00:00Z'), zone: 'Europe/Berlin' });
const START = Date.parse('2026-11-29T08:00:00Z');
const STOP = START + 3_600_000;

it("a span in another zone is said whole there, and whole by the reader's clock", () => {
  const span = (locale: string, zone: string, stopAt: number | null) => spanIn(START, stopAt, zone, reader(locale));
  expect(span('en-GB', 'America/New_York', STOP)).toEqual({
    there: 'Sunday 29 November 03:00 – 04:00',
    here: '09:00 – 10:00',
  });
  expect(span('de-DE', 'America/New_York', STOP).there).toBe('Sonntag, 29. November 03:00 – 04:00');
  expect(span('en-GB', 'America/New_York', null)).toEqual({ there: 'Sunday 29 November 03:00', here: '09:00' });
  expect(span('en-GB', 'Europe/Paris', STOP).here).toBeNull();
});

it('a span over midnight says the day again, each by its own clock', () => {
  const span = (zone: string) => spanIn(START, START + 16 * 3_600_000, zone, reader('en-GB'));
  expect(span('Europe/Berlin')).toEqual({ there: 'Sunday 29 November 09:00 – Monday 30 November 01:00', here: null });
  expect(span('America/New_York')).toEqual({
    there: 'Sunday 29 November 03:00 – 19:00',
    here: '09:00 – Monday 30 November 01:00',
  });
  expect(span('Pacific/Honolulu').here).toBe('Sunday 29 November 09:00 – Monday 30 November 01:00');
});

it('an English day has no comma, with a year or without', () => {
  const later = Date.parse('2027-01-03T08:00:00Z');
  expect(dayIn(START, 'Europe/Berlin', reader('en-GB'))).toBe('Sunday 29 November');
  expect(dayIn(later, 'Europe/Berlin', reader('en-GB'))).toBe('Sunday 3 January 2027');
  expect(dayIn(later, 'Europe/Berlin', reader('de-DE'))).toBe('Sonntag, 3. Januar 2027');
});

it('a day near now is named only if it is another one, with the year only if that is another one', () => {
  // At noon, so that it is the same day in the time zone of any machine.
  const noon = (day: string) => new Date(`${day}T12:00:00`).getTime();
  const near = (day: string, locale = 'en-GB') => dayNear(noon(day), noon('2026-11-29') + 60_000, locale);
  expect(near('2026-11-29')).toBeNull();
  expect(near('2026-12-06')).toBe('Sun 6 Dec');
  expect(near('2030-12-06')).toBe('Fri 6 Dec 2030');
  expect(near('2025-11-29')).toBe('Sat 29 Nov 2025');
  expect(near('2030-12-06', 'de-DE')).toBe('Fr., 6. Dez. 2030');
});
