import type { Redis } from 'ioredis';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { RedisClock } from '../../queue/redis-clock.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../../queue/redis-connection.ts';
import { describeRedisTarget } from '../../queue/redis-url.ts';
import { describeLength } from '../human-duration.ts';
import { type Check, type Finding, fault, gravest, ok, warning } from './check.ts';
import { embeddedRedisCheck } from './embedded-redis-check.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Streams and scripts that BullMQ uses; older servers are refused by it. */
const LEAST_VERSION = [6, 2] as const;
const GOOD_MAJOR_VERSION = 7;
const SKEW_WARNING_MS = 500;
const SKEW_FAULT_MS = 30_000;

const REACHABLE = 'redis: reachable';

/** Checks of the Redis that `REDIS_URL` names, all over one connection, which `close` ends. */
export function redisChecks(config: Config, clock: Clock, env: Record<string, string | undefined>) {
  const { target } = config.redis;
  if (target === null) return { checks: [embeddedRedisCheck(env)], close: async () => {} };
  let client: RedisClient | null = null;
  const connected = (): RedisClient => {
    if (client === null) throw new Error('not connected');
    return client;
  };
  const onEach = (name: string, look: (node: Redis) => Promise<Finding>): Check => ({
    name,
    needs: REACHABLE,
    run: async () => worstOf(nodesOf(connected()), look),
  });
  const reach = async () => {
    try {
      client = await connectRedis(target, 'commands', { timeoutMs: CONNECT_TIMEOUT_MS });
      return ok(describeRedisTarget(target));
    } catch (error) {
      return fault(
        (error as Error).message,
        'start Redis, or mend REDIS_URL; "livestream up" without REDIS_URL brings its own',
      );
    }
  };
  const checks: Check[] = [
    { name: REACHABLE, run: reach },
    onEach('redis: version', checkVersion),
    onEach('redis: appendonly', checkAppendOnly),
    onEach('redis: appendfsync', checkAppendFsync),
    onEach('redis: maxmemory-policy', checkEviction),
    { name: 'redis: clock', needs: REACHABLE, run: () => checkClock(connected(), clock) },
  ];
  return { checks, close: async () => (client === null ? undefined : disconnectRedis(client)) };
}

function nodesOf(client: RedisClient): Redis[] {
  return 'nodes' in client && typeof client.nodes === 'function' ? client.nodes('master') : [client as Redis];
}

async function worstOf(nodes: Redis[], look: (node: Redis) => Promise<Finding>): Promise<Finding> {
  const [first, ...rest] = await Promise.all(nodes.map(look));
  return first
    ? gravest([first, ...rest])
    : fault('the cluster has no master', 'look at the cluster: redis-cli cluster nodes');
}

async function infoField(node: Redis, section: string, field: string): Promise<string | null> {
  const text = await node.info(section);
  return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? null;
}

async function checkVersion(node: Redis): Promise<Finding> {
  const valkey = await infoField(node, 'server', 'valkey_version');
  const version = valkey ?? (await infoField(node, 'server', 'redis_version')) ?? '0';
  const name = valkey === null ? `Redis ${version}` : `Valkey ${version}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  const mend = `install Redis ${GOOD_MAJOR_VERSION} or newer, or Valkey`;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    return fault(`${name} is too old: ${LEAST_VERSION.join('.')} is the least`, mend);
  }
  return major < GOOD_MAJOR_VERSION
    ? warning(`${name} works, ${GOOD_MAJOR_VERSION} or newer is better`, mend)
    : ok(name);
}

async function checkAppendOnly(node: Redis): Promise<Finding> {
  if ((await infoField(node, 'persistence', 'aof_enabled')) === '1') return ok('yes');
  return fault(
    'no: a restart of Redis loses broadcasts that were acknowledged',
    'redis-cli config set appendonly yes, and the same in redis.conf (or your provider’s settings)',
  );
}

async function checkAppendFsync(node: Redis): Promise<Finding> {
  const value = await configValue(node, 'appendfsync');
  if (value === 'always') return ok('always');
  const mend = 'redis-cli config set appendfsync always, and the same in redis.conf';
  if (value === null) return warning('this server does not show its configuration', 'look in your provider’s settings');
  const loss = value === 'everysec' ? 'up to a second (rarely two) of' : 'an unknown time of';
  return warning(`${value}: a crash of the machine may lose ${loss} acknowledged changes`, mend);
}

/** Null when the server keeps it to itself, as many hosted ones do. */
async function configValue(node: Redis, name: string): Promise<string | null> {
  try {
    const answer = (await node.config('GET', name)) as string[];
    return answer[1] ?? null;
  } catch {
    return null;
  }
}

async function checkEviction(node: Redis): Promise<Finding> {
  const policy = (await infoField(node, 'memory', 'maxmemory_policy')) ?? (await configValue(node, 'maxmemory-policy'));
  if (policy === 'noeviction') return ok('noeviction');
  const mend = 'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf';
  if (policy === null)
    return warning('this server does not show it', 'it must be noeviction: look in your provider’s settings');
  return fault(`${policy}: when memory is short, Redis throws broadcasts and jobs away`, mend);
}

async function checkClock(client: RedisClient, clock: Clock): Promise<Finding> {
  const redisClock = new RedisClock(client, { wall: () => clock.now() });
  await redisClock.measure();
  const skew = redisClock.offsetMs;
  const distance = `${describeLength(skew)} ${skew > 0 ? 'ahead of' : 'behind'} this machine`;
  if (Math.abs(skew) < SKEW_WARNING_MS) return ok(skew === 0 ? 'agrees with this machine' : distance);
  const message = `${distance}; all workers go by Redis’ clock`;
  const mend = 'let NTP set the clock of both machines (timedatectl set-ntp true)';
  return Math.abs(skew) < SKEW_FAULT_MS ? warning(message, mend) : fault(message, mend);
}
