import { z } from 'zod';
import { type KeyStore, type NewKey, nameTaken, type StoredKey } from '../../access/key-store.ts';
import { isRole, ROLES } from '../../config/roles.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { isoTime } from '../../time/iso-time.ts';
import { LABEL_NAME } from '../../validation/broadcast-schema.ts';
import { Issues, inspect } from '../../validation/issues.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { type ById, sendJson } from '../reply.ts';

const TAG = 'Keys';
const MAX_LIMITS = 100;
/** The same as in API_KEYS, because the history names keys as `api:<name>`. */
const NAME = /^[\w.-]{1,64}$/;
const MAX_LABEL = 264;

export interface KeyDeps {
  store: Pick<KeyStore, 'create' | 'list' | 'revoke'>;
  /** The names in API_KEYS. */
  reserved: readonly string[];
  /** Names of the Zoom accounts. */
  accounts: () => string[];
  /** Ends whatever a revoked key has created. */
  ended: (key: StoredKey, by: string) => Promise<void>;
}

const time = z.string().meta({ format: 'date-time' });
const role = z.enum(ROLES).meta({
  description:
    '`read` reads; `operate` may also start, stop, extend (`stopAt` alone), retry and acknowledge; `write` may do everything except manage keys; `admin` may do everything',
});
const accounts = z.array(z.string()).min(1).max(MAX_LIMITS).nullable();
const labels = z.array(z.string()).min(1).max(MAX_LIMITS).nullable();
const name = z.string().regex(NAME);

const keyFields = {
  id: z.string(),
  name,
  role,
  accounts: accounts.meta({ description: 'Limited to these Zoom accounts; null: not limited' }),
  labels: labels.meta({ description: 'Limited to broadcasts with one of these labels; null: not limited' }),
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.nullable().meta({ description: 'To the minute; null: never used' }),
};
const keySchema = z.strictObject(keyFields);
const newKeySchema = z.strictObject({
  name: name.meta({ description: 'Unique; the history shows it as `api:<name>`' }),
  role,
  accounts: accounts.optional().meta({ description: 'Limit the key to these Zoom accounts' }),
  labels: labels.optional().meta({ description: 'Limit the key to one of these labels: `name=value`, or `name`' }),
});
const createdKeySchema = z.strictObject({
  ...keyFields,
  key: z.string().meta({ description: 'The key itself. It is shown only once and not stored' }),
});
const keysSchema = z.strictObject({ keys: z.array(keySchema) });

/** `/v1/keys`: creates, lists and revokes API keys at run time (contract section 6). */
export function keyRoutes({ store, reserved, accounts: known, ended }: KeyDeps): ApiRoutes {
  const config = { access: 'admin', unlimitedKey: true } as const;
  return {
    schemas: { Key: keySchema, NewKey: newKeySchema, CreatedKey: createdKeySchema, Keys: keysSchema },
    register(app) {
      app.post('/v1/keys', { config: { ...config, operation: CREATE } }, async (request, reply) => {
        const wanted = parseNewKey(bodyOf(request), known());
        if (reserved.includes(wanted.name)) throw nameTaken(wanted.name);
        const { stored, key } = await store.create(wanted, request.actor);
        return sendJson(reply, 201, { ...representKey(stored), key });
      });
      app.get('/v1/keys', { config: { ...config, operation: LIST } }, async (_request, reply) => {
        return sendJson(reply, 200, { keys: (await store.list()).map(representKey) });
      });
      app.delete<ById>('/v1/keys/:id', { config: { ...config, operation: REVOKE } }, async (request, reply) => {
        const revoked = await store.revoke(request.params.id, request.actor);
        await ended(revoked, request.actor);
        return sendJson(reply, 200, representKey(revoked));
      });
    },
  };
}

export function representKey({ createdAt, lastUsedAt, ...key }: StoredKey): z.infer<typeof keySchema> {
  return {
    ...key,
    accounts: key.accounts && [...key.accounts],
    labels: key.labels && [...key.labels],
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
  };
}

/** Throws `validation_failed` with every issue. */
function parseNewKey(body: unknown, known: readonly string[]): NewKey {
  const issues = new Issues();
  if (!isObject(body)) issues.add('', `must be a JSON object with name and role, got ${inspect(body)}`);
  issues.throwIfAny();
  const given = body as JsonObject;
  for (const field of Object.keys(given))
    if (!(field in newKeySchema.shape)) issues.add(field, 'is not a known field', '', 'unknown_field');
  const wanted = {
    name: given['name'] as string,
    role: given['role'] as NewKey['role'],
    accounts: limitsOf('accounts', given['accounts'], issues, (one) =>
      known.includes(one) ? null : `must be one of ${known.join(', ') || 'none'}`,
    ),
    labels: limitsOf('labels', labelList(given['labels']), issues, (one) =>
      LABEL_NAME.test(one.split('=', 1)[0] ?? '') && one.length <= MAX_LABEL ? null : 'must be name=value, or name',
    ),
  };
  if (typeof wanted.name !== 'string' || !NAME.test(wanted.name))
    issues.add('name', `must be 1 to 64 letters, digits and . _ -, got ${inspect(wanted.name)}`);
  if (!isRole(wanted.role)) issues.add('role', `must be one of ${ROLES.join(', ')}, got ${inspect(wanted.role)}`);
  issues.throwIfAny();
  return wanted;
}

/** Also accepts labels in the form a broadcast has them, `{"campus": "north"}`. */
function labelList(given: unknown): unknown {
  if (!isObject(given)) return given;
  return Object.entries(given).map(([label, value]) => (typeof value === 'string' ? `${label}=${value}` : value));
}

function limitsOf(
  path: string,
  given: unknown,
  issues: Issues,
  wrong: (one: string) => string | null,
): string[] | null {
  if (given === undefined || given === null) return null;
  if (!Array.isArray(given) || given.length === 0 || given.length > MAX_LIMITS) {
    issues.add(path, `must be a list of 1 to ${MAX_LIMITS}, or null, got ${inspect(given)}`);
    return null;
  }
  given.forEach((one, index) => {
    const problem = typeof one === 'string' ? wrong(one) : 'must be a text';
    if (problem) issues.add(`${path}[${index}]`, `${problem}, got ${inspect(one)}`);
  });
  return [...new Set(given as string[])];
}

const CREATE: Operation = {
  id: 'createKey',
  summary: 'Create an API key; only this response shows it',
  tag: TAG,
  description:
    'Needs the role `admin`. A limited key can neither see nor change anything outside its accounts and labels, and what it creates must be within them.',
  body: {
    schema: 'NewKey',
    required: true,
    example: { name: 'north-desk', role: 'operate', labels: ['campus=north'] },
  },
  success: { status: 201, description: 'The key', schema: 'CreatedKey' },
  errors: ['validation_failed', 'malformed_json', 'outside_limits', 'name_taken'],
};
const LIST: Operation = {
  id: 'listKeys',
  summary: 'List the API keys created here, oldest first; keys in API_KEYS are not listed',
  tag: TAG,
  success: { status: 200, description: 'The list, without the keys themselves', schema: 'Keys' },
  errors: ['outside_limits'],
};
const REVOKE: Operation = {
  id: 'revokeKey',
  summary: 'Revoke an API key at once, and end its sessions and event streams',
  tag: TAG,
  success: { status: 200, description: 'The key that was revoked', schema: 'Key' },
  errors: ['not_found', 'outside_limits'],
};
