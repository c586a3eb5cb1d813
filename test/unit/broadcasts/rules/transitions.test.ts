import { describe, expect, it } from 'vitest';
import { abandon } from '../../../../src/broadcasts/rules/transitions.ts';
import { NO_THIRD_START } from '../../../../src/broadcasts/rules/unknown-outcome.ts';
import { T0 } from '../../../proof/model/model.ts';
import { starting, until } from '../../../support/rules/scenario.ts';
import { put } from '../../../support/rules/states.ts';

/** What becomes of a request whose worker is gone (`abandon`). */

describe('a start whose worker is gone', () => {
  const abandoned = (unknownStarts: number) => {
    const model = put(starting(), { unknownStarts });
    until(model, 16_000);
    return abandon(model.snapshot('bc_1'), model.rules, 'w');
  };

  it('is tried once more after a check of the meeting, and says so', () => {
    const { next, history } = abandoned(0);
    expect(next).toMatchObject({ status: 'starting', nextAttemptAt: T0 + 43_000, lookFirst: 'after_unknown' });
    expect(next.reason).toMatch(/checking the meeting before the second and last try/);
    expect(history[0]).toMatchObject({
      reason: 'outcome unknown: w1 stopped during the request',
      request: { action: 'start', claimedAt: T0 + 10_000 },
    });
  });

  it('is not tried a third time, and says why', () => {
    expect(abandoned(1).next).toMatchObject({ status: 'starting', nextAttemptAt: null, reason: NO_THIRD_START });
  });
});
