import { hostname } from 'node:os';
import { nanoid } from 'nanoid';
import { type AppContext, inShard, type ShardContext } from '../src/app/context.ts';
import { createNotifications } from '../src/notifications/notification-feed.ts';
import { Heartbeat } from '../src/queue/heartbeat.ts';
import { KnownAccounts } from '../src/queue/known-accounts.ts';
import { connectRedis } from '../src/redis/connection.ts';
import { WithConnection } from '../src/redis/with-connection.ts';
import { applyZoomEvent } from '../src/scheduling/apply-zoom-event.ts';
import type { Service } from '../src/services/service.ts';
import { ServiceList } from '../src/services/service-list.ts';
import { storeRest } from '../src/zoom/events/inbox.ts';
import { Executor } from './jobs/executor.ts';
import { DEFAULT_CONCURRENCY, JobProcessor } from './jobs/job-processor.ts';
import { RestartableWorkerPool } from './jobs/worker-pool.ts';
import { Leader, type LeaderTask } from './maintenance/leader.ts';
import { createLeaderTasks, createShardTasks } from './maintenance/leader-tasks.ts';
import { OverdueScanner } from './maintenance/overdue-scanner.ts';
import { Watchdog, type WatchdogTimes } from './maintenance/watchdog.ts';
import { openZoom, type ZoomAccess } from './open-zoom.ts';
import { createInbox } from './zoom-events/inbox.ts';
import { ZoomSockets } from './zoom-events/zoom-sockets.ts';

export interface RunningWorker {
  workerId: string;
  /** Finishes or hands back what is in progress, within `graceMs` (default 12,000). Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

export interface StartWorkerOptions {
  /** BullMQ delivers no jobs to this worker, and a rebuild of the pool did not help: the process should end. */
  onHanging?: () => void;
  watchdogTimes?: WatchdogTimes;
  /** Services that start before the worker and stop after it. */
  alongside?: readonly Service[];
}

/** Dependencies of all services of one worker. */
interface Worker {
  core: AppContext;
  workerId: string;
  zoom: ZoomAccess;
  connect: () => ReturnType<typeof connectRedis>;
}

/** Dependencies of the services of one shard. */
interface ShardWorker extends Omit<Worker, 'core'> {
  core: ShardContext;
  heartbeat: Heartbeat;
}

/** Longer than one request to Zoom (10 s), shorter than the 15 s after which a supervisor may kill. */
const GRACE_MS = 12_000;

/** Starts one worker. If a service fails to start, those before it stop. */
export async function startWorker(core: AppContext, options: StartWorkerOptions = {}): Promise<RunningWorker> {
  const workerId = `${hostname().replace(/[^\w.-]/g, '')}-${process.pid}-${nanoid(6)}`;
  const services = workerServices(core, workerId, options);
  await services.start();
  core.logger.info({ workerId, concurrency: concurrencyOf(core) }, 'worker started');
  return { workerId, close: (graceMs = GRACE_MS) => services.stop(graceMs) };
}

/**
 * All services of one worker in start order. They stop in reverse: first, at once, everything that takes work, while the heartbeat
 * still holds the lease of the requests in progress; then the heartbeat; then Zoom's connections.
 */
function workerServices(core: AppContext, workerId: string, options: StartWorkerOptions): ServiceList {
  const { redis, keys, shards, logger, target, accounts } = core;
  const onError = (error: Error) => logger.warn({ err: error }, 'Redis connection error');
  const zoom = openZoom(core);
  const worker: Worker = { core, workerId, zoom, connect: () => connectRedis(target, 'blocking', { onError }) };
  const ofShards = shards.map((shard): ShardWorker => {
    return { ...worker, core: inShard(core, shard), heartbeat: new Heartbeat(redis, shard.keys, workerId, logger) };
  });
  const knownAccounts = new KnownAccounts(redis, keys, workerId, () => accounts.names(), logger);
  core.onAccounts = () => knownAccounts.announce();
  const services = [
    ...(options.alongside ?? []),
    new WithConnection(
      'change notices',
      () => connectRedis(target, 'subscriber', { onError }),
      (subscriber) => ({ name: 'change notices', start: () => core.notices.listen(subscriber), stop: async () => {} }),
    ),
    zoom.connections,
    ...ofShards.map(({ heartbeat }) => heartbeat),
    knownAccounts,
    zoom.counts,
    takingWork(worker, ofShards, options),
  ];
  return new ServiceList({ ...core, name: 'worker', services });
}

