import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { keysOf } from '../../src/broadcasts/store/keys.ts';
import { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import { createCalendars } from '../../src/calendars/create-calendars.ts';
import type { Clock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { ChangeNotices } from '../../src/queue/change-notices.ts';
import { BullMqTimerQueue } from '../../src/queue/timer-queue.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import { BroadcastWriter } from '../../src/scheduling/broadcast-writer.ts';
import { Scheduler } from '../../src/scheduling/scheduler.ts';
import { createSealer } from '../../src/secrets/sealing.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { createSeries } from '../../src/series/create-series.ts';
import { AccountDirectory } from '../../src/zoom/accounts.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

/** A clock whose hands the test moves; it never sleeps. */
export class ManualClock implements Clock {
  #now: number;

  constructor(at: string) {
    this.#now = Date.parse(at);
  }

  set(at: string): void {
    this.#now = Date.parse(at);
  }

  now = () => this.#now;
  monotonic = () => this.#now;
  sleepUntil = async () => {};
  random = () => 0.5;
}

/** Commands and leader task of the series on a private Redis, at a time of the test's choice. */
export async function startSeries(at: string, redisSettings: string[] = []) {
  const redis: TestRedis = await startRedis(redisSettings);
  const client: RedisClient = await connectRedis(parseRedisUrl(redis.url), 'commands');
  const keys = keysOf('test');
  const clock = new ManualClock(at);
  const sealer = createSealer(randomBytes(32));
  const queue = new BullMqTimerQueue({ redis: client, prefix: keys.bullmq, clock });
  const store = new BroadcastStore({
    redis: client,
    keys,
    rules: { webhooksOn: () => false },
    limits: () => ({ intervalMs: 0, daily: 0 }) as never,
    virtualNow: clock.now,
  });
  const urls = { apiUrl: 'http://127.0.0.1:9/v2', oauthUrl: 'http://127.0.0.1:9/t' };
  const credentials = { kind: 'token', accessToken: new Secret('unused') } as const;
  const account = { name: 'default', accountId: null, webhookSecretToken: null, webSocketUrl: null } as const;
  const accounts = new AccountDirectory([{ ...account, ...urls, credentials, plan: 'pro', rateShare: 0.9 }]);
  const notices = new ChangeNotices(client, 'test:changes');
  const scheduler = new Scheduler({
    ...{ redis: client, store, clock, accounts },
    writer: new BroadcastWriter({ store, queue, notices, logger: pino({ level: 'silent' }) }),
    rules: { startWindowMs: 7_200_000 },
    seal: (text) => sealer.seal(text),
  });
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
      return entries.map(
        ([, fields]) => JSON.parse(fields[1] ?? '{}') as { type: string; data: Record<string, unknown> },
      );
    },
    forgetAll: () => client.flushall(),
    stop: async () => {
      await queue.close();
      await disconnectRedis(client);
      await redis.stop();
    },
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
