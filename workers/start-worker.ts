import { hostname } from 'node:os';
import { nanoid } from 'nanoid';
import type { AppContext } from '../src/app/context.ts';
import { createScheduler } from '../src/app/create-scheduler.ts';
import type { ZoomReads } from '../src/broadcasts/zoom-port.ts';
import { startNotifications } from '../src/notifications/notification-feed.ts';
import { COUNTS, StoredCounts } from '../src/observability/stored-counts.ts';
import { Preflight } from '../src/preflight/preflight.ts';
import { PreflightTask } from '../src/preflight/preflight-task.ts';
import { Heartbeat } from '../src/queue/heartbeat.ts';
import { accountsOfWorkers, KnownAccounts } from '../src/queue/known-accounts.ts';
import { connectRedis, disconnectRedis } from '../src/redis/connection.ts';
import { applyZoomEvent } from '../src/scheduling/apply-zoom-event.ts';
import { createSeries } from '../src/series/create-series.ts';
import { packageVersion } from '../src/version.ts';
import { AccountHealth } from '../src/zoom/account-health.ts';
import { createZoomClient } from '../src/zoom/client.ts';
import { countedZoom } from '../src/zoom/counted-zoom.ts';
import { storeRest } from '../src/zoom/events/inbox.ts';
import { createRedisTokenStore } from '../src/zoom/tokens/redis-token-store.ts';
import { createTokens } from '../src/zoom/tokens/tokens.ts';
import { Executor } from './jobs/executor.ts';
import { DEFAULT_CONCURRENCY, JobProcessor } from './jobs/job-processor.ts';
import { RestartableWorkerPool } from './jobs/worker-pool.ts';
import { Deadlines } from './maintenance/deadlines.ts';
import { JobRepair } from './maintenance/job-repair.ts';
import { Leader } from './maintenance/leader.ts';
import { OverdueScanner } from './maintenance/overdue-scanner.ts';
import { Retention } from './maintenance/retention.ts';
import { Watchdog, type WatchdogTimes } from './maintenance/watchdog.ts';
import { createInbox } from './zoom-events/inbox.ts';
import { ZoomSockets } from './zoom-events/zoom-sockets.ts';

export interface RunningWorker {
  workerId: string;
  /** Finishes or hands back what is in hand, within `graceMs` (default 12 s). Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

export interface StartWorkerOptions {
  /** The worker gets no jobs any more, and building its BullMQ side anew did not help: the process should end. */
  onHanging?: () => void;
  watchdogTimes?: WatchdogTimes;
}

/** Longer than one request to Zoom (10 s), shorter than the 15 s that a supervisor may wait. */
const GRACE_MS = 12_000;

