import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { NotifyTarget } from '../config/notify-url.ts';
import type { RedisClient } from '../redis/connection.ts';
import { endedWithin, type Service } from '../services/service.ts';
import type { DisabledTargets } from './disabled-targets.ts';
import { NOTIFICATIONS, type NotificationJob, type NotificationQueue, RETRY_PAUSES_S } from './notification-queue.ts';
import type { Delivery, Message, Notifier } from './notifier.ts';

/** Concurrent requests of one process; fewer to one target, so that a slow one does not block others. */
const CONCURRENCY = 50;
const CONCURRENCY_PER_TARGET = 10;
/** A job whose target is busy is retried after this, ms. */
const BUSY_MS = 500;
/** Longer than one request (10 s). */
const LOCK_MS = 30_000;
/** The longest delay a receiver may request: the last one of the schedule. */
const MAX_WAIT_MS = Math.max(...RETRY_PAUSES_S) * 1_000;

class NotDelivered extends Error {
  readonly retryAfterMs: number | null;

  constructor({ reason, retryAfterMs }: Delivery) {
    super(reason ?? 'not delivered');
    this.retryAfterMs = retryAfterMs;
  }
}

export interface NotificationWorkerDeps {
  /** A connection for BullMQ, which blocks on a copy of it. */
  redis: RedisClient;
  prefix: string;
  targets: readonly NotifyTarget[];
  queue: Pick<NotificationQueue, 'collected'>;
  notifier: Notifier;
  gone: DisabledTargets;
  clock: Clock;
  logger: Logger;
  /** For tests; s. Default: `RETRY_PAUSES_S`. */
  pausesS?: readonly number[];
}

/** Posts queued notifications, one target per job, and retries for a day; then the job is a dead letter. */
export class NotificationWorker implements Service {
  readonly name = 'notification worker';
  readonly #deps: NotificationWorkerDeps;
  #worker: Worker<NotificationJob> | null = null;
  readonly #inProgress = new Map<string, number>();

  constructor(deps: NotificationWorkerDeps) {
    this.#deps = deps;
  }

  /** A BullMQ worker that loses Redis while connecting never recovers, so wait for the connection. */
  async start(): Promise<void> {
    if (this.#worker) return;
    const { redis, prefix, logger } = this.#deps;
    this.#worker = new Worker<NotificationJob>(NOTIFICATIONS, (job, token) => this.#process(job, token), {
      connection: redis,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      lockDuration: LOCK_MS,
      maxStalledCount: 50,
      drainDelay: 1,
      settings: { backoffStrategy: (attempts, _type, error) => this.#pause(attempts, error) },
    });
    this.#worker.on('error', (error) => logger.debug({ err: error }, 'BullMQ error of the notification worker'));
    this.#worker.on('failed', (job, error) => this.#report(job, error));
    await this.#worker.waitUntilReady();
    void this.#worker.run().catch(() => {});
  }

  /** Fetches no more jobs, and waits up to `graceMs` for requests in progress (10 s at most). */
  async stop(graceMs: number): Promise<void> {
    if (this.#worker) await endedWithin(this.#worker.close(), graceMs);
  }

  async #process(job: Job<NotificationJob>, token?: string): Promise<void> {
    const { eventId, target: id } = job.data;
    const target = this.#deps.targets.find((known) => known.id === id);
    if (!target) throw new UnrecoverableError('this address is no longer in NOTIFY_URL');
    if (await this.#deps.gone.has(id)) throw new UnrecoverableError('the target answered 410 Gone');
    const inProgress = this.#inProgress.get(id) ?? 0;
    if (inProgress >= CONCURRENCY_PER_TARGET) {
      await job.moveToDelayed(Math.round(this.#deps.clock.now()) + BUSY_MS, token);
      throw new DelayedError();
    }
    this.#inProgress.set(id, inProgress + 1);
    try {
      await this.#send(target, { id: eventId, ...(await this.#deps.queue.collected(job)) });
    } finally {
      this.#inProgress.set(id, (this.#inProgress.get(id) ?? 1) - 1);
    }
  }

  async #send(target: NotifyTarget, message: Message): Promise<void> {
    const delivery = await this.#deps.notifier.send(target, message);
    if (delivery.delivered) return;
    if (delivery.status === 410) {
      await this.#deps.gone.note(target.id);
      throw new UnrecoverableError('the target answered 410 Gone: nothing is sent to it for a day');
    }
    throw new NotDelivered(delivery);
  }

  /** Adds up to a tenth of jitter, so that jobs that failed together are not retried together. */
  #pause(attempts: number, error: Error | undefined): number {
    const pauses = this.#deps.pausesS ?? RETRY_PAUSES_S;
    const planned = (pauses[Math.min(attempts, pauses.length) - 1] ?? 0) * 1_000;
    const requested = error instanceof NotDelivered ? Math.min(error.retryAfterMs ?? 0, MAX_WAIT_MS) : 0;
    return Math.round(Math.max(planned, requested) * (1 + this.#deps.clock.random() / 10));
  }

  #report(job: Job<NotificationJob> | undefined, error: Error): void {
    if (!job) return;
    const { eventId, type, target } = job.data;
    const dead = job.finishedOn !== undefined;
    const level = dead ? 'error' : 'warn';
    this.#deps.logger[level](
      { eventId, type, target, attempts: job.attemptsMade, reason: error.message },
      dead ? 'notification abandoned: it could not be delivered' : 'notification not delivered; it will be retried',
    );
  }
}
