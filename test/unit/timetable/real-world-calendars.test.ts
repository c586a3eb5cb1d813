/** Files that people reported as read wrongly, each for a class of its own: see test/fixtures/real-world. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';

const NOW = Date.parse('2030-11-28T00:00Z');
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/real-world/${name}`, import.meta.url));

function read(content: string | Uint8Array, more: { timezone?: string; meanings?: [string, string][] } = {}) {
  const meanings = new Map(more.meanings ?? []);
  const options = { now: NOW, until: NOW + 60 * 86_400_000, timezone: more.timezone ?? null, meanings };
  return checkEvents(readCalendar(content, options), NOW);
}

/** `2030-12-02T12:00Z/13:00 81234567890`, or `canceled ID`. */
function planned(content: string | Uint8Array, more: Parameters<typeof read>[1] = {}): string[] {
  return read(content, more).events.map(({ plan, canceled, externalId }) => {
    if (canceled || !plan) return `canceled ${externalId}`;
    const iso = (ms: number) => new Date(ms).toISOString();
    const stop = plan.stopAt === null ? 'open' : iso(plan.stopAt).slice(11, 16);
    return `${iso(plan.startAt).slice(0, 16)}/${stop} ${plan.meetingId}`;
  });
}

const ONE = '2030-12-02T12:00/13:00 81234567890';
const GOOD = '2030-12-03T12:00/13:00 82222222221';

describe('read as their writers meant them', () => {
  it.each<[string, string[]]>([
    [
      'zone-windows-name.ics',
      ['2030-12-02T11:00/12:00', '2030-12-03T10:00/11:00', '2030-12-04T08:00/09:00'].map((one) => `${one} 81234567890`),
    ],
    ['zone-trailing-space.ics', [ONE]],
    ['exdate-floating.ics', [ONE, '2030-12-16T12:00/13:00 81234567890']],
    ['recurrence-id-floating.ics', [ONE, '2030-12-16T12:00/13:00 81234567890', '2030-12-09T15:00/16:00 81234567890']],
    ['date-without-value.ics', [GOOD]],
    [
      'exdate-date-without-value.ics',
      [
        GOOD,
        ONE,
        '2030-12-16T12:00/13:00 81234567890',
        '2030-12-23T12:00/13:00 81234567890',
        '2030-12-30T12:00/13:00 81234567890',
      ],
    ],
    ['tzid-gmt-offset.ics', [GOOD, ONE]],
    ['broken-line-elsewhere.ics', [GOOD]],
    ['recurrence-id-date.ics', [ONE, '2030-12-16T12:00/13:00 81234567890', '2030-12-09T15:00/16:00 81234567890']],
    ['this-and-future.ics', [ONE, '2030-12-09T15:00/16:00 81234567890', '2030-12-16T15:00/16:00 81234567890']],
    ['rdate-period.ics', [ONE, '2030-12-04T17:00/20:00 81234567890']],
    ['duplicate-uid-sequence.ics', ['2030-12-02T14:00/15:00 81234567890']],
    ['duplicate-uid-same.ics', [ONE]],
    ['fold-inside-a-character.ics', [ONE]],
    ['link-safelinks.ics', [ONE]],
    ['link-zoom-x.ics', ['2030-12-02T12:00/13:00 61234567890']],
    ['link-without-scheme.ics', [ONE]],
    ['link-in-google-redirect.ics', [ONE]],
    ['link-meeting-path.ics', ['2030-12-02T12:00/13:00 812345678']],
    ['number-then-other-digits.ics', [ONE]],
    ['number-then-time.ics', [ONE]],
  ])('%s', (name, expected) => {
    expect(planned(fixture(name)).sort()).toEqual([...expected].sort());
    expect(read(fixture(name)).issues).toEqual([]);
  });

  it('unfolds before it decodes', () => {
    const title =
      'xÜbertragung der öffentlichen Sitzung für Bürgerinnen und Bürger, Größe 3 – Ausschuss für Straßenwesen';
    expect(read(fixture('fold-inside-a-character.ics')).events[0]?.plan?.title).toBe(title);
  });
});

