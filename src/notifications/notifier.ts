import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { Clock } from '../clock.ts';
import { createAgent, sendRequest } from '../outbound/http-request.ts';
import type { ProxySettings } from '../outbound/proxy.ts';
import { retryAfterMs } from '../outbound/retry-after.ts';
import { slackText } from './slack-text.ts';
import { webhookHeaders } from './standard-webhooks.ts';
import type { NotifyTarget } from './target.ts';

/** Time limit of one delivery, ms (Standard Webhooks recommends 15 to 30 s at most). */
const TIMEOUT_MS = 10_000;

export interface Message {
  /** `webhook-id`: the same for every try. */
  id: string;
  /** The event as JSON, as SSE carries it. */
  text: string;
}

export interface Delivery {
  /** Any 2xx. */
  delivered: boolean;
  /** HTTP status; null when no answer came. */
  status: number | null;
  /** Why it was not delivered, in our own words. */
  reason: string | null;
  tookMs: number;
  /** How long the receiver asks to wait (`Retry-After`), ms. */
  retryAfterMs: number | null;
}

/** Posts messages. One call is one request; redirects are not followed. */
export class Notifier {
  readonly #clock: Clock;
  readonly #secret: string | null;
  readonly #agent: string;
  readonly #timeoutMs: number;
  readonly #connections: ReturnType<typeof createAgent>;

  constructor(options: {
    clock: Clock;
    secret: string | null;
    version: string;
    timeoutMs?: number;
    proxies?: ProxySettings;
  }) {
    this.#clock = options.clock;
    this.#secret = options.secret;
    this.#agent = `livestream-scheduler/${options.version}`;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#connections = createAgent(this.#timeoutMs, options.proxies);
  }

  /** Never rejects: any error is a failed delivery. */
  async send(target: NotifyTarget, message: Message): Promise<Delivery> {
    const body = bodyOf(target, message);
    const at = this.#clock.now();
    const result = await sendRequest(this.#connections, this.#clock, {
      url: target.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': this.#agent,
        ...(target.authorization === null ? {} : { authorization: target.authorization }),
        ...webhookHeaders({ id: message.id, at, body }, this.#secret),
      },
      body: Buffer.from(body),
      timeoutMs: this.#timeoutMs,
    });
    const tookMs = Math.round(result.answeredAt - at);
    if (result.kind !== 'answer') {
      const reason = result.kind === 'failed' ? result.reason : 'no connection in time';
      return { delivered: false, status: null, reason, tookMs, retryAfterMs: null };
    }
    const { status, headers } = result;
    const delivered = status >= 200 && status < 300;
    const wait = retryAfterMs([headers['retry-after']].flat()[0] ?? null, result.answeredAt);
    return { delivered, status, reason: delivered ? null : `answered ${status}`, tookMs, retryAfterMs: wait };
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }
}

function bodyOf(target: NotifyTarget, { text }: Message): string {
  return target.format === 'slack' ? JSON.stringify({ text: slackText(JSON.parse(text) as LivestreamEvent) }) : text;
}
