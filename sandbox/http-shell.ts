import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerControl, ControlError } from './control-api.ts';
import { zoomJson } from './event-payloads.ts';
import { limited } from './meeting-model.ts';
import { type ParsedBody, parseBody, readBody } from './request-body.ts';
import { maskSecrets, type RequestEntry } from './request-log.ts';
import { type Route, routeOf } from './routes.ts';
import type { SandboxState } from './sandbox-state.ts';
import { appliesRequest, type ScriptedAnswer } from './script.ts';
import type { SandboxLogger } from './webhooks.ts';
import { answerZoom, type ZoomReply } from './zoom-endpoints.ts';
import { type Answer, zoomError } from './zoom-errors.ts';

/** The HTTP side: reads requests, gets their answers, and applies scripted resets and delays to the socket. */

/** Answers one request, to the control API or to the simulated Zoom. */
export function handleRequest(
  sandbox: SandboxState,
  baseUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
  logger: SandboxLogger | undefined,
): void {
  const target = request.url ?? '/';
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  const query = new URLSearchParams(cut === -1 ? '' : target.slice(cut + 1));
  const inbound: Inbound = { request, response, method: request.method ?? 'GET', path, query, baseUrl };
  const handling =
    path === '/_sandbox' || path.startsWith('/_sandbox/') ? control(sandbox, inbound) : zoom(sandbox, inbound);
  handling.catch((error: unknown) => {
    // A client that disconnected in the middle of its body is not our error.
    if (request.destroyed && !request.complete) return;
    logger?.warn({ error: String(error), path }, 'the sandbox failed to answer a request');
    if (!response.headersSent) write(response, { status: 500, body: { code: 500, message: 'The sandbox failed.' } });
  });
}

interface Inbound {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  baseUrl: string;
}

async function control(sandbox: SandboxState, { request, response, method, path, query }: Inbound): Promise<void> {
  try {
    const raw = await readBody(request);
    if (raw === null) throw new ControlError(413, 'too_large', 'the body is larger than 1 MiB');
    const body = raw.length === 0 ? {} : jsonBody(raw);
    const parts = path.split('/').slice(2).map(decodeURIComponent);
    write(response, await answerControl(sandbox, { method, parts, query: Object.fromEntries(query), body }));
  } catch (error) {
    if (error instanceof ControlError) write(response, error.answer());
    else if (error instanceof URIError)
      write(response, new ControlError(400, 'malformed_path', error.message).answer());
    else throw error;
  }
}

function jsonBody(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    throw new ControlError(400, 'malformed_json', 'the body is not valid JSON');
  }
}

async function zoom(sandbox: SandboxState, inbound: Inbound): Promise<void> {
  const { request, response, method, path } = inbound;
  if (path === '/') return write(response, welcome(inbound.baseUrl));
  const at = sandbox.clock.now();
  const raw = await readBody(request);
  if (raw === null) return write(response, zoomError(413, 300, 'Request body is too large.'));
  const body = await parseBody(raw, request.headers['content-type']);
  const route = routeOf(method, path);
  const { entry, scripted, reply } = handle(sandbox, inbound, route, body, at);
  if (scripted && 'reset' in scripted && scripted.when === 'before') return reset(inbound, entry);
  await delay(sandbox, scripted, response);
  if (response.destroyed) entry.outcome = 'client_gone';
  else if (scripted && ('reset' in scripted || 'hang' in scripted)) reset(inbound, entry);
  else answer(sandbox, inbound, entry, scriptedAnswer(scripted) ?? (reply as ZoomReply).answer);
}

