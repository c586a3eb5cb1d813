import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { EVENTS, type StoredEvent, storedEvent } from '../events/event-log.ts';
import { connectRedis, type RedisClient } from '../redis/connection.ts';
import { StreamConsumer, type StreamEntry } from '../redis/stream-consumer.ts';
import type { RedisTarget } from '../redis/url.ts';
import { WithConnection } from '../redis/with-connection.ts';
import type { Service } from '../services/service.ts';
import { ServiceList } from '../services/service-list.ts';
import { packageVersion } from '../version.ts';
import { DisabledTargets } from './disabled-targets.ts';
import { type CollectTimes, NotificationQueue } from './notification-queue.ts';
import { NotificationWorker } from './notification-worker.ts';
import { Notifier } from './notifier.ts';

/** Older events are not sent, ms: notifications were turned off at that time. */
const STALE_MS = 24 * 3_600_000;

export interface NotificationTimes {
  pausesS?: readonly number[];
  collectMs?: CollectTimes;
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
 * Sends events to NOTIFY_URL: events → one job per event and target → requests. Null: no NOTIFY_URL is set.
 * @param times for tests: pauses between attempts, s, and how long to collect messages, ms
 */
export function createNotifications(deps: NotificationDeps, times: NotificationTimes = {}): Service | null {
  const { config, logger, target } = deps;
  if (config.notify.targets.length === 0) return null;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const connect = () => connectRedis(target, 'blocking', { onError });
  const parts = (redis: RedisClient) =>
    new ServiceList({ ...deps, name: 'notifications', services: partsOn(redis, connect, deps, times) });
  return new WithConnection('notifications', connect, parts);
}

function partsOn(
  redis: RedisClient,
  connect: () => Promise<RedisClient>,
  { config, logger, redis: commands, keys, clock }: NotificationDeps,
  { pausesS, collectMs }: NotificationTimes,
): Service[] {
  const { targets, smtp } = config.notify;
  const { retentionMs } = config;
  const queue = new NotificationQueue({ redis, keys, retentionMs, ...(collectMs ? { collectMs } : {}) });
  const secret = config.notify.secret?.reveal() ?? null;
  const notifier = new Notifier({ clock, secret, version: packageVersion(), proxies: config.proxies, smtp });
  const gone = new DisabledTargets(commands, keys);
  const worker = new NotificationWorker({
    ...{ redis, prefix: keys.bullmq, targets, queue, notifier, gone, clock, logger },
    ...(pausesS ? { pausesS } : {}),
  });
  const feed = new WithConnection('notification feed', connect, (reading) => {
    return new StreamConsumer({
      ...{ name: 'notification feed', redis: reading, key: keys.named(EVENTS), group: 'notifications', clock, logger },
      // Events from before NOTIFY_URL was set are not sent.
      from: '$',
      remove: false,
      take: async (entries) => {
        await queue.add(newsOf(entries, clock.now()), targets);
        return entries.map(([id]) => id);
      },
    });
  });
  return [
    { name: 'notification queue', start: () => {}, stop: () => queue.close() },
    { name: 'notifier', start: () => {}, stop: () => notifier.close() },
    new ServiceList({ name: 'delivery', clock, logger, stopTogether: true, services: [feed, worker] }),
    {
      name: 'notification targets',
      start: () => logger.info({ targets: targets.map(({ name }) => name) }, 'sending notifications to NOTIFY_URL'),
      stop: async () => {},
    },
  ];
}

function newsOf(entries: StreamEntry[], now: number): StoredEvent[] {
  const events = entries.map(storedEvent).filter((event) => event !== null);
  return events.filter(({ id }) => Number(id.split('-', 1)[0]) >= now - STALE_MS);
}
