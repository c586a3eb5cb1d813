/** When a calendar is busy: its all-day events and its times, whatever they are about. Pure. */

import { ALL_DAY_LINES, CalendarEvent, dayOf, type Moment } from './calendar-event.ts';
import { newestMasters } from './calendar-family.ts';
import { CalendarFile, type RawEvent } from './calendar-file.ts';
import { isAt, occurrencesOf, type Span } from './calendar-series.ts';
import type { CalendarZone } from './calendar-zones.ts';
import { EventError } from './ics-values.ts';

const DAY_MS = 86_400_000;
const DATE_LINES = new Set(['DTSTART', 'DTEND', 'RECURRENCE-ID', 'EXDATE', 'RDATE']);
/** Only so many are reported. */
const MAX_ISSUES = 10;

/** One event of a calendar. `days`: whole days on the local clock, ms read as if UTC; else moments, ms. `to` is exclusive. */
export interface BusyTime {
  kind: 'days' | 'time';
  from: number;
  to: number;
  title: string | null;
}

export interface BusyReading {
  /** Ordered by `from`. */
  times: BusyTime[];
  /** Events that could not be read, described for people. */
  issues: string[];
  isCalendar: boolean;
}

/**
 * @param timezone for times that name no zone
 * @param span range to expand recurring events in; events outside it are left out
 */
export function busyTimes(ics: string | Uint8Array, timezone: string, span: Span): BusyReading {
  const file = new CalendarFile({ timezone, meanings: new Map() }, []);
  file.push(typeof ics === 'string' ? Buffer.from(ics) : ics);
  file.end();
  const found: BusyReading = { times: [], issues: [], isCalendar: file.isCalendar };
  for (const family of familiesOf(file.events)) readFamily(family, span, found);
  found.times.sort((a, b) => a.from - b.from);
  return found;
}

function familiesOf(events: RawEvent[]): CalendarEvent[][] {
  const families = new Map<string, CalendarEvent[]>();
  for (const raw of events) {
    const event = new CalendarEvent(isAllDay(raw) ? atMidnightUtc(raw) : withTimes(raw));
    const key = event.uid ?? `row ${raw.row}`;
    const family = families.get(key);
    if (family) family.push(event);
    else families.set(key, [event]);
  }
  return [...families.values()];
}

function readFamily(events: CalendarEvent[], span: Span, found: BusyReading): void {
  const masters = newestMasters(events.filter((event) => !event.isException));
  const zone = zoneOf(masters[0]);
  const exceptions = events.filter((event) => event.isException);
  const replaced = exceptions.flatMap((event) => attempt(event, found, () => [event.recurrenceId(zone)]));
  const shown = [...exceptions, ...masters].filter((event) => !event.canceled);
  for (const event of shown) {
    attempt(event, found, () => {
      const start = event.start(event.isException ? zone : undefined);
      for (const { moment, length } of occurrencesOf(event, start, widened(span))) {
        if (!event.isException && replaced.some((one) => isAt(one, moment))) continue;
        const time = timeOf(event, moment, length);
        if (time.to >= span.from && time.from < span.until) found.times.push(time);
      }
      return [];
    });
  }
}

/** An event that lasts into the span began before it. None that matters lasts longer than a season. */
function widened({ from, until }: Span): Span {
  return { from: from - 100 * DAY_MS, until };
}

function timeOf(event: CalendarEvent, { at }: Moment, length: number | null): BusyTime {
  const { title } = event.raw;
  if (isAllDay(event.raw)) return { kind: 'days', from: at, to: at + Math.max(DAY_MS, dayOf(length ?? DAY_MS)), title };
  return { kind: 'time', from: at, to: at + (length ?? 0), title };
}

function attempt<T>(event: CalendarEvent, found: BusyReading, act: () => T[]): T[] {
  try {
    return act();
  } catch (error) {
    const why = error instanceof EventError ? error.message : 'cannot be read';
    if (found.issues.length < MAX_ISSUES) found.issues.push(`event ${event.raw.row} ${why}`);
    return [];
  }
}

function zoneOf(master: CalendarEvent | undefined): CalendarZone | undefined {
  try {
    return master?.start().zone;
  } catch {
    // Reading the event already reported it.
    return undefined;
  }
}

const ALL_DAY = new WeakSet<RawEvent>();

function isAllDay(raw: RawEvent): boolean {
  if (ALL_DAY.has(raw)) return true;
  const start = raw.lines.find(({ name }) => name === 'DTSTART')?.value.trim() ?? '';
  return /^\d{4}-?\d{2}-?\d{2}$/.test(start);
}

/** Drops Outlook's all-day mark, which matters only for broadcasts: here the event lasts from midnight to midnight. */
function withTimes(raw: RawEvent): RawEvent {
  return { ...raw, lines: raw.lines.filter(({ name }) => !ALL_DAY_LINES.has(name)) };
}

/** Days have no zone. Expand them as times in UTC, which has no clock changes. */
function atMidnightUtc(raw: RawEvent): RawEvent {
  const lines = withTimes(raw).lines.map((line) => {
    if (!DATE_LINES.has(line.name)) return line;
    const value = line.value.replace(/(^|[,/])\s*(\d{4}-?\d{2}-?\d{2})\s*(?=[,/]|$)/g, '$1$2T000000Z');
    return {
      ...line,
      value,
      params: new Map([...line.params].filter(([name]) => name !== 'TZID' && name !== 'VALUE')),
    };
  });
  const shifted = { ...raw, lines };
  ALL_DAY.add(shifted);
  return shifted;
}
