/** Builds the parts of the series: commands for the API, and the workers' task that keeps creating broadcasts. */

import type { Logger } from 'pino';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { FailureLog } from '../services/failure-log.ts';
import { SeriesReconciler } from './reconciler.ts';
import { NO_CALENDARS, type SeriesCalendars } from './series-calendars.ts';
import { SeriesService } from './series-service.ts';
import { SeriesStore } from './series-store.ts';

type ReconcilerDeps = ConstructorParameters<typeof SeriesReconciler>[0];
type ServiceDeps = ConstructorParameters<typeof SeriesService>[0];

export interface SeriesCore {
  redis: ConstructorParameters<typeof SeriesStore>[0];
  keys: ConstructorParameters<typeof SeriesStore>[1];
  store: ReconcilerDeps['broadcasts'];
  clock: ReconcilerDeps['clock'];
  accounts: ServiceDeps['accounts'];
  sealer: { seal(text: string): string; open(sealed: string): string } | null;
  logger: Pick<Logger, 'warn' | 'info' | 'debug'>;
}

/** How often the rolling horizon moves and rejected occurrences are retried, ms. */
const EVERY_MS = 60_000;

export function createSeries(core: SeriesCore, scheduler: Scheduler, calendars: SeriesCalendars = NO_CALENDARS) {
  const { redis, keys, clock, accounts, sealer, logger } = core;
  const store = new SeriesStore(redis, keys);
  const open = (sealed: string) => {
    if (!sealer) throw new Error('the series has a sealed stream key, but SECRETS_KEY is not set here');
    return sealer.open(sealed);
  };
  const reconciler = new SeriesReconciler({ store, broadcasts: core.store, scheduler, clock, open, calendars });
  const service = new SeriesService({
    ...{ store, reconciler, broadcasts: core.store, scheduler, clock, accounts, calendars },
    seal: sealer && ((text) => sealer.seal(text)),
    onLater: (error) =>
      logger.warn({ err: error }, 'the broadcasts of this series were not updated yet; a worker will do it'),
  });
  const failures = new FailureLog(logger);
  return {
    service,
    task: { name: 'series', everyMs: EVERY_MS, runOnce: () => reconcileAll(store, reconciler, failures) },
  };
}

/** Reconciles every series once. One that fails does not block the others. */
async function reconcileAll(store: SeriesStore, reconciler: SeriesReconciler, failures: FailureLog): Promise<void> {
  for await (const page of store.pages()) {
    for (const { id } of page) {
      await reconciler.reconcile(id).then(
        () => failures.succeeded(`series ${id}`),
        (error) =>
          failures.failed(
            `series ${id}`,
            error,
            'the broadcasts of a series could not be updated; it will be retried',
            { seriesId: id },
          ),
      );
    }
  }
}
