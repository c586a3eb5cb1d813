import { expect, it } from 'vitest';
import { inParallel } from '../../src/in-parallel.ts';

it('gives the results in the order of the items, with no more than so many under way', async () => {
  let underWay = 0;
  let most = 0;
  const results = await inParallel([5, 4, 3, 2, 1], 2, async (turns) => {
    underWay += 1;
    most = Math.max(most, underWay);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    underWay -= 1;
    return turns * 10;
  });
  expect(results).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});
