import type { BroadcastJson, BroadcastPage, HistoryLine, Problem } from './api-types.ts';
import { CliFailure, EXIT, exitCodeForStatus } from './exit-codes.ts';
import { errorCode, HttpExchange, neverSent } from './http-exchange.ts';

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

/** The API's requests that the command line uses. Every method throws `CliFailure` for whatever is no success. */
export class ApiClient {
  readonly #base: URL;
  readonly #key: string | null;
  readonly #http = new HttpExchange();

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

  close(): void {
    this.#http.close();
  }

  async #call(method: string, path: string, call: Call): Promise<unknown> {
    const url = this.#address(path, call.query);
    try {
      return await this.#send(method, url, call);
    } catch (error) {
      if (error instanceof CliFailure) throw error;
      if (!call.mayRepeat || neverSent(error)) throw this.#unreachable(error);
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

  async #send(method: string, url: URL, call: Call): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
    if (this.#key !== null) headers.authorization = `Bearer ${this.#key}`;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const answer = await this.#http.send({ method, url, headers, body });
    return this.#read(answer.status, answer.body);
  }

  #read(status: number, text: string): unknown {
    const value = parseObject(text);
    if (value && status >= 200 && status < 300) return value;
    if (isProblem(value)) throw new CliFailure(exitCodeForStatus(status), value, adviceFor(status, this.#key));
    const detail = `${this.#shown()} answered ${status}, and not as the livestream API does`;
    const problem = { title: 'This is not the livestream API', code: 'api_unknown', status, detail };
    throw new CliFailure(EXIT.unreachable, problem, [
      'check --api-url or LIVESTREAM_API_URL, and any proxy in between',
    ]);
  }

  /** Without the user and password that a URL may have. */
  #shown(): string {
    return `${this.#base.origin}${this.#base.pathname}`;
  }

  #unreachable(error: unknown): CliFailure {
    const reason = errorCode(error) || (error instanceof Error ? error.message : String(error));
    const problem: Problem = {
      title: 'The API cannot be reached',
      code: 'api_unreachable',
      detail: `no answer from ${this.#shown()} (${reason})`,
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
