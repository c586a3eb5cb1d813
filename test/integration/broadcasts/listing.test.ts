import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Broadcast, BroadcastStatus } from '../../../src/broadcasts/broadcast.ts';
import { indexNames } from '../../../src/broadcasts/store/indexes.ts';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { type ListQuery, MAX_INDEX_READ, MAX_READ } from '../../../src/broadcasts/store/listing.ts';
import { type Rig, startRig } from '../../support/rig.ts';

const KEYS = keysOf('test');
const COUNT = 20_000;
const FIRST = Date.UTC(2030, 0, 1);
/** Most have ended; the others lie between them. */
const STATUSES: BroadcastStatus[] = ['failed', 'live', 'scheduled', 'canceled', 'waiting'];
const statusOf = (n: number): BroadcastStatus =>
  n % 100 < STATUSES.length ? (STATUSES[n % 100] as BroadcastStatus) : 'ended';
const TITLES: Record<number, string> = {
  7: 'Große STRASSE',
  11: 'GROSSE Straße',
  13: 'Ελληνικός λόγος',
  19999: 'The needle',
};

let running: Rig;
let raw: Redis;
let all: Broadcast[];

/** Three start in each moment, and 3,000 in one. */
const startAtOf = (n: number) => FIRST + (n >= 5_000 && n < 8_000 ? 5_000 : n - (n % 3)) * 60_000;

beforeAll(async () => {
  running = await startRig();
  raw = new Redis(running.server.url);
  const template = (await running.scheduler.schedule({ meetingId: '1', startAt: '2031-01-01T00:00Z' }, { by: 'test' }))
    .broadcast;
  await running.scheduler.cancel(template.id, { by: 'test' });
  await raw.flushall();
  all = Array.from({ length: COUNT }, (_, n) => ({
    ...template,
    id: `bc_${(n * 7919) % COUNT}`.padEnd(9, 'x'),
    meetingId: String(85_000_000 + n),
    account: n % 2 === 0 ? 'east' : 'west',
    title: TITLES[n] ?? null,
    externalId: n === 17 ? 'Booking-4711' : null,
    status: statusOf(n),
    labels: { side: n % 2 === 0 ? 'even' : 'odd', ...(n % 50 === 0 ? { faculty: 'law' } : {}) },
    startAt: startAtOf(n),
  }));
  for (let from = 0; from < COUNT; from += 1_000) {
    const pipeline = raw.pipeline();
    for (const one of all.slice(from, from + 1_000)) {
      const fields = { d: JSON.stringify(one), v: one.version, a: one.account, m: one.meetingId };
      pipeline.hset(KEYS.broadcast(one.id), fields);
      for (const name of indexNames(one)) pipeline.zadd(KEYS.index(name), one.startAt, one.id);
    }
    await pipeline.exec();
  }
}, 120_000);
afterAll(async () => {
  raw.disconnect();
  await running.stop();
});

/** Calls of these commands since the last time, those in scripts as well. */
async function callsOf(commands: string[]): Promise<Record<string, number>> {
  const stats = await raw.info('commandstats');
  await raw.config('RESETSTAT');
  const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return Object.fromEntries(commands.map((name) => [name, calls(name)]));
}

/** Records read since the last time. */
async function recordsRead(): Promise<number> {
  return (await callsOf(['hmget']))['hmget'] ?? 0;
}

/** All commands since the last time, those in scripts as well. */
async function commandsSent(): Promise<number> {
  const stats = (await raw.info('commandstats')).matchAll(/cmdstat_([\w|]+):calls=(\d+)/g);
  const calls = [...stats].filter(([, name]) => !/^(info|config)/.test(name as string)).map(([, , n]) => Number(n));
  await raw.config('RESETSTAT');
  return calls.reduce((sum, n) => sum + n, 0);
}

/** Of the whole store, in the order wanted. */
function expected(fits: (one: Broadcast) => boolean, order: 'asc' | 'desc' = 'asc'): string[] {
  const sorted = all.filter(fits).sort((a, b) => a.startAt - b.startAt || (a.id < b.id ? -1 : 1));
  return (order === 'desc' ? sorted.reverse() : sorted).map(({ id }) => id);
}

