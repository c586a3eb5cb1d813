import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountLimits } from '../../../src/zoom/rate-limits.ts';
import {
  BEGIN,
  type Departure,
  type LimiterState,
  mayLeave,
  openLimiter,
  peak,
  type Request,
} from './limiter-simulation.ts';

let limiter: Awaited<ReturnType<typeof openLimiter>>;
/** How many times the usual number of cases is tried. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 1);
/** The short form runs the same cases each time, the long form (`PROPERTY_RUNS=100`) others. */
const SEED = RUNS === 1 ? { seed: 20_261_128 } : {};
/** One that asks within this is not woken for a place that becomes free, ms. */
const ABOUT_TO_ASK_MS = 5;
const T = 3_000;

beforeAll(async () => {
  limiter = await openLimiter();
});
afterAll(() => limiter.close());

const business = accountLimits({ plan: 'business', rateShare: 0.9 });
const pro = accountLimits({ plan: 'pro', rateShare: 0.9 });
const request = (cls: Request['class'], due: number, more: Partial<Request> = {}): Request => ({
  class: cls,
  due,
  booksEarly: 2_000,
  lag: 0,
  ...more,
});
const many = (count: number, cls: Request['class'], due: number, more: Partial<Request> = {}) =>
  Array.from({ length: count }, () => request(cls, due, more));
const starts = (left: Departure[]) => left.filter((one) => one.class === 'start');
const stops = (left: Departure[]) => left.filter((one) => one.class === 'stop');

const anyRequest = (lag: number): fc.Arbitrary<Request> =>
  fc.record(
    {
      class: fc.constantFrom('start' as const, 'start' as const, 'start' as const, 'stop' as const, 'read' as const),
      due: fc.oneof(fc.constant(T), fc.integer({ min: 2_500, max: 6_000 })),
      booksEarly: fc.option(fc.integer({ min: 0, max: 2_000 })),
      lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: lag })),
      canceledAt: fc.integer({ min: 1_000, max: 9_000 }),
      leavesAfter: fc.option(fc.integer({ min: 0, max: 300 })),
    },
    { requiredKeys: ['class', 'due', 'booksEarly', 'lag'] },
  );
const anyPlan = fc.record({
  plan: fc.constantFrom('free' as const, 'pro' as const, 'business' as const),
  rateShare: fc.constantFrom(0.2, 0.5, 0.9, 1),
});

/** No stop and no start waits that may leave, counted one by one; but for one who asks in a moment anyway. */
function nobodyWaitsInVain(state: LimiterState): void {
  for (const cls of ['stop', 'start'] as const) {
    const line = state.waiting.filter((one) => one.request.class === cls && one.request.due <= state.now);
    const due = Math.min(...line.map((one) => one.request.due));
    if (line.length === 0 || line.some(({ asks }) => asks <= state.now + ABOUT_TO_ASK_MS)) continue;
    expect({ cls, now: state.now, mayLeave: mayLeave(state, cls, due) }).toMatchObject({ mayLeave: false });
  }
}

