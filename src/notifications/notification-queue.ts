import { type Job, Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { passes } from '../events/event-filter.ts';
import type { StoredEvent } from '../events/event-log.ts';

export const NOTIFICATIONS = 'notifications';

/** One event for one target. Without the URL, which may be a secret. */
export interface NotificationJob {
  eventId: string;
  type: string;
  /** `NotifyTarget.id`. */
  target: string;
  /** The event as JSON. */
  text: string;
}

/** Pauses between the tries of one notification, s: thirteen tries over a day. */
export const RETRY_PAUSES_S: readonly number[] = [
  5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 25_200,
];

/**
 * Delivered ones are remembered this long, s: if a reader crashes before it stores its position, the event is read again and
 * must find its job.
 */
const REMEMBERED_S = 3_600;
/** Dead letters kept at most, over all targets. */
const MAX_DEAD_LETTERS = 10_000;
/** Alerts have no priority number, so they go before changes. */
const CHANGE_PRIORITY = 10;

/** A notification that was not delivered within a day. */
export interface DeadLetter {
  eventId: string;
  type: string;
  target: string;
  reason: string;
  attempts: number;
  /** Ms since the epoch. */
  failedAt: number;
  text: string;
}

/** The queue of notifications. */
export class NotificationQueue {
  readonly #queue: Queue<NotificationJob>;
  readonly #retentionS: number;

  /** @param options `retentionMs`: how long dead letters are kept */
  constructor(options: { redis: Redis | Cluster; prefix: string; retentionMs: number }) {
    this.#queue = new Queue<NotificationJob>(NOTIFICATIONS, {
      connection: options.redis,
      prefix: options.prefix,
      streams: { events: { maxLen: 1_000 } },
    });
    this.#queue.on('error', () => {});
    this.#retentionS = Math.ceil(options.retentionMs / 1_000);
  }

  /** One job per event and target; existing jobs are not added again. */
  async add(events: StoredEvent[], targets: { id: string; only: string[] }[]): Promise<void> {
    const jobs = targets.flatMap(({ id, only }) =>
      events.filter((event) => passes({ types: only, broadcastId: null }, event)).map((event) => this.#job(event, id)),
    );
    if (jobs.length > 0) await this.#queue.addBulk(jobs);
  }

  /** The newest first. */
  async dead(limit: number): Promise<DeadLetter[]> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    return jobs.filter((job) => job !== undefined && job !== null).map(deadLetter);
  }

  /** Puts up to `limit` dead letters back in the queue, for another day of tries. Returns how many. */
  async retryDead(limit: number): Promise<number> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    const retried = await Promise.allSettled(jobs.map((job) => job.retry('failed', { resetAttemptsMade: true })));
    return retried.filter(({ status }) => status === 'fulfilled').length;
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  #job({ id, text, event }: StoredEvent, target: string) {
    return {
      name: event.type,
      data: { eventId: id, type: event.type, target, text },
      opts: {
        jobId: `${id}_${target}`,
        attempts: RETRY_PAUSES_S.length + 1,
        backoff: { type: 'custom' },
        removeOnComplete: { age: REMEMBERED_S, count: 100_000 },
        removeOnFail: { age: this.#retentionS, count: MAX_DEAD_LETTERS },
        ...(event.type.startsWith('alert.') ? {} : { priority: CHANGE_PRIORITY }),
      },
    };
  }
}

function deadLetter({ data, failedReason, attemptsMade, finishedOn, timestamp }: Job<NotificationJob>): DeadLetter {
  const { eventId, type, target, text } = data;
  const failedAt = finishedOn ?? timestamp;
  return { eventId, type, target, reason: failedReason ?? '', attempts: attemptsMade, failedAt, text };
}
