import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AlertStore } from '../../../src/alerts/alert-store.ts';
import { type AppContext, openAppContext } from '../../../src/app/context.ts';
import { type RunningApi, startApi } from '../../../src/app/start-api.ts';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import type { RedisTarget } from '../../../src/redis/url.ts';
import { compareWithList } from '../../support/listed-keys.ts';
import { PREFIX, type RunningLibrary, runLibrary, SECRETS_KEY } from '../../support/running-library.ts';

/** Scheduler, worker, API and the simulator of Zoom do a bit of everything; then every key must be in the list. */

let library: RunningLibrary;
let core: AppContext;
let api: RunningApi;
let redis: Redis;
const keys = keysOf(PREFIX);
beforeAll(async () => {
  library = await runLibrary();
  const { apiUrl, oauthUrl } = library.sandbox;
  const config = loadConfig({
    ...{ REDIS_URL: library.redis.url, REDIS_PREFIX: PREFIX, SECRETS_KEY, LOG_LEVEL: 'silent', LOG_FORMAT: 'json' },
    ...{ ZOOM_ACCESS_TOKEN: 'unused', ZOOM_API_URL: apiUrl, ZOOM_OAUTH_URL: oauthUrl },
  });
  core = await openAppContext(config, config.redis.target as RedisTarget, createLogger(config), { zoom: null });
  api = await startApi(core, { host: '127.0.0.1', port: 0 });
  redis = new Redis(library.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await api.close();
  await core.close();
  await library.stop();
});

const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([expect.any(Number), expect.stringContaining('"id"')]);
};

it('leaves no key in Redis that the list does not have', async () => {
  const { scheduler } = library;
  const live = await scheduler.schedule({ meetingId: '84000000001', startAt: 'now' }, { idempotencyKey: 'a' });
  await vi.waitFor(async () => expect((await scheduler.get(live.id)).status).toBe('live'), 30_000);
  await scheduler.stop(live.id);
  await vi.waitFor(async () => expect((await scheduler.get(live.id)).status).toBe('ended'), 30_000);
  const startAt = new Date(Date.now() + 3_600_000);
  const more = { labels: { room: 'A' }, externalId: 'x', duration: 'PT1H' };
  await scheduler.schedule({ meetingId: '84000000002', startAt, ...more });
  const series = { rule: 'FREQ=DAILY', startAt: '2026-12-06T09:00', timezone: 'Europe/Berlin', duration: 'PT1H' };
  await post('/v1/series', { meetingId: '84000000003', ...series });
  const finding = { code: 'clock', message: 'The clocks differ.', advice: 'Use NTP.', key: 'clock' } as const;
  await new AlertStore(core.redis, keys).raiseInstallationAlert(finding);
  const damaged = await scheduler.schedule({ meetingId: '84000000004', startAt });
  await redis.hset(keys.broadcast(damaged.id), 'd', '{');
  await expect(scheduler.get(damaged.id)).rejects.toThrow();

  const { wrong, seen } = await compareWithList(redis, keys.base);
  expect(wrong).toEqual([]);
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...['b:<id>', 'h:<id>', 'mt:<account>:<meeting>', 'mi:<account>:<meeting>', 'ms:<account>:<meeting>'],
      ...['ix:<index>', 'pending', 'deadlines', 'due', 'stops', 'finals', 'idem:<key>', 'rate:<account>'],
      ...[
        'left:<account>',
        'worker:<id>',
        'workers',
        'worker-accounts',
        'leader',
        'alert:<id>',
        'alerts:<list>',
        'alert-changes',
      ],
      ...['alert-causes', 'events', 'counts', 'poison:<id>', 'poison', 'sr:<id>', 'series', 'schema'],
      ...['token:<account>', 'installation', 'account-health', 'q:<queue>:<rest>'],
    ]),
  );
});

it('would notice a key that the list does not have, and one of another type', async () => {
  await redis.set(`${keys.base}unlisted`, '1');
  await redis.set(`${keys.base}h:other`, '1');
  const { wrong } = await compareWithList(redis, keys.base);
  expect(wrong.sort()).toEqual([
    `${keys.base}h:other is a string, not a list`,
    `${keys.base}unlisted is not in the list`,
  ]);
});
