import { type Keys, keysOf } from '../../broadcasts/store/keys.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { type CheckOutcome, failed, ok, worst } from '../../health/check-result.ts';
import { REDIS_CHECKS } from '../../health/redis-checks.ts';
import { InstallationRecord } from '../../installation/record.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../../redis/connection.ts';
import { describeRedisTarget, type RedisTarget, redisCli } from '../../redis/url.ts';
import { runningEmbeddedRedis } from '../../standalone/embedded-redis.ts';
import type { Check } from './check.ts';
import { embeddedRedisCheck } from './embedded-redis-check.ts';
import { INSTALLATION_CHECKS } from './installation-checks.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const REACHABLE = 'redis: reachable';
const WRITES = 'redis: writes';

/**
 * Checks the Redis in `REDIS_URL`, or the one `livestream up` runs in DATA_DIR. All checks share one connection, which `close` ends.
 * `isSandbox`: whether what is stored there belongs to the sandbox; ask it after the checks. False when Redis cannot say.
 */
export async function redisChecks(config: Config, clock: Clock, env: Record<string, string | undefined>) {
  const target = config.redis.target ?? (await runningEmbeddedRedis(config.dataDir));
  if (target === null)
    return { checks: [embeddedRedisCheck(env)], isSandbox: async () => false, close: async () => {} };
  const shards = Array.from({ length: config.redis.shards }, (_, shard) => keysOf(config.redis.prefix, shard));
  const inEach = async (run: (keys: Keys) => Promise<CheckOutcome>) => {
    const [first, ...others] = await Promise.all(shards.map(run));
    return worst([first as CheckOutcome, ...others]);
  };
  const { reach, client, close } = connectionTo(target);
  const ofRedis: Check[] = REDIS_CHECKS.map(({ name, run }) => ({
    name: `redis: ${name}`,
    needs: REACHABLE,
    run: async () => {
      const finding = await inEach((keys) => run(client(), keys, clock));
      // Without that server, a command would reach the one on this machine.
      return { ...finding, fix: finding.fix?.replaceAll('redis-cli', redisCli(target)) ?? null };
    },
  }));
  const ofInstallation: Check[] = INSTALLATION_CHECKS.map(({ name, run }) => ({
    name,
    // A heartbeat is a write: while Redis refuses writes, no worker can be seen.
    needs: name === 'workers' ? WRITES : REACHABLE,
    run: async () => {
      const now = await redisNow(client());
      return inEach((keys) => run(client(), keys, now));
    },
  }));
  const isSandbox = async () => {
    const read = async () => new InstallationRecord(client(), shards, clock).read();
    return (await read().catch(() => null))?.kind === 'sandbox';
  };
  return { checks: [{ name: REACHABLE, run: reach }, ...ofRedis, ...ofInstallation], isSandbox, close };
}

/** `reach` connects; `client` is for the checks that need it. */
function connectionTo(target: RedisTarget) {
  let connected: RedisClient | null = null;
  return {
    reach: async () => {
      try {
        connected = await connectRedis(target, 'commands', { timeoutMs: CONNECT_TIMEOUT_MS });
        return ok(describeRedisTarget(target));
      } catch (error) {
        return failed(
          (error as Error).message,
          'start Redis, or fix REDIS_URL; without REDIS_URL, "livestream up" starts its own',
        );
      }
    },
    client: (): RedisClient => {
      if (connected === null) throw new Error('not connected');
      return connected;
    },
    close: async () => (connected === null ? undefined : disconnectRedis(connected)),
  };
}

async function redisNow(redis: RedisClient): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
