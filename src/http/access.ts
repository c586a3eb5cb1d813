/** Who may send requests: holders of API keys and of sessions. Without keys, only this machine may, under its own names. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authority, type Caller, KEYLESS } from '../access/authority.ts';
import { looksStored } from '../access/key-store.ts';
import { isLimited } from '../broadcasts/limits.ts';
import { mayDo, type Role } from '../config/roles.ts';
import { LivestreamError } from '../errors.ts';
import { inspect } from '../validation/issues.ts';
import { cookieOf, forgetCookie, originOf } from './session-cookie.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const BEARER = /^bearer +([\x21-\x7e]+) *$/i;
/** `none`: caused by the user (address bar, bookmark), not by a page. */
const OWN_SITES = new Set(['same-origin', 'none']);
/** All possible values of `enctype` in an HTML form. */
const FORM_TYPES = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
const REALM = 'Bearer realm="livestream-scheduler"';

export type AccessCheck = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Checks a request before its body is read. Sets `caller`, `actor` and `keyName`. Throws `unauthorized`, `forbidden`, `outside_limits` or
 * `host_refused`.
 */
export function accessCheck(authority: Authority): AccessCheck {
  return async (request, reply) => {
    if (authority.isKeyless) checkLocal(request);
    if (request.routeOptions.config?.access === 'open') return;
    if (!authority.isKeyless) request.actor = 'nobody';
    const caller = await callerOf(request, reply, authority);
    request.caller = caller;
    if (caller !== KEYLESS) {
      request.actor = `api:${caller.name}`;
      request.keyName = caller.name;
    }
    requireRole(request, caller, neededRole(request));
    if (request.routeOptions.config?.unlimitedKey) requireUnlimited(caller);
  };
}

function neededRole({ method, routeOptions }: FastifyRequest): Role {
  const access = routeOptions.config?.access;
  if (access !== undefined && access !== 'open') return access;
  return READING.has(method) ? 'read' : 'write';
}

/** @throws LivestreamError `forbidden`, with `requiredRole` */
export function requireRole({ method }: FastifyRequest, { name, role }: Caller, needed: Role, what?: string): void {
  if (mayDo(role, needed)) return;
  const detail =
    `The API key ${name} has the role ${role}. ${what ?? `A ${method} request here`} needs the role ${needed}` +
    `${needed === 'admin' ? '' : ' or one above it'}.`;
  throw new LivestreamError('forbidden', detail, { extra: { role, requiredRole: needed } });
}

function requireUnlimited({ name, limits }: Caller): void {
  if (!isLimited(limits)) return;
  const { accounts, labels } = limits;
  const shown = [accounts && `accounts (${accounts.join(', ')})`, labels && `labels (${labels.join(', ')})`];
  const to = shown.filter((part) => part).join(' and ');
  const detail = `The API key ${name} is limited to ${to}. This concerns the whole installation, and needs a key without limits.`;
  throw new LivestreamError('outside_limits', detail, {
    extra: { accounts: limits.accounts, labels: limits.labels },
  });
}

/** `Authorization` wins over the cookie: the sender chose it for this request. */
async function callerOf(request: FastifyRequest, reply: FastifyReply, authority: Authority): Promise<Caller> {
  const given = request.headers.authorization;
  if (given !== undefined) {
    const token = BEARER.exec(given)?.[1];
    // Without keys in the settings any key is accepted, as always, unless it was created at run time.
    if (authority.isKeyless && !(token && looksStored(token))) return KEYLESS;
    const caller = token === undefined ? null : await authority.byToken(token);
    if (caller) return caller;
    reply.header('www-authenticate', `${REALM}, error="invalid_token"`);
    throw new LivestreamError('unauthorized', 'The Authorization header has no valid API key.');
  }
  const cookie = cookieOf(request);
  const session = cookie === null ? null : await authority.bySession(cookie);
  if (session) {
    if (!READING.has(request.method)) requireOrigin(request, session.origin);
    return session.caller;
  }
  if (authority.isKeyless) return KEYLESS;
  reply.header('www-authenticate', REALM);
  if (cookie === null) throw new LivestreamError('unauthorized', 'Send Authorization: Bearer <key>.');
  forgetCookie(request, reply);
  throw new LivestreamError('unauthorized', 'Your session is over, or its API key was revoked. Sign in again.');
}

