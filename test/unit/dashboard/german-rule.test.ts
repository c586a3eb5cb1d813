import { expect, it } from 'vitest';
import { germanRule } from '../../../dashboard/views/series/german-rule.ts';

/** A Sunday. */
const START = '2026-12-06T09:00:00';
const words = (rule: string, timezone = 'America/New_York') => germanRule({ rule, startAt: START, timezone });

it.each([
  ['FREQ=WEEKLY;BYDAY=SU', 'Jeden Sonntag um 09:00 Uhr'],
  ['FREQ=WEEKLY;BYDAY=SU;UNTIL=20270503T030000Z', 'Jeden Sonntag um 09:00 Uhr', 'bis 2. Mai 2027'],
  ['FREQ=WEEKLY;BYDAY=SU,WE;COUNT=12', 'Jeden Mittwoch und Sonntag um 09:00 Uhr', '12-mal'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'Alle 2 Wochen am Montag um 09:00 Uhr'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Jeden Werktag, Montag bis Freitag, um 09:00 Uhr'],
  ['FREQ=DAILY;COUNT=1', 'Jeden Tag um 09:00 Uhr', 'einmal'],
  ['FREQ=DAILY;INTERVAL=3', 'Alle 3 Tage um 09:00 Uhr'],
  ['FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30', 'Jeden Tag um 09:30 und 17:30 Uhr'],
  ['FREQ=HOURLY;INTERVAL=2;BYMINUTE=15,45', 'Alle 2 Stunden zur Minute 15 und 45'],
  ['FREQ=MONTHLY', 'Jeden Monat am 6. um 09:00 Uhr'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'Jeden Monat am letzten Freitag um 09:00 Uhr'],
  ['FREQ=MONTHLY;BYDAY=1TU,3TU', 'Jeden Monat am ersten Dienstag und am dritten Dienstag um 09:00 Uhr'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,-1', 'Jeden Monat am 1. und letzten Tag um 09:00 Uhr'],
  ['FREQ=MONTHLY;BYMONTHDAY=-7', 'Jeden Monat am 7.-letzten Tag um 09:00 Uhr'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'Jeden Monat am 13. (wenn es ein Freitag ist) um 09:00 Uhr'],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-2',
    'Jeden Monat an jedem Montag und an jedem Dienstag, davon nur der erste und vorletzte Termin, um 09:00 Uhr',
  ],
  ['FREQ=YEARLY', 'Jedes Jahr am 6. im Dezember um 09:00 Uhr'],
  ['FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3', 'Jedes Jahr am letzten Sonntag im März um 09:00 Uhr'],
  ['FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO', 'Jedes Jahr in Woche 20 und der letzten Woche an jedem Montag um 09:00 Uhr'],
  ['FREQ=YEARLY;BYYEARDAY=-1', 'Jedes Jahr am letzten Tag des Jahres um 09:00 Uhr'],
])('%s in German', (rule, text, end = '') => {
  expect(words(rule)).toBe(`${text}, Zeit von New York${end && `, ${end}`}`);
});

it('names a zone without a place as it is', () => {
  expect(words('FREQ=DAILY', 'UTC')).toBe('Jeden Tag um 09:00 Uhr, UTC');
});
