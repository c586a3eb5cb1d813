import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { decodeText } from '../../../src/timetable/file-lines.ts';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';
import { readCsv } from '../../../src/timetable/read-csv.ts';

const NOW = Date.parse('2026-12-02T17:00:00Z');
const NEW_YORK = 'America/New_York';

describe('CSV', () => {
  const check = (text: string, zone: string | null = NEW_YORK) => checkEvents(readCsv(text, { timezone: zone }), NOW);

  it.each([
    ['commas', 'meetingId,startAt,duration,title\n68423085,2026-12-06 09:00,90,"Service, sung"\n'],
    [
      'semicolons, CRLF and a BOM',
      '\ufeffMeeting;Start;Length;Name\r\n684 2308 5;2026-12-06 9:00;1:30;Service, sung\r\n',
    ],
    ['tabs', 'zoom id\tstart time\tduration\tsubject\n68423085\t2026-12-06T09:00\tPT1H30M\tService, sung'],
    ["Excel's sep= line", 'sep=;\nid;meeting;start;duration;title\n;68423085;2026-12-06 09:00;90m;Service, sung'],
    ['a date column', 'date,start,end,meeting,title\n2026-12-06,9:00,10:30,68423085,"Service, sung"'],
    ['offsets', 'meeting,start,stop,title\n68423085,2026-12-06T14:00Z,2026-12-06T10:30-05:00,"Service, sung"'],
  ])('with %s', (_name, text) => {
    const { events: rows, issues } = check(text);
    expect(issues).toEqual([]);
    expect(rows[0]?.plan).toMatchObject({
      ...{ meetingId: '68423085', title: 'Service, sung' },
      ...{ startAt: Date.parse('2026-12-06T14:00Z'), stopAt: Date.parse('2026-12-06T15:30Z') },
    });
  });

  it('reads every column', () => {
    const { events: rows, issues } = check(
      'webinarId,startAt,stopAt,timezone,externalId,labels,label:room,activeSpeakerName,displayName,startWindow\n' +
        '912 3456 7890,2026-12-06 22:00,01:00,Europe/London,b-1,floor=2;x=y,A,yes,Hall,20m\n',
    );
    expect(issues).toEqual([]);
    expect(rows[0]).toMatchObject({
      ...{ row: 2, externalId: 'b-1' },
      plan: {
        ...{ meetingId: '91234567890', kind: 'webinar', timezone: 'Europe/London', startWindow: 'PT20M' },
        ...{ labels: { floor: '2', x: 'y', room: 'A' }, settings: { activeSpeakerName: true, displayName: 'Hall' } },
        stopAt: Date.parse('2026-12-07T01:00Z'),
      },
    });
  });

  it('reports every error with its line, quoted line ends counted', () => {
    const {
      events: rows,
      issues,
      skipped: passedOver,
    } = check(
      'meeting,start,title\n1,2026-12-06 9x,"two\nlines"\nx,2026-12-06 09:00,\n2,12/06/2026 09:00,\n3,2027-03-14 02:30,\n4,2026-01-01 09:00,\n',
    );
    expect(rows).toEqual([]);
    expect(issues.map(({ row, path, kind }) => [row, path, kind])).toEqual([
      [3, 'startAt', 'fault'],
      [4, 'meetingId', 'fault'],
      [5, 'startAt', 'fault'],
      [6, 'startAt', 'clock_change'],
    ]);
    expect(passedOver).toMatchObject([{ row: 7, why: 'its start is in the past' }]);
  });

  it('refuses unknown columns, missing ones, and the same id twice', () => {
    expect(check('meeting,start,speaker\n').issues[0]?.message).toContain('"speaker" is not a known column');
    expect(check('title\nx').issues.map(({ message }) => message)).toEqual([
      'a column meetingId is needed',
      'a column startAt is needed',
    ]);
    const twice = check('meeting,start,id\n1,2026-12-06 09:00,a\n2,2026-12-06 09:00,a');
    expect(twice.issues).toMatchObject([{ row: 3, path: 'externalId' }]);
    expect(check('meeting,start\n1,2026-12-06 09:00', null).issues[0]?.message).toContain('timezone');
  });

  it('reads UTF-16 and Windows-1252, as Excel saves', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('título', 'utf16le')]);
    expect(decodeText(utf16)).toBe('título');
    expect(decodeText(Buffer.from([0x74, 0xed]))).toBe('tí');
    expect(decodeText(Buffer.from('título'))).toBe('título');
  });
});

