import { BULLMQ, OURS } from '../support/contenders.ts';
import type { Live } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import type { Aim } from '../support/summary.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const FIGURE = 'bytes each';
/** The aim, bytes. */
const EACH = 3_500;
const DAY_MS = 86_400_000;
const FIRST_ID = 80_000_000_000;
const TABLES = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace > 16383";

export const memory: Row = {
  name: 'memory',
  title: 'What a waiting broadcast takes, with its start and its stop',
  run: (context) => {
    const { sizes, peers } = context;
    const what = `${sizes.memory} stored`;
    // Each round gives the same: one is enough. Agenda stores one by one.
    const once = { ...context, sizes: { ...sizes, rounds: 1 } };
    const all = [OURS, ...peers.filter(({ module }) => module !== 'agenda')];
    return onStage(accountsOf(1, 'business'), {}, async (stage) => {
      const found = await alternate(once, all, (contender) =>
        stage.with(contender, { works: false }, async (live) => {
          // What the first one makes is not counted: scripts, tables, a queue's own keys.
          await live.addMany(farAway(1, 0));
          const before = await used(live);
          await live.addMany(farAway(sizes.memory, 1));
          const whole = { what, figures: { [FIGURE]: Math.round(((await used(live)) - before) / sizes.memory) } };
          const parts = contender === OURS ? await partsOf(live, sizes.memory) : [];
          return [whole, ...parts.map(({ key, bytes }) => ({ what: `of it: ${key}`, figures: { [FIGURE]: bytes } }))];
        }),
      );
      const aim: Aim = { what, figure: FIGURE, bound: 'at most', value: EACH };
      return {
        ...{ measured: found.measured, aims: [aim], ratios: [FIGURE], against: BULLMQ.name },
        notes: [...found.notes, 'of Redis the memory, of PostgreSQL the tables and indexes on disk'],
      };
    });
  },
};

async function used({ server }: Live): Promise<number> {
  if (!server.redis) return Number(server.ask(TABLES));
  return Number(/used_memory:(\d+)/.exec(await server.redis.info('memory'))?.[1]);
}

/** What the keys of one broadcast take, and its part of those that all share, by `MEMORY USAGE`. */
async function partsOf({ server: { redis } }: Live, count: number): Promise<{ key: string; bytes: number }[]> {
  if (!redis) return [];
  const keys = await redis.keys('*');
  const [id = ''] = await redis.zrange(keys.find((key) => key.endsWith(`:ms:a0:${FIRST_ID + 1}`)) ?? '', '0', '0');
  const isOwn = (key: string) => key.includes(id) || key.includes(String(FIRST_ID + 1));
  const isShared = (key: string) => !/bc_|:m[is]:/.test(key);
  const parts = keys
    .filter((key) => isOwn(key) || isShared(key))
    .map(async (key) => {
      const bytes = Number(await redis.memory('USAGE', key, 'SAMPLES', 0)) / (isOwn(key) ? 1 : count);
      return {
        key: key.replace(id, 'ID').replace(String(FIRST_ID + 1), 'MEETING'),
        bytes: Math.round(bytes),
        own: isOwn(key),
      };
    });
  const all = (await Promise.all(parts)).filter(({ bytes }) => bytes > 0);
  return all
    .sort((a, b) => Number(b.own) - Number(a.own) || b.bytes - a.bytes)
    .map(({ key, bytes, own }) => ({ key: `\`${key}\`${own ? '' : ', its part'}`, bytes }));
}

/** Each of a meeting of its own, eight of a kind a minute. */
function farAway(count: number, from: number) {
  const first = Math.ceil(Date.now() / 60_000) * 60_000 + DAY_MS;
  return Array.from({ length: count }, (_, i) => ({
    id: String(FIRST_ID + from + i),
    account: 'a0',
    due: first + Math.floor((from + i) / 8) * 60_000,
  }));
}
