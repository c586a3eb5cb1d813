import { Redis } from 'ioredis';
import type { TestContext } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import { jobsLeft } from './jobs-left.ts';
import { type Process, startProcess } from './livestream-process.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { ask, type Reply } from './sandbox-client.ts';
import { HANGS_MS, until } from './wait-for.ts';

/** A whole installation as its operator would run it: processes of the build, a Redis of its own, the sandbox as its Zoom. */
export interface Installation {
  /** The first API's base URL. */
  url: string;
  redis: TestRedis;
  /** First part of every key. */
  prefix: string;
  apis: Process[];
  workers: Process[];
  sandbox: SandboxControl;
  /** Asks the API; `path` begins with `/`. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Schedules a broadcast of a meeting of its own that starts now, changed by `fields`; throws unless it is a 201. */
  schedule(fields?: Record<string, unknown>): Promise<Shown>;
  broadcast(id: string): Promise<Shown>;
  history(id: string): Promise<HistoryLine[]>;
  /** Waits until the broadcast has (one of) the status; throws with its history after `ms` (default 60 s). */
  waitForStatus(id: string, status: string | string[], ms?: number): Promise<Shown>;
  /** What Zoom received for this meeting, oldest first, the checks of it included; `action` leaves the rest out. */
  requests(meetingId: string, action?: string): Promise<SandboxRequest[]>;
  /** Everything BullMQ keeps that is a job, as `queue:state:job`: empty when all work is done. */
  jobsLeft(): Promise<string[]>;
  /** One more worker process. */
  addWorker(env?: Record<string, string>): Promise<Process>;
  addApi(env?: Record<string, string>): Promise<Process>;
  /** Ends and removes everything. */
  close(): Promise<void>;
}

/** The broadcast as the API shows it. */
export interface Shown {
  id: string;
  meetingId: string;
  status: string;
  reason: string | null;
  revision: number;
  nextAttemptAt: string | null;
  startAt: string;
  stopAt: string | null;
  startedAt: string | null;
  stoppedAt: string | null;
  startLatenessMs: number | null;
  stopLatenessMs: number | null;
  confirmed: boolean;
  warnings: { code: string; message: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the API shows.
  [field: string]: any;
}

export interface HistoryLine {
  at: string;
  type: string;
  from: string | null;
  to: string | null;
  by: string;
  reason: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever was sent and answered.
  request: any;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever was sent and answered.
  answer: any;
}

/** One line of the sandbox's log (sandbox/README.md). */
export interface SandboxRequest {
  n: number;
  /** When it arrived, ms. */
  at: number;
  answeredAt: number | null;
  method: string;
  path: string;
  action: string | null;
  status: number | null;
  accepted: boolean;
  outcome: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever was sent.
  body: any;
}

export interface SandboxControl {
  url: string;
  apiUrl: string;
  /** Asks the control API; throws on an error, so that a misspelt script is no silent success. */
  control(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Queues one answer for the requests of a meeting. */
  script(match: Record<string, unknown>, answer: Record<string, unknown>): Promise<void>;
  /** The sandbox's meeting with its counters. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the sandbox shows.
  meeting(id: string): Promise<any>;
  /** Posts an event as Zoom would, signed; `eventTs` in ms (default: now). */
  event(event: string, object: Record<string, unknown>, eventTs?: number): Promise<void>;
}

export interface InstallationOptions {
  apis?: number;
  workers?: number;
  /** Settings of all processes. */
  env?: Record<string, string>;
  /** Another Redis than a plain one; ended by `close`. */
  redis?: TestRedis;
  sandbox?: SandboxOptions;
  /** Zoom's events come in, signed (default true); without, there is no webhook secret at all. */
  webhooks?: boolean;
}

/** The Zoom account of an installation: `payload.account_id` of its events. */
export const ZOOM_ACCOUNT = 'acceptance-account';
export const WEBHOOK_SECRET = 'acceptance-webhook-secret';

let meetings = 0;

/** A meeting number that no other case of this run uses. */
export function newMeetingId(): string {
  meetings += 1;
  return String(90_000_000_000 + process.pid * 10_000 + meetings);
}

/**
 * How long a busy machine may take over what is quick on a quiet one, ms. Where a test shows *which* of two ways was taken, the
 * slow way takes longer than this. How quick the quick way is belongs in bench/.
 */
export const BUSY_MS = 8_000;
/** An installation of one test, closed when that ends: tests with one each may run side by side. */
export async function installationOf(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: InstallationOptions = {},
): Promise<Installation> {
  const installation = await startInstallation(options);
  onTestFinished(() => installation.close());
  return installation;
}

export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const { apis: apiCount = 1, workers: workerCount = 1, webhooks = true } = options;
  const prefix = `acceptance-${process.pid}`;
  const startRetryMs = Number(options.env?.START_RETRY_MS ?? 30_000);
  const redis = options.redis ?? (await startRedis());
  const sandbox = await startSandbox({ plan: 'none', startRetryMs, webhookSecret: WEBHOOK_SECRET, ...options.sandbox });
  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: prefix,
    PORT: '0',
    ZOOM_API_URL: sandbox.apiUrl,
    ZOOM_OAUTH_URL: sandbox.oauthUrl,
    ZOOM_ACCOUNT_ID: ZOOM_ACCOUNT,
    ZOOM_CLIENT_ID: 'acceptance-client',
    ZOOM_CLIENT_SECRET: 'acceptance-client-secret',
    ZOOM_PLAN: 'business',
    LOG_FORMAT: 'json',
    ...(webhooks ? { ZOOM_WEBHOOK_SECRET_TOKEN: WEBHOOK_SECRET } : {}),
    ...options.env,
  };
  const apis: Process[] = [];
  const workers: Process[] = [];
  const client = new Redis(redis.url, { lazyConnect: true });
  // Tests take Redis away.
  client.on('error', () => {});
  const close = async () => {
    await Promise.all([...workers, ...apis].map((one) => one.kill('SIGKILL')));
    client.disconnect();
    await sandbox.close();
    await redis.stop();
  };
  const addApi = async (more: Record<string, string> = {}) => {
    const api = await startProcess('api', { ...env, ...more });
    apis.push(api);
    return api;
  };
  const addWorker = async (more: Record<string, string> = {}) => {
    const worker = await startProcess('worker', { ...env, ...more });
    workers.push(worker);
    return worker;
  };
  try {
    await Promise.all([
      ...Array.from({ length: apiCount }, () => addApi()),
      ...Array.from({ length: workerCount }, () => addWorker()),
    ]);
  } catch (error) {
    await close();
    throw error;
  }
  const url = String(apis[0]?.report.url);
  const control = sandboxControl(sandbox.url, sandbox.apiUrl);
  if (webhooks) await control.control('PATCH', 'settings', { webhookUrl: `${url}/v1/zoom/webhooks` });
  return {
    url,
    redis,
    prefix,
    apis,
    workers,
    sandbox: control,
    ...apiClient(url),
    requests: async (meetingId, action) => {
      const query = new URLSearchParams({ meetingId, ...(action ? { action } : {}) });
      return (await control.control('GET', `requests?${query}`)).body.requests;
    },
    jobsLeft: () => jobsLeft(client, `${prefix}:{0}:q:`),
    addWorker,
    addApi,
    close,
  };
}

