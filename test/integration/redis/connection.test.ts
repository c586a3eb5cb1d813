import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { RedisClock } from '../../../src/redis/clock.ts';
import { connectRedis, disconnectRedis } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { freePort, startRedis, type TestRedis } from '../../support/redis-server.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const connect = async (role: 'commands' | 'blocking' | 'subscriber') =>
  (await connectRedis(parseRedisUrl(server.url), role)) as Redis;

describe('connectRedis', () => {
  it('is ready at once for each role', async () => {
    for (const role of ['commands', 'blocking', 'subscriber'] as const) {
      const client = await connect(role);
      expect(await client.ping()).toBe('PONG');
      await disconnectRedis(client);
      await disconnectRedis(client);
    }
  });

  it('names the Redis that cannot be reached, without its password', async () => {
    const target = parseRedisUrl(`redis://me:hunter22@127.0.0.1:${await freePort()}`);
    const failure = connectRedis(target, 'commands', { timeoutMs: 300 });
    await expect(failure).rejects.toMatchObject({
      code: 'redis_unavailable',
      message: expect.stringContaining('127.0.0.1'),
    });
    await expect(failure).rejects.not.toThrow(/hunter22/);
  });

  it('does not try on when the password is wrong', async () => {
    const guarded = await startRedis(['--requirepass', 'right']);
    try {
      const target = parseRedisUrl(guarded.url.replace('//', '//:wrong@'));
      await expect(connectRedis(target, 'commands', { timeoutMs: 60_000 })).rejects.toThrow(/WRONGPASS/);
    } finally {
      await guarded.stop();
    }
  });

  it('fails commands at once while Redis is away, and resumes within a second of its return', async () => {
    const commands = await connect('commands');
    const blocking = await connect('blocking');
    const subscriber = await connect('subscriber');
    await subscriber.subscribe('channel');
    const popped = blocking.blpop('list', 0);
    await server.kill9();
    await expect(commands.get('x')).rejects.toThrow();
    await server.restart();
    const back = performance.now();
    await vi.waitUntil(() => commands.ping().catch(() => false), { timeout: 30_000, interval: 10 });
    expect(performance.now() - back).toBeLessThan(1_000);
    await commands.lpush('list', 'value');
    expect(await popped).toEqual(['list', 'value']);
    const message = once(subscriber, 'message');
    await vi.waitUntil(async () => (await commands.publish('channel', 'again')) > 0, { timeout: 30_000, interval: 10 });
    expect(await message).toEqual(['channel', 'again']);
    await Promise.all([commands, blocking, subscriber].map(disconnectRedis));
  });

  it('gives up on a server that takes the connection and says nothing', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const failure = connectRedis(parseRedisUrl(`redis://127.0.0.1:${port}`), 'commands', { timeoutMs: 300 });
    await expect(failure).rejects.toMatchObject({ code: 'redis_unavailable' });
    silent.close();
  });
});

describe('RedisClock', () => {
  it("shows Redis' time on a machine whose clock is wrong, and is not moved by a step of it", async () => {
    const redis = await connect('commands');
    let error = 3_600_000;
    const clock = new RedisClock(redis, { wall: () => Date.now() + error });
    expect(clock.now()).toBeGreaterThan(Date.now() + 3_500_000);
    await clock.measure();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(10);
    error = -7_200_000;
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(10);
    await disconnectRedis(redis);
  });

  it('keeps its offset when Redis is away', async () => {
    const redis = await connect('commands');
    const clock = new RedisClock(redis, { samples: 1 });
    await clock.measure();
    await server.kill9();
    await expect(clock.measure()).rejects.toThrow();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(10);
    await server.restart();
    await disconnectRedis(redis);
  });

  it('agrees to the millisecond with a Redis on the same machine', async () => {
    const redis = await connect('commands');
    const clock = new RedisClock(redis);
    await clock.measure();
    expect(clock.offsetMs).toBe(0);
    await disconnectRedis(redis);
  });

  it('sleeps to the moment and not a millisecond less', async () => {
    const clock = new SystemClock();
    const at = clock.now() + 30;
    await clock.sleepUntil(at);
    expect(clock.now()).toBeGreaterThanOrEqual(at);
  });
});