/** The services that take work on their own. They stop together, so that none takes more while others finish. */
function takingWork(worker: Worker, ofShards: ShardWorker[], options: StartWorkerOptions): ServiceList {
  const { core, workerId, zoom } = worker;
  const sockets = new ZoomSockets({ ...core, tokens: zoom.tokens, proxies: core.config.proxies });
  const tasks = [...createLeaderTasks(core, workerId, zoom), sockets];
  const notifications = createNotifications(core);
  const services = [
    ...(notifications ? [notifications] : []),
    // The leader of the first shard also does what belongs to no shard.
    ...ofShards.flatMap((one, i) => ofShard(one, i === 0 ? { sockets, tasks } : { tasks: [] }, options)),
  ];
  return new ServiceList({ ...core, name: 'work', services, stopTogether: true });
}

/** @param more additional tasks for the leader */
function ofShard(
  worker: ShardWorker,
  more: { sockets?: ZoomSockets; tasks: LeaderTask[] },
  options: StartWorkerOptions,
): Service[] {
  const { core, workerId, zoom, heartbeat } = worker;
  const executor = createExecutor(worker);
  const pool = createPool(worker, executor);
  const tasks = createShardTasks(core, workerId, zoom);
  const all = [...tasks.all, ...more.tasks];
  const leader = new Leader({ ...core, workerId, onFailure: zoom.onTaskFailure, tasks: all });
  const leading = more.sockets ? [more.sockets, leader] : [leader];
  return [
    pool,
    createWatchdog(worker, pool, options),
    new WithConnection('Zoom event inbox', worker.connect, (redis) => createInbox(inboxOptions(worker, redis))),
    new ServiceList({ ...core, name: 'leader and sockets', services: leading }),
    createScanner(worker, executor),
    afterReconnect(core, () => {
      heartbeat.soon();
      leader.soon(tasks.jobRepair.name);
    }),
  ];
}

function createExecutor({ core, workerId, zoom }: ShardWorker): Executor {
  const { sealer, clockWatch } = core;
  return new Executor({
    ...core,
    zoom: zoom.client,
    openSealed: (sealed) => {
      if (!sealer) throw new Error('a stream key is sealed, but SECRETS_KEY is not set here');
      return sealer.open(sealed);
    },
    workerId,
    clockGuard: clockWatch,
    knows: knowsOf(core),
    onSent: (action, latenessMs) => zoom.counts.late(action, latenessMs),
    onWait: (reason, what) => zoom.counts.waited(reason, what),
  });
}

function createScanner({ core, zoom }: ShardWorker, executor: Executor): OverdueScanner {
  const onRepair = () => zoom.counts.repaired('overdue', 1);
  return new OverdueScanner({ ...core, executor, clockGuard: core.clockWatch, knows: knowsOf(core), onRepair });
}

function createPool({ core, connect }: ShardWorker, executor: Executor): RestartableWorkerPool {
  const { keys, shards, clock, logger } = core;
  const concurrency = Math.ceil(concurrencyOf(core) / shards.length);
  return new RestartableWorkerPool(connect, (redis) => {
    return new JobProcessor({ redis, prefix: keys.bullmq, executor, clock, logger, concurrency });
  });
}

function createWatchdog(
  { core, workerId, zoom, heartbeat }: ShardWorker,
  pool: RestartableWorkerPool,
  { onHanging, watchdogTimes }: StartWorkerOptions,
): Watchdog {
  const { redis, keys, clock, logger } = core;
  return new Watchdog({
    ...{ redis, prefix: keys.bullmq, workerId, clock, logger },
    ...(watchdogTimes ? { times: watchdogTimes } : {}),
    connection: () => pool.connection,
    onCanary: (latenessMs) => {
      heartbeat.canaryAt = clock.now();
      zoom.counts.canary(latenessMs);
    },
    rebuild: () => pool.rebuild(),
    giveUp: () => onHanging?.(),
  });
}

function inboxOptions({ core, zoom }: ShardWorker, redis: AppContext['redis']): Parameters<typeof createInbox>[0] {
  const { store, writer, keys, clock, logger } = core;
  const later = (rest: Parameters<typeof storeRest>[2], from: number) => storeRest(core.redis, keys, rest, from);
  return {
    ...{ redis, commands: core.redis, keys, clock, logger },
    onDelay: (storedMs, processedMs) => {
      zoom.counts.eventDelay('stored', storedMs);
      zoom.counts.eventDelay('processed', processedMs);
    },
    take: (seen, after) => applyZoomEvent({ store, writer, rules: core.rules, later }, seen, after),
  };
}

/** Runs `renew` after each reconnect to Redis. */
function afterReconnect({ redis }: Pick<AppContext, 'redis'>, renew: () => void): Service {
  return {
    name: 'after a reconnect',
    start: () => void redis.on('ready', renew),
    stop: async () => void redis.off('ready', renew),
  };
}

function knowsOf({ accounts }: Pick<AppContext, 'accounts'>): (account: string) => boolean {
  return (account) => accounts.get(account) !== undefined;
}

function concurrencyOf({ config }: Pick<AppContext, 'config'>): number {
  return config.worker.concurrency ?? DEFAULT_CONCURRENCY;
}