describe('what cannot be read is reported with its row and line, and affects nothing else', () => {
  it('a day that does not exist', () => {
    const { issues } = read(fixture('day-that-does-not-exist.ics'));
    const message = 'DTSTART:20301232T180000Z cannot be read: this day does not exist';
    expect(issues).toEqual([{ row: 2, line: 13, path: 'event', message, kind: 'fault' }]);
    expect(planned(fixture('day-that-does-not-exist.ics'))).toEqual([GOOD]);
  });

  it.each([
    ['end-before-start.ics', 'has no valid end: DTEND:20301202T090500 is before its start'],
    ['end-is-a-date.ics', 'has no valid end: DTEND:20301203 is a day, and it starts at a time'],
  ])('%s', (name, message) => {
    expect(read(fixture(name))).toMatchObject({ events: [], issues: [{ row: 1, message }] });
  });

  it('an abbreviation of a zone, with what it may mean', () => {
    const { issues, events } = read(fixture('zone-abbreviation.ics'), { timezone: 'Europe/Berlin' });
    expect(events).toEqual([]);
    expect(issues[0]?.message).toContain('"BST", which is ambiguous: it may be Europe/London or Asia/Dhaka');
    expect(planned(fixture('zone-abbreviation.ics'), { meanings: [['bst', 'Europe/London']] })).toEqual([
      '2030-12-02T13:00/14:00 81234567890',
    ]);
  });

  it.each(['CEST', 'MEZ', 'ET', 'PKT'])('the abbreviation %s, whatever --timezone says', (zone) => {
    const one = calendar(...event('UID:a', `DTSTART;TZID=${zone}:20301202T130000`));
    expect(read(one, { timezone: 'Asia/Tokyo' })).toMatchObject({
      events: [],
      issues: [{ row: 1, message: expect.stringContaining(`"${zone}", which is ambiguous`) }],
    });
  });

  it('a zone that nobody knows, unless a zone is given for it', () => {
    const name = 'zone-unknown-no-way-out.ics';
    expect(read(fixture(name)).issues[0]?.message).toContain('--timezone can give it a meaning');
    expect(planned(fixture(name), { timezone: 'Europe/Berlin' })).toEqual([ONE]);
    expect(read(fixture(name), { timezone: 'Europe/Berlin' }).notes).toEqual([
      'times in the unknown zone "Customized Time Zone" are read in Europe/Berlin (--timezone)',
    ]);
  });
});

