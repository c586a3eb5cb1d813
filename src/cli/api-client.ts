import type { Dispatcher } from 'undici';
import type { BroadcastJson, BroadcastPage, HistoryLine, Problem } from './api-types.ts';
import { CliFailure, EXIT, exitCodeForStatus } from './exit-codes.ts';

export interface ApiClientOptions {
  /** Base of the API, with or without a path. */
  url: string;
  key: string | null;
}

interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string | string[] | undefined>;
  /** The same request may be sent again when its answer was lost (it carries an Idempotency-Key). */
  mayRepeat?: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A cancel waits for a start in flight: ZOOM_TIMEOUT_MS and more. */
const ANSWER_TIMEOUT_MS = 120_000;
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The API's requests that the command line uses. Every method throws `CliFailure` for whatever is no success. */
export class ApiClient {
  readonly #base: URL;
  readonly #key: string | null;
  #dispatcher: Dispatcher | null = null;

  constructor(options: ApiClientOptions) {
    this.#base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);
    this.#key = options.key;
  }

  /** `idempotencyKey`: with the same one, the broadcast is stored once, however often this is sent. */
  async schedule(body: unknown, idempotencyKey: string): Promise<BroadcastJson> {
    const headers = { 'idempotency-key': idempotencyKey };
    return (await this.#call('POST', 'v1/broadcasts', { body, headers, mayRepeat: true })) as BroadcastJson;
  }

  async list(query: Record<string, string | string[] | undefined>): Promise<BroadcastPage> {
    return (await this.#call('GET', 'v1/broadcasts', { query, mayRepeat: true })) as BroadcastPage;
  }

  async get(id: string): Promise<BroadcastJson> {
    return (await this.#call('GET', broadcastPath(id), { mayRepeat: true })) as BroadcastJson;
  }

  async history(id: string): Promise<{ history: HistoryLine[] }> {
    const answer = await this.#call('GET', `${broadcastPath(id)}/history`, { mayRepeat: true });
    return answer as { history: HistoryLine[] };
  }

  /** `revision`: refused (412) when the plan has been changed since it was read. */
  async change(id: string, body: unknown, revision: number): Promise<BroadcastJson> {
    const headers = { 'if-match': `"${revision}"` };
    return (await this.#call('PATCH', broadcastPath(id), { body, headers })) as BroadcastJson;
  }

  async cancel(id: string): Promise<BroadcastJson> {
    return (await this.#call('DELETE', broadcastPath(id), { mayRepeat: true })) as BroadcastJson;
  }

  async command(id: string, command: 'start' | 'stop' | 'retry'): Promise<BroadcastJson> {
    return (await this.#call('POST', `${broadcastPath(id)}/${command}`, {})) as BroadcastJson;
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  async #call(method: Dispatcher.HttpMethod, path: string, call: Call): Promise<unknown> {
    const url = this.#address(path, call.query);
    try {
      return await this.#send(method, url, call);
    } catch (error) {
      if (error instanceof CliFailure) throw error;
      if (!call.mayRepeat || NOT_SENT.has(errorCode(error))) throw this.#unreachable(error);
    }
    try {
      return await this.#send(method, url, call);
    } catch (error) {
      throw error instanceof CliFailure ? error : this.#unreachable(error);
    }
  }

  #address(path: string, query: Call['query'] = {}): URL {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) {
      for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, one);
    }
    return url;
  }

  async #send(method: Dispatcher.HttpMethod, url: URL, call: Call): Promise<unknown> {
    // Loaded here, so that `--help` and usage faults do not wait for it.
    const { Agent, request } = await import('undici');
    this.#dispatcher ??= new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
    if (this.#key !== null) headers.authorization = `Bearer ${this.#key}`;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const answer = await request(url, { method, headers, body, dispatcher: this.#dispatcher });
    return this.#read(answer.statusCode, await answer.body.text());
  }

  #read(status: number, text: string): unknown {
    const value = parseObject(text);
    if (value && status >= 200 && status < 300) return value;
    if (isProblem(value)) throw new CliFailure(exitCodeForStatus(status), value, adviceFor(status, this.#key));
    const detail = `${this.#base.href} answered ${status}, and not as the livestream API does`;
    const problem = { title: 'This is not the livestream API', code: 'api_unknown', status, detail };
    throw new CliFailure(EXIT.unreachable, problem, [
      'check --api-url or LIVESTREAM_API_URL, and any proxy in between',
    ]);
  }

  #unreachable(error: unknown): CliFailure {
    const reason = errorCode(error) || (error instanceof Error ? error.message : String(error));
    const problem: Problem = {
      title: 'The API cannot be reached',
      code: 'api_unreachable',
      detail: `no answer from ${this.#base.href} (${reason})`,
    };
    return new CliFailure(EXIT.unreachable, problem, [
      'start it with "livestream up" (or "livestream api"),',
      'or say where it is with --api-url or LIVESTREAM_API_URL',
    ]);
  }
}

function broadcastPath(id: string): string {
  return `v1/broadcasts/${encodeURIComponent(id)}`;
}

function adviceFor(status: number, key: string | null): string[] {
  if (status !== 401) return [];
  return [key === null ? 'give the key with LIVESTREAM_API_KEY or --api-key' : 'the key given is not one of API_KEYS'];
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isProblem(value: Record<string, unknown> | null): value is Problem {
  return value !== null && typeof value.title === 'string';
}

/** Node's or undici's code of a failed connection; of the first inner error when several addresses were tried. */
function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
