// One scheduler in a process of its own: `peer-process.ts MODULE OPTIONS` (JSON). Tells its parent `ready`, then answers what it is asked.
import type { Job, OpenPeer, PeerOptions } from './peer.ts';

/** What the parent may ask. `create` adds one after another, `atOnce` of them on their way, and answers with how many a second. */
export type Asked =
  | { n: number; ask: 'addMany'; jobs: Job[] }
  | { n: number; ask: 'create'; jobs: Job[]; atOnce: number };
export type Answered = { n: number; value: number } | { n: number; error: string };

const [module = '', options = '{}'] = process.argv.slice(2);
const { open } = (await import(`./${module}.ts`)) as { open: OpenPeer };
const peer = await open(JSON.parse(options) as PeerOptions);

process.on('message', (asked: Asked) => {
  answer(asked).then(
    (value) => process.send?.({ n: asked.n, value }),
    (error: Error) => process.send?.({ n: asked.n, error: error.stack ?? error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

/** Ms that it took. */
async function answer(asked: Asked): Promise<number> {
  const begun = performance.now();
  if (asked.ask === 'addMany') await peer.addMany(asked.jobs);
  else {
    const waiting = asked.jobs.toReversed();
    const one = async () => {
      for (let job = waiting.pop(); job; job = waiting.pop()) await peer.addOne(job);
    };
    await Promise.all(Array.from({ length: asked.atOnce }, one));
  }
  return performance.now() - begun;
}
