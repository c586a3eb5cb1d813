import type { FastifyReply, FastifyRequest } from 'fastify';
import { isObject } from '../../json.ts';
import { representSource } from '../../sources/representation.ts';
import type { Source } from '../../sources/source.ts';
import {
  newSourceSchema,
  sourceChangeSchema,
  sourceSchema,
  sourcesSchema,
  syncPlanSchema,
  syncSchema,
} from '../../sources/source-schema.ts';
import type { SourceService } from '../../sources/source-service.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf, MERGE_PATCH } from '../body.ts';
import { flag, parametersOf, readQuery } from '../query.ts';
import { sendJson } from '../reply.ts';
import { fieldsOf, noting, type WriteAudit } from '../written-down.ts';

type ByName = { Params: { name: string } };
type Note = ReturnType<typeof noting>;
type Handler = (request: FastifyRequest<ByName>, reply: FastifyReply) => Promise<FastifyReply>;

/** An uploaded file: 10,000 events with an invitation each, in base64. */
const SYNC_BYTES = 48 * 1024 * 1024;

/** `/v1/sources`: timetables that the scheduler follows (contract section 6). */
export function sourceRoutes(sources: SourceService, audit: WriteAudit): ApiRoutes {
  const note = noting('source', audit);
  return {
    schemas: {
      ...{ NewSource: newSourceSchema, SourceChange: sourceChangeSchema, Source: sourceSchema, Sources: sourcesSchema },
      ...{ Sync: syncSchema, SyncPlan: syncPlanSchema },
    },
    register(app) {
      app.post('/v1/sources', { config: { operation: CREATE, unlimitedKey: true } }, create(sources, note));
      app.get('/v1/sources', { config: { operation: LIST, unlimitedKey: true } }, list(sources));
      app.get<ByName>('/v1/sources/:name', { config: { operation: SHOW, unlimitedKey: true } }, showOne(sources));
      app.patch<ByName>(
        '/v1/sources/:name',
        { config: { operation: CHANGE, unlimitedKey: true } },
        change(sources, note),
      );
      app.delete<ByName>(
        '/v1/sources/:name',
        { config: { operation: DELETE, unlimitedKey: true } },
        remove(sources, note),
      );
      app.get<ByName>('/v1/sources/:name/plan', { config: { operation: PLAN, unlimitedKey: true } }, plan(sources));
      const options = { bodyLimit: SYNC_BYTES, config: { operation: SYNC, unlimitedKey: true } };
      app.post<ByName>('/v1/sources/:name/sync', options, sync(sources, note));
    },
  };
}

function create(sources: SourceService, note: Note) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const source = await sources.create(bodyOf(request));
    await note(request, 'create', source.name, { kind: source.kind });
    return sendJson(reply.header('location', `/v1/sources/${source.name}`), 201, await sourceView(sources, source));
  };
}

function list(sources: SourceService) {
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const found = await sources.store.list();
    return sendJson(reply, 200, { sources: await Promise.all(found.map((one) => sourceView(sources, one))) });
  };
}

function showOne(sources: SourceService): Handler {
  return async (request, reply) => {
    return sendJson(reply, 200, await sourceView(sources, await sources.get(request.params.name)));
  };
}

function change(sources: SourceService, note: Note): Handler {
  return async (request, reply) => {
    const body = bodyOf(request);
    const source = await sources.change(request.params.name, body);
    await note(request, 'change', source.name, fieldsOf(body));
    return sendJson(reply, 200, await sourceView(sources, source));
  };
}

function remove(sources: SourceService, note: Note): Handler {
  return async (request, reply) => {
    const { name } = request.params;
    const before = await sourceView(sources, await sources.get(name));
    await sources.remove(name);
    await note(request, 'delete', name);
    return sendJson(reply, 200, before);
  };
}

function plan(sources: SourceService): Handler {
  return async (request, reply) => {
    const { last } = readQuery<{ last: boolean }>(request.query, PLAN_FIELDS);
    const { name } = request.params;
    if (!last) return sendJson(reply, 200, await sources.plan(name));
    return sendJson(reply, 200, await sources.lastPlan(name));
  };
}

