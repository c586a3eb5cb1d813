/** Reads all query strings: a table of fields defines, validates and documents the parameters of a route. */

import { isTimezone } from '../time/local-time.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { type TextField, text } from '../validation/text-fields.ts';
import type { Parameter } from './api-context.ts';

export const MAX_LISTED = 1_000;

type Fields<Query> = { [Name in keyof Required<Query>]: TextField };
type RawQuery = Record<string, string | string[] | undefined>;

/** Reads the query of a request. Throws `validation_failed` with every issue, including those the caller found before. */
export function readQuery<Query extends object>(raw: unknown, fields: Fields<Query>, issues = new Issues()): Query {
  const given = raw as RawQuery;
  const known: Record<string, TextField> = fields;
  const query: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(known)) if ('default' in schema) query[name] = schema['default'];
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    if (field) query[name] = readField(name, [value ?? ''].flat(), field, issues);
    else issues.add(name, `is not a known query parameter; ${validNames(Object.keys(known))}`);
  }
  const { from, to } = query;
  if (typeof from === 'number' && typeof to === 'number' && to < from)
    issues.add('to', `must not be before from, got ${inspect(given['to'])}`);
  issues.throwIfAny();
  return query as Query;
}

function validNames(names: string[]): string {
  return names.length === 0 ? 'this path has none' : `valid: ${names.join(', ')}`;
}

function readField(name: string, values: string[], field: TextField, issues: Issues): unknown {
  const read = (value: string) => {
    const found = field.read(value);
    if (found === undefined) issues.add(name, `must be ${field.expected}, got ${inspect(value)}`);
    return found;
  };
  if (field.many) return [...new Set(values.flatMap((value) => value.split(',')).map((item) => read(item.trim())))];
  if (values.length > 1) issues.add(name, `must be given once, got ${values.length} values`);
  return read(values[0] ?? '');
}

/** Documents the same table for `/openapi.json`. */
export function parametersOf(fields: Record<string, TextField>): Parameter[] {
  return Object.entries(fields).map(([name, { description, schema }]) => ({ name, in: 'query', description, schema }));
}

export const flag = (description: string): TextField => ({
  description,
  schema: { type: 'boolean', default: false },
  expected: 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
});

export const limit = (description: string, byDefault: number): TextField => ({
  description,
  schema: { type: 'integer', minimum: 1, maximum: MAX_LISTED, default: byDefault },
  expected: `a whole number from 1 to ${MAX_LISTED}`,
  read: (value) => (/^\d{1,4}$/.test(value) && +value >= 1 && +value <= MAX_LISTED ? +value : undefined),
});

export const timezone = (description: string): TextField => ({
  description,
  schema: { type: 'string', default: 'UTC' },
  expected: 'an IANA time zone such as Europe/Berlin',
  read: (value) => (isTimezone(value) ? value : undefined),
});

export const CURSOR: TextField = {
  ...text('`nextCursor` of the previous response', 1_000),
  expected: 'the nextCursor of an earlier response',
};
