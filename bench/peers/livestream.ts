import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromBench, inPages, type Job, type OpenPeer, stopOf } from './peer.ts';

type Library = typeof import('../../src/index.ts');

const PAGE = 1_000;

/** A user's program with our library, of the build. The worker is a process of its own: `livestream worker`. */
export const open: OpenPeer = async ({ server, accounts }) => {
  const { createScheduler } = await fromBench<Library>(pathToFileURL(resolve('dist/src/index.js')).href);
  const scheduler = await createScheduler({ redis: server, accounts });
  const inputOf = (job: Job) => ({
    meetingId: job.id,
    account: job.account,
    startAt: new Date(job.due).toISOString(),
    stopAt: new Date(stopOf(job)).toISOString(),
  });
  return {
    addMany: (jobs) => inPages(jobs, PAGE, (page) => scheduler.scheduleBatch(page.map(inputOf))),
    addOne: async (job) => {
      await scheduler.schedule(inputOf(job));
    },
  };
};
