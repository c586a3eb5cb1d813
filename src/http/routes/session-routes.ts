import { z } from 'zod';
import type { Authority } from '../../access/authority.ts';
import { ROLES } from '../../config/roles.ts';
import { LivestreamError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { Issues } from '../../validation/issues.ts';
import { requireOwnOrigin } from '../access.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { sendJson } from '../reply.ts';
import { cookieOf, forgetCookie, giveCookie } from '../session-cookie.ts';

const TAG = 'Sessions';

const signInSchema = z.strictObject({ key: z.string().meta({ description: 'An API key' }) });
const sessionSchema = z.strictObject({
  role: z.enum(ROLES),
  name: z.string().nullable().meta({ description: 'Name of the API key; null without keys' }),
  accounts: z.array(z.string()).nullable().meta({ description: 'Null: not limited' }),
  labels: z.array(z.string()).nullable().meta({ description: 'Null: not limited' }),
  keyless: z.boolean().meta({ description: 'API_KEYS is not set: this machine needs no key' }),
});

/** `/v1/session`: a cookie that represents an API key in one browser (contract section 6). */
export function sessionRoutes(authority: Authority): ApiRoutes {
  return {
    schemas: { SignIn: signInSchema, Session: sessionSchema },
    register(app) {
      app.post('/v1/session', { config: { access: 'open', operation: SIGN_IN } }, async (request, reply) => {
        const origin = requireOwnOrigin(request);
        const cookie = await authority.beginSession(keyOf(bodyOf(request)), origin);
        if (cookie === null) throw new LivestreamError('unauthorized', 'This is not a valid API key.');
        giveCookie(request, reply, cookie);
        return reply.code(204).send();
      });
      app.get('/v1/session', { config: { operation: SHOW, quiet: true } }, async (request, reply) => {
        const { role, name, limits, ref } = request.caller;
        return sendJson(reply, 200, { role, name: name || null, ...limits, keyless: ref === '' });
      });
      // Even a read-only key may end its session.
      app.delete('/v1/session', { config: { access: 'read', operation: SIGN_OUT } }, async (request, reply) => {
        await authority.endSession(cookieOf(request) ?? '');
        forgetCookie(request, reply);
        return reply.code(204).send();
      });
    },
  };
}

/** Never shows the input, which may be a key in the wrong place. Throws `validation_failed`. */
function keyOf(body: unknown): string {
  const issues = new Issues();
  const given = isObject(body) ? body : {};
  if (Object.keys(given).some((field) => field !== 'key')) issues.add('', 'must have the field key, and no other');
  if (typeof given['key'] !== 'string' || given['key'] === '') issues.add('key', 'must be an API key');
  issues.throwIfAny();
  return given['key'] as string;
}

const SIGN_IN: Operation = {
  id: 'signIn',
  summary: 'Sign a browser in with an API key',
  tag: TAG,
  description:
    'Sets a cookie (`HttpOnly`, `SameSite=Strict`, `Secure` behind TLS) that stands for the key on this origin, for 12 h after the last request. ' +
    'With the cookie, a request that changes something needs the same `Origin`. `Authorization` wins over the cookie.',
  body: { schema: 'SignIn', required: true, example: { key: 'lsk_…' } },
  success: { status: 204, description: 'Signed in', headers: { 'Set-Cookie': 'The session' } },
  errors: ['validation_failed', 'malformed_json'],
};
const SHOW: Operation = {
  id: 'getSession',
  summary: 'Who am I: the role, name and limits of the key or session',
  tag: TAG,
  success: { status: 200, description: 'The caller', schema: 'Session' },
};
const SIGN_OUT: Operation = {
  id: 'signOut',
  summary: 'Sign out: ends the session',
  tag: TAG,
  success: { status: 204, description: 'Signed out' },
};
