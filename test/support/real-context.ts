import { Redis } from 'ioredis';
import { type Logger, pino } from 'pino';
import { type AppContext, inShard, openAppContext, type ShardContext } from '../../src/app/context.ts';
import { createScheduler } from '../../src/app/create-scheduler.ts';
import type { Shard } from '../../src/app/create-shards.ts';
import { keysOf } from '../../src/broadcasts/store/keys.ts';
import { loadConfig } from '../../src/config.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import type { Scheduler } from '../../src/scheduling/scheduler.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

export type LogLine = Record<string, unknown> & { level: number; msg: string };

/** The parts of a service on a private Redis, and what they log. */
export interface RealCore {
  core: AppContext;
  scheduler: Scheduler;
  redis: TestRedis;
  /** A plain connection: to damage things with, and to look. */
  raw: Redis;
  log: LogLine[];
  /** A process of its own as far as Redis can tell. */
  another(): Promise<AppContext>;
  stop(): Promise<void>;
}

export const PREFIX = 'ops';
export const KEYS = keysOf(PREFIX);

/** With the store, queue and alerts of one shard: what a task of the leader is given. */
export function firstShard(core: AppContext): ShardContext {
  return inShard(core, core.shards[0] as Shard);
}

export function collectLog(): { log: LogLine[]; logger: Logger } {
  const log: LogLine[] = [];
  return { log, logger: pino({ level: 'debug' }, { write: (line: string) => log.push(JSON.parse(line)) }) };
}

export function configOf(url: string, more: Record<string, string> = {}) {
  const env = { REDIS_URL: url, REDIS_PREFIX: PREFIX, ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: 'http://127.0.0.1:9/v2' };
  return loadConfig({ ...env, ...more }, { terminal: false });
}

export async function startCore(settings: string[] = []): Promise<RealCore> {
  const redis = await startRedis(settings);
  const { log, logger } = collectLog();
  const open = () => openAppContext(configOf(redis.url), parseRedisUrl(redis.url), logger);
  const core = await open();
  const others: AppContext[] = [];
  const raw = new Redis(redis.url);
  // Tests take Redis away.
  raw.on('error', () => {});
  return {
    core,
    scheduler: createScheduler(core),
    redis,
    raw,
    log,
    another: async () => {
      const other = await open();
      others.push(other);
      return other;
    },
    stop: async () => {
      await Promise.all([core, ...others].map((one) => one.close()));
      raw.disconnect();
      await redis.stop();
    },
  };
}
