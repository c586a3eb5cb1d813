import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

/** `CHAOS_SEED=7 CHAOS_SECONDS=200 npx vitest run test/proof/chaos` is the long form of docs/reliability.md. */
const SEED = Number(process.env.CHAOS_SEED ?? 1);
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 18);

describe('two APIs, three workers and Redis while everything breaks', () => {
  it(
    `keeps every rule (seed ${SEED}, ${SECONDS} s)`,
    async () => {
      const { report, violations } = await runChaos(SEED, SECONDS);
      console.log(report);
      expect(violations.join('\n\n')).toBe('');
    },
    SECONDS * 1_000 + 120_000,
  );
});