const event = (...lines: string[]) =>
  ['BEGIN:VEVENT', 'SUMMARY:Service', 'LOCATION:https://zoom.us/j/68423085?pwd=a', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...parts: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...parts, 'END:VCALENDAR', ''].join('\r\n');
const read = (text: string, timezone: string | null = null) =>
  readCalendar(text, { now: NOW, until: NOW + 30 * 86_400_000, timezone });
const startsOf = (text: string, timezone: string | null = null) =>
  read(text, timezone).events.map(({ body }) => body['startAt']);

describe('a calendar', () => {
  it('single event', () => {
    const { events: rows, issues } = read(
      calendar(
        event(
          'UID:a@x',
          'DTSTART;TZID=America/New_York:20261206T090000',
          'DTEND;TZID=America/New_York:20261206T103000',
        ),
      ),
    );
    expect(issues).toEqual([]);
    expect(rows).toEqual([
      {
        ...{ row: 1, externalId: 'a@x', canceled: false },
        body: {
          ...{ meetingId: '68423085', kind: 'meeting', title: 'Service', timezone: NEW_YORK },
          ...{ startAt: '2026-12-06T14:00:00.000Z', stopAt: '2026-12-06T15:30:00.000Z' },
        },
      },
    ]);
  });

  it('recurring: exceptions, one moved, one canceled, up to the horizon', () => {
    const { events: rows } = read(
      calendar(
        event(
          'UID:w',
          'DTSTART;TZID=America/New_York:20260104T090000',
          'DURATION:PT1H30M',
          'RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20270601T000000Z',
          'EXDATE:20261213T140000Z',
        ),
        event(
          'UID:w',
          'RECURRENCE-ID;TZID=America/New_York:20261220T090000',
          'DTSTART:20261220T160000Z',
          'DURATION:PT1H',
        ),
        event(
          'UID:w',
          'RECURRENCE-ID;TZID=America/New_York:20261227T090000',
          'DTSTART;TZID=America/New_York:20261227T090000',
          'STATUS:CANCELLED',
        ),
      ),
    );
    expect(rows.map(({ externalId, body, canceled }) => [externalId, body['startAt'], canceled])).toEqual([
      ['w/20261206T140000Z', '2026-12-06T14:00:00.000Z', false],
      ['w/20261220T140000Z', '2026-12-20T16:00:00.000Z', false],
      ['w/20261227T140000Z', undefined, true],
    ]);
  });

  it.each([
    ["Outlook's name", 'DTSTART;TZID=Eastern Standard Time:20261206T090000', ''],
    ['a path', 'DTSTART;TZID=/mozilla.org/20250101_1/America/New_York:20261206T090000', ''],
    ['UTC', 'DTSTART:20261206T140000Z', ''],
    ['floating, zone of the calendar', 'DTSTART:20261206T090000', 'X-WR-TIMEZONE:America/New_York'],
  ])('zone by %s', (_name, start, header) => {
    const parts = header ? [header] : [];
    expect(startsOf(calendar(...parts, event('UID:a', start)))).toEqual(['2026-12-06T14:00:00.000Z']);
  });

  it('zone that only the file defines, across its own clock change', () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Odd Time'],
      ...['BEGIN:STANDARD', 'DTSTART:20200101T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0100', 'END:STANDARD'],
      ...['BEGIN:DAYLIGHT', 'DTSTART:20261210T000000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0330', 'END:DAYLIGHT'],
      'END:VTIMEZONE',
    ].join('\r\n');
    const weekly = event('UID:a', 'DTSTART;TZID=Odd Time:20261206T090000', 'RRULE:FREQ=WEEKLY;COUNT=2');
    expect(startsOf(calendar(zone, weekly))).toEqual(['2026-12-06T08:00:00.000Z', '2026-12-13T05:30:00.000Z']);
  });

  it('skips what is not a broadcast, and reports what it cannot read', () => {
    const { skipped: passedOver, issues } = read(
      calendar(
        event('UID:day', 'DTSTART;VALUE=DATE:20261206'),
        'BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20261206T140000Z\r\nEND:VEVENT',
        event('UID:past', 'DTSTART:20251206T140000Z'),
        event('UID:floating', 'DTSTART:20261206T140000'),
        event('UID:odd', 'DTSTART:20261206T140000Z', 'RRULE:FREQ=SECONDLY'),
      ),
    );
    expect(passedOver.map(({ row }) => row)).toEqual([1, 2, 3]);
    expect(issues.map(({ row, message }) => [row, message])).toEqual([
      [4, 'has a time without a zone: use --timezone'],
      [5, expect.stringContaining('FREQ must be')],
    ]);
    expect(read('hello').issues).toHaveLength(1);
  });
});
