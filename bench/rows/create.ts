import type { Job } from '../peers/peer.ts';
import { API, BULLMQ, OURS } from '../support/contenders.ts';
import { costSince, type Live } from '../support/live.ts';
import { onStage } from '../support/stage.ts';
import type { Aim, Figures } from '../support/summary.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const AT_ONCE = 32;
/** The first calls compile. */
const WARM_UP = 200;
const DAY_MS = 86_400_000;
const FIGURE = 'creates a second';

let ids = 0;

export const create: Row = {
  name: 'create',
  title: `Creates, ${AT_ONCE} at once, each with a start and a stop, on disk before it is acknowledged`,
  run: (context) => {
    const { creates } = context.sizes;
    const what = `${creates} creates`;
    return onStage(accountsOf(1, 'business'), {}, async (stage) => {
      const found = await alternate(context, [OURS, API, ...context.peers], (contender) =>
        stage.with(contender, { works: false }, async (live) => [
          { what, figures: await measureCreates(live, creates) },
        ]),
      );
      const aim: Aim = { what, figure: FIGURE, bound: 'at least', value: 0.5, of: BULLMQ.name };
      return { ...found, aims: [aim], ratios: [FIGURE], against: BULLMQ.name };
    });
  },
};

async function measureCreates(live: Live, count: number): Promise<Figures> {
  await live.create(farAway(WARM_UP), AT_ONCE);
  const before = live.cost();
  const ms = await live.create(farAway(count), AT_ONCE);
  const cost = costSince(live, before);
  return {
    [FIGURE]: count / (ms / 1_000),
    'CPU of the program or API, ms each': cost.worker / count,
    'of its server': cost.server / count,
  };
}

function farAway(count: number): Job[] {
  return Array.from({ length: count }, () => {
    ids += 1;
    return { id: String(60_000_000_000 + ids), account: 'a0', due: Date.now() + 30 * DAY_MS + ids * 1_000 };
  });
}
