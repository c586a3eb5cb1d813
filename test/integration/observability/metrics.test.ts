import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import { boundedByName } from '../../../src/observability/account-readings.ts';
import { StoredCounts } from '../../../src/observability/stored-counts.ts';
import { buildCommit, packageVersion } from '../../../src/version.ts';
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

it('/metrics covers the whole installation, in the text format of Prometheus', async () => {
  const answer = await service.request('GET', '/metrics');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  const text = await answer.text();
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
    expect(line).toMatch(/^[a-zA-Z_:][\w:]*(\{[^{}]*\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf)$/);
  expect(await metric('livestream_workers')).toBe(1);
  // As `livestream --version` says it: none when run from the sources.
  const { version: node } = process;
  const own = { version: packageVersion(), commit: buildCommit() ?? '', node, process: 'api' };
  const labels = Object.entries(own).map(([name, value]) => `${name}="${value}"`);
  expect(await metric(`livestream_build_info{${labels.join()}}`)).toBe(1);
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

it('counts outcomes by kind, shows what each account has left, and the canary', async () => {
  expect(await metric('livestream_broadcasts_ended_total{kind="meeting",outcome="ended"}')).toBe(1);
  expect(await metric('livestream_broadcasts_ended_total{kind="meeting",outcome="failed"}')).toBe(1);
  expect(await metric('livestream_alerts_open{code="failed"}')).toBe(1);
  expect(await metric('livestream_account_requests_left{account="default",window="second"}')).toBeGreaterThan(0);
  expect(await metric('livestream_account_requests_used{account="default",window="day"}')).toBeGreaterThanOrEqual(2);
  expect(await metric('livestream_account_credentials_good{account="default"}')).toBe(1);
  const inAMonth = (await metric('livestream_next_start_timestamp_seconds')) ?? 0;
  expect(inAMonth).toBeGreaterThan(Date.now() / 1_000 + 20 * 86_400);
  expect(await metric('livestream_oldest_overdue_seconds')).toBe(0);
  expect(await metric(`livestream_processes{version="${packageVersion()}"}`)).toBe(2);
  await expect.poll(() => metric('livestream_canary_lateness_seconds_count'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await metric('livestream_canary_age_seconds')).toBeLessThan(60);
});

it('counts a wait for the host and for the end of a pause once each', async () => {
  const { meetingId } = await service.schedule();
  await fetch(`${sandbox.url}/_sandbox/meetings/${meetingId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'waiting' }),
  });
  const late = await service.schedule({ startAt: 'now', meetingId });
  await expect.poll(() => metric('livestream_waits_total{reason="host"}'), { timeout: 30_000 }).toBe(1);
  expect(await metric('livestream_waiting{reason="host"}')).toBe(1);
  await service.request('DELETE', `/v1/broadcasts/${late.id}`);
  const pause = await service.json('POST', '/v1/pauses', { scope: { all: true }, note: 'test' });
  const held = await service.schedule({ startAt: 'now' });
  await expect.poll(() => metric('livestream_waits_total{reason="pause"}'), { timeout: 30_000 }).toBe(1);
  expect(await metric('livestream_waiting{reason="pause"}')).toBe(1);
  expect(await metric('livestream_pauses')).toBe(1);
  await service.request('DELETE', `/v1/broadcasts/${held.id}`);
  await service.request('DELETE', `/v1/pauses/${pause.id}`);
});

describe('docs/metrics.md', () => {
  const rows = [
    ...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(livestream_\w+)` \| (\w+) \| (.*?) ?\| (.+) \|$/gm),
  ];
  const described = rows.map(([, name, type, labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
  }));

  it('explains every metric that a run exposes, with its type and labels, and no other', async () => {
    const text = await (await service.request('GET', '/metrics')).text();
    const exposed = [...text.matchAll(/^# TYPE (livestream_\w+) (\w+)$/gm)].map(([, name = '', type]) => ({
      name,
      type,
    }));
    expect(described.map(({ name, type }) => `${name} ${type}`).sort()).toEqual(
      exposed.map(({ name, type }) => `${name} ${type}`).sort(),
    );
    for (const { name, labels } of described) {
      for (const [, shown = ''] of text.matchAll(
        new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm'),
      )) {
        const names = [...shown.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
        expect([name, names.sort()]).toEqual([name, labels]);
      }
    }
  });

  it('is right that no label holds an id', async () => {
    const text = await (await service.request('GET', '/metrics')).text();
    const { broadcasts } = await service.json('GET', '/v1/broadcasts');
    for (const { id, meetingId } of broadcasts) expect(text).not.toMatch(new RegExp(`"(${id}|${meetingId})"`));
    expect(text).not.toContain(worker.workerId);
  });
});

it('promtool finds nothing wrong with it, where promtool is installed', async () => {
  const input = await (await service.request('GET', '/metrics')).text();
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  const own = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('livestream_'));
  expect([own, error === undefined && status === 1]).toEqual([[], false]);
});

it('shows the first 200 accounts by name', () => {
  const accounts = Array.from({ length: 250 }, (_, i) => `a${String(i).padStart(3, '0')}`).reverse();
  const bounded = boundedByName(accounts, (name) => name);
  expect([bounded.length, bounded[0], bounded.at(-1)]).toEqual([200, 'a000', 'a199']);
});

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
