import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type AppContext, openAppContext } from '../../../src/app/context.ts';
import { type RunningApi, startApi } from '../../../src/app/start-api.ts';
import { loadConfig } from '../../../src/config.ts';
import { parseRedisUrl } from '../../../src/redis/url.ts';
import { type RunningWorker, startWorker } from '../../../workers/start-worker.ts';
import { run } from '../../support/fake-terminal.ts';
import { grant, type LocalZoom, respond, startLocalZoom } from '../../support/local-zoom.ts';
import { collectLog, type LogLine } from '../../support/real-context.ts';
import { startRedis, type TestRedis } from '../../support/redis-server.ts';

/** An installation with its API and, if wanted, a worker in this process, in which an incident is caused. */
export interface Rig {
  core: AppContext;
  redis: TestRedis;
  raw: Redis;
  log: LogLine[];
  url: string;
  worker: RunningWorker | null;
  metrics(): Promise<string>;
  /** Message and fix of every check that is not ok. */
  doctor(): Promise<Record<string, string>>;
  alerts(): Promise<{ code: string; broadcastId: string | null; account?: string; advice: string }[]>;
  schedule(fields: Record<string, unknown>): Promise<string>;
  /** Makes a broadcast this much older: alerts come after half a minute and more. */
  age(id: string, ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  env?: Record<string, string>;
  redis?: TestRedis;
  worker?: boolean | Parameters<typeof startWorker>[1];
}

const SOON = { every: 100, after: 500, dueWithin: 3_600_000 };

export async function startRig({ env = {}, redis: given, worker: wanted = true }: RigOptions = {}): Promise<Rig> {
  const redis = given ?? (await startRedis());
  const { log, logger } = collectLog();
  const settings = { ZOOM_ACCESS_TOKEN: 'any', ZOOM_API_URL: 'http://127.0.0.1:9/v2', REDIS_URL: redis.url, ...env };
  const core = await openAppContext(loadConfig(settings, { terminal: false }), parseRedisUrl(redis.url), logger);
  const api: RunningApi = await startApi(core, { host: '127.0.0.1', port: 0 }, { noWorkerTimes: SOON });
  const worker = wanted ? await startWorker(core, wanted === true ? {} : wanted) : null;
  const raw = new Redis(redis.url);
  raw.on('error', () => {});
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${api.url}${path}`, { headers: { 'content-type': 'application/json' }, ...init });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    ...{ core, redis, raw, log, url: api.url, worker },
    metrics: async () => (await ask('/metrics')).text(),
    doctor: async () => {
      const { stdout } = await run(['doctor', '--json'], { env: settings, clock: systemClock });
      const { checks } = JSON.parse(stdout) as {
        checks: { name: string; severity: string; message: string; fix: string | null }[];
      };
      const bad = checks.filter(({ severity }) => severity !== 'ok');
      return Object.fromEntries(bad.map(({ name, message, fix }) => [name, `${message} → ${fix}`]));
    },
    alerts: async () => ((await (await ask('/v1/alerts?limit=100')).json()) as { alerts: never[] }).alerts,
    schedule: async (fields) => {
      const body = JSON.stringify({ startAt: 'now', ...fields });
      return ((await (await ask('/v1/broadcasts', { method: 'POST', body })).json()) as { id: string }).id;
    },
    age: (id, ms) => makeOlder(raw, core, id, ms),
    close: async () => {
      await worker?.close(1_000);
      await api.close();
      await core.close();
      raw.disconnect();
      await redis.stop();
    },
  };
}

const systemClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleepUntil: async () => {},
  random: () => 0.5,
};

/** Rewrites the record while nobody else does, and makes the leader check it now. */
async function makeOlder(raw: Redis, { keys }: AppContext, id: string, ms: number): Promise<void> {
  const key = keys.broadcast(id);
  const own = raw.duplicate();
  try {
    for (;;) {
      await own.watch(key);
      const record = JSON.parse((await own.hget(key, 'd')) ?? '{}') as Record<string, unknown>;
      for (const field of ['startAt', 'startedAt'])
        if (typeof record[field] === 'number') record[field] = record[field] - ms;
      const step = own.multi().hset(key, 'd', JSON.stringify(record)).zadd(keys.named('deadlines'), 1, id);
      if ((await step.exec()) !== null) return;
    }
  } finally {
    own.disconnect();
  }
}

export const WEBHOOK_SECRET = 'incidents-webhook-secret';

/** Each account meets an incident of its own. */
const ACCOUNTS = ['good', 'wrong', 'scopeless', 'late', 'storm', 'daily', 'dns'] as const;

/** Zoom, which answers each account as its incident wants. */
export async function startTroubledZoom(): Promise<LocalZoom> {
  const refuse = (code: number, message: string) => ({ code, message });
  return startLocalZoom(({ method, path, headers, body }, response) => {
    if (path.startsWith('/oauth')) {
      const account = new URLSearchParams(path.split('?')[1] ?? body).get('account_id') ?? '';
      if (account === 'wrong') return respond(response, 400, { reason: 'Invalid client_id', error: 'invalid_client' });
      const token = `token-of-${account}`;
      if (account !== 'scopeless') return grant(response, token);
      return respond(response, 200, { access_token: token, expires_in: 3_600, scope: 'user:read:admin' });
    }
    const account = /token-of-(\w+)/.exec(String(headers.authorization))?.[1];
    if (method === 'GET') return respond(response, 200, { status: account === 'late' ? 'waiting' : 'started' });
    if (account === 'scopeless')
      return respond(
        response,
        400,
        refuse(4711, 'Invalid access token, does not contain scopes:[meeting:update:livestream_status:admin].'),
      );
    if (account === 'late') return respond(response, 400, refuse(4927, 'Meeting has not started.'));
    if (account === 'storm')
      return respond(
        response,
        429,
        refuse(429, 'You have reached the maximum per-second rate limit for this API. Try again later.'),
      );
    if (account === 'daily')
      return respond(
        response,
        429,
        refuse(
          429,
          'You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.',
        ),
      );
    return respond(response, 204);
  });
}

/** @returns the settings of an installation with these accounts */
export function troubledAccounts(zoomUrl: string, folder: string): Record<string, string> {
  const nowhere = { apiUrl: 'http://zoom.invalid/v2', oauthUrl: 'http://zoom.invalid/oauth/token' };
  const accounts = ACCOUNTS.map((name) => ({
    ...{ name, accountId: name, clientId: 'client', clientSecret: `secret-of-${name}`, plan: 'business' },
    ...(name === 'dns' ? nowhere : {}),
  }));
  const file = join(folder, 'accounts.json');
  writeFileSync(file, JSON.stringify({ accounts }));
  return {
    ZOOM_ACCOUNTS_FILE: file,
    ZOOM_ACCESS_TOKEN: '',
    ZOOM_API_URL: `${zoomUrl}/v2`,
    ZOOM_OAUTH_URL: `${zoomUrl}/oauth/token`,
    ZOOM_WEBHOOK_SECRET_TOKEN: WEBHOOK_SECRET,
  };
}
