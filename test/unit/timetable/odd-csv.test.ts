/** More members of the classes in test/fixtures/real-world: spreadsheets and their cells. */
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { decodeText } from '../../../src/timetable/file-lines.ts';
import { readCsv } from '../../../src/timetable/read-csv.ts';

const NOW = Date.parse('2030-11-28T00:00Z');

/** `2030-12-02T08:00/09:00 81234567890`, or `row 2: startAt must be …`. */
function planned(content: string | Buffer): string[] {
  const text = typeof content === 'string' ? content : decodeText(content);
  const { events, issues } = checkEvents(readCsv(text, { timezone: 'Europe/Berlin' }), NOW);
  const iso = (ms: number | null | undefined) => new Date(ms ?? 0).toISOString();
  return [
    ...events.map(
      ({ plan }) => `${iso(plan?.startAt).slice(0, 16)}/${iso(plan?.stopAt).slice(11, 16)} ${plan?.meetingId}`,
    ),
    ...issues.map(({ row, path, message }) => `row ${row}: ${path} ${message}`),
  ];
}

const ONE = '2030-12-02T08:00/09:00 81234567890';

describe('a start', () => {
  const of = (start: string) => planned(`meeting;start;duration\n81234567890;${start};60\n`);

  it.each([
    '2030-12-02 0900',
    '20301202 0900',
    '20301202T090000',
    '20301202T080000Z',
    '2030-12-02 08:00 GMT',
    '2030-12-02T09:00+01:00[Europe/Berlin]',
    '2030-12-02T08:00:00Z[UTC]',
    'Mon Dec 02 2030 09:00:00 GMT+0100 (Central European Standard Time)',
    "'2030-12-02 09:00",
    '="2030-12-02 09:00"',
    '02-Dec-2030 9:00 AM',
    '2030-12-02 9:00\u202fAM',
    '2\u00a0Dec\u00a02030 9:00',
  ])('is read: %s', (start) => expect(of(start)).toEqual([ONE]));

  it('at 12:00 AM is midnight, and at 12:00 PM noon', () => {
    expect(of('2030-12-02 12:00 AM')).toEqual(['2030-12-01T23:00/00:00 81234567890']);
    expect(of('2030-12-02 12:00 PM')).toEqual(['2030-12-02T11:00/12:00 81234567890']);
  });

  it.each([
    ['47819', 'wrote 2030-12-02 00:00 as a number: format the column as date and time'],
    ['47819.375', 'wrote 2030-12-02 09:00 as a number'],
    ['47819,375', 'wrote 2030-12-02 09:00 as a number'],
    ['0,375', 'wrote the time of day as a number'],
    ['2030-12-02 09:00 BST', '"BST" may be one of several zones'],
    ['2030-12-02 09:00 (CET)', '"CET" may be one of several zones'],
    ['2-Dec-30 09:00', 'write the year with four digits'],
    ['2030-12-02 24:00', 'write midnight as 00:00 of the next day'],
    ['2030-12-02 13:00 PM', 'this is not an ISO 8601 date and time'],
    ['2030-12-02 9', 'this is not an ISO 8601 date and time'],
    ['2030-12-02', 'a date alone has no time of day'],
    ['1922169600', 'this is not an ISO 8601 date and time'],
  ])('is refused, with what to do: %s', (start, advice) =>
    expect(of(start)).toEqual([
      expect.stringMatching(new RegExp(`^row 2: startAt must be .*${advice.replace(/[()]/g, '.')}`)),
    ]),
  );
});

it('a start of 256 kB of dashes takes no time', () => {
  const reported = planned(`meeting;start;duration\n81234567890;"9:00${'-'.repeat(262_144)}\nx";60\n`);
  expect(reported).toEqual([expect.stringContaining('row 3: startAt must be')]);
});

