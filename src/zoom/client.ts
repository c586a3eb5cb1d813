import type { Logger } from 'pino';
import type { BroadcastKind } from '../broadcasts/broadcast.ts';
import type { Exchange, MeetingStatus, Outcome, ReadResult, ZoomAnswer } from '../broadcasts/zoom-outcome.ts';
import type {
  ConfigureRequest,
  ReadTarget,
  SendGuard,
  StatusRequest,
  ZoomApi,
  ZoomReads,
} from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';
import type { HttpResult } from '../outbound/http-request.ts';
import { createAgent, sendRequest } from '../outbound/http-request.ts';
import type { ProxySettings } from '../outbound/proxy.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import type { AccountDirectory } from './accounts.ts';
import { endRequestSpan, startRequestSpan } from './request-span.ts';
import type { RawAnswer, StatusAnswer } from './responses/classify.ts';
import { classifyMeetingStatus, classifyRead, classifyStatusAnswer, parseAnswer } from './responses/classify.ts';
import { ADVICE } from './responses/response-table.ts';
import type { TokenResult, Tokens } from './tokens/tokens.ts';
import { json, MASK, MIN_SECRET, multipart, pathOf, wireSettings, withoutSecret } from './wire-format.ts';

export interface ZoomClientOptions {
  accounts: AccountDirectory;
  tokens: Tokens;
  clock: Clock;
  /** ZOOM_TIMEOUT_MS: one request from connecting to the last byte. */
  timeoutMs: number;
  requestFormat: 'json' | 'multipart';
  proxies?: ProxySettings;
  logger: Pick<Logger, 'debug'>;
  /** Of this package, for the User-Agent. */
  version: string;
  /** Called after each request, even one that was never sent. */
  onExchange?: (exchange: ExchangeReport) => void;
  /** Omitted: no traces. */
  tracing?: Tracing;
}

/** One request to Zoom, for metrics and the health of its account. */
export interface ExchangeReport {
  account: string;
  request: StatusRequest['action'] | 'configure' | 'look' | 'read';
  /** The kind of the result. */
  outcome: string;
  /** HTTP status; null: no answer. */
  status: number | null;
}

/** Zoom's longest page of a list has 300 meetings of some 600 bytes each. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

interface Call {
  account: string;
  request: ExchangeReport['request'];
  meetingId: string;
  method: 'GET' | 'PATCH';
  /** Below the account's API URL. */
  path: string;
  /** The body in the form the history shows. */
  shown?: unknown;
  body?: { bytes: Buffer; contentType: string };
  guard?: SendGuard;
  timeoutMs?: number;
  maxBodyBytes?: number;
}

/** The end of a call; `answer` and `http` are set if the request was sent. */
type Ended = { sentAt: number | null; answeredAt: number } & (
  | { kind: 'answered'; raw: RawAnswer; answer: ZoomAnswer; rejectToken: () => void }
  | { kind: 'invalid_id' }
  | { kind: 'no_token'; token: Exclude<TokenResult, { kind: 'token' }> }
  | Pick<Extract<HttpResult, { kind: 'withdrawn' }>, 'kind'>
  | Pick<Extract<HttpResult, { kind: 'failed' }>, 'kind' | 'reason' | 'timedOut'>
);

/** The only way to Zoom's API. */
export class ZoomClient implements ZoomApi, ZoomReads {
  readonly #options: ZoomClientOptions;
  readonly #agent: ReturnType<typeof createAgent>;
  /** Unanswered requests. */
  inFlight = 0;

  constructor(options: ZoomClientOptions) {
    this.#options = options;
    this.#agent = createAgent(options.timeoutMs, options.proxies);
  }

  async prepare(account: string): Promise<void> {
    await this.#options.tokens.prepare(account);
  }

  async renewToken(account: string): Promise<void> {
    await this.#options.tokens.renew(account);
  }

