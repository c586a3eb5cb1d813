/**
 * Resolves the times of a calendar: IANA zones, Windows names, offsets, zones the file defines itself, and substitutes for unknown ones.
 */

import { isTimezone, readLocal } from '../time/local-time.ts';
import { abbreviationChoices } from '../time/zone-names.ts';
import { DefinedZones } from './defined-zones.ts';
import { displayZone } from './display-zones.ts';
import { EventError } from './ics-values.ts';
import { spokenZone } from './spoken-zones.ts';
import { windowsZone } from './windows-zones.ts';

const MINUTE_MS = 60_000;
const MAX_OFFSET_MINUTES = 14 * 60;
/** Characters of a name that a message quotes. */
const MAX_SHOWN = 80;

/** Converts local times of a calendar to moments. */
export interface CalendarZone {
  /** IANA name; null: only the file knows the zone, or it is an offset. */
  name: string | null;
  /** Local-clock ms to ms. A skipped time gives the later reading, a repeated one the first (RFC 5545, section 3.3.5). */
  moment(wall: number): number;
}

/** An IANA zone. A local time that a clock change skips is the later reading, one that it repeats the earlier. */
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

export const UTC = ianaZone('UTC');

/** The local-clock time in the zone at this moment, ms read as if UTC. */
export function wallIn(zone: CalendarZone, at: number): number {
  let wall = at;
  // Each step uses the offset of the guess before: near a clock change the second one is right.
  for (let i = 0; i < 3; i++) wall += at - zone.moment(wall);
  return wall;
}

export interface ZoneNames {
  /** `--timezone`: for times without a zone, and for unknown zones; null: not given. */
  timezone: string | null;
  /** `--timezone NAME=ZONE`: the meaning of a name, by name in lower case. */
  meanings: ReadonlyMap<string, string>;
}

/** The zones of one calendar in a file. */
export class CalendarZones {
  readonly defined = new DefinedZones();
  /** X-WR-TIMEZONE. */
  calendarZone: string | null = null;
  readonly #names: ZoneNames;
  readonly #notes: string[];
  readonly #known = new Map<string, CalendarZone>();

  /** @param notes receives a note about each zone that stands in for a name */
  constructor(names: ZoneNames, notes: string[]) {
    this.#names = names;
    this.#notes = notes;
  }

  /** The zone for times without one. @throws EventError */
  floating(): CalendarZone {
    if (this.calendarZone !== null) return this.named(this.calendarZone);
    if (this.#names.timezone === null) throw new EventError('has a time without a zone: use --timezone');
    return ianaZone(this.#names.timezone);
  }

  /** @throws EventError when the zone is unknown, or may be one of several */
  named(tzid: string): CalendarZone {
    const name = tzid.replace(/[\p{Cc}\p{Cf}"]/gu, '').trim();
    const known = this.#known.get(name) ?? this.#read(name);
    this.#known.set(name, known);
    return known;
  }

  #read(name: string): CalendarZone {
    const meaning = this.#names.meanings.get(name.toLowerCase());
    if (meaning !== undefined) return ianaZone(meaning);
    const known = iana(name);
    if (known) return ianaZone(known);
    const defined = this.defined.zone(name);
    if (defined?.kind === 'iana') return ianaZone(defined.name);
    if (defined?.kind === 'rules') return { name: null, moment: defined.moment };
    const written = offsetZone(name);
    if (written) return written;
    const display = displayZone(name);
    if (display?.kind === 'zone') return ianaZone(display.name);
    const choices = display?.choices ?? abbreviationChoices(name);
    if (choices) throw ambiguous(name, choices);
    const zone = spokenZone(name);
    if (zone !== null) return ianaZone(zone);
    return this.#substitute(name.slice(0, MAX_SHOWN), defined !== null);
  }

  #substitute(name: string, isDefined: boolean): CalendarZone {
    const { timezone } = this.#names;
    const ofCalendar = this.calendarZone !== null && this.calendarZone !== name ? iana(this.calendarZone) : null;
    const instead = timezone ?? ofCalendar;
    if (instead === null) {
      const why = isDefined ? 'whose definition is too long or not yearly' : 'which is not known';
      throw new EventError(`has a time in the zone "${name}", ${why}; --timezone can give it a meaning`);
    }
    const by = timezone === null ? 'X-WR-TIMEZONE' : '--timezone';
    const note = `times in the unknown zone "${name}" are read in ${instead} (${by})`;
    if (!this.#notes.includes(note)) this.#notes.push(note);
    return ianaZone(instead);
  }
}

function ambiguous(name: string, choices: string[]): EventError {
  const shown = name.slice(0, MAX_SHOWN);
  const meaning = `${name}=${choices[0] ?? 'Europe/London'}`;
  const advice = /^[\w+-]+$/.test(name) ? meaning : `"${meaning}"`;
  return new EventError(
    `has a time in the zone "${shown}", which is ambiguous: it may be ${choices.join(' or ')}; use --timezone ${advice}`,
  );
}

/** The IANA name that a name in a calendar clearly means; null: none. */
function iana(name: string): string | null {
  const part = (count: number) => name.split('/').slice(-count).join('/');
  const found = [name, part(2), part(3)].find((one) => isTimezone(one));
  if (found !== undefined) return found;
  if (/^(tzone:\/\/microsoft\/)?(utc|z|gmt|coordinated universal time|greenwich mean time)$/i.test(name)) return 'UTC';
  return windowsZone(part(1));
}

/** `GMT+01:00`, `UTC-5`, `+0530`: an offset that is the same all year. */
function offsetZone(name: string): CalendarZone | null {
  const [, sign, hours = '', minutes = '0'] = /^(?:GMT|UTC|Z)? ?([+\u2212-]) ?(\d{1,2}):?(\d{2})?$/i.exec(name) ?? [];
  if (sign === undefined) return null;
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > MAX_OFFSET_MINUTES) return null;
  const ms = (sign === '+' ? offset : -offset) * MINUTE_MS;
  return { name: null, moment: (wall) => wall - ms };
}
