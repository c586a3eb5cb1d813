import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { SystemClock } from '../../../src/clock.ts';
import { EventSocket, type EventSocketOptions } from '../../../src/zoom/events/event-socket.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

const closings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** A server that takes every connection, and shows the connections and what they say. */
async function listen() {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  const connections: { socket: WebSocket; url: string; heard: string[] }[] = [];
  server.on('connection', (socket, request) => {
    const heard: string[] = [];
    connections.push({ socket, url: request.url ?? '', heard });
    socket.on('message', (data) => heard.push(String(data)));
    // The other side may reset a connection while it is being closed.
    socket.on('error', () => {});
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  closings.push(() => {
    for (const { socket } of connections) socket.terminate();
    http.close();
  });
  return { connections, url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws?subscriptionId=s` };
}

function open(url: string, more: Partial<EventSocketOptions> = {}) {
  const log: string[] = [];
  const say = (level: string) => (_: object, message: string) => void log.push(`${level}: ${message}`);
  const logger = {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
  } as EventSocketOptions['logger'];
  const socket = new EventSocket({
    ...{ url, token: async () => 'the-token', take: async () => {}, clock: new SystemClock(), logger },
    ...more,
    times: { retry: [1, 5], ...more.times },
  });
  socket.start();
  closings.push(() => socket.stop(5_000));
  return { socket, log };
}

const message = (content: unknown) => JSON.stringify({ module: 'message', content });

describe('EventSocket', () => {
  it('brings its token, sends heartbeats and hands over what Zoom says, as it was said', async () => {
    const { connections, url } = await listen();
    const taken: string[] = [];
    open(url, { take: async (event) => void taken.push(event), times: { heartbeat: 20 } });
    await vi.waitFor(() => expect(connections[0]?.heard).toContain('{"module":"heartbeat"}'), HANGS_MS);
    expect(connections[0]?.url).toBe('/ws?subscriptionId=s&access_token=the-token');
    connections[0]?.socket.send('{"module":"build_connection","success":true}');
    connections[0]?.socket.send('no json');
    connections[0]?.socket.send(message('{"event":"a","id":12345678901234567890}'));
    connections[0]?.socket.send('{"module":"message","content":{"event":"b","id":1234567890123456789}}');
    const heard = ['{"event":"a","id":12345678901234567890}', '{"event":"b","id":"1234567890123456789"}'];
    await vi.waitFor(() => expect(taken).toEqual(heard), HANGS_MS);
  });

  it('connects again when it is cut, and when nothing is heard any more', async () => {
    const { connections, url } = await listen();
    open(url, { times: { silence: 500 } });
    await vi.waitFor(() => expect(connections.length).toBeGreaterThan(0), HANGS_MS);
    connections[0]?.socket.terminate();
    // The second one stays silent.
    await vi.waitFor(() => expect(connections.length).toBeGreaterThanOrEqual(3), HANGS_MS);
  });

  it('keeps an event until it can be stored, and the order', async () => {
    const { connections, url } = await listen();
    const taken: string[] = [];
    let away = true;
    open(url, {
      take: async (event) => {
        if (away) throw new Error('Redis is away');
        taken.push(event);
      },
    });
    await vi.waitFor(() => expect(connections).toHaveLength(1), HANGS_MS);
    connections[0]?.socket.send(message('1'));
    connections[0]?.socket.send(message('2'));
    away = false;
    await vi.waitFor(() => expect(taken).toEqual(['1', '2']), HANGS_MS);
  });

  it('asks for a new token when the last one was refused, and waits when there is none', async () => {
    const http = createServer();
    http.on('upgrade', (_request, socket) => {
      // The client may hang up first.
      socket.on('error', () => {});
      socket.end('HTTP/1.1 401 Refused\r\n\r\n');
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    closings.push(() => http.close());
    const asked: boolean[] = [];
    const token = async (refused: boolean) => {
      asked.push(refused);
      return asked.length === 2 ? null : 'x';
    };
    const { log } = open(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws`, { token });
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(4), HANGS_MS);
    expect(asked.slice(0, 4)).toEqual([false, true, false, true]);
    const line = 'the WebSocket for Zoom events closed; reconnecting';
    expect(log.slice(0, 3)).toEqual([`warn: ${line}`, `debug: ${line}`, `debug: ${line}`]);
  });

  it('warns once while Zoom closes each connection soon after it has opened', async () => {
    const { connections, url } = await listen();
    const { log } = open(url);
    for (const nth of [0, 1, 2]) {
      await vi.waitFor(() => expect(connections.length).toBeGreaterThan(nth), HANGS_MS);
      connections[nth]?.socket.send('{"module":"build_connection","success":true}');
      connections[nth]?.socket.close();
    }
    await vi.waitFor(() => expect(connections).toHaveLength(4), HANGS_MS);
    const closed = 'the WebSocket for Zoom events closed; reconnecting';
    expect(log).toEqual([
      'info: connected: receiving Zoom events by WebSocket',
      `warn: ${closed}`,
      `debug: ${closed}`,
      `debug: ${closed}`,
    ]);
  });

  it('logs that it works again once a connection has lasted, and warns of the next failure', async () => {
    const { connections, url } = await listen();
    let tokens = 0;
    const token = async () => (tokens++ === 0 ? null : 'the-token');
    const { log } = open(url, { token, times: { heartbeat: 20 } });
    await vi.waitFor(() => expect(connections).toHaveLength(1), HANGS_MS);
    connections[0]?.socket.send('{"module":"build_connection","success":true}');
    await vi.waitFor(() => expect(log.at(-1)).toBe('info: the WebSocket for Zoom events is working again'), HANGS_MS);
    connections[0]?.socket.terminate();
    await vi.waitFor(() => expect(log.filter((one) => one.startsWith('warn'))).toHaveLength(2), HANGS_MS);
  });

  it('says nothing of its token, and is silent once it is closed', async () => {
    const { connections, url } = await listen();
    const { socket, log } = open(url);
    await vi.waitFor(() => expect(connections).toHaveLength(1), HANGS_MS);
    await socket.stop(5_000);
    expect(log.join()).not.toContain('the-token');
    expect(connections).toHaveLength(1);
  });
});
