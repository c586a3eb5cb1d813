import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { representPause } from '../../broadcasts/pause.ts';
import type { Pauses } from '../../scheduling/pauses.ts';
import { newPauseSchema, pauseScopeSchema } from '../../validation/pause-input.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { idempotencyOf, requesterOf } from '../preconditions.ts';
import { type ById, type Handler, IDEMPOTENCY_KEY, sendJson } from '../reply.ts';

const TAG = 'Pauses';

const time = z.string().meta({ format: 'date-time' });
const pauseSchema = z.strictObject({
  id: z.string(),
  scope: pauseScopeSchema.meta({ description: 'What it covers, as it was given' }),
  since: time,
  until: time.nullable().meta({ description: 'When it ends automatically' }),
  note: z.string().nullable(),
  by: z.string().meta({ description: 'Who made it' }),
});
const pausesSchema = z.strictObject({ pauses: z.array(pauseSchema) });

/** `/v1/pauses`: holds back the starts of everything, an account, a series or a label (contract section 6, rule 16). */
export function pauseRoutes(pauses: Pauses): ApiRoutes {
  return {
    schemas: { NewPause: newPauseSchema, Pause: pauseSchema, Pauses: pausesSchema },
    register(app) {
      app.post('/v1/pauses', { config: { operation: CREATE } }, create(pauses));
      app.get('/v1/pauses', { config: { operation: LIST } }, list(pauses));
      app.get<ById>('/v1/pauses/:id', { config: { operation: SHOW } }, showOne(pauses));
      app.delete<ById>('/v1/pauses/:id', { config: { operation: RESUME } }, resume(pauses));
    },
  };
}

function create(pauses: Pauses) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const idempotency = idempotencyOf(request);
    const { pause, replayed } = await pauses.create(bodyOf(request), { ...requesterOf(request), idempotency });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendJson(reply.header('location', `/v1/pauses/${pause.id}`), 201, representPause(pause));
  };
}

function list(pauses: Pauses) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    return sendJson(reply, 200, { pauses: (await pauses.list(request.caller.limits)).map(representPause) });
  };
}

function showOne(pauses: Pauses): Handler {
  return async (request, reply) => {
    return sendJson(reply, 200, representPause(await pauses.get(request.params.id, request.caller.limits)));
  };
}

function resume(pauses: Pauses): Handler {
  return async (request, reply) => {
    return sendJson(
      reply,
      200,
      representPause(await pauses.end(request.params.id, request.actor, request.caller.limits)),
    );
  };
}

const CREATE: Operation = {
  id: 'createPause',
  summary: 'Hold back starts: of everything, an account, a series or a label',
  description:
    'After the response, no start that the pause covers is sent; the response waits up to 3 s for starts that are ' +
    'being sent. Stops are never held back. A start that comes due stays `scheduled`, without an alert. When the pause ends it ' +
    'is sent at once if its window is still open; otherwise the broadcast ends `missed`, with the note of the pause as its ' +
    'reason and without an alert. If several pauses cover a broadcast, all must end.',
  tag: TAG,
  parameters: [IDEMPOTENCY_KEY],
  body: {
    schema: 'NewPause',
    required: true,
    example: { scope: { label: 'room=A' }, until: '2035-12-06T14:00:00Z', note: 'Fire drill in room A' },
  },
  success: { status: 201, description: 'The pause', schema: 'Pause', headers: { Location: 'Its URL path' } },
  errors: ['validation_failed', 'malformed_json', 'outside_limits', 'too_many_pauses', 'idempotency_key_reused'],
};
const LIST: Operation = {
  id: 'listPauses',
  summary: 'List the current pauses, oldest first',
  tag: TAG,
  success: { status: 200, description: 'The pauses', schema: 'Pauses' },
  errors: ['validation_failed'],
};
const SHOW: Operation = {
  id: 'getPause',
  summary: 'Show a pause',
  tag: TAG,
  success: { status: 200, description: 'The pause', schema: 'Pause' },
  errors: ['validation_failed', 'not_found'],
};
const RESUME: Operation = {
  id: 'endPause',
  summary: 'End a pause: what it held back is started at once, or is missed',
  tag: TAG,
  success: { status: 200, description: 'The pause that has ended', schema: 'Pause' },
  errors: ['validation_failed', 'not_found'],
};
