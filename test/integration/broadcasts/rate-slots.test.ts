import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withLua } from '../../../src/broadcasts/store/lua-scripts.ts';
import type { AccountLimits } from '../../../src/broadcasts/store/store.ts';
import { accountLimits } from '../../../src/zoom/rate-limits.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

/** take_slot.lua on a real Redis under a virtual clock: every requester comes back when it is told to, a little late. */

interface Request {
  class: 'start' | 'stop' | 'read';
  /** Ms after the beginning. */
  due: number;
  /** Books its slot this long before it is due, ms; null: not at all. */
  booksEarly: number | null;
  /** How much later than told it comes each time, ms. */
  lag: number;
}
interface Departure extends Request {
  token: string;
  at: number;
}

let server: TestRedis;
let redis: ReturnType<typeof withLua<Redis>>;
let accounts = 0;
const BEGIN = 1_800_000_000_000;
/** How many times the usual number of cases is tried. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 1);

beforeAll(async () => {
  server = await startRedis(['--appendfsync', 'no']);
  redis = withLua(new Redis(server.url));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function play(requests: Request[], limits: AccountLimits, pausedUntil = 0): Promise<Departure[]> {
  accounts += 1;
  const account = `a${accounts}`;
  if (pausedUntil > 0) await redis.hset(`ls:{0}:rate:${account}`, 'pausedUntil', BEGIN + pausedUntil);
  const ask = (request: Request, token: string, now: number, earliest?: number) =>
    redis.lsReserve(
      'ls:{0}:',
      JSON.stringify({
        account,
        class: request.class,
        token,
        interval: limits.intervalMs,
        most: limits.most,
        daily: limits.daily,
        spread: request.class === 'read' ? 3 : 1,
        now,
        ...(earliest === undefined ? {} : { earliest }),
      }),
    );
  const queue = requests.map((request, i) => ({
    request,
    token: `t${i}`,
    books: request.booksEarly !== null,
    at: BEGIN + request.due - (request.booksEarly ?? 0),
  }));
  const left: Departure[] = [];
  for (let asked = 0; queue.length > 0; asked += 1) {
    if (asked > requests.length * 60) throw new Error(`too many questions for ${requests.length} requests`);
    queue.sort((a, b) => b.at - a.at);
    const next = queue.pop() as (typeof queue)[number];
    const { request, token, at } = next;
    const [kind, until] = await ask(request, token, at, next.books ? BEGIN + request.due : undefined);
    if (kind === 'ok') left.push({ ...request, token, at: at - BEGIN });
    else queue.push({ ...next, books: false, at: Math.ceil(Number(until)) + request.lag });
  }
  return left;
}

/** Most departures in any window of `ms`. */
function peak(departures: Departure[], ms: number): number {
  const times = departures.map(({ at }) => at).sort((a, b) => a - b);
  let most = 0;
  let head = 0;
  times.forEach((at, i) => {
    while (at - (times[head] as number) >= ms) head += 1;
    most = Math.max(most, i - head + 1);
  });
  return most;
}

const anyRequest: fc.Arbitrary<Request> = fc.record({
  class: fc.constantFrom('start' as const, 'start' as const, 'start' as const, 'stop' as const, 'read' as const),
  due: fc.oneof(fc.constant(3_000), fc.integer({ min: 2_500, max: 6_000 })),
  booksEarly: fc.option(fc.integer({ min: 0, max: 2_000 })),
  lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
});
const anyPlan = fc.record({
  plan: fc.constantFrom('free' as const, 'pro' as const, 'business' as const),
  rateShare: fc.constantFrom(0.2, 0.5, 0.9, 1),
});

describe('slots', () => {
  it('let no more than the share go in any sliding second, lose none, and let none go before it is due', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest, { minLength: 1, maxLength: 120 }),
        anyPlan,
        fc.constantFrom(0, 3_400),
        async (requests, plan, pausedUntil) => {
          const limits = { ...accountLimits(plan), daily: 0 };
          const left = await play(requests, limits, pausedUntil);
          expect(new Set(left.map(({ token }) => token)).size).toBe(requests.length);
          expect(peak(left, 1_000)).toBeLessThanOrEqual(limits.most as number);
          for (const { at, due, booksEarly } of left) {
            expect(at).toBeGreaterThanOrEqual(pausedUntil);
            if (booksEarly !== null) expect(at).toBeGreaterThanOrEqual(due);
          }
        },
      ),
      { numRuns: 60 * RUNS },
    );
  });

  it('let a rush of starts delay stops by what it may catch up and two places at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 3_000, max: 6_000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('pro' as const, 'business' as const),
        async (dues, plan) => {
          const limits = accountLimits({ plan, rateShare: 0.9 });
          const stops = dues.map((due): Request => ({ class: 'stop', due, booksEarly: 1_000, lag: 1 }));
          const rush = Array.from(
            { length: 200 },
            (): Request => ({ class: 'start', due: 3_000, booksEarly: 500, lag: 1 }),
          );
          const alone = new Map((await play(stops, limits)).map(({ token, at }) => [token, at]));
          const within = (await play([...stops, ...rush], limits)).filter(({ class: cls }) => cls === 'stop');
          for (const { token, at } of within) {
            expect(at - (alone.get(token) as number)).toBeLessThanOrEqual(120 + 2 * limits.intervalMs);
          }
        },
      ),
      {
        numRuns: 15 * RUNS,
        // Stops and starts side by side had used up the second before the last stop came.
        examples: [
          [[3_854, 3_000, 3_000, 3_000, 3_000], 'pro'],
          [[...Array<number>(14).fill(3_000), 3_560], 'pro'],
        ],
      },
    );
  });

  it('drain a rush of 300 in the ideal time and in the order of their slots', async () => {
    const limits = accountLimits({ plan: 'pro', rateShare: 0.9 });
    const rush = Array.from(
      { length: 300 },
      (): Request => ({ class: 'start', due: 3_000, booksEarly: 1_000, lag: 2 }),
    );
    const left = await play(rush, limits);
    expect(Math.max(...left.map(({ at }) => at)) - 3_000).toBeLessThan((300 / 27) * 1_000 * 1.1);
  });

  it('lets a start that is due before a booked rush go at once', async () => {
    const limits = accountLimits({ plan: 'pro', rateShare: 0.9 });
    const rush = Array.from({ length: 50 }, (): Request => ({ class: 'start', due: 3_000, booksEarly: 2_000, lag: 0 }));
    const left = await play([...rush, { class: 'start', due: 2_000, booksEarly: 0, lag: 0 }], limits);
    expect(left.find(({ due }) => due === 2_000)?.at).toBe(2_000);
  });

  it('keeps the budget of a day, with a tenth of it for stops', async () => {
    const limits = { intervalMs: 1, most: 0, daily: 20 };
    const day = 86_400_000;
    const starts = Array.from({ length: 30 }, (): Request => ({ class: 'start', due: 0, booksEarly: null, lag: 0 }));
    const stops = Array.from({ length: 5 }, (): Request => ({ class: 'stop', due: 1_000, booksEarly: null, lag: 0 }));
    const left = await play([...starts, ...stops], limits);
    const untilMidnight = day - (BEGIN % day);
    const today = left.filter(({ at }) => at < untilMidnight);
    expect(today.filter(({ class: cls }) => cls === 'start')).toHaveLength(18);
    expect(today.filter(({ class: cls }) => cls === 'stop')).toHaveLength(2);
    expect(left).toHaveLength(35);
  });
});
