import type { Redis } from 'ioredis';
import pino from 'pino';
import { beforeAll, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import type { Executor } from '../../../workers/jobs/executor.ts';
import { OverdueScanner } from '../../../workers/maintenance/overdue-scanner.ts';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { storeOn } from '../../support/rig.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

it('finds what is overdue behind many that others have taken up', async () => {
  const { keys, store } = storeOn(redis, { limits: { intervalMs: 10 } });
  const clock = new SystemClock();
  const due = keys.named('due');
  for (let i = 0; i < 40; i += 1) {
    await redis.zadd(due, clock.now() - 60_000 + i, `taken_${i}`);
    await redis.set(keys.named(`lookout:taken_${i}`), '1');
  }
  // An entry that its record has left behind is taken out: that shows that it was reached, and nothing is executed.
  await redis.zadd(due, clock.now() - 1_000, 'behind');
  const overdueScanner = new OverdueScanner({
    redis,
    store,
    executor: {} as Executor,
    clock,
    logger: pino({ level: 'silent' }),
  });
  for (let round = 0; round < 3; round += 1) await overdueScanner.runOnce();
  await vi.waitFor(async () => expect(await redis.zscore(due, 'behind')).toBeNull(), HANGS_MS);
  expect(await redis.zcard(due)).toBe(40);
  await overdueScanner.stop(0);
});
