import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { nanoid } from 'nanoid';
import { Authority, KEYLESS } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import type { ApiKey, Config } from '../config.ts';
import { type ErrorCode, LivestreamError } from '../errors.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import { accessCheck } from './access.ts';
import type { ApiRoutes } from './api-context.ts';
import { refuseBody, takeJsonBodies } from './body.ts';
import { docsRoutes } from './docs/docs-routes.ts';
import { rawProblem, sendProblem } from './problem.ts';
import { readQuery } from './query.ts';
import { limitedAccess, RateLimit } from './rate-limit.ts';
import { RouteTable } from './route-table.ts';
import { broadcastRoutes } from './routes/broadcast-routes.ts';
import { bulkRoutes } from './routes/bulk-routes.ts';
import { type HealthProbes, type MetricsSource, probeRoutes } from './routes/probe-routes.ts';
import { traceRequests } from './trace-requests.ts';

const BODY_BYTES = 1024 * 1024;
/** Time limit for sending a whole request; a slower sender is cut off. Responses, such as event streams, have no time limit. */
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ID = 128;

export interface ApiDeps {
  scheduler: Scheduler;
  config: Config['api'];
  /** Who may do what; omitted: only the keys of `config`. */
  authority?: Authority;
  clock: Clock;
  logger: FastifyBaseLogger;
  health: HealthProbes;
  metrics?: MetricsSource;
  /** Omitted: no traces. */
  tracing?: Tracing;
  /** Series, events, webhooks, the dashboard: each adds its own routes. */
  routes?: ApiRoutes[];
  /** Version of the package, for `/openapi.json`. */
  version?: string;
}

/**
 * The HTTP API (contract section 6), not listening yet: `await app.listen(config)`. `app.close()` stops accepting connections, lets
 * requests in progress finish, then resolves.
 */
export function createApiServer(deps: ApiDeps): FastifyInstance {
  const { app, table } = bareServer(deps);
  traceRequests(app, deps.tracing ?? NO_TRACING);
  takeJsonBodies(app);
  app.addHook('preHandler', async (request) => refuseUndocumented(request));
  const limit = new RateLimit(deps.config.rateLimit, deps.clock);
  app.addHook('onRequest', limitedAccess(accessCheck(deps.authority ?? new Authority(deps.config.keys)), limit));
  answerUnserved(app, table);
  app.setErrorHandler(sendProblem);

  const { scheduler, health, metrics, routes = [] } = deps;
  const parts = [broadcastRoutes(scheduler), bulkRoutes(scheduler), probeRoutes(health, metrics), ...routes];
  const schemas = Object.assign({}, ...parts.map((part) => part.schemas ?? {}));
  for (const part of [...parts, docsRoutes(table, schemas, deps.version ?? '0.0.0')]) {
    app.register(async (scope) => part.register(scope));
  }
  return app;
}

/** A route of /v1 accepts a query and a body only if its operation has them. @throws LivestreamError `validation_failed` */
function refuseUndocumented(request: FastifyRequest): void {
  const { operation, anyInput } = request.routeOptions.config;
  if (!operation || anyInput || !request.routeOptions.url?.startsWith('/v1/')) return;
  if (!operation.parameters?.some((one) => one.in === 'query')) readQuery(request.query, {});
  if (!operation.body) refuseBody(request);
}

export interface ProbeDeps extends Pick<ApiDeps, 'clock' | 'logger' | 'health' | 'metrics'> {
  /** The API keys: if there are any, `/metrics` requires one. */
  keys: ApiKey[];
  /** Without keys: accept any Host header, not only this machine's own names. */
  anyHost: boolean;
}

/** Only `/livez`, `/readyz` and `/metrics`, for a worker; not listening yet. */
export function createProbeServer(deps: ProbeDeps): FastifyInstance {
  const { app, table } = bareServer(deps);
  if (deps.keys.length > 0 || !deps.anyHost) {
    app.addHook('onRequest', accessCheck(new Authority(deps.keys)));
  }
  answerUnserved(app, table);
  app.setErrorHandler(sendProblem);
  const probes = probeRoutes(deps.health, deps.metrics);
  app.register(async (scope) => probes.register(scope));
  return app;
}

