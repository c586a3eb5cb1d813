import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppContext, openAppContext } from '../../../src/app/context.ts';
import { createScheduler } from '../../../src/app/create-scheduler.ts';
import { type NoWorkerTimes, NoWorkerWatch } from '../../../src/app/no-worker-alert.ts';
import { startApi } from '../../../src/app/start-api.ts';
import { loadConfig } from '../../../src/config.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { startWorker } from '../../../workers/start-worker.ts';
import { type Receiver, startReceiver } from '../../support/notification-receiver.ts';
import { collectLog } from '../../support/real-context.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';
import { eventually } from '../../support/wait-for.ts';

const TIMES: NoWorkerTimes = { every: 100, after: 1_000, dueWithin: 3_600_000 };

let redis: TestRedis;
let receiver: Receiver;
let stops: (() => Promise<unknown>)[];
beforeEach(async () => {
  stops = [];
  redis = await startRedis(['--appendfsync', 'no']);
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await receiver.stop();
  await redis.stop();
});

/** The parts of one process. */
async function open(more: Record<string, string> = {}): Promise<AppContext> {
  const env = { ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: 'http://127.0.0.1:9/v2', NOTIFY_URL: receiver.url, ...more };
  const core = await openAppContext(loadConfig(env), parseRedisUrl(redis.url), collectLog().logger);
  stops.push(() => core.close());
  return core;
}

async function api(more?: Record<string, string>) {
  const running = await startApi(await open(more), { host: '127.0.0.1', port: 0 }, { noWorkerTimes: TIMES });
  stops.push(() => running.close());
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  const json = async (path: string): Promise<any> => (await fetch(`${running.url}${path}`)).json();
  return { ...running, json };
}

async function worker() {
  const running = await startWorker(await open({ PREFLIGHT: 'off' }));
  stops.push(() => running.close());
  return running;
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const received = () => receiver.received.filter(({ json }) => json.type === 'alert.no_worker');

describe('alert.no_worker', () => {
  it('is raised once by two API processes, delivered once, and resolved when a worker is running again', async () => {
    const [one, other] = [await api(), await api()];
    await one.scheduler.schedule({ meetingId: '123456789', title: 'Service', startAt: inMinutes(30) }, { by: 'test' });
    await eventually(() => received().length > 0, 30_000);
    const { alerts } = await other.json('/v1/alerts?state=open');
    expect(alerts).toMatchObject([{ code: 'no_worker', broadcastId: null, resolvedAt: null }]);
    expect(alerts[0].message).toContain('1 broadcast is due within the hour or overdue, first "Service"');
    expect(alerts[0].advice).toContain('livestream worker');
    expect(received()[0]?.json.data).toMatchObject({ alertId: alerts[0].id, broadcastId: null });

    const running = await worker();
    await eventually(async () => (await one.json('/v1/alerts?state=open')).alerts.length === 0, 30_000);
    expect((await one.json('/v1/alerts?state=resolved')).alerts).toMatchObject([{ id: alerts[0].id }]);
    // The worker delivers again, and does not send what was sent.
    await one.scheduler.schedule({ meetingId: '223456789', startAt: inMinutes(40) }, { by: 'test' });
    await eventually(() => receiver.received.some(({ json }) => json.data.meetingId === '223456789'), 30_000);
    expect(received()).toHaveLength(1);

    await running.close();
    await eventually(() => received().length === 2, 30_000);
    expect((await other.json('/v1/alerts?state=open')).alerts).toHaveLength(1);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is not raised while nothing is due within the hour, nor for a time in which nobody checked', async () => {
    const core = await open();
    let now = 1_000_000;
    const clock = { now: () => core.clock.now(), monotonic: () => now } as AppContext['clock'];
    const watch = new NoWorkerWatch({ ...core, clock }, () => null, TIMES);
    const checkAfter = async (ms: number) => {
      now += ms;
      await watch.runOnce();
      return core.alerts.count('open');
    };
    const scheduler = createScheduler(core);
    const { broadcast } = await scheduler.schedule({ meetingId: '123456789', startAt: inMinutes(90) }, { by: 'test' });
    for (let ms = 0; ms < 2 * TIMES.after; ms += TIMES.every) expect(await checkAfter(TIMES.every)).toBe(0);
    // This process stood still: whether workers showed themselves meanwhile, it cannot know.
    await scheduler.change(broadcast.id, { startAt: inMinutes(30) }, { by: 'test' });
    expect(await checkAfter(60_000)).toBe(0);
    for (let ms = TIMES.every; ms < TIMES.after; ms += TIMES.every) expect(await checkAfter(TIMES.every)).toBe(0);
    expect(await checkAfter(TIMES.every)).toBe(1);
    expect(await checkAfter(TIMES.every)).toBe(1);
  });
});
