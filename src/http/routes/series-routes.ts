import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Pause, pauseAt, viewPaused } from '../../broadcasts/pause.ts';
import { representSeries } from '../../series/representation.ts';
import type { Series } from '../../series/series.ts';
import type { PlannedOccurrence, SeriesQuery } from '../../series/series-reader.ts';
import {
  newSeriesSchema,
  occurrencesSchema,
  seriesChangeSchema,
  seriesPageSchema,
  seriesSchema,
} from '../../series/series-schema.ts';
import type { SeriesService } from '../../series/series-service.ts';
import { isoTime } from '../../time/iso-time.ts';
import { ACCOUNT, EXTERNAL_ID, LABEL, MEETING_ID, text } from '../../validation/text-fields.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf, MERGE_PATCH } from '../body.ts';
import { changeOptions, etagOf, idempotencyOf, requesterOf } from '../preconditions.ts';
import { CURSOR, flag, limit, parametersOf, readQuery } from '../query.ts';
import { type ById, type Handler, IDEMPOTENCY_KEY, IF_MATCH, sendJson } from '../reply.ts';

/** `/v1/series` and its sub-resources (contract section 6). */
export function seriesRoutes(series: SeriesService, pauses: () => Promise<Pause[]> = async () => []): ApiRoutes {
  return {
    schemas: {
      NewSeries: newSeriesSchema,
      SeriesChange: seriesChangeSchema,
      Series: seriesSchema,
      SeriesPage: seriesPageSchema,
      Occurrences: occurrencesSchema,
    },
    register(app) {
      app.post('/v1/series', { config: { operation: CREATE } }, create(series));
      app.get('/v1/series', { config: { operation: LIST } }, list(series));
      app.get<ById>('/v1/series/:id', { config: { operation: SHOW } }, showOne(series));
      app.patch<ById>('/v1/series/:id', { config: { operation: CHANGE } }, change(series));
      app.delete<ById>('/v1/series/:id', { config: { operation: DELETE } }, remove(series));
      app.get<ById>('/v1/series/:id/occurrences', { config: { operation: OCCURRENCES } }, occurrences(series, pauses));
    },
  };
}

function create(service: SeriesService) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const idempotency = idempotencyOf(request);
    const { series, replayed } = await service.create(bodyOf(request), {
      ...requesterOf(request),
      by: request.actor,
      idempotency,
    });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendSeries(reply.header('location', `/v1/series/${series.id}`), 201, series);
  };
}

function list(service: SeriesService) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { series, nextCursor } = await service.list({
      ...readQuery<Omit<SeriesQuery, 'limits'>>(request.query, LIST_FIELDS),
      limits: request.caller.limits,
    });
    return sendJson(reply, 200, { series: series.map(representSeries), nextCursor });
  };
}

function showOne(service: SeriesService): Handler {
  return async (request, reply) => {
    return sendSeries(reply, 200, await service.get(request.params.id, request.caller.limits));
  };
}

function change(service: SeriesService): Handler {
  return async (request, reply) => {
    const { from } = readQuery<{ from?: string }>(request.query, CHANGE_FIELDS);
    const { id } = request.params;
    const body = bodyOf(request);
    const options = await changeOptions(request, id, service);
    if (from === undefined) return sendSeries(reply, 200, await service.change(id, body, options));
    const series = await service.changeFrom(id, from, body, options);
    return sendSeries(reply.header('location', `/v1/series/${series.id}`), 200, series);
  };
}

function remove(service: SeriesService): Handler {
  return async (request, reply) => {
    const { keepOccurrences } = readQuery<{ keepOccurrences: boolean }>(request.query, DELETE_FIELDS);
    const { id } = request.params;
    const options = await changeOptions(request, id, service);
    return sendSeries(reply, 200, await service.delete(id, { ...options, keepOccurrences }));
  };
}

function occurrences(service: SeriesService, pauses: () => Promise<Pause[]>): Handler {
  return async (request, reply) => {
    const { limit } = readQuery<{ limit: number }>(request.query, OCCURRENCES_FIELDS);
    const { id } = request.params;
    const found = await service.occurrences(id, limit, request.caller.limits);
    const [{ account, labels }, current] = await Promise.all([service.get(id), pauses()]);
    const pausedAt = (startAt: number) => pauseAt({ account, labels, seriesId: id }, startAt, current);
    const leftOut = found.leftOut.map(({ local, note, skippedBy }) => {
      return { local, note, calendar: skippedBy?.calendar ?? null, event: skippedBy?.event ?? null };
    });
    return sendJson(reply, 200, {
      occurrences: found.occurrences.map((one) => representOccurrence(one, pausedAt(one.startAt))),
      leftOut,
    });
  };
}