describe('an end', () => {
  it.each([
    ['date;start;end', '2030-12-02;22:00;24:00', '2030-12-02T21:00/23:00'],
    ['date;start;end date;end', '2030-12-02;22:00;2030-12-02;24:00', '2030-12-02T21:00/23:00'],
    ['date;start;end', '2030-12-02;11:00 PM;12:00 AM', '2030-12-02T22:00/23:00'],
    ['date;start;end', '2030-12-02;22:00;01:00', '2030-12-02T21:00/00:00'],
    ['date;start;end', '2030-12-02;00:00;24:00', '2030-12-01T23:00/23:00'],
    ['start;end', '2030-12-02 00:00+01:00;24:00', '2030-12-01T23:00/23:00'],
    ['date;start;end', '2030-12-02;2200;0100', '2030-12-02T21:00/00:00'],
    ['date;start;end', '2030-12-02;220000;010000', '2030-12-02T21:00/00:00'],
    ['date;start;end', '2030-12-02;2200;2400', '2030-12-02T21:00/23:00'],
    ['date;start;end', '2030-12-02;0900;1000', '2030-12-02T08:00/09:00'],
    ['start;end', '2030-12-02 2200;0100', '2030-12-02T21:00/00:00'],
    ['date;start;end', "2030-12-02;'22:00;'01:00", '2030-12-02T21:00/00:00'],
    ['start;other', '2030-12-02 09:00 - 10:00;', '2030-12-02T08:00/09:00'],
    ['start;duration', '2030-12-02 09:00;1h30', '2030-12-02T08:00/09:30'],
    ['start;duration', '2030-12-02 09:00;1,5 h', '2030-12-02T08:00/09:30'],
    ['start;duration', '2030-12-02 09:00;2 Stunden', '2030-12-02T08:00/10:00'],
    ['start;duration', '2030-12-02 09:00;45 minuti', '2030-12-02T08:00/08:45'],
  ])('%s: %s', (head, row, expected) =>
    expect(planned(`meeting;${head.replace('other', 'notes')}\n81234567890;${row}\n`)).toEqual([
      `${expected} 81234567890`,
    ]),
  );

  it.each([
    ['date;start;end', '2030-12-02;22:00;22:00', 'stopAt must be after startAt'],
    ['date;start;end', '2030-12-02;2200;2200', 'stopAt must be after startAt'],
    ['date;start;end date;end', '2030-12-02;22:00;2030-12-01;23:00', 'stopAt must be after startAt'],
    ['start;duration', '2030-12-02 09:00;-60', 'duration must be a positive'],
    ['start;duration', '2030-12-02 09:00;0', 'duration must be a positive'],
    ['start;duration', '2030-12-02 09:00;1.5', 'duration must be a positive'],
  ])('that is none is an error: %s: %s', (head, row, message) =>
    expect(planned(`meeting;${head}\n81234567890;${row}\n`)).toEqual([expect.stringContaining(`row 2: ${message}`)]),
  );
});

describe('the number', () => {
  const of = (cell: string) =>
    planned(`meeting\tstart\tduration\n"${cell.replaceAll('"', '""')}"\t2030-12-02 09:00\t60\n`);
  it.each([
    '812\u00a03456\u00a07890',
    '812\u20093456\u20097890',
    '\u202a81234567890\u202c',
    '="81234567890"',
    'zoommtg://zoom.us/join?confno=81234567890&pwd=1234567890',
    '812 3456 7890 PW 1234567890',
    'Meeting ID: 812 3456 7890 / 123456',
    'https://zoom.us/j/81234567890?pwd=1234567890',
  ])('%j', (cell) => expect(of(cell)).toEqual([ONE]));

  it.each([
    '81234567890, 82222222222',
    '812 3456 7890 or 822 2222 2222',
    'https://zoom.us/j/81234567890?pwd=Secret1 https://zoom.us/j/82222222222',
    '8,12346E+10',
    '+81234567890',
    'TBD',
  ])('is refused: %j', (cell) => {
    const [reported] = of(cell);
    expect(reported).toContain('row 2: meetingId must be');
    expect(reported).not.toContain('Secret1');
  });
});

describe('the file', () => {
  const HEAD = 'meeting;start;duration;title';
  const ROW = '81234567890;2030-12-02 09:00;60;Größe';
  it.each<[string, string | Buffer]>([
    ['sep=; behind a byte order mark', `\ufeffsep=;\r\n${HEAD}\r\n${ROW}\r\n`],
    ['sep=; and bare CR', `sep=;\r${HEAD}\r${ROW}\r`],
    ['sep= of a tab', `sep=\t\n${HEAD}\n${ROW}\n`.replaceAll(';', '\t')],
    [
      'tabs in UTF-16, as "Unicode Text" of Excel',
      Buffer.from(`\ufeff${HEAD}\r\n${ROW}\r\n`.replaceAll(';', '\t'), 'utf16le'),
    ],
    ['UTF-16, big end first', Buffer.from(`\ufeff${HEAD}\r\n${ROW}\r\n`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(`${HEAD}\r\n${ROW}\r\n`, 'latin1')],
    ['bars', `${HEAD}\n${ROW}\n`.replaceAll(';', '|')],
    ['empty columns and rows at the end', `${HEAD};;\r\n${ROW};;\r\n;;;;;\r\n`],
  ])('%s', (_name, content) => {
    expect(planned(content)).toEqual([ONE]);
    const text = typeof content === 'string' ? content : decodeText(content);
    const { events, notes } = readCsv(text, { timezone: 'Europe/Berlin' });
    expect(events[0]?.body['title']).toBe('Größe');
    expect(notes).toEqual([]);
  });

  it('cells of several lines: a title has one, and rows count as lines of the file', () => {
    const text = `meeting,start,duration,title,notes\n81234567890,2030-12-02 09:00,60,"The ""Council""\r\nof 2030","a\n\nb"\nx,2030-12-03 09:00,60,,\n`;
    expect(planned(text)).toEqual([ONE, expect.stringContaining('row 7: meetingId must be')]);
    expect(readCsv(text, { timezone: 'Europe/Berlin' }).events[0]?.body['title']).toBe('The "Council" of 2030');
  });

  it('a quote that is never closed: nothing of it may be used', () => {
    const { issues } = readCsv(`${HEAD}\n81234567890;2030-12-02 09:00;60;"Open\n${ROW}\n`, {
      timezone: 'Europe/Berlin',
    });
    expect(issues).toMatchObject([{ kind: 'file', message: expect.stringContaining('Quote Not Closed') }]);
  });
});
