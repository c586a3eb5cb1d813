/** The cookie of a signed-in browser. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_MS } from '../access/sessions.ts';

const NAME = 'livestream_session';
const VALUE = new RegExp(`(?:^|;)\\s*${NAME}=([\\w-]{1,100})(?=\\s*(?:;|$))`);

/** Null: the request has none. */
export function cookieOf({ headers }: FastifyRequest): string | null {
  return VALUE.exec(headers.cookie ?? '')?.[1] ?? null;
}

export function giveCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  setCookie(request, reply, value, SESSION_MS / 1_000);
}

export function forgetCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, '', 0);
}

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
  const secure = isSecure(request) ? '; Secure' : '';
  reply.header('set-cookie', `${NAME}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`);
}

/** The origin at which a browser reaches this API, in lower case. */
export function originOf(request: FastifyRequest): string {
  return `${isSecure(request) ? 'https' : 'http'}://${(request.headers.host ?? '').toLowerCase()}`;
}

/**
 * Whether the browser's connection is encrypted. A proxy in front says so in `X-Forwarded-Proto`. Whoever forges that header gets a cookie
 * that their own browser does not send over plain HTTP, and affects nobody else.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const forwarded = String(headers['x-forwarded-proto'] ?? '').split(',', 1)[0];
  return protocol === 'https' || forwarded?.trim().toLowerCase() === 'https';
}
