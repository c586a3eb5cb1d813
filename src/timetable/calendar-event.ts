/** One event of a calendar, with its values parsed. */

import type { RawEvent } from './calendar-file.ts';
import { type CalendarZone, UTC, wallIn } from './calendar-zones.ts';
import { isCanceledStatus, saysCanceled } from './canceled-words.ts';
import { type ContentLine, EventError, readIcsDuration, readIcsText, readIcsTime } from './ics-values.ts';

const DAY_MS = 86_400_000;

/** Outlook's mark for an all-day event. */
export const ALL_DAY_LINES: ReadonlySet<string> = new Set([
  'X-MICROSOFT-CDO-ALLDAYEVENT',
  'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT',
]);

export interface Moment {
  /** Local-clock ms in `zone`. */
  wall: number;
  at: number;
  zone: CalendarZone;
}

/** The time of an exception, or a whole day on the local clock. */
export type MomentOrDay = { moment: Moment } | { day: number };

/** It is not a broadcast, which is not an error. */
export class NotABroadcast extends Error {}

/** @param base zone for local times that name none; undefined: the zone of the calendar */
export class CalendarEvent {
  readonly raw: RawEvent;
  readonly uid: string | null;
  readonly canceled: boolean;
  readonly sequence: number;
  /** DTSTAMP, else LAST-MODIFIED, ms; 0: neither. */
  readonly stamp: number;

  constructor(raw: RawEvent) {
    this.raw = raw;
    const uid = readIcsText(this.#value('UID') ?? '')
      .replace(/[\p{Cc}\p{Cf}]/gu, '')
      .trim();
    this.uid = uid === '' ? null : uid;
    const status = this.#value('STATUS') ?? '';
    this.canceled =
      isCanceledStatus(status) || raw.calendar.method === 'CANCEL' || (raw.title !== null && saysCanceled(raw.title));
    const sequence = this.#value('SEQUENCE') ?? this.#value('X-MICROSOFT-CDO-APPT-SEQUENCE');
    this.sequence = Number(/^\s*(\d{1,9})\s*$/.exec(sequence ?? '')?.[1] ?? 0);
    this.stamp = this.#stamp('DTSTAMP') || this.#stamp('LAST-MODIFIED');
  }

  /** It replaces one occurrence of a series. */
  get isException(): boolean {
    return this.#value('RECURRENCE-ID') !== null;
  }

  get isRecurring(): boolean {
    return !this.isException && (this.#value('RRULE') !== null || this.#value('RDATE') !== null);
  }

  /** RANGE of the RECURRENCE-ID. */
  get range(): 'THISANDFUTURE' | 'THISANDPRIOR' | null {
    const range = this.#line('RECURRENCE-ID')?.params.get('RANGE')?.toUpperCase();
    return range === 'THISANDFUTURE' || range === 'THISANDPRIOR' ? range : null;
  }

  /** Everything that was written, to choose between two that are otherwise the same. */
  get text(): string {
    const lines = this.raw.lines.filter(({ name }) => name !== 'DTSTAMP' && name !== 'LAST-MODIFIED');
    return JSON.stringify([lines.map(({ name, value }) => [name, value]), this.raw.title, this.raw.zoom]);
  }

  /** DTSTART as written, uninterpreted. */
  get writtenStart(): string {
    return this.#value('DTSTART')?.trim() ?? '';
  }

  /** @throws EventError, NotABroadcast when it lasts all day */
  start(base?: CalendarZone): Moment {
    const line = this.#line('DTSTART');
    if (!line) throw new EventError('has no DTSTART', this.raw.line);
    const found = this.#read(line, line.value, base);
    if ('day' in found || this.#isAllDay(found.moment))
      throw new NotABroadcast('it is an all-day event, so it has no start time');
    return found.moment;
  }

  /** Outlook writes whole days from midnight to midnight, perhaps in UTC, and says so in another line. */
  #isAllDay(start: Moment): boolean {
    if (!this.raw.lines.some(({ name, value }) => ALL_DAY_LINES.has(name) && /^\s*true\s*$/i.test(value))) return false;
    return start.wall === dayOf(start.wall) || (this.length(start) ?? 1) % DAY_MS === 0;
  }

  /** From start to end, ms; null when the event has no end. @throws EventError for an invalid end */
  length(start: Moment): number | null {
    const line = this.#line('DTEND');
    const duration = this.#line('DURATION');
    if (!line)
      return duration && !/^\+?P(T?0[WDHMS])+$/i.test(duration.value.trim())
        ? readIcsDuration(duration.value, duration)
        : null;
    const end = this.#read(line, line.value, start.zone);
    const shown = `DTEND:${line.value.slice(0, 40)}`;
    if ('day' in end) throw new EventError(`has no valid end: ${shown} is a day, and it starts at a time`, line.line);
    const ms = end.moment.at - start.at;
    if (ms < 0) throw new EventError(`has no valid end: ${shown} is before its start`, line.line);
    return ms === 0 ? null : ms;
  }

  /** @param base zone of the series @throws EventError */
  recurrenceId(base?: CalendarZone): MomentOrDay {
    const line = this.#line('RECURRENCE-ID') as ContentLine;
    return this.#read(line, line.value, base ?? this.#zoneOfStart());
  }

  /** The texts of RRULE or EXRULE. */
  rules(name: 'RRULE' | 'EXRULE'): ContentLine[] {
    return this.raw.lines.filter((line) => line.name === name);
  }

  /** @throws EventError */
  exceptions(base: CalendarZone): MomentOrDay[] {
    return this.#list('EXDATE').map(([line, value]) => this.#read(line, value, base));
  }

  /** Extra dates; `length` of a period, ms. A day alone means that day at the start's time of day. @throws EventError */
  additions(start: Moment): { moment: Moment; length?: number }[] {
    return this.#list('RDATE').map(([line, value]) => {
      const [from = '', to] = value.split('/');
      const found = this.#read(line, from, start.zone);
      if ('day' in found) {
        const wall = found.day + (start.wall - dayOf(start.wall));
        return { moment: { wall, at: start.zone.moment(wall), zone: start.zone } };
      }
      if (to === undefined) return found;
      return { ...found, length: this.#periodLength(line, to, found.moment) };
    });
  }

  #periodLength(line: ContentLine, to: string, from: Moment): number {
    if (/^[+-]?P/i.test(to.trim())) return readIcsDuration(to, line);
    const end = this.#read(line, to, from.zone);
    const ms = 'day' in end ? 0 : end.moment.at - from.at;
    if (ms > 0) return ms;
    throw new EventError(`${line.name}:${line.value.slice(0, 60)} has no valid end`, line.line);
  }