type ApiClient = Pick<Installation, 'api' | 'schedule' | 'broadcast' | 'history' | 'waitForStatus'>;

function apiClient(url: string): ApiClient {
  const api: ApiClient['api'] = (method, path, body, headers = {}) => ask(method, `${url}${path}`, body, headers);
  const wanted = async (method: string, path: string, status: number, body?: unknown) => {
    const reply = await api(method, path, body);
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  };
  const broadcast = (id: string) => wanted('GET', `/v1/broadcasts/${id}`, 200) as Promise<Shown>;
  const history = async (id: string): Promise<HistoryLine[]> =>
    (await wanted('GET', `/v1/broadcasts/${id}/history`, 200)).history;
  return {
    api,
    broadcast,
    history,
    schedule: (fields = {}) =>
      wanted('POST', '/v1/broadcasts', 201, { meetingId: newMeetingId(), startAt: 'now', ...fields }),
    waitForStatus: async (id, status, ms = HANGS_MS) => {
      const named = [status].flat();
      let last: Shown | undefined;
      const is = async () => {
        last = await broadcast(id);
        return named.includes(last.status) && last;
      };
      return until(`broadcast ${id} is ${named.join(' or ')}`, is, ms).catch(async (error) => {
        const lines = (await history(id)).map(({ at, type, from, to, reason }) =>
          [at, type, from, to, reason].join(' '),
        );
        throw new Error(`${error.message}; it is ${JSON.stringify(last)}\n${lines.join('\n')}`);
      });
    },
  };
}

function sandboxControl(url: string, apiUrl: string): SandboxControl {
  const control: SandboxControl['control'] = async (method, path, body) => {
    const reply = await ask(method, `${url}/_sandbox/${path}`, body, {});
    if (reply.status >= 300) throw new Error(`sandbox: ${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  };
  return {
    url,
    apiUrl,
    control,
    script: async (match, answer) => {
      await control('POST', 'script', { match, answer });
    },
    meeting: async (id) => (await control('GET', `meetings/${id}`)).body,
    event: async (event, object, eventTs) => {
      const payload = { account_id: ZOOM_ACCOUNT, operator: 'host@example.com', object };
      const when = eventTs === undefined ? {} : { eventTs: Math.round(eventTs) };
      await control('POST', 'events', { event, payload, ...when });
    },
  };
}
