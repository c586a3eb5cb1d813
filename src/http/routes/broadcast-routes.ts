import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { Scheduler } from '../../scheduling/scheduler.ts';
import {
  batchSchema,
  broadcastChangeSchema,
  broadcastSchema,
  newBroadcastSchema,
} from '../../validation/broadcast-schema.ts';
import { bulkSchema } from '../../validation/bulk-schema.ts';
import { requireRole } from '../access.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf, MERGE_PATCH, refuseBody } from '../body.ts';
import { LIST_FIELDS, parseListQuery } from '../list-query.ts';
import { changeOptions, idempotencyOf, isKnown, representationTag, requesterOf } from '../preconditions.ts';
import { parametersOf, refuseQuery } from '../query.ts';
import {
  type ById,
  type Handler,
  IDEMPOTENCY_KEY,
  IF_MATCH,
  ONE_BROADCAST as ONE,
  sendBroadcast,
  sendJson,
  sendText,
} from '../reply.ts';
import {
  type BroadcastRepresentation,
  broadcastPageSchema,
  broadcastsSchema,
  bulkAnswerSchema,
  historySchema,
  representBroadcast,
  representBulk,
  representHistory,
} from '../representation.ts';

/** 1,000 broadcasts with a destination and labels are about 3 MB. */
const BATCH_BODY_BYTES = 8 * 1024 * 1024;

/** `/v1/broadcasts` and what is below it (contract section 6). The scheduler checks the bodies. */
export function broadcastRoutes(scheduler: Scheduler): ApiRoutes {
  return {
    schemas: {
      NewBroadcast: newBroadcastSchema,
      NewBroadcasts: batchSchema,
      BroadcastChange: broadcastChangeSchema,
      Broadcast: broadcastSchema,
      Broadcasts: broadcastsSchema,
      BroadcastPage: broadcastPageSchema,
      BulkAction: bulkSchema,
      BulkAnswer: bulkAnswerSchema,
      History: historySchema,
    },
    register(app) {
      app.post('/v1/broadcasts', { config: { operation: CREATE } }, create(scheduler));
      const batch = { bodyLimit: BATCH_BODY_BYTES, config: { operation: CREATE_BATCH } };
      app.post('/v1/broadcasts/batch', batch, createBatch(scheduler));
      app.post('/v1/broadcasts/bulk', { config: { access: 'operate', operation: BULK } }, bulk(scheduler));
      app.get('/v1/broadcasts', { config: { operation: LIST } }, list(scheduler));
      app.get<ById>('/v1/broadcasts/:id', { config: { operation: SHOW } }, show(scheduler));
      app.get<ById>('/v1/broadcasts/:id/history', { config: { operation: HISTORY } }, history(scheduler));
      app.patch<ById>('/v1/broadcasts/:id', { config: { access: 'operate', operation: CHANGE } }, change(scheduler));
      app.delete<ById>('/v1/broadcasts/:id', { config: { operation: CANCEL } }, act(scheduler, 'cancel', 200));
      for (const verb of ['start', 'stop', 'retry'] as const) {
        app.post<ById>(
          `/v1/broadcasts/:id/${verb}`,
          { config: { access: 'operate', operation: ACTIONS[verb] } },
          act(scheduler, verb, 202),
        );
      }
    },
  };
}

async function represented(scheduler: Scheduler, broadcasts: Broadcast[]): Promise<BroadcastRepresentation[]> {
  const pauses = await scheduler.pauses();
  return broadcasts.map((broadcast) => representBroadcast(broadcast, pauses));
}

function create(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseQuery(request.query);
    const idempotency = idempotencyOf(request);
    const { broadcast, replayed } = await scheduler.schedule(bodyOf(request), { ...requesterOf(request), idempotency });
    if (replayed) reply.header('idempotency-replayed', 'true');
    const located = reply.header('location', `/v1/broadcasts/${broadcast.id}`);
    return sendBroadcast(located, 201, broadcast, await scheduler.pauses());
  };
}

function createBatch(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseQuery(request.query);
    const idempotency = idempotencyOf(request);
    const { broadcasts, replayed } = await scheduler.scheduleBatch(bodyOf(request), {
      ...requesterOf(request),
      idempotency,
    });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendJson(reply, 201, { broadcasts: await represented(scheduler, broadcasts) });
  };
}

/** It goes on to its end when the client goes away meanwhile. */
function bulk(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseQuery(request.query);
    const body = bodyOf(request);
    if (!isOperating(body)) requireRole(request, request.caller, 'write', 'This action');
    return sendJson(reply, 200, representBulk(await scheduler.bulk(body, requesterOf(request))));
  };
}

function list(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { broadcasts, nextCursor } = await scheduler.list({
      ...parseListQuery(request.query),
      limits: request.caller.limits,
    });
    return sendJson(reply, 200, { broadcasts: await represented(scheduler, broadcasts), nextCursor });
  };
}

function show(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    const broadcast = await scheduler.get(request.params.id, request.caller.limits);
    const text = JSON.stringify(representBroadcast(broadcast, await scheduler.pauses()));
    const tag = representationTag(broadcast, text);
    if (isKnown(request, tag)) return reply.code(304).header('etag', tag).send();
    return sendText(reply.header('etag', tag), 200, text);
  };
}

function history(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    const entries = await scheduler.history(request.params.id, request.caller.limits);
    return sendJson(reply, 200, { history: entries.map(representHistory) });
  };
}

function change(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    const { id } = request.params;
    const body = bodyOf(request);
    // `operate` may extend, and change nothing else.
    if (!isStopAlone(body)) requireRole(request, request.caller, 'write', 'A change of more than stopAt');
    const broadcast = await scheduler.change(id, body, await changeOptions(request, id, scheduler));
    return sendBroadcast(reply, 200, broadcast, await scheduler.pauses());
  };
}

