import { z } from 'zod';
import type { AuditQuery, StoredAuditEntry } from '../../access/audit-log.ts';
import { AUDITED } from '../../broadcasts/audit-entry.ts';
import { text, time as timeField } from '../../validation/text-fields.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { CURSOR, limit, parametersOf, readQuery } from '../query.ts';
import { sendJson } from '../reply.ts';

const entrySchema = z.strictObject({
  id: z.string(),
  at: z.string().meta({ format: 'date-time' }),
  by: z.string().meta({ description: '`api:<key name>`, `api` (no keys), `library`, `source:<name>` …' }),
  action: z.string().meta({ examples: ['broadcast.cancel', 'key.create', 'alert.acknowledge'] }),
  object: z.strictObject({
    type: z.enum(AUDITED),
    id: z.string(),
    title: z.string().nullable(),
  }),
  detail: z.looseObject({}).nullable(),
});
const pageSchema = z.strictObject({ entries: z.array(entrySchema), nextCursor: z.string().nullable() });

type Page = { entries: StoredAuditEntry[]; nextCursor: string | null };

/** `GET /v1/audit`: who did what in the whole installation (contract section 6). */
export function auditRoutes(list: (query: AuditQuery) => Promise<Page>): ApiRoutes {
  return {
    schemas: { AuditEntry: entrySchema, AuditPage: pageSchema },
    register(app) {
      app.get('/v1/audit', { config: { unlimitedKey: true, operation: LIST } }, async (request, reply) => {
        const { entries, nextCursor } = await list(readQuery<AuditQuery>(request.query, FIELDS));
        return sendJson(reply, 200, { entries: entries.map(representEntry), nextCursor });
      });
    },
  };
}

function representEntry({ id, at, by, action, object, detail }: StoredAuditEntry): z.infer<typeof entrySchema> {
  return { id, at: new Date(at).toISOString(), by, action, object, detail };
}

const FIELDS = {
  by: text('Who: the name of a key, or all of it as the entries show it, such as `api:ops` or `library`', 200),
  from: timeField('At or after this time'),
  to: timeField('Before this time'),
  limit: limit('Maximum number of entries in one response', 50),
  cursor: CURSOR,
};

const LIST: Operation = {
  id: 'listAudit',
  summary: 'Who did what, over all broadcasts, series, keys, pauses, alerts and feeds; newest first',
  tag: 'Keys',
  description:
    'What people and timetables did, kept for RETENTION. What the workers do is in the history of each broadcast. A search for ' +
    '`by` reads at most 20,000 entries for one response, which can be empty and still have a `nextCursor`.',
  parameters: parametersOf(FIELDS),
  success: { status: 200, description: 'One page', schema: 'AuditPage' },
  errors: ['validation_failed', 'outside_limits'],
};
