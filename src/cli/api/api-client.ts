import { text } from 'node:stream/consumers';
import { ApiError, type Problem } from '../../client/api-error.ts';
import { createClient, type LivestreamClient, type OperationAnswer, type OperationInput } from '../../client/client.ts';
import type { TransportAnswer, TransportRequest } from '../../client/transport.ts';
import type { Clock } from '../../clock.ts';
import { CliFailure, EXIT, exitCodeForStatus } from '../exit-codes.ts';
import type {
  BroadcastJson,
  BroadcastPage,
  HistoryLine,
  OccurrencesJson,
  PauseJson,
  SeriesJson,
  SeriesPage,
  SourceJson,
  SyncJson,
  SyncPlanJson,
} from './api-types.ts';
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
/** Where a 429 does not say how long. */
const USUAL_WAIT_S = 2;

/** The API's requests that the command line uses. Every method throws `CliFailure` unless it succeeds. */
export class ApiClient {
  readonly #base: URL;
  readonly #key: string | null;
  /** By the answers so far. */
  readonly serverTime: ServerTime;
  readonly #http: HttpExchange;
  readonly #api: LivestreamClient;
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
    const { url, key, headers: more } = options;
    const withMore = (request: TransportRequest) => ({ ...request, headers: { ...request.headers, ...more } });
    this.#api = createClient({ url, key, transport: (request) => this.#patiently(withMore(request)) });
  }

  /** `idempotencyKey`: with the same one, the broadcast is stored once, however often this is sent. */
  schedule(body: unknown, idempotencyKey: string): Promise<BroadcastJson> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    // The API reports what is wrong with the input, so it may be anything here.
    return this.#orFail(
      this.#api.createBroadcast({ headers, body: body as OperationInput<'createBroadcast'>['body'] }),
    );
  }

  /** All or nothing, up to 1,000. */
  scheduleBatch(body: unknown, idempotencyKey: string): Promise<{ broadcasts: BroadcastJson[] }> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return this.#orFail(
      this.#api.createBroadcasts({ headers, body: body as OperationInput<'createBroadcasts'>['body'] }),
    );
  }

  list(query: OperationInput<'listBroadcasts'>['query']): Promise<BroadcastPage> {
    return this.#orFail(this.#api.listBroadcasts({ query }));
  }

  get(id: string): Promise<BroadcastJson> {
    return this.#orFail(this.#api.getBroadcast({ path: { id } }));
  }

  history(id: string): Promise<{ history: HistoryLine[] }> {
    return this.#orFail(this.#api.getBroadcastHistory({ path: { id } }));
  }

  /** `revision`: refused (412) when the plan has been changed since it was read. */
  change(id: string, body: unknown, revision: number): Promise<BroadcastJson> {
    const headers = { 'If-Match': `"${revision}"` };
    const change = body as OperationInput<'changeBroadcast'>['body'];
    return this.#orFail(this.#api.changeBroadcast({ path: { id }, headers, body: change }));
  }

  bulk(body: OperationInput<'bulkBroadcasts'>['body']): Promise<OperationAnswer<'bulkBroadcasts'>> {
    return this.#orFail(this.#api.bulkBroadcasts({ body }));
  }

  cancel(id: string): Promise<BroadcastJson> {
    return this.#orFail(this.#api.cancelBroadcast({ path: { id } }));
  }

  command(id: string, command: 'start' | 'stop' | 'retry' | 'preflight'): Promise<BroadcastJson> {
    return this.#orFail(this.#api[`${command}Broadcast`]({ path: { id } }));
  }

  createSeries(body: unknown, idempotencyKey: string): Promise<SeriesJson> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return this.#orFail(this.#api.createSeries({ headers, body: body as OperationInput<'createSeries'>['body'] }));
  }

  listSeries(query: OperationInput<'listSeries'>['query']): Promise<SeriesPage> {
    return this.#orFail(this.#api.listSeries({ query }));
  }

  getSeries(id: string): Promise<SeriesJson> {
    return this.#orFail(this.#api.getSeries({ path: { id } }));
  }

  occurrences(id: string, limit: number): Promise<OccurrencesJson> {
    return this.#orFail(this.#api.listOccurrences({ path: { id }, query: { limit } }));
  }

  /** `revision`: refused (412) when the series has been changed since it was read. */
  changeSeries(id: string, body: unknown, revision: number, from?: string): Promise<SeriesJson> {
    const headers = { 'If-Match': `"${revision}"` };
    const change = body as OperationInput<'changeSeries'>['body'];
    return this.#orFail(
      this.#api.changeSeries({ path: { id }, query: from === undefined ? {} : { from }, headers, body: change }),
    );
  }

  deleteSeries(id: string, keepOccurrences: boolean): Promise<SeriesJson> {
    return this.#orFail(this.#api.deleteSeries({ path: { id }, query: { keepOccurrences } }));
  }

  /** Of a path that an older API does not have: null then. */
  async optional<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer | null> {
    const url = new URL(`${this.#shown()}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (this.#key !== null) headers['authorization'] = `Bearer ${this.#key}`;
    const { status, body } = await this.#patiently({ method: 'GET', url, headers, body: null });
    if (status === 404) return null;
    if (status === 200) return JSON.parse(body) as Answer;
    throw this.#failure(errorOf(status, body));
  }

  /** Why Redis stops the API from working, and what to do; null when it does not, or that is unknown. */
  async redisTrouble(): Promise<string | null> {
    const url = new URL(`${this.#shown()}readyz`);
    const headers = { accept: 'application/json' };
    const { status, body } = await this.#patiently({ method: 'GET', url, headers, body: null });
    if (status !== 503) return null;
    const { problem } = errorOf(status, body);
    const missing = problem?.['missing'];
    const isOfRedis = Array.isArray(missing) && missing.some((one) => String(one).startsWith('redis'));
    return isOfRedis ? (problem?.detail ?? problem?.title ?? null) : null;
  }

  alerts(query: OperationInput<'listAlerts'>['query']): Promise<OperationAnswer<'listAlerts'>> {
    return this.#orFail(this.#api.listAlerts({ query }));
  }

  acknowledgeAlert(id: string, note: string | null): Promise<OperationAnswer<'acknowledgeAlert'>> {
    return this.#orFail(this.#api.acknowledgeAlert({ path: { id }, body: { note } }));
  }

  createPause(body: OperationInput<'createPause'>['body']): Promise<PauseJson> {
    return this.#orFail(this.#api.createPause({ body }));
  }

  pauses(): Promise<{ pauses: PauseJson[] }> {
    return this.#orFail(this.#api.listPauses());
  }

  endPause(id: string): Promise<PauseJson> {
    return this.#orFail(this.#api.endPause({ path: { id } }));
  }

  createKey(body: OperationInput<'createKey'>['body']): Promise<OperationAnswer<'createKey'>> {
    return this.#orFail(this.#api.createKey({ body }));
  }

  keys(): Promise<OperationAnswer<'listKeys'>> {
    return this.#orFail(this.#api.listKeys());
  }

  revokeKey(id: string): Promise<OperationAnswer<'revokeKey'>> {
    return this.#orFail(this.#api.revokeKey({ path: { id } }));
  }

  audit(query: OperationInput<'listAudit'>['query']): Promise<OperationAnswer<'listAudit'>> {
    return this.#orFail(this.#api.listAudit({ query }));
  }

  calendars(): Promise<OperationAnswer<'listCalendars'>> {
    return this.#orFail(this.#api.listCalendars());
  }

  createCalendar(body: OperationInput<'createCalendar'>['body']): Promise<OperationAnswer<'createCalendar'>> {
    return this.#orFail(this.#api.createCalendar({ body }));
  }

  getCalendar(name: string): Promise<OperationAnswer<'getCalendar'>> {
    return this.#orFail(this.#api.getCalendar({ path: { name } }));
  }

  deleteCalendar(name: string): Promise<OperationAnswer<'deleteCalendar'>> {
    return this.#orFail(this.#api.deleteCalendar({ path: { name } }));
  }

  createSource(body: OperationInput<'createSource'>['body']): Promise<SourceJson> {
    return this.#orFail(this.#api.createSource({ body }));
  }

  sources(): Promise<{ sources: SourceJson[] }> {
    return this.#orFail(this.#api.listSources());
  }

  source(name: string): Promise<SourceJson> {
    return this.#orFail(this.#api.getSource({ path: { name } }));
  }

  changeSource(name: string, body: OperationInput<'changeSource'>['body']): Promise<SourceJson> {
    return this.#orFail(this.#api.changeSource({ path: { name }, body }));
  }

  deleteSource(name: string): Promise<SourceJson> {
    return this.#orFail(this.#api.deleteSource({ path: { name } }));
  }

  planSource(name: string, last: boolean): Promise<SyncPlanJson> {
    return this.#orFail(this.#api.planSource({ path: { name }, query: last ? { last } : {} }));
  }

  syncSource(name: string, body: SyncJson): Promise<SyncPlanJson> {
    return this.#orFail(this.#api.syncSource({ path: { name }, body }));
  }

  feeds(): Promise<OperationAnswer<'listFeeds'>> {
    return this.#orFail(this.#api.listFeeds());
  }

  createFeed(body: OperationInput<'createFeed'>['body']): Promise<OperationAnswer<'createFeed'>> {
    return this.#orFail(this.#api.createFeed({ body }));
  }

  deleteFeed(id: string): Promise<OperationAnswer<'deleteFeed'>> {
    return this.#orFail(this.#api.deleteFeed({ path: { id } }));
  }

  deadNotifications(limit: number): Promise<OperationAnswer<'listDeadNotifications'>> {
    return this.#orFail(this.#api.listDeadNotifications({ query: { limit } }));
  }

  retryDeadNotifications(): Promise<OperationAnswer<'retryDeadNotifications'>> {
    return this.#orFail(this.#api.retryDeadNotifications());
  }

  testNotifications(): Promise<OperationAnswer<'testNotifications'>> {
    return this.#orFail(this.#api.testNotifications());
  }

  /** Opens the event stream. The answer breaks off with an error when the connection does. */
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
    throw this.#failure(errorOf(answer.statusCode ?? 0, await text(answer)));
  }

  /** The dashboard's address. */
  get pageUrl(): string {
    return this.#shown();
  }

  close(): void {
    this.#http.close();
  }

  /** Retries when the API says so: a request refused with 429 has done nothing. */
  async #patiently(request: TransportRequest): Promise<TransportAnswer> {
    for (;;) {
      const answer = await this.#send(request);
      if (answer.status !== 429) return answer;
      const seconds = /^\d{1,6}$/.test(answer.retryAfter ?? '') ? Number(answer.retryAfter) : USUAL_WAIT_S;
      // Several requests may be waiting: what is left is for all of them together.
      if (seconds * 1_000 > this.#waitingLeft) return answer;
      this.#waitingLeft -= Math.max(1, seconds) * 1_000;
      this.#onWait(seconds);
      await this.#clock.sleepUntil(this.#clock.now() + seconds * 1_000);
    }
  }

  /** Retries once when the answer was lost and repeating the request is safe. */
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

  async #orFail<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof ApiError ? this.#failure(error) : error;
    }
  }

  #failure({ status, problem }: ApiError): CliFailure {
    if (problem) return new CliFailure(exitCodeForStatus(status), problem, adviceFor(status, this.#key));
    const detail = `${this.#shown()} answered ${status}, but not like the livestream API`;
    const unknown = { title: 'This is not the livestream API', code: 'api_unknown', status, detail };
    return new CliFailure(EXIT.unreachable, unknown, [
      'check --api-url or LIVESTREAM_API_URL, and any proxy in between',
    ]);
  }

  /** Without the user and password that a URL may have. */
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

function errorOf(status: number, body: string): ApiError {
  try {
    const value = JSON.parse(body) as Problem | null;
    return new ApiError(status, typeof value?.title === 'string' ? value : null);
  } catch {
    return new ApiError(status, null);
  }
}

function adviceFor(status: number, key: string | null): string[] {
  if (status === 429) return ['too many requests (API_RATE_LIMIT): run it again in a minute'];
  if (status !== 401) return [];
  return [key === null ? 'set the key with LIVESTREAM_API_KEY or --api-key' : 'your key is wrong, or it was revoked'];
}
