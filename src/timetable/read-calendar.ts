/** Reads broadcasts from a calendar (iCalendar, RFC 5545) as real programs write it. Pure; the file may come in chunks. */

import { CalendarEvent, NotABroadcast } from './calendar-event.ts';
import { CalendarFamily } from './calendar-family.ts';
import { CalendarFile, isAnswer } from './calendar-file.ts';
import { EventError } from './ics-values.ts';
import { contentId, familyId } from './identity.ts';
import { emptyReading, type OpenReading, type PlannedEvent, type Reading } from './planned-event.ts';

export interface CalendarOptions {
  /** ms. */
  now: number;
  /** Expand recurring events up to this moment, ms. */
  until: number;
  /** For floating times, where the calendar names no zone itself, and for unknown zones. */
  timezone: string | null;
  /** The meaning of a zone name, by name in lower case (`bst` → `Europe/London`). */
  meanings?: ReadonlyMap<string, string>;
  /** Name of the source; null: a file imported by hand. */
  source?: string | null;
  /** Default: 100,000. */
  maxRows?: number;
}

/** Maximum per file: hourly rules in many events would produce more than anybody wants. */
const MAX_ROWS = 100_000;

class TooMany extends Error {}

/** Reads a calendar in chunks: `push` the bytes as they arrive, then call `end`. */
export class CalendarReader {
  readonly #options: CalendarOptions;
  readonly #reading: OpenReading;
  readonly #file: CalendarFile;

  constructor(options: CalendarOptions) {
    this.#options = options;
    this.#reading = emptyReading(options.until);
    const names = { timezone: options.timezone, meanings: options.meanings ?? new Map() };
    this.#file = new CalendarFile(names, this.#reading.notes);
  }

  push(bytes: Uint8Array): void {
    this.#file.push(bytes);
  }

  /** Returns what the file says. No content of a file makes it throw. */
  end(): Reading {
    this.#file.end();
    const reading = this.#reading;
    if (!this.#file.isCalendar) {
      const message = 'is not a calendar: it has no BEGIN:VCALENDAR';
      reading.issues.push({ row: 1, path: '', message, kind: 'file' });
      return reading;
    }
    if (this.#file.isOpen) {
      const message = 'ends in the middle: an END is missing. The file may be cut off';
      reading.issues.push({ row: Math.max(1, this.#file.events.length), path: '', message, kind: 'file' });
    }
    try {
      for (const [id, events] of this.#families()) this.#readFamily(id, events);
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
    }
    reading.events.sort((a, b) => a.row - b.row);
    return reading;
  }

  #families(): Map<string, CalendarEvent[]> {
    const source = this.#options.source ?? null;
    const families = new Map<string, CalendarEvent[]>();
    for (const raw of this.#file.events) {
      const event = new CalendarEvent(raw);
      const content = () => [raw.title ?? '', event.writtenStart, raw.zoom.found?.meetingId ?? ''];
      const id = event.uid === null ? contentId(source, content()) : familyId(source, event.uid);
      const family = families.get(id);
      if (family) family.push(event);
      else families.set(id, [event]);
    }
    return families;
  }

  #readFamily(id: string, all: CalendarEvent[]): void {
    const events = all.filter(({ raw }) => !isAnswer(raw.calendar));
    for (const event of all) if (!events.includes(event)) this.#skipAnswer(event);
    if (events.length === 0) {
      this.#reading.unsure.add(id);
      return;
    }
    const { now, until } = this.#options;
    const warned = new Set<string>();
    const plan = (event: PlannedEvent) => this.#plan(event);
    const warn = (row: number, message: string) => {
      const key = `${row} ${message}`;
      if (!warned.has(key)) this.#reading.warnings.push({ row, message });
      warned.add(key);
    };
    const skip = (event: CalendarEvent, why: string) => this.#skip(event, why);
    const family = new CalendarFamily(id, events, { from: now, until }, { plan, warn, skip });
    const isWhole = family.read((event, act) => this.#attempt(event, act));
    if (isWhole) this.#reading.families.add(id);
    // An exception or a cancellation alone says nothing about the rest of the series.
    else if (!events.some(({ canceled, isException }) => canceled && !isException)) this.#reading.unsure.add(id);
  }

  #plan(event: PlannedEvent): void {
    const { maxRows = MAX_ROWS } = this.#options;
    if (this.#reading.events.length >= maxRows) {
      const message = `has, with the events before it, more than ${maxRows} broadcasts: import part of the calendar`;
      this.#reading.issues.push({ row: event.row, path: 'event', message, kind: 'file' });
      throw new TooMany();
    }
    this.#reading.events.push(event);
  }

  #skipAnswer(event: CalendarEvent): void {
    const { method } = event.raw.calendar;
    this.#skip(event, `it is an answer to an invitation (METHOD:${method}), and plans nothing`);
  }

  #skip({ uid, raw: { row, title } }: CalendarEvent, why: string): void {
    this.#reading.skipped.push({ row, why, ...(uid !== null && { uid }), ...(title !== null && { title }) });
  }

  /** The content of one event must not affect any other. */
  #attempt(event: CalendarEvent, act: () => void): boolean {
    const { row } = event.raw;
    try {
      act();
      return true;
    } catch (error) {
      if (error instanceof TooMany) throw error;
      if (error instanceof NotABroadcast) {
        this.#skip(event, error.message);
      } else {
        const line = error instanceof EventError ? error.line : event.raw.line;
        const message =
          error instanceof EventError ? error.message : `cannot be read: ${(error as Error).message.slice(0, 200)}`;
        this.#reading.issues.push({ row, ...(line !== undefined && { line }), path: 'event', message, kind: 'fault' });
      }
      return false;
    }
  }
}

/** Reads a whole calendar at once. */
export function readCalendar(content: string | Uint8Array, options: CalendarOptions): Reading {
  const reader = new CalendarReader(options);
  reader.push(typeof content === 'string' ? Buffer.from(content) : content);
  return reader.end();
}
