import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { zoomError } from './zoom-errors.ts';

/** `/ws`: Zoom's WebSocket subscriptions. Each has one connection: a newer one replaces the older. */
export class EventSockets {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #open = new Map<string, WebSocket>();

  /** @param mayEnter whether this token is valid */
  attach(server: Server, mayEnter: (token: string) => boolean): void {
    server.on('upgrade', (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
      const subscription = searchParams.get('subscriptionId');
      if (pathname !== '/ws' || !subscription) return refuse(socket, 404);
      if (!mayEnter(searchParams.get('access_token') ?? '')) return refuse(socket, 401);
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#keep(subscription, opened));
    });
  }

  /** Sends to every subscription. As with Zoom, events without an open connection are lost. */
  send(eventJson: string): void {
    for (const socket of this.#open.values()) socket.send(JSON.stringify({ module: 'message', content: eventJson }));
  }

  /** Number of subscriptions with a connection. */
  get connected(): number {
    return this.#open.size;
  }

  /** Cuts all connections, without a close frame. */
  cut(): void {
    for (const socket of this.#open.values()) socket.terminate();
  }

  #keep(subscription: string, socket: WebSocket): void {
    this.#open.get(subscription)?.close();
    this.#open.set(subscription, socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#open.get(subscription) === socket) this.#open.delete(subscription);
    });
    socket.on('message', (data) => {
      if (String(data).includes('"heartbeat"')) socket.send('{"module":"heartbeat","success":true}');
    });
    socket.send('{"module":"build_connection","content":"ok","success":true}');
  }
}

function refuse(socket: Duplex, status: 401 | 404): void {
  // A client that hangs up first must not end the sandbox.
  socket.on('error', () => {});
  const body = JSON.stringify(zoomError(status, status === 401 ? 124 : 404, 'Refused.').body);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.end(head + body);
}
