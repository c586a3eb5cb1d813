// Every Sunday at nine for the next weeks, without cron: run it as often as you like, each Sunday is planned once.
//   REDIS_URL=redis://127.0.0.1:6379 node weekly.js
import { createScheduler } from 'livestream-scheduler';

const WEEKS = 8;
const scheduler = await createScheduler({
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  prefix: process.env['REDIS_PREFIX'] ?? 'livestream',
});
try {
  for (const day of sundays(WEEKS)) {
    const service = {
      meetingId: '684 2308 5',
      title: 'Sunday service',
      startAt: `${day}T09:00`,
      duration: 'PT90M',
      timezone: 'America/New_York',
      externalId: `service-${day}`,
    };
    const { broadcasts } = await scheduler.list({ externalId: service.externalId });
    if (broadcasts.length > 0) continue;
    const { startAt } = await scheduler.schedule(service, { idempotencyKey: service.externalId });
    console.log(`planned ${day} (${startAt})`);
  }
} finally {
  await scheduler.close();
}

/** The next Sundays after today, as YYYY-MM-DD: local dates, so that a clock change moves nothing. */
function sundays(count: number): string[] {
  const today = new Date();
  const untilSunday = 7 - today.getUTCDay();
  return Array.from({ length: count }, (_, week) => {
    const sunday = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + untilSunday + week * 7);
    return new Date(sunday).toISOString().slice(0, 10);
  });
}
