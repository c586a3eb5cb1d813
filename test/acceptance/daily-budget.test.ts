import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvent } from '../../src/broadcasts/store/event-codec.ts';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** Our own share of the free plan's day: 5,400 requests, the last tenth of them for stops. */

const SHARE = 5_400;
const FOR_STARTS = 4_860;
const DAY_MS = 86_400_000;

let on: Installation;
let redis: Redis;
beforeAll(async () => {
  on = await startInstallation({ workers: 2, env: { ZOOM_PLAN: 'free' } });
  redis = new Redis(on.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await on.close();
});

/** As if this many requests had left today. */
const spend = (count: number) =>
  redis.hset(`${on.prefix}:{0}:rate:default`, { day: Math.floor(Date.now() / DAY_MS), count });

async function alerts() {
  const stream = await redis.xrange(`${on.prefix}:{0}:events`, '-', '+');
  return stream
    .flatMap(([, fields]) => readEvent(fields[1] as string) ?? [])
    .filter(({ type }) => type === 'alert.daily_limit');
}

async function live(): Promise<{ id: string; meetingId: string }> {
  const made = await on.schedule({ meetingId: newMeetingId(), stopAt: new Date(Date.now() + 3_600_000).toISOString() });
  await on.waitForStatus(made.id, 'live');
  return made;
}

describe('a used-up day', () => {
  it('shows when each goes on, alerts once, keeps a tenth for stops, and misses what cannot wait', async () => {
    const [first, second] = [await live(), await live()];
    await spend(FOR_STARTS);
    const midnight = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
    const held = await Promise.all(Array.from({ length: 4 }, () => on.schedule({ startWindow: 'P2D' })));
    for (const { id, meetingId } of held) {
      const shown = await until('it is written', async () => {
        const now = await on.broadcast(id);
        return now.nextAttemptAt && Date.parse(now.nextAttemptAt) >= midnight ? now : null;
      });
      expect(shown.status).toBe('starting');
      expect(shown.reason).toContain('account default has used up its share of the daily rate limit');
      expect(Date.parse(shown.nextAttemptAt as string)).toBeLessThan(midnight + 10_000);
      expect(await on.requests(meetingId)).toEqual([]);
    }
    const [alert, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(held.map(({ id }) => id)).toContain(alert?.data['broadcastId']);

    const late = await on.schedule({ startWindow: 'PT2S' });
    await on.waitForStatus(late.id, 'missed');
    expect(await on.requests(late.meetingId)).toEqual([]);

    expect((await on.api('POST', `/v1/broadcasts/${first.id}/stop`)).status).toBe(202);
    await on.waitForStatus(first.id, 'ended');

    await spend(SHARE);
    expect((await on.api('POST', `/v1/broadcasts/${second.id}/stop`)).status).toBe(202);
    const stopping = await until('the stop waits', async () => {
      const now = await on.broadcast(second.id);
      return Date.parse(now.nextAttemptAt ?? '') >= midnight ? now : null;
    });
    expect(stopping.status).toBe('stopping');
    expect(await on.requests(second.meetingId, 'stop')).toEqual([]);
    expect(await alerts()).toHaveLength(1);
  }, 120_000);
});
