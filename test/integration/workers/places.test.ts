import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pino from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/clock.ts';
import { QUEUE_NAMES, type TimerJob } from '../../../src/queue/timer-queue.ts';
import type { Executor, JobOutcome } from '../../../workers/jobs/executor.ts';
import { JobProcessor } from '../../../workers/jobs/job-processor.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

/** The places of a worker process on a real BullMQ; only what a run does is simulated: one of `stuck` never ends by itself. */

const CONCURRENCY = 20;
const STUCK = 60;
const clock = new SystemClock();

let server: TestRedis;
let redis: Redis;
let blocking: Redis;
beforeAll(async () => {
  server = await startRedis(['--appendonly', 'no']);
  redis = new Redis(server.url);
  blocking = new Redis(server.url, { maxRetriesPerRequest: null });
});
afterAll(async () => {
  redis.disconnect();
  blocking.disconnect();
  await server.stop();
});

class SimulatedExecutor {
  readonly running = new Map<string, (verdict: JobOutcome) => void>();
  readonly begun: string[] = [];

  async run(job: TimerJob, signal: AbortSignal, onAccount: (account: string) => void): Promise<JobOutcome> {
    const { broadcastId: id } = job;
    this.begun.push(id);
    onAccount(id.split('_')[0] ?? '');
    if (id.startsWith('quick')) return { kind: 'done', why: 'simulated' };
    if (id.startsWith('broken') && this.begun.filter((one) => one === id).length < 3) throw new Error('simulated');
    if (id.startsWith('broken')) return { kind: 'done', why: 'simulated' };
    // As the real one: a job that is fetched at the moment of closing goes back at once.
    if (signal.aborted) return { kind: 'again', at: clock.now() };
    return new Promise((resolve) => {
      this.running.set(id, resolve);
      signal.addEventListener('abort', () => resolve({ kind: 'again', at: clock.now() }));
    });
  }

  async wants(): Promise<boolean> {
    return true;
  }
}

async function started(name: string) {
  const executor = new SimulatedExecutor();
  const logger = pino({ level: 'silent' });
  const options = { redis: blocking, prefix: name, clock, logger, concurrency: CONCURRENCY };
  const workers = new JobProcessor({ ...options, executor: executor as unknown as Executor });
  const queue = new Queue(QUEUE_NAMES.start, { connection: redis, prefix: name });
  const add = (ids: string[]) =>
    queue.addBulk(ids.map((id) => ({ name: 'start', data: {}, opts: { jobId: jobOf(id) } })));
  workers.start();
  return { executor, workers, queue, add };
}

const jobOf = (id: string) => `${id}_start_1`;
const stuck = Array.from({ length: STUCK }, (_, i) => `stuck_${i}`);

it('an account whose runs never end leaves places to others, and all of its runs go on', async () => {
  const { executor, workers, queue, add } = await started('fair');
  await add(stuck);
  await vi.waitFor(() => expect(executor.begun.length).toBeGreaterThan(5), 60_000);
  await add(['quick_1']);
  await vi.waitFor(() => expect(executor.begun).toContain('quick_1'), 60_000);
  // Alone it may use nearly all that the process can do.
  await vi.waitFor(() => expect(executor.running.size).toBe(STUCK), 60_000);
  expect(executor.begun.length).toBe(STUCK + 1);

  // What ends without a place takes its job along, or tells when it comes back.
  executor.running.get('stuck_0')?.({ kind: 'done', why: 'simulated' });
  executor.running.get('stuck_1')?.({ kind: 'again', at: clock.now() + 500, exact: true });
  await vi.waitFor(async () => expect(await queue.getJob(jobOf('stuck_0'))).toBeUndefined(), 60_000);
  await vi.waitFor(() => expect(executor.begun.filter((id) => id === 'stuck_1')).toHaveLength(2), 60_000);

  // At the end all are handed back: no run is left, every job is there for another worker.
  await workers.stop(60_000);
  expect(await queue.getActiveCount()).toBe(0);
  expect((await queue.getDelayedCount()) + (await queue.getWaitingCount())).toBe(STUCK - 1);
  await queue.close();
}, 60_000);

it('a run that fails is tried again, and what has ended leaves no job, also of a build that stored more in it', async () => {
  const { executor, workers, queue } = await started('broken');
  await queue.add('start', {}, { jobId: jobOf('broken_1') });
  const earlier = { broadcastId: 'quick_1', action: 'start', revision: 1 };
  const kept = { attempts: 30, backoff: { type: 'fixed', delay: 1_000 }, removeOnComplete: true, removeOnFail: true };
  await queue.add('start', earlier, { jobId: jobOf('quick_1'), ...kept });
  await vi.waitFor(() => expect(executor.begun.filter((id) => id === 'broken_1')).toHaveLength(3), 30_000);
  await vi.waitFor(async () => expect(Object.values(await queue.getJobCounts()).filter(Boolean)).toEqual([]), 30_000);
  expect(executor.begun).toContain('quick_1');
  await workers.stop(60_000);
  await queue.close();
}, 60_000);
