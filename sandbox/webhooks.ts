import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Clock } from '../src/clock.ts';

/** Zoom waits 3 s for the answer to an event (Zoom API reference, section 5.4). */
const DELIVERY_TIMEOUT_MS = 3000;
const MAX_DELIVERIES = 10_000;

/** One posted event, without its body, which may contain a stream key. */
export interface Delivery {
  n: number;
  event: string;
  meetingId: string | null;
  eventTs: number | null;
  sentAt: number;
  status: number | null;
  /** Why no answer came; null after an answer. */
  error: string | null;
}

/** The part of pino that the sandbox uses. */
export interface SandboxLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface Target {
  url: string;
  secret: string;
}

/** Posts signed events. Never retries; records and logs failures. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #logger: SandboxLogger | undefined;
  readonly #agent = new Agent({ connections: 50, keepAliveTimeout: 4000 });
  #deliveries: Delivery[] = [];
  #next = 1;

  constructor(clock: Clock, logger: SandboxLogger | undefined) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Posts one event, signed over exactly these bytes. Never rejects. */
  async post(
    target: Target,
    about: { event: string; meetingId: string | null; eventTs: number | null },
    json: string,
  ): Promise<Delivery> {
    const delivery: Delivery = { n: this.#next++, ...about, sentAt: this.#clock.now(), status: null, error: null };
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > MAX_DELIVERIES) this.#deliveries.shift();
    try {
      const answer = await this.#send(target, json);
      delivery.status = answer.status;
      if (answer.status !== 200 && answer.status !== 204) this.#logger?.warn({ ...delivery }, 'event refused');
    } catch (error) {
      delivery.error = error instanceof Error ? error.message : String(error);
      this.#logger?.warn({ ...delivery }, 'event not delivered');
    }
    return delivery;
  }

  /** `endpoint.url_validation`: true when the endpoint proves that it has the secret. */
  async validateUrl(target: Target): Promise<{ valid: boolean; status: number | null; error: string | null }> {
    const plainToken = randomBytes(16).toString('base64url');
    const eventTs = this.#clock.now();
    const json = JSON.stringify({ event: 'endpoint.url_validation', event_ts: eventTs, payload: { plainToken } });
    try {
      const { status, text } = await this.#send(target, json);
      const proof = createHmac('sha256', target.secret).update(plainToken).digest('hex');
      return { valid: status === 200 && provesSecret(text, plainToken, proof), status, error: null };
    } catch (error) {
      return { valid: false, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  deliveries(): Delivery[] {
    return this.#deliveries;
  }

  clear(): void {
    this.#deliveries = [];
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(target: Target, json: string): Promise<{ status: number; text: string }> {
    const timestamp = String(Math.floor(this.#clock.now() / 1000));
    const response = await request(target.url, {
      method: 'POST',
      body: json,
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-zm-request-timestamp': timestamp,
        'x-zm-signature': signature(target.secret, timestamp, json),
        'x-zm-request-id': randomUUID(),
        'x-zm-trackingid': `SANDBOX_${randomBytes(8).toString('hex')}`,
      },
    });
    return { status: response.statusCode, text: await response.body.text() };
  }
}

/** Zoom's signature: `v0=` and the hex HMAC of `v0:{timestamp}:{raw body}` (Zoom API reference, section 5.2). */
export function signature(secret: string, timestamp: string, rawBody: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex')}`;
}

function provesSecret(text: string, plainToken: string, proof: string): boolean {
  try {
    const answer = JSON.parse(text);
    return answer.plainToken === plainToken && answer.encryptedToken === proof;
  } catch {
    return false;
  }
}
