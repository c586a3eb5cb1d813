import { readEvent } from '../../src/broadcasts/store/event-codec.ts';
import { createCalendars } from '../../src/calendars/create-calendars.ts';
import { loadConfig } from '../../src/config.ts';
import { createSeries } from '../../src/series/create-series.ts';
import { ManualClock } from './manual-clock.ts';
import { startRig } from './rig.ts';

/** Commands and leader task of the series on a private Redis, at a time of the test's choice. */
export async function startSeries(at: string, redisSettings: string[] = []) {
  const clock = new ManualClock(at);
  const rig = await startRig({ virtualClock: clock, redisSettings });
  const { redis: client, server: redis, keys, store, accounts, sealer, scheduler, stop } = rig;
  const { calendarHosts, proxies } = loadConfig({ CALENDAR_HOSTS: '127.0.0.1!' }, { terminal: false });
  const logged: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => logged.push(line), info: () => {} };
  const core = { redis: client, keys, store, clock, accounts, sealer, logger: logger as never };
  const calendars = createCalendars({ ...core, config: { calendarHosts, proxies } });
  const parts = () => createSeries(core, scheduler, calendars.skipped);
  const { service, task } = parts();
  return {
    ...{ redis, client, keys, clock, store, scheduler, service, task, logged, sealer },
    calendars: { service: calendars.service(service), task: calendars.task },
    /** A second process on the same Redis. */
    another: parts,
    /** Every broadcast there is, in order of time. */
    broadcasts: async () => (await scheduler.list({ limit: 1_000 })).broadcasts,
    events: async () => {
      const entries = await client.xrange(`${keys.base}events`, '-', '+');
      return entries.flatMap(([, fields]) => readEvent(fields[1] ?? '') ?? []);
    },
    forgetAll: () => client.flushall(),
    stop,
  };
}

export type RunningSeries = Awaited<ReturnType<typeof startSeries>>;

/** Sundays 09:00 to 10:30 in New York. */
export const SUNDAYS = {
  meetingId: '68423085',
  title: 'Sunday service',
  rule: 'FREQ=WEEKLY;BYDAY=SU',
  startAt: '2026-12-06T09:00',
  timezone: 'America/New_York',
  duration: 'PT1H30M',
};
