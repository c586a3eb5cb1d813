import { describe, expect, it } from 'vitest';
import { busyTimes } from '../../../src/timetable/busy-times.ts';

const SPAN = { from: Date.parse('2026-11-01T00:00:00Z'), until: Date.parse('2028-01-01T00:00:00Z') };
const calendar = (...events: string[]) =>
  `BEGIN:VCALENDAR\r\n${events.map((lines) => `BEGIN:VEVENT\r\n${lines}\r\nEND:VEVENT\r\n`).join('')}END:VCALENDAR\r\n`;
const read = (...events: string[]) => busyTimes(calendar(...events), 'America/New_York', SPAN);
const shown = (...events: string[]) =>
  read(...events).times.map(({ kind, from, to, title }) =>
    [kind, new Date(from).toISOString().slice(0, 16), new Date(to).toISOString().slice(0, 16), title].join(' '),
  );

describe('the busy times of a calendar', () => {
  it('are whole days, whose last one is exclusive, and yearly ones again', () => {
    expect(
      shown(
        'UID:a\r\nSUMMARY:Christmas\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY',
        'UID:b\r\nSUMMARY:Break\r\nDTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261231\r\nTRANSP:TRANSPARENT',
      ),
    ).toEqual([
      'days 2026-12-25T00:00 2026-12-26T00:00 Christmas',
      'days 2026-12-28T00:00 2026-12-31T00:00 Break',
      'days 2027-12-25T00:00 2027-12-26T00:00 Christmas',
    ]);
  });

  it('are times, in their zone or that of the calendar', () => {
    expect(
      shown(
        'UID:a\r\nSUMMARY:Exam\r\nDTSTART;TZID=Europe/Berlin:20261207T090000\r\nDTEND;TZID=Europe/Berlin:20261207T110000',
        'UID:b\r\nSUMMARY:Lunch\r\nDTSTART:20261208T120000\r\nDURATION:PT1H',
      ),
    ).toEqual(['time 2026-12-07T08:00 2026-12-07T10:00 Exam', 'time 2026-12-08T17:00 2026-12-08T18:00 Lunch']);
  });

  it('leave out what is canceled, excluded or moved', () => {
    expect(
      shown(
        'UID:a\r\nSUMMARY:Weekly\r\nDTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;VALUE=DATE:20261208',
        'UID:a\r\nSUMMARY:Weekly, moved\r\nRECURRENCE-ID;VALUE=DATE:20261215\r\nDTSTART;VALUE=DATE:20261216',
        'UID:a\r\nSTATUS:CANCELLED\r\nRECURRENCE-ID;VALUE=DATE:20261222\r\nDTSTART;VALUE=DATE:20261222',
        'UID:b\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nDTSTART;VALUE=DATE:20261224',
      ),
    ).toEqual([
      'days 2026-12-01T00:00 2026-12-02T00:00 Weekly',
      'days 2026-12-16T00:00 2026-12-17T00:00 Weekly, moved',
    ]);
  });

  it('say which events cannot be read, and keep the others', () => {
    const { times, issues, isCalendar } = read(
      'UID:a\r\nSUMMARY:Odd\r\nDTSTART;VALUE=DATE:20261301',
      'UID:b\r\nSUMMARY:Good\r\nDTSTART;VALUE=DATE:20261224',
    );
    expect(times.map(({ title }) => title)).toEqual(['Good']);
    expect(issues).toEqual([expect.stringContaining('event 1 DTSTART:20261301')]);
    expect(isCalendar).toBe(true);
    expect(busyTimes('<html>', 'UTC', SPAN)).toEqual({ times: [], issues: [], isCalendar: false });
  });
});
