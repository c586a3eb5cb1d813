import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scheduler } from '../../scheduling/scheduler.ts';
import { batchSchema } from '../../validation/broadcast-schema.ts';
import { bulkSchema } from '../../validation/bulk-schema.ts';
import { requireRole } from '../access.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { idempotencyOf, requesterOf } from '../preconditions.ts';
import { IDEMPOTENCY_KEY, sendJson } from '../reply.ts';
import { broadcastsSchema, bulkAnswerSchema, representAll, representBulk } from '../representation.ts';

/** 1,000 broadcasts with a destination and labels are about 3 MB. */
const BATCH_BODY_BYTES = 8 * 1024 * 1024;

/** Many broadcasts in one request: creates them together, or applies one action to all that match. */
export function bulkRoutes(scheduler: Scheduler): ApiRoutes {
  return {
    schemas: {
      NewBroadcasts: batchSchema,
      Broadcasts: broadcastsSchema,
      BulkAction: bulkSchema,
      BulkAnswer: bulkAnswerSchema,
    },
    register(app) {
      const batch = { bodyLimit: BATCH_BODY_BYTES, config: { operation: CREATE_BATCH } };
      app.post('/v1/broadcasts/batch', batch, createBatch(scheduler));
      app.post('/v1/broadcasts/bulk', { config: { access: 'operate', operation: BULK } }, bulk(scheduler));
    },
  };
}

function createBatch(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const idempotency = idempotencyOf(request);
    const { broadcasts, replayed } = await scheduler.scheduleBatch(bodyOf(request), {
      ...requesterOf(request),
      idempotency,
    });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendJson(reply, 201, { broadcasts: await representAll(scheduler, broadcasts) });
  };
}

/** The action runs to its end even if the client disconnects. */
function bulk(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const body = bodyOf(request);
    if (!isOperating(body)) requireRole(request, request.caller, 'write', 'This action');
    const idempotency = idempotencyOf(request);
    const { answer, replayed } = await scheduler.bulk(body, { ...requesterOf(request), idempotency });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendJson(reply, 200, representBulk(answer));
  };
}

/** The bulk actions that `operate` may use. */
const OPERATING: unknown[] = ['start', 'stop', 'retry', 'extend'];

function isOperating(body: unknown): boolean {
  return typeof body === 'object' && body !== null && OPERATING.includes((body as { action?: unknown }).action);
}

const TAG = 'Broadcasts';

const CREATE_BATCH: Operation = {
  id: 'createBroadcasts',
  summary: 'Schedule up to 1,000 broadcasts: all or none',
  tag: TAG,
  parameters: [IDEMPOTENCY_KEY],
  body: {
    schema: 'NewBroadcasts',
    required: true,
    example: {
      broadcasts: [
        {
          meetingId: '684 2308 5',
          startAt: '2035-12-09T09:00:00',
          timezone: 'America/New_York',
          duration: 'PT1H30M',
        },
        { meetingId: '91234567890', kind: 'webinar', startAt: '2035-12-07T18:00:00Z' },
      ],
    },
  },
  success: { status: 201, description: 'The broadcasts, in the order of the request', schema: 'Broadcasts' },
  errors: ['validation_failed', 'malformed_json', 'account_required', 'overlap', 'idempotency_key_reused'],
};
const BULK: Operation = {
  id: 'bulkBroadcasts',
  summary: 'Do one thing to every broadcast that matches, up to 10,000',
  tag: TAG,
  description:
    'Send it with `dryRun` first: the answer shows what would happen to which broadcast. Then send it with `expect`, the number ' +
    'that matched. Broadcasts are changed one by one: if one is refused, the others are still changed, and the answer names it ' +
    'with the error. `shift` moves start and stop, `extend` only the stop; both skip finished broadcasts. Once started, a request ' +
    'is completed even if the client disconnects. With an `Idempotency-Key`, a repeated request gets the first answer; if the first one ' +
    'failed half way, it goes on with what is left, so `shift` never moves a broadcast twice.',
  parameters: [IDEMPOTENCY_KEY],
  body: {
    schema: 'BulkAction',
    required: true,
    example: {
      filter: { label: 'campus=north', from: '2035-12-10T00:00:00-05:00', to: '2035-12-11T00:00:00-05:00' },
      action: 'cancel',
      dryRun: true,
    },
  },
  success: { status: 200, description: 'What was done, or would be', schema: 'BulkAnswer' },
  errors: ['validation_failed', 'malformed_json', 'count_differs', 'too_many_matches', 'idempotency_key_reused'],
};
