import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { parseObjectKeepingIds } from '../../json.ts';
import { type ProxySettings, proxyFor } from '../../outbound/proxy.ts';
import { tunnelTo } from '../../outbound/proxy-tunnel.ts';
import { FailureLog } from '../../services/failure-log.ts';
import { endedWithin, type Service } from '../../services/service.ts';

/** Holds one WebSocket subscription of Zoom open. Zoom never resends what happened while it was closed. */
export interface EventSocketOptions {
  /** The endpoint URL of the subscription as Zoom shows it; this adds the token. */
  url: string;
  /** A bearer token; `refused` when Zoom rejected the last one. Null: none available now. */
  token: (refused: boolean) => Promise<string | null>;
  /** Stores one event, given as JSON text. Called again while it rejects. */
  take: (event: string) => Promise<void>;
  clock: Clock;
  logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  proxies?: ProxySettings;
  times?: Partial<SocketTimes>;
}

/** All in ms. */
export interface SocketTimes {
  /** Zoom closes a connection that sends no heartbeat every 30 s. */
  heartbeat: number;
  /** Zoom answers each heartbeat: a connection silent for this long is half-open. */
  silence: number;
  /** Delay between two attempts to connect: full jitter, doubled from the first value up to the second. */
  retry: [first: number, most: number];
}

const TIMES: SocketTimes = { heartbeat: 30_000, silence: 75_000, retry: [1_000, 30_000] };
const HANDSHAKE_MS = 10_000;
/** Zoom's events are small; anything larger is not one. */
const MAX_BYTES = 512 * 1_024;
/** Attempts to store one event, a second apart. */
const MAX_ATTEMPTS = 300;
/** Maximum events held while Redis is away: some 20 MB. A Zoom account sends far fewer in the 5 minutes of retries. */
const MAX_WAITING = 10_000;
/** Key of the failure log; one line reports the recovery. */
const CONNECTION = 'the WebSocket for Zoom events';

/** Reconnects whenever the connection closes, until it is stopped. */
export class EventSocket implements Service {
  readonly name = 'Zoom event socket';
  readonly #options: EventSocketOptions;
  readonly #times: SocketTimes;
  readonly #closing = new AbortController();
  #open: Promise<void> | null = null;
  #socket: WebSocket | null = null;
  readonly #failures: FailureLog;
  /** Consecutive connections that Zoom did not confirm. */
  #unconfirmed = 0;
  #wasConnected = false;
  #stored: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: EventSocketOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    this.#failures = new FailureLog(options.logger);
  }

  start(): void {
    this.#open ??= this.#keepOpen();
  }

  /** Closes the connection, and waits up to `graceMs` until its events are stored. */
  async stop(graceMs: number): Promise<void> {
    this.#closing.abort();
    this.#socket?.terminate();
    await endedWithin(this.#stored, graceMs);
  }

  async #keepOpen(): Promise<void> {
    const { clock } = this.#options;
    let refused = false;
    while (!this.#closing.signal.aborted) {
      const why = await this.#connection(refused).catch((error: Error) => error.message);
      refused = /\b401\b/.test(why);
      if (this.#closing.signal.aborted) return;
      const [first, most] = this.#times.retry;
      const wait = clock.random() * Math.min(most, first * 2 ** this.#unconfirmed);
      this.#unconfirmed += 1;
      this.#failures.failed(CONNECTION, undefined, `${CONNECTION} closed; reconnecting`, {
        why,
        againInMs: Math.round(wait),
      });
      await delay(wait, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  /** One connection from start to end; resolves with the reason for the end. */
  async #connection(refused: boolean): Promise<string> {
    const token = await this.#options.token(refused);
    if (token === null) return 'no token';
    const url = new URL(this.#options.url);
    url.searchParams.set('access_token', token);
    const proxy = proxyFor(url, this.#options.proxies);
    const socket = new WebSocket(url, {
      ...(proxy ? { createConnection: tunnelTo(url, proxy, HANDSHAKE_MS) as never } : {}),
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_BYTES,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    if (this.#closing.signal.aborted) socket.terminate();
    const silence = setTimeout(() => socket.terminate(), this.#times.silence);
    const heartbeat = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send('{"module":"heartbeat"}');
      // Only a connection that lasts counts as recovered: two installations on one subscription close each other's every second.
      if (this.#unconfirmed === 0) this.#failures.succeeded(CONNECTION);
    }, this.#times.heartbeat);
    socket.on('message', (data) => {
      silence.refresh();
      this.#receive(String(data));
    });
    return new Promise<string>((resolve) => {
      let why = 'closed';
      socket.on('error', (error) => {
        why = error.message;
      });
      socket.on('close', (code) => {
        clearInterval(heartbeat);
        clearTimeout(silence);
        resolve(why === 'closed' ? `closed with code ${code}` : why);
      });
    });
  }

  #receive(text: string): void {
    const { module, success, content } = parseObjectKeepingIds(text) ?? {};
    if (module === 'build_connection' && success !== false) {
      this.#unconfirmed = 0;
      if (!this.#wasConnected) this.#options.logger.info({}, 'connected: receiving Zoom events by WebSocket');
      this.#wasConnected = true;
    }
    if (module !== 'message' || content === undefined || content === null) return;
    const event = typeof content === 'string' ? content : JSON.stringify(content);
    if (this.#waiting >= MAX_WAITING) {
      this.#options.logger.error(
        { waiting: this.#waiting },
        'too many Zoom events are waiting to be stored: one was lost',
      );
      return;
    }
    this.#waiting += 1;
    this.#stored = this.#stored
      .then(() => this.#store(event))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Zoom never resends an event, so keep it here while Redis is away. */
  async #store(event: string): Promise<void> {
    const { take, logger } = this.#options;
    for (let tries = 1; tries <= MAX_ATTEMPTS; tries += 1) {
      try {
        return await take(event);
      } catch (error) {
        if (tries === MAX_ATTEMPTS || this.#closing.signal.aborted) {
          logger.error({ err: error }, 'a Zoom event could not be stored and was lost');
          return;
        }
        await delay(1_000, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }
}
