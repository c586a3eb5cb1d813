/** The API description, generated from the registered routes and the schemas that validate the input. */

import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import type { Operation } from '../api-context.ts';
import type { DocumentedRoute } from '../route-table.ts';

export type OpenApi = {
  openapi: string;
  info: Record<string, unknown>;
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, unknown>; [part: string]: unknown };
  [member: string]: unknown;
};

/** Errors that any route with access control can return. */
const EVERYWHERE: ErrorCode[] = ['unauthorized', 'forbidden', 'internal', 'redis_unavailable'];
/** Errors of any route with a body. */
const OF_BODIES: ErrorCode[] = ['validation_failed', 'malformed_json', 'body_too_large', 'unsupported_media_type'];

const problemSchema = z.looseObject({
  type: z.string().meta({ format: 'uri-reference' }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional().meta({ description: 'X-Request-Id: find this request in the API log by it' }),
});

/** OpenAPI 3.1. `version` is the package's. */
export function describeApi(routes: DocumentedRoute[], schemas: Record<string, z.ZodType>, version: string): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const template = route.path.replace(/:([A-Za-z]+)/g, '{$1}');
    paths[template] ??= {};
    paths[template][route.method.toLowerCase()] = describeOperation(route, template);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'livestream-scheduler',
      version,
      description: 'Puts Zoom meetings and webinars on air and off air on time.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: componentsOf({ ...schemas, Problem: problemSchema }),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key; not needed while API_KEYS is not set' },
      },
    },
  };
}

function describeOperation({ method, operation, limited }: DocumentedRoute, path: string): Record<string, unknown> {
  const { id, summary, tag, description, body, success, otherSuccess, errors = [] } = operation;
  // Every route of /v1 rejects unknown query parameters.
  const ofQuery: ErrorCode[] = path.startsWith('/v1/') ? ['validation_failed'] : [];
  const ofRate: ErrorCode[] = limited ? ['too_many_requests'] : [];
  const possible = [...ofQuery, ...errors, ...(method === 'GET' ? [] : OF_BODIES), ...ofRate, ...EVERYWHERE];
  const named = [...path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
  return {
    ...{ operationId: id, summary, tags: [tag] },
    ...(description && { description }),
    parameters: [...named, ...(operation.parameters ?? [])],
    ...(body && {
      requestBody: {
        required: body.required ?? false,
        content: Object.fromEntries(
          (body.contentTypes ?? ['application/json']).map((type) => [
            type,
            { schema: ref(body.schema), example: body.example },
          ]),
        ),
      },
    }),
    responses: {
      [success.status]: describeSuccess(success),
      ...(otherSuccess && { [otherSuccess.status]: describeSuccess({ ...success, ...otherSuccess }) }),
      ...describeErrors(possible),
    },
  };
}

function describeSuccess({
  status,
  description,
  schema,
  contentType,
  headers,
}: Operation['success']): Record<string, unknown> {
  const type = contentType ?? 'application/json';
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, what]) => [name, { description: what, schema: { type: 'string' } }]),
      ),
    }),
    ...(status !== 204 && status !== 304 && { content: { [type]: schema ? { schema: ref(schema) } : {} } }),
  };
}

function describeErrors(codes: ErrorCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      { description: names.join(', '), content: { 'application/problem+json': { schema: ref('Problem') } } },
    ]),
  );
}

function componentsOf(schemas: Record<string, z.ZodType>): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const described = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(described.schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}

function ref(schema: string): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}
