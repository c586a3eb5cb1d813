/** More members of the classes in test/fixtures/real-world: calendars as Exchange, Thunderbird and old programs write them. */
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';

const NOW = Date.parse('2030-11-28T00:00Z');
const BERLIN = 'TZID=Europe/Berlin';
const START = `DTSTART;${BERLIN}:20301202T130000`;
const HOUR = 'DURATION:PT1H';

const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const bare = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const event = (...lines: string[]) => bare('LOCATION:https://zoom.us/j/81234567890', ...lines);
const weekly = (...lines: string[]) => event('UID:w', START, HOUR, 'RRULE:FREQ=WEEKLY;COUNT=3', ...lines);
const exception = (id: string, ...lines: string[]) => bare('UID:w', `RECURRENCE-ID${id}`, ...lines);

function read(content: string | Uint8Array, timezone: string | null = null) {
  const until = NOW + 60 * 86_400_000;
  return checkEvents(readCalendar(content, { now: NOW, until, timezone }), NOW);
}

/** `02T12:00/13:00` of December, `canceled ID`, `skipped: why`, `row 1: message`. */
function outcome(content: string | Uint8Array, timezone: string | null = null): string[] {
  const { events, skipped, issues } = read(content, timezone);
  const iso = (ms: number) => new Date(ms).toISOString();
  return [
    ...events.map(({ plan, externalId }) =>
      plan === null
        ? `canceled ${externalId}`
        : `${iso(plan.startAt).slice(8, 16)}/${plan.stopAt === null ? 'open' : iso(plan.stopAt).slice(11, 16)}`,
    ),
    ...skipped.map(({ why }) => `skipped: ${why}`),
    ...issues.map(({ row, message }) => `row ${row}: ${message}`),
  ].sort();
}

const ONE = '02T12:00/13:00';
const ALL = [ONE, '09T12:00/13:00', '16T12:00/13:00'];
const WHOLE_DAY = 'skipped: it is an all-day event, so it has no start time';