  async grantedScopes(account: string): Promise<string[] | null> {
    const token = await this.#options.tokens.get(account);
    return token.kind === 'token' ? token.scopes : null;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async updateStatus(request: StatusRequest, guard?: SendGuard): Promise<Exchange<Outcome>> {
    const { account, action, kind, meetingId } = request;
    const settings = wireSettings(request);
    const shown = settings ? { action, settings } : { action };
    const path = `/${kind}s/${meetingId}/livestream/status`;
    const body = this.#options.requestFormat === 'multipart' ? multipart(action, settings) : json(shown);
    const call: Call = { account, request: action, meetingId, method: 'PATCH', path, shown, body, guard };
    const exchange = await this.#send(call, (ended) => outcomeOf(ended, action, kind));
    return withoutSecret(exchange, request.streamKey ?? '');
  }

  async configure(request: ConfigureRequest, guard?: SendGuard): Promise<Exchange<Outcome>> {
    const { account, kind, meetingId, streamUrl, streamKey, pageUrl, resolution } = request;
    const fields = {
      stream_url: streamUrl,
      stream_key: streamKey,
      page_url: pageUrl,
      ...(resolution && { resolution }),
    };
    const path = `/${kind}s/${meetingId}/livestream`;
    const shown = { ...fields, stream_key: MASK };
    const call: Call = {
      account,
      request: 'configure',
      meetingId,
      method: 'PATCH',
      path,
      shown,
      body: json(fields),
      guard,
    };
    const exchange = await this.#send(call, (ended) => outcomeOf(ended, 'configure', kind));
    return withoutSecret(exchange, streamKey);
  }

  async getMeetingStatus(account: string, meetingId: string, timeoutMs?: number): Promise<Exchange<MeetingStatus>> {
    const path = `/meetings/${meetingId}`;
    return this.#send({ account, request: 'look', meetingId, method: 'GET', path, timeoutMs }, statusOf);
  }

  async read(account: string, target: ReadTarget): Promise<Exchange<ReadResult>> {
    const path = pathOf(target);
    const meetingId = 'meetingId' in target ? target.meetingId : '0';
    const kind = target.of === 'webinar' || ('kind' in target && target.kind === 'webinar') ? 'webinar' : 'meeting';
    const call: Call = { account, request: 'read', meetingId, method: 'GET', path, maxBodyBytes: MAX_PAGE_BYTES };
    const exchange = await this.#send(call, (ended) => readOf(ended, kind));
    // A body may hold a stream key, so the history gets only messages of errors.
    return exchange.result.kind === 'found'
      ? { ...exchange, answer: exchange.answer && { ...exchange.answer, message: null } }
      : exchange;
  }

  async #send<Result extends { kind: string }>(
    call: Call,
    resultOf: (ended: Ended) => Result,
  ): Promise<Exchange<Result>> {
    const { logger, onExchange, accounts, tracing = NO_TRACING } = this.#options;
    const span = startRequestSpan(tracing, call, accounts.get(call.account)?.apiUrl);
    this.inFlight += 1;
    const ended = await span
      .within(() => this.#request(call))
      .finally(() => {
        this.inFlight -= 1;
      });
    const { request, account, method, path, shown: body } = call;
    const answer = ended.kind === 'answered' ? ended.answer : null;
    const result = resultOf(ended);
    if (result.kind === 'unauthorized' && ended.kind === 'answered') ended.rejectToken();
    const { sentAt, answeredAt } = ended;
    const tookMs = sentAt === null ? null : answeredAt - sentAt;
    endRequestSpan(span, { outcome: result.kind, answer, failure: failureOf(ended) });
    logger.debug(
      { method, path, status: answer?.status, code: answer?.code, result: result.kind, tookMs },
      'request to Zoom finished',
    );
    onExchange?.({ account, request, outcome: result.kind, status: answer?.status ?? null });
    return { request: { method, path, ...(body === undefined ? {} : { body }) }, answer, result, sentAt, answeredAt };
  }

  async #request(call: Call): Promise<Ended> {
    const { clock, tokens, accounts } = this.#options;
    // Any other text would change the resource in the path.
    if (!/^\d{1,19}$/.test(call.meetingId)) return { kind: 'invalid_id', sentAt: null, answeredAt: clock.now() };
    const token = await tokens.get(call.account);
    if (token.kind !== 'token') return { kind: 'no_token', token, sentAt: null, answeredAt: clock.now() };
    const account = accounts.get(call.account);
    if (!account) {
      const removed = { kind: 'transient', reason: 'the account was just removed' } as const;
      return { kind: 'no_token', token: removed, sentAt: null, answeredAt: clock.now() };
    }
    const limit = this.#options.timeoutMs;
    const result = await sendRequest(this.#agent, clock, {
      url: new URL(`${account.apiUrl.replace(/\/+$/, '')}${call.path}`),
      method: call.method,
      headers: this.#headers(token.token, call.body?.contentType),
      body: call.body?.bytes,
      timeoutMs: Math.min(limit, call.timeoutMs ?? limit),
      guard: call.guard,
      ...(call.maxBodyBytes !== undefined && { maxBodyBytes: call.maxBodyBytes }),
    });
    if (result.kind !== 'answer') return result;
    // Zoom, or a proxy, may quote the token it received.
    const { bodyText } = result;
    const masked = token.token.length < MIN_SECRET ? bodyText : bodyText.replaceAll(token.token, MASK);
    const raw = { ...result, bodyText: masked };
    const answer = parseAnswer(raw);
    const { sentAt, answeredAt } = result;
    const rejectToken = () => tokens.reject(call.account, token.id);
    return { kind: 'answered', raw, answer, rejectToken, sentAt, answeredAt };
  }

  #headers(token: string, contentType: string | undefined): Record<string, string> {
    return {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': `livestream-scheduler/${this.#options.version}`,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
  }
}

