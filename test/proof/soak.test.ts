import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** The short form of bench/soak.ts: after 1,000 broadcasts and the retention, Redis holds what it held before. */
const BATCHES = 2;
const BATCH = 500;
/** One in this many goes live and ends, the others are canceled. */
const LIVE_SHARE = 100;

/** How many connections of each name Redis has; the canary's queue has a name for each process. */
async function connections(redis: Redis): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of String(await redis.client('LIST'))
    .trim()
    .split('\n')) {
    const name = / name=(\S*)/.exec(line)?.[1] ?? '';
    const shown = name.startsWith('livestream-') ? name : name === '' ? 'unnamed' : 'bullmq';
    counts[shown] = (counts[shown] ?? 0) + 1;
  }
  return counts;
}

async function liveAndCancel(on: Installation): Promise<string[]> {
  const plans = Array.from({ length: BATCH }, (_, i) => {
    const live = i % LIVE_SHARE === 0;
    const startAt = Date.now() + (live ? 1_500 : 3_600_000);
    const iso = (at: number) => new Date(at).toISOString();
    return { meetingId: newMeetingId(), startAt: iso(startAt), stopAt: iso(startAt + (live ? 1_000 : 60_000)) };
  });
  const { body } = await on.api('POST', '/v1/broadcasts/batch', { broadcasts: plans });
  const ids = (body.broadcasts as { id: string }[]).map(({ id }) => id);
  const canceled = ids.filter((_id, i) => i % LIVE_SHARE !== 0);
  for (let i = 0; i < canceled.length; i += 50) {
    const replies = await Promise.all(canceled.slice(i, i + 50).map((id) => on.api('DELETE', `/v1/broadcasts/${id}`)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  }
  return ids.filter((_id, i) => i % LIVE_SHARE === 0);
}

it('1,000 broadcasts leave no key and no connection behind', async () => {
  const on = await startInstallation({ env: { RETENTION: 'PT1S' } });
  const redis = new Redis(on.redis.url);
  try {
    const base = `${on.prefix}:{0}:`;
    // Its canary has come round: all that the processes keep open and write is there.
    await until('ready', async () => (await on.api('GET', '/readyz')).status === 200);
    await until('a canary', async () => Number((await redis.hvals(`${base}workers`))[0]) > 0);
    const before = await connections(redis);
    const live: string[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) live.push(...(await liveAndCancel(on)));
    for (const id of live) {
      await until(`${id} has ended`, async () => {
        const { status, body } = await on.api('GET', `/v1/broadcasts/${id}`);
        return status === 404 || body.status === 'ended';
      });
    }
    expect(live).toHaveLength((BATCHES * BATCH) / LIVE_SHARE);
    // The retention comes once a minute, and at the start of a worker.
    await on.workers[0]?.kill('SIGTERM');
    await on.addWorker();
    await until('all are forgotten', async () => (await redis.zcard(`${base}ix:all`)) === 0);
    await until('a canary', async () => Number((await redis.hvals(`${base}workers`)).at(-1)) > 0);
    expect(await connections(redis)).toEqual(before);

    const left = (await redis.keys(`${base}*`)).map((key) => key.slice(base.length));
    const ends = (name: string) => redis.pttl(`${base}${name}`);
    const forever = (await Promise.all(left.map(async (name) => ((await ends(name)) < 0 ? name : '')))).filter(Boolean);
    expect(
      forever.filter(
        (name) =>
          !/^(schema|installation|clocks|account-health|worker-accounts|processes|events|audit|headsups-filled|counts|alert-changes|workers|inbox|q:(starts|stops|notifications):(meta|id|events|marker)$)/.test(
            name,
          ),
      ),
    ).toEqual([]);
    expect(forever.length).toBeLessThan(21);
    expect(await redis.xlen(`${base}events`)).toBeLessThan(101_000);
  } finally {
    redis.disconnect();
    await on.close();
  }
}, 120_000);
