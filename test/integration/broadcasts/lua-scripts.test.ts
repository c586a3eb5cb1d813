import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineScript } from '../../../src/broadcasts/store/lua-scripts.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { SeriesStore } from '../../../src/series/series-store.ts';
import { KEYS } from '../../support/real-context.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

let server: TestRedis;
let redis: RedisClient;
beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(parseRedisUrl(server.url), 'commands');
});
afterAll(async () => {
  await disconnectRedis(redis);
  await server.stop();
});

it('a script that is added while other commands wait to be sent works, and each gets its own answer', async () => {
  await redis.mset('a', '1', 'b', '2');
  // All in one tick: ioredis has opened its pipeline with the first.
  const a = redis.get('a');
  const file = new URL('../../../src/series/lua/write_series.lua', import.meta.url);
  const series = defineScript<{ lsWriteSeries(base: string, payload: string): Promise<string[]> }>(
    redis,
    'lsWriteSeries',
    file,
  );
  const refused = series.lsWriteSeries(KEYS.base, 'no JSON').catch((error: Error) => error.message);
  const b = redis.get('b');
  expect(await refused).toMatch(/value/);
  expect(await Promise.all([a, b])).toEqual(['1', '2']);
  expect(await new SeriesStore(redis, KEYS).get('sr_none')).toBeNull();
});
