import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type AppContext, openAppContext } from '../../src/app/context.ts';
import { type RunningApi, startApi } from '../../src/app/start-api.ts';
import { type Keys, keysOf } from '../../src/broadcasts/store/keys.ts';
import { shardOf } from '../../src/broadcasts/store/shard-of.ts';
import { loadConfig } from '../../src/config.ts';
import { connectRedis } from '../../src/redis/connection.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import { type RunningWorker, startWorker } from '../../workers/start-worker.ts';
import { grant, type LocalZoom, respond, startLocalZoom } from './local-zoom.ts';
import { collectLog, type LogLine } from './real-context.ts';
import { startRedis } from './redis-server.ts';

export const PREFIX = 'spread';
/** With three shards these lie in the first, the second and the third. */
export const ACCOUNTS = ['west', 'north', 'south'] as const;

/** An installation with several shards and an account in each: its API in this process, and workers when they are asked for. */
export interface ShardedService {
  /** A connection to look with; of a Cluster, where it is one. */
  raw: Redis;
  zoom: LocalZoom;
  log: LogLine[];
  core: AppContext;
  /** Of the shard of an account. */
  keysOf(account: string): Keys;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  ): Promise<{ status: number; body: any }>;
  /** A broadcast in an hour, if nothing else is said. */
  schedule(
    account: string,
    more?: Record<string, unknown>,
  ): Promise<{ id: string; meetingId: string; startAt: string }>;
  work(): Promise<RunningWorker>;
  /** Ends everything but Redis. */
  end(): Promise<void>;
  /** Starts again with another number of shards. */
  begin(shards: number): Promise<void>;
  stop(): Promise<void>;
}

let meetings = 930_000_000;

/** @param url of a Redis that is there already; left out: a private one */
export async function startSharded(shards: number, url?: string): Promise<ShardedService> {
  const server = url === undefined ? await startRedis() : null;
  const dir = mkdtempSync(join(tmpdir(), 'livestream-shards-'));
  const file = join(dir, 'accounts.json');
  writeFileSync(file, JSON.stringify({ accounts: ACCOUNTS.map((name) => ({ name, accessToken: `token-${name}` })) }));
  const zoom = await startLocalZoom(({ path, method }, response) => {
    if (path.startsWith('/oauth')) return grant(response, 'token');
    respond(response, method === 'PATCH' ? 204 : 200, method === 'PATCH' ? undefined : { id: 1, type: 2 });
  });
  const { log, logger } = collectLog();
  const env = { ZOOM_API_URL: zoom.url, ZOOM_ACCOUNTS_FILE: file, REDIS_PREFIX: PREFIX, PREFLIGHT: 'off' };
  const target = parseRedisUrl(url ?? server?.url ?? '');
  const raw = (await connectRedis(target, 'commands')) as Redis;
  let count = shards;
  let running: { core: AppContext; api: RunningApi; workers: RunningWorker[] } | null = null;
  const now = () => {
    if (!running) throw new Error('it does not run');
    return running;
  };
  const begin = async (wanted: number) => {
    count = wanted;
    const core = await openAppContext(loadConfig({ ...env, QUEUE_SHARDS: String(wanted) }), target, logger);
    running = { core, api: await startApi(core, { host: '127.0.0.1', port: 0 }), workers: [] };
  };
  const end = async () => {
    const { core, api, workers } = now();
    running = null;
    await Promise.all(workers.map((worker) => worker.close(2_000)));
    await api.close();
    await core.close();
  };
  const ask: ShardedService['ask'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${now().api.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  await begin(shards);
  return {
    ...{ raw, zoom, log, ask, begin, end },
    get core() {
      return now().core;
    },
    keysOf: (account) => keysOf(PREFIX, shardOf(account, count)),
    schedule: async (account, more = {}) => {
      const startAt = new Date(Date.now() + 3_600_000).toISOString();
      const plan = { meetingId: String(meetings++), startAt, duration: 'PT1H', account, ...more };
      const { status, body } = await ask('POST', '/v1/broadcasts', plan);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    work: async () => {
      const worker = await startWorker(now().core);
      now().workers.push(worker);
      return worker;
    },
    stop: async () => {
      if (running) await end();
      await zoom.close();
      raw.disconnect();
      await server?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
