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

/** What the keys of one broadcast take, and its part of those that all share, by `MEMORY USAGE`; what takes less than a byte is left out. */
async function partsOf({ server: { redis } }: Live, count: number): Promise<{ key: string; bytes: number }[]> {
  const meeting = String(FIRST_ID + 1);
  const keys = (await redis?.keys('*')) ?? [];
  const [id] = (await redis?.zrange(keys.find((key) => key.endsWith(`:ix:meeting:${meeting}`)) ?? '', '0', '0')) ?? [];
  if (!redis || id === undefined) return [];
  const usage = async (key: string) => Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
  const own = keys
    .filter((key) => key.includes(id) || key.includes(meeting))
    .map(async (key) => ({ key: `\`${key.replace(id, 'ID').replace(meeting, 'MEETING')}\``, bytes: await usage(key) }));
  const shared = keys
    .filter((key) => !/bc_|:8\d{10}$/.test(key))
    .map(async (key) => ({ key: `\`${key}\`, its part`, bytes: Math.round((await usage(key)) / count) }));
  const most = (all: { key: string; bytes: number }[]) =>
    all.filter(({ bytes }) => bytes > 0).sort((one, other) => other.bytes - one.bytes);
  return [...most(await Promise.all(own)), ...most(await Promise.all(shared))];
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