describe('the limiter', () => {
  it('lets no more than the share leave in any sliding second, loses none, and lets none go before it is due', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest(120), { minLength: 1, maxLength: 120 }),
        anyPlan,
        fc.constantFrom(0, 3_400),
        async (requests, plan, pausedUntil) => {
          const limits = { ...accountLimits(plan), daily: 0 };
          const left = await limiter.play(requests, limits, { pausedUntil });
          const certain = requests.filter(({ canceledAt, leavesAfter }) => !canceledAt && leavesAfter !== null);
          const { length } = left.filter(({ canceledAt }) => !canceledAt);
          expect(length).toBe(certain.length);
          expect(
            peak(
              left.map(({ claimedAt }) => claimedAt),
              1_000,
            ),
          ).toBeLessThanOrEqual(limits.most as number);
          for (const { claimedAt, due, booksEarly } of left) {
            expect(claimedAt).toBeGreaterThanOrEqual(pausedUntil);
            if (booksEarly !== null) expect(claimedAt).toBeGreaterThanOrEqual(due);
          }
        },
      ),
      { ...SEED, numRuns: 40 * RUNS },
    );
  });

  it('leaves nobody waiting who may leave by a count of the sliding window', async () => {
    const anyCase = anyPlan.chain((plan) => {
      const limits = { ...accountLimits(plan), daily: 0 };
      const most = limits.most as number;
      const all = fc.array(anyRequest(0), { minLength: 1, maxLength: Math.ceil(most * 2.5), size: 'max' });
      return fc.record({ limits: fc.constant(limits), most: fc.constant(most), requests: all });
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ limits, most, requests }) => {
        const atOnce = requests.map((one) => ({ ...one, leavesAfter: one.leavesAfter === null ? null : 0 }));
        const left = await limiter.play(atOnce, limits, { look: nobodyWaitsInVain });
        const times = left.map(({ at }) => at);
        expect(peak(times, limits.intervalMs * most)).toBeLessThanOrEqual(most);
      }),
      { ...SEED, numRuns: 30 * RUNS, endOnFailure: true },
    );
  });

  it('wakes the next in line for a place that was given back and the first may not take', async () => {
    const unknown = { booksEarly: null };
    const requests = [
      request('stop', 2_783, unknown),
      request('start', T, unknown),
      request('start', 2_771, { booksEarly: 1_388 }),
      request('stop', T, { booksEarly: 1_903 }),
      request('stop', T, { ...unknown, leavesAfter: null }),
      request('start', T, { booksEarly: 116 }),
      request('stop', 2_898, unknown),
    ];
    const six = accountLimits({ plan: 'pro', rateShare: 0.2 });
    const left = await limiter.play(requests, six, { look: nobodyWaitsInVain });
    expect(left).toHaveLength(6);
  });

  it.each([
    { share: 72, limits: business, due: 70, stopsDue: 0 },
    { share: 72, limits: business, due: 65, stopsDue: 5 },
    { share: 27, limits: pro, due: 25, stopsDue: 0 },
    { share: 27, limits: pro, due: 20, stopsDue: 5 },
  ])(
    'lets $due starts of a share of $share leave at one instant with $stopsDue stops due in that second',
    async (of) => {
      const left = await limiter.play([...many(of.due, 'start', T), ...many(of.stopsDue, 'stop', T + 600)], of.limits);
      expect(new Set(starts(left).map(({ at }) => at))).toEqual(new Set([T]));
      expect(new Set(stops(left).map(({ at }) => at - T - 600))).toEqual(new Set(of.stopsDue ? [0] : []));
    },
  );

  it('holds up no stop that it knows of, whatever rushes beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 3_000, max: 6_000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(pro, business),
        async (dues, limits) => {
          const ending = dues.map((due) => request('stop', due, { booksEarly: 1_100, lag: 1 }));
          const rush = many(200, 'start', T, { booksEarly: 1_500, lag: 1 });
          const alone = new Map((await limiter.play(ending, limits)).map(({ token, at }) => [token, at]));
          for (const { token, at } of stops(await limiter.play([...ending, ...rush], limits)))
            expect(at - (alone.get(token) as number)).toBeLessThanOrEqual(1);
        },
      ),
      { ...SEED, numRuns: 10 * RUNS, examples: [[[3_854, 3_000, 3_000, 3_000, 3_000], pro]] },
    );
  });

  it('has room for two stops a second that nobody knew of, also in a rush', async () => {
    const commands = [3_100, 3_900, 5_300, 5_900].map((due) => request('stop', due, { booksEarly: null }));
    const left = await limiter.play([...many(150, 'start', T), ...commands], pro);
    expect(stops(left).map(({ at, due }) => at - due)).toEqual([0, 0, 0, 0]);
  });

  it('drains 300 starts with a stop in the middle in whole windows', async () => {
    const left = await limiter.play([...many(300, 'start', T), request('stop', T + 5_500)], pro);
    expect(Math.max(...left.map(({ at }) => at)) - T).toBeLessThanOrEqual(11_000 * 1.025);
    expect(stops(left)[0]?.at).toBe(T + 5_500);
  });

  it('tells only as many to come at the due moment as may leave then', async () => {
    let come = Number.NaN;
    const look = ({ now, waiting }: LimiterState) => {
      if (now === T - 1_000) come = waiting.filter(({ asks }) => asks <= T).length;
    };
    await limiter.play(many(100, 'start', T, { booksEarly: 1_000 }), pro, { look });
    expect(come).toBe(25);
  });

  it('lets those that come too late to keep their place go before the others that are due with them', async () => {
    // Told to come at T, dropped from the line at T + 300.
    const left = await limiter.play(many(100, 'start', T, { booksEarly: 1_000, lag: 350 }), pro);
    expect(left.filter(({ at }) => at <= T + 400)).toHaveLength(25);
    expect(Math.max(...left.map(({ at }) => at))).toBeLessThan(T + 4 * 1_020 + 350);
  });

  it('lets a start that is due before a rush in the line go at once', async () => {
    const left = await limiter.play([...many(50, 'start', T), request('start', 2_000, { booksEarly: 0 })], pro);
    expect(left.find(({ due }) => due === 2_000)?.at).toBe(2_000);
  });

  it('lets no read take a place of starts that are about to be due', async () => {
    const left = await limiter.play([...many(5, 'read', T - 500), ...many(25, 'start', T)], pro);
    expect(new Set(starts(left).map(({ at }) => at))).toEqual(new Set([T]));
  });

  it('counts a request from when it really left', async () => {
    const left = await limiter.play(many(60, 'start', T, { leavesAfter: 200 }), pro);
    const times = [...new Set(left.map(({ at }) => Math.round(at)))].sort((a, b) => a - b);
    expect(times).toEqual([T + 200, T + 1_420, T + 2_640]);
  });

  it('keeps the budget of a day, with a tenth of it for stops', async () => {
    const limits = { intervalMs: 0, most: 1, daily: 20 };
    const all = [...many(30, 'start', 0, { booksEarly: null }), ...many(5, 'stop', 1_000, { booksEarly: null })];
    const left = await limiter.play(all, limits);
    const untilMidnight = 86_400_000 - (BEGIN % 86_400_000);
    const today = left.filter(({ at }) => at < untilMidnight);
    expect(starts(today)).toHaveLength(18);
    expect(stops(today)).toHaveLength(2);
    expect(left).toHaveLength(35);
  });

  it('lets what someone can do without use only a part of the day, and lets nobody wait behind it', async () => {
    const limits = { intervalMs: 100, most: 3, daily: 20 };
    const later = { booksEarly: null };
    const asked = many(14, 'read', 0, { ...later, dayShare: 0.6 });
    const left = await limiter.play(
      [...asked, ...many(1, 'read', 10_000, later), ...many(5, 'start', 20_000, later)],
      limits,
    );
    const today = left.filter(({ at }) => at < 86_400_000 - (BEGIN % 86_400_000));
    expect(today.filter(({ dayShare }) => dayShare !== undefined)).toHaveLength(12);
    const others = today.filter(({ dayShare }) => dayShare === undefined);
    expect(others.map(({ at, due }) => at - due < 1_000)).toEqual(Array.from({ length: 6 }, () => true));
    expect(others.find(({ class: is }) => is === 'read')?.at).toBe(10_000);
    expect(left).toHaveLength(20);
  });

  it('is not shut by a clock of Redis that goes back', async () => {
    const ahead = await limiter.play(many(25, 'start', 3_600_000, { booksEarly: null }), pro, { account: 'clock' });
    expect(ahead).toHaveLength(25);
    const left = await limiter.play(many(25, 'start', 0, { booksEarly: null }), pro, { account: 'clock' });
    expect(Math.max(...left.map(({ at }) => at))).toBeLessThanOrEqual(1_020);
  });
});
