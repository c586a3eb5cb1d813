import type { Job, OpenPeer } from './peer.ts';
import { requestSender } from './request-sender.ts';

/** A timer waits at most to here, then the loop looks at the clock itself: timers are up to 1 ms early or late. */
const SPIN_MS = 1;

/**
 * The least that is possible on this machine: one process that keeps everything in memory, sleeps to the due moment and sends.
 * Nothing is stored, nothing survives, no limit is kept.
 */
export const open: OpenPeer = async ({ target }) => {
  const send = requestSender(target);
  const waiting: Job[] = [];
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    clearTimeout(timer);
    for (let job = waiting.at(-1); job && job.due <= Date.now(); job = waiting.at(-1)) {
      waiting.pop();
      void send('start', job);
    }
    const wait = (waiting.at(-1)?.due ?? Number.POSITIVE_INFINITY) - Date.now();
    if (wait < SPIN_MS) setImmediate(next);
    else if (wait < Number.POSITIVE_INFINITY) timer = setTimeout(next, wait - SPIN_MS);
  };
  const addMany = async (jobs: Job[]) => {
    waiting.push(...jobs);
    waiting.sort((a, b) => b.due - a.due);
    next();
  };
  return { addMany, addOne: (job) => addMany([job]) };
};