/** Shared by every server here: safe headers, a log line per request, a shutdown that does not wait for unused connections. */
function bareServer({ logger, clock }: Pick<ApiDeps, 'logger' | 'clock'>) {
  const app = newServer(logger);
  const table = new RouteTable(app);
  app.decorateRequest('actor', 'api');
  app.decorateRequest('keyName', '');
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = KEYLESS;
  });
  addSafeHeaders(app);
  dropUnusedConnections(app);
  addAccessLog(app, clock);
  return { app, table };
}

function newServer(logger: FastifyBaseLogger): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Serve a request that arrives during shutdown: its sender could not know.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    frameworkErrors: (error, request, reply) => {
      setSafeHeaders(request, reply);
      sendProblem(error, request, reply);
    },
    clientErrorHandler(error, socket) {
      answerUnreadable(error, socket);
    },
  });
  // Makes methods unknown to Fastify get our 405, too.
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  }
  return app as unknown as FastifyInstance;
}

/** The caller's request id, if it is reasonable: it goes into the log and the response. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && given.length <= MAX_ID && /^[\w.:/+=-]+$/.test(given) ? given : nanoid();
}

function setSafeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('cache-control', 'no-store');
  reply.header('referrer-policy', 'no-referrer');
}

function addSafeHeaders(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async (request, reply) => setSafeHeaders(request, reply));
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

/**
 * Browsers and HTTP clients open connections before their requests. Node does not count such a connection as idle, so a shutdown would wait
 * for it until the request time-out.
 */
function dropUnusedConnections(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
  });
}

/** One line per request, without the query, which may contain cursors, ids or a misplaced key. */
function addAccessLog(app: FastifyInstance, clock: Clock): void {
  const began = new WeakMap<FastifyRequest, number>();
  app.addHook('onRequest', async (request) => {
    began.set(request, clock.monotonic());
  });
  const lineOf = (request: FastifyRequest) => ({
    method: request.method,
    path: withoutToken(pathOf(request)).slice(0, 200),
    by: request.actor,
    ms: Math.round((clock.monotonic() - (began.get(request) ?? clock.monotonic())) * 10) / 10,
  });
  app.addHook('onResponse', async (request, reply) => {
    // The dashboard and probes send a request every few seconds: at `info` their lines would bury those about broadcasts.
    const level = reply.statusCode >= 500 && !request.routeOptions.config?.quiet ? 'info' : 'debug';
    request.log[level]({ ...lineOf(request), status: reply.statusCode }, 'request');
  });
  app.addHook('onRequestAbort', async (request) => request.log.debug(lineOf(request), 'request aborted by the client'));
}

/**
 * Handles unknown paths, unsupported methods and OPTIONS, before any body is read. Cross-origin requests stay blocked: the API never sends
 * a CORS header.
 */
function answerUnserved(app: FastifyInstance, table: RouteTable): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = pathOf(request);
    const allowed = table.allowed(path);
    if (allowed === null) throw new LivestreamError('not_found', `There is no ${path.slice(0, 200)} here.`);
    reply.header('allow', allowed);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new LivestreamError(
      'method_not_allowed',
      `${path.slice(0, 200)} does not support ${request.method}. Allowed: ${allowed}.`,
    );
  });
  app.setNotFoundHandler(async () => {
    throw new LivestreamError('not_found', 'This path does not exist.');
  });
}

/** The address of a feed is a secret, like a key. */
function withoutToken(path: string): string {
  return path.replace(/lsf_[\w-]+/g, 'lsf_…');
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

const UNREADABLE: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The URL and the headers together are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [code, detail] = UNREADABLE[error.code ?? ''] ?? ['malformed_request', 'This is not an HTTP request.'];
  if (socket.writable) socket.end(rawProblem(code, detail));
  else socket.destroy();
}
