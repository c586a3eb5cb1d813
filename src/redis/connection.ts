import type { ClusterOptions, RedisOptions } from 'ioredis';
import { Cluster, Redis } from 'ioredis';
import { SystemClock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { SendOnceCluster } from './send-once-cluster.ts';
import type { RedisTarget } from './url.ts';
import { describeRedisTarget } from './url.ts';

/**
 * - `commands`: requests that a caller waits for. Fails within `COMMAND_TIMEOUT_MS` instead of waiting for Redis to come
 *   back, and resends nothing after a lost connection.
 * - `blocking`: what BullMQ's Workers are given (they duplicate it for their blocking pop). Waits for Redis forever; a
 *   half-open socket is noticed after `BLOCKING_SOCKET_TIMEOUT_MS`.
 * - `subscriber`: channels; subscribes again after each reconnect. What was published meanwhile is lost.
 */
export type RedisRole = 'commands' | 'blocking' | 'subscriber';
export type RedisClient = Redis | Cluster;

export interface ConnectOptions {
  /** How long the first connection may take, in ms; default 10,000. */
  timeoutMs?: number;
  /** Called for every connection error, even if it recovers; once for a run of equal messages. */
  onError?: (error: Error) => void;
}

/** Measured: the default strategy resumes 13 s after a restart of Redis, this one after 0.3 s. */
const MAX_RETRY_MS = 500;
const COMMAND_TIMEOUT_MS = 5_000;
/** Gives up a half-open socket; it counts only while an answer is awaited. */
const SOCKET_TIMEOUT_MS = 6_000;
/** Longer than the 10 s for which BullMQ blocks, or it would cut healthy connections. */
const BLOCKING_SOCKET_TIMEOUT_MS = 12_000;
/** Between two new connections because of a read-only server. */
const READONLY_PAUSE_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const FIRST_CONNECT_MS = 10_000;
/**
 * Waits of 100 ms of a Cluster without an answer for our slot: 16, the default, is used up during resharding. Somebody waits for
 * a command: with 40 it fails after 3 to 4 s (measured), with 200 it hung for as long as the master had no successor.
 */
const MAX_REDIRECTIONS: Record<RedisRole, number> = { commands: 40, blocking: 200, subscriber: 200 };
/** Answers that a retry cannot change. */
const REFUSED = /WRONGPASS|NOAUTH|NOPERM|invalid password|DB index is out of range/i;

/**
 * Connects and resolves when Redis has answered and has loaded its data.
 * Throws `LivestreamError` `redis_unavailable`, whose detail names the target without its password.
 */
export async function connectRedis(
  target: RedisTarget,
  role: RedisRole,
  options: ConnectOptions = {},
): Promise<RedisClient> {
  const client = createClient(target, role);
  const report = oncePerRun(options.onError);
  // Without a listener ioredis prints every reconnect on stderr.
  client.on('error', report);
  client.on('ready', () => report(null));
  await firstConnection(client, target, options.timeoutMs ?? FIRST_CONNECT_MS);
  return client;
}

/** Closes politely, or at once when Redis does not answer. Safe to call twice. */
export async function disconnectRedis(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  // QUIT would wait behind commands that wait for Redis to come back.
  if (client.status !== 'ready') return client.disconnect();
  await client.quit().catch(() => client.disconnect());
}

/** The options of a role for one server; exported for tests and for what builds its own client. */
export function roleOptions(role: RedisRole): RedisOptions {
  const shared: RedisOptions = {
    retryStrategy: retryDelay,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectionName: `livestream-${role}`,
    // A demoted master after a failover: reconnect, perhaps to the new one. Nothing was written, so resending is safe;
    // `commands` do not wait for that: the caller gets the error.
    reconnectOnError: onReadOnly(role),
  };
  if (role === 'commands') {
    return {
      ...shared,
      enableOfflineQueue: false,
      enableAutoPipelining: true,
      commandTimeout: COMMAND_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      // 0 fails pending commands when the connection is lost; the default sends them a second time. For a Cluster: SendOnceCluster.
      maxRetriesPerRequest: 0,
    };
  }
  if (role === 'blocking') return { ...shared, maxRetriesPerRequest: null, socketTimeout: BLOCKING_SOCKET_TIMEOUT_MS };
  return { ...shared, maxRetriesPerRequest: null, socketTimeout: SOCKET_TIMEOUT_MS };
}

/** A server that stays read-only (a replica) must not cut the connection, and all pending reads, with every write. */
function onReadOnly(role: RedisRole): (error: Error) => 1 | 2 | false {
  const clock = new SystemClock();
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    if (!message.startsWith('READONLY')) return false;
    if (role !== 'commands') return 2;
    if (clock.monotonic() - last < READONLY_PAUSE_MS) return false;
    last = clock.monotonic();
    return 1;
  };
}

