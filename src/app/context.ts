import { hostname } from 'node:os';
import { nanoid } from 'nanoid';
import type { Logger } from 'pino';
import { AlertStore } from '../alerts/alert-store.ts';
import type { RuleSettings } from '../broadcasts/decision.ts';
import { type Keys, keysOf } from '../broadcasts/store/keys.ts';
import { migrate, SCHEMA_VERSION } from '../broadcasts/store/migrations.ts';
import { BroadcastStore } from '../broadcasts/store/store.ts';
import { SystemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { checkAtStart } from '../health/startup-checks.ts';
import { type BelongingOptions, createBelonging } from '../installation/belonging.ts';
import { meaningOf } from '../installation/meaning.ts';
import { ChangeNotices } from '../queue/change-notices.ts';
import { ClockWatch } from '../queue/clock-watch.ts';
import { ProcessList } from '../queue/process-list.ts';
import { BullMqTimerQueue, type TimerQueue } from '../queue/timer-queue.ts';
import { RedisClock } from '../redis/clock.ts';
import { connectRedis, disconnectRedis, type RedisClient } from '../redis/connection.ts';
import { redisError } from '../redis/refusal.ts';
import { describeRedisTarget, type RedisTarget } from '../redis/url.ts';
import { RedisWrites } from '../redis/write-probe.ts';
import { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
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

/** What API and worker have in common: connections, clock, store, queue and the rules' settings. */
export interface AppContext {
  config: Config;
  logger: Logger;
  target: RedisTarget;
  redis: RedisClient;
  keys: Keys;
  clock: RedisClock;
  /** Whether Redis takes writes. */
  writes: RedisWrites;
  /** Whether Redis' clock can be believed. */
  clockWatch: ClockWatch;
  store: BroadcastStore;
  alerts: AlertStore;
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
  /** Requests to Zoom that this process waits for. */
  zoomInFlight: () => number;
  /** Called after the accounts were reloaded, before the removed ones are reported. */
  onAccounts: () => Promise<void>;
  close(): Promise<void>;
}

/** Warn when Redis has not answered after this, ms. */
const REDIS_ANSWERS_MS = 500;
/** The clock is measured this often, ms. */
const MEASURE_MS = 10_000;
/** At a close, rounds in progress get this long to end, ms. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Connects, builds the parts and starts them.
 * @param belonging which Zoom the process means; left out: the accounts of its settings
 * @throws LivestreamError `redis_unavailable`, `other_installation`; ConfigError: TRACING is on without OpenTelemetry
 */
export async function openAppContext(
  config: Config,
  target: RedisTarget,
  logger: Logger,
  belonging: BelongingOptions = { meaning: meaningOf(config, false) },
): Promise<AppContext> {
  const tracing = config.tracing ? await loadOpenTelemetry(packageVersion(), logger) : NO_TRACING;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const waiting = setTimeout(
    () => logger.warn({ redis: describeRedisTarget(target) }, 'waiting for Redis, which is not answering yet'),
    REDIS_ANSWERS_MS,
  );
  const redis = await connectRedis(target, 'commands', { onError }).finally(() => clearTimeout(waiting));
  const keys = keysOf(config.redis.prefix);
  await checkAndMigrate(redis, keys, logger).catch(async (error) => {
    await disconnectRedis(redis);
    throw redisError(error) ?? error;
  });
  // BullMQ's producers get a connection of their own: its scripts and ours must not wait for each other's pipelines.
  const producer = await connectRedis(target, 'commands', { onError });
  const clock = new RedisClock(redis);
  const queue = new BullMqTimerQueue({ redis: producer, prefix: keys.bullmq, clock });
  const parts = createParts({ config, logger, target, redis, keys, clock, queue, belonging, tracing });
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
      onStop('timer queue', () => queue.close().catch(() => {})),
      createBelonging(parts, belonging),
      createProcessList(parts),
    ],
  });
  await services.start();
  return { ...parts, close: () => services.stop(CLOSE_GRACE_MS) };
}

type Given = Pick<
  AppContext,
  'config' | 'logger' | 'target' | 'redis' | 'keys' | 'clock' | 'queue' | 'belonging' | 'tracing'
>;

/** The parts, in the order in which they need each other. Nothing runs yet. */
function createParts(given: Given): Omit<AppContext, 'close'> {
  const { config, logger, redis, keys, clock, queue } = given;
  const writes = new RedisWrites(redis, keys.named('probe'), clock);
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
  const store = new BroadcastStore({
    ...{ redis, keys, rules, limits, virtualNow, preflightMs: config.preflightMs },
    onQuarantined: (record) => logger.error(record, 'a damaged broadcast record was moved to quarantine'),
    believes: () => clockWatch.reading(),
  });
  const notices = new ChangeNotices(redis, keys.named('changed'));
  const writer = new BroadcastWriter({ store, queue, notices, logger });
  const pauses = new Pauses({ redis, keys, writer, notices, clock, accounts, virtualNow });
  return {
    ...given,
    ...{ writes, store, clockWatch, alerts, notices, writer, pauses, accounts, eventsSeen, rules },
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

async function checkAndMigrate(redis: RedisClient, keys: Keys, logger: Logger): Promise<void> {
  await checkAtStart(redis, keys, new SystemClock(), logger);
  const had = await migrate(redis, keys);
  if (had !== null && had < SCHEMA_VERSION)
    logger.info({ from: had, to: SCHEMA_VERSION }, 'stored data migrated to the schema of this version');
}

function eventsComeIn(config: Config, account: ZoomAccount | undefined): boolean {
  return webhookSecret(config, account) !== null || Boolean(account?.webSocketUrl);
}

/** The secret that signs the events of an account: its own, or that of the environment. */
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