describe('Exchange', () => {
  const midnights = (start: string, end: string) => ['UID:a', `DTSTART${start}`, `DTEND${end}`];
  it.each<[string, string[], string[]]>([
    [
      'a whole day from midnight to midnight',
      [...midnights(`;${BERLIN}:20301202T000000`, `;${BERLIN}:20301203T000000`), 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'],
      [WHOLE_DAY],
    ],
    [
      'a whole day in UTC',
      [...midnights(':20301201T230000Z', ':20301202T230000Z'), 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'],
      [WHOLE_DAY],
    ],
    [
      'a whole day whose value has a time',
      midnights(';VALUE=DATE:20301202T000000Z', ';VALUE=DATE:20301203T000000Z'),
      [WHOLE_DAY],
    ],
    ['no whole day', ['UID:a', START, HOUR, 'X-MICROSOFT-CDO-ALLDAYEVENT:FALSE'], [ONE]],
    ['one that is flagged and has a time', ['UID:a', START, HOUR, 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'], [ONE]],
    ['free time', ['UID:a', START, HOUR, 'X-MICROSOFT-CDO-BUSYSTATUS:FREE', 'TRANSP:TRANSPARENT'], [ONE]],
  ])('%s', (_name, lines, expected) => expect(outcome(calendar(...event(...lines)))).toEqual(expected));

  it('numbers versions in a property of its own', () => {
    const version = (n: number, hour: number) =>
      event('UID:a', `DTSTART;${BERLIN}:20301202T${hour}0000`, HOUR, `X-MICROSOFT-CDO-APPT-SEQUENCE:${n}`);
    for (const lines of [
      [...version(0, 13), ...version(1, 15)],
      [...version(1, 15), ...version(0, 13)],
    ])
      expect(outcome(calendar(...lines))).toEqual(['02T14:00/15:00']);
  });
});

describe('the method of a calendar', () => {
  it.each(['PUBLISH', 'REQUEST', 'ADD'])('%s plans', (method) =>
    expect(outcome(calendar(`METHOD:${method}`, ...event('UID:a', START, HOUR)))).toEqual([ONE]),
  );

  it.each(['REPLY', 'COUNTER', 'DECLINECOUNTER', 'REFRESH'])(
    '%s is an answer of one person, and plans nothing',
    (method) => {
      const answer = calendar(`METHOD:${method}`, ...event('UID:a', `DTSTART;${BERLIN}:20301203T170000`, HOUR));
      const why = `skipped: it is an answer to an invitation (METHOD:${method}), and plans nothing`;
      expect(outcome(answer)).toEqual([why]);
      expect([...read(answer).unsure]).toEqual(['a']);
      expect(outcome(calendar(...event('UID:a', START, HOUR)) + answer)).toEqual([ONE, why]);
    },
  );

  it.each(['cancel', 'CANCEL '])('%j cancels, wherever it stands', (method) =>
    expect(outcome(calendar(...event('UID:a', START, HOUR), `METHOD:${method}`))).toEqual(['canceled a']),
  );
});

describe('exceptions of a series', () => {
  const moved = [`DTSTART;${BERLIN}:20301209T160000`, HOUR];
  const MOVED = [ONE, '09T15:00/16:00', '16T12:00/13:00'];
  it.each([
    `;${BERLIN}:20301209T000000`,
    ':20301209T000000',
    ';VALUE=DATE:20301209',
    ';VALUE=DATE:20301209T000000',
    ':20301208T230000Z',
  ])('RECURRENCE-ID%s means the occurrence of that day', (id) => {
    expect(outcome(calendar(...weekly(), ...exception(id, ...moved)))).toEqual(MOVED);
    expect(outcome(calendar(...exception(id, 'STATUS:CANCELLED'), ...weekly()))).toEqual([
      ONE,
      '16T12:00/13:00',
      'canceled w/20301209T120000Z',
    ]);
  });

  it('and a warning says so where it is a time that the series does not have', () => {
    const { warnings } = read(calendar(...weekly(), ...exception(`;${BERLIN}:20301209T000000`, ...moved)));
    expect(warnings).toEqual([{ row: 2, message: expect.stringContaining('means the occurrence of that day') }]);
  });

  it('at midnight means midnight where the series has one, or several times that day', () => {
    const night = event('UID:w', `DTSTART;${BERLIN}:20301202T000000`, HOUR, 'RRULE:FREQ=DAILY;BYHOUR=0,13;COUNT=4');
    const canceled = exception(`;${BERLIN}:20301203T000000`, 'STATUS:CANCELLED');
    expect(outcome(calendar(...night, ...canceled))).toContain('canceled w/20301202T230000Z');
    const twice = event('UID:w', START, HOUR, 'RRULE:FREQ=DAILY;BYHOUR=13,18;COUNT=4');
    expect(outcome(calendar(...twice, ...canceled)).filter((one) => !one.startsWith('canceled'))).toHaveLength(4);
  });

  it.each<[string, string[], string[]]>([
    [
      'a canceled series takes its confirmed exception along',
      [...weekly('STATUS:CANCELLED'), ...exception(':20301209T120000Z', ...moved, 'STATUS:CONFIRMED')],
      ['canceled w'],
    ],
    [
      'RANGE with another length',
      [
        ...weekly(),
        ...exception(
          `;RANGE="ThisAndFuture";${BERLIN}:20301209T130000`,
          `DTSTART;${BERLIN}:20301209T140000`,
          'DURATION:PT2H',
        ),
      ],
      [ONE, '09T13:00/15:00', '16T13:00/15:00'],
    ],
    [
      'RANGE at midnight',
      [...weekly(), ...exception(`;RANGE=THISANDFUTURE;${BERLIN}:20301209T000000`, ...moved)],
      [ONE, '09T15:00/16:00', '16T15:00/16:00'],
    ],
    [
      'an EXDATE and an exception for one time',
      [...weekly('EXDATE:20301209T120000Z'), ...exception(':20301209T120000Z', ...moved)],
      MOVED,
    ],
    [
      'periods as extra dates',
      weekly('RDATE;VALUE=PERIOD:20301204T100000Z/PT3H,20301205T100000Z/20301205T110000Z'),
      [...ALL, '04T10:00/13:00', '05T10:00/11:00'],
    ],
    [
      'extra dates with semicolons, as in vCalendar',
      weekly('RDATE:20301204T100000Z;20301205T100000Z'),
      [...ALL, '04T10:00/11:00', '05T10:00/11:00'],
    ],
    [
      'a period that runs backwards',
      weekly('RDATE;VALUE=PERIOD:20301204T100000Z/-PT3H'),
      ['row 1: RDATE:-PT3H cannot be read: it is not a duration such as PT1H30M'],
    ],
  ])('%s', (_name, lines, expected) => expect(outcome(calendar(...lines))).toEqual([...expected].sort()));
});

it.each([
  ['P1W', '02T12:00/12:00'],
  ['P1DT2H', '02T12:00/14:00'],
  ['PT5400S', '02T12:00/13:30'],
  ['+pt1h', ONE],
  ['PT0S', '02T12:00/open'],
  ['P0D', '02T12:00/open'],
  ...['-PT1H', 'PT1H30', 'PT1.5H', 'P2Y', 'PT', '1H', 'P-1D'].map((text) => [
    text,
    `row 1: DURATION:${text} cannot be read: it is not a duration such as PT1H30M`,
  ]),
] as [string, string][])('DURATION:%s', (duration, expected) =>
  expect(outcome(calendar(...event('UID:a', START, `DURATION:${duration}`)))).toEqual([expected]),
);

describe('zones', () => {
  it.each([
    '/freeassociation.sourceforge.net/Europe/Berlin',
    '/freeassociation.sourceforge.net/Tzfile/Europe/Berlin',
    '/mozilla.org/20050126_1/Europe/Berlin',
    '"/mozilla.org/20050126_1/Europe/Berlin"',
    'tzone://Microsoft/W. Europe Standard Time',
    'Europe_Berlin',
    'EUROPE/BERLIN',
    '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
    'Etc/GMT-1',
    '+01:00',
  ])('%s', (zone) =>
    expect(outcome(calendar(...event('UID:a', `DTSTART;TZID=${zone}:20301202T130000`, HOUR)))).toEqual([ONE]),
  );

  const rules = (name: string, month: number, from: string, to: string) => [
    ...[`BEGIN:${name}`, 'DTSTART:16010101T020000', `RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=${month}`],
    ...[`TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, `END:${name}`],
  ];
  const zone = (name: string) => [
    ...['BEGIN:VTIMEZONE', `TZID:${name}`, ...rules('STANDARD', 10, '+0200', '+0100')],
    ...[...rules('DAYLIGHT', 3, '+0100', '+0200'), 'END:VTIMEZONE'],
  ];
  it.each(['Customized Time Zone', 'Customized Time Zone 1', 'BST', '(GMT+01:00) Ours'])(
    'defined by the file, before or behind the event: %s',
    (name) => {
      const one = event('UID:a', `DTSTART;TZID="${name}":20301202T130000`, HOUR);
      expect(outcome(calendar(...zone(name), ...one))).toEqual([ONE]);
      expect(outcome(calendar(...one, ...zone(name.toUpperCase())))).toEqual([ONE]);
    },
  );

  it.each([
    'X-WR-TIMEZONE:Europe/Berlin',
    'X-WR-TIMEZONE;VALUE=TEXT:W. Europe Standard Time',
    'TIMEZONE-ID:Europe/Berlin',
  ])('of the whole calendar: %s', (line) => {
    const one = event('UID:a', 'DTSTART:20301202T130000', HOUR);
    expect(outcome(calendar(line, ...one), 'Asia/Tokyo')).toEqual([ONE]);
    expect(outcome(calendar(...one, line))).toEqual([ONE]);
  });
});

describe('where the link stands', () => {
  const link = 'https://zoom.us/j/81234567890?pwd=x';
  it.each([
    `CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:${link}`,
    `X-ALT-DESC;FMTTYPE=text/html:<html><a href="${link}">Join</a></html>`,
    `LOCATION;ALTREP="${link}":Room 5`,
    `DESCRIPTION;ALTREP="data:text/html,%3Ca%20href%3D%22${encodeURIComponent(link)}%22%3EJoin%3C%2Fa%3E":Join`,
    `STYLED-DESCRIPTION;VALUE=TEXT:<p>${link}</p>`,
    'LOCATION;ENCODING=QUOTED-PRINTABLE:https://zoom.us/j/812345=\r\n67890?pwd=3Dx',
  ])('%s', (line) => expect(outcome(calendar(...bare('UID:a', START, HOUR, ...line.split('\r\n'))))).toEqual([ONE]));

  it('not in an alarm', () =>
    expect(
      outcome(calendar(...bare('UID:a', START, HOUR, 'BEGIN:VALARM', `DESCRIPTION:${link}`, 'END:VALARM'))),
    ).toEqual(['skipped: no Zoom number was found in it']));

  it('the first of two is used, and a warning names the other', () => {
    const { events, warnings } = read(
      calendar(...event('UID:a', START, HOUR, 'DESCRIPTION:or https://zoom.us/j/92222222222')),
    );
    expect(events[0]?.plan?.meetingId).toBe('81234567890');
    const message = 'also has links to other meetings (92222222222): 81234567890 is used';
    expect(warnings).toEqual([{ row: 1, message }]);
  });
});

describe('vCalendar 1.0', () => {
  const old = (...lines: string[]) => calendar(...event('UID:a', ...lines)).replace('VERSION:2.0', 'VERSION:1.0');
  const times = ['DTSTART:20301202T120000Z', 'DTEND:20301202T130000Z'];

  it('single events are read, with quoted-printable text over several lines', () => {
    const { events } = read(
      old(...times, 'SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=B6=C3=9Fe: =\r\nRat: 3'),
    );
    expect(events).toMatchObject([{ plan: { title: 'Größe: Rat: 3', meetingId: '81234567890' } }]);
  });

  it.each(['W1 MO #3', 'D1 20301205T000000Z', 'MD1 2 #2', 'YM1 12 #2'])(
    'its rule %s is refused, with what to do',
    (rule) =>
      expect(outcome(old(...times, `RRULE:${rule}`))).toEqual([
        `row 1: has an RRULE of vCalendar 1.0 (${rule}), which is not read: export the calendar as iCalendar (VERSION:2.0)`,
      ]),
  );
});

describe('bytes', () => {
  const text = calendar(...weekly('SUMMARY:Größe – 会議'));
  const whole = Buffer.from(text);
  const at = whole.indexOf(Buffer.from('会')) + 1;
  const folded = (fold: string) => Buffer.concat([whole.subarray(0, at), Buffer.from(fold), whole.subarray(at)]);
  it.each<[string, Buffer]>([
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['CR CR LF', Buffer.from(text.replaceAll('\r\n', '\r\r\n'))],
    ['empty lines', Buffer.from(`\r\n \r\n${text.replaceAll('\r\n', '\r\n\r\n')}`)],
    ['NUL and ^Z at the end', Buffer.from(`${text}\0\0\u001a`)],
    ['spaces at the ends of lines', Buffer.from(text.replaceAll('\r\n', ' \r\n'))],
    ['a fold within a character', folded('\r\n ')],
    ['a fold of a tab within a character', folded('\n\t')],
    ['a fold within a name', Buffer.from(text.replace('RRULE:', 'RRU\r\n LE:'))],
  ])('%s', (_name, bytes) => {
    expect(outcome(bytes)).toEqual(ALL);
    expect(read(bytes).events[0]?.plan?.title).toBe('Größe – 会議');
  });
});
