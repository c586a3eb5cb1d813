/** Reads calendars in a worker thread, so that a large one delays no start. */

import { TaskThread, threadFile } from '../in-thread.ts';
import { type BusyReading, busyTimes } from '../timetable/busy-times.ts';
import type { Calendar } from './calendar-store.ts';
import type { CalendarTask } from './calendar-thread.ts';

const DAY_MS = 86_400_000;
/** A broadcast of a series lasts at most 31 days. */
const PAST_MS = 40 * DAY_MS;
/** Nobody plans holidays farther ahead, and a daily event produces 4,383 of the 5,000 occurrences read at most. */
const AHEAD_MS = 12 * 365 * DAY_MS;
/** The same as for sources: 10,000 events take 2 s on a quiet machine. */
const LIMITS = { timeoutMs: 60_000, memoryMb: 1_024 };
/** 150 events without a rule take 5 ms, less than a thread takes to start. */
const QUICK_CHARACTERS = 32 * 1_024;

export class CalendarReader {
  readonly #thread = new TaskThread(threadFile(import.meta.url, 'calendar-thread'), LIMITS);

  /**
   * @param zone for a calendar that names none
   * @param now ms
   * @throws ThreadLimitReached when reading takes too long or too much memory
   */
  async read({ ics, timezone }: Pick<Calendar, 'ics' | 'timezone'>, zone: string, now: number): Promise<BusyReading> {
    const span = { from: now - PAST_MS, until: now + AHEAD_MS };
    const task: CalendarTask = { ics, timezone: timezone ?? zone, span };
    return isQuick(ics) ? busyTimes(task.ics, task.timezone, task.span) : this.#thread.run<BusyReading>(task);
  }
}

/** A single rule can produce thousands of times. */
function isQuick(ics: string): boolean {
  return ics.length <= QUICK_CHARACTERS && !/^(?:RRULE|RDATE)[;:]/im.test(ics);
}

/** Whether a text is a calendar at all, found without reading all of it. */
export function isCalendar(ics: string): boolean {
  return /^\ufeff?BEGIN\s*:\s*VCALENDAR\s*$/im.test(ics);
}