function retryDelay(times: number): number {
  return Math.min(times * 50, MAX_RETRY_MS);
}

function createClient(target: RedisTarget, role: RedisRole): RedisClient {
  const login = { username: target.username ?? undefined, password: target.password?.reveal() };
  const options: RedisOptions = { ...roleOptions(role), ...login, lazyConnect: true };
  switch (target.kind) {
    case 'single':
      return new Redis({
        ...options,
        host: target.host,
        port: target.port,
        db: target.db,
        ...tls(target.tls, target.host),
      });
    case 'socket':
      return new Redis({ ...options, path: target.path, db: target.db });
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: target.sentinels,
        name: target.name,
        db: target.db,
        sentinelUsername: target.sentinelLogin.username ?? undefined,
        sentinelPassword: target.sentinelLogin.password?.reveal(),
        sentinelRetryStrategy: retryDelay,
        failoverDetector: true,
        ...(target.tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
      });
    case 'cluster':
      return role === 'commands'
        ? new SendOnceCluster(target.nodes, clusterOptions(target.tls, options, role))
        : new Cluster(target.nodes, clusterOptions(target.tls, options, role));
  }
}

/**
 * No `clusterNodeRetryStrategy`: with one, a dead master stays in ioredis' pool and a blocking command in its queue, forever
 * (BullMQ's workers hung after every failover until they were rebuilt). Without, its end makes ioredis ask who has the slot
 * now. No automatic pipelines either: one that waits for a dead master keeps all later commands waiting behind it, and none of
 * them has a time-out.
 */
function clusterOptions(useTls: boolean, options: RedisOptions, role: RedisRole): ClusterOptions {
  const { retryStrategy: _none, enableOfflineQueue, enableAutoPipelining: _off, ...redisOptions } = options;
  return {
    lazyConnect: true,
    enableOfflineQueue,
    maxRedirections: MAX_REDIRECTIONS[role],
    clusterRetryStrategy: retryDelay,
    // Certificates carry host names: they must not be looked up before the handshake.
    ...(useTls ? { dnsLookup: (address, done) => done(null, address) } : {}),
    redisOptions: { ...redisOptions, ...(useTls ? { tls: {} } : {}) },
  };
}

function tls(used: boolean, servername: string): RedisOptions {
  return used ? { tls: { servername } } : {};
}

function firstConnection(client: RedisClient, target: RedisTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: Error | null = null;
    const finish = (failure: Error | null) => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('error', onError);
      if (!failure) return resolve();
      client.disconnect();
      const detail = `Redis at ${describeRedisTarget(target)} is not usable: ${failure.message}`;
      reject(new LivestreamError('redis_unavailable', detail, { cause: failure }));
    };
    const onReady = () => finish(null);
    const onError = (error: Error) => {
      last = error;
      if (REFUSED.test(error.message)) finish(error);
    };
    const timer = setTimeout(() => finish(last ?? new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    client.on('ready', onReady);
    client.on('error', onError);
    // It rejects only with the first failure; the retries continue and report through events.
    client.connect().catch((error: Error) => {
      last ??= error;
      if (client.status === 'end') finish(last);
    });
  });
}

function oncePerRun(onError: ((error: Error) => void) | undefined): (error: Error | null) => void {
  let last = '';
  return (error) => {
    if (error && error.message !== last) onError?.(error);
    last = error?.message ?? '';
  };
}