/** The reason for a missing answer, as traces name it. */
function failureOf(ended: Ended): { type: string; reason: string } | null {
  if (ended.kind === 'answered' || ended.kind === 'withdrawn') return null;
  if (ended.kind !== 'failed') return { type: ended.kind, reason: 'the request was not sent' };
  const [, code] = /\((\w+)\)$/.exec(ended.reason) ?? [];
  return { type: ended.timedOut ? 'timeout' : (code ?? '_OTHER'), reason: ended.reason };
}

function outcomeOf(ended: Ended, action: StatusAnswer['action'], kind: BroadcastKind): Outcome {
  switch (ended.kind) {
    case 'answered':
      return classifyStatusAnswer({ ...ended.raw, action, kind, now: ended.answeredAt });
    case 'withdrawn':
      return { kind: 'withdrawn' };
    case 'invalid_id':
      return { kind: 'refused', code: 'invalid_meeting_id', advice: ADVICE.invalid_meeting_id };
    case 'no_token':
      return ended.token.kind === 'refused'
        ? { kind: 'refused', code: 'credentials_refused', advice: ended.token.advice }
        : { kind: 'transient', reason: ended.token.reason, unknown: false };
    case 'failed':
      return { kind: 'transient', reason: ended.reason, unknown: ended.timedOut };
  }
}

function statusOf(ended: Ended): MeetingStatus {
  switch (ended.kind) {
    case 'answered':
      return classifyMeetingStatus({ ...ended.raw, now: ended.answeredAt });
    case 'invalid_id':
      return { kind: 'gone', code: 'invalid_meeting_id', advice: ADVICE.invalid_meeting_id };
    case 'no_token':
      return ended.token.kind === 'refused'
        ? { kind: 'inconclusive', reason: ended.token.advice }
        : { kind: 'transient', reason: ended.token.reason };
    case 'withdrawn':
      return { kind: 'transient', reason: 'withdrawn' };
    case 'failed':
      return { kind: 'transient', reason: ended.reason };
  }
}

function readOf(ended: Ended, kind: BroadcastKind): ReadResult {
  if (ended.kind === 'answered') return classifyRead({ ...ended.raw, kind, now: ended.answeredAt });
  if (ended.kind === 'invalid_id')
    return { kind: 'refused', code: 'invalid_meeting_id', advice: ADVICE.invalid_meeting_id };
  if (ended.kind === 'no_token' && ended.token.kind === 'refused')
    return { kind: 'refused', code: 'credentials_refused', advice: ended.token.advice };
  const reason = ended.kind === 'no_token' ? 'no token' : ended.kind === 'failed' ? ended.reason : 'withdrawn';
  return { kind: 'transient', reason };
}
