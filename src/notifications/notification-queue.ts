import { type Job, Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Keys } from '../broadcasts/store/keys.ts';
import { type LuaCommands, withLua } from '../broadcasts/store/lua-scripts.ts';
import type { NotifyTarget } from '../config/notify-url.ts';
import { compareEventIds } from '../events/event-id.ts';
import type { StoredEvent } from '../events/event-log.ts';
import { MAX_LINES } from './notice.ts';
import { wants } from './target-filter.ts';

export const NOTIFICATIONS = 'notifications';

/** One message for one target. Without the URL, which may contain a secret. */
export interface NotificationJob {
  eventId: string;
  type: string;
  /** `NotifyTarget.id`. */
  target: string;
  /** The event as JSON; for a message that collects several, the first. */
  text: string;
  /** It collects events of its type until it is sent. */
  collects?: true;
  /** The collected events once it is closed: the first `MAX_LINES`. */
  texts?: string[];
  /** How many events beyond those; omitted: none. */
  more?: number;
}

/** The content of a message: the texts of the first events, and how many more there are. */
export interface Collected {
  texts: string[];
  more: number;
}

/**
 * How long a message for people collects events of one type, ms: an outage with 40 broadcasts is one message with 40 names.
 * A mail may come a minute later; in a chat people wait for it.
 */
export type CollectTimes = Record<NotifyTarget['format'], number>;
export const COLLECT_MS: CollectTimes = { standard: 0, slack: 3_000, teams: 3_000, mail: 60_000 };

/** Pauses between the attempts of one notification, s: thirteen attempts over a day. */
export const RETRY_PAUSES_S: readonly number[] = [
  5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 25_200,
];

/**
 * Delivered ones are remembered this long, s. If a reader crashes before it stores its position, the event is read again and must find its
 * job.
 */
const REMEMBERED_S = 3_600;
/** Maximum dead letters, over all targets. */
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
  /** How many events the message covers. */
  events: number;
  /** Ms since the epoch. */
  failedAt: number;
  text: string;
}

export interface NotificationQueueOptions {
  redis: Redis | Cluster;
  keys: Keys;
  /** How long dead letters are kept, ms. */
  retentionMs: number;
  collectMs?: CollectTimes;
}

/** The queue of notifications. */
export class NotificationQueue {
  readonly #queue: Queue<NotificationJob>;
  readonly #redis: (Redis | Cluster) & LuaCommands;
  readonly #keys: Keys;
  readonly #retentionS: number;
  readonly #collectMs: CollectTimes;

  constructor({ redis, keys, retentionMs, collectMs = COLLECT_MS }: NotificationQueueOptions) {
    this.#redis = withLua(redis);
    this.#keys = keys;
    this.#collectMs = collectMs;
    this.#queue = new Queue<NotificationJob>(NOTIFICATIONS, {
      connection: redis,
      prefix: keys.bullmq,
      streams: { events: { maxLen: 1_000 } },
    });
    this.#queue.on('error', () => {});
    this.#retentionS = Math.ceil(retentionMs / 1_000);
  }

  /** One job per event and target, or per message that collects; existing jobs are not added again. */
  async add(events: StoredEvent[], targets: NotifyTarget[]): Promise<void> {
    const wanted = targets.flatMap((target) =>
      events.filter(({ event }) => wants(target, event)).map((event) => ({ target, event })),
    );
    const jobs = await Promise.all(wanted.map(({ target, event }) => this.#job(event, target)));
    const byId = new Map(jobs.map((job) => [job.opts.jobId, job] as const).reverse());
    if (byId.size > 0) await this.#queue.addBulk([...byId.values()]);
  }

  /** The events of a job's message. Closes a message that still collects, so that every attempt sends the same. */
  async collected(job: Job<NotificationJob>): Promise<Collected> {
    const { eventId: batch, target, type, text, collects, texts, more = 0 } = job.data;
    if (texts) return { texts, more };
    if (!collects) return { texts: [text], more };
    const flat = await this.#redis.lsNotifyBatch(this.#keys.base, JSON.stringify({ op: 'close', target, type, batch }));
    const pairs = flat.flatMap((id, i) => (i % 2 === 0 ? [{ id, text: flat[i + 1] ?? '' }] : []));
    const others = Number(pairs.find(({ id }) => id === 'more')?.text ?? 0);
    const known = pairs.filter(({ id }) => id !== 'more').sort((a, b) => compareEventIds(a.id, b.id));
    const all = known.length > 0 ? known.map((pair) => pair.text) : [text];
    await job.updateData({ ...job.data, texts: all, ...(others > 0 ? { more: others } : {}) });
    await this.#redis.del(this.#keys.named(`notify-batch:${batch}:${target}`));
    return { texts: all, more: others };
  }

  /** Newest first. */
  async dead(limit: number): Promise<DeadLetter[]> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    return jobs.filter((job) => job !== undefined && job !== null).map(deadLetter);
  }

  /** Puts up to `limit` dead letters back into the queue, for another day of attempts. Returns how many. */
  async retryDead(limit: number): Promise<number> {
    const jobs = await this.#queue.getFailed(0, limit - 1);
    const retried = await Promise.allSettled(jobs.map((job) => job.retry('failed', { resetAttemptsMade: true })));
    return retried.filter(({ status }) => status === 'fulfilled').length;
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #job(stored: StoredEvent, { id: target, format }: NotifyTarget) {
    const { type } = stored.event;
    const windowMs = this.#collectMs[format];
    const id = windowMs > 0 ? await this.#collect(stored, target, windowMs) : stored.id;
    return {
      name: type,
      data: { eventId: id, type, target, text: stored.text, ...(windowMs > 0 ? { collects: true as const } : {}) },
      opts: {
        jobId: `${id}_${target}`,
        attempts: RETRY_PAUSES_S.length + 1,
        backoff: { type: 'custom' },
        removeOnComplete: { age: REMEMBERED_S, count: 100_000 },
        removeOnFail: { age: this.#retentionS, count: MAX_DEAD_LETTERS },
        ...(windowMs > 0 ? { delay: windowMs } : {}),
        ...(type.startsWith('alert.') ? {} : { priority: CHANGE_PRIORITY }),
      },
    };
  }

  /** Adds an event to the open message of its type. Returns the id of that message. */
  async #collect({ id: event, text, event: { type } }: StoredEvent, target: string, windowMs: number): Promise<string> {
    const what = { op: 'collect', target, type, event, text, windowMs, most: MAX_LINES };
    const [batch = event] = await this.#redis.lsNotifyBatch(this.#keys.base, JSON.stringify(what));
    return batch;
  }
}

function deadLetter({ data, failedReason, attemptsMade, finishedOn, timestamp }: Job<NotificationJob>): DeadLetter {
  const { eventId, type, target, text, texts, more = 0 } = data;
  const events = (texts?.length ?? 1) + more;
  const failedAt = finishedOn ?? timestamp;
  return { eventId, type, target, reason: failedReason ?? '', attempts: attemptsMade, events, failedAt, text };
}