const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => [
  'BEGIN:VEVENT',
  'LOCATION:https://zoom.us/j/81234567890',
  ...lines,
  'END:VEVENT',
];
const BERLIN = 'TZID=Europe/Berlin';
const weekly = (...lines: string[]) =>
  event('UID:w', `DTSTART;${BERLIN}:20301202T130000`, 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=3', ...lines);

describe('other members of the classes', () => {
  it.each<[string, string, string[]]>([
    [
      'a Windows name in other case and quotes',
      'DTSTART;TZID="w. europe standard time":20301202T130000',
      ['2030-12-02T12:00'],
    ],
    ['the name that Windows shows', 'DTSTART;TZID=Eastern Time (US & Canada):20301202T070000', ['2030-12-02T12:00']],
    ...[
      'Central European Summer Time',
      'Mitteleuropäische Zeit',
      'Romance Daylight Time',
      'Europe\\/Berlin',
      'Europe%2FBerlin',
      'Europe/Berlin (CET)',
      'Europe - Berlin',
      'W. Europe Standard Time 1',
      '(GMT+01.00) Sarajevo/Warsaw/Zagreb',
    ].map((zone): [string, string, string[]] => [zone, `DTSTART;TZID=${zone}:20301202T130000`, ['2030-12-02T12:00']]),
    ['the end of a day', `DTSTART;${BERLIN}:20301202T240000`, ['2030-12-02T23:00']],
    ['UTC+1', 'DTSTART;TZID=UTC+1:20301202T130000', ['2030-12-02T12:00']],
    ['GMT-0500', 'DTSTART;TZID=GMT-0500:20301202T070000', ['2030-12-02T12:00']],
    ["Microsoft's UTC", 'DTSTART;TZID=tzone://Microsoft/Utc:20301202T120000', ['2030-12-02T12:00']],
    ['an offset in the value', 'DTSTART:20301202T130000+0100', ['2030-12-02T12:00']],
    ['extended form', `DTSTART;${BERLIN}:2030-12-02T13:00:00`, ['2030-12-02T12:00']],
    ['without seconds', `DTSTART;${BERLIN}:20301202T1300`, ['2030-12-02T12:00']],
  ])('zones and times: %s', (_name, start, expected) => {
    expect(planned(calendar(...event('UID:a', start, 'DURATION:PT1H'))).map((one) => one.slice(0, 16))).toEqual(
      expected,
    );
  });

  it.each([
    ['31 June', 'DTSTART:20300631T120000Z'],
    ['hour 25', 'DTSTART:20301202T250000Z'],
    ['a word', 'DTSTART:tomorrow'],
    ['a negative duration', 'DTSTART:20301202T120000Z\r\nDURATION:-PT1H'],
    ['an EXDATE that is none', 'DTSTART:20301202T120000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEXDATE:2030'],
    ['a rule that is none', 'DTSTART:20301202T120000Z\r\nRRULE:FREQ=SOMETIMES'],
  ])('unreadable: %s is an issue of row 1, and row 2 is planned', (_name, lines) => {
    const both = calendar(
      ...event('UID:a', ...lines.split('\r\n')),
      ...event('UID:b', 'DTSTART:20301205T120000Z', 'DURATION:PT1H'),
    );
    expect(planned(both)).toEqual(['2030-12-05T12:00/13:00 81234567890']);
    expect(read(both).issues).toMatchObject([{ row: 1, line: expect.any(Number) }]);
  });

  it('nothing unreadable matters where no Zoom meeting is concerned', () => {
    const lunch = ['BEGIN:VEVENT', 'UID:x', 'DTSTART:20300631T120000Z', 'SUMMARY:Lunch', 'END:VEVENT'];
    expect(read(calendar(...lunch))).toMatchObject({ events: [], issues: [], skipped: [{ row: 1, title: 'Lunch' }] });
  });

  it.each<[string, string[], string[]]>([
    ['EXDATE in UTC', ['EXDATE:20301209T120000Z'], ['02', '16']],
    ['EXDATE in another zone', ['EXDATE;TZID=America/New_York:20301209T070000'], ['02', '16']],
    ['EXDATE of a day', ['EXDATE;VALUE=DATE:20301209'], ['02', '16']],
    ['two EXDATE in a line', ['EXDATE:20301209T120000Z,20301216T120000Z'], ['02']],
    ['RDATE of a day, at the time of the start', ['RDATE;VALUE=DATE:20301204'], ['02', '04', '09', '16']],
    ['EXRULE', ['EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2'], ['09']],
  ])('exceptions: %s', (_name, lines, days) => {
    expect(planned(calendar(...weekly(...lines))).map((one) => one.slice(8, 10))).toEqual(days);
  });

  const exception = (id: string, ...lines: string[]) => ['BEGIN:VEVENT', 'UID:w', id, ...lines, 'END:VEVENT'];
  const MOVED = [`DTSTART;${BERLIN}:20301209T160000`, 'DURATION:PT1H'];
  it.each([
    ['in UTC', 'RECURRENCE-ID:20301209T120000Z'],
    ['in another zone', 'RECURRENCE-ID;TZID=America/New_York:20301209T070000'],
    ['floating', 'RECURRENCE-ID:20301209T130000'],
    ['a day', 'RECURRENCE-ID;VALUE=DATE:20301209'],
  ])('one moved, its RECURRENCE-ID %s, before or after the series', (_name, id) => {
    const moved = exception(id, ...MOVED);
    for (const lines of [
      [...weekly(), ...moved],
      [...moved, ...weekly()],
    ]) {
      expect(planned(calendar(...lines)).sort()).toEqual([
        ONE,
        '2030-12-09T15:00/16:00 81234567890',
        '2030-12-16T12:00/13:00 81234567890',
      ]);
    }
  });

  it('does not take place, whatever the form', () => {
    const forms = [
      [...weekly('STATUS:CANCELLED')],
      [...weekly('STATUS:canceled')],
      ['METHOD:CANCEL', ...weekly()],
      [...weekly('SUMMARY:Canceled: Council')],
      [...weekly('SUMMARY:Rat (abgesagt)')],
      [...weekly('SUMMARY:[CANCELLED] Council')],
      ['BEGIN:VEVENT', 'UID:w', 'STATUS:CANCELLED', 'END:VEVENT'],
    ];
    for (const lines of forms) expect(planned(calendar(...lines))).toEqual(['canceled w']);
    expect(planned(calendar(...weekly('SUMMARY:How we canceled the plan')))).toHaveLength(3);
  });

  it('one that is canceled without a link, and RANGE with CANCELLED', () => {
    const one = exception('RECURRENCE-ID:20301209T120000Z', 'STATUS:CANCELLED');
    expect(planned(calendar(...weekly(), ...one))).toContain('canceled w/20301209T120000Z');
    const rest = exception(
      'RECURRENCE-ID;RANGE=THISANDFUTURE:20301209T120000Z',
      `DTSTART;${BERLIN}:20301209T130000`,
      'STATUS:CANCELLED',
    );
    expect(planned(calendar(...weekly(), ...rest))).toEqual([
      ONE,
      'canceled w/20301209T120000Z',
      'canceled w/20301216T120000Z',
    ]);
  });

  it('UNTIL in UTC includes the last start in a zone that only the file defines', () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Ours', 'BEGIN:STANDARD', 'DTSTART:19700101T000000', 'TZOFFSETFROM:-0500'],
      ...['TZOFFSETTO:-0500', 'END:STANDARD', 'END:VTIMEZONE'],
    ];
    const series = event(
      'UID:a',
      'DTSTART;TZID=Ours:20301202T070000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY;UNTIL=20301216T120000Z',
    );
    expect(planned(calendar(...zone, ...series)).map((one) => one.slice(0, 16))).toEqual([
      '2030-12-02T12:00',
      '2030-12-09T12:00',
      '2030-12-16T12:00',
    ]);
  });

  it('without UID the id comes from the content, not from the place in the file', () => {
    const plain = (meeting: string) => [
      'BEGIN:VEVENT',
      `LOCATION:https://zoom.us/j/${meeting}`,
      'DTSTART:20301202T120000Z',
      'END:VEVENT',
    ];
    const ids = (...meetings: string[]) =>
      read(calendar(...meetings.flatMap(plain))).events.map(({ externalId }) => externalId);
    expect(ids('81234567890', '82222222221').sort()).toEqual(ids('82222222221', '81234567890').sort());
    expect(new Set(ids('81234567890', '82222222221')).size).toBe(2);
    expect(ids('81234567890', '81234567890')).toHaveLength(1);
  });

  it('a file that is cut off, empty or no calendar may not be used at all', () => {
    const whole = calendar(...weekly());
    for (const text of [whole.slice(0, -20), '', '<html>BEGIN:VCALENDAR</html>', whole.slice(0, 120)]) {
      expect(read(text).issues.map(({ kind }) => kind)).toContain('file');
    }
    expect(read(whole).issues).toEqual([]);
  });

  it('takes bytes in any pieces, folds of tabs, bare LF or CR, UTF-16 and Windows-1252', () => {
    const text = calendar(...weekly('SUMMARY:Größe – Straße'));
    const folded = text.replace('Straße', '\r\n\tStraße');
    const variants = [
      ...[folded, text.replaceAll('\r\n', '\n'), text.replaceAll('\r\n', '\r'), `\ufeff${text}`].map((one) =>
        Buffer.from(one),
      ),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(text, 'utf16le'),
      Buffer.from(text.replace('–', '\u0096'), 'latin1'),
    ];
    for (const bytes of variants) {
      expect(read(bytes).events.map(({ plan }) => plan?.title)).toEqual(
        Array.from({ length: 3 }, () => 'Größe – Straße'),
      );
    }
  });
});
