import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { SystemClock } from '../../src/clock.ts';
import type { Role } from '../../src/config/roles.ts';
import { type ApiKey, Secret } from '../../src/config.ts';
import { type ApiDeps, createApiServer } from '../../src/http/server.ts';
import type { Scheduler } from '../../src/scheduling/scheduler.ts';
import type { TestRedis } from './redis-server.ts';
import { startRig } from './rig.ts';

export interface RunningApi {
  app: FastifyInstance;
  scheduler: Scheduler;
  redis: TestRedis;
  port: number;
  /** Every log line so far, parsed. */
  log: Record<string, unknown>[];
  health: { redis: boolean; workers: number };
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Writes these bytes to a socket and returns all that comes back until it is closed. */
  raw(text: string): Promise<string>;
  close(): Promise<void>;
}

export interface SendOptions {
  /** Sent as JSON, unless it is text or bytes. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what the tests look into
  json: any;
}

export const apiKey = (name: string, role: Role, key: string): ApiKey => ({
  name,
  role,
  key: new Secret(key),
});

/** The API and its scheduler on a private Redis, on a free port, spoken to over real sockets. */
export async function runApi(
  over: Partial<ApiDeps> & { keys?: ApiKey[]; rateLimit?: number } = {},
): Promise<RunningApi> {
  const { keys = [], rateLimit = 120_000, ...deps } = over;
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => log.push(JSON.parse(line)) });
  const { scheduler, server: redis, stop } = await startRig();
  const health = { redis: true, workers: 1 };
  const config = { host: '127.0.0.1', port: 0, keys, rateLimit };
  const probes = { redis: async () => health.redis, workersSeen: async () => health.workers };
  const app = createApiServer({ scheduler, config, clock: new SystemClock(), logger, health: probes, ...deps });
  await app.listen(config);
  const { port } = app.server.address() as AddressInfo;
  return {
    ...{ app, scheduler, redis, port, log, health },
    send: (method, path, options) => send(`http://127.0.0.1:${port}${path}`, method, options),
    raw: (text) => raw(port, text),
    close: async () => {
      await app.close();
      await stop();
    },
  };
}

async function send(url: string, method: string, { body, headers = {} }: SendOptions = {}): Promise<Answer> {
  const asIs = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const typed: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method,
    headers: { ...typed, ...headers },
    body: asIs ? (body as string | undefined) : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

export const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();

let meetings = 68423085;
/** A broadcast that nothing is wrong with, of a meeting of its own. */
export const good = () => ({ meetingId: meetings++, startAt: IN_A_MONTH });
