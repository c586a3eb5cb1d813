import { EMPTY, OURS } from '../support/contenders.ts';
import { pause } from '../support/firing.ts';
import { costSince } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import type { Aim } from '../support/summary.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const ACCOUNTS = 100;
/** From the start of the processes to the measurement, ms: what they look at once is over. */
const CALM_MS = 15_000;
const FIGURE = 'worker, % of a core';

export const idle: Row = {
  name: 'idle',
  title: 'What a worker and an API take while nothing is due, with nothing and with many in store',
  run: (context) => {
    const { stored, idleMs } = context.sizes;
    const what = `${stored} in store`;
    // What a process does in a minute differs little between rounds.
    const once = { ...context, sizes: { ...context.sizes, rounds: 1 } };
    return onStage(accountsOf(ACCOUNTS, 'business'), {}, async (stage) => {
      const found = await alternate(once, [EMPTY, OURS], async (contender) => {
        if (contender === OURS) await stage.seed(contender, stored, context.progress);
        return stage.with(contender, { api: true }, async (live) => {
          await pause(CALM_MS);
          const before = live.cost();
          await pause(idleMs);
          const { worker, api, server } = costSince(live, before);
          const part = (ms: number) => (ms / idleMs) * 100;
          return [{ what, figures: { [FIGURE]: part(worker), 'API, %': part(api), 'Redis, %': part(server) } }];
        });
      });
      const aim: Aim = { what, figure: FIGURE, bound: 'at most', value: 3 };
      return { ...found, aims: [aim], ratios: [FIGURE], against: EMPTY.name };
    });
  },
};
