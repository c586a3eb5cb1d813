/** Reads broadcasts from a calendar (iCalendar, RFC 5545). */

import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import { expand } from '../series/occurrences.ts';
import { normaliseRule, ruleIssue, wallToCompact, wallToText } from '../series/recurrence-rule.ts';
import type { Timing } from '../series/series.ts';
import { type CalendarZone, ianaZone, zoneOfTzid } from './calendar-zones.ts';
import { emptyReading, type PlannedEvent, type Reading } from './planned-event.ts';
import { findZoomNumber, type ZoomNumber } from './zoom-number.ts';

export interface CalendarOptions {
  /** ms. */
  now: number;
  /** Recurring events are followed up to this moment, ms. */
  until: number;
  /** For floating times, where the calendar names no zone itself. */
  timezone: string | null;
  /** Default: 100,000. */
  maxRows?: number;
}

const MAX_OCCURRENCES_PER_EVENT = 5_000;
const MAX_ID = 200;
/** Of a file: a rule of each hour in each of many events makes more than anybody wants. */
const MAX_ROWS = 100_000;

interface Moment {
  /** Wall-clock ms in `zone`. */
  wall: number;
  at: number;
  zone: CalendarZone;
}

class EventError extends Error {}
class NotABroadcast extends Error {}

export function readCalendar(text: string, options: CalendarOptions): Reading {
  const source = emptyReading(options.until);
  let calendars: ICAL.Component[];
  try {
    const parsed = ICAL.parse(text.replace(/^\ufeff/, '')) as unknown[];
    const list = typeof parsed[0] === 'string' ? [parsed] : parsed;
    calendars = list.map((one) => new ICAL.Component(one as never));
  } catch (error) {
    const message = `is not a calendar that can be read: ${(error as Error).message.slice(0, 200)}`;
    source.issues.push({ row: 1, path: '', message, kind: 'fault' });
    return source;
  }
  const { maxRows = MAX_ROWS } = options;
  let number = 0;
  for (const calendar of calendars) {
    const events = calendar.getAllSubcomponents('vevent').map((component) => ({ component, row: ++number }));
    const moved = movedOccurrences(events, calendar, options);
    for (const { component, row } of events) {
      try {
        for (const one of new CalendarEvent(component, row, calendar, options).rows(moved)) source.events.push(one);
        if (source.events.length > maxRows) return tooMany(source, row, maxRows);
      } catch (error) {
        if (error instanceof NotABroadcast) source.skipped.push({ row, why: error.message });
        else if (error instanceof EventError)
          source.issues.push({ row, path: 'event', message: error.message, kind: 'fault' });
        else source.issues.push({ row, path: 'event', message: unreadable(error), kind: 'fault' });
      }
    }
  }
  return source;
}

function tooMany(source: Reading, row: number, maxRows: number): Reading {
  const message = `makes more than ${maxRows} broadcasts together with the events before it: import a part of the calendar`;
  source.issues.push({ row, path: 'event', message, kind: 'fault' });
  return source;
}

/** What the parser says of a value that it cannot read. */
function unreadable(error: unknown): string {
  return `has a value that cannot be read: ${(error as Error).message.slice(0, 200)}`;
}

/** UID and moment of the occurrences that an event of their own replaces (RECURRENCE-ID). */
function movedOccurrences(
  events: { component: ICAL.Component; row: number }[],
  calendar: ICAL.Component,
  options: CalendarOptions,
): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const { component, row } of events) {
    if (!component.hasProperty('recurrence-id')) continue;
    try {
      const event = new CalendarEvent(component, row, calendar, options);
      const replaced = event.moment('recurrence-id');
      if (replaced) moved.add(`${event.uid} ${replaced.at}`);
    } catch (error) {
      // Told of where its rows are read.
      if (!(error instanceof Error)) throw error;
    }
  }
  return moved;
}

