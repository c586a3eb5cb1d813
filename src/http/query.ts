/** The one reader of query strings: a table of fields defines, checks and documents the parameters of a route. */

import { isTimezone, readTime } from '../time/local-time.ts';
import { LABEL_NAME, meetingDigits } from '../validation/broadcast-schema.ts';
import { Issues, show } from '../validation/issues.ts';
import type { Parameter } from './api-context.ts';

export const MAX_LISTED = 1_000;

export interface QueryField {
  description: string;
  /** JSON Schema; its `default` is the value when the parameter is left out. */
  schema: Record<string, unknown>;
  /** What it must be, for the message. */
  expected: string;
  /** The value, or undefined when it is invalid. */
  read(value: string): unknown;
  /** Read as a list: values separated by commas, or the parameter repeated. */
  many?: true;
}

type Fields<Query> = { [Name in keyof Required<Query>]: QueryField };
type RawQuery = Record<string, string | string[] | undefined>;

/** Reads the query of a request. Throws `validation_failed` with every issue, also those the caller has found before. */
export function readQuery<Query extends object>(raw: unknown, fields: Fields<Query>, issues = new Issues()): Query {
  const given = raw as RawQuery;
  const known: Record<string, QueryField> = fields;
  const query: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(known)) if ('default' in schema) query[name] = schema['default'];
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    if (field) query[name] = readField(name, [value ?? ''].flat(), field, issues);
    else issues.add(name, `is not a known query parameter; ${validNames(Object.keys(known))}`);
  }
  const { from, to } = query;
  if (typeof from === 'number' && typeof to === 'number' && to < from)
    issues.add('to', `must not be before from, got ${show(given['to'])}`);
  issues.throwIfAny();
  return query as Query;
}

/** For routes without query parameters. Throws `validation_failed`. */
export function refuseQuery(raw: unknown): void {
  readQuery(raw, {});
}

function validNames(names: string[]): string {
  return names.length === 0 ? 'this path has none' : `valid: ${names.join(', ')}`;
}

function readField(name: string, values: string[], field: QueryField, issues: Issues): unknown {
  const read = (value: string) => {
    const found = field.read(value);
    if (found === undefined) issues.add(name, `must be ${field.expected}, got ${show(value)}`);
    return found;
  };
  if (field.many) return [...new Set(values.flatMap((value) => value.split(',')).map((item) => read(item.trim())))];
  if (values.length > 1) issues.add(name, `must be given once, got ${values.length} values`);
  return read(values[0] ?? '');
}

/** The same table for `/openapi.json`. */
export function parametersOf(fields: Record<string, QueryField>): Parameter[] {
  return Object.entries(fields).map(([name, { description, schema }]) => ({ name, in: 'query', description, schema }));
}

export const text = (description: string, max: number): QueryField => ({
  description,
  schema: { type: 'string', minLength: 1, maxLength: max },
  expected: `1 to ${max} characters without control characters`,
  read: (value) => (value.length >= 1 && value.length <= max && !/\p{Cc}/u.test(value) ? value : undefined),
});

export const choice = (description: string, values: readonly string[], byDefault?: string): QueryField => ({
  description,
  schema: { type: 'string', enum: values, ...(byDefault !== undefined && { default: byDefault }) },
  expected: `one of ${values.join(', ')}`,
  read: (value) => values.find((one) => one === value),
});

export const flag = (description: string): QueryField => ({
  description,
  schema: { type: 'boolean', default: false },
  expected: 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
});

export const limit = (description: string, byDefault: number): QueryField => ({
  description,
  schema: { type: 'integer', minimum: 1, maximum: MAX_LISTED, default: byDefault },
  expected: `a whole number from 1 to ${MAX_LISTED}`,
  read: (value) => (/^\d{1,4}$/.test(value) && +value >= 1 && +value <= MAX_LISTED ? +value : undefined),
});

export const time = (description: string): QueryField => ({
  description,
  schema: { type: 'string', format: 'date-time' },
  expected: 'an ISO 8601 time with an offset such as 2026-12-06T14:00:00Z',
  read: (value) => {
    // A + that was not percent-encoded arrives as a space.
    const written = readTime(value.replace(/ (?=\d{2}:?\d{2}$)/, '+'));
    return written.kind === 'instant' ? written.at : undefined;
  },
});

export const timezone = (description: string): QueryField => ({
  description,
  schema: { type: 'string', default: 'UTC' },
  expected: 'an IANA time zone such as Europe/Berlin',
  read: (value) => (isTimezone(value) ? value : undefined),
});

/** Filters that several lists share. */
export const MEETING_ID: QueryField = {
  description: 'Zoom meeting or webinar number',
  schema: { type: 'string' },
  expected: '1 to 19 digits (spaces and dashes are removed)',
  read: (value) => meetingDigits(value) ?? undefined,
};
export const ACCOUNT = text('Name of the Zoom account', 100);
export const EXTERNAL_ID = text('Your own id', 200);
const anyLabel = text('', 264);
export const LABEL: QueryField = {
  description: '`name=value`, or `name` alone for any value',
  schema: { type: 'string' },
  expected: 'a label name of 1 to 63 letters, digits and . _ - /, alone or followed by =value',
  read: (value) => (LABEL_NAME.test(value.split('=', 1)[0] ?? '') ? anyLabel.read(value) : undefined),
};
export const CURSOR: QueryField = {
  ...text('`nextCursor` of the previous response', 1_000),
  expected: 'the nextCursor of an earlier response',
};
