import { fromBench, inPages, type Job, type OpenPeer, stopOf } from './peer.ts';
import { requestSender } from './request-sender.ts';

interface Insert {
  name: string;
  data: Job;
  startAfter: Date;
}
interface Boss {
  on(event: 'error', listener: () => void): void;
  start(): Promise<void>;
  createQueue(name: string): Promise<void>;
  insert(jobs: Insert[]): Promise<void>;
  send(name: string, data: Job, options: { startAfter: Date }): Promise<unknown>;
  work(name: string, options: object, handler: (jobs: { data: Job }[]) => Promise<void>): Promise<void>;
}

const PAGE = 1_000;

/** It looks twice a second at most; a batch holds all that is due. */
export const open: OpenPeer = async ({ server, target, concurrency, works }) => {
  const { default: PgBoss } = await fromBench<{ default: new (options: object) => Boss }>('pg-boss');
  const boss = new PgBoss({ connectionString: server, max: 20 });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('start');
  await boss.createQueue('stop');
  if (works) {
    const send = requestSender(target);
    await boss.work('start', { batchSize: concurrency, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => send('start', data)));
    });
  }
  const pairOf = (job: Job): Insert[] => [
    { name: 'start', data: job, startAfter: new Date(job.due) },
    { name: 'stop', data: job, startAfter: new Date(stopOf(job)) },
  ];
  return {
    addMany: (jobs) => inPages(jobs, PAGE, (page) => boss.insert(page.flatMap(pairOf))),
    addOne: async (job) => {
      await Promise.all(pairOf(job).map(({ name, data, startAfter }) => boss.send(name, data, { startAfter })));
    },
  };
};
