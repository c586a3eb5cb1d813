import { parseObject } from '../json.ts';
import { ApiError, type Problem } from './api-error.ts';
import type { operations } from './api-types.ts';
import { OPERATIONS } from './operations.ts';
import { fetchTransport, type Transport, type TransportAnswer } from './transport.ts';

export type OperationId = keyof typeof OPERATIONS & keyof operations;

type Part<Id extends OperationId, Name extends string> = operations[Id] extends {
  parameters: { [part in Name]?: infer Given };
}
  ? Exclude<Given, undefined>
  : never;
type RequestBody<Id extends OperationId> = operations[Id] extends { requestBody?: infer Given }
  ? Exclude<Given, undefined>
  : never;
/** True also for an optional part. */
type Body<Id extends OperationId> = [RequestBody<Id>] extends [never]
  ? never
  : RequestBody<Id> extends { content: { 'application/json': infer Given } }
    ? Given
    : never;
/** Omitted if the operation has no such part, optional if none of it is required. */
type Input<Name extends string, Given> = [Given] extends [never]
  ? { [part in Name]?: undefined }
  : Record<never, never> extends Given
    ? { [part in Name]?: Given }
    : { [part in Name]: Given };

/** `path`, `query`, `headers` and `body` of an operation, those that it has. */
export type OperationInput<Id extends OperationId> = Input<'path', Part<Id, 'path'>> &
  Input<'query', Part<Id, 'query'>> &
  Input<'headers', Part<Id, 'header'>> &
  Input<'body', Body<Id>>;

type Content<Response> = Response extends { content: { 'application/json': infer Answer } } ? Answer : undefined;
type Success<Responses> = { [Status in keyof Responses & (200 | 201 | 202 | 204)]: Content<Responses[Status]> };
/** The successful answer of an operation. */
export type OperationAnswer<Id extends OperationId> = operations[Id] extends { responses: infer Responses }
  ? Success<Responses>[keyof Success<Responses>]
  : never;

type Method<Id extends OperationId> =
  Record<never, never> extends OperationInput<Id>
    ? (input?: OperationInput<Id>) => Promise<OperationAnswer<Id>>
    : (input: OperationInput<Id>) => Promise<OperationAnswer<Id>>;

/** Operations that answer with one JSON document; use an EventSource to follow events. */
type CallableId = Exclude<OperationId, 'streamEvents' | 'receiveZoomEvent'>;

/** One method per operation of the API. Each rejects with an `ApiError`, or with the transport's error. */
export type LivestreamClient = { [Id in CallableId]: Method<Id> };

export interface ClientOptions {
  /** Base of the API, with or without a path. */
  url: string | URL;
  /** API key. */
  key?: string | null;
  /** Default: the platform's `fetch`. */
  transport?: Transport;
}

interface AnyInput {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A client of the HTTP API, typed from the API description. */
export function createClient(options: ClientOptions): LivestreamClient {
  const methods = Object.entries(OPERATIONS).map(([id, operation]) => [
    id,
    (input: AnyInput = {}) => call(options, operation, input),
  ]);
  return Object.fromEntries(methods) as LivestreamClient;
}

async function call(
  { url, key, transport = fetchTransport }: ClientOptions,
  operation: { method: string; path: string },
  input: AnyInput,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json', ...input.headers };
  if (key) headers['authorization'] = `Bearer ${key}`;
  const body = input.body === undefined ? null : JSON.stringify(input.body);
  if (body !== null) headers['content-type'] = 'application/json';
  const answer = await transport({
    method: operation.method,
    url: addressOf(url, operation.path, input),
    headers,
    body,
  });
  return read(answer);
}

function addressOf(base: string | URL, template: string, { path = {}, query = {} }: AnyInput): URL {
  const filled = template.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(path[name] ?? ''));
  const url = new URL(filled.slice(1), String(base).endsWith('/') ? base : `${base}/`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(one));
  }
  return url;
}

function read({ status, body, retryAfter }: TransportAnswer): unknown {
  if (status === 204) return undefined;
  const value = parseObject(body);
  if (value && status >= 200 && status < 300) return value;
  throw new ApiError(status, typeof value?.['title'] === 'string' ? (value as Problem) : null, retryAfter ?? null);
}
