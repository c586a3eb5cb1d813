import { expect, it } from 'vitest';
import { CalendarReader, isCalendar } from '../../../src/calendars/calendar-reader.ts';

const NOW = Date.UTC(2035, 0, 1);
const calendarOf = (events: string[]) => ['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR', ''].join('\r\n');
const day = (title: string, ...more: string[]) =>
  ['BEGIN:VEVENT', `SUMMARY:${title}`, 'DTSTART;VALUE=DATE:20350106', ...more, 'END:VEVENT'].join('\r\n');
const read = (ics: string) => new CalendarReader().read({ ics, timezone: null }, 'Europe/Berlin', NOW);

/** How often the event loop came round meanwhile. */
async function roundsDuring(act: () => Promise<unknown>): Promise<number> {
  let rounds = 0;
  let isOver = false;
  const count = () => {
    rounds += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await act();
  isOver = true;
  return rounds;
}

it.each([
  ['a large calendar', calendarOf(Array.from({ length: 500 }, (_, i) => day(`Holiday ${i}`)))],
  ['a short one with a rule', calendarOf([day('Noon', 'RRULE:FREQ=DAILY')])],
])('leaves the event loop free while it reads %s', async (_name, ics) => {
  let found = 0;
  const rounds = await roundsDuring(async () => {
    found = (await read(ics)).times.length;
  });
  expect(found).toBeGreaterThan(400);
  expect(rounds).toBeGreaterThan(5);
});

it('reads a short one without a rule at once, and the same in it', async () => {
  const rounds = await roundsDuring(async () => {
    expect(await read(calendarOf([day('Epiphany')]))).toMatchObject({ times: [{ kind: 'days', title: 'Epiphany' }] });
  });
  expect(rounds).toBeLessThan(2);
});

it.each([
  ['\ufeffBEGIN:VCALENDAR\r\n', true],
  ['\nbegin:vcalendar', true],
  ['<html>BEGIN:VCALENDAR</html>', false],
  ['', false],
])('knows a calendar without reading it: %j', (text, expected) => expect(isCalendar(text)).toBe(expected));
