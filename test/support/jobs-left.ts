import type { Redis } from 'ioredis';

/** What BullMQ keeps beside the jobs. */
const OTHER_KEYS = /:(meta|id|events|stalled-check|limiter|pc|marker|metrics:\w+(:data)?)$/;

/** Every job under `base` (prefix of BullMQ's keys), wherever BullMQ holds it: as `queue:state:job` and as its record. */
export async function jobsLeft(redis: Redis, base: string): Promise<string[]> {
  const keys = await redis.keys(`${base.replaceAll(/[[\]*?\\]/g, '\\$&')}*`);
  const found = await Promise.all(
    keys
      .filter((key) => !OTHER_KEYS.test(key))
      .map(async (key) => {
        const name = key.slice(base.length);
        const type = await redis.type(key);
        if (type === 'zset') return (await redis.zrange(key, '0', '-1')).map((member) => `${name}:${member}`);
        if (type === 'list') return (await redis.lrange(key, 0, -1)).map((member) => `${name}:${member}`);
        if (type === 'set') return (await redis.smembers(key)).map((member) => `${name}:${member}`);
        return type === 'none' ? [] : [name];
      }),
  );
  return found.flat().sort();
}