  #zoneOfStart(): CalendarZone | undefined {
    const line = this.#line('DTSTART');
    const tzid = line?.params.get('TZID');
    return line && tzid !== undefined && !/z\s*$/i.test(line.value) ? this.raw.calendar.zones.named(tzid) : undefined;
  }

  #read(line: ContentLine, value: string, base: CalendarZone | undefined): MomentOrDay {
    const written = readIcsTime(value, line);
    if (written.kind === 'date') return { day: written.day };
    const midnight = written.kind === 'utc' ? written.at : written.wall;
    if (line.params.get('VALUE')?.toUpperCase() === 'DATE' && midnight === dayOf(midnight)) return { day: midnight };
    try {
      if (written.kind === 'utc') {
        const zone = base ?? UTC;
        return { moment: { at: written.at, wall: wallIn(zone, written.at), zone } };
      }
      const zones = this.raw.calendar.zones;
      const tzid = line.params.get('TZID')?.trim();
      const zone = tzid ? zones.named(tzid) : (base ?? zones.floating());
      return { moment: { wall: written.wall, at: zone.moment(written.wall), zone } };
    } catch (error) {
      if (error instanceof EventError) throw new EventError(error.message, line.line);
      throw error;
    }
  }

  #list(name: string): [ContentLine, string][] {
    const lines = this.raw.lines.filter((line) => line.name === name);
    return lines.flatMap((line) => {
      // vCalendar 1.0 separates them with semicolons.
      const values = line.value.split(/[,;]/).filter((value) => value.trim() !== '');
      return values.map((value): [ContentLine, string] => [line, value]);
    });
  }

  #stamp(name: string): number {
    const line = this.#line(name);
    if (!line) return 0;
    try {
      const written = readIcsTime(line.value, line);
      return written.kind === 'utc' ? written.at : written.kind === 'local' ? written.wall : written.day;
    } catch {
      return 0;
    }
  }

  #line(name: string): ContentLine | null {
    return this.raw.lines.find((line) => line.name === name) ?? null;
  }

  #value(name: string): string | null {
    return this.#line(name)?.value ?? null;
  }
}

export function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}
