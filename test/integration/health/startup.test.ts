import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAppContext } from '../../../src/app/context.ts';
import { createScheduler } from '../../../src/app/create-scheduler.ts';
import { migrate, SCHEMA_VERSION, storedSchemaVersion } from '../../../src/broadcasts/store/migrations.ts';
import { SystemClock } from '../../../src/clock.ts';
import { checkAtStart } from '../../../src/health/startup-checks.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../../../src/redis/connection.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { collectLog, configOf, KEYS } from '../../support/real-context.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

let server: TestRedis;
let redis: RedisClient;
let raw: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = await connectRedis(parseRedisUrl(server.url), 'commands');
  raw = new Redis(server.url);
});
beforeEach(() => raw.flushall());
afterAll(async () => {
  raw.disconnect();
  await disconnectRedis(redis);
  await server.stop();
});

async function startWith(clock = new SystemClock()) {
  const { log, logger } = collectLog();
  const refusal = await checkAtStart(redis, KEYS, clock, logger).then(
    () => null,
    (error: Error) => error.message,
  );
  return { refusal, warned: Object.fromEntries(log.map(({ check, msg }) => [check, msg])) };
}

describe('the start of a process', () => {
  afterEach(() => raw.config('SET', 'maxmemory-policy', 'noeviction', 'appendonly', 'yes', 'appendfsync', 'always'));

  it('says nothing about a Redis as it should be', async () => {
    expect(await startWith()).toEqual({ refusal: null, warned: {} });
  });

  it('warns of an eviction policy that throws jobs away', async () => {
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const { refusal, warned } = await startWith();
    expect(refusal).toBeNull();
    expect(warned).toEqual({ 'redis: maxmemory-policy': expect.stringContaining('allkeys-lru') });
  });

  it('warns when nothing, or not everything, is written to disk', async () => {
    await raw.config('SET', 'appendfsync', 'everysec');
    expect((await startWith()).warned).toEqual({ 'redis: appendfsync': expect.stringContaining('up to a second') });
    await raw.config('SET', 'appendonly', 'no');
    expect((await startWith()).warned['redis: appendonly']).toContain('loses acknowledged broadcasts');
  });

  it.each([
    [1_500, '1 s behind this machine'],
    [-1_500, '1 s ahead of this machine'],
  ])('warns of a clock that is %i ms off', async (offset, text) => {
    const { refusal, warned } = await startWith(new SystemClock(() => offset));
    expect(refusal).toBeNull();
    expect(warned['redis: clock']).toMatch(new RegExp(text));
  });

  it('does not mind a clock that is half a second off', async () => {
    expect((await startWith(new SystemClock(() => 500))).warned).toEqual({});
  });

  it('refuses data of a newer schema, and leaves it alone', async () => {
    await raw.set(KEYS.named('schema'), SCHEMA_VERSION + 1);
    const { refusal } = await startWith();
    expect(refusal).toContain(`schema ${SCHEMA_VERSION + 1}`);
    expect(await raw.get(KEYS.named('schema'))).toBe(String(SCHEMA_VERSION + 1));
  });

  it('refuses keys of other types under its names, every one by name', async () => {
    await raw.set(KEYS.named('pending'), 'x');
    await raw.lpush(KEYS.index('all'), 'x');
    await raw.lpush(KEYS.named('schema'), 'x');
    const { refusal } = await startWith();
    for (const name of ['pending', 'ix:all', 'schema'] as const) expect(refusal).toContain(KEYS.named(name));
  });

  it('warns of damaged records that were set aside', async () => {
    await raw.hset(KEYS.named('poison'), 'bc_1', 'it is not a JSON object');
    expect((await startWith()).warned['redis: set aside']).toContain('bc_1');
  });

  it('is refused as a whole: API and worker end with the reason', async () => {
    await raw.set(KEYS.named('schema'), 99);
    const { logger } = collectLog();
    const opening = openAppContext(configOf(server.url), parseRedisUrl(server.url), logger);
    await expect(opening).rejects.toThrow(/schema 99/);
  });
});

