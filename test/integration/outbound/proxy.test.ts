import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { SystemClock } from '../../../src/clock.ts';
import { readNotifyUrl } from '../../../src/config/notify-url.ts';
import { ConfigError, loadConfig } from '../../../src/config.ts';
import { Notifier } from '../../../src/notifications/notifier.ts';
import { createAgent, type HttpRequest, sendRequest } from '../../../src/outbound/http-request.ts';
import { type ProxySettings, proxyFor } from '../../../src/outbound/proxy.ts';
import { EventSocket } from '../../../src/zoom/events/event-socket.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { HANGS_MS } from '../../support/wait-for.ts';

const clock = new SystemClock();
const proxiesOf = (env: Record<string, string>): ProxySettings => loadConfig(env, { terminal: false }).proxies;

let dir: string;
let tls: { key: Buffer; cert: Buffer };
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'livestream-proxy-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=zoom.invalid', '-addext', 'subjectAltName=DNS:zoom.invalid'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    {
      stdio: 'ignore',
    },
  );
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
  // Read at each connection: the certificate is our own.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** Zoom behind TLS, whose name nobody but the proxy resolves. */
async function startZoom() {
  const seen = { requests: 0, connections: 0, names: [] as unknown[] };
  const server = createHttps(tls, (incoming, response) => {
    seen.requests += 1;
    incoming.resume().on('end', () => response.writeHead(200).end('zoom'));
  });
  server.on('secureConnection', (socket) => {
    seen.connections += 1;
    seen.names.push(socket.servername);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, seen, port: (server.address() as AddressInfo).port };
}

function agentOf(proxies: ProxySettings) {
  const agent = createAgent(5_000, proxies);
  onTestFinished(() => agent.destroy());
  return agent;
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  ...{ url: new URL(url), method: 'GET', headers: { host: new URL(url).host }, timeoutMs: 5_000 },
  ...more,
});

describe('requests to Zoom', () => {
  it('go through HTTPS_PROXY with TLS inside the tunnel, and keep their connection', async () => {
    const zoom = await startZoom();
    const proxy = await startConnectProxy(zoom.port);
    const login = proxy.url.replace('://', '://user:p%40ss@');
    const agent = agentOf(proxiesOf({ HTTPS_PROXY: login }));
    for (let i = 0; i < 6; i += 1) {
      const result = await sendRequest(agent, clock, get('https://zoom.invalid/v2/meetings/1'));
      expect(result).toMatchObject({ kind: 'answer', status: 200, bodyText: 'zoom' });
    }
    const line = `CONNECT zoom.invalid:443 Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(new Set(proxy.asked)).toEqual(new Set([line]));
    expect(new Set(zoom.seen.names)).toEqual(new Set(['zoom.invalid']));
    // The pool may open a second one while the first is just done.
    expect(zoom.seen.connections).toBeLessThanOrEqual(2);
    expect(zoom.seen.requests).toBe(6);
  });

  it('are asked of the guard once the tunnel stands: withdrawn then, nothing leaves', async () => {
    const zoom = await startZoom();
    const proxy = await startConnectProxy(zoom.port);
    const agent = agentOf(proxiesOf({ https_proxy: proxy.url }));
    let stands = () => {};
    proxy.held = new Promise<void>((resolve) => {
      stands = resolve;
    });
    let allowed = true;
    const asked: boolean[] = [];
    const guard = () => {
      asked.push(allowed);
      return allowed;
    };
    const sending = sendRequest(agent, clock, get('https://zoom.invalid/v2', { guard }));
    await vi.waitUntil(() => proxy.asked.length === 1, HANGS_MS);
    expect(asked).toEqual([]);
    allowed = false;
    stands();
    expect(await sending).toMatchObject({ kind: 'withdrawn', sentAt: null });
    expect(asked).toEqual([false]);
    allowed = true;
    expect(await sendRequest(agent, clock, get('https://zoom.invalid/v2', { guard }))).toMatchObject({
      kind: 'answer',
    });
    expect(zoom.seen).toMatchObject({ requests: 1, connections: 1 });
  });

  it('that the proxy refuses say so, without its password', async () => {
    const proxy = await startConnectProxy(9);
    proxy.status = 407;
    const agent = agentOf(proxiesOf({ HTTPS_PROXY: proxy.url.replace('://', '://user:hidden@') }));
    const result = await sendRequest(agent, clock, get('https://zoom.invalid/v2'));
    expect(result).toMatchObject({ kind: 'failed', reason: `the proxy ${proxy.url} answered 407 to CONNECT` });
    const gone = agentOf(proxiesOf({ HTTPS_PROXY: 'http://user:hidden@127.0.0.1:9' }));
    const failed = await sendRequest(gone, clock, get('https://zoom.invalid/v2'));
    expect(failed).toMatchObject({ reason: 'through the proxy http://127.0.0.1:9: connection refused (ECONNREFUSED)' });
  });

  it('go directly to this machine, and to what NO_PROXY names', async () => {
    const zoom = createHttp((_, response) => response.end('direct'));
    zoom.listen(0, '127.0.0.1');
    await once(zoom, 'listening');
    onTestFinished(() => void zoom.close());
    const { port } = zoom.address() as AddressInfo;
    const proxy = await startConnectProxy(port);
    const agent = agentOf(proxiesOf({ HTTP_PROXY: proxy.url }));
    const direct = await sendRequest(agent, clock, get(`http://127.0.0.1:${port}/v2`));
    expect([direct, proxy.asked]).toMatchObject([{ bodyText: 'direct' }, []]);
    const through = await sendRequest(agent, clock, get('http://zoom.invalid/v2'));
    expect([through, proxy.asked]).toMatchObject([{ bodyText: 'direct' }, ['GET http://zoom.invalid/v2']]);
  });
});

