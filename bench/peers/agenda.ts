import { fromBench, inPages, type Job, type OpenPeer, stopOf } from './peer.ts';
import { requestSender } from './request-sender.ts';

interface Agenda {
  define(name: string, act: (job: { attrs: { data: Job } }) => Promise<void>): void;
  schedule(when: Date, name: string, data: Job): Promise<unknown>;
  start(): Promise<void>;
  ready: Promise<void>;
}

const AT_ONCE = 32;

/** On its PostgreSQL store: its usual MongoDB is in no Debian. It looks every 100 ms. */
export const open: OpenPeer = async ({ server, target, concurrency, works }) => {
  const { Agenda } = await fromBench<{ Agenda: new (options: object) => Agenda }>('agenda');
  const { PostgresBackend } = await fromBench<{ PostgresBackend: new (options: object) => unknown }>(
    '@agendajs/postgres-backend',
  );
  const agenda = new Agenda({
    backend: new PostgresBackend({ poolConfig: { connectionString: server, max: 20 } }),
    processEvery: 100,
    maxConcurrency: concurrency,
    defaultConcurrency: concurrency,
    defaultLockLimit: 0,
    removeOnComplete: true,
  });
  await agenda.ready;
  if (works) {
    const send = requestSender(target);
    agenda.define('start', async ({ attrs }) => {
      await send('start', attrs.data);
    });
    agenda.define('stop', async () => {});
    await agenda.start();
  }
  const addOne = async (job: Job) => {
    await Promise.all([
      agenda.schedule(new Date(job.due), 'start', job),
      agenda.schedule(new Date(stopOf(job)), 'stop', job),
    ]);
  };
  return { addMany: (jobs) => inPages(jobs, AT_ONCE, (page) => Promise.all(page.map(addOne))), addOne };
};
