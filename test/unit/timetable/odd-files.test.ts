import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';
import { readCsv } from '../../../src/timetable/read-csv.ts';
import { findZoom } from '../../../src/timetable/zoom-number.ts';

const NOW = Date.parse('2030-12-01T00:00:00Z');

describe('a number that is broken over two lines', () => {
  it.each([
    ['https://zoom.us/j/812345\n67890', '81234567890'],
    ['Join: https://zoom.us/j/812345\r\n67890\r\nPasscode: 1', '81234567890'],
    ['https://zoom.us/j/812345678\n90?pwd=abc', '81234567890'],
    ['https://zoom.us/j/812\n34567890?pwd=abc', '81234567890'],
    ['https://zoom.us/j/\n81234567890', '81234567890'],
    ['https://zoom.us/j/812345=\n67890', '81234567890'],
    ['> https://zoom.us/j/812345\n> 67890', '81234567890'],
    ['<a>https://zoom.us/j/812345<br>67890</a>', '81234567890'],
    ['https://zoom.us/wc/join/812345\n6789', '8123456789'],
  ])('is joined where it is clear: %j', (text, meetingId) => {
    expect(findZoom([text]).found).toEqual({ meetingId, kind: 'meeting' });
  });

  it.each([
    ['https://zoom.us/j/812345\n67890 people', '812345 and 67890'],
    ['https://zoom.us/j/812345678\n90', '812345678 and 90'],
    ['https://zoom.us/j/812345 67890', '812345 and 67890'],
  ])('is refused where it is not: %j', (text, parts) => {
    const why = `the number in its Zoom link is broken into ${parts}: write the number of the meeting in one piece`;
    expect(findZoom([text])).toEqual({ found: null, why });
  });

  it.each([
    ['https://zoom.us/j/68423085\n2 services', '68423085'],
    ['https://zoom.us/j/68423085\n123456', '68423085'],
    ['https://zoom.us/j/812345678\n10:30 Start', '812345678'],
    ['https://zoom.us/j/81234567890\n123456', '81234567890'],
    ['https://zoom.us/j/812345\n67890 people, https://zoom.us/j/91234567890', '91234567890'],
    ['https://zoom.us/j/812345\n67890 people. Meeting ID: 912 3456 7890', '91234567890'],
  ])('is not seen where a whole number stands: %j', (text, meetingId) => {
    expect(findZoom([text]).found?.meetingId).toBe(meetingId);
  });
});

describe('a number behind a name that is broken over two lines', () => {
  it.each([
    ['Meeting ID: 812 3456\n7890', '81234567890'],
    ['Meeting ID: 812\r\n3456 7890\r\nPasscode: 1', '81234567890'],
    ['Meeting ID: 812345=\n67890', '81234567890'],
    ['> Meeting ID: 812 3456\n> 7890', '81234567890'],
    ['Meeting ID: 812 345 678\n12', '812345678'],
    ['Meeting ID: 81234567890\n123456', '81234567890'],
    ['Meeting ID: 812 3456 7890\n10:00', '81234567890'],
    ['Meeting ID: 812345678\n10:30 Start', '812345678'],
  ])('is joined where it is clear: %j', (text, meetingId) => {
    expect(findZoom([text]).found).toEqual({ meetingId, kind: 'meeting' });
  });

  it.each([
    ['Meeting ID: 81234567\n890', '81234567 and 890'],
    ['Meeting ID: 812345678\n90\nPasscode: 1', '812345678 and 90'],
    ['Zoom: 812345678\n90', '812345678 and 90'],
  ])('is refused where it is not: %j', (text, parts) => {
    const why = `its Zoom number is broken into ${parts}: write the number of the meeting in one piece`;
    expect(findZoom([text])).toEqual({ found: null, why });
  });

  it.each([
    'Zoom 14.00\n123456',
    'Zoom 14-15\n442715',
    'Zoom 2030\n123456',
    'Zoom 10 - 12\n04109',
    'Zoom 16.30\n10115',
    'Zoom Webinar 2030\n123456',
    'Zoom-Sitzung 2030\n123456',
    'Meeting ID: 14.00\n123456',
    'Zoom 81234567\n890',
    'Zoom # 2030\n123456',
  ])('is none where a time, a year or no name of a number stands: %j', (text) => {
    expect(findZoom([text])).toEqual({ found: null, why: 'no Zoom number was found in it' });
  });
});

