import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AlertPage, AlertQuery } from '../../alerts/alert-listing.ts';
import { ALERT_STATES, type StoredAlert } from '../../alerts/alert-store.ts';
import type { Limits } from '../../broadcasts/limits.ts';
import { ALERT_CODES } from '../../broadcasts/rules/alert-records.ts';
import { isObject } from '../../json.ts';
import { isoTime } from '../../time/iso-time.ts';
import { isNote } from '../../validation/broadcast-schema.ts';
import { Issues, inspect } from '../../validation/issues.ts';
import { ACCOUNT, choice, LABEL, time as timeField } from '../../validation/text-fields.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { CURSOR, limit, parametersOf, readQuery } from '../query.ts';

const TAG = 'Alerts';
const MAX_NOTE = 1_000;

export interface AlertDeps {
  list(query: AlertQuery): Promise<AlertPage>;
  /** @param limits an alert outside them is `not_found` */
  acknowledge(id: string, by: string, note: string | null, limits: Limits): Promise<StoredAlert>;
}

const time = z.string().meta({ format: 'date-time' });

const alertSchema = z.strictObject({
  id: z.string(),
  code: z.enum(ALERT_CODES),
  broadcastId: z.string().nullable().meta({ description: 'Null when it concerns the whole installation' }),
  message: z.string(),
  advice: z.string().meta({ description: 'What to do' }),
  raisedAt: time,
  resolvedAt: time.nullable().meta({ description: 'When the problem was over' }),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
});
export type AlertRepresentation = z.infer<typeof alertSchema>;

const alertPageSchema = z.strictObject({ alerts: z.array(alertSchema), nextCursor: z.string().nullable() });
const acknowledgementSchema = z.strictObject({
  note: z.string().max(MAX_NOTE).nullable().optional().meta({ description: 'Your note' }),
});

/** `/v1/alerts`: open, acknowledged and resolved alerts (contract section 6). */
export function alertRoutes(alerts: AlertDeps): ApiRoutes {
  return {
    schemas: { Alert: alertSchema, AlertPage: alertPageSchema, Acknowledgement: acknowledgementSchema },
    register(app: FastifyInstance) {
      app.get('/v1/alerts', { config: { operation: LIST } }, async (request) => {
        const { alerts: found, nextCursor } = await alerts.list({
          ...readQuery<Omit<AlertQuery, 'limits'>>(request.query, LIST_FIELDS),
          limits: request.caller.limits,
        });
        return { alerts: found.map(representAlert), nextCursor };
      });
      app.post<{ Params: { id: string } }>(
        '/v1/alerts/:id/ack',
        { config: { access: 'operate', operation: ACK } },
        async (request) => {
          const note = readNote(request);
          return representAlert(
            await alerts.acknowledge(request.params.id, request.actor, note, request.caller.limits),
          );
        },
      );
    },
  };
}

function representAlert(alert: StoredAlert): AlertRepresentation {
  const { id, code, broadcastId, message, advice, acknowledgedBy, note } = alert;
  return {
    ...{ id, code, broadcastId, message, advice },
    raisedAt: isoTime(alert.raisedAt),
    resolvedAt: isoTime(alert.resolvedAt),
    acknowledgedAt: isoTime(alert.acknowledgedAt),
    acknowledgedBy,
    note,
  };
}

const LIST_FIELDS = {
  state: choice('Without it: all alerts', ALERT_STATES),
  account: { ...ACCOUNT, description: 'Only alerts of broadcasts of this Zoom account' },
  label: { ...LABEL, description: 'Only for broadcasts with this label: `name=value`, or `name` alone for any value' },
  from: timeField('Raised at or after this time'),
  to: timeField('Raised before this time'),
  limit: limit('Maximum number of alerts in one response', 50),
  cursor: CURSOR,
};

/** The body is optional: omit it to add no note. */
function readNote({ body }: FastifyRequest): string | null {
  const issues = new Issues();
  if (body !== undefined && !isObject(body))
    issues.add('', `must be a JSON object such as {"note": "…"}, got ${inspect(body)}`);
  const { note = null, ...unknown } = isObject(body) ? body : {};
  for (const name of Object.keys(unknown)) issues.add(name, 'is not a known field; the only field is note');
  if (note !== null && !isNote(note, MAX_NOTE))
    issues.add(
      'note',
      `must be a text of at most ${MAX_NOTE} characters without control characters, got ${inspect(note)}`,
    );
  issues.throwIfAny();
  return note === '' ? null : (note as string | null);
}

const LIST: Operation = {
  id: 'listAlerts',
  summary: 'List alerts, newest first',
  description:
    'An open alert needs a person. Acknowledge it when you take care of it. An alert resolves itself when its problem is over.',
  tag: TAG,
  parameters: parametersOf(LIST_FIELDS),
  success: { status: 200, description: 'One page', schema: 'AlertPage' },
  errors: ['validation_failed'],
};

const ACK: Operation = {
  id: 'acknowledgeAlert',
  summary: 'Acknowledge an alert',
  tag: TAG,
  body: { schema: 'Acknowledgement', example: { note: 'The host starts it.' } },
  success: { status: 200, description: 'The alert', schema: 'Alert' },
  errors: ['validation_failed', 'not_found'],
};
