import { fromBench, inPages, type Job, type OpenPeer, stopOf } from './peer.ts';
import { requestSender } from './request-sender.ts';

interface Spec {
  identifier: string;
  payload: Job;
  runAt: Date;
}
interface GraphileWorker {
  run(options: object): Promise<unknown>;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJob(identifier: string, payload: Job, spec: { runAt: Date }): Promise<unknown>;
    addJobs(specs: Spec[]): Promise<unknown>;
  }>;
  Logger: new (factory: () => () => void) => unknown;
}

const PAGE = 1_000;
/** Most that it keeps in hand without having begun them. */
const LOCAL_QUEUE = 500;

/** Its way of being quick: looks every 10 ms, takes jobs in batches, and marks them done in batches. */
export const open: OpenPeer = async ({ server, target, concurrency, works }) => {
  const { run, makeWorkerUtils, Logger } = await fromBench<GraphileWorker>('graphile-worker');
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: server, logger });
  await utils.migrate();
  if (works) {
    const send = requestSender(target);
    await run({
      logger,
      noHandleSignals: true,
      preset: {
        worker: {
          connectionString: server,
          pollInterval: 10,
          concurrentJobs: concurrency,
          maxPoolSize: 20,
          localQueue: { size: Math.min(LOCAL_QUEUE, concurrency) },
          completeJobBatchDelay: 0,
        },
      },
      taskList: { start: (job: unknown) => send('start', job as Job), stop: () => {} },
    });
  }
  const pairOf = (job: Job): Spec[] => [
    { identifier: 'start', payload: job, runAt: new Date(job.due) },
    { identifier: 'stop', payload: job, runAt: new Date(stopOf(job)) },
  ];
  return {
    addMany: (jobs) => inPages(jobs, PAGE, (page) => utils.addJobs(page.flatMap(pairOf))),
    addOne: async (job) => {
      await Promise.all(
        pairOf(job).map(({ identifier, payload, runAt }) => utils.addJob(identifier, payload, { runAt })),
      );
    },
  };
};
