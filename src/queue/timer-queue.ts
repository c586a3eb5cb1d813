import { Job, Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Action, Broadcast } from '../broadcasts/broadcast.ts';
import { expectedTimers, jobIdOf, type Timer, timerChanges } from '../broadcasts/rules/timers.ts';
import type { Clock } from '../clock.ts';

/** Names what a job is for, and nothing else: the record decides what happens. */
export interface TimerJob {
  broadcastId: string;
  action: Action;
  revision: number;
}

export const QUEUE_NAMES = { start: 'starts', stop: 'stops' } as const;

/**
 * A job is due this long before its moment, ms; the worker sleeps the rest itself. BullMQ alone is 39 to 52 ms late on an
 * idle Redis (p50). The lead also covers a lost marker and some skew between machines.
 */
export const LEAD_MS = 2_000;

/** Jobs to look up in one command. */
const JOBS_AT_ONCE = 100;

/** BullMQ's states for ended jobs. */
const ENDED = ['completed', 'failed'] as const;
/** Jobs to remove per queue and state in one command. */
const ENDED_AT_ONCE = 1_000;

/** The jobs that make a worker act at the right moment. */
export interface TimerQueue {
  /** Replaces the jobs of `before` with those of `after`. */
  sync(before: Broadcast | null, after: Broadcast): Promise<void>;
  /** Adds one job, unless it exists. */
  add(broadcast: Broadcast, timer: Timer): Promise<void>;
  /** Adds all jobs of many broadcasts. */
  addAll(broadcasts: Broadcast[]): Promise<void>;
  /** The timers of these broadcasts that have no job. */
  missing(broadcasts: Broadcast[]): Promise<{ broadcast: Broadcast; timer: Timer }[]>;
  /** Removes ended jobs: `missing` would count them as present, and BullMQ cannot add an id that exists. */
  removeEnded(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps timers as BullMQ jobs in two queues, so that a rush of starts does not delay a stop. */
export class BullMqTimerQueue implements TimerQueue {
  readonly #queues: Record<Action, Queue>;
  readonly #redis: Redis | Cluster;
  readonly #prefix: string;
  readonly #clock: Clock;
  #adding: { job: Job; resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(options: { redis: Redis | Cluster; prefix: string; clock: Clock }) {
    const queue = (name: string) =>
      new Queue(name, {
        connection: options.redis,
        prefix: options.prefix,
        streams: { events: { maxLen: 1_000 } },
      });
    this.#queues = { start: queue(QUEUE_NAMES.start), stop: queue(QUEUE_NAMES.stop) };
    // The connection reports its own errors, but a queue without a listener would end the process.
    for (const queue of Object.values(this.#queues)) queue.on('error', () => {});
    this.#redis = options.redis;
    this.#prefix = options.prefix;
    this.#clock = options.clock;
  }

  async sync(before: Broadcast | null, after: Broadcast): Promise<void> {
    const { added, removed } = timerChanges(before, after, this.#clock.now());
    await Promise.all(added.map((timer) => this.add(after, timer)));
    // Best effort: BullMQ does not remove a job that a worker holds; its run finds the new plan and ends.
    await Promise.all(removed.map(({ action, id }) => this.#queues[action].remove(id).catch(() => 0)));
  }

  /**
   * A job is hardly more than its id, which names its purpose (`timerJobOf`), so Redis stores it as one small piece. `timestamp` is
   * pinned: a delay that counts from the end of the call would make the job late. A setting of the workers decides the fate of ended jobs.
   */
  add(broadcast: Broadcast, { action, at }: Timer): Promise<void> {
    const now = this.#clock.now();
    const opts = { timestamp: Math.round(now), delay: Math.max(0, Math.round(at - LEAD_MS - now)) };
    const job = new Job(this.#queues[action], action, {}, opts, jobIdOf(broadcast, action));
    // BullMQ stores the options, although the job has fields with the same values: without them, a job takes 48 bytes less.
    job.opts = { delay: opts.delay };
    return new Promise((resolve, reject) => {
      this.#adding.push({ job, resolve, reject });
      if (this.#adding.length === 1) setImmediate(() => void this.#addTogether());
    });
  }

  /** Uses its own pipeline: ioredis' shared one would wait for the pipeline before it, and that one for the disk. */
  async #addTogether(): Promise<void> {
    const adding = this.#adding;
    this.#adding = [];
    try {
      const pipeline = (await this.#queues.start.backend.client).pipeline();
      for (const { job } of adding) void job.addJob(pipeline);
      const answers = (await pipeline.exec()) ?? [];
      for (const [i, { resolve, reject }] of adding.entries()) {
        const [error] = answers[i] ?? [new Error('BullMQ gave no answer')];
        if (error) reject(error);
        else resolve();
      }
    } catch (error) {
      for (const { reject } of adding) reject(error);
    }
  }

  async addAll(broadcasts: Broadcast[]): Promise<void> {
    await Promise.all(
      broadcasts.flatMap((broadcast) => expectedTimers(broadcast).map((timer) => this.add(broadcast, timer))),
    );
  }

  async missing(broadcasts: Broadcast[]): Promise<{ broadcast: Broadcast; timer: Timer }[]> {
    const wanted = broadcasts.flatMap((broadcast) => expectedTimers(broadcast).map((timer) => ({ broadcast, timer })));
    const missing = [];
    for (let from = 0; from < wanted.length; from += JOBS_AT_ONCE)
      missing.push(this.#missingOf(wanted.slice(from, from + JOBS_AT_ONCE)));
    return (await Promise.all(missing)).flat();
  }

  /** Usually all of them exist, and one command shows it. */
  async #missingOf<Wanted extends { broadcast: Broadcast; timer: Timer }>(wanted: Wanted[]): Promise<Wanted[]> {
    const keys = wanted.map(
      ({ broadcast, timer }) => `${this.#prefix}:${QUEUE_NAMES[timer.action]}:${jobIdOf(broadcast, timer.action)}`,
    );
    if ((await this.#redis.exists(...keys)) === keys.length) return [];
    const there = await Promise.all(keys.map((key) => this.#redis.exists(key)));
    return wanted.filter((_timer, i) => there[i] === 0);
  }

  /** Our workers leave none, but earlier versions fail a job without data and keep it. One command when there is none. */
  async removeEnded(): Promise<void> {
    const sets = Object.values(this.#queues).flatMap((queue) => ENDED.map((state) => ({ queue, state })));
    if ((await this.#redis.exists(...sets.map(({ queue, state }) => queue.toKey(state)))) === 0) return;
    await Promise.all(sets.map(({ queue, state }) => queue.clean(0, ENDED_AT_ONCE, state)));
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
  }
}
