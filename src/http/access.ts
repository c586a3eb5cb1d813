/** Who may send requests: holders of API keys; without keys only this machine, by its own names. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiKey } from '../config.ts';
import { LivestreamError } from '../errors.ts';
import { show } from '../validation/issues.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const BEARER = /^bearer +([\x21-\x7e]+) *$/i;
/** `none`: the user caused it (address bar, bookmark), not a page. */
const OWN_SITES = new Set(['same-origin', 'none']);
/** All possible values of `enctype` in an HTML form. */
const FORM_TYPES = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
const REALM = 'Bearer realm="livestream-scheduler"';

interface HashedKey {
  name: string;
  role: 'read' | 'write';
  hash: Buffer;
}

/** The check of a request before its body is read. Throws `unauthorized`, `forbidden` or `host_refused`; else sets `actor` and `keyName`. */
export function accessCheck(keys: readonly ApiKey[]) {
  const hashed = keys.map(({ name, role, key }) => ({ name, role, hash: sha256(key.reveal()) }));
  return (request: FastifyRequest, reply: FastifyReply): void => {
    if (hashed.length === 0) checkLocal(request);
    else if (request.routeOptions.config?.access !== 'open') checkKey(request, reply, hashed);
  };
}

/**
 * Without keys the Host must be this machine's own name, so that a web page cannot reach this API through its own domain name that it
 * points here (DNS rebinding), and a page of another origin may not cause a change (cross-site request forgery).
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
 * A request that changes something must not come from a web page on another site. Every current browser says where a
 * request comes from (`Origin`, `Sec-Fetch-Site`), and no page can forge that. If a browser says nothing, whatever an HTML
 * form can send is refused: a form always has one of three content types and cannot add its own headers.
 * Other clients send none of these and pass, even without a body.
 * @param ours the origin of this API, in lower case
 */
function checkSameSite({ headers }: FastifyRequest, ours: string): void {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined && origin.toLowerCase() !== ours) {
    throw crossSite(`This request comes from a web page with the origin ${show(origin)}.`);
  }
  if (site !== undefined && !OWN_SITES.has(String(site).toLowerCase())) {
    throw crossSite(`This request comes from a web page on another site (Sec-Fetch-Site: ${show(site)}).`);
  }
  // A script's request in a browser has an Origin; without one this is `fetch` of Node.
  if (mode === 'cors') return;
  const type = headers['content-type']?.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
  if (origin === undefined && FORM_TYPES.has(type)) {
    throw crossSite(`An HTML form on any web page can send this request (Content-Type: ${type}, and no Origin).`);
  }
}

function crossSite(what: string): LivestreamError {
  const advice =
    'Send Content-Type: application/json from a program. In a browser, use the dashboard of this service. Or set API_KEYS.';
  return new LivestreamError('forbidden', `${what} While API_KEYS is not set, it cannot change anything. ${advice}`);
}

function checkKey(request: FastifyRequest, reply: FastifyReply, keys: HashedKey[]): void {
  const given = request.headers.authorization;
  request.actor = 'nobody';
  const token = BEARER.exec(given ?? '')?.[1];
  const key = token === undefined ? undefined : findKey(keys, token);
  if (!key) {
    reply.header('www-authenticate', given === undefined ? REALM : `${REALM}, error="invalid_token"`);
    const detail =
      given === undefined ? 'Send Authorization: Bearer <key>.' : 'The Authorization header has no valid API key.';
    throw new LivestreamError('unauthorized', detail);
  }
  request.actor = `api:${key.name}`;
  request.keyName = key.name;
  if (key.role === 'read' && !READING.has(request.method)) {
    throw new LivestreamError('forbidden', `The API key ${key.name} has the role read and can only send GET requests.`);
  }
}

/** Compares every key, even after a match, so that the time taken reveals nothing. */
function findKey(keys: HashedKey[], token: string): HashedKey | undefined {
  const hash = sha256(token);
  let found: HashedKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key;
  return found;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
