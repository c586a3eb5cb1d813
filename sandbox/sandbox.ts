import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type Clock, SystemClock } from '../src/clock.ts';
import { handleRequest } from './http-shell.ts';
import { SandboxState } from './sandbox-state.ts';
import { DEFAULT_SETTINGS, type SandboxSettings, settingsSchema } from './settings.ts';
import type { Credentials } from './tokens.ts';
import type { SandboxLogger } from './webhooks.ts';

/** `SandboxSettings` (README.md) and the options that cannot change at run time. */
export interface SandboxOptions extends Partial<SandboxSettings> {
  /** Default 127.0.0.1. The control API has no password: bind elsewhere only where everyone may use it. */
  host?: string;
  /** 0, the default, takes a free port. */
  port?: number;
  clock?: Clock;
  /** Default `any`: accepts every client and every bearer token. */
  credentials?: 'any' | Credentials[];
  /** Maximum requests in the log, default 50,000. */
  logLimit?: number;
  /** pino, or anything with its `info` and `warn`. */
  logger?: SandboxLogger;
}

export interface Sandbox {
  /** `http://host:port` */
  url: string;
  /** For ZOOM_API_URL. */
  apiUrl: string;
  /** For ZOOM_OAUTH_URL. */
  oauthUrl: string;
  /** Cuts all connections and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

/** Longer than any client keeps an idle connection, so that no request hits a closing one by chance. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Starts a simulated Zoom with its control API under `/_sandbox/`.
 * Rejects with a `TypeError` that names every wrong setting, or with the socket's error (`EADDRINUSE` …).
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    host = '127.0.0.1',
    port = 0,
    clock = new SystemClock(),
    credentials = 'any',
    logLimit = 50_000,
    logger,
    ...rest
  } = options;
  const sandbox = new SandboxState({ clock, settings: checkedSettings(rest), credentials, logLimit, logger });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true });
  // Read the client's port now, and Node remembers it: after the connection ends, Node no longer knows it, and a request may be read later.
  server.on('connection', (socket) => void socket.remotePort);
  await listening(server, host, port);
  const url = baseUrl(host, (server.address() as AddressInfo).port);
  sandbox.sockets.attach(server, (token) => sandbox.tokens.identify(`Bearer ${token}`, clock.now()).refusal === null);
  server.on('request', (request, response) => handleRequest(sandbox, url, request, response, logger));
  return { url, apiUrl: `${url}/v2`, oauthUrl: `${url}/oauth/token`, close: () => closed(server, sandbox) };
}

/** Ignores undefined, so that callers can pass optional settings through. */
function checkedSettings(given: Partial<SandboxSettings>): SandboxSettings {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const result = settingsSchema.safeParse({ ...DEFAULT_SETTINGS, ...set });
  if (result.success) return result.data;
  throw new TypeError(`sandbox options:\n${z.prettifyError(result.error)}`);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const detail = `port ${port} of ${host} is in use: give the sandbox another with SANDBOX_PORT`;
      reject(Object.assign(new Error(detail, { cause: error }), { code: error.code }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function baseUrl(host: string, port: number): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = anywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function closed(server: Server, sandbox: SandboxState): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  sandbox.sockets.cut();
  server.closeAllConnections();
  await Promise.all([sandbox.close(), ended]);
}
