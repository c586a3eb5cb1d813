/** What the times of a calendar mean: IANA zones, Windows' names for them, and zones that the file itself defines. */

import ICAL from 'ical.js';
import { isTimezone, readLocal } from '../time/local-time.ts';

/** Outlook's names (CLDR windowsZones, territory 001), those that calendars come with. */
const WINDOWS: Record<string, string> = {
  'Dateline Standard Time': 'Etc/GMT+12',
  'Hawaiian Standard Time': 'Pacific/Honolulu',
  'Alaskan Standard Time': 'America/Anchorage',
  'Pacific Standard Time': 'America/Los_Angeles',
  'US Mountain Standard Time': 'America/Phoenix',
  'Mountain Standard Time': 'America/Denver',
  'Central Standard Time': 'America/Chicago',
  'Canada Central Standard Time': 'America/Regina',
  'Eastern Standard Time': 'America/New_York',
  'US Eastern Standard Time': 'America/Indiana/Indianapolis',
  'Atlantic Standard Time': 'America/Halifax',
  'Newfoundland Standard Time': 'America/St_Johns',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'Argentina Standard Time': 'America/Argentina/Buenos_Aires',
  'GMT Standard Time': 'Europe/London',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'Romance Standard Time': 'Europe/Paris',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'FLE Standard Time': 'Europe/Kyiv',
  'GTB Standard Time': 'Europe/Bucharest',
  'Israel Standard Time': 'Asia/Jerusalem',
  'South Africa Standard Time': 'Africa/Johannesburg',
  'Turkey Standard Time': 'Europe/Istanbul',
  'Russian Standard Time': 'Europe/Moscow',
  'Arabian Standard Time': 'Asia/Dubai',
  'India Standard Time': 'Asia/Kolkata',
  'SE Asia Standard Time': 'Asia/Bangkok',
  'China Standard Time': 'Asia/Shanghai',
  'Singapore Standard Time': 'Asia/Singapore',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Korea Standard Time': 'Asia/Seoul',
  'W. Australia Standard Time': 'Australia/Perth',
  'Cen. Australia Standard Time': 'Australia/Adelaide',
  'E. Australia Standard Time': 'Australia/Brisbane',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'New Zealand Standard Time': 'Pacific/Auckland',
  UTC: 'UTC',
};

/** How local times of a calendar become moments. */
export interface CalendarZone {
  /** IANA name; null when only the file knows the zone. */
  name: string | null;
  /** Wall-clock ms to ms: of a skipped time the later reading, of a repeated one the first (RFC 5545, section 3.3.5). */
  moment(wall: number): number;
}

export function ianaZone(name: string): CalendarZone {
  return {
    name,
    moment: (wall) => {
      const reading = readLocal(wall, name);
      if (reading.kind === 'one') return reading.at;
      return reading.readings[reading.kind === 'skipped' ? 1 : 0];
    },
  };
}

/** The zone that a TZID names; null when nobody knows it. */
export function zoneOfTzid(tzid: string, calendar: ICAL.Component): CalendarZone | null {
  const names = [tzid, tzid.split('/').slice(-2).join('/'), tzid.split('/').slice(-3).join('/'), WINDOWS[tzid] ?? ''];
  const known = names.find((name) => isTimezone(name));
  if (known !== undefined) return ianaZone(known);
  const definition = calendar
    .getAllSubcomponents('vtimezone')
    .find((component) => component.getFirstPropertyValue('tzid') === tzid);
  if (!definition) return null;
  const location = String(definition.getFirstPropertyValue('x-lic-location') ?? '');
  if (isTimezone(location)) return ianaZone(location);
  return canBeFollowed(definition) ? definedZone(new ICAL.Timezone({ component: definition, tzid })) : null;
}

/** Real zones have a few dozen, from 1970 on. */
const MAX_CHANGES = 500;
/** What real zones say; ical.js steps for ever through a rule that never comes. */
const YEARLY =
  /^FREQ=YEARLY(;(BYMONTH=\d+|BYDAY=[+-]?[1-5]?[A-Z]{2}|BYMONTHDAY=[\d,+-]+|UNTIL=\w+|INTERVAL=1|WKST=[A-Z]{2}))*$/;

function canBeFollowed(definition: ICAL.Component): boolean {
  const changes = [...definition.getAllSubcomponents('standard'), ...definition.getAllSubcomponents('daylight')];
  const rules = changes.flatMap((change) => change.getAllProperties('rrule'));
  const dates = changes.flatMap((change) => change.getAllProperties('rdate'));
  if (changes.length + dates.length > MAX_CHANGES) return false;
  return rules.every((property) => YEARLY.test(String(property.getFirstValue()).replace(/^RRULE:/, '')));
}

function definedZone(zone: ICAL.Timezone): CalendarZone {
  return {
    name: null,
    moment: (wall) => {
      const time = ICAL.Time.fromJSDate(new Date(wall), true);
      time.zone = zone;
      return wall - zone.utcOffset(time) * 1_000;
    },
  };
}