function representOccurrence({ startAt, stopAt, local, broadcast, note }: PlannedOccurrence, pause: Pause | null) {
  return {
    startAt: isoTime(startAt),
    stopAt: isoTime(stopAt),
    local,
    broadcastId: broadcast?.id ?? null,
    status: broadcast?.status ?? null,
    note,
    paused: pause && viewPaused(pause),
  };
}

function sendSeries(reply: FastifyReply, status: number, series: Series): FastifyReply {
  return sendJson(reply.header('etag', etagOf(series)), status, representSeries(series));
}

const LIST_FIELDS = {
  meetingId: MEETING_ID,
  account: ACCOUNT,
  externalId: EXTERNAL_ID,
  label: LABEL,
  limit: limit('Maximum number of series in one response', 50),
  cursor: CURSOR,
};
const OCCURRENCES_FIELDS = { limit: limit('Maximum number of occurrences in the response', 10) };
const CHANGE_FIELDS = {
  from: text(
    'Local time of an occurrence: changes it and those after it. The answer is a new series that `follows` this one',
    40,
  ),
};
const DELETE_FIELDS = { keepOccurrences: flag('Keep its upcoming broadcasts') };

const TAG = 'Series';
const ONE = { description: 'The series', schema: 'Series', headers: { ETag: 'The revision' } };

const CREATE: Operation = {
  ...{ id: 'createSeries', tag: TAG, summary: 'Schedule recurring broadcasts: a recurrence rule in a time zone' },
  description: 'Broadcasts are created two weeks ahead, and always at least the next three.',
  parameters: [IDEMPOTENCY_KEY],
  body: {
    schema: 'NewSeries',
    required: true,
    example: {
      meetingId: '684 2308 5',
      title: 'Sunday service',
      rule: 'FREQ=WEEKLY;BYDAY=SU',
      startAt: '2035-12-02T09:00',
      timezone: 'America/New_York',
      duration: 'PT1H30M',
    },
  },
  success: { ...ONE, status: 201, headers: { ...ONE.headers, Location: 'Its URL path' } },
  errors: ['validation_failed', 'malformed_json', 'account_required', 'idempotency_key_reused'],
};
const LIST: Operation = {
  ...{ id: 'listSeries', tag: TAG, summary: 'List series in the order they were created' },
  parameters: parametersOf(LIST_FIELDS),
  success: { status: 200, description: 'One page', schema: 'SeriesPage' },
  errors: ['validation_failed'],
};
const SHOW: Operation = {
  ...{ id: 'getSeries', tag: TAG, summary: 'Show a series' },
  success: { ...ONE, status: 200 },
  errors: ['not_found'],
};
const CHANGE: Operation = {
  ...{ id: 'changeSeries', tag: TAG, summary: 'Change a series and its upcoming broadcasts' },
  description: 'Broadcasts that have started, and those you edited, stay as they are.',
  parameters: [...parametersOf(CHANGE_FIELDS), IF_MATCH],
  body: {
    schema: 'SeriesChange',
    required: true,
    contentTypes: ['application/json', MERGE_PATCH],
    example: { duration: 'PT2H', exceptions: ['2035-12-30'] },
  },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'malformed_json', 'not_found', 'precondition_failed', 'conflict', 'too_late'],
};
const DELETE: Operation = {
  ...{ id: 'deleteSeries', tag: TAG, summary: 'Delete a series and cancel its upcoming broadcasts' },
  description: 'To skip one occurrence, cancel its broadcast or add an exception.',
  parameters: [...parametersOf(DELETE_FIELDS), IF_MATCH],
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'not_found', 'precondition_failed', 'conflict'],
};
const OCCURRENCES: Operation = {
  ...{ id: 'listOccurrences', tag: TAG, summary: 'Show the upcoming occurrences of a series' },
  parameters: parametersOf(OCCURRENCES_FIELDS),
  success: {
    status: 200,
    description: 'The next occurrences, with the broadcasts that already exist',
    schema: 'Occurrences',
  },
  errors: ['validation_failed', 'not_found'],
};
