import { type Contender, LIMIT, OURS } from '../support/contenders.ts';
import { fire } from '../support/firing.ts';
import type { Cost, Live } from '../support/live.ts';
import { redisTraffic, type Traffic, watchCommands } from '../support/redis-use.ts';
import { onStage } from '../support/stage.ts';
import type { Figures } from '../support/summary.ts';
import type { Target } from '../support/target.ts';
import { randomMoments } from './random.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const ACCOUNTS = 100;
const WARM_UP = 100;
/** As many a second as in the row `random`. */
const COUNTED = { starts: 200, withinMs: 2_000 };
const MB = 2 ** 20;
const FIGURE = 'CPU of the worker, ms a start';
const CONNECTIONS =
  'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

export const cost: Row = {
  name: 'cost',
  title: 'What a start costs',
  run: (context) => {
    const { sizes, peers } = context;
    const starts = Math.ceil(sizes.random / 2);
    const plan = randomMoments(starts, sizes.withinMs / 2);
    const what = `${starts} starts in ${sizes.withinMs / 2_000} s`;
    return onStage(accountsOf(ACCOUNTS, 'business'), {}, async (stage, target) => {
      const found = await alternate(context, [LIMIT, OURS, ...peers], (contender) =>
        stage.with(contender, {}, async (live) => {
          await fire(live, contender, target, WARM_UP, randomMoments(WARM_UP, 1_000));
          const traffic: Traffic[] = [];
          const read = async () => live.server.redis && traffic.push(await redisTraffic(live.server.redis));
          const { cost: busy } = await fire(live, contender, target, starts, plan, read);
          await read();
          const own = workerFigures(live, busy, starts);
          const server = await serverFigures(live, contender, target, traffic, starts);
          return [{ what, figures: { ...own, ...server } }];
        }),
      );
      return { ...found, aims: [], ratios: [FIGURE], against: LIMIT.name };
    });
  },
};

function workerFigures(live: Live, busy: Cost, starts: number): Figures {
  return {
    [FIGURE]: busy.worker / starts,
    'of its server, ms a start': busy.server / starts,
    'worker, MB': live.memory() / MB,
  };
}

async function serverFigures(
  live: Live,
  contender: Contender,
  target: Target,
  [before, after]: Traffic[],
  starts: number,
): Promise<Figures> {
  const { redis } = live.server;
  if (!redis) return contender.server === 'none' ? {} : { connections: Number(live.server.ask(CONNECTIONS)) };
  let counted = async () => ({ scripts: 0, inside: 0, direct: 0 });
  const count = async () => {
    counted = await watchCommands(redis);
  };
  await fire(live, contender, target, COUNTED.starts, randomMoments(COUNTED.starts, COUNTED.withinMs), count);
  const { scripts, inside, direct } = await counted();
  return {
    connections: after?.clients ?? Number.NaN,
    'kB sent to Redis a start': ((after?.received ?? 0) - (before?.received ?? 0)) / starts / 1_000,
    'script calls': scripts / COUNTED.starts,
    'commands inside': inside / COUNTED.starts,
    'other commands': direct / COUNTED.starts,
  };
}