async function everyPage(
  query: ListQuery,
  onPage: (ids: string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { broadcasts: Broadcast[]; nextCursor: string | null } = await running.scheduler.list({
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    await onPage(page.broadcasts.map(({ id }) => id));
    ids.push(...page.broadcasts.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

it('a page of several states reads in proportion to the page, not to what is stored', async () => {
  const status: BroadcastStatus[] = ['live', 'failed', 'waiting'];
  for (const order of ['asc', 'desc'] as const) {
    const wanted = expected((one) => status.includes(one.status), order);
    await recordsRead();
    const page = await running.scheduler.list({ status, limit: 50, order });
    expect(page.broadcasts.map(({ id }) => id)).toEqual(wanted.slice(0, 50));
    expect(await recordsRead()).toBe(51);
    const next = await running.scheduler.list({ status, limit: 50, order, cursor: page.nextCursor as string });
    expect(next.broadcasts.map(({ id }) => id)).toEqual(wanted.slice(50, 100));
    expect(await recordsRead()).toBe(51);
  }
});

it.each<[string, Omit<ListQuery, 'limit'>, (one: Broadcast) => boolean]>([
  ['everything', {}, () => true],
  ['states', { status: ['ended', 'live'] }, ({ status }) => status === 'ended' || status === 'live'],
  ['account', { account: 'east' }, ({ account }) => account === 'east'],
  [
    'states and account',
    { status: ['failed', 'live'], account: 'east' },
    (one) => one.account === 'east' && ['failed', 'live'].includes(one.status),
  ],
  [
    'states and time',
    { status: ['scheduled', 'canceled'], from: startAtOf(4_000), to: startAtOf(9_002) },
    (one) =>
      ['scheduled', 'canceled'].includes(one.status) &&
      one.startAt >= startAtOf(4_000) &&
      one.startAt < startAtOf(9_002),
  ],
  ['q', { q: '8 5-0' }, () => true],
  [
    'q, states and time',
    { q: '01', status: ['ended', 'live', 'failed'], from: startAtOf(4_000), to: startAtOf(9_002) },
    (one) =>
      ['ended', 'live', 'failed'].includes(one.status) &&
      one.meetingId.includes('01') &&
      one.startAt >= startAtOf(4_000) &&
      one.startAt < startAtOf(9_002),
  ],
  [
    'q within several labels, which some have together',
    { q: '7', limits: { accounts: null, labels: ['faculty', 'side=odd', 'faculty=law'] } },
    (one) => one.meetingId.includes('7') && (one.labels['side'] === 'odd' || one.labels['faculty'] === 'law'),
  ],
])(
  'pages through %s in both orders without a gap or a double',
  async (_what, query, fits) => {
    for (const order of ['asc', 'desc'] as const) {
      expect(await everyPage({ ...query, order, limit: 997 })).toEqual(expected(fits, order));
    }
  },
  60_000,
);

it.each<[string, Omit<ListQuery, 'limit'>, (one: Broadcast) => boolean]>([
  ['nothing', {}, () => true],
  ['an account and a state', { account: 'east', status: ['scheduled'] }, (one) => one.status === 'scheduled'],
  ['an account and a state it has none of', { account: 'west', status: ['failed'] }, () => false],
  [
    'a label and states',
    { label: 'faculty=law', status: ['failed', 'live', 'ended'] },
    (one) => one.labels['faculty'] === 'law',
  ],
  [
    'a label, an account, states and time',
    { label: 'side=odd', account: 'west', status: ['live', 'canceled', 'ended'], from: startAtOf(10_000) },
    (one) => one.account === 'west' && one.startAt >= startAtOf(10_000) && one.status !== 'scheduled',
  ],
])('a page filtered by %s reads the records it shows and few commands, in both orders', async (_what, query, fits) => {
  for (const order of ['asc', 'desc'] as const) {
    const wanted = expected(fits, order);
    await raw.config('RESETSTAT');
    const page = await running.scheduler.list({ ...query, order, limit: 100 });
    expect(await commandsSent()).toBeLessThan(Math.min(wanted.length, 101) + 60);
    expect(page.broadcasts.map(({ id }) => id)).toEqual(wanted.slice(0, 100));
  }
});

it('two large indexes with nothing in common are compared in bounded steps, and the cursor goes on', async () => {
  const query: ListQuery = { label: 'side=even', account: 'west', limit: 50 };
  await recordsRead();
  const first = await running.scheduler.list(query);
  expect([first.broadcasts.length, typeof first.nextCursor]).toEqual([0, 'string']);
  expect(await recordsRead()).toBe(0);
  expect(MAX_INDEX_READ).toBeLessThan(COUNT);
  expect(await everyPage(query)).toEqual([]);
});

it('pages stay right while what was shown goes away', async () => {
  const status: BroadcastStatus[] = ['canceled', 'waiting'];
  for (const order of ['asc', 'desc'] as const) {
    const gone: [string, string, string][] = [];
    const ids = await everyPage({ status, order, limit: 7 }, async (shown) => {
      const last = all.find(({ id }) => id === shown.at(-1));
      if (!last) return;
      gone.push([KEYS.index(`status:${last.status}`), String(last.startAt), last.id]);
      await raw.zrem(KEYS.index(`status:${last.status}`), last.id);
    });
    for (const [key, score, id] of gone) await raw.zadd(key, score, id);
    expect(ids).toEqual(expected((one) => status.includes(one.status), order));
  }
}, 60_000);

it('an account with few broadcasts is not searched for among all that have ended', async () => {
  await raw.zadd(KEYS.index('account:rare'), FIRST, all[0]?.id as string);
  await recordsRead();
  const page = await running.scheduler.list({ status: ['ended', 'failed'], account: 'rare', limit: 50 });
  expect([page.broadcasts, page.nextCursor]).toEqual([[], null]);
  expect(await recordsRead()).toBeLessThanOrEqual(1);
});

it('q examines a bounded number of records in Redis, and reads only those that match', async () => {
  await raw.config('RESETSTAT');
  const first = await running.scheduler.list({ q: 'NEEDLE', limit: 50 });
  const calls = await callsOf(['hmget', 'hget', 'evalsha']);
  expect(calls['hmget']).toBe(0);
  expect(calls['hget']).toBe(MAX_READ);
  expect(calls['evalsha']).toBeLessThanOrEqual(25);
  expect([first.broadcasts.length, typeof first.nextCursor]).toEqual([0, 'string']);
  expect(await everyPage({ q: 'NEEDLE', limit: 50 })).toEqual([all[19_999]?.id]);
  await recordsRead();
  const backwards = await running.scheduler.list({ q: 'needle', limit: 50, order: 'desc' });
  expect(backwards.broadcasts.map(({ title }) => title)).toEqual(['The needle']);
  expect(await recordsRead()).toBe(1);
}, 60_000);

it('q that everything matches reads the page and one more', async () => {
  await recordsRead();
  const page = await running.scheduler.list({ q: '85', limit: 100 });
  expect(page.broadcasts.map(({ id }) => id)).toEqual(expected(() => true).slice(0, 100));
  expect(await recordsRead()).toBe(101);
});

it.each<[string, number[]]>([
  ['straße', [7, 11]],
  ['STRASSE', [7, 11]],
  ['GROẞE stra', [7, 11]],
  ['λόγοσ', [13]],
  ['ΕΛΛΗΝΙΚΌΣ', [13]],
  ['BOOKING-47', [17]],
  ['8500 00-17', [17]],
  ['500001', [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]],
  ['nothing like it', []],
])('q=%s', async (q, numbers) => {
  const query = { q, limit: 50, to: startAtOf(1_000) };
  const found = await running.scheduler.list(query);
  const wanted = expected((one) => numbers.includes(all.indexOf(one)) && one.startAt < query.to);
  expect(found.broadcasts.map(({ id }) => id)).toEqual(wanted);
});
