import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BroadcastJson } from '../../src/cli/api/api-types.ts';

/** A real HTTP server with the two things that `watch` reads: the list and the event stream. */
export interface FakeEvents {
  url: string;
  broadcasts: BroadcastJson[];
  /** `Last-Event-ID` of each stream that was opened. */
  opened: (string | null)[];
  /** Paths of all requests. */
  asked: string[];
  /** What `/v1/alerts` and `/v1/summary` answer; null: an older API, which has neither. */
  alerts: unknown[] | null;
  summary: unknown;
  /** The next lists are refused with this status; null: answered. */
  listStatus: number | null;
  /** New streams are refused while this is true. */
  down: boolean;
  send(event: unknown, id?: string): void;
  /** As it is, to every open stream. */
  raw(text: string): void;
  /** Breaks every stream off. */
  cut(): void;
  stop(): Promise<void>;
}

/** @param aheadMs what its clock, and so its `Date` headers, are ahead of this machine's, ms */
export async function startFakeEvents(aheadMs = 0): Promise<FakeEvents> {
  const streams = new Set<ServerResponse>();
  let count = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    fake.asked.push(path);
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    if (path.startsWith('/v1/events')) {
      if (fake.down) return response.destroy();
      fake.opened.push(request.headers['last-event-id']?.toString() ?? null);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1000\n\n');
      streams.add(response);
      return response.on('close', () => streams.delete(response));
    }
    response.setHeader('content-type', 'application/json');
    const isOfAlerts = path.startsWith('/v1/alerts');
    if (isOfAlerts || path.startsWith('/v1/summary')) {
      const body = isOfAlerts ? fake.alerts && { alerts: fake.alerts, nextCursor: null } : fake.summary;
      response.statusCode = body === null ? 404 : 200;
      return response.end(JSON.stringify(body ?? { title: 'Not found', status: 404, code: 'not_found' }));
    }
    const wanted = new URL(path, 'http://localhost').searchParams.get('status')?.split(',') ?? [];
    const broadcasts = fake.broadcasts.filter(({ status }) => wanted.includes(status));
    response.statusCode = fake.listStatus ?? 200;
    const problem = { title: 'Redis is away', status: fake.listStatus, code: 'unavailable', detail: 'Redis is away' };
    return response.end(JSON.stringify(fake.listStatus === null ? { broadcasts, nextCursor: null } : problem));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  const fake: FakeEvents = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    broadcasts: [],
    opened: [],
    asked: [],
    alerts: null,
    summary: null,
    listStatus: null,
    down: false,
    raw,
    send: (event, id) => {
      count += 1;
      raw(`id: ${id ?? `1-${count}`}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}
