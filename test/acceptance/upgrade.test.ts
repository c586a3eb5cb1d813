import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Installation, type Shown, startInstallation } from '../support/installation.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/wait-for.ts';

/** What earlier commits have stored (test/fixtures/stores), taken over by today's processes. */

type Stored =
  | { string: string }
  | { hash: Record<string, string> }
  | { zset: string[] }
  | { set: string[] }
  | { list: string[] }
  | { stream: [string, string[]][] };

async function load(url: string, commit: string): Promise<void> {
  const stored = JSON.parse(await readFile(`test/fixtures/stores/${commit}.json`, 'utf8')) as Record<string, Stored>;
  const redis = new Redis(url);
  for (const [key, value] of Object.entries(stored)) await write(redis, key, value);
  await redis.quit();
}

async function write(redis: Redis, key: string, value: Stored): Promise<void> {
  if ('string' in value) await redis.set(key, value.string);
  else if ('hash' in value) await redis.hset(key, value.hash);
  else if ('set' in value) await redis.sadd(key, value.set);
  else if ('list' in value) await redis.rpush(key, ...value.list);
  else if ('stream' in value) for (const [id, fields] of value.stream) await redis.xadd(key, id, ...fields);
  else
    for (let i = 0; i < value.zset.length; i += 2)
      await redis.zadd(key, value.zset[i + 1] as string, value.zset[i] as string);
}

/** Today's processes on what the commit has stored. */
async function upgradedFrom(commit: string): Promise<Installation> {
  const redis = await startRedis();
  await load(redis.url, commit);
  const installation = await startInstallation({
    redis,
    env: { REDIS_PREFIX: 'livestream', ZOOM_ACCOUNT_ID: 'acc', PREFLIGHT: 'off' },
  });
  onTestFinished(() => installation.close());
  return installation;
}

async function named(installation: Installation, title: string): Promise<Shown> {
  const { body } = await installation.api('GET', `/v1/broadcasts?q=${encodeURIComponent(title)}`);
  expect(body.broadcasts).toHaveLength(1);
  return body.broadcasts[0];
}

describe('what an earlier commit has stored', () => {
  it.each(['cd25f2b', '6c37712'])(
    '%s: goes on and off air, stops, can be changed, and its series goes on',
    async (commit) => {
      const installation = await upgradedFrom(commit);
      const { api, sandbox } = installation;
      for (const { id } of (await api('GET', '/v1/pauses')).body.pauses) await api('DELETE', `/v1/pauses/${id}`);

      const planned = await named(installation, 'planned');
      expect(planned).toMatchObject({
        status: 'scheduled',
        meetingId: '81000000001',
        startAt: '2090-12-06T09:00:00.000Z',
        labels: { room: 'A' },
        externalId: 'booking-1',
      });
      expect((await installation.history(planned.id))[0]).toMatchObject({ to: 'scheduled', by: 'api' });
      await sandbox.control('PUT', 'meetings/81000000001', { state: 'started' });
      const startAt = new Date(Date.now() + 1_500);
      const moved = await api('PATCH', `/v1/broadcasts/${planned.id}`, {
        startAt: startAt.toISOString(),
        stopAt: new Date(startAt.getTime() + 1_500).toISOString(),
      });
      expect(moved.status, moved.text).toBe(200);
      const onAir = await named(installation, 'on air');
      expect(onAir).toMatchObject({ status: 'live', stopAt: null });
      expect((await api('POST', `/v1/broadcasts/${onAir.id}/stop`)).status).toBe(202);
      await installation.waitForStatus(onAir.id, 'ended');
      await installation.waitForStatus(planned.id, 'ended');
      const sent = await installation.requests('81000000001');
      expect(sent.filter(({ action }) => action).map(({ action }) => action)).toEqual(['start', 'stop']);
      const open = await named(installation, 'without a stop');
      expect((await api('DELETE', `/v1/broadcasts/${open.id}`)).body).toMatchObject({ status: 'canceled' });

      const [series] = (await api('GET', '/v1/series')).body.series;
      expect(series).toMatchObject({ title: 'every Sunday', rule: 'FREQ=WEEKLY;BYDAY=SU' });
      await until('the series has a planned broadcast', async () => {
        const { body } = await api('GET', `/v1/broadcasts?seriesId=${series.id}&status=scheduled`);
        return body.broadcasts.some((one: Shown) => Date.parse(one.startAt) > Date.now());
      });
    },
    120_000,
  );

  it('6c37712: keeps pauses, keys, feeds and calendars', async () => {
    const { api } = await upgradedFrom('6c37712');
    expect((await api('GET', '/v1/pauses')).body.pauses).toMatchObject([
      { scope: { label: 'room=A' }, note: 'works on the roof' },
    ]);
    expect((await api('GET', '/v1/keys')).body.keys).toMatchObject([{ name: 'desk', role: 'operate' }]);
    expect((await api('GET', '/v1/feeds')).body.feeds).toMatchObject([{ name: 'Room A', label: 'room=A' }]);
    expect((await api('GET', '/v1/calendars')).body.calendars).toMatchObject([{ name: 'holidays' }]);
  }, 120_000);
});
