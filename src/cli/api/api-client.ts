import { text } from 'node:stream/consumers';
import type { Problem } from '../../client/api-error.ts';
import { createClient, type LivestreamClient } from '../../client/client.ts';
import type { TransportAnswer, TransportRequest } from '../../client/transport.ts';
import type { Clock } from '../../clock.ts';
import { parseObject } from '../../json.ts';
import { CliFailure, EXIT, exitCodeForStatus } from '../exit-codes.ts';
import { type EventConnection, SILENCE_MS } from './event-source.ts';
import { errorCode, HttpExchange, neverSent } from './http-exchange.ts';
import { ServerTime } from './server-time.ts';

export interface ApiClientOptions {
  /** Base of the API, with or without a path. */
  url: string;
  key: string | null;
  /** Sent with each request. */
  headers?: Record<string, string>;
  clock: Clock;
  /** The API wants a retry after this many seconds. */
  onWait?(seconds: number): void;
}

/** A command waits this long in total when the API wants a retry, ms. */
const MAX_WAITING_MS = 60_000;
/** Used if a 429 does not say how long to wait. */
const USUAL_WAIT_S = 2;

/** One method for each operation of the API, and its connection. Each throws `CliFailure` unless it succeeds. */
export type ApiClient = LivestreamClient & ApiConnection;

export function openApi(options: ApiClientOptions): ApiClient {
  const connection = new ApiConnection(options);
  return Object.assign(connection, createClient({ ...options, transport: (request) => connection.send(request) }));
}

/** The header that rejects a change (412) if its target has changed since it was read. */
export function ifMatch(revision: number): { 'If-Match': string } {
  return { 'If-Match': `"${revision}"` };
}

/** What the API supports; null: an older API, which does not report it. */
export async function optional<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof CliFailure && error.problem.status === 404) return null;
    throw error;
  });
}

/** Sends requests with retries: it waits when the API asks for that, and repeats what is safe to repeat. */
class ApiConnection {
  readonly #base: URL;
  readonly #key: string | null;
  /** According to the answers so far. */
  readonly serverTime: ServerTime;
  readonly #http: HttpExchange;
  readonly #headers: Record<string, string>;
  readonly #clock: Clock;
  readonly #onWait: (seconds: number) => void;
  #waitingLeft = MAX_WAITING_MS;

  constructor(options: ApiClientOptions) {
    this.#base = new URL(options.url);
    this.#key = options.key;
    this.#clock = options.clock;
    this.serverTime = new ServerTime(options.clock);
    this.#http = new HttpExchange((date) => this.serverTime.take(date));
    this.#onWait = options.onWait ?? (() => {});
    this.#headers = options.headers ?? {};
  }

  /** The body of a successful answer. @throws CliFailure */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const answer = await this.#sendWithinLimit({ ...request, headers: { ...request.headers, ...this.#headers } });
    const { status, body } = answer;
    if (status === 204 || (status >= 200 && status < 300 && parseObject(body))) return answer;
    throw this.#failure(status, body);
  }

  /** Why Redis keeps the API from working, and what to do; null: it does not, or that is unknown. */
  async redisTrouble(): Promise<string | null> {
    const url = new URL(`${this.#shown()}readyz`);
    const headers = { accept: 'application/json' };
    const { status, body } = await this.#sendWithinLimit({ method: 'GET', url, headers, body: null });
    if (status !== 503) return null;
    const problem = problemOf(body);
    const missing = problem?.['missing'];
    const isOfRedis = Array.isArray(missing) && missing.some((one) => String(one).startsWith('redis'));
    return isOfRedis ? (problem?.detail ?? problem?.title ?? null) : null;
  }

  /** Opens the event stream. Reading it throws when the connection breaks. */
  async openEvents({ query, lastEventId, signal }: EventConnection): Promise<AsyncIterable<Uint8Array>> {
    const url = new URL(`${this.#shown()}v1/events`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (lastEventId !== null) headers['last-event-id'] = lastEventId;
    if (this.#key !== null) headers.authorization = `Bearer ${this.#key}`;
    const answer = await this.#http.open(url, headers, SILENCE_MS, signal).catch((error) => {
      throw this.#unreachable(error);
    });
    if (answer.headers['content-type']?.startsWith('text/event-stream')) return answer;
    throw this.#failure(answer.statusCode ?? 0, await text(answer));
  }

  /** The address of the dashboard. */
  get pageUrl(): string {
    return this.#shown();
  }

  close(): void {
    this.#http.close();
  }

  /** Retries when the API asks for it: a request rejected with 429 has had no effect. */
  async #sendWithinLimit(request: TransportRequest): Promise<TransportAnswer> {
    for (;;) {
      const answer = await this.#send(request);
      if (answer.status !== 429) return answer;
      const seconds = /^\d{1,6}$/.test(answer.retryAfter ?? '') ? Number(answer.retryAfter) : USUAL_WAIT_S;
      // Several requests may be waiting; they share the remaining time.
      if (seconds * 1_000 > this.#waitingLeft) return answer;
      this.#waitingLeft -= Math.max(1, seconds) * 1_000;
      this.#onWait(seconds);
      await this.#clock.sleepUntil(this.#clock.now() + seconds * 1_000);
    }
  }

  /** Retries once if the answer was lost and repeating the request is safe. */
  async #send(request: TransportRequest): Promise<TransportAnswer> {
    try {
      return await this.#http.send(request);
    } catch (error) {
      if (!mayRepeat(request) || neverSent(error)) throw this.#unreachable(error);
    }
    try {
      return await this.#http.send(request);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #failure(status: number, body: string): CliFailure {
    const problem = problemOf(body);
    if (problem) return new CliFailure(exitCodeForStatus(status), problem, adviceFor(status, this.#key));
    const detail = `${this.#shown()} answered ${status}, but not like the livestream API`;
    const unknown = { title: 'This is not the livestream API', code: 'api_unknown', status, detail };
    return new CliFailure(EXIT.unreachable, unknown, [
      'check --api-url or LIVESTREAM_API_URL, and any proxy in between',
    ]);
  }

  /** The URL without user and password. */
  #shown(): string {
    return `${this.#base.origin}${this.#base.pathname.replace(/\/?$/, '/')}`;
  }

  #unreachable(error: unknown): CliFailure {
    const reason = errorCode(error) || (error instanceof Error ? error.message : String(error));
    const problem: Problem = {
      title: 'Cannot reach the API',
      code: 'api_unreachable',
      detail: `no answer from ${this.#shown()} (${reason})`,
    };
    return new CliFailure(EXIT.unreachable, problem, [
      'start it with "livestream up" (or "livestream api"),',
      'or set its URL with --api-url or LIVESTREAM_API_URL',
    ]);
  }
}

function mayRepeat({ method, headers }: TransportRequest): boolean {
  return method === 'GET' || method === 'DELETE' || headers['Idempotency-Key'] !== undefined;
}

/** Null: the answer does not come from our API. */
function problemOf(body: string): Problem | null {
  const value = parseObject(body);
  return typeof value?.['title'] === 'string' ? (value as Problem) : null;
}

function adviceFor(status: number, key: string | null): string[] {
  if (status === 429) return ['too many requests (API_RATE_LIMIT): run it again in a minute'];
  if (status !== 401) return [];
  return [key === null ? 'set the key with LIVESTREAM_API_KEY or --api-key' : 'your key is wrong, or it was revoked'];
}
