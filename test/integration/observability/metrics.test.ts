import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import { StoredCounts } from '../../../src/observability/stored-counts.ts';
import { type RunningWorker, startWorker } from '../../../workers/start-worker.ts';
import { type Service, startService } from '../../support/running-service.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let service: Service;
let worker: RunningWorker;
beforeAll(async () => {
  sandbox = await startSandbox({ host: '127.0.0.1', port: 0 });
  service = await startService({ ZOOM_API_URL: sandbox.apiUrl, ZOOM_OAUTH_URL: sandbox.oauthUrl });
  worker = await startWorker(service.core);
});
afterAll(async () => {
  await worker.close();
  await service.stop();
  await sandbox.close();
});

/** Value of a series of `/metrics`; undefined when it is not there. */
async function metric(series: string): Promise<number | undefined> {
  const text = await (await service.request('GET', '/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

it('/metrics tells of the whole installation, in the text format of Prometheus', async () => {
  const answer = await service.request('GET', '/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  const text = await answer.text();
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
    expect(line).toMatch(/^[a-zA-Z_:][\w:]*(\{[^{}]*\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf)$/);
  expect(await metric('livestream_workers')).toBe(1);
  expect(await metric('livestream_redis_up')).toBe(1);
});

it('counts broadcasts, jobs, requests, lateness, alerts and events', async () => {
  await service.schedule();
  const soon = { startAt: 'now', stopAt: new Date(Date.now() + 60_000).toISOString() };
  const { id } = await service.schedule(soon);
  const shown = async () => {
    const { status, reason } = await service.json('GET', `/v1/broadcasts/${id}`);
    return { status, reason };
  };
  await expect.poll(shown, { timeout: 30_000 }).toMatchObject({ status: 'live' });
  await service.request('POST', `/v1/broadcasts/${id}/stop`);
  await expect.poll(shown, { timeout: 30_000 }).toMatchObject({ status: 'ended' });
  // A meeting that does not exist is refused for good: an alert.
  await service.schedule({ ...soon, meetingId: '0' });
  await expect.poll(() => metric('livestream_alerts_total{code="failed"}'), { timeout: 30_000 }).toBe(1);
  await expect.poll(() => metric('livestream_lateness_seconds_count{action="stop"}'), { timeout: 30_000 }).toBe(1);
  expect(await metric('livestream_zoom_requests_total{request="start",outcome="accepted"}')).toBe(1);
  expect(await metric('livestream_lateness_seconds_bucket{action="start",le="+Inf"}')).toBeGreaterThanOrEqual(1);
  expect(await metric('livestream_broadcasts{status="scheduled"}')).toBe(1);
  expect(await metric('livestream_broadcasts{status="ended"}')).toBe(1);
  expect(await metric('livestream_jobs{queue="starts",state="delayed"}')).toBe(1);
  expect(await metric('livestream_stored_events')).toBe(
    await service.core.redis.xlen(service.core.keys.named('events')),
  );
  const route = '{method="POST",route="/v1/broadcasts",status="201"}';
  expect(await metric(`livestream_api_request_duration_seconds_count${route}`)).toBe(3);
}, 120_000);

it('buckets are cumulative and a count that could not be written is not lost', async () => {
  const { redis, keys, logger } = service.core;
  const key = `${keys.base}counts-test`;
  const counts = new StoredCounts(redis, key, logger);
  for (const ms of [1, 30, 30, 700_000]) counts.late('start', ms);
  const broken = { multi: () => ({ hincrby: () => {}, exec: () => Promise.reject(new Error('away')) }) };
  const unlucky = new StoredCounts(broken as never, key, logger);
  unlucky.zoom('start', 'accepted');
  await expect(unlucky.runOnce()).rejects.toThrow('away');
  await counts.runOnce();
  expect(await redis.hgetall(key)).toEqual({
    'late:start:0': '1',
    'late:start:3': '2',
    'late:start:14': '1',
    'late:start:sum': '700061',
  });
});

it('answers without Redis, too, with what this process knows', async () => {
  await service.redis.kill9();
  expect(await metric('livestream_redis_up')).toBe(0);
  expect(await metric('livestream_workers')).toBe(0);
  expect(await metric('process_cpu_user_seconds_total')).toBeGreaterThan(0);
  await service.redis.restart();
  await expect.poll(() => metric('livestream_workers'), { timeout: 30_000 }).toBe(1);
}, 120_000);
