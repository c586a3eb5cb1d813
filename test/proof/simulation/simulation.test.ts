import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { startRedisWithoutDisk } from '../../support/redis-without-disk.ts';
import { type Report, simulate } from './simulate.ts';

/**
 * The real store with its Lua on a real Redis, the real executor, leader tasks, scheduler and Zoom events, in virtual time, with
 * processes that die, stand still and are doubled. `SIM_SEEDS=1000 npx vitest run test/proof/simulation` is the long form;
 * `SIM_FIRST=<seed> SIM_SEEDS=1` runs one seed again.
 */
const SEEDS = Number(process.env.SIM_SEEDS ?? 30);
const FIRST = Number(process.env.SIM_FIRST ?? 1);
/** A seed takes some tenths of a second, and its budget of steps ends it; the time-out of its test names it, too, ms. */
const SEED_TIMEOUT_MS = 30_000;

let redis: Redis;
beforeAll(async () => {
  const started = await startRedisWithoutDisk();
  redis = started.redis;
  return started.stop;
});

const reports: Report[] = [];

describe('an installation in virtual time', () => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i);

  it.each(seeds)(
    'keeps the rules while processes die, stand still and Zoom fails: seed %i',
    async (seed) => {
      const report = await simulate(redis, seed);
      reports.push(report);
      expect(report.violations, `SIM_FIRST=${seed} SIM_SEEDS=1 npx vitest run test/proof/simulation`).toEqual([]);
    },
    SEED_TIMEOUT_MS,
  );

  it(
    'goes the same way again when a seed is repeated',
    async () => {
      const first = reports[0] as Report;
      expect(await simulate(redis, FIRST)).toEqual(first);
    },
    SEED_TIMEOUT_MS,
  );

  it('had its share of troubles', () => {
    const sum = (count: Exclude<keyof Report, 'violations' | 'trace'>) =>
      reports.reduce((all, one) => all + one[count], 0);
    const hours = (sum('virtualMs') / 3_600_000).toFixed(1);
    console.log(
      `${reports.length} seeds, ${hours} h of virtual time: ${sum('broadcasts')} broadcasts, ` +
        `${sum('requests')} requests, ${sum('deaths')} deaths, ${sum('freezes')} standstills, ` +
        `${sum('endedByHand')} streams ended by hand, ` +
        `${reports.filter(({ violations }) => violations.length > 0).length} seeds with violations, ` +
        `${Math.max(...reports.map(({ steps }) => steps))} steps at most`,
    );
    // A simulation in which nothing goes wrong proves nothing.
    if (SEEDS >= 20) expect(sum('deaths')).toBeGreaterThan(SEEDS);
  });
});
