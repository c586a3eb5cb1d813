import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../src/broadcasts/rules/backoff.ts';

/** How long a request waits after a transient error (`backoffMs`). */

const least = () => 0;
const half = () => 0.5;
const most = () => 1;

describe('the backoff after a transient error', () => {
  it('doubles from a second to 4 s for a start; for a stop on to 60 s once it has failed ten times', () => {
    const caps = (action: 'start' | 'stop', faults: number[]) => faults.map((count) => backoffMs(count, action, most));
    expect(caps('start', [0, 1, 2, 3, 9, 2_000])).toEqual([1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
    expect(caps('stop', [0, 1, 2, 9, 10, 11, 12, 13, 2_000])).toEqual([
      1_000, 2_000, 4_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  it('is anything from a tenth of a second up to that', () => {
    expect([least, half, most].map((random) => backoffMs(1, 'start', random))).toEqual([100, 1_050, 2_000]);
  });
});
