import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import type { Clock } from '../clock.ts';
import type { NotifyTarget } from '../config/notify-url.ts';
import type { SmtpServer } from '../config/smtp-url.ts';
import { createAgent, sendRequest } from '../outbound/http-request.ts';
import type { ProxySettings } from '../outbound/proxy.ts';
import { retryAfterMs } from '../outbound/retry-after.ts';
import { mailMessage } from './mail-message.ts';
import { Mailer } from './mailer.ts';
import { noticeOf } from './notice.ts';
import { slackMessage } from './slack-message.ts';
import { webhookHeaders } from './standard-webhooks.ts';
import { teamsMessage } from './teams-message.ts';

/** Time limit of one delivery, ms (Standard Webhooks recommends 15 to 30 s at most). */
const TIMEOUT_MS = 10_000;

export interface Message {
  /** `webhook-id`: the same for every attempt. */
  id: string;
  /** The events as JSON, in the form of SSE: one for signed JSON, one or more of one type for people. */
  texts: string[];
  /** How many events of that type beyond those; omitted: none. */
  more?: number;
}

export interface Delivery {
  /** Any 2xx. */
  delivered: boolean;
  /** Status of HTTP or of SMTP; null: no answer came. */
  status: number | null;
  /** Why it was not delivered, in our own words. */
  reason: string | null;
  tookMs: number;
  /** How long the receiver wants us to wait (`Retry-After`), ms. */
  retryAfterMs: number | null;
}

/** Show at most this much of a rejection. */
const MAX_SAID = 120;

/** Posts and mails messages. One call is one request; it follows no redirects. */
export class Notifier {
  readonly #clock: Clock;
  readonly #secret: string | null;
  readonly #agent: string;
  readonly #timeoutMs: number;
  readonly #connections: ReturnType<typeof createAgent>;
  readonly #mailer: Mailer | null;

  constructor(options: {
    clock: Clock;
    secret: string | null;
    version: string;
    timeoutMs?: number;
    proxies?: ProxySettings;
    smtp?: SmtpServer | null;
  }) {
    this.#clock = options.clock;
    this.#secret = options.secret;
    this.#agent = `livestream-scheduler/${options.version}`;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#connections = createAgent(this.#timeoutMs, options.proxies);
    this.#mailer = options.smtp ? new Mailer(options.smtp) : null;
  }

  /** Never rejects: any error is a failed delivery. */
  async send(target: NotifyTarget, message: Message): Promise<Delivery> {
    return target.mailTo === null ? this.#post(target, message) : this.#mail(target, target.mailTo, message);
  }

  async #mail(target: NotifyTarget, to: string, { id, texts, more = 0 }: Message): Promise<Delivery> {
    const none = { delivered: false, status: null, reason: 'SMTP_URL is not set' };
    const at = this.#clock.now();
    const mail = { to, id: `${id}.${target.id}`, ...mailMessage(noticeOf(texts.map(eventOf), more)) };
    const result = (await this.#mailer?.send(mail)) ?? none;
    return { ...result, tookMs: Math.round(this.#clock.now() - at), retryAfterMs: null };
  }

  async #post(target: NotifyTarget, message: Message): Promise<Delivery> {
    const url = target.url as URL;
    const body = bodyOf(target, message);
    const at = this.#clock.now();
    const result = await sendRequest(this.#connections, this.#clock, {
      url,
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
    const reason = delivered ? null : `answered ${status}${said(result.bodyText, url)}`;
    return { delivered, status, reason, tookMs, retryAfterMs: wait };
  }

  async close(): Promise<void> {
    this.#mailer?.close();
    await this.#connections.close();
  }
}

function bodyOf({ format }: NotifyTarget, { texts, more = 0 }: Message): string {
  if (format === 'slack') return JSON.stringify(slackMessage(noticeOf(texts.map(eventOf), more)));
  if (format === 'teams') return JSON.stringify(teamsMessage(noticeOf(texts.map(eventOf), more)));
  return texts[0] ?? '';
}

function eventOf(text: string): LivestreamEvent {
  return JSON.parse(text) as LivestreamEvent;
}

/** The reason in a rejection, such as Slack's `invalid_blocks`, unless it repeats a part of the address. */
function said(bodyText: string, url: URL): string {
  const text = bodyText.replace(/\s+/g, ' ').trim();
  const own = [...url.pathname.split('/'), ...url.searchParams.values()].filter((part) => part.length > 5);
  if (text === '' || text.startsWith('<') || own.some((part) => text.includes(part))) return '';
  return `: ${text.length > MAX_SAID ? `${text.slice(0, MAX_SAID)}…` : text}`;
}
