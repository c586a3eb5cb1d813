import type { Redis } from 'ioredis';
import { beforeAll, expect, it } from 'vitest';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { seeded } from './scheduler.ts';
import { SimulatedInstallation } from './simulated-installation.ts';
import type { SimulatedZoom } from './simulated-zoom.ts';

/** Outages of Zoom in virtual time, on the real store, Lua and executor: decision 8. */

const T0 = Date.UTC(2026, 11, 6, 14);
/** Nine tenths of a business plan: 72 requests a second. */
const LIMITS = { intervalMs: 1_045 / 72, most: 72, daily: 0 };
const MINUTE = 60_000;

let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

interface Course {
  sent: { at: number; meetingId: string; action: string; effect: string | null }[];
  statuses: Map<string, string>;
}

/** Two workers and `count` broadcasts due at T0 + 10 s; the outage lasts from T0 + 5 s until `over`, and all is seen until `end`. */
async function simulateOutage(options: {
  outage: SimulatedZoom['outage'];
  count: number;
  over: number;
  end: number;
  action?: 'start' | 'stop';
}): Promise<Course> {
  await redis.flushdb();
  const action = options.action ?? 'start';
  const on = new SimulatedInstallation({ redis, prefix: 'out', start: T0, random: seeded(7), webhooks: false });
  on.limits = LIMITS;
  const { timeline, zoom } = on;
  await on.spawn();
  await on.spawn();
  const due = T0 + 10_000 + (action === 'stop' ? 30_000 : 0);
  for (let i = 0; i < options.count; i += 1) {
    const meetingId = String(70_000_000 + i);
    zoom.host(meetingId, true);
    timeline.at(T0 + i, null, () => {
      const stopAt = action === 'stop' ? { stopAt: new Date(due).toISOString() } : {};
      const input = { meetingId, startAt: new Date(T0 + 10_000).toISOString(), startWindow: 'PT2H', ...stopAt };
      void on.api().schedule(input, { by: 'api:outage' });
    });
  }
  timeline.at(due - 5_000, null, () => {
    zoom.outage = options.outage;
  });
  timeline.at(due + options.over, null, () => {
    zoom.outage = null;
  });
  await on.run(due + options.end, 10_000_000, async () => false);
  const statuses = new Map<string, string>();
  for (const key of await redis.keys(on.keys.broadcast('*'))) {
    const { meetingId, status } = JSON.parse((await redis.hget(key, 'd')) ?? '{}');
    statuses.set(meetingId, status);
  }
  const sent = zoom.log
    .filter((line) => line.action === action)
    .map(({ sentAt, meetingId, effect }) => ({ at: sentAt - due, meetingId, action, effect }));
  return { sent, statuses };
}

/** The most that left in any sliding second. */
function busiestSecond(at: number[]): number {
  const sorted = at.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((from, i) => sorted.slice(i).filter((time) => time < from + 1_000).length));
}

it('200 starts due in an outage of 20 s leave within 5 s after it, within the share, and few went before', async () => {
  const { sent, statuses } = await simulateOutage({ outage: '503', count: 200, over: 20_000, end: 26_000 });
  const accepted = sent.filter(({ effect }) => effect === 'accepted');
  expect(accepted).toHaveLength(200);
  expect(new Set(accepted.map(({ meetingId }) => meetingId)).size).toBe(200);
  const last = Math.max(...accepted.map(({ at }) => at));
  console.log(`the last of 200 starts leaves ${last - 20_000} ms after the outage`);
  expect(last).toBeLessThan(25_000);
  expect(busiestSecond(sent.map(({ at }) => at))).toBeLessThanOrEqual(72);
  // Those under way when the circuit opened, five first tries a second, and one probe a second.
  expect(sent.filter(({ effect }) => effect === '503').length).toBeLessThan(200);
  expect([...statuses.values()].every((status) => status === 'live')).toBe(true);
}, 120_000);

it('connections that are refused are no different', async () => {
  const { sent, statuses } = await simulateOutage({ outage: 'refused', count: 50, over: 20_000, end: 30_000 });
  expect(sent).toHaveLength(50);
  expect(Math.max(...sent.map(({ at }) => at))).toBeLessThan(25_000);
  expect([...statuses.values()].every((status) => status === 'live')).toBe(true);
}, 120_000);

it('stops have a circuit of their own', async () => {
  const { sent, statuses } = await simulateOutage({
    outage: '503',
    count: 60,
    over: 20_000,
    end: 26_000,
    action: 'stop',
  });
  const accepted = sent.filter(({ effect }) => effect === 'accepted');
  expect(accepted).toHaveLength(60);
  expect(Math.max(...accepted.map(({ at }) => at))).toBeLessThan(25_000);
  expect(sent.length - accepted.length).toBeLessThan(100);
  expect([...statuses.values()].every((status) => status === 'ended')).toBe(true);
}, 120_000);

it('five minutes of it cost 30 requests a minute, however many wait', async () => {
  const { sent, statuses } = await simulateOutage({
    outage: '503',
    count: 20,
    over: 5 * MINUTE,
    end: 5 * MINUTE + 10_000,
  });
  const lasting = sent.filter(({ at }) => at > MINUTE && at < 5 * MINUTE);
  expect(lasting.length).toBeLessThanOrEqual(4 * 31);
  expect(lasting.length).toBeGreaterThan(4 * 10);
  expect(Math.max(...sent.map(({ at }) => at))).toBeLessThan(5 * MINUTE + 5_000);
  expect([...statuses.values()].every((status) => status === 'live')).toBe(true);
}, 240_000);

it('a start whose answer never came is sent once more at most, 30 s later, and those that waited go first', async () => {
  const { sent, statuses } = await simulateOutage({ outage: 'time-out', count: 150, over: 20_000, end: 90_000 });
  for (const meeting of statuses.keys()) {
    const [first, second, ...more] = sent.filter(({ meetingId }) => meetingId === meeting).map(({ at }) => at);
    expect(more).toEqual([]);
    if (second !== undefined) expect(second - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
  }
  expect([...statuses.values()].every((status) => status === 'live')).toBe(true);
}, 120_000);

it('one meeting that fails again and again holds up nobody, and is tried every few seconds', async () => {
  const { sent } = await simulateOutage({ outage: '503', count: 2, over: 5 * MINUTE, end: 5 * MINUTE + 10_000 });
  const failed = sent.filter(({ effect }) => effect === '503');
  expect(failed.length).toBeLessThan(5 * 2 * 35);
  expect(failed.length).toBeGreaterThan(5 * 2 * 15);
}, 120_000);
