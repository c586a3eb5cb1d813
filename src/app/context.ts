import { hostname } from 'node:os';
import { nanoid } from 'nanoid';
import type { Logger } from 'pino';
import { AlertStore, type Alerts } from '../alerts/alert-store.ts';
import type { RuleSettings } from '../broadcasts/decision.ts';
import { type Keys, keysOf } from '../broadcasts/store/keys.ts';
import { migrate, SCHEMA_VERSION } from '../broadcasts/store/migrations.ts';
import type { Records } from '../broadcasts/store/store.ts';
import { SystemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { checkAtStart } from '../health/startup-checks.ts';
import { type BelongingOptions, createBelonging } from '../installation/belonging.ts';
import { configuredZoomOf } from '../installation/configured-zoom.ts';
import { joinShards, watchShards } from '../installation/shard-count.ts';
import { ChangeNotices } from '../queue/change-notices.ts';
import { ClockWatch } from '../queue/clock-watch.ts';
import { ProcessList } from '../queue/process-list.ts';
import type { TimerQueue } from '../queue/timer-queue.ts';
import { RedisClock } from '../redis/clock.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../redis/connection.ts';
import { redisError } from '../redis/refusal.ts';
import { describeRedisTarget, type RedisTarget } from '../redis/url.ts';
import { RedisWrites } from '../redis/write-probe.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { Pauses } from '../scheduling/pauses.ts';
import { createSealer, type Sealer } from '../secrets/sealing.ts';
import { Loop, startingWith } from '../services/loop.ts';
import { onStop } from '../services/service.ts';
import { ServiceList } from '../services/service-list.ts';
import { loadOpenTelemetry } from '../tracing/open-telemetry.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import { packageVersion } from '../version.ts';
import { AccountDirectory, type ZoomAccount, zoomAccountsOf } from '../zoom/accounts.ts';
import { EventsSeen } from '../zoom/events/events-seen.ts';
import { accountLimits } from '../zoom/rate-limits.ts';
import { createRelay } from './create-relay.ts';
import { createShards, type Shard } from './create-shards.ts';

/** The common parts of API and worker: connections, clock, store, queue and the rules' settings. */
export interface AppContext {
  config: Config;
  logger: Logger;
  target: RedisTarget;
  redis: RedisClient;
  /** Keys of the first shard, which also holds everything without an account. */
  keys: Keys;
  /** All shards. `store`, `queue`, `writer` and `alerts` of the context span them. */
  shards: readonly Shard[];
  clock: RedisClock;
  /** Whether Redis accepts writes. */
  writes: RedisWrites;
  /** Whether to trust Redis' clock. */
  clockWatch: ClockWatch;
  store: Records;
  alerts: Alerts;
  queue: TimerQueue;
  notices: ChangeNotices;
  writer: BroadcastWriter;
  pauses: Pauses;
  accounts: AccountDirectory;
  eventsSeen: EventsSeen;
  rules: RuleSettings;
  sealer: Sealer | null;
  /** Which Zoom this process means; a reload of the accounts changes it. */
  belonging: BelongingOptions;
  tracing: Tracing;
  /** Number of requests to Zoom without an answer so far. */
  zoomInFlight: () => number;
  /** Called after a reload of the accounts, before the report about removed ones. */
  onAccounts: () => Promise<void>;
  close(): Promise<void>;
}

/** An app context whose store, queue, writer and alerts belong to one shard, for the loops that process one shard. */
export type ShardContext = Omit<AppContext, keyof Shard> & Shard;

export function inShard(core: AppContext, shard: Shard): ShardContext {
  return { ...core, ...shard };
}

/** Warn when Redis takes longer than this to answer, ms. */
const REDIS_ANSWERS_MS = 500;
/** Interval of the clock readings, ms. */
const MEASURE_MS = 10_000;
/** On close, running rounds get this long to end, ms. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Connects, builds the parts and starts them.
 * @param belonging which Zoom the process means; default: the accounts in its settings
 * @throws LivestreamError `redis_unavailable`, `other_installation`; ConfigError: TRACING is on without OpenTelemetry
 */
export async function openAppContext(
  config: Config,
  target: RedisTarget,
  logger: Logger,
  belonging: BelongingOptions = { zoom: configuredZoomOf(config, false) },
): Promise<AppContext> {
  const tracing = config.tracing ? await loadOpenTelemetry(packageVersion(), logger) : NO_TRACING;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const redis = await sayWhenWaiting(connectRedis(target, 'commands', { onError }), target, logger);
  const keys = Array.from({ length: config.redis.shards }, (_, shard) => keysOf(config.redis.prefix, shard));
  await checkAndMigrate(redis, keys, logger).catch(async (error) => {
    await disconnectRedis(redis);
    throw redisError(error) ?? error;
  });
  // BullMQ's producers get their own connection: its scripts and ours must not wait for each other's pipelines.
  const producer = await connectRedis(target, 'commands', { onError });
  const clock = new RedisClock(redis);
  const parts = createParts({ config, logger, target, redis, producer, allKeys: keys, clock, belonging, tracing });
  const measure = () => clock.measure();
  const problem = 'could not measure the clock of Redis; using the last measurement';
  const services = new ServiceList({
    name: 'shared parts',
    clock,
    logger,
    services: [
      onStop('Redis connections', () => Promise.all([producer, redis].map(disconnectRedis))),
      startingWith(measure, new Loop({ name: 'clock', everyMs: MEASURE_MS, runOnce: measure, logger, problem })),
      parts.writes.watch(logger),
      parts.clockWatch,
      parts.eventsSeen.watch(logger),
      onStop('timer queue', () => parts.queue.close().catch(() => {})),
      createBelonging(parts, belonging),
      watchShards(parts, belonging.onOther),
      createRelay(parts),
      createProcessList(parts),
    ],
  });
  await services.start();
  return { ...parts, close: () => services.stop(CLOSE_GRACE_MS) };
}

function sayWhenWaiting<T>(connecting: Promise<T>, target: RedisTarget, logger: Logger): Promise<T> {
  const waiting = setTimeout(
    () => logger.warn({ redis: describeRedisTarget(target) }, 'waiting for Redis, which is not answering yet'),
    REDIS_ANSWERS_MS,
  );
  return connecting.finally(() => clearTimeout(waiting));
}

type Given = Pick<AppContext, 'config' | 'logger' | 'target' | 'redis' | 'clock' | 'belonging' | 'tracing'> & {
  /** For BullMQ's queues. */
  producer: RedisClient;
  /** Keys of every shard. */
  allKeys: readonly Keys[];
};

/** Creates the parts in order of their dependencies. Starts nothing. */
function createParts({ producer, allKeys, ...given }: Given): Omit<AppContext, 'close'> {
  const { config, logger, redis, clock } = given;
  const keys = allKeys[0] as Keys;
  const writes = new RedisWrites(
    redis,
    allKeys.map((shard) => shard.named('probe')),
    clock,
  );
  const alerts = new AlertStore(redis, keys);
  const clockWatch = new ClockWatch({ clock, redis, keys, alerts, logger, ...ownIdentity() });
  const accounts = new AccountDirectory(zoomAccountsOf(config));
  const eventsSeen = new EventsSeen(redis, keys, clock);
  const rules: RuleSettings = {
    startRetryMs: config.startRetryMs,
    startWindowMs: config.startWindowMs,
    webhooksOn: (account) => eventsComeIn(config, accounts.get(account)) || eventsSeen.has(account),
    random: () => clock.random(),
  };
  const limits = (name: string) =>
    accountLimits(accounts.get(name) ?? { plan: config.zoom.plan, rateShare: config.zoom.rateShare });
  const virtualNow = () => clockWatch.scriptTime;
  const notices = new ChangeNotices(redis, keys.named('changed'));
  const shards = createShards(allKeys, {
    ...{ redis, producer, clock, notices, logger, rules, limits, virtualNow, preflightMs: config.preflightMs },
    onQuarantined: (record) => logger.error(record, 'a damaged broadcast record was moved to quarantine'),
    believes: () => clockWatch.reading(),
  });
  const { writer } = shards.together;
  const pauses = new Pauses({ redis, keys, shards: allKeys, writer, notices, clock, accounts, virtualNow });
  return {
    ...given,
    ...{ keys, shards: shards.each, ...shards.together },
    ...{ writes, clockWatch, notices, pauses, accounts, eventsSeen, rules },
    sealer: sealerOf(config),
    zoomInFlight: () => 0,
    onAccounts: async () => {},
  };
}

function createProcessList(parts: Omit<AppContext, 'close'>): ProcessList {
  return new ProcessList({ ...parts, ...ownIdentity(), version: packageVersion() });
}

function ownIdentity(): { id: string; host: string } {
  const host = hostname();
  return { id: `${host}:${process.pid}:${nanoid(6)}`, host };
}

async function checkAndMigrate(redis: RedisClient, shards: readonly Keys[], logger: Logger): Promise<void> {
  const keys = shards[0] as Keys;
  await checkAtStart(redis, keys, new SystemClock(), logger);
  await joinShards(redis, keys, shards.length);
  const had = await Promise.all(shards.map((shard) => migrate(redis, shard)));
  const from = had.find((version) => version !== null && version < SCHEMA_VERSION);
  if (from !== undefined)
    logger.info({ from, to: SCHEMA_VERSION }, 'stored data migrated to the schema of this version');
}

function eventsComeIn(config: Config, account: ZoomAccount | undefined): boolean {
  return webhookSecret(config, account) !== null || Boolean(account?.webSocketUrl);
}

/** The secret that signs the events of an account: its own, or the one from the environment. */
export function webhookSecret(config: Config, account: ZoomAccount | undefined): string | null {
  return (account?.webhookSecretToken ?? config.zoom.webhookSecretToken)?.reveal() ?? null;
}

function sealerOf({ secretsKey, formerSecretsKeys }: Config): Sealer | null {
  if (!secretsKey) return null;
  return createSealer(
    secretsKey.reveal(),
    formerSecretsKeys.map((key) => key.reveal()),
  );
}
