import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from '../../broadcasts/limits.ts';
import type { ApplyPlan } from '../../documents/document-schema.ts';
import { applyPlanSchema, applySchema, documentSchema } from '../../documents/document-schema.ts';
import type { ExportedDocument } from '../../documents/export-document.ts';
import { SOURCE_NAME } from '../../sources/source-schema.ts';
import type { TextField } from '../../validation/text-fields.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { parametersOf, readQuery } from '../query.ts';
import { sendJson } from '../reply.ts';
import { noting, type WriteAudit } from '../written-down.ts';

export interface Documents {
  /** @param limits of the caller's key: anything outside is rejected as a conflict */
  apply(input: unknown, by: string, limits: Limits | undefined): Promise<ApplyPlan>;
  /** @param name of the document; omitted: that of the only one */
  export(name: string | undefined, limits: Limits | undefined): Promise<ExportedDocument>;
}

/** 10,000 broadcasts with a destination each, and calendars as text. */
const APPLY_BYTES = 32 * 1024 * 1024;

/** `/v1/apply` and `/v1/export`: the whole plan as one document that can live in git. */
export function documentRoutes(documents: Documents, audit: WriteAudit): ApiRoutes {
  return {
    schemas: { Apply: applySchema, ApplyPlan: applyPlanSchema, Document: documentSchema },
    register(app) {
      const options = { bodyLimit: APPLY_BYTES, config: { operation: APPLY } };
      app.post('/v1/apply', options, async (request: FastifyRequest, reply: FastifyReply) => {
        const plan = await documents.apply(bodyOf(request), request.actor, request.caller.limits);
        if (!plan.dryRun) await writeDown(request, plan, audit);
        return sendJson(reply, 200, plan);
      });
      app.get('/v1/export', { config: { operation: EXPORT } }, async (request: FastifyRequest, reply: FastifyReply) => {
        const { name } = readQuery<{ name?: string }>(request.query, EXPORT_FIELDS);
        return sendJson(reply, 200, await documents.export(name, request.caller.limits));
      });
    },
  };
}

/** The audit entries of broadcasts and series are written where those are stored. */
async function writeDown(request: FastifyRequest, plan: ApplyPlan, audit: WriteAudit): Promise<void> {
  const { name, counts } = plan;
  await noting('source', audit)(request, 'apply', name, { counts });
  for (const [state, verb] of Object.entries({ new: 'create', changed: 'change', vanished: 'delete' } as const))
    for (const { type, name: thing } of plan[state as 'new' | 'changed' | 'vanished']) {
      if (type !== 'calendar' && type !== 'source') continue;
      if (state === 'vanished' && !isRemoved(request)) continue;
      await noting(type, audit)(request, verb, thing ?? '', { document: name });
    }
}

function isRemoved({ body }: FastifyRequest): boolean {
  return (body as { prune?: boolean }).prune === true;
}

const nameField: TextField = {
  expected: 'a name of 1 to 40 letters, digits and . _ -',
  description: 'Name of the document; default: the name of the only one, else `livestream`',
  read: (value) => (SOURCE_NAME.test(value) ? value : undefined),
  schema: { type: 'string', pattern: SOURCE_NAME.source },
};
const EXPORT_FIELDS = { name: nameField };

const TAG = 'Documents';

const APPLY: Operation = {
  ...{ id: 'apply', tag: TAG, summary: 'Bring everything in line with a document' },
  description:
    'Creates or changes the broadcasts, series, calendars and sources in the document. What others made is left alone, and what ' +
    'somebody edited here is kept (`kept`). If there are errors, all are reported at once and nothing is done. The document is a source ' +
    'of the kind `document`. With a limited key, what lies outside its limits is `conflicting`, and so are sources and calendars, which ' +
    'belong to the whole installation; nothing outside is changed, shown or pruned.',
  body: {
    schema: 'Apply',
    required: true,
    example: {
      document: {
        name: 'sundays',
        series: [
          {
            ...{ name: 'service', meetingId: '68423085', rule: 'FREQ=WEEKLY;BYDAY=SU', startAt: '2026-12-06T09:00' },
            ...{ timezone: 'America/New_York', duration: 'PT1H30M' },
          },
        ],
      },
      dryRun: true,
    },
  },
  success: { status: 200, description: 'What was done', schema: 'ApplyPlan' },
  errors: [
    ...([
      'validation_failed',
      'malformed_json',
      'name_taken',
      'count_differs',
      'source_busy',
      'body_too_large',
    ] as const),
  ],
};
const EXPORT: Operation = {
  ...{ id: 'export', tag: TAG, summary: 'Get everything that is planned, as a document' },
  description:
    'All series, calendars and sources, and the upcoming broadcasts that none of them made. A limited key gets the broadcasts and ' +
    'series within its limits, and no sources. The document has no secrets: a destination has no `streamKey`.',
  parameters: parametersOf(EXPORT_FIELDS),
  success: { status: 200, description: 'The document', schema: 'Document' },
  errors: ['validation_failed'],
};