describe('an EXDATE that is no time of its series', () => {
  const read = (exdate: string, rule = 'FREQ=DAILY;COUNT=3') =>
    readCalendar(
      [
        ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:a', 'LOCATION:https://zoom.us/j/81234567890'],
        ...['DTSTART;TZID=Europe/Berlin:20301205T090000', 'DURATION:PT1H', `RRULE:${rule}`, exdate],
        ...['END:VEVENT', 'END:VCALENDAR', ''],
      ].join('\r\n'),
      { now: NOW, until: NOW + 30 * 86_400_000, timezone: null },
    );
  const hours = (reading: ReturnType<typeof read>) =>
    reading.events.map(({ body }) => String(body['startAt']).slice(8, 13));
  const ALL = ['05T08', '06T08', '07T08'];

  it.each([
    ['EXDATE;VALUE=DATE:20301206', ['05T08', '07T08'], []],
    ['EXDATE;TZID=Europe/Berlin:20301206T090000', ['05T08', '07T08'], []],
    ['EXDATE;TZID=Europe/Berlin:20301206T000000', ['05T08', '07T08'], ['excludes the whole day']],
    ['EXDATE:20301206T000000', ['05T08', '07T08'], ['excludes the whole day']],
    ['EXDATE:20301205T230000Z', ['05T08', '07T08'], ['excludes the whole day']],
    ['EXDATE;TZID=Europe/Berlin:20301206T093000', ALL, ['2030-12-06 09:30 is not a time of the series']],
    ['EXDATE;TZID=Europe/Berlin:20301206T000000,20301206T090000', ['05T08', '07T08'], []],
    ['EXDATE;TZID=Europe/Berlin:20301220T000000', ALL, []],
  ])('%s', (exdate, left, warnings) => {
    const reading = read(exdate);
    expect(hours(reading)).toEqual(left);
    expect(reading.warnings).toEqual(
      warnings.map((message) => ({ row: 1, message: expect.stringContaining(message) })),
    );
  });

  it('means midnight where the series has one', () => {
    const reading = read('EXDATE;TZID=Europe/Berlin:20301206T000000', 'FREQ=DAILY;BYHOUR=0,9;COUNT=4');
    expect(hours(reading)).toEqual(['05T08', '06T08', '06T23']);
    expect(reading.warnings).toEqual([]);
  });
});

describe('a spreadsheet with lines above its header', () => {
  const ROW = '81234567890;2030-12-06 09:00;Service';
  const read = (...lines: string[]) => readCsv(lines.join('\r\n'), { timezone: 'Europe/Berlin' });

  it.each([
    ['a title', ['Livestreams;;', 'Meeting;Start;Title', ROW], 3],
    ['a title and an empty line', ['Winter 2030', '', 'Meeting;Start;Title', ROW], 4],
    ['a title with another separator', ['Winter, spring, summer', 'Meeting;Start;Title', ROW], 3],
    ['several lines', ['Title;;', 'printed on 2030-12-01;;', ';;', 'Meeting;Start;Title', ROW], 5],
  ])('%s', (_name, lines, row) => {
    const reading = read(...lines);
    expect(reading.issues).toEqual([]);
    expect(reading.events).toMatchObject([{ row, body: { meetingId: '81234567890', title: 'Service' } }]);
    expect(reading.notes).toEqual([`line ${row - 1} was read as the header; the lines above it were skipped`]);
  });

  it('reports no missing title where the first line is the header', () => {
    expect(read('Meeting;Start;Title', ROW)).toMatchObject({ notes: [], issues: [], events: [{ row: 2 }] });
    const named = read('"Start\r\ntime","Meeting",Speaker', '2030-12-06 09:00,81234567890,x');
    expect(named.notes).toEqual([]);
    expect(named.issues.map(({ message }) => message)).toEqual([expect.stringContaining('"Speaker" is not a known')]);
  });

  it('says which line was read as the header when none of its columns is known, and lists the columns once', () => {
    const { issues, events } = read('Livestreams;of the winter', '81234567890;2030-12-06 09:00');
    expect(events).toEqual([]);
    expect(issues.map(({ row, message }) => [row, message.slice(0, 100)])).toEqual([
      [1, '"Livestreams" is not a known column'],
      [1, expect.stringContaining('"of the winter" is not a known column. Line 1 was read as the header')],
    ]);
    const some = read('Meeting;Start;Speaker;Color of room', ROW).issues.map(({ message }) => message);
    expect(some.map((message) => message.includes('valid columns'))).toEqual([false, true]);
  });
});
