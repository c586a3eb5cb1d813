/** Tells a series whether a calendar is busy during a broadcast. */

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SkipCheck, SkipReason } from '../series/occurrences.ts';
import type { SeriesCalendars } from '../series/series-calendars.ts';
import { readLocal } from '../time/local-time.ts';
import type { BusyReading, BusyTime } from '../timetable/busy-times.ts';
import type { CalendarReader } from './calendar-reader.ts';
import type { Calendar, CalendarStore } from './calendar-store.ts';

const DAY_MS = 86_400_000;
/** Size of the cache of readings: one per calendar and per zone of the series, for calendars without their own zone. */
const MAX_KEPT = 200;

interface Span extends SkipReason {
  from: number;
  to: number;
}

interface CachedSpans {
  /** When the span was chosen, ms. */
  at: number;
  hash: string;
  spans: Span[];
}

export class SkippedTimes implements SeriesCalendars {
  readonly #store: CalendarStore;
  readonly #clock: Clock;
  readonly #reader: Pick<CalendarReader, 'read'>;
  readonly #cache = new Map<string, CachedSpans>();

  constructor(store: CalendarStore, clock: Clock, reader: Pick<CalendarReader, 'read'>) {
    this.#store = store;
    this.#clock = clock;
    this.#reader = reader;
  }

  async of({ skipCalendars = [], timezone }: { skipCalendars?: string[]; timezone: string }) {
    const found: CachedSpans[] = [];
    const missing: string[] = [];
    for (const name of skipCalendars) {
      const one = await this.#read(name, timezone);
      if (one) found.push(one);
      else missing.push(name);
    }
    const fingerprint = found.map(({ hash }) => hash).join(' ');
    return { skip: checkOf(found.map(({ spans }) => spans)), fingerprint, missing };
  }

  async #read(name: string, timezone: string): Promise<CachedSpans | null> {
    const key = `${name} ${timezone}`;
    const hash = await this.#store.hash(name);
    const now = this.#clock.now();
    const kept = this.#cache.get(key);
    if (kept && kept.hash === hash && now - kept.at < DAY_MS && now >= kept.at) return kept;
    this.#cache.delete(key);
    const stored = hash === null ? null : await this.#store.get(name);
    if (!stored) return null;
    const { calendar } = stored;
    const spans = spansOf(calendar, timezone, await this.#reader.read(calendar, timezone, now));
    const read = { at: now, hash: calendar.hash, spans };
    if (this.#cache.size >= MAX_KEPT) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(key, read);
    return read;
  }
}

/** Changes whenever the content of the calendar does. */
export function hashOf({ ics, timezone }: Pick<Calendar, 'ics' | 'timezone'>): string {
  return createHash('sha256')
    .update(`${timezone ?? ''}\n${ics}`)
    .digest('base64url')
    .slice(0, 16);
}

/** The moments of a busy time, ms. A day is a day in the zone. */
function momentsOf({ kind, from, to }: BusyTime, zone: string): { from: number; to: number } {
  return kind === 'time' ? { from, to } : { from: midnight(from, zone), to: midnight(to, zone) };
}

function spansOf(calendar: Calendar, timezone: string, { times }: BusyReading): Span[] {
  const zone = calendar.timezone ?? timezone;
  return times.map((time) => {
    return { ...momentsOf(time, zone), calendar: calendar.name, event: time.title };
  });
}

/** If a clock change skips midnight, the day begins after it. */
function midnight(wall: number, zone: string): number {
  const reading = readLocal(wall, zone);
  return reading.kind === 'one' ? reading.at : reading.readings[reading.kind === 'skipped' ? 1 : 0];
}

/** Two spans touch if they share a moment. A broadcast without a stop, or an event without an end, is just its start. */
function checkOf(calendars: Span[][]): SkipCheck {
  return (startAt, stopAt) => {
    const stop = stopAt ?? startAt;
    for (const spans of calendars) {
      const found = spans.find(({ from, to }) => (from <= startAt ? to > startAt || from === startAt : from < stop));
      if (found) return { calendar: found.calendar, event: found.event };
    }
    return null;
  };
}
