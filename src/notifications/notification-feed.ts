import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { EVENTS, type StoredEvent, storedEvent } from '../events/event-log.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../redis/connection.ts';
import { StreamConsumer, type StreamEntry } from '../redis/stream-consumer.ts';
import type { RedisTarget } from '../redis/url.ts';
import { packageVersion } from '../version.ts';
import { DisabledTargets } from './gone-targets.ts';
import { NotificationQueue } from './notification-queue.ts';
import { NotificationWorker } from './notification-worker.ts';
import { Notifier } from './notifier.ts';
import { targetsOf } from './target.ts';

/** Older events are not sent, ms: notifications were turned off meanwhile. */
const STALE_MS = 24 * 3_600_000;

export interface RunningNotifications {
  /** Finishes what is in progress. */
  close(): Promise<void>;
}

export interface NotificationDeps {
  config: Pick<Config, 'notify' | 'retentionMs' | 'proxies'>;
  logger: Logger;
  target: RedisTarget;
  redis: RedisClient;
  keys: Keys;
  clock: Clock;
}

/**
 * Sends events to NOTIFY_URL: events → one job per event and target → requests. Null when no NOTIFY_URL is set.
 * @param pausesS pauses between the tries, s; for tests
 */
export async function startNotifications(
  deps: NotificationDeps,
  pausesS?: readonly number[],
): Promise<RunningNotifications | null> {
  const { config, logger, target, redis, keys, clock } = deps;
  const targets = targetsOf(config.notify.urls);
  if (targets.length === 0) return null;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const [blocking, reading] = await Promise.all([
    connectRedis(target, 'blocking', { onError }),
    connectRedis(target, 'blocking', { onError }),
  ]);
  const prefix = keys.bullmq;
  const queue = new NotificationQueue({ redis: blocking, prefix, retentionMs: config.retentionMs });
  const notifier = new Notifier({
    clock,
    secret: config.notify.secret?.reveal() ?? null,
    version: packageVersion(),
    proxies: config.proxies,
  });
  const gone = new DisabledTargets(redis, keys);
  const worker = new NotificationWorker({
    ...{ redis: blocking, prefix, targets, notifier, gone, clock, logger },
    ...(pausesS ? { pausesS } : {}),
  });
  const feed = new StreamConsumer({
    ...{ redis: reading, key: keys.named(EVENTS), group: 'notifications', clock, logger },
    // Events from before NOTIFY_URL was set are not sent.
    from: '$',
    remove: false,
    take: async (entries) => {
      await queue.add(newsOf(entries, clock.now()), targets);
      return entries.map(([id]) => id);
    },
  });
  await feed.start();
  await worker.start();
  logger.info({ targets: targets.map(({ name }) => name) }, 'sending notifications to NOTIFY_URL');
  return {
    close: async () => {
      await Promise.all([feed.stop(), worker.close()]);
      await queue.close();
      await notifier.close();
      await Promise.all([blocking, reading].map(disconnectRedis));
    },
  };
}

function newsOf(entries: StreamEntry[], now: number): StoredEvent[] {
  const events = entries.map(storedEvent).filter((event) => event !== null);
  return events.filter(({ id }) => Number(id.split('-', 1)[0]) >= now - STALE_MS);
}