/** A browser sends the cookie whichever page makes the request, and names that page in `Origin`. */
function requireOrigin({ headers }: FastifyRequest, ours: string): void {
  if (headers.origin?.toLowerCase() === ours) return;
  const came = headers.origin === undefined ? 'no Origin' : `the Origin ${inspect(headers.origin)}`;
  const detail = `This request has the session cookie and ${came}. It can only change something with the Origin ${ours}.`;
  throw new LivestreamError('forbidden', `${detail} A program must send Authorization: Bearer <key> instead.`);
}

/** A page of another origin must not sign a browser in. Programs send no Origin. @throws LivestreamError `forbidden` */
export function requireOwnOrigin(request: FastifyRequest): string {
  const ours = originOf(request);
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined) return ours;
  // Behind a proxy that changes the Host, trust the browser's own statement that the origin is the same.
  if (origin.toLowerCase() === ours || site === 'same-origin') return origin.toLowerCase();
  throw new LivestreamError(
    'forbidden',
    `This request comes from a web page with the origin ${inspect(origin)}, not ${ours}.`,
  );
}

/**
 * Without keys, the Host must be one of this machine's own names. Otherwise a web page could point its own domain name here and reach this
 * API (DNS rebinding). A page of another origin may not cause a change (cross-site request forgery).
 */
function checkLocal(request: FastifyRequest): void {
  const host = request.headers.host ?? '';
  if (!LOCAL_HOST.test(host)) {
    throw new LivestreamError(
      'host_refused',
      'While API_KEYS is not set, only the hosts localhost, 127.0.0.1 and [::1] are allowed.',
    );
  }
  if (!READING.has(request.method)) checkSameSite(request, `http://${host.toLowerCase()}`);
}

/**
 * Rejects a change requested by a web page on another site. Every current browser says where a request comes from (`Origin`,
 * `Sec-Fetch-Site`), and no page can forge that. Without these headers it rejects whatever an HTML form can send (a form always has one of
 * three content types and cannot add headers), and whatever else comes from a browser. Programs send none of these and pass, even without a
 * body: contract section 6 has `POST …/start` without one.
 * @param ours the origin of this API, in lower case
 */
function checkSameSite({ headers }: FastifyRequest, ours: string): void {
  const { origin, accept = '', 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined && origin.toLowerCase() !== ours) {
    throw crossSite(`This request comes from a web page with the origin ${inspect(origin)}.`);
  }
  if (site !== undefined && !OWN_SITES.has(String(site).toLowerCase())) {
    throw crossSite(`This request comes from a web page on another site (Sec-Fetch-Site: ${inspect(site)}).`);
  }
  // A script's request in a browser has an Origin; without one this is `fetch` of Node.
  if (mode === 'cors') return;
  const type = headers['content-type']?.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
  if (origin === undefined && FORM_TYPES.has(type)) {
    throw crossSite(`An HTML form on any web page can send this request (Content-Type: ${type}, and no Origin).`);
  }
  // In a request without a body, a browser that omits the Origin still shows that it displays a page (Accept), or which page it comes from
  // (Referer).
  const isBare = origin === undefined && type === '' && !isOwnPage(headers.referer, ours);
  if (isBare && (headers.referer !== undefined || SHOWS_A_PAGE.test(accept))) {
    throw crossSite('A web browser sent this request, and does not say from which page (no Origin).');
  }
}

/** The Accept header of a form or a link. A script's is different, and its requests have an Origin. */
const SHOWS_A_PAGE = /text\/html/i;

function isOwnPage(referer: string | undefined, ours: string): boolean {
  return referer !== undefined && `${referer.toLowerCase()}/`.startsWith(`${ours}/`);
}

function crossSite(what: string): LivestreamError {
  const advice =
    'Send Content-Type: application/json from a program. In a browser, use the dashboard of this service. Or set API_KEYS.';
  return new LivestreamError('forbidden', `${what} While API_KEYS is not set, it cannot change anything. ${advice}`);
}
