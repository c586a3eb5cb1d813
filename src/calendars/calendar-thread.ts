/** Entry point of the thread that reads the calendars that series skip. */

import { answerTasks } from '../in-thread.ts';
import { busyTimes } from '../timetable/busy-times.ts';
import type { Span } from '../timetable/calendar-series.ts';

export interface CalendarTask {
  ics: string;
  /** The zone for times that name none. */
  timezone: string;
  span: Span;
}

answerTasks(({ ics, timezone, span }: CalendarTask) => busyTimes(ics, timezone, span));
