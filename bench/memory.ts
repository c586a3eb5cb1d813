// What a waiting broadcast takes of Redis' memory, with both its jobs: the whole, and each of its keys.
//   node --import ./test/support/run-typescript.mjs bench/memory.ts [broadcasts] [more of Redis' command line]
import type { Redis } from 'ioredis';
import { startRig } from '../test/support/rig.ts';

const [count = '20000', ...redisSettings] = process.argv.slice(2);
const COUNT = Number(count);
const BATCH = 1_000;
const HOUR_MS = 3_600_000;
/** `MEMORY USAGE` of every element, not of a sample. */
const ALL = 0;

const { redis, scheduler, stop } = await startRig({
  redisSettings: ['--appendonly', 'no', '--save', '', ...redisSettings],
});
const first = Date.now() + 24 * HOUR_MS;
/** What makes the first broadcast is not counted: scripts, the queues' own keys. */
const [sample = ''] = await create(0, 1);
const before = await used(redis);
for (let n = 1; n < COUNT; n += BATCH) await create(n, Math.min(BATCH, COUNT - n));
const each = (await used(redis)) - before;
console.log(`${COUNT} broadcasts, a title and a stop each: ${Math.round(each / (COUNT - 1))} bytes each, all in all`);

const keys = await redis.keys('*');
const own = keys.filter((key) => key.includes(sample)).sort();
for (const key of own) console.log(`${String(await usage(key)).padStart(6)}  ${shown(key)}`);
const shared = await Promise.all(
  keys.filter((key) => !/bc_/.test(key)).map(async (key) => ({ key, bytes: (await usage(key)) / COUNT })),
);
for (const { key, bytes } of shared.sort((a, b) => b.bytes - a.bytes)) {
  if (bytes >= 1) console.log(`${bytes.toFixed(0).padStart(6)}  ${shown(key)}: its part of what all share`);
}
await stop();

/** Ids. Each of a meeting of its own, 8 of a kind a minute. */
async function create(from: number, count: number): Promise<string[]> {
  const broadcasts = Array.from({ length: count }, (_, i) => {
    const startAt = first + Math.floor((from + i) / 8) * 60_000;
    return {
      meetingId: String(80_000_000_000 + from + i),
      title: `Lecture ${from + i}`,
      startAt: new Date(startAt).toISOString(),
      stopAt: new Date(startAt + HOUR_MS).toISOString(),
    };
  });
  return (await scheduler.scheduleBatch({ broadcasts }, { by: 'bench' })).broadcasts.map(({ id }) => id);
}

async function used(connection: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await connection.info('memory'))?.[1]);
}

async function usage(key: string): Promise<number> {
  return Number(await redis.memory('USAGE', key, 'SAMPLES', ALL));
}

function shown(key: string): string {
  return key.replaceAll(sample, 'ID');
}