class CalendarEvent {
  readonly uid: string;
  readonly #event: ICAL.Component;
  readonly #calendar: ICAL.Component;
  readonly #row: number;
  readonly #options: CalendarOptions;

  constructor(event: ICAL.Component, row: number, calendar: ICAL.Component, options: CalendarOptions) {
    this.#event = event;
    this.#calendar = calendar;
    this.#row = row;
    this.#options = options;
    this.uid = this.#text('uid') ?? `no-uid-${row}`;
  }

  rows(moved: ReadonlySet<string>): PlannedEvent[] {
    const number = this.#zoomNumber();
    const start = this.moment('dtstart');
    if (!start) throw new EventError('has no DTSTART');
    const length = this.#length(start);
    const replaced = this.moment('recurrence-id');
    if (replaced) return [this.#rowOf(start.at, length, start.zone, number, `/${wallToCompact(replaced.wall)}`)];
    const rules = this.#event.getAllProperties('rrule').map((property) => property.toICALString());
    const additions = this.#moments('rdate');
    if (rules.length === 0 && additions.length === 0) {
      if (start.at < this.#options.now) throw new NotABroadcast('its start is past');
      return [this.#rowOf(start.at, length, start.zone, number, '')];
    }
    if (rules.length > 1) throw new EventError('has several RRULE, which is not accepted');
    return this.#occurrences(start, rules[0], additions)
      .filter(({ at }) => !moved.has(`${this.uid} ${at}`))
      .map(({ at, wall }) => this.#rowOf(at, length, start.zone, number, `/${wallToCompact(wall)}`));
  }

  /** The rule is followed on the wall clock, as that of a series is; DTSTART is always one of its times. */
  #occurrences(start: Moment, line: string | undefined, additions: Moment[]): { at: number; wall: number }[] {
    const rule = line === undefined ? 'FREQ=DAILY;COUNT=1' : normaliseRule(line).replace(/;BYSECOND=0?0\b/, '');
    const issue = ruleIssue(rule);
    if (issue) throw new EventError(`has an RRULE that is not accepted: ${issue}`);
    const excluded = new Set(this.#moments('exdate').map(({ at }) => at));
    const days = new Set(this.#days('exdate'));
    const timing: Timing = {
      ...{ rule, startAt: wallToText(start.wall), timezone: start.zone.name ?? 'UTC' },
      ...{ duration: null, stopTime: null, exceptions: [], leadMinutes: 0, tailMinutes: 0 },
      additions: [start.wall, ...additions.map((one) => wallIn(start.zone, one))].map(wallToText),
      onClockChange: { skipped: 'after', repeated: 'first' },
    };
    const found = this.#expanded(timing);
    return found
      .map((local) => Date.parse(`${local}Z`))
      .map((wall) => ({ wall, at: start.zone.moment(wall) }))
      .filter(
        ({ at, wall }) => at >= this.#options.now && !excluded.has(at) && !days.has(wallToText(wall).slice(0, 10)),
      );
  }

  #expanded(timing: Timing): string[] {
    const day = 86_400_000;
    try {
      const { occurrences } = expand(
        timing,
        this.#options.now - day,
        this.#options.until + day,
        MAX_OCCURRENCES_PER_EVENT,
      );
      return occurrences.filter(({ startAt }) => startAt < this.#options.until).map(({ local }) => local);
    } catch (error) {
      throw new EventError(`has an RRULE that cannot be followed: ${(error as Error).message}`);
    }
  }

  #rowOf(at: number, length: number | null, zone: CalendarZone, number: ZoomNumber, suffix: string): PlannedEvent {
    const title = this.#text('summary')
      ?.replace(/\p{Cc}+/gu, ' ')
      .trim();
    return {
      row: this.#row,
      externalId: idOf(this.uid, suffix),
      canceled: this.#text('status')?.toUpperCase() === 'CANCELLED',
      body: {
        ...number,
        ...(title ? { title: [...title].slice(0, MAX_ID).join('') } : {}),
        startAt: new Date(at).toISOString(),
        ...(length === null ? {} : { stopAt: new Date(at + length).toISOString() }),
        ...(zone.name === null || zone.name === 'UTC' ? {} : { timezone: zone.name }),
      },
    };
  }

  /** From the start to the end, ms; null when the event has none. */
  #length(start: Moment): number | null {
    const end = this.moment('dtend');
    if (end) return end.at > start.at ? end.at - start.at : null;
    const duration = this.#event.getFirstPropertyValue('duration') as ICAL.Duration | null;
    const seconds = duration ? duration.toSeconds() : 0;
    return seconds > 0 ? seconds * 1_000 : null;
  }

  /** Links and numbers stand in LOCATION, URL, the conference properties, the description: in this order. */
  #zoomNumber(): ZoomNumber {
    const names = ['location', 'url', 'conference', 'x-google-conference', 'x-microsoft-skypeteamsmeetingurl'];
    const all = this.#event.getAllProperties().map((property) => property.name);
    const others = all.filter((name) => name.startsWith('x-'));
    const order = [...names, 'description', 'x-alt-desc', 'comment', 'summary', ...others];
    const texts = order.flatMap((name) =>
      this.#event.getAllProperties(name).flatMap((one) => one.getValues().map(String)),
    );
    const found = findZoomNumber(texts);
    if (!found) throw new NotABroadcast('no Zoom number was found in it');
    return found;
  }

  #text(name: string): string | null {
    const value = this.#event.getFirstPropertyValue(name);
    return value === null ? null : String(value);
  }

  moment(name: string): Moment | null {
    const property = this.#event.getFirstProperty(name);
    if (!property) return null;
    const [first] = this.#read(property);
    if (!first) throw new NotABroadcast('it takes the whole day, so there is no time to start at');
    return first;
  }

  #moments(name: string): Moment[] {
    return this.#event.getAllProperties(name).flatMap((property) => this.#read(property));
  }

