import type { BroadcastKind } from '../src/broadcasts/broadcast.ts';
import type { Exchange, Outcome, ZoomAnswer } from '../src/broadcasts/zoom-outcome.ts';
import type { StatusRequest } from '../src/broadcasts/zoom-port.ts';
import { SystemClock } from '../src/clock.ts';
import type { Config } from '../src/config.ts';
import { createRedactor, secretsOf } from '../src/observability/redaction.ts';
import type { AnswerHeaders } from '../src/outbound/http-request.ts';
import { createAgent, type HttpResult, sendRequest } from '../src/outbound/http-request.ts';
import { packageVersion } from '../src/version.ts';
import { AccountDirectory, type ZoomAccount } from '../src/zoom/accounts.ts';
import { ZoomClient } from '../src/zoom/client.ts';
import { classifyStatusAnswer, parseAnswer } from '../src/zoom/responses/classify.ts';
import { createTokens } from '../src/zoom/tokens/create-tokens.ts';
import { accountOf } from './account.ts';
import type { Delivery, EventReceiver } from './event-receiver.ts';
import { MemoryTokenStore } from './memory-token-store.ts';
import type { Seen } from './probe.ts';
import type { Subjects } from './subjects.ts';

export interface Surroundings {
  config: Config;
  subjects: Subjects;
  events: EventReceiver | null;
  /** How long to wait for a Zoom event, ms. */
  eventWaitMs: number;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Requests a second (Light) of each plan; the probes use half. */
const LIGHT = { free: 4, pro: 30, business: 80 } as const;
const SHOWN_HEADERS = /^(retry-after|x-ratelimit-.*|x-zm-trackingid)$/i;
const STOP_TRIES = 3;
/** Announce waits longer than this, ms. */
const TELL_WAITS_OVER_MS = 2_000;

export interface RawRequest {
  method: 'GET' | 'PATCH' | 'POST';
  /** Below the API's URL. */
  path: string;
  body?: unknown;
  /** Instead of the account's. */
  token?: string;
}

/** Zoom, real or simulated, as the probes see it: our client, raw requests beside it, and a record of what is on air. */
export class ZoomUnderTest {
  readonly account: ZoomAccount;
  readonly subjects: Subjects;
  readonly events: EventReceiver | null;
  readonly eventWaitMs: number;
  readonly #startRetryMs: number;
  readonly #gapMs: number;
  readonly #clock = new SystemClock();
  readonly #agent = createAgent(10_000);
  readonly #tokens;
  readonly #json;
  readonly #multipart;
  readonly #say: (line: string) => void;
  #signal: AbortSignal;
  readonly #secrets: string[];
  readonly #lastStart = new Map<string, number>();
  readonly #onAir = new Map<string, BroadcastKind>();
  readonly #undo: (() => Promise<void>)[] = [];
  #lastRequest = 0;

