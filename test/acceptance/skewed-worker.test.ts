import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { type Installation, installationOf } from '../support/installation.ts';

const SKEWED_CLOCK = pathToFileURL('test/support/skewed-clock.mjs').href;
/** The start is this far away, and Redis is watched while its job waits and comes back, ms. */
const AHEAD_MS = 9_000;
const WATCHED_MS = 5_000;
/** What an API and two idle workers ask of Redis in a second is some 250; a job that goes round freely adds over 100,000. */
const MAX_COMMANDS_A_SECOND = 1_000;

// Each has a Redis of its own, for its commands are counted.
describe.concurrent.each([
  { title: 'one minute ahead', skewsMs: [60_000] },
  { title: 'one hour ahead', skewsMs: [3_600_000] },
  { title: 'one hour behind', skewsMs: [-3_600_000] },
  { title: 'one minute ahead beside one that is right', skewsMs: [60_000, 0] },
])('a worker whose clock is $title', ({ skewsMs }) => {
  it('starts on time, and its waiting job costs Redis next to nothing', async (test) => {
    const at = await installationOf(test, { workers: 0 });
    const redis = new Redis(at.redis.url);
    test.onTestFinished(() => redis.disconnect());
    await Promise.all(skewsMs.map((skewMs) => skewed(at, skewMs)));
    const startAt = Date.now() + AHEAD_MS;
    const { id, meetingId } = await at.schedule({ startAt: new Date(startAt).toISOString() });

    const [before, since] = [await commands(redis), Date.now()];
    await new Promise((done) => setTimeout(done, WATCHED_MS));
    const aSecond = ((await commands(redis)) - before) / ((Date.now() - since) / 1_000);

    await at.waitForStatus(id, 'live');
    const [start] = await at.requests(meetingId, 'start');
    expect(aSecond).toBeLessThan(MAX_COMMANDS_A_SECOND);
    expect(start?.at).toBeGreaterThanOrEqual(startAt);
    expect((start?.at ?? 0) - startAt).toBeLessThan(5_000);
  });
});

function skewed(at: Installation, skewMs: number) {
  const env = { NODE_OPTIONS: `--import=${SKEWED_CLOCK}`, CLOCK_SKEW_MS: String(skewMs) };
  return at.addWorker(skewMs === 0 ? {} : env);
}

/** How many commands this Redis has done, those inside scripts included. */
async function commands(redis: Redis): Promise<number> {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
