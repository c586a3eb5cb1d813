import { Queue, Worker } from 'bullmq';
import { inPages, type Job, type OpenPeer, type PeerOptions, stopOf } from './peer.ts';
import { requestSender } from './request-sender.ts';

const PAGE = 1_000;
const SECOND_MS = 1_000;
type Action = 'start' | 'stop';

/**
 * Two delayed jobs, as its documentation shows it. Tuned: its Redis has `hz 500` (the tick on which a blocked worker wakes), done
 * jobs are removed, a worker takes as many at once as may be due. With a limit, each account has a queue and a worker of its own,
 * because BullMQ limits a queue.
 */
export const open: OpenPeer = async (options) => {
  const names = options.perSecond === null ? ['streams'] : options.accounts;
  const queues = new Map<string, Queue>();
  for (const name of names) queues.set(name, await openQueue(name, options));
  const queueOf = ({ account }: Job) => queues.get(account) ?? (queues.get('streams') as Queue);
  return {
    addMany: (jobs) =>
      inPages(jobs, PAGE, async (page) => {
        for (const queue of new Set(page.map(queueOf)))
          await queue.addBulk(page.filter((job) => queueOf(job) === queue).flatMap(pairOf));
      }),
    addOne: async (job) => {
      await Promise.all(pairOf(job).map(({ name, data, opts }) => queueOf(job).add(name, data, opts)));
    },
  };
};

async function openQueue(name: string, { server, target, concurrency, works, perSecond }: PeerOptions): Promise<Queue> {
  const { hostname: host, port } = new URL(server);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
  if (!works) return queue;
  const send = requestSender(target);
  const limiter = perSecond === null ? {} : { limiter: { max: perSecond, duration: SECOND_MS } };
  const worker = new Worker(
    name,
    async (job) => {
      if ((await send(job.name as Action, job.data as Job)) !== 429) return;
      await worker.rateLimit(SECOND_MS);
      throw Worker.RateLimitError();
    },
    { connection, concurrency, ...limiter },
  );
  await worker.waitUntilReady();
  return queue;
}

function pairOf(job: Job) {
  const now = Date.now();
  return [
    { name: 'start', data: job, opts: { delay: job.due - now, jobId: `${job.id}-start` } },
    { name: 'stop', data: job, opts: { delay: stopOf(job) - now, jobId: `${job.id}-stop` } },
  ];
}
