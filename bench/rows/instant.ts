import { type Contender, LIMIT, OURS } from '../support/contenders.ts';
import { fire, firingFigures, type Plan } from '../support/firing.ts';
import type { Live } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import type { Aim, Figures } from '../support/summary.ts';
import type { Target } from '../support/target.ts';
import { accountsOf, alternate, type Row } from './row.ts';

/** Starts that are due at one instant, one such part after the other. */
interface Part {
  what: string;
  count: number;
  /** Each start is of the next of so many accounts. */
  accounts: number;
}

const WARM_UP = { what: '', count: 5, accounts: 1 };
/** The largest burst has this long, ms. */
const LAST_MS = 40;

export const burst: Row = {
  name: 'burst',
  title: 'Starts at one instant, all of one Business account',
  run: (context) => {
    const parts = [20, 70].map((count) => ({ what: `${count} at one instant`, count, accounts: 1 }));
    const largest = parts.at(-1)?.what ?? '';
    return onStage(accountsOf(1, 'business'), {}, async (stage, target) => {
      const found = await alternate(context, [LIMIT, OURS, ...context.peers], (contender) =>
        stage.with(contender, { together: 100 }, async (live) => {
          await atOneInstant(live, contender, target, [WARM_UP]);
          return atOneInstant(live, contender, target, parts);
        }),
      );
      const last: Aim = { what: largest, figure: 'last, ms', bound: 'at most', value: LAST_MS };
      return { ...found, aims: [...neverEarly(parts), last], ratios: ['last, ms'], against: LIMIT.name };
    });
  },
};

export const herd: Row = {
  name: 'herd',
  title: 'Starts at one instant, each of an account of its own, right after the processes start and once more',
  run: (context) => {
    const { sizes, peers } = context;
    const count = sizes.herd;
    const parts = ['cold', 'warm'].map((part) => ({ what: `${count}, ${part}`, count, accounts: count }));
    return onStage(accountsOf(count, 'pro'), {}, async (stage, target) => {
      const found = await alternate(context, [LIMIT, OURS, ...peers], (contender) =>
        stage.with(contender, { together: count }, (live) => atOneInstant(live, contender, target, parts)),
      );
      const lastOf = (times: number, of: string) =>
        parts.map(({ what }): Aim => ({ what, figure: 'last, ms', bound: 'at most', value: times, of }));
      return {
        ...found,
        aims: [...neverEarly(parts), ...lastOf(1.5, LIMIT.name), ...peers.flatMap(({ name }) => lastOf(1, name))],
        ratios: ['p50, ms', 'last, ms'],
        against: LIMIT.name,
      };
    });
  },
};

async function atOneInstant(live: Live, contender: Contender, target: Target, parts: Part[]) {
  const found: { what: string; figures: Figures }[] = [];
  for (const { what, count, accounts } of parts) {
    const plan: Plan = (due, newId) =>
      Array.from({ length: count }, (_, i) => ({ id: newId(), account: `a${i % accounts}`, due }));
    found.push({ what, figures: firingFigures(await fire(live, contender, target, count, plan)) });
  }
  return found;
}

function neverEarly(parts: Part[]): Aim[] {
  return parts.map(({ what }) => ({ what, figure: 'first, ms', bound: 'at least', value: 0 }));
}