function sync(sources: SourceService, note: Note): Handler {
  return async (request, reply) => {
    const { name } = request.params;
    const plan = await sources.sync(name, request.body, request.actor);
    const isDry = isObject(request.body) && request.body['dryRun'] === true;
    if (!isDry) await note(request, 'sync', name, { counts: plan.counts, braked: plan.braked });
    return sendJson(reply, 200, plan);
  };
}

async function sourceView({ store }: SourceService, source: Source) {
  const [state, progress] = await Promise.all([store.state(source.name), store.progress(source.name)]);
  return representSource(source, state, progress);
}

const PLAN_FIELDS = { last: flag('Show what the last sync did, not what a sync would do now') };

const TAG = 'Sources';
const ONE = { description: 'The source', schema: 'Source' };

const CREATE: Operation = {
  ...{
    id: 'createSource',
    tag: TAG,
    summary: "Follow a timetable: a calendar (.ics), a spreadsheet (.csv), or a host's meetings in Zoom",
  },
  description:
    'Events in the timetable are planned; when they are moved or canceled there, so are their broadcasts. What a person or ' +
    'another source made is left alone, and what you edit here is kept. A `url` needs CALENDAR_HOSTS. The kind ' +
    '`zoom` follows the meetings and webinars of `zoomUser`, or the one meeting `zoomMeeting` with its occurrences; with webhooks ' +
    'it is synced within seconds of a change in Zoom.',
  body: {
    schema: 'NewSource',
    required: true,
    example: {
      ...{ name: 'law-faculty', kind: 'ics', url: 'https://calendar.example.org/law.ics', every: 'PT15M' },
      ...{ timezone: 'Europe/Berlin', labels: { faculty: 'law' }, prune: true, brake: 0.2 },
    },
  },
  success: { ...ONE, status: 201, headers: { Location: 'Its URL path' } },
  errors: ['validation_failed', 'malformed_json', 'name_taken'],
};
const LIST: Operation = {
  ...{ id: 'listSources', tag: TAG, summary: 'List sources by name' },
  success: { status: 200, description: 'The sources', schema: 'Sources' },
  errors: ['validation_failed'],
};
const SHOW: Operation = {
  ...{ id: 'getSource', tag: TAG, summary: 'Show a source and the result of its last sync' },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'not_found'],
};
const CHANGE: Operation = {
  ...{ id: 'changeSource', tag: TAG, summary: 'Change or pause a source' },
  description: '`paused: true` stops its syncs until you set `false`. A change takes effect with the next sync.',
  body: {
    schema: 'SourceChange',
    required: true,
    contentTypes: ['application/json', MERGE_PATCH],
    example: { paused: true },
  },
  success: { ...ONE, status: 200 },
  errors: ['validation_failed', 'malformed_json', 'not_found', 'conflict'],
};
const DELETE: Operation = {
  ...{ id: 'deleteSource', tag: TAG, summary: 'Stop following a timetable' },
  description: 'Its broadcasts stay. A new source of the same name takes them over.',
  success: { ...ONE, status: 200, description: 'The source as it was' },
  errors: ['validation_failed', 'not_found'],
};
const PLAN: Operation = {
  ...{ id: 'planSource', tag: TAG, summary: 'What a sync would do now' },
  description: 'Reads the timetable, and changes nothing.',
  parameters: parametersOf(PLAN_FIELDS),
  success: { status: 200, description: 'The plan', schema: 'SyncPlan' },
  errors: ['validation_failed', 'not_found', 'source_unavailable'],
};
const SYNC: Operation = {
  ...{ id: 'syncSource', tag: TAG, summary: 'Sync now: read the timetable and apply it' },
  description:
    'Nothing is done (`braked`) when too much would be canceled at once, or when the file is empty, cut off or not a calendar. ' +
    '`force` overrides this unless the file cannot be read. `content` is a file to use instead.',
  body: {
    schema: 'Sync',
    required: false,
    example: { dryRun: true, content: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n' },
  },
  success: { status: 200, description: 'What was done', schema: 'SyncPlan' },
  errors: ['validation_failed', 'malformed_json', 'not_found', 'source_busy', 'source_unavailable', 'body_too_large'],
};
