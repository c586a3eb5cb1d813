import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../support/installation.ts';

const SKEWED_CLOCK = pathToFileURL('test/support/skewed-clock.mjs').href;
/** The start is this far away, and Redis is watched while its job waits and comes back, ms. */
const AHEAD_MS = 9_000;
const WATCHED_MS = 5_000;
/** What an API and two idle workers ask of Redis in a second is some 250; a job that goes round freely adds over 100,000. */
const MAX_COMMANDS_A_SECOND = 1_000;

let at: Installation;
let redis: Redis;
beforeAll(async () => {
  at = await startInstallation({ workers: 0 });
  redis = new Redis(at.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await at?.close();
});

describe.each([
  { title: 'one minute ahead', skewsMs: [60_000] },
  { title: 'one hour ahead', skewsMs: [3_600_000] },
  { title: 'one hour behind', skewsMs: [-3_600_000] },
  { title: 'one minute ahead beside one that is right', skewsMs: [60_000, 0] },
])('a worker whose clock is $title', ({ skewsMs }) => {
  it('starts on time, and its waiting job costs Redis next to nothing', async () => {
    const workers = await Promise.all(skewsMs.map(skewed));
    const startAt = Date.now() + AHEAD_MS;
    const { id, meetingId } = await at.schedule({ startAt: new Date(startAt).toISOString() });

    const [before, since] = [await commands(), Date.now()];
    await new Promise((done) => setTimeout(done, WATCHED_MS));
    const aSecond = ((await commands()) - before) / ((Date.now() - since) / 1_000);

    await at.waitForStatus(id, 'live');
    const [start] = await at.requests(meetingId, 'start');
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    expect(aSecond).toBeLessThan(MAX_COMMANDS_A_SECOND);
    expect(start?.at).toBeGreaterThanOrEqual(startAt);
    expect((start?.at ?? 0) - startAt).toBeLessThan(5_000);
  });
});

function skewed(skewMs: number) {
  const env = { NODE_OPTIONS: `--import=${SKEWED_CLOCK}`, CLOCK_SKEW_MS: String(skewMs) };
  return at.addWorker(skewMs === 0 ? {} : env);
}

/** How many commands this Redis has done, those inside scripts included. */
async function commands(): Promise<number> {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