  constructor({ config, subjects, events, eventWaitMs, say, signal }: Surroundings) {
    this.account = accountOf(config);
    const accounts = new AccountDirectory([this.account]);
    this.subjects = subjects;
    this.events = events;
    this.eventWaitMs = eventWaitMs;
    this.#secrets = secretsOf(config);
    // A different clock at Zoom and the network may cost a second.
    this.#startRetryMs = config.startRetryMs + Math.min(1_000, config.startRetryMs / 10);
    this.#gapMs = 2_000 / LIGHT[this.account.plan];
    this.#say = say;
    this.#signal = signal;
    const logger = { debug: () => {}, info: () => {}, warn: () => {} };
    const common = { accounts, clock: this.#clock, timeoutMs: config.zoom.timeoutMs, logger };
    this.#tokens = createTokens({ ...common, store: new MemoryTokenStore() });
    const client = { ...common, tokens: this.#tokens, version: packageVersion() };
    this.#json = new ZoomClient({ ...client, requestFormat: 'json' });
    this.#multipart = new ZoomClient({ ...client, requestFormat: 'multipart' });
  }

  /** A bearer token, or why there is none. */
  async token(): Promise<{ token: string } | { why: string }> {
    const result = await this.#tokens.get(this.account.name);
    if (result.kind === 'token') {
      this.keepSecret(result.token);
      return { token: result.token };
    }
    return { why: result.kind === 'refused' ? result.advice : result.reason };
  }

  /** Sends the status request with our client. It counts for the 30-second rule, and cleanup stops what it started. */
  async status(
    meetingId: string,
    kind: BroadcastKind,
    action: StatusRequest['action'],
    more: Pick<StatusRequest, 'settings'> & { multipart?: boolean } = {},
  ): Promise<Seen> {
    await this.#turn();
    const { multipart, ...settings } = more;
    const client = multipart ? this.#multipart : this.#json;
    const exchange = await client.updateStatus({ account: this.account.name, kind, meetingId, action, ...settings });
    this.#remember(meetingId, kind, action, exchange.result);
    return this.seen(`${action} ${kind}`, exchange);
  }

  /** Starts as soon as the 30-second rule allows it. */
  async startWhenAllowed(meetingId: string, kind: BroadcastKind): Promise<Seen> {
    await this.waitForGate(meetingId);
    return this.status(meetingId, kind, 'start');
  }

  /** Sends the status request with a custom body; also shows the headers. */
  async rawStatus(meetingId: string, kind: BroadcastKind, body: Record<string, unknown>): Promise<Seen> {
    const path = `/${kind}s/${meetingId}/livestream/status`;
    const result = await this.#fetch({ method: 'PATCH', path, body });
    const step = `${body.action} ${kind}`;
    if (result.kind !== 'answer') return this.#failed(step, result);
    const action = body.action === 'stop' ? 'stop' : 'start';
    const outcome = classifyStatusAnswer({ ...result, action, kind, now: result.answeredAt });
    this.#remember(meetingId, kind, action, outcome);
    return this.#shown(step, parseAnswer(result), outcomeText(outcome), result.headers);
  }

  /** Sends any API request; `what` sums up the body in a word or two. */
  async raw(
    step: string,
    request: RawRequest,
    what: (body: Record<string, unknown>) => string = () => '',
  ): Promise<Seen> {
    const result = await this.#fetch(request);
    if (result.kind !== 'answer') return this.#failed(step, result);
    const text = result.status === 200 ? what(objectOf(result.bodyText)) : '';
    return this.#shown(step, parseAnswer(result), text, result.headers);
  }

  /** The body of a GET, for internal use; never shown. */
  async body(path: string): Promise<Record<string, unknown>> {
    const result = await this.#fetch({ method: 'GET', path });
    return result.kind === 'answer' && result.status === 200 ? objectOf(result.bodyText) : {};
  }

  /** Calls the token endpoint, with the account's credentials or others. */
  async askForToken(
    step: string,
    credentials: { accountId: string; clientId: string; clientSecret: string },
  ): Promise<{ seen: Seen; token: string | null }> {
    await this.#turn();
    const { accountId, clientId, clientSecret } = credentials;
    const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: accountId });
    const result = await sendRequest(this.#agent, this.#clock, {
      url: new URL(this.account.oauthUrl),
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: Buffer.from(form.toString()),
      timeoutMs: 10_000,
    });
    if (result.kind !== 'answer') return { seen: this.#failed(step, result), token: null };
    const body = objectOf(result.bodyText);
    const token = typeof body.access_token === 'string' ? body.access_token : null;
    if (token) this.keepSecret(token);
    const text = token ? `${body.expires_in} s, ${body.token_type}` : String(body.error ?? 'no error field');
    return { seen: this.#shown(step, { ...parseAnswer(result), code: null }, text, result.headers), token };
  }

  /** Waits until the next start is allowed. */
  async waitForGate(meetingId: string): Promise<void> {
    const last = this.#lastStart.get(meetingId);
    if (last !== undefined) await this.waitUntil(last + this.#startRetryMs, 'the 30-second rule');
  }

  async waitUntil(at: number, why: string): Promise<void> {
    const left = at - this.#clock.now();
    if (left > TELL_WAITS_OVER_MS) this.#say(`  … ${Math.ceil(left / 1_000)} s: ${why}`);
    await this.#clock.sleepUntil(at, this.#signal);
    this.#signal.throwIfAborted();
  }

  /** The first matching event since `since` (ms); null when none comes within `waitMs`. */
  async event(
    fits: (delivery: Delivery) => boolean,
    since: number,
    waitMs = this.eventWaitMs,
  ): Promise<Delivery | null> {
    return this.events?.next(fits, since, this.#clock.now() + waitMs, this.#signal) ?? null;
  }

  /** Masks this text in all output, whatever quotes it. */
  keepSecret(secret: string): void {
    if (!this.#secrets.includes(secret)) this.#secrets.push(secret);
  }

  /** Registers a cleanup step. Cleanup runs the last one first, also after Ctrl-C; call the returned function to run it earlier. */
  inTheEnd(undo: () => Promise<void>): () => Promise<void> {
    this.#undo.push(undo);
    return async () => {
      await undo();
      this.#undo.splice(this.#undo.indexOf(undo), 1);
    };
  }

  /** Stops what we have, or may have, on air, and undoes the rest. @returns the steps that failed */
  async cleanUp(): Promise<string[]> {
    const left: string[] = [];
    this.#signal = new AbortController().signal;
    for (const [meetingId, kind] of this.#onAir) {
      this.#say(`stopping the live stream of ${kind} ${meetingId}`);
      if (!(await this.#stopSurely(meetingId, kind)))
        left.push(`${kind} ${meetingId} may still be on air: stop it in Zoom`);
    }
    for (const undo of this.#undo.reverse()) await undo().catch((error: Error) => left.push(error.message));
    return left;
  }

  async close(): Promise<void> {
    await this.events?.close();
    await Promise.all([this.#json.close(), this.#multipart.close(), this.#tokens.close(), this.#agent.close()]);
  }

  seen(step: string, { answer, result }: Exchange<Outcome>): Seen {
    if (!answer) return { step, short: 'reason' in result ? result.reason : result.kind, message: null, headers: {} };
    return this.#shown(step, answer, outcomeText(result), {});
  }

  async #stopSurely(meetingId: string, kind: BroadcastKind): Promise<boolean> {
    for (let tries = 0; tries < STOP_TRIES; tries += 1) {
      const { result } = await this.#json.updateStatus({ account: this.account.name, kind, meetingId, action: 'stop' });
      if (result.kind === 'accepted' || result.kind === 'not_started') return true;
      await this.#clock.sleepUntil(this.#clock.now() + 1_000);
    }
    return false;
  }

  #remember(meetingId: string, kind: BroadcastKind, action: string, { kind: outcome }: Outcome): void {
    if (action === 'start' && (outcome === 'accepted' || outcome === 'start_limited' || outcome === 'transient'))
      this.#lastStart.set(meetingId, this.#clock.now());
    // A start without an answer may have worked.
    if (action === 'start' && (outcome === 'accepted' || outcome === 'transient')) this.#onAir.set(meetingId, kind);
    if (action === 'stop' && (outcome === 'accepted' || outcome === 'not_started')) this.#onAir.delete(meetingId);
  }

  async #fetch({ method, path, body, token }: RawRequest): Promise<HttpResult> {
    const own = await this.token();
    await this.#turn();
    const bearer = token ?? ('token' in own ? own.token : '');
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return sendRequest(this.#agent, this.#clock, {
      url: new URL(`${this.account.apiUrl.replace(/\/+$/, '')}${path}`),
      method,
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json', ...json },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
      timeoutMs: 10_000,
    });
  }

  /** Waits its turn at half of the plan's rate: other apps use the same budget. */
  async #turn(): Promise<void> {
    this.#signal.throwIfAborted();
    await this.waitUntil(this.#lastRequest + this.#gapMs, 'the rate limit');
    this.#lastRequest = this.#clock.now();
  }

  #failed(step: string, result: Exclude<HttpResult, { kind: 'answer' }>): Seen {
    const short = result.kind === 'failed' ? result.reason : result.kind;
    return { step, short, message: null, headers: {} };
  }

  #shown(step: string, answer: ZoomAnswer, text: string, headers: AnswerHeaders): Seen {
    const clean = createRedactor(this.#secrets);
    const code = answer.code === null ? '' : `/${answer.code}`;
    const shown = Object.entries(headers).filter(([name]) => SHOWN_HEADERS.test(name));
    return {
      step,
      short: clean(`${answer.status}${code} ${text}`.trim()),
      message: answer.message === null ? null : clean(answer.message),
      headers: Object.fromEntries(shown.map(([name, value]) => [name.toLowerCase(), clean(String(value))])),
    };
  }
}

function outcomeText(outcome: Outcome): string {
  return 'code' in outcome ? `${outcome.kind} ${outcome.code}` : outcome.kind;
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
