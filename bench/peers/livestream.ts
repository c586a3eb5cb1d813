import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromBench, inPages, inputOf, type OpenPeer } from './peer.ts';

type Library = typeof import('../../src/index.ts');

const PAGE = 1_000;
/** While Redis stores one page, the next is made. */
const PAGES_AT_ONCE = 2;

/** A user's program with our library, of the build. The worker is a process of its own: `livestream worker`. */
export const open: OpenPeer = async ({ server, accounts, shards }) => {
  const { createScheduler } = await fromBench<Library>(pathToFileURL(resolve('dist/src/index.js')).href);
  const scheduler = await createScheduler({ redis: server, accounts, shards });
  return {
    addMany: (jobs) =>
      inPages(jobs, PAGE * PAGES_AT_ONCE, async (pages) => {
        const stored: Promise<unknown>[] = [];
        await inPages(pages, PAGE, async (page) => void stored.push(scheduler.scheduleBatch(page.map(inputOf))));
        await Promise.all(stored);
      }),
    addOne: async (job) => {
      await scheduler.schedule(inputOf(job));
    },
  };
};