  /** Whole days among the dates of a property. */
  #days(name: string): string[] {
    const values = this.#event.getAllProperties(name).flatMap((property) => property.getValues() as unknown[]);
    return values
      .filter((value) => value instanceof ICAL.Time && value.isDate)
      .map((value) => String(value).slice(0, 10));
  }

  #read(property: ICAL.Property): Moment[] {
    const tzid = property.getFirstParameter('tzid');
    const times = (property.getValues() as unknown[])
      .map((value) => (value instanceof ICAL.Period ? value.start : value))
      .filter((value): value is ICAL.Time => value instanceof ICAL.Time && !value.isDate);
    return times.map((time) => {
      const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
      const zone = this.#zone(time.zone?.tzid === 'UTC' ? 'UTC' : tzid);
      return { wall, zone, at: zone.moment(wall) };
    });
  }

  #zone(tzid: string | undefined): CalendarZone {
    const calendarZone = this.#calendar.getFirstPropertyValue('x-wr-timezone');
    const name = tzid ?? (calendarZone === null ? this.#options.timezone : String(calendarZone));
    if (name === null) throw new EventError('has a time without zone: say --timezone');
    if (name === 'UTC') return ianaZone('UTC');
    const zone = zoneOfTzid(name, this.#calendar);
    if (!zone)
      throw new EventError(
        `has a time in the zone "${name.slice(0, 80)}", which nobody knows, or whose definition is too long or not yearly`,
      );
    return zone;
  }
}

/** What clocks in `zone` show at a moment that was written in another zone, ms. */
function wallIn(zone: CalendarZone, { at, wall }: Moment): number {
  return wall + at - zone.moment(wall);
}

/** UID and local time of the occurrence; a long UID is shortened to its hash. */
function idOf(uid: string, suffix: string): string {
  const plain = uid.replace(/\p{Cc}/gu, '');
  if (plain.length + suffix.length <= MAX_ID) return plain + suffix;
  return `uid-${createHash('sha256').update(uid).digest('hex').slice(0, 40)}${suffix}`;
}
