// A script: plan one broadcast and follow it until it has ended.
//   REDIS_URL=redis://127.0.0.1:6379 node script.js 68423085
import { createScheduler } from 'livestream-scheduler';

const meetingId = process.argv[2] ?? '68423085';
const scheduler = await createScheduler({
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  prefix: process.env['REDIS_PREFIX'] ?? 'livestream',
});
try {
  const ended = new Promise<void>((resolve) => {
    scheduler.on('broadcast.*', ({ type, data }) => {
      if (data['meetingId'] !== meetingId) return;
      console.log(type, data['reason'] ?? '');
      if (['ended', 'canceled', 'missed', 'failed'].includes(String(data['status']))) resolve();
    });
  });
  const stopAt = new Date(Date.now() + Number(process.env['SECONDS_ON_AIR'] ?? 60) * 1_000);
  const broadcast = await scheduler.schedule({ meetingId, startAt: 'now', stopAt, title: 'From a script' });
  console.log(`planned ${broadcast.id} until ${broadcast.stopAt}`);
  await ended;
} finally {
  await scheduler.close();
}
