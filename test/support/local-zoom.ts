import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answering = (received: Received, response: ServerResponse, socket: Socket) => void;

/** A real HTTP server that answers as a test says and keeps what it got. */
export interface LocalZoom {
  url: string;
  received: Received[];
  /** Connections taken so far. */
  connections: number;
  answer: Answering;
  close(): Promise<void>;
}

export async function startLocalZoom(answer: Answering): Promise<LocalZoom> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      local.received.push(received);
      local.answer(received, response, request.socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const local: LocalZoom = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    connections: 0,
    answer,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('connection', () => {
    local.connections += 1;
  });
  return local;
}

/** Ends the response with a JSON body. */
export function respond(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** The token endpoint's answer. */
export function grant(response: ServerResponse, token: string, expiresIn = 3_600): void {
  const body = {
    access_token: token,
    token_type: 'bearer',
    expires_in: expiresIn,
    scope: 'meeting:write meeting:read',
  };
  respond(response, 200, { ...body, api_url: 'https://api.zoom.us' });
}
