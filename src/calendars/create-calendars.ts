/** Builds the parts of the calendars: commands for the API, skipped times for series, and the workers' task that rereads calendars. */

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type FilePolicy, fetchFile } from '../outbound/fetch-file.ts';
import { decodeText } from '../timetable/file-lines.ts';
import { CalendarReader, isCalendar } from './calendar-reader.ts';
import { CalendarService, type CalendarUsers } from './calendar-service.ts';
import { type Calendar, CalendarStore } from './calendar-store.ts';
import { hashOf, SkippedTimes } from './skipped-times.ts';

type StoreDeps = ConstructorParameters<typeof CalendarStore>;

export interface CalendarCore {
  redis: StoreDeps[0];
  keys: StoreDeps[1];
  clock: Clock;
  logger: Pick<Logger, 'warn' | 'info'>;
  config: { calendarHosts: FilePolicy['hosts']; proxies: NonNullable<FilePolicy['proxies']> };
}

/** How often the task checks which calendars are due, ms. */
const EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** After a failure, ms. */
const AGAIN_MS = 3_600_000;

/** Its thread starts on demand; one is enough for a process. */
const reader = new CalendarReader();

export function createCalendars({ redis, keys, clock, logger, config }: CalendarCore) {
  const store = new CalendarStore(redis, keys);
  const policy: FilePolicy = { hosts: config.calendarHosts, proxies: config.proxies };
  return {
    skipped: new SkippedTimes(store, clock, reader),
    service: (users: CalendarUsers) => new CalendarService({ store, clock, policy, reader }, users),
    task: {
      name: 'calendars',
      everyMs: EVERY_MS,
      runOnce: async () => {
        for (const name of await store.names()) await readAgain(name, { store, policy, clock, logger });
      },
    },
  };
}

interface Reading {
  store: CalendarStore;
  policy: FilePolicy;
  clock: Clock;
  logger: Pick<Logger, 'warn' | 'info'>;
}

/** Reads a calendar again when it is due. While that fails, its last content stays in use; the series follow automatically. */
async function readAgain(name: string, { store, policy, clock, logger }: Reading): Promise<void> {
  const stored = await store.get(name);
  if (!stored || stored.calendar.url === null) return;
  const { calendar, version } = stored;
  const now = Math.floor(clock.now());
  if (now < calendar.checkedAt + (calendar.failure === null ? DAY_MS : AGAIN_MS)) return;
  const next = await fetched(calendar, stored.calendar.url, policy, clock);
  if (next.failure !== null && calendar.failure === null)
    logger.warn(
      { calendar: name },
      `could not read the calendar ${name}; its last content stays in use: ${next.failure}`,
    );
  if (next.failure === null && next.hash !== calendar.hash) logger.info({ calendar: name }, 'a calendar has changed');
  // Whoever just changed the calendar also read it.
  await store.write(next, version);
}

async function fetched(calendar: Calendar, url: string, policy: FilePolicy, clock: Clock): Promise<Calendar> {
  const result = await fetchFile(url, policy, clock, calendar.fileVersion);
  const now = Math.floor(clock.now());
  const failed = (failure: string): Calendar => ({ ...calendar, checkedAt: now, failure });
  if (result.kind === 'failed') return failed(result.reason);
  const read = { readAt: now, checkedAt: now, failure: null };
  if (result.kind === 'unchanged') return { ...calendar, ...read };
  const ics = decodeText(result.body);
  const { timezone } = calendar;
  if (!isCalendar(ics)) return failed('the response is not a calendar');
  return { ...calendar, ...read, ics, fileVersion: result.version, hash: hashOf({ ics, timezone }) };
}
