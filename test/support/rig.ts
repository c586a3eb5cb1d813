import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import type { RuleSettings } from '../../src/broadcasts/decision.ts';
import type { AccountLimits } from '../../src/broadcasts/store/commit-payload.ts';
import { keysOf } from '../../src/broadcasts/store/keys.ts';
import { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import { type Clock, SystemClock } from '../../src/clock.ts';
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

/**
 * What tests of store, queue and scheduler stand on, from the bottom up: `storeOn` and `rigOn` on a Redis that is there (several
 * may share one, each with its own prefix), `startRig` with a private one.
 */
export interface StoreOptions {
  /** First part of every key; default `test`. */
  prefix?: string;
  /** Changes of the rules' settings; default: no webhooks, a start window of 2 h. */
  rules?: Partial<RuleSettings>;
  /** Of every account; default: none. */
  limits?: Partial<AccountLimits>;
  /** Redis' scripts go by this clock, not by the time of the server. */
  virtualClock?: Pick<Clock, 'now'>;
  preflightMs?: number;
  /** When commits that come together are sent; default: at the end of the turn. */
  gather?: (send: () => void) => void;
}

export interface RigOptions extends StoreOptions {
  virtualClock?: Clock;
  /** Default: the virtual clock, else the system's. */
  clock?: Clock;
  accounts?: AccountDirectory;
}

const RULES: RuleSettings = {
  startRetryMs: 30_000,
  startWindowMs: 7_200_000,
  webhooksOn: () => false,
  random: () => 0.5,
};

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

/** Accounts of these names, changed by `fields`; nobody answers at their URLs. */
export function accountsOf(names: string[], fields: Partial<ZoomAccount> = {}): AccountDirectory {
  return new AccountDirectory(names.map((name) => ({ ...ACCOUNT, ...fields, name })));
}

export function storeOn(redis: Redis, options: StoreOptions = {}) {
  const keys = keysOf(options.prefix ?? 'test');
  const rules = { ...RULES, ...options.rules };
  const limits: AccountLimits = { intervalMs: 0, daily: 0, ...options.limits };
  const store = new BroadcastStore({
    ...{ redis, keys, rules, limits: () => limits, preflightMs: options.preflightMs ?? null },
    ...(options.virtualClock ? { virtualNow: options.virtualClock.now } : {}),
    ...(options.gather ? { gather: options.gather } : {}),
  });
  return { keys, rules, store };
}

/** Close the queue at the end. */
export function rigOn(redis: Redis, options: RigOptions = {}) {
  const { keys, rules, store } = storeOn(redis, options);
  const clock = options.clock ?? options.virtualClock ?? new SystemClock();
  const accounts = options.accounts ?? accountsOf(['default']);
  const logger = pino({ level: 'silent' });
  const sealer = createSealer(randomBytes(32));
  const queue = new BullMqTimerQueue({ redis, prefix: keys.bullmq, clock });
  const notices = new ChangeNotices(redis, `${keys.base}changes`);
  const writer = new BroadcastWriter({ store, queue, notices, logger });
  const scheduler = new Scheduler({
    ...{ redis, store, writer, clock, accounts, rules },
    seal: (text) => sealer.seal(text),
  });
  return { redis, keys, rules, store, clock, accounts, logger, sealer, queue, notices, writer, scheduler };
}

export type Rig = ReturnType<typeof rigOn> & {
  server: TestRedis;
  stop(): Promise<void>;
};

/** The same on a private Redis. @param redisSettings more lines of its command line */
export async function startRig({ redisSettings = [], ...options }: RigOptions & { redisSettings?: string[] } = {}) {
  const server = await startRedis(redisSettings);
  const redis = (await connectRedis(parseRedisUrl(server.url), 'commands')) as Redis;
  const rig = rigOn(redis, options);
  const stop = async () => {
    await rig.queue.close();
    await disconnectRedis(redis);
    await server.stop();
  };
  return { ...rig, server, stop } satisfies Rig;
}
