/** The recurrence of imports against the examples of RFC 5545, section 3.8.5.3; all begin on 2 September 1997 in New York. */
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';

function read(start: string, lines: string[], until: string) {
  const event = [
    'UID:r',
    `DTSTART;TZID=America/New_York:${start}`,
    'DURATION:PT1M',
    'LOCATION:https://zoom.us/j/81234567890',
    ...lines,
  ];
  const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
  const options = { now: Date.parse('1997-01-01T00:00Z'), until: Date.parse(until), timezone: null };
  return readCalendar(text, options);
}

/** Local days as `9-2`, or with the year when it is another. */
function days(lines: string[], start = '19970902T090000', until = '1998-01-01T00:00Z'): string[] {
  const local = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/New_York',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const { events, issues } = read(start, lines, until);
  expect(issues).toEqual([]);
  return events.map(({ body }) => {
    const parts = Object.fromEntries(
      local.formatToParts(new Date(String(body['startAt']))).map(({ type, value }) => [type, value]),
    );
    return `${parts['year'] === '1997' ? '' : `${parts['year']}-`}${Number(parts['month'])}-${Number(parts['day'])}`;
  });
}

const range = (month: number, from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => `${month}-${from + i * step}`);

describe('RFC 5545, 3.8.5.3', () => {
  it.each<[string, string[]]>([
    ['FREQ=DAILY;COUNT=10', range(9, 2, 11)],
    ['FREQ=DAILY;INTERVAL=10;COUNT=5', ['9-2', '9-12', '9-22', '10-2', '10-12']],
    ['FREQ=WEEKLY;COUNT=10', ['9-2', '9-9', '9-16', '9-23', '9-30', '10-7', '10-14', '10-21', '10-28', '11-4']],
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU;UNTIL=19971028T130000Z', ['9-2', '9-16', '9-30', '10-14']],
    [
      'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
      ['9-2', '9-4', '9-9', '9-11', '9-16', '9-18', '9-23', '9-25', '9-30', '10-2'],
    ],
    [
      'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
      ['9-2', '9-4', '9-9', '9-11', '9-16', '9-18', '9-23', '9-25', '9-30', '10-2'],
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
      ['9-2', '9-4', '9-16', '9-18', '9-30', '10-2', '10-14', '10-16'],
    ],
    [
      'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
      ['9-2', '9-15', '10-2', '10-15', '11-2', '11-15', '12-2', '12-15', '1998-1-2', '1998-1-15'],
    ],
    ['FREQ=DAILY;UNTIL=19970905T130000Z', ['9-2', '9-3', '9-4', '9-5']],
  ])('%s', (rule, expected) => {
    expect(days([`RRULE:${rule}`], undefined, '1998-02-01T00:00Z')).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['19970905T090000', 'FREQ=MONTHLY;COUNT=4;BYDAY=1FR', ['9-5', '10-3', '11-7', '12-5']],
    ['19970907T090000', 'FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU', ['9-7', '9-28', '11-2', '11-30']],
    [
      '19970922T090000',
      'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
      ['9-22', '10-20', '11-17', '12-22', '1998-1-19', '1998-2-16'],
    ],
    [
      '19970928T090000',
      'FREQ=MONTHLY;COUNT=6;BYMONTHDAY=-3',
      ['9-28', '10-29', '11-28', '12-29', '1998-1-29', '1998-2-26'],
    ],
    ['19970930T090000', 'FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1', ['9-30', '10-1', '10-31', '11-1', '11-30']],
    ['19970610T090000', 'FREQ=YEARLY;COUNT=4;BYMONTH=6,7', ['6-10', '7-10', '1998-6-10', '1998-7-10']],
    [
      '19970310T090000',
      'FREQ=YEARLY;INTERVAL=2;COUNT=4;BYMONTH=1,2,3',
      ['3-10', '1999-1-10', '1999-2-10', '1999-3-10'],
    ],
    [
      '19970101T090000',
      'FREQ=YEARLY;INTERVAL=3;COUNT=4;BYDAY=1MO;BYMONTH=1',
      ['1-1', '1-6', '2000-1-3', '2003-1-6', '2006-1-2'],
    ],
    [
      '19970101T090000',
      'FREQ=YEARLY;INTERVAL=3;COUNT=5;BYYEARDAY=1,100,200',
      ['1-1', '4-10', '7-19', '2000-1-1', '2000-4-9'],
    ],
    ['19970519T090000', 'FREQ=YEARLY;COUNT=3;BYDAY=20MO', ['5-19', '1998-5-18', '1999-5-17']],
    ['19970512T090000', 'FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO', ['5-12', '1998-5-11', '1999-5-17']],
    ['19970313T090000', 'FREQ=YEARLY;COUNT=5;BYMONTH=3;BYDAY=TH', ['3-13', '3-20', '3-27', '1998-3-5', '1998-3-12']],
    ['19970913T090000', 'FREQ=MONTHLY;COUNT=3;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13', ['9-13', '10-11', '11-8']],
    [
      '19961105T090000',
      'FREQ=YEARLY;INTERVAL=4;COUNT=3;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
      ['2000-11-7', '2004-11-2'],
    ],
    ['19970904T090000', 'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', ['9-4', '10-7', '11-6']],
    ['19970929T090000', 'FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', ['9-29', '10-30', '11-27', '12-30']],
    ['19970805T090000', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', ['8-5', '8-10', '8-19', '8-24']],
    ['19970805T090000', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', ['8-5', '8-17', '8-19', '8-31']],
    [
      '20070115T090000',
      'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
      ['2007-1-15', '2007-1-30', '2007-2-15', '2007-3-15', '2007-3-30'],
    ],
  ])('from %s: %s', (start, rule, expected) => {
    expect(days([`RRULE:${rule}`], start, '2008-01-01T00:00Z')).toEqual(expected);
  });

  it('every Friday the 13th, without the start itself', () => {
    const lines = ['EXDATE;TZID=America/New_York:19970902T090000', 'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'];
    expect(days(lines, undefined, '2000-11-01T00:00Z')).toEqual([
      '1998-2-13',
      '1998-3-13',
      '1998-11-13',
      '1999-8-13',
      '2000-10-13',
    ]);
  });

  it('three hours apart on one day, and every 20 minutes of it', () => {
    const times = (rule: string) =>
      read('19970902T090000', [`RRULE:${rule}`], '1997-09-03T00:00Z').events.map(({ body }) =>
        String(body['startAt']).slice(11, 16),
      );
    expect(times('FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z')).toEqual(['13:00', '16:00', '19:00']);
    const twenty = times('FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40');
    expect([twenty.length, twenty[0], twenty.at(-1)]).toEqual([24, '13:00', '20:40']);
  });

  it.each(['FREQ=MINUTELY;INTERVAL=15;COUNT=6', 'FREQ=MINUTELY;INTERVAL=90;COUNT=4'])(
    '%s is no timetable, and the error says so',
    (rule) => {
      const { events, issues } = read('19970902T090000', [`RRULE:${rule}`], '1998-01-01T00:00Z');
      expect(events).toEqual([]);
      expect(issues).toMatchObject([{ row: 1, message: expect.stringContaining('FREQ must be') }]);
    },
  );
});
