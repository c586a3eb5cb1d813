/**
 * One request and its answer over node:http. The command line does not use undici, because loading it takes 70 ms, most of what `livestream
 * list` takes altogether.
 */
import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TransportAnswer, TransportRequest } from '../../client/transport.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A cancel waits for a start in flight: ZOOM_TIMEOUT_MS and more. */
const ANSWER_TIMEOUT_MS = 120_000;
/** Node's codes of connections that were never made: nothing was sent. `CONNECT_TIMEOUT` is ours. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT']);

/** Whether the server cannot have received the failed request. */
export function neverSent(error: unknown): boolean {
  return NOT_SENT.has(errorCode(error));
}

/** Node's code of a failed connection (of the first address, if it tried several); empty: none. */
export function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Keeps its connection open for the next request until `close`. Follows no redirects. */
export class HttpExchange {
  readonly #agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  readonly #onDate: (header: string | undefined) => void;

  /** @param onDate receives the `Date` header of each answer */
  constructor(onDate: (header: string | undefined) => void = () => {}) {
    this.#onDate = onDate;
  }

  /** Rejects with Node's error if no complete answer arrived. */
  async send({ method, url, headers, body }: TransportRequest): Promise<TransportAnswer> {
    const secure = url.protocol === 'https:';
    const agent = this.#agents[secure ? 'https:' : 'http:'];
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, agent, headers: { ...headers, ...length }, timeout: ANSWER_TIMEOUT_MS };
    const answer = await this.#answerOf(url, options, body, secure ? requestHttps : requestHttp);
    const retryAfter = answer.headers['retry-after'] ?? null;
    return { status: answer.statusCode ?? 0, body: await text(answer), retryAfter };
  }

  /** Opens an endless answer on a connection of its own; it breaks after `silenceMs` without a byte. */
  open(url: URL, headers: Record<string, string>, silenceMs: number, signal: AbortSignal): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return this.#answerOf(url, { method: 'GET', agent: false, headers, timeout: silenceMs, signal }, null, send);
  }

  #answerOf(
    url: URL,
    options: RequestOptions,
    body: string | null,
    open: typeof requestHttp,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = open(url, options, (answer) => {
        this.#onDate(answer.headers.date);
        resolve(answer);
      });
      const fail = (code: string) => request.destroy(Object.assign(new Error(code), { code }));
      request.on('error', reject);
      request.on('timeout', () => fail('ANSWER_TIMEOUT'));
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => fail('CONNECT_TIMEOUT'), CONNECT_TIMEOUT_MS);
        socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      });
      request.end(body ?? undefined);
    });
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
