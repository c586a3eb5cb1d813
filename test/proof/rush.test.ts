import { describe, expect, it } from 'vitest';
import { peakWithin } from '../../bench/support/statistics.ts';
import { JITTER_MS } from '../../src/zoom/rate-limits.ts';
import { measureRush } from '../support/rush-of-accounts.ts';

/**
 * Contract rule 5 with three worker processes; `npm run bench -- --only rush` measures how long one account takes.
 *
 * What the limiter promises is a matter of Redis' time and holds on any machine. What the sandbox sees depends on the way
 * there as well: where those ways differ by more than JITTER_MS, no limiter on Redis' time can promise the share. How long it
 * takes and how late the others are depends on the machine: the benchmark says that.
 */
describe('a rush of three accounts', () => {
  it('keeps every share and loses nothing', {
    timeout: 120_000,
  }, async () => {
    const { accounts, loneMs } = await measureRush({ starts: 100 });
    for (const { use, share, claims, arrivals, spreadMs } of accounts) {
      // Nothing leaves but through the limiter.
      expect(claims.length).toBeGreaterThanOrEqual(arrivals.length);
      // A worker that takes a second from its claim to its request is beyond what can be promised (decision 2).
      if (spreadMs < 1_000) expect(peakWithin(claims, 1_000 + JITTER_MS - 1)).toBeLessThanOrEqual(share);
      if (spreadMs <= JITTER_MS) expect([use.peakPerSecond <= share, use.limitedPerSecond]).toEqual([true, 0]);
    }
    expect(loneMs).toBeGreaterThanOrEqual(0);
  });
});