/** Builds the parts of one worker and starts them, in the order in which they need each other. */
export async function startWorker(core: AppContext, options: StartWorkerOptions = {}): Promise<RunningWorker> {
  const { config, logger, target, redis, keys, clock, store, queue, notices, writer, accounts, rules, sealer } = core;
  const workerId = `${hostname().replace(/[^\w.-]/g, '')}-${process.pid}-${nanoid(6)}`;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const connectBlocking = () => connectRedis(target, 'blocking', { onError });
  const [blocking, subscriber, inboxConnection] = await Promise.all([
    connectBlocking(),
    connectRedis(target, 'subscriber', { onError }),
    connectRedis(target, 'blocking', { onError }),
  ]);
  await notices.listen(subscriber);
  const tokenStore = createRedisTokenStore({ redis, key: keys.named, sealer });
  const health = new AccountHealth(redis, keys, clock);
  const tokens = createTokens({
    ...{ accounts, store: tokenStore, clock, timeoutMs: config.zoom.timeoutMs, proxies: config.proxies, logger },
    onCredentials: (account, advice) => health.token(account, advice),
    onNoToken: (account, reason) => health.noToken(account, reason),
  });
  const { timeoutMs, requestFormat } = config.zoom;
  const counts = new StoredCounts(redis, keys.named(COUNTS), logger);
  const zoom = countedZoom(
    createZoomClient({
      accounts,
      tokens,
      clock,
      timeoutMs,
      requestFormat,
      proxies: config.proxies,
      logger,
      version: packageVersion(),
    }),
    (request, outcome) => counts.zoom(request, outcome),
    (account, status) => health.answered(account, status),
  );

  const heartbeat = new Heartbeat(redis, keys, workerId);
  const executor = new Executor({
    store,
    writer,
    zoom,
    clock,
    notices,
    rules,
    openSealed: opener(sealer),
    workerId,
    logger,
    clockGuard: core.clockWatch,
    knows: (account) => accounts.get(account) !== undefined,
    onSent: (action, latenessMs) => counts.late(action, latenessMs),
  });
  const concurrency = config.worker.concurrency ?? DEFAULT_CONCURRENCY;
  const bullmq = new RestartableWorkerPool(connectBlocking, blocking, (connection) => {
    return new JobProcessor({ redis: connection, prefix: keys.bullmq, executor, clock, logger, concurrency });
  });
  const watchdog = new Watchdog({
    redis,
    prefix: keys.bullmq,
    workerId,
    clock,
    logger,
    ...(options.watchdogTimes ? { times: options.watchdogTimes } : {}),
    onCanary: () => {
      heartbeat.canaryAt = clock.now();
    },
    rebuild: () => bullmq.rebuild(),
    giveUp: () => options.onHanging?.(),
  });
  const onFailure = (task: string) => counts.leaderError(task);
  const jobRepair = new JobRepair({ redis, store, queue, logger });
  const leader = new Leader({
    ...{ redis, keys, workerId, clock, logger, onFailure },
    tasks: [
      new Deadlines({ redis, store, writer, queue, clock, rules, workerId, logger, onFailure }),
      jobRepair,
      new Retention({ redis, store, clock, retentionMs: config.retentionMs }),
      createSeries(core, createScheduler(core)).task,
      preflightTask(core, zoom, workerId),
      new ZoomSockets({ redis, keys, clock, accounts, tokens, logger, proxies: config.proxies }),
      tidyAlerts(core),
    ],
  });
  const inbox = createInbox({
    redis: inboxConnection,
    commands: redis,
    keys,
    clock,
    take: (seen, after) =>
      applyZoomEvent({ store, writer, rules, later: (rest, from) => storeRest(redis, keys, rest, from) }, seen, after),
    logger,
  });

  const knows = (account: string) => accounts.get(account) !== undefined;
  const overdueScanner = new OverdueScanner({
    redis,
    store,
    executor,
    clock,
    logger,
    knows,
    clockGuard: core.clockWatch,
  });
  const knownAccounts = new KnownAccounts(redis, keys, workerId, () => accounts.names());
  core.onAccounts = () => knownAccounts.announce();
  const notifications = await startNotifications(core);

  await heartbeat.start();
  await knownAccounts.start();
  counts.start();
  bullmq.start();
  watchdog.start(bullmq.connection);
  await inbox.start();
  leader.start();
  overdueScanner.start();
  redis.on('ready', () => {
    heartbeat.soon();
    leader.soon(jobRepair.name);
  });
  logger.info({ workerId, concurrency }, 'worker started');

  let closing: Promise<void> | null = null;
  const close = async (graceMs: number) => {
    const ending = [
      watchdog.stop(),
      leader.stop(graceMs),
      inbox.stop(),
      notifications?.close(),
      bullmq.close(graceMs),
      overdueScanner.close(graceMs),
    ];
    await Promise.all(ending);
    await counts.stop();
    await knownAccounts.stop();
    await heartbeat.stop();
    await zoom.close();
    await tokens.close();
    await Promise.all([bullmq.connection, subscriber, inboxConnection].map(disconnectRedis));
  };
  return {
    workerId,
    close: (graceMs = GRACE_MS) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

/** How often alerts that are over by themselves are resolved, and old ones forgotten, ms. */
const TIDY_ALERTS_MS = 10_000;

function tidyAlerts({ alerts, clock, config }: AppContext) {
  const runOnce = async () => {
    await alerts.tidy(clock.now() - config.retentionMs);
  };
  return { name: 'alerts', everyMs: TIDY_ALERTS_MS, runOnce };
}

function preflightTask(core: AppContext, zoom: ZoomReads, workerId: string): PreflightTask {
  const { redis, keys, clock, store, writer, logger, accounts } = core;
  const whoKnows = async (account: string) => {
    if (accounts.get(account)) return 'here';
    return (await accountsOfWorkers(redis, keys)).has(account) ? 'elsewhere' : 'nowhere';
  };
  const preflight = new Preflight({ store, writer, zoom, clock, workerId, whoKnows });
  return new PreflightTask({ redis, keys, clock, logger, preflight });
}

function opener(sealer: AppContext['sealer']): (sealed: string) => string {
  return (sealed) => {
    if (!sealer) throw new Error('a stream key is sealed, but SECRETS_KEY is not set here');
    return sealer.open(sealed);
  };
}
