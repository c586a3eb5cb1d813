/** Windows' display names of zones as TZID, without a VTIMEZONE. */
import { describe, expect, it } from 'vitest';
import { checkEvents } from '../../../src/timetable/check-events.ts';
import { displayZone } from '../../../src/timetable/display-zones.ts';
import { readCalendar } from '../../../src/timetable/read-calendar.ts';

const NOW = Date.parse('2030-11-28T00:00Z');

function read(tzid: string, meanings: [string, string][] = []) {
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Council'],
    ...[`DTSTART;TZID=${tzid}:20301202T130000`, `DTEND;TZID=${tzid}:20301202T140000`],
    ...['LOCATION:https://zoom.us/j/81234567890', 'END:VEVENT', 'END:VCALENDAR', ''],
  ];
  const options = { now: NOW, until: NOW + 60 * 86_400_000, timezone: null, meanings: new Map(meanings) };
  const { events, issues } = checkEvents(readCalendar(lines.join('\r\n'), options), NOW);
  return { at: events[0]?.plan?.startAt, issues: issues.map(({ message }) => message).join('\n') };
}

describe('means one zone', () => {
  it.each([
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien', 'Europe/Berlin'],
    ['(UTC+01:00) Berlin', 'Europe/Berlin'],
    ['(UTC+01:00) Stockholm', 'Europe/Stockholm'],
    ['(GMT+01:00) Amsterdam, Berlin', 'Europe/Berlin'],
    ['(GMT+02:00) Central European Time - Berlin', 'Europe/Berlin'],
    ['Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(UTC+01:00) Brussels, Copenhagen, Madrid, Paris', 'Europe/Paris'],
    ['(UTC+01:00) Brüssel, Kopenhagen, Madrid, Paris', 'Europe/Paris'],
    ['(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague', 'Europe/Budapest'],
    ['(UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb', 'Europe/Warsaw'],
    ['(UTC+01:00) West Central Africa', 'Africa/Lagos'],
    ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC) Coordinated Universal Time', 'UTC'],
    ['(UTC+02:00) Athens, Bucharest', 'Europe/Bucharest'],
    ['(UTC+02:00) Athens, Bucharest, Istanbul', 'Europe/Bucharest'],
    ['(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius', 'Europe/Kiev'],
    ['(UTC+03:00) Moscow, St. Petersburg', 'Europe/Moscow'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC-05:00) Bogota, Lima, Quito, Rio Branco', 'America/Bogota'],
    ['(UTC-04:00) Georgetown, La Paz, Manaus, San Juan', 'America/La_Paz'],
    ['(UTC-07:00) Arizona', 'America/Phoenix'],
    ['(UTC-03:30) Newfoundland', 'America/St_Johns'],
    ['(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi', 'Asia/Calcutta'],
    ['(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi', 'Asia/Shanghai'],
    ['(UTC+09:00) Osaka, Sapporo, Tokyo', 'Asia/Tokyo'],
    ['(UTC+10:00) Canberra, Melbourne, Sydney', 'Australia/Sydney'],
    ['(UTC+11:00) Solomon Is., New Caledonia', 'Pacific/Guadalcanal'],
    ['(UTC+01:00) W. Europe Standard Time', 'Europe/Berlin'],
  ])('%s is %s', (name, zone) => expect(displayZone(name)).toEqual({ kind: 'zone', name: zone }));
});

it('does not guess between zones of different rules', () => {
  expect(displayZone('(UTC+01:00) Berlin, Paris')).toEqual({
    kind: 'ambiguous',
    choices: ['Europe/Berlin', 'Europe/Paris'],
  });
  expect(displayZone('(UTC+01:00)')).toMatchObject({
    kind: 'ambiguous',
    choices: expect.arrayContaining(['Europe/Paris']),
  });
});

it.each(['(UTC+04:00) Moscow, St. Petersburg', '(UTC+01:00) Gotham', 'Berlin', 'London, Ontario', 'Room 5, Berlin'])(
  'takes nothing for granted: %s',
  (name) => expect(displayZone(name)).toBeNull(),
);

describe('in a calendar', () => {
  it.each([
    '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
    '(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna',
    '(UTC+01:00) Berlin',
  ])('%s', (tzid) => expect(read(tzid)).toEqual({ at: Date.parse('2030-12-02T12:00Z'), issues: '' }));

  it('refuses what is ambiguous, with advice that can be followed', () => {
    const { at, issues } = read('"(UTC+01:00) Berlin, Paris"');
    expect(at).toBeUndefined();
    expect(issues).toContain('which is ambiguous: it may be Europe/Berlin or Europe/Paris');
    expect(issues).toContain('--timezone "(UTC+01:00) Berlin, Paris=Europe/Berlin"');
    expect(read('"(UTC+01:00) Berlin, Paris"', [['(utc+01:00) berlin, paris', 'Europe/Paris']]).at).toBe(
      Date.parse('2030-12-02T12:00Z'),
    );
  });
});
