import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { keysOf } from '../../src/broadcasts/store/keys.ts';
import { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import { SystemClock } from '../../src/clock.ts';
import { ChangeNotices } from '../../src/queue/change-notices.ts';
import { BullMqTimerQueue } from '../../src/queue/timer-queue.ts';
import { connectRedis, disconnectRedis } from '../../src/redis/connection.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { Scheduler } from '../../src/scheduling/scheduler.ts';
import { createSealer } from '../../src/secrets/sealing.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { AccountDirectory, type ZoomAccount } from '../../src/zoom/accounts.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

const ACCOUNT: ZoomAccount = {
  name: 'default',
  apiUrl: 'http://127.0.0.1:9/v2',
  oauthUrl: 'http://127.0.0.1:9/oauth/token',
  accountId: null,
  credentials: { kind: 'token', accessToken: new Secret('unused') },
  webSocketUrl: null,
  plan: 'pro',
  rateShare: 0.9,
  webhookSecretToken: null,
};

export interface RealScheduler {
  scheduler: Scheduler;
  redis: TestRedis;
  stop(): Promise<void>;
}

/** The scheduler on a private Redis, with accounts of these names. */
export async function startScheduler(accountNames = ['default']): Promise<RealScheduler> {
  const redis = await startRedis();
  const target = parseRedisUrl(redis.url);
  const client = await connectRedis(target, 'commands');
  const keys = keysOf('test');
  const clock = new SystemClock();
  const sealer = createSealer(randomBytes(32));
  const queue = new BullMqTimerQueue({ redis: client, prefix: keys.bullmq, clock });
  const store = new BroadcastStore({
    redis: client,
    keys,
    rules: { webhooksOn: () => false },
    limits: () => ({ intervalMs: 0, daily: 0 }),
  });
  const notices = new ChangeNotices(client, 'test:changes');
  const scheduler = new Scheduler({
    redis: client,
    store,
    writer: new BroadcastWriter({ store, queue, notices, logger: pino({ level: 'silent' }) }),
    clock,
    accounts: new AccountDirectory(accountNames.map((name) => ({ ...ACCOUNT, name }))),
    rules: { startWindowMs: 7_200_000 },
    seal: (text) => sealer.seal(text),
  });
  return {
    scheduler,
    redis,
    async stop() {
      await queue.close();
      await disconnectRedis(client);
      await redis.stop();
    },
  };
}
