import { pino } from 'pino';
import { type AppContext, openAppContext } from '../../src/app/context.ts';
import { createScheduler } from '../../src/app/create-scheduler.ts';
import { type RunningApi, startApi } from '../../src/app/start-api.ts';
import { loadConfig } from '../../src/config.ts';
import { parseRedisUrl } from '../../src/redis/url.ts';
import { startRedis, type TestRedis } from './redis-server.ts';

export interface Service {
  redis: TestRedis;
  core: AppContext;
  api(): RunningApi;
  /** Every log line so far, parsed. */
  log: Record<string, unknown>[];
  /** Ends the API and starts another on the same Redis, with connections of its own. */
  restartApi(meanwhile?: () => Promise<unknown>): Promise<void>;
  /** Schedules without the API. */
  scheduleInside(): Promise<{ id: string }>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  json(method: string, path: string, body?: unknown): Promise<any>;
  schedule(more?: Record<string, unknown>): Promise<{ id: string; meetingId: string }>;
  stop(): Promise<void>;
}

let meetings = 910_000_000;

/** The API as `livestream api` runs it, in this process, on a private Redis. */
export async function startService(env: Record<string, string> = {}, port = 0): Promise<Service> {
  const redis = await startRedis();
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(JSON.parse(line)) });
  const config = loadConfig({ ZOOM_ACCESS_TOKEN: 'unused', ZOOM_API_URL: 'http://127.0.0.1:9/v2', ...env });
  const open = () => openAppContext(config, parseRedisUrl(redis.url), logger);
  const core = await open();
  let apiCore = await open();
  let api = await startApi(apiCore, { host: '127.0.0.1', port });
  const endApi = async () => {
    await api.close();
    await apiCore.close();
  };
  const request: Service['request'] = (method, path, body, headers = {}) =>
    fetch(`${api.url}${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    redis,
    core,
    log,
    request,
    json: async (method, path, body) => (await request(method, path, body)).json(),
    api: () => api,
    restartApi: async (meanwhile) => {
      await endApi();
      await meanwhile?.();
      apiCore = await open();
      api = await startApi(apiCore, { host: '127.0.0.1', port });
    },
    scheduleInside: async () => {
      const startAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
      const { broadcast } = await createScheduler(core).schedule({ meetingId: meetings++, startAt }, { by: 'test' });
      return broadcast;
    },
    schedule: async (more = {}) => {
      const startAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
      const answer = await request('POST', '/v1/broadcasts', { meetingId: meetings++, startAt, ...more });
      if (answer.status !== 201) throw new Error(await answer.text());
      return (await answer.json()) as { id: string; meetingId: string };
    },
    stop: async () => {
      await endApi();
      await core.close();
      await redis.stop();
    },
  };
}