it('a Redis older than 6.2 is refused', async () => {
  // No such server can be had here: only the version that it tells of itself is another one.
  const said = '# Server\r\nredis_version:6.0.16\r\n';
  const old = new Proxy(redis, {
    get: (target, name) => {
      if (name === 'info') return async (section: string) => (section === 'server' ? said : raw.info(section));
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await expect(checkAtStart(old, KEYS, new SystemClock(), collectLog().logger)).rejects.toThrow(/6\.0\.16 is too old/);
});

describe('data of schema 1', () => {
  const dump = JSON.parse(readFileSync(new URL('../../fixtures/schema-1.json', import.meta.url), 'utf8')) as string[][];

  beforeEach(async () => {
    for (const [command = '', ...args] of dump) await raw.call(command, ...args);
  });

  it('is known as such', async () => {
    expect(await storedSchemaVersion(redis, KEYS)).toBe(1);
  });

  it('comes to the present one, losing and changing nothing', async () => {
    const records = dump.filter(([, key]) => key?.startsWith(KEYS.broadcast('')));
    expect(records).toHaveLength(4);
    expect(await migrate(redis, KEYS)).toBe(1);
    expect(await storedSchemaVersion(redis, KEYS)).toBe(SCHEMA_VERSION);
    let completed = 0;
    for (const [, key = '', ...fields] of records) {
      const before = JSON.parse(fields[fields.indexOf('d') + 1] ?? '');
      const after = JSON.parse((await raw.hget(key, 'd')) ?? '');
      expect(after).toMatchObject(before);
      expect(after).toMatchObject({ wake: expect.any(Number), polls: expect.any(Number) });
      if (!('wake' in before)) completed += 1;
    }
    expect(completed).toBe(1);
    // 3: whatever is planned of a meeting stands sorted beside it.
    for (const key of await raw.keys(`${KEYS.base}mi:*`)) {
      const sorted = await raw.zrange(key.replace(':mi:', ':ms:'), '0', '-1');
      expect(sorted.sort()).toEqual((await raw.hkeys(key)).sort());
    }
    expect(await raw.keys(`${KEYS.base}ms:*`)).not.toEqual([]);
    expect(await raw.exists(KEYS.named('poison'))).toBe(0);
  });

  it('is worked with by a process that starts, and gets its jobs', async () => {
    const { log, logger } = collectLog();
    const core = await openAppContext(configOf(server.url), parseRedisUrl(server.url), logger);
    try {
      const scheduler = createScheduler(core);
      const { broadcasts } = await scheduler.list({ limit: 10 });
      expect(broadcasts.map(({ status }) => status).sort()).toEqual([
        'canceled',
        'scheduled',
        'scheduled',
        'scheduled',
      ]);
      const webinar = broadcasts.find(({ kind }) => kind === 'webinar');
      expect((await scheduler.cancel(webinar?.id ?? '', { by: 'api' })).status).toBe('canceled');
      expect(await scheduler.history(webinar?.id ?? '')).toHaveLength(3);
      expect(log).toContainEqual(expect.objectContaining({ from: 1, to: SCHEMA_VERSION }));
    } finally {
      await core.close();
    }
  });

  it('may be brought forward by several at once, and again', async () => {
    await Promise.all([1, 2, 3].map(() => migrate(redis, KEYS)));
    const once = await raw.hgetall(dump.find(([, key]) => key?.startsWith(KEYS.broadcast('')))?.[1] ?? '');
    expect(await migrate(redis, KEYS)).toBe(SCHEMA_VERSION);
    expect(await raw.hgetall(KEYS.broadcast(JSON.parse(once.d ?? '').id))).toEqual(once);
  });

  it('a damaged record among them holds up none', async () => {
    const [damaged, ...others] = (await raw.zrange(KEYS.index('all'), '0', '-1')) as [string, ...string[]];
    await raw.hset(KEYS.broadcast(damaged), 'd', '{');
    expect(await migrate(redis, KEYS)).toBe(1);
    for (const id of others) expect(JSON.parse((await raw.hget(KEYS.broadcast(id), 'd')) ?? '')).toHaveProperty('wake');
  });
});

it('an empty Redis gets the present version at once', async () => {
  expect(await migrate(redis, KEYS)).toBeNull();
  expect(await raw.get(KEYS.named('schema'))).toBe(String(SCHEMA_VERSION));
});