/** Logs the request and, unless the script forbids it, applies it. Synchronous, so that the log has the true order. */
function handle(sandbox: SandboxState, inbound: Inbound, route: Route, body: ParsedBody, at: number) {
  const { method, path, request, query, baseUrl } = inbound;
  const { authorization } = request.headers;
  const fields = body.kind === 'fields' ? body.fields : null;
  const meetingId = 'id' in route ? route.id : null;
  const action = typeof fields?.action === 'string' ? fields.action : null;
  const scripted = sandbox.script.take({ method, path, action, meetingId });
  const caller = sandbox.tokens.identify(authorization, sandbox.clock.now());
  const entry = sandbox.log.add({
    at,
    method,
    path,
    meetingId,
    action,
    body: fields && maskSecrets(fields),
    account: route.endpoint === 'token' ? (textOf(fields?.account_id) ?? query.get('account_id')) : caller.account,
    status: null,
    answeredAt: null,
    accepted: false,
    scripted: scripted !== null,
    outcome: 'pending',
    remotePort: request.socket.remotePort ?? null,
  });
  const applied = scripted === null || appliesRequest(scripted);
  const reply = applied ? answerZoom(sandbox, { method, route, query, authorization, body, baseUrl }, caller) : null;
  entry.accepted = reply?.accepted ?? false;
  if (scripted && route.endpoint === 'status' && action === 'start') noteScriptedLimit(sandbox, route, scripted);
  return { entry, scripted, reply };
}

/** A scripted live-stream 429 starts the 30 seconds like a real one. */
function noteScriptedLimit(
  sandbox: SandboxState,
  route: Extract<Route, { id: string }>,
  scripted: ScriptedAnswer,
): void {
  if (!('status' in scripted) || scripted.status !== 429) return;
  const text = scripted.text ?? JSON.stringify(scripted.body ?? '');
  if (/rate limit/i.test(text)) return;
  const meeting = sandbox.find(route.id, route.kind, null);
  if (meeting) sandbox.commit({ meeting: limited(meeting, sandbox.clock.now()), effects: [] });
}

function scriptedAnswer(scripted: ScriptedAnswer | null): (Answer & { text?: string | undefined }) | null {
  if (!scripted || !('status' in scripted) || scripted.status === undefined) return null;
  const { status, headers, body, text } = scripted;
  return { status, body, text, ...(headers && { headers }) };
}

/** Waits for the latency and the scripted delay, or until the client disconnects. */
async function delay(sandbox: SandboxState, scripted: ScriptedAnswer | null, response: ServerResponse): Promise<void> {
  const { latencyMs, latencyJitterMs } = sandbox.settings;
  const jitter = latencyJitterMs > 0 ? sandbox.clock.random() * latencyJitterMs : 0;
  const own = scripted ? ('hang' in scripted ? scripted.hang : (scripted.delayMs ?? 0)) : 0;
  const wait = latencyMs + jitter + own;
  if (wait === 0) return;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (!response.destroyed) await sandbox.clock.sleepUntil(sandbox.clock.now() + wait, gone.signal);
}

function reset({ request }: Inbound, entry: RequestEntry): void {
  entry.outcome = 'reset';
  request.socket.resetAndDestroy();
}

function answer(
  sandbox: SandboxState,
  { response }: Inbound,
  entry: RequestEntry,
  given: Answer & { text?: string | undefined },
): void {
  Object.assign(entry, { status: given.status, answeredAt: sandbox.clock.now(), outcome: 'answered' });
  write(response, given);
}

function write(
  response: ServerResponse,
  { status, body, headers, text }: Answer & { text?: string | undefined },
): void {
  const payload = text ?? (body === undefined ? '' : zoomJson(body));
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  const bodiless = status === 204 || status === 304;
  if (!bodiless) response.setHeader('content-length', Buffer.byteLength(payload));
  if (payload !== '' && !bodiless) response.setHeader('content-type', type);
  response.setHeader('x-zm-trackingid', `SANDBOX_${randomUUID()}`);
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.statusCode = status;
  response.end(bodiless ? undefined : payload);
}

function welcome(baseUrl: string): Answer {
  const body = {
    name: 'livestream sandbox: a simulated Zoom',
    apiUrl: `${baseUrl}/v2`,
    oauthUrl: `${baseUrl}/oauth/token`,
    control: `${baseUrl}/_sandbox`,
  };
  return { status: 200, body };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
