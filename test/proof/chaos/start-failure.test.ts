import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess } from '../../support/livestream-process.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

let redis: TestRedis;
beforeAll(async () => {
  // Connects and reads, but may not listen to channels: the start fails when connections are there already.
  redis = await startRedis(['--user', 'deaf', 'on', '>secret', '~*', '+@all', 'resetchannels']);
});
afterAll(() => redis?.stop());

// The chaos suite found it: Redis restarted in the middle of a start, and the process stayed for ever, neither up nor gone.
it('a worker that cannot start ends, so that its supervisor starts it again', async () => {
  const started = startProcess('worker', {
    REDIS_URL: redis.url.replace('//', '//deaf:secret@'),
    ZOOM_ACCESS_TOKEN: 'token',
    LOG_FORMAT: 'json',
  });
  await expect(started).rejects.toThrow(
    /ended with 1 before it ran: .*Could not start: Redis refuses writes: the user in REDIS_URL is not allowed/s,
  );
}, 120_000);
