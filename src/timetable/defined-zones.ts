/** Zones that a calendar defines itself (VTIMEZONE). */
import ICAL from 'ical.js';
import { isTimezone } from '../time/local-time.ts';

export type DefinedZone =
  | { kind: 'iana'; name: string }
  /** `moment`: local-clock ms to ms. */
  | { kind: 'rules'; moment(wall: number): number }
  | { kind: 'unusable' };

/** Real zones have a few dozen, from 1970 on. */
const MAX_CHANGES = 500;
/** Rules that real zones use. ical.js loops forever on a rule that never matches. */
const YEARLY =
  /^FREQ=YEARLY(;(BYMONTH=\d+|BYDAY=[+-]?[1-5]?[A-Z]{2}|BYMONTHDAY=[\d,+-]+|UNTIL=\w+|INTERVAL=1|WKST=[A-Z]{2}))*$/;

export class DefinedZones {
  readonly #texts = new Map<string, string[]>();

  /** @param lines unfolded, with BEGIN and END */
  add(tzid: string, lines: string[]): void {
    this.#texts.set(plainName(tzid), lines);
  }

  /** Null: the file does not define it. */
  zone(tzid: string): DefinedZone | null {
    const lines = this.#texts.get(plainName(tzid));
    if (!lines) return null;
    try {
      return read(lines);
    } catch {
      return { kind: 'unusable' };
    }
  }
}

/** Some programs add a trailing space to only one of the two names. */
function plainName(tzid: string): string {
  return tzid
    .replace(/[\p{Cc}\p{Cf}"]/gu, '')
    .trim()
    .toLowerCase();
}

function read(lines: string[]): DefinedZone {
  const location = /^X-LIC-LOCATION[^:]*:(.*)$/i.exec(lines.find((line) => /^X-LIC-LOCATION/i.test(line)) ?? '')?.[1];
  if (location !== undefined && isTimezone(location.trim())) return { kind: 'iana', name: location.trim() };
  const definition = new ICAL.Component(ICAL.parse(lines.join('\r\n')) as never);
  if (!canBeFollowed(definition)) return { kind: 'unusable' };
  const zone = new ICAL.Timezone({ component: definition, tzid: 'x' });
  return {
    kind: 'rules',
    moment: (wall) => {
      const time = ICAL.Time.fromJSDate(new Date(wall), true);
      time.zone = zone;
      return wall - zone.utcOffset(time) * 1_000;
    },
  };
}

function canBeFollowed(definition: ICAL.Component): boolean {
  const changes = [...definition.getAllSubcomponents('standard'), ...definition.getAllSubcomponents('daylight')];
  const rules = changes.flatMap((change) => change.getAllProperties('rrule'));
  const dates = changes.flatMap((change) => change.getAllProperties('rdate'));
  if (changes.length === 0 || changes.length + dates.length > MAX_CHANGES) return false;
  return rules.every((property) => YEARLY.test(String(property.getFirstValue()).replace(/^RRULE:/, '')));
}