/** Of the actions on many, those that `operate` may take. */
const OPERATING: unknown[] = ['start', 'stop', 'retry', 'extend'];

function isOperating(body: unknown): boolean {
  return typeof body === 'object' && body !== null && OPERATING.includes((body as { action?: unknown }).action);
}

function isStopAlone(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).every((name) => name === 'stopAt');
}

function act(scheduler: Scheduler, verb: 'cancel' | 'start' | 'stop' | 'retry', status: number): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    refuseBody(request);
    const { id } = request.params;
    const broadcast = await scheduler[verb](id, await changeOptions(request, id, scheduler));
    return sendBroadcast(reply, status, broadcast, await scheduler.pauses());
  };
}

const TAG = 'Broadcasts';
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header' as const,
  description: 'Your ETag; 304 without a body if nothing has changed',
  schema: { type: 'string', examples: ['"3-Zm9vYmFyYmF6"'] },
};

const EXAMPLE = {
  meetingId: '684 2308 5',
  title: 'Sunday service',
  startAt: '2035-12-02T09:00:00',
  timezone: 'America/New_York',
  duration: 'PT1H30M',
  settings: { layout: 'speaker_view' },
  labels: { room: 'A' },
};
const CREATE: Operation = {
  id: 'createBroadcast',
  summary: 'Schedule a broadcast',
  tag: TAG,
  parameters: [IDEMPOTENCY_KEY],
  body: { schema: 'NewBroadcast', required: true, example: EXAMPLE },
  success: { ...ONE, status: 201, headers: { ...ONE.headers, Location: 'Its URL path' } },
  errors: ['validation_failed', 'malformed_json', 'account_required', 'overlap', 'idempotency_key_reused'],
};
const CREATE_BATCH: Operation = {
  ...CREATE,
  id: 'createBroadcasts',
  summary: 'Schedule up to 1,000 broadcasts: all or none',
  body: {
    schema: 'NewBroadcasts',
    required: true,
    example: {
      broadcasts: [
        { ...EXAMPLE, startAt: '2035-12-09T09:00:00' },
        { meetingId: '91234567890', kind: 'webinar', startAt: '2035-12-07T18:00:00Z' },
      ],
    },
  },
  success: { status: 201, description: 'The broadcasts, in the order of the request', schema: 'Broadcasts' },
};
const BULK: Operation = {
  id: 'bulkBroadcasts',
  summary: 'Do one thing to every broadcast that matches, up to 10,000',
  tag: TAG,
  description:
    'Send it with `dryRun` first: the answer shows what would happen to which broadcast. Then send it with `expect`, the number ' +
    'that matched. Broadcasts are changed one by one: if one is refused, the others are still changed, and the answer names it ' +
    'with the error. `shift` moves start and stop, `extend` only the stop; both skip finished broadcasts. Once started, a request ' +
    'is completed even if the client disconnects.',
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
  errors: ['validation_failed', 'malformed_json', 'count_differs', 'too_many_matches'],
};
const LIST: Operation = {
  id: 'listBroadcasts',
  summary: 'List broadcasts in order of startAt',
  tag: TAG,
  parameters: parametersOf(LIST_FIELDS),
  success: { status: 200, description: 'One page', schema: 'BroadcastPage' },
  errors: ['validation_failed'],
};
const SHOW: Operation = {
  id: 'getBroadcast',
  summary: 'Show a broadcast',
  tag: TAG,
  parameters: [IF_NONE_MATCH],
  success: { ...ONE, status: 200 },
  otherSuccess: { status: 304, description: 'Unchanged since the ETag in If-None-Match' },
  errors: ['validation_failed', 'not_found'],
};
const HISTORY: Operation = {
  id: 'getBroadcastHistory',
  summary: 'Every change, and every request sent to Zoom with its answer, oldest first',
  tag: TAG,
  success: { status: 200, description: 'The history', schema: 'History' },
  errors: ['validation_failed', 'not_found'],
};
const CHANGE: Operation = {
  id: 'changeBroadcast',
  summary: 'Change a broadcast',
  tag: TAG,
  description:
    'While it is live, only stopAt, title and labels can change, and for a meeting settings.layout and settings.closeCaption.',
  parameters: [IF_MATCH],
  body: {
    schema: 'BroadcastChange',
    contentTypes: ['application/json', MERGE_PATCH],
    required: true,
    example: { title: 'Evening service', labels: { room: 'B' } },
  },
  success: { ...ONE, status: 200 },
  errors: [
    'validation_failed',
    'malformed_json',
    'not_found',
    'overlap',
    'too_late',
    'finished',
    'conflict',
    'precondition_failed',
  ],
};
const CANCEL: Operation = {
  id: 'cancelBroadcast',
  summary: 'Cancel a broadcast; a live one is stopped, a finished one stays as it is',
  tag: TAG,
  parameters: [IF_MATCH],
  success: { ...ONE, status: 200 },
  errors: ['not_found', 'conflict', 'precondition_failed'],
};
const action = (id: string, summary: string, errors: Operation['errors'] = []): Operation => ({
  id,
  summary,
  tag: TAG,
  parameters: [IF_MATCH],
  success: { ...ONE, status: 202 },
  errors: ['not_found', ...errors, 'conflict', 'precondition_failed'],
});
const ACTIONS = {
  start: action('startBroadcast', 'Start now; nothing is sent when it is live', [
    'finished',
    'stop_in_past',
    'too_late',
    'paused',
  ]),
  stop: action('stopBroadcast', 'Stop now', ['not_live']),
  retry: action('retryBroadcast', 'Start a missed or failed broadcast now', [
    'not_retryable',
    'stop_in_past',
    'paused',
  ]),
};
