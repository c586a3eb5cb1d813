import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BroadcastJson } from '../../src/cli/api/api-types.ts';

export interface SeenRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Answer = { status: number; body: unknown; type?: string; headers?: Record<string, string> } | 'hang up';

/** A real HTTP server that stands in for the API by the contract, as far as the command line can see it. */
export interface FakeApi {
  url: string;
  seen: SeenRequest[];
  broadcasts: Map<string, BroadcastJson>;
  /** Answers of the next requests, in order, instead of the usual ones. */
  next: Answer[];
  /** What further paths (without their query) answer. */
  paths: Record<string, unknown>;
  stop(): Promise<void>;
}

export function aBroadcast(change: Partial<BroadcastJson> = {}): BroadcastJson {
  return {
    id: 'b1',
    meetingId: '68423085',
    kind: 'meeting',
    account: 'default',
    title: 'Sunday service',
    startAt: '2026-12-06T14:00:00.000Z',
    stopAt: '2026-12-06T15:30:00.000Z',
    timezone: 'America/New_York',
    settings: { layout: 'speaker_view' },
    destination: null,
    status: 'scheduled',
    reason: null,
    revision: 1,
    nextAttemptAt: null,
    startedAt: null,
    stoppedAt: null,
    startLatenessMs: null,
    stopLatenessMs: null,
    confirmed: false,
    externalId: null,
    labels: { room: 'A' },
    seriesId: null,
    startWindow: null,
    warnings: [],
    onDrop: 'restart',
    onMove: 'warn',
    paused: null,
    source: null,
    createdAt: '2026-12-01T10:00:00.000Z',
    updatedAt: '2026-12-01T10:00:00.000Z',
    ...change,
  };
}

export function problem(status: number, code: string, title: string, more: object = {}): Answer {
  return {
    status,
    body: { type: `urn:livestream:${code}`, title, status, code, ...more },
    type: 'application/problem+json',
  };
}

export async function startFakeApi(): Promise<FakeApi> {
  const seen: SeenRequest[] = [];
  const broadcasts = new Map<string, BroadcastJson>();
  const next: Answer[] = [];
  const paths: Record<string, unknown> = {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text && JSON.parse(text),
    };
    seen.push(one);
    const more = paths[one.path.split('?')[0] ?? ''];
    send(response, next.shift() ?? (more ? { status: 200, body: more } : usualAnswer(one, broadcasts)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    broadcasts,
    next,
    paths,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang up') {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json', ...answer.headers });
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
}

function usualAnswer({ method, path, body }: SeenRequest, broadcasts: Map<string, BroadcastJson>): Answer {
  const url = new URL(path, 'http://localhost');
  const [, , collection, id, command] = url.pathname.split('/');
  if (collection !== 'broadcasts') return problem(404, 'not_found', 'Not found', { detail: 'No such path.' });
  if (id === undefined) {
    if (method === 'GET') return { status: 200, body: page([...broadcasts.values()], url.searchParams) };
    const created = aBroadcast({ id: `b${broadcasts.size + 1}` });
    broadcasts.set(created.id, created);
    return { status: 201, body: created };
  }
  const broadcast = broadcasts.get(decodeURIComponent(id));
  if (!broadcast) return problem(404, 'not_found', 'Not found', { detail: `No broadcast ${id}.` });
  if (command === 'history') return { status: 200, body: { history: HISTORY } };
  const change: Partial<BroadcastJson> =
    method === 'DELETE'
      ? { status: 'canceled', reason: 'canceled by api:me' }
      : method === 'PATCH'
        ? (body as object)
        : (COMMANDS[command ?? ''] ?? {});
  Object.assign(broadcast, change, { revision: broadcast.revision + (method === 'GET' ? 0 : 1) });
  return { status: command ? 202 : 200, body: broadcast };
}

const COMMANDS: Record<string, Partial<BroadcastJson>> = {
  start: { status: 'live' },
  retry: { status: 'live' },
  stop: { status: 'ended' },
};

/** Two on a page, of those with the status and the text asked for. */
function page(stored: BroadcastJson[], query: URLSearchParams) {
  const statuses = query.get('status')?.split(',');
  const words = query.get('q')?.toLowerCase();
  const all = stored
    .filter(({ status }) => !statuses || statuses.includes(status))
    .filter(({ startAt }) => Date.parse(startAt) >= Date.parse(query.get('from') ?? '1970-01-01'))
    .filter(({ startAt }) => Date.parse(startAt) < Date.parse(query.get('to') ?? '9999-01-01'))
    .filter(({ title }) => !words || title?.toLowerCase().includes(words));
  if (query.get('order') === 'desc') all.sort((a, b) => Date.parse(b.startAt) - Date.parse(a.startAt));
  const from = Number(query.get('cursor') ?? 0);
  return { broadcasts: all.slice(from, from + 2), nextCursor: from + 2 < all.length ? String(from + 2) : null };
}

export const HISTORY = [
  {
    at: '2026-12-01T10:00:00.000Z',
    type: 'created',
    from: null,
    to: 'scheduled',
    by: 'api:me',
    reason: null,
    request: null,
    answer: null,
  },
  {
    at: '2026-12-06T14:00:00.012Z',
    type: 'request',
    from: 'starting',
    to: 'starting',
    by: 'worker:w1',
    reason: null,
    request: { method: 'PATCH', path: '/meetings/68423085/livestream/status', body: { action: 'start' } },
    answer: { status: 204, code: null, message: null, trackingId: 'x' },
  },
  {
    at: '2026-12-06T14:00:01.000Z',
    type: 'changed',
    from: 'live',
    to: 'live',
    by: 'api:me',
    reason: 'changed stopAt',
    request: { stopAt: '2026-12-06T15:30:00.000Z' },
    answer: null,
  },
];
