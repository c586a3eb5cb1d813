import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scheduler } from '../../scheduling/scheduler.ts';
import { broadcastChangeSchema, broadcastSchema, newBroadcastSchema } from '../../validation/broadcast-schema.ts';
import { requireRole } from '../access.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf, MERGE_PATCH } from '../body.ts';
import { LIST_FIELDS, parseListQuery } from '../list-query.ts';
import { changeOptions, idempotencyOf, isKnown, representationTag, requesterOf } from '../preconditions.ts';
import { parametersOf } from '../query.ts';
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
  broadcastPageSchema,
  historySchema,
  representAll,
  representBroadcast,
  representHistory,
} from '../representation.ts';

/** One broadcast, and the list of them (contract section 6). The scheduler validates the bodies. Bulk requests: `bulk-routes.ts`. */
export function broadcastRoutes(scheduler: Scheduler): ApiRoutes {
  return {
    schemas: {
      NewBroadcast: newBroadcastSchema,
      BroadcastChange: broadcastChangeSchema,
      Broadcast: broadcastSchema,
      BroadcastPage: broadcastPageSchema,
      History: historySchema,
    },
    register(app) {
      app.post('/v1/broadcasts', { config: { operation: CREATE } }, create(scheduler));
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

function create(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const idempotency = idempotencyOf(request);
    const making = scheduler.schedule(bodyOf(request), { ...requesterOf(request), idempotency });
    // Reading the pauses afterwards would be a third round trip.
    const [{ broadcast, replayed }, pauses] = await Promise.all([making, scheduler.pauses()]);
    if (replayed) reply.header('idempotency-replayed', 'true');
    const located = reply.header('location', `/v1/broadcasts/${broadcast.id}`);
    return sendBroadcast(located, 201, broadcast, pauses);
  };
}

function list(scheduler: Scheduler) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { broadcasts, nextCursor } = await scheduler.list({
      ...parseListQuery(request.query),
      limits: request.caller.limits,
    });
    return sendJson(reply, 200, { broadcasts: await representAll(scheduler, broadcasts), nextCursor });
  };
}

function show(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    const broadcast = await scheduler.get(request.params.id, request.caller.limits);
    const text = JSON.stringify(representBroadcast(broadcast, await scheduler.pauses()));
    const tag = representationTag(broadcast, text);
    if (isKnown(request, tag)) return reply.code(304).header('etag', tag).send();
    return sendText(reply.header('etag', tag), 200, text);
  };
}

function history(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    const entries = await scheduler.history(request.params.id, request.caller.limits);
    return sendJson(reply, 200, { history: entries.map(representHistory) });
  };
}

function change(scheduler: Scheduler): Handler {
  return async (request, reply) => {
    const { id } = request.params;
    const body = bodyOf(request);
    // `operate` may extend a broadcast, and change nothing else.
    if (!isStopAlone(body)) requireRole(request, request.caller, 'write', 'A change of more than stopAt');
    const broadcast = await scheduler.change(id, body, await changeOptions(request, id, scheduler));
    return sendBroadcast(reply, 200, broadcast, await scheduler.pauses());
  };
}

function isStopAlone(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).every((name) => name === 'stopAt');
}

function act(scheduler: Scheduler, verb: 'cancel' | 'start' | 'stop' | 'retry', status: number): Handler {
  return async (request, reply) => {
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
