import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface CalendarServer {
  url: string;
  /** How it answers from now on: a file, or whatever this does. */
  answer(next: string | Answer): void;
  /** Status of each answer, in order. */
  statuses: number[];
  stop(): Promise<void>;
}

/** A web server with one file, its ETag and If-None-Match, as those of calendar programs. */
export async function startCalendarServer(): Promise<CalendarServer> {
  let current: string | Answer = calendar([]);
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    response.on('close', () => statuses.push(response.statusCode));
    if (typeof current !== 'string') return current(request, response);
    const etag = `"${current.length}-${[...current].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 1e9, 7)}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { 'content-type': 'text/calendar', etag }).end(current);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rooms.ics`,
    answer: (next) => {
      current = next;
    },
    statuses,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface AnEvent {
  uid: string;
  meetingId: string;
  /** Hours from a fixed day in 2035. */
  hour: number;
  title?: string;
  hours?: number;
  canceled?: boolean;
  more?: string[];
}

const FIRST = Date.UTC(2035, 4, 7);
export const at = (hour: number) => new Date(FIRST + hour * 3_600_000).toISOString();
const stamp = (hour: number) => at(hour).slice(0, 19).replace(/[-:]/g, '').concat('Z');

export function calendar(events: AnEvent[]): string {
  const lines = events.flatMap(({ uid, meetingId, hour, title = uid, hours = 1, canceled, more = [] }) => [
    ...['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20350101T000000Z', `DTSTART:${stamp(hour)}`],
    ...[`DTEND:${stamp(hour + hours)}`, `SUMMARY:${title}`, `LOCATION:https://example.zoom.us/j/${meetingId}`],
    ...(canceled ? ['STATUS:CANCELLED'] : []),
    ...[...more, 'END:VEVENT'],
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}
