import { EMPTY, LIMIT, OURS } from '../support/contenders.ts';
import { fire, firingFigures, type Plan } from '../support/firing.ts';
import { onStage } from '../support/stage.ts';
import type { Aim } from '../support/summary.ts';
import { accountsOf, alternate, type Row, type RowContext, type RowResult } from './row.ts';

/** Enough that none of them comes near its share of a second. */
const ACCOUNTS = 100;
const WARM_UP = 20;

/** @param count at moments that are as far apart as chance has them, within `ms` */
export function randomMoments(count: number, ms: number): Plan {
  return (first, newId) =>
    Array.from({ length: count }, (_, i) => ({
      id: newId(),
      account: `a${i % ACCOUNTS}`,
      due: first + Math.floor(Math.random() * ms),
    }));
}

export const random: Row = {
  name: 'random',
  title: 'Starts at random moments',
  run: (context) => measureRandom(context, 0),
};

export const stored: Row = {
  name: 'stored',
  title: 'Starts at random moments, with many others in store',
  run: (context) => measureRandom(context, context.sizes.stored),
};

function measureRandom(context: RowContext, others: number): Promise<RowResult> {
  const { sizes, peers, progress } = context;
  const what = `${sizes.random} in ${sizes.withinMs / 1_000} s${others === 0 ? '' : `, ${others} in store`}`;
  // Agenda stores one by one.
  const inBulk = peers.filter(({ module }) => module !== 'agenda');
  const all = others === 0 ? [LIMIT, OURS, ...peers] : [LIMIT, EMPTY, OURS, ...inBulk];
  return onStage(accountsOf(ACCOUNTS, 'business'), {}, async (stage, target) => {
    const found = await alternate(context, all, async (contender) => {
      if (contender !== LIMIT && contender !== EMPTY) await stage.seed(contender, others, progress);
      return stage.with(contender, {}, async (live) => {
        await fire(live, contender, target, WARM_UP, randomMoments(WARM_UP, 500));
        const fired = await fire(live, contender, target, sizes.random, randomMoments(sizes.random, sizes.withinMs));
        return [{ what, figures: firingFigures(fired) }];
      });
    });
    const against = others === 0 ? LIMIT.name : EMPTY.name;
    return { ...found, aims: aimsOf(what, against, others), ratios: ['p50, ms', 'p99, ms'], against };
  });
}

function aimsOf(what: string, of: string, others: number): Aim[] {
  const [p50, p99] = others === 0 ? [2, 3] : [1.2, 1.5];
  return [
    { what, figure: 'first, ms', bound: 'at least', value: 0 },
    { what, figure: 'p50, ms', bound: 'at most', value: p50, of },
    { what, figure: 'p99, ms', bound: 'at most', value: p99, of },
  ];
}