it('notifications go through the proxy', async () => {
  const receiver = await startZoom();
  const proxy = await startConnectProxy(receiver.port);
  const proxies = proxiesOf({ HTTPS_PROXY: proxy.url });
  const notifier = new Notifier({ clock, secret: null, version: '1', proxies });
  const [target] = readNotifyUrl('https://hooks.invalid/x').targets;
  if (!target) throw new Error('no target');
  expect(await notifier.send(target, { id: '1', texts: ['{}'] })).toMatchObject({ delivered: true });
  expect(proxy.asked).toEqual(['CONNECT hooks.invalid:443']);
  await notifier.close();
});

it('the WebSocket of Zoom’s events goes through the proxy, with TLS inside', async () => {
  const zoom = await startZoom();
  const sockets = new WebSocketServer({ server: zoom.server });
  sockets.on('connection', (socket) => socket.send('{"module":"message","content":"{\\"event\\":\\"a\\"}"}'));
  const proxy = await startConnectProxy(zoom.port);
  const events: string[] = [];
  const warned: object[] = [];
  const say = (fields: object) => void warned.push(fields);
  proxy.status = 503;
  const socket = new EventSocket({
    url: 'wss://ws.invalid/ws?subscriptionId=s',
    token: async () => 'the-token',
    take: async (event) => void events.push(event),
    clock,
    logger: { debug: say, info: say, warn: say, error: say } as never,
    proxies: proxiesOf({ HTTPS_PROXY: proxy.url.replace('://', '://user:hidden@') }),
    times: { retry: [1, 5] },
  });
  socket.start();
  onTestFinished(() => socket.stop(5_000));
  await vi.waitUntil(() => warned.length > 0, HANGS_MS);
  expect(warned[0]).toMatchObject({ why: `the proxy ${proxy.url} answered 503 to CONNECT` });
  proxy.status = 200;
  await vi.waitUntil(() => events.length > 0, HANGS_MS);
  expect(events).toContain('{"event":"a"}');
  expect(proxy.asked[0]).toMatch(/^CONNECT ws\.invalid:443 Basic /);
});

describe('proxyFor', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://p:1' }, 'https://zoom.us/x', 'p:1'],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://zoom.us/x', null],
    [{ HTTP_PROXY: 'http://p:1' }, 'https://zoom.us/x', 'p:1'],
    [{ HTTPS_PROXY: 'p:1' }, 'wss://ws.zoom.us/ws', 'p:1'],
    [{ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, 'https://zoom.us/x', 'q:2'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.org, .zoom.us' }, 'https://api.zoom.us/v2', null],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: 'zoom.us:8443' }, 'https://zoom.us/v2', 'p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, 'https://zoom.us/v2', null],
    [{ HTTPS_PROXY: 'http://p:1' }, 'https://127.0.0.1:3001/v2', null],
    [{ HTTPS_PROXY: 'http://p:1' }, 'https://[::1]:3001/v2', null],
    [{}, 'https://zoom.us/x', null],
  ])('%j %s', (env, url, host) => {
    expect(proxyFor(new URL(url), proxiesOf(env))?.host ?? null).toBe(host);
  });

  it('a proxy that is none is refused at start, without its password', () => {
    const load = () => loadConfig({ HTTPS_PROXY: 'socks5://user:hidden@p:1' }, { terminal: false });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/HTTPS_PROXY: expected a proxy such as http:\/\/proxy/);
    expect(load).not.toThrow(/hidden/);
    const unescaped = () => loadConfig({ HTTP_PROXY: 'http://user:hidden100%@p:1' }, { terminal: false });
    expect(unescaped).toThrow(/HTTP_PROXY: expected a proxy .*write % as %25/);
    expect(unescaped).not.toThrow(/hidden/);
  });
});
