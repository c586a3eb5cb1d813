// A Zoom that only counts, in a thread of its own: answers a status request after 50 ms, or with 429 over the account's limit.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

const ANSWER_MS = 50;

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

export interface Target {
  url: string;
  arrivals(): Promise<Arrival[]>;
  close(): Promise<void>;
}

export async function startTarget(limits: Limits): Promise<Target> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { limits } });
  const [url] = (await once(worker, 'message')) as [string];
  return {
    url,
    arrivals: async () => {
      worker.postMessage('arrivals');
      return ((await once(worker, 'message')) as [Arrival[]])[0];
    },
    close: async () => void (await worker.terminate()),
  };
}

async function serve(limits: Limits): Promise<void> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const at = performance.timeOrigin + performance.now();
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const admitted = (one: Arrival) => one.token === token && one.at > at - 1_000 && one.status !== 429;
      const over = arrivals.filter(admitted).length >= (limits[token] ?? Number.POSITIVE_INFINITY);
      const action = /"action":"(\w+)"/.exec(body)?.[1] ?? request.method ?? '';
      const status = over ? 429 : 204;
      arrivals.push({ token, path: request.url ?? '', action, at, status });
      setTimeout(() => {
        response.writeHead(status, over ? { 'content-type': 'application/json' } : {});
        response.end(
          over
            ? '{"code":429,"message":"You have reached the maximum per-second rate limit for this API."}'
            : undefined,
        );
      }, ANSWER_MS);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  parentPort?.on('message', () => parentPort?.postMessage(arrivals));
  parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const data = workerData as { limits?: Limits } | null;
if (data?.limits) await serve(data.limits);
