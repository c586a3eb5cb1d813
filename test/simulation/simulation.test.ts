import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis-server.ts';
import { type Report, simulate } from './simulate.ts';

/**
 * The real store with its Lua on a real Redis, the real executor, sweep, scheduler and observer, in virtual time, with
 * processes that die, stand still and are doubled. `SIM_SEEDS=1000 npx vitest run test/simulation` is the long form;
 * `SIM_FIRST=<seed> SIM_SEEDS=1` plays one seed again.
 */
const SEEDS = Number(process.env.SIM_SEEDS ?? 30);
const FIRST = Number(process.env.SIM_FIRST ?? 1);
/** A seed that takes longer is told of, s. */
const SLOW_S = 5;

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  redis = new Redis(server.url);
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

describe('an installation in virtual time', () => {
  it(
    'keeps the rules while processes die, stand still and Zoom fails',
    async () => {
      const reports: Report[] = [];
      for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
        const began = performance.now();
        const report = await simulate(redis, seed);
        const seconds = (performance.now() - began) / 1_000;
        if (seconds > SLOW_S) console.log(`seed ${seed} took ${seconds.toFixed(1)} s: ${JSON.stringify(report)}`);
        expect(report.violations, `SIM_FIRST=${seed} SIM_SEEDS=1 npx vitest run test/simulation`).toEqual([]);
        reports.push(report);
      }
      const sum = (figure: Exclude<keyof Report, 'violations'>) => reports.reduce((all, one) => all + one[figure], 0);
      const hours = (sum('virtualMs') / 3_600_000).toFixed(1);
      console.log(
        `${SEEDS} seeds, ${hours} h of virtual time: ${sum('broadcasts')} broadcasts, ${sum('requests')} requests, ` +
          `${sum('deaths')} deaths, ${sum('freezes')} standstills, 0 violations`,
      );
      // A simulation in which nothing goes wrong proves nothing.
      if (SEEDS >= 20) expect(sum('deaths')).toBeGreaterThan(SEEDS);
    },
    20_000 + SEEDS * 5_000,
  );
});
