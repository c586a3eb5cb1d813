import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { EnvHttpProxyAgent } from 'undici';
import type { SendGuard } from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';
import { describeProxy, type ProxySettings, proxyFor, proxyOptions } from './proxy.ts';

/** Response headers by name, in any case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** By default, more of an answer is not read: Zoom's are a few hundred bytes, a proxy's error page is cut. */
const MAX_BODY_BYTES = 64 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
/** Below the idle time-outs of common front ends (60 s), so that a kept connection is rarely cut under a request. */
const KEEP_ALIVE_MS = 10_000;

export interface HttpRequest {
  /** Absolute; its path is sent as it stands. */
  url: URL;
  method: 'GET' | 'PATCH' | 'POST';
  headers: Record<string, string>;
  body?: Buffer;
  /** From the call to the last byte of the answer, connecting and queueing included. */
  timeoutMs: number;
  guard?: SendGuard;
  /** More of the answer is not read. Default: 64 KiB. */
  maxBodyBytes?: number;
}

type Ending =
  | { kind: 'answer'; status: number; headers: AnswerHeaders; bodyText: string; body: Buffer }
  | { kind: 'withdrawn' }
  /** `timedOut` is about the answer: false when the time was over before the request left. */
  /** `isPart`: the answer had begun, and broke off. */
  | { kind: 'failed'; reason: string; timedOut: boolean; isPart?: boolean };

/** `sentAt` (ms) is null when the request never left. */
export type HttpResult = Ending & { sentAt: number | null; answeredAt: number };

/** Which proxies an agent goes through: for the message of a failure. */
const PROXIES = new WeakMap<Dispatcher, ProxySettings>();

/**
 * A pool of kept connections, through the proxies where they hold (a tunnel for https); never follows a redirect, never sends
 * twice. The guard is asked once the tunnel stands, too.
 * @param lookup resolves the names of hosts that are reached directly; default: the system's
 */
export function createAgent(timeoutMs: number, proxies?: ProxySettings, lookup?: LookupFunction): Dispatcher {
  const timeout = Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
  const agent = new EnvHttpProxyAgent({
    ...proxyOptions(proxies),
    connect: { timeout, ...(lookup && { lookup }) },
    requestTls: { timeout },
    proxyTls: { timeout },
    // Proxies allow tunnels to port 443 only, as a rule: plain http is asked for by its whole address.
    proxyTunnel: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
    // One timer limits the whole request: these would only limit its parts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  if (proxies) PROXIES.set(agent, proxies);
  return agent;
}

/**
 * Sends one request at most and never rejects. The guard is asked when a connection is there and nothing is left but to
 * write: that moment is `sentAt`.
 */
export function sendRequest(agent: Dispatcher, clock: Clock, request: HttpRequest): Promise<HttpResult> {
  return new Promise((resolve) => {
    const proxy = proxyFor(request.url, PROXIES.get(agent));
    const handler = new OneRequest(clock, request, resolve, proxy && describeProxy(proxy));
    const { url, method, headers, body } = request;
    try {
      agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, handler);
    } catch (error) {
      handler.onResponseError(null, error as Error);
    }
  });
}

class Withdrawn extends Error {}

class OneRequest implements Dispatcher.DispatchHandler {
  readonly #clock: Clock;
  readonly #request: HttpRequest;
  readonly #resolve: (result: HttpResult) => void;
  readonly #proxy: string | null;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #settled = false;
  #sentAt: number | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: AnswerHeaders = {};

  constructor(clock: Clock, request: HttpRequest, resolve: (result: HttpResult) => void, proxy: string | null) {
    this.#proxy = proxy;
    this.#clock = clock;
    this.#request = request;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#timeOut(), request.timeoutMs);
  }

  /** Throwing, unlike `controller.abort`, drops the request and keeps the connection for others. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) throw new Withdrawn('it timed out before it was sent');
    if (this.#sentAt !== null) throw new Error('the connection was lost, and one call sends a request at most once');
    if (this.#request.guard && !allowed(this.#request.guard)) throw new Withdrawn('withdrawn before it was sent');
    this.#controller = controller;
    this.#sentAt = this.#clock.now();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const { maxBodyBytes = MAX_BODY_BYTES } = this.#request;
    this.#chunks.push(chunk.subarray(0, maxBodyBytes - this.#size));
    this.#size += chunk.length;
    if (this.#size < maxBodyBytes) return;
    this.#answer();
    controller.abort(new Error('the rest of the body is not needed'));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_: unknown, error: Error): void {
    if (error instanceof Withdrawn) this.#settle({ kind: 'withdrawn' });
    else {
      const isPart = this.#status !== 0;
      this.#settle({
        kind: 'failed',
        reason: reasonOf(error, this.#proxy),
        timedOut: false,
        ...(isPart && { isPart }),
      });
    }
  }

  #answer(): void {
    const body = Buffer.concat(this.#chunks);
    this.#settle({
      kind: 'answer',
      status: this.#status,
      headers: this.#headers,
      bodyText: body.toString('utf8'),
      body,
    });
  }

  #timeOut(): void {
    const timedOut = this.#sentAt !== null;
    const { timeoutMs } = this.#request;
    // A server that sends a byte now and then answers, but would never finish.
    const reason =
      this.#status === 0
        ? `${timedOut ? 'no answer' : 'no connection'} within ${timeoutMs} ms`
        : `the answer came too slowly: ${this.#size} bytes of it within the limit of ${timeoutMs} ms`;
    this.#settle({ kind: 'failed', reason, timedOut });
    this.#controller?.abort(new Error('timed out'));
  }

  #settle(ending: Ending): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#resolve({ ...ending, sentAt: this.#sentAt, answeredAt: this.#clock.now() });
  }
}

/** A guard that fails cannot vouch for the request. */
function allowed(guard: SendGuard): boolean {
  try {
    return guard();
  } catch {
    return false;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection closed before the answer was complete',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not resolved',
};

/** Our own words and the error's code: the text of a foreign error may quote anything. */
function reasonOf(
  error: Error & { code?: string; errors?: Array<{ code?: string }> },
  proxy: string | null = null,
): string {
  if (proxy === null) return wordsOf(error);
  const [, status] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? [];
  return status ? `the proxy ${proxy} answered ${status} to CONNECT` : `through the proxy ${proxy}: ${wordsOf(error)}`;
}

function wordsOf(error: Error & { code?: string; errors?: Array<{ code?: string }> }): string {
  const code = error.code ?? error.errors?.[0]?.code ?? error.name;
  const words = REASONS[code];
  return words ? `${words} (${code})` : `request failed (${code})`;
}
