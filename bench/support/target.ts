// A Zoom that only counts, in a thread of its own: answers a status request after 50 ms, or with 429 over the account's limit. Each
// meeting is running, for who looks.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

const ANSWER_MS = 50;

const BODIES: Record<number, string> = {
  200: '{"id":1,"type":2,"status":"started","settings":{}}',
  429: '{"code":429,"message":"You have reached the maximum per-second rate limit for this API."}',
};

export interface Arrival {
  /** The bearer token: which account it was. */
  token: string;
  path: string;
  action: string;
  /** Ms since the epoch, fractions. */
  at: number;
  status: number;
}
/** Requests a second of each token; a token that is not named has none. */
type Limits = Record<string, number>;
type Asked = 'arrivals' | 'count' | 'forget';

export interface Target {
  url: string;
  /** All since the last `forget`. */
  arrivals(): Promise<Arrival[]>;
  /** How many, which costs next to nothing. */
  count(): Promise<number>;
  forget(): Promise<void>;
  close(): Promise<void>;
}

export async function startTarget(limits: Limits = {}): Promise<Target> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { limits } });
  const [url] = (await once(worker, 'message')) as [string];
  const ask = async <Answer>(what: Asked) => {
    worker.postMessage(what);
    return ((await once(worker, 'message')) as [Answer])[0];
  };
  return {
    url,
    arrivals: () => ask<Arrival[]>('arrivals'),
    count: () => ask<number>('count'),
    forget: () => ask<number>('forget').then(() => {}),
    close: async () => void (await worker.terminate()),
  };
}

async function serve(limits: Limits): Promise<void> {
  let arrivals: Arrival[] = [];
  const isOver = limiter(limits);
  let offset = clockOffset();
  const server = createServer((request, response) => {
    const at = offset + performance.now();
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const over = isOver(token, at);
      const action = /"action":"(\w+)"/.exec(body)?.[1] ?? request.method ?? '';
      const status = over ? 429 : request.method === 'GET' ? 200 : 204;
      arrivals.push({ token, path: request.url ?? '', action, at, status });
      setTimeout(() => {
        response.writeHead(status, status === 204 ? {} : { 'content-type': 'application/json' });
        response.end(BODIES[status]);
      }, ANSWER_MS);
    });
  });
  server.keepAliveTimeout = 60_000;
  // A herd connects at once.
  server.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 });
  await once(server, 'listening');
  parentPort?.on('message', (asked: Asked) => {
    if (asked === 'forget') {
      arrivals = [];
      offset = clockOffset();
    }
    parentPort?.postMessage(asked === 'arrivals' ? arrivals : arrivals.length);
  });
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/**
 * What makes the monotonic clock the machine's, with fractions of a millisecond. Anew for each round, because the two drift apart:
 * a start must not seem early.
 */
function clockOffset(): number {
  const now = Date.now();
  while (Date.now() === now);
  return Date.now() - performance.now();
}

/** Whether a request is over the limit of a sliding second; one that is does not count itself. */
function limiter(limits: Limits): (token: string, at: number) => boolean {
  const admitted = new Map<string, number[]>();
  return (token, at) => {
    const limit = limits[token];
    if (limit === undefined) return false;
    const recent = (admitted.get(token) ?? []).filter((one) => one > at - 1_000);
    const over = recent.length >= limit;
    admitted.set(token, over ? recent : [...recent, at]);
    return over;
  };
}

const data = workerData as { limits?: Limits } | null;
if (data?.limits) await serve(data.limits);
