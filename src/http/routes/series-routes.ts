import type { FastifyReply, FastifyRequest } from 'fastify';
import { representSeries } from '../../series/representation.ts';
import type { Series } from '../../series/series.ts';
import {
  newSeriesSchema,
  occurrencesSchema,
  seriesChangeSchema,
  seriesPageSchema,
  seriesSchema,
} from '../../series/series-schema.ts';
import type { PlannedOccurrence, SeriesQuery, SeriesService } from '../../series/series-service.ts';
import { meetingDigits } from '../../validation/broadcast-schema.ts';
import { Issues, show } from '../../validation/issues.ts';
import type { ApiRoutes, Operation, Parameter } from '../api-context.ts';
import { bodyOf, MERGE_PATCH, refuseBody } from '../body.ts';
import { refuseQuery } from '../list-query.ts';
import { changeOptions, etagOf, idempotencyOf } from '../preconditions.ts';

type ById = { Params: { id: string } };
type Handler = (request: FastifyRequest<ById>, reply: FastifyReply) => Promise<FastifyReply>;

/** `/v1/series` and what is below it (contract section 6). */
export function seriesRoutes(series: SeriesService): ApiRoutes {
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
      app.get<ById>('/v1/series/:id/occurrences', { config: { operation: OCCURRENCES } }, occurrences(series));
    },
  };
}

function create(service: SeriesService) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseQuery(request.query);
    const idempotency = idempotencyOf(request);
    const { series, replayed } = await service.create(bodyOf(request), { by: request.actor, idempotency });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return sendSeries(reply.header('location', `/v1/series/${series.id}`), 201, series);
  };
}

function list(service: SeriesService) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { series, nextCursor } = await service.list(readQuery(request, LIST_FIELDS) as unknown as SeriesQuery);
    return sendJson(reply, 200, { series: series.map(representSeries), nextCursor });
  };
}

function showOne(service: SeriesService): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    return sendSeries(reply, 200, await service.get(request.params.id));
  };
}

function change(service: SeriesService): Handler {
  return async (request, reply) => {
    refuseQuery(request.query);
    const { id } = request.params;
    const body = bodyOf(request);
    return sendSeries(reply, 200, await service.change(id, body, await changeOptions(request, id, service)));
  };
}

function remove(service: SeriesService): Handler {
  return async (request, reply) => {
    const { keepOccurrences = false } = readQuery(request, DELETE_FIELDS) as { keepOccurrences?: boolean };
    refuseBody(request);
    const { id } = request.params;
    const options = await changeOptions(request, id, service);
    return sendSeries(reply, 200, await service.delete(id, { ...options, keepOccurrences }));
  };
}

function occurrences(service: SeriesService): Handler {
  return async (request, reply) => {
    const { limit } = readQuery(request, OCCURRENCES_FIELDS) as { limit: number };
    const found = await service.occurrences(request.params.id, limit);
    return sendJson(reply, 200, { ...found, occurrences: found.occurrences.map(representOccurrence) });
  };
}

function representOccurrence({ startAt, stopAt, local, broadcast, note }: PlannedOccurrence) {
  return {
    startAt: new Date(startAt).toISOString(),
    stopAt: stopAt === null ? null : new Date(stopAt).toISOString(),
    local,
    broadcastId: broadcast?.id ?? null,
    status: broadcast?.status ?? null,
    note,
  };
}

function sendSeries(reply: FastifyReply, status: number, series: Series): FastifyReply {
  return sendJson(reply.header('etag', etagOf(series)), status, representSeries(series));
}

/** A string, so that Fastify does not look for a serializer. */
function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

interface QueryField {
  description: string;
  schema: Record<string, unknown>;
  expected: string;
  /** The value, or undefined when it is invalid. */
  read(value: string): unknown;
  /** The default. */
  otherwise?: unknown;
}

const MAX_LISTED = 1_000;

const limit = (description: string, otherwise: number): QueryField => ({
  description,
  schema: { type: 'integer', minimum: 1, maximum: MAX_LISTED, default: otherwise },
  expected: `a whole number from 1 to ${MAX_LISTED}`,
  read: (value) => (/^\d{1,4}$/.test(value) && +value >= 1 && +value <= MAX_LISTED ? Number(value) : undefined),
  otherwise,
});

const text = (description: string, most: number): QueryField => ({
  description,
  schema: { type: 'string', minLength: 1, maxLength: most },
  expected: `1 to ${most} characters without control characters`,
  read: (value) => (value.length >= 1 && value.length <= most && !/\p{Cc}/u.test(value) ? value : undefined),
});

const LIST_FIELDS: Record<string, QueryField> = {
  meetingId: {
    ...text('Zoom meeting or webinar number', 200),
    expected: '1 to 19 digits (spaces and dashes are removed)',
    read: (value) => meetingDigits(value) ?? undefined,
  },
  account: text('Name of the Zoom account', 100),
  externalId: text('Your own id', 200),
  label: text('`name=value`, or `name` alone for any value', 264),
  limit: limit('Maximum number of series in one response', 50),
  cursor: text('`nextCursor` of the previous response', 1_000),
};

const OCCURRENCES_FIELDS = { limit: limit('Maximum number of occurrences in the response', 10) };

const DELETE_FIELDS: Record<string, QueryField> = {
  keepOccurrences: {
    description: 'Keep its upcoming broadcasts',
    schema: { type: 'boolean', default: false },
    expected: 'true or false',
    read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  },
};

/** Throws `validation_failed` with every issue. */
function readQuery(request: FastifyRequest, fields: Record<string, QueryField>): Record<string, unknown> {
  const issues = new Issues();
  const given = request.query as Record<string, string | string[]>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) {
      issues.add(name, `is not a known query parameter; valid: ${Object.keys(fields).join(', ')}`);
    }
  }
  const read = Object.entries(fields).map(([name, field]): [string, unknown] => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return [name, field.otherwise];
    const found = typeof value === 'string' ? field.read(value) : undefined;
    if (found === undefined) issues.add(name, `must be ${field.expected}, given once, got ${show(value)}`);
    return [name, found];
  });
  issues.throwIfAny();
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

const parametersOf = (fields: Record<string, QueryField>): Parameter[] =>
  Object.entries(fields).map(([name, { description, schema }]) => ({ name, in: 'query', description, schema }));

const TAG = 'Series';
const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag that must still be current, or *; otherwise 412',
  schema: { type: 'string', examples: ['"3"'] },
};
const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Within 24 h, the same key and body get the first response again; a different body gets 422',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};
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
  parameters: [IF_MATCH],
  body: {
    schema: 'SeriesChange',
    required: true,
    contentTypes: ['application/json', MERGE_PATCH],
    example: { duration: 'PT2H', exceptions: ['2035-12-30'] },
  },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'malformed_json', 'not_found', 'precondition_failed', 'conflict'],
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
