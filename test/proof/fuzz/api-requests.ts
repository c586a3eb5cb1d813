import fc from 'fast-check';
import type { OpenApi } from '../../../src/http/docs/openapi.ts';
import { garbage, type JsonSchema, type Resolve, valuesOf } from './schema-values.ts';

export interface Operation {
  operationId: string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema?: JsonSchema }> }>;
}

export interface FuzzedRequest {
  operation: Operation;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Every operation of the document. */
export function operationsOf(document: OpenApi): { method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path },
      operation: operation as Operation,
    })),
  );
}

/** One request of every operation: right ones, nearly right ones and nonsense. `ids` are those of records that exist. */
export function requestsOf(document: OpenApi, ids: () => string[]): fc.Arbitrary<FuzzedRequest[]> {
  const resolve: Resolve = (ref) => document.components.schemas[ref.slice(ref.lastIndexOf('/') + 1)] as JsonSchema;
  return fc.tuple(
    ...operationsOf(document).map(({ method, path, operation }) =>
      fc
        .record({
          id: fc.oneof({ weight: 6, arbitrary: fc.nat().map((n) => pick(ids(), n)) }, names),
          query: queryOf(operation, resolve),
          headers: headersOf(operation, resolve),
          contentType: contentTypes(operation),
          body: bodiesOf(operation, resolve),
        })
        .map(({ id, query, headers, contentType, body }) => ({
          operation,
          method,
          path: path.replace(/\{\w+\}/g, () => id) + query,
          headers: { ...headers, ...(body === undefined ? {} : contentType) },
          body: method === 'GET' ? undefined : body,
        })),
    ),
  );
}

const pick = (list: string[], n: number) => list[n % Math.max(list.length, 1)] ?? 'none';

const names = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map(encode),
  fc.constantFrom(
    '__proto__',
    '%00',
    '%ff',
    '%',
    'x'.repeat(90),
    'x'.repeat(3_000),
    '%2e%2e',
    'batch',
    'bc_0',
    '%F0%9F',
  ),
);

function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function queryOf({ parameters }: Operation, resolve: Resolve): fc.Arbitrary<string> {
  const declared = parameters.filter((parameter) => parameter.in === 'query');
  const one = fc.oneof(
    ...declared.map(({ name, schema }) =>
      valuesOf(schema, resolve, name).map((value) => `${name}=${encode(textOf(value))}`),
    ),
    fc.constantFrom('x=1', '__proto__=1', '=', '&&', '%', 'limit=%00', 'status=a&status=b', 'a[b]=1'),
  );
  const weight = declared.length > 0 ? 3 : 9;
  const some = fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) => `?${parts.join('&')}`);
  return fc.oneof({ weight, arbitrary: fc.constant('') }, some);
}

/** What a header may hold at all: visible Latin-1. */
function headersOf({ parameters }: Operation, resolve: Resolve): fc.Arbitrary<Record<string, string>> {
  const declared = parameters.filter((parameter) => parameter.in === 'header');
  const values = (schema: JsonSchema) =>
    fc.oneof(valuesOf(schema, resolve).map(textOf), fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '"1", "2"', '1', ''));
  const fields = declared.map(({ name, schema }) => [
    name,
    values(schema).map((text) =>
      text
        .replace(/[^\x20-\x7e\xa0-\xff]/g, '')
        .trim()
        .slice(0, 500),
    ),
  ]);
  const some = fc.record(Object.fromEntries(fields), {
    requiredKeys: [],
  });
  return fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, some) as fc.Arbitrary<Record<string, string>>;
}

function contentTypes({ requestBody }: Operation): fc.Arbitrary<Record<string, string>> {
  const right = Object.keys(requestBody?.content ?? { 'application/json': {} });
  const wrong = ['text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data', 'x', ''];
  return fc
    .oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, fc.constantFrom(...wrong))
    .map((type) => ({ 'content-type': type }));
}

function bodiesOf({ requestBody }: Operation, resolve: Resolve): fc.Arbitrary<string | undefined> {
  const broken = fc.constantFrom(
    '',
    '{',
    '[',
    'null',
    '{"a":',
    '\u0000',
    '{"a":1,}',
    '[1e999]',
    '"\\ud800"',
    '\ufeff{}',
  );
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
  const anything = fc.oneof(
    garbage.map((value) => JSON.stringify(value)),
    broken,
  );
  if (!schema) return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, anything);
  return fc.oneof(
    { weight: 12, arbitrary: valuesOf(schema, resolve).map((value) => JSON.stringify(value)) },
    anything,
    fc.constant(undefined),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
