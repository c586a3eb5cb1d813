import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../../src/timetable/read-calendar.ts';
import { run } from '../../../support/fake-terminal.ts';

const OPTIONS = { now: Date.parse('2026-11-28T00:00Z'), until: Date.parse('2027-11-28T00:00Z'), timezone: null };

const calendar = (lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR'].join('\r\n');

const event = (uid: string, zone: string, ...more: string[]) => [
  ...['BEGIN:VEVENT', `UID:${uid}`, `DTSTART${zone}:20261206T090000`, `DTEND${zone}:20261206T091000`],
  ...['LOCATION:https://zoom.us/j/68423085', ...more, 'END:VEVENT'],
];

const zone = (rule: string) => [
  ...['BEGIN:VTIMEZONE', 'TZID:Ours', 'BEGIN:STANDARD', 'DTSTART:19701025T020000', 'TZOFFSETFROM:+0200'],
  ...['TZOFFSETTO:+0100', `RRULE:${rule}`, 'END:STANDARD', 'BEGIN:DAYLIGHT', 'DTSTART:19700329T020000'],
  ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'END:DAYLIGHT'],
  'END:VTIMEZONE',
];

describe('a zone that a calendar defines', () => {
  const read = (rule: string) => readCalendar(calendar([...zone(rule), ...event('1', ';TZID=Ours')]), OPTIONS);

  it('is followed when it changes once a year', () => {
    expect(read('FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU').events[0]?.body).toMatchObject({
      startAt: '2026-12-06T08:00:00.000Z',
    });
  });

  it.each(['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=SECONDLY', 'FREQ=DAILY', 'FREQ=YEARLY;BYHOUR=1;BYMONTH=2'])(
    'is refused with %s, which might be followed for ever',
    (rule) => {
      const { events: rows, issues } = read(rule);
      expect(rows).toEqual([]);
      expect(issues[0]?.message).toContain('whose definition is too long or not yearly');
    },
  );
});

it('a calendar makes only so many broadcasts', () => {
  const many = Array.from({ length: 5 }, (_, i) => event(`e${i}`, '', 'RRULE:FREQ=DAILY;COUNT=100')).flat();
  const read = (maxRows: number) => readCalendar(calendar(many), { ...OPTIONS, timezone: 'UTC', maxRows });
  expect(read(500)).toMatchObject({ events: { length: 500 }, issues: [] });
  const message = 'has, with the events before it, more than 499 broadcasts: import part of the calendar';
  expect(read(499).issues).toEqual([{ row: 5, path: 'event', message, kind: 'file' }]);
});

it('a file of more than 64 MB is refused before it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livestream-limits-'));
  const path = join(folder, 'large.ics');
  const file = await open(path, 'w');
  await file.truncate(64 * 1024 * 1024 + 1);
  await file.close();
  const { code, stderr } = await run(['import', path], {});
  await rm(folder, { recursive: true });
  expect(stderr).toContain('is larger than 64 MB: import it in parts');
  expect(code).toBe(2);
});
