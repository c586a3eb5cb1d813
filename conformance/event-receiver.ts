import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AccountlessZoomEvent, parseWebhookEvent } from '../src/zoom/events/parse.ts';
import { findSigningSecret, urlValidationAnswer } from '../src/zoom/events/signature.ts';

/** One delivery with a valid signature, without its body, which contains the stream key. */
export interface Delivery {
  receivedAt: number;
  zoomEvent: AccountlessZoomEvent;
  timestamp: string;
  signature: string;
  answered: number;
}

const POLL_MS = 20;

/** Receives Zoom's events on a port of this machine, checks their signatures and answers `endpoint.url_validation`. */
export class EventReceiver {
  readonly deliveries: Delivery[] = [];
  /** Answers the next event of this name with 503, once, to see whether Zoom sends it again. */
  refuseNext: string | null = null;
  readonly port: number;
  readonly #server: Server;
  readonly #secret: string;

  private constructor(server: Server, secret: string) {
    this.#server = server;
    this.#secret = secret;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async listen(host: string, port: number, secret: string): Promise<EventReceiver> {
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    return new EventReceiver(server, secret);
  }

  /** The first matching delivery after `since` (ms), or null when none comes before `until` (ms). Rejects at `signal`. */
  async next(
    fits: (delivery: Delivery) => boolean,
    since: number,
    until: number,
    signal: AbortSignal,
  ): Promise<Delivery | null> {
    for (;;) {
      signal.throwIfAborted();
      const found = this.deliveries.find((one) => one.receivedAt >= since && fits(one));
      if (found || Date.now() >= until) return found ?? null;
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const rawBody = Buffer.concat(chunks);
    const timestamp = String(request.headers['x-zm-request-timestamp'] ?? '');
    const signature = String(request.headers['x-zm-signature'] ?? '');
    if (findSigningSecret({ timestamp, signature, rawBody }, [this.#secret]) === null) {
      response.writeHead(401).end();
      return;
    }
    const event = parseWebhookEvent(rawBody);
    if (event.type === 'url_validation') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(urlValidationAnswer(this.#secret, event.plainToken)));
      return;
    }
    const refused = event.type === 'zoom_event' && event.zoomEvent.event === this.refuseNext;
    if (refused) this.refuseNext = null;
    const answered = refused ? 503 : 204;
    if (event.type === 'zoom_event')
      this.deliveries.push({
        receivedAt: Date.now(),
        zoomEvent: event.zoomEvent,
        timestamp,
        signature,
        answered,
      });
    response.writeHead(answered).end();
  }
}
