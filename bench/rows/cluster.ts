import { CLUSTER, OURS } from '../support/contenders.ts';
import { fire, firingFigures, type Plan } from '../support/firing.ts';
import { onStage } from '../support/stage.ts';
import { accountsOf, alternate, type Row } from './row.ts';

const WORKERS = 2;
const WARM_UP = 200;
const FIGURES = ['last, ms', 'busiest master, ms a start'];

export const cluster: Row = {
  name: 'cluster',
  title: `Starts at one instant, each of an account of its own, ${WORKERS} workers: one Redis, and three masters of a Cluster with three shards`,
  run: (context) => {
    const count = context.sizes.cluster;
    const what = `${count} at one instant`;
    const at =
      (size: number): Plan =>
      (due, newId) =>
        Array.from({ length: size }, (_, i) => ({ id: newId(), account: `a${i}`, due }));
    return onStage(accountsOf(count, 'pro'), {}, async (stage, target) => {
      const found = await alternate(context, [OURS, CLUSTER], (contender) =>
        stage.with(contender, { workers: WORKERS, together: count }, async (live) => {
          await fire(live, contender, target, WARM_UP, at(WARM_UP));
          let before: number[] = [];
          const fired = await fire(live, contender, target, count, at(count), async () => {
            before = live.server.cpu();
          });
          const masters = live.server.cpu().map((ms, i) => (ms - (before[i] ?? 0)) / count);
          return [{ what, figures: { ...firingFigures(fired), 'busiest master, ms a start': Math.max(...masters) } }];
        }),
      );
      const notes = [...found.notes, 'with as many cores as processes, the busiest one is what a herd waits for'];
      return { ...found, notes, aims: [], ratios: FIGURES, against: OURS.name };
    });
  },
};
