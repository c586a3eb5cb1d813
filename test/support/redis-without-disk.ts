import { Redis } from 'ioredis';
import { startRedis } from './redis-server.ts';

/** A private Redis of one test file that writes nothing to disk, and a connection to it. `stop` ends both; `beforeAll` may return it. */
export async function startRedisWithoutDisk(): Promise<{ redis: Redis; stop: () => Promise<void> }> {
  const server = await startRedis(['--appendonly', 'no']);
  const redis = new Redis(server.url);
  const stop = async () => {
    redis.disconnect();
    await server.stop();
  };
  return { redis, stop };
}
