/** The query of `GET /v1/broadcasts`: one table defines, checks and documents the parameters. */

import { BROADCAST_STATUSES, type BroadcastStatus } from '../broadcasts/broadcast.ts';
import type { ListQuery } from '../scheduling/scheduler-port.ts';
import { readTime } from '../time/local-time.ts';
import { LABEL_NAME, meetingDigits } from '../validation/broadcast-schema.ts';
import { Issues, show } from '../validation/issues.ts';
import type { Parameter } from './api-context.ts';

const DEFAULT_LIMIT = 50;
const MAX_LISTED = 1_000;
const ORDERS = ['asc', 'desc'];

interface QueryField {
  description: string;
  schema: Record<string, unknown>;
  /** What it must be, for the message. */
  expected: string;
  /** The value, or undefined when it is invalid. */
  read(value: string): unknown;
}

const text = (max: number) => (value: string) =>
  value.length >= 1 && value.length <= max && !/\p{Cc}/u.test(value) ? value : undefined;

const time = (description: string): QueryField => ({
  description,
  schema: { type: 'string', format: 'date-time' },
  expected: 'an ISO 8601 time with an offset such as 2026-12-06T14:00:00Z',
  read: (value) => {
    // A + that was not percent-encoded arrives as a space.
    const written = readTime(value.replace(/ (?=\d{2}:?\d{2}$)/, '+'));
    return written.kind === 'instant' ? written.at : undefined;
  },
});

const FIELDS: Record<keyof ListQuery, QueryField> = {
  status: {
    description: 'One or more, separated by commas or repeated',
    schema: { type: 'array', items: { type: 'string', enum: BROADCAST_STATUSES } },
    expected: `one of ${BROADCAST_STATUSES.join(', ')}`,
    read: (value) => BROADCAST_STATUSES.find((status) => status === value),
  },
  meetingId: {
    description: 'Zoom meeting or webinar number',
    schema: { type: 'string' },
    expected: '1 to 19 digits (spaces and dashes are removed)',
    read: (value) => meetingDigits(value) ?? undefined,
  },
  account: {
    description: 'Name of the Zoom account',
    schema: { type: 'string' },
    expected: '1 to 100 characters',
    read: text(100),
  },
  externalId: {
    description: 'Your own id',
    schema: { type: 'string' },
    expected: '1 to 200 characters',
    read: text(200),
  },
  seriesId: {
    description: 'Id of the series that created them',
    schema: { type: 'string' },
    expected: '1 to 200 characters',
    read: text(200),
  },
  label: {
    description: '`name=value`, or `name` alone for any value',
    schema: { type: 'string' },
    expected: 'a label name of 1 to 63 letters, digits and . _ - /, alone or followed by =value',
    read: (value) => (LABEL_NAME.test(value.split('=', 1)[0] ?? '') && text(264)(value) ? value : undefined),
  },
  q: {
    description:
      'Part of the title, meeting number or external id; case does not matter. One response searches at most 10,000 ' +
      'broadcasts, so it can contain fewer than `limit`, or none, and still have a `nextCursor` to continue with',
    schema: { type: 'string' },
    expected: '1 to 200 characters',
    read: text(200),
  },
  from: time('startAt at or after this time'),
  to: time('startAt before this time'),
  order: {
    description: 'By `startAt`: `asc` earliest first, `desc` latest first',
    schema: { type: 'string', enum: ORDERS, default: 'asc' },
    expected: 'asc or desc',
    read: (value) => ORDERS.find((order) => order === value),
  },
  limit: {
    description: 'Maximum number of broadcasts in one response',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LISTED, default: DEFAULT_LIMIT },
    expected: `a whole number from 1 to ${MAX_LISTED}`,
    read: (value) =>
      /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_LISTED ? Number(value) : undefined,
  },
  cursor: {
    description: '`nextCursor` of the previous response',
    schema: { type: 'string' },
    expected: 'the nextCursor of an earlier response',
    read: text(1_000),
  },
};

/** The same table for `/openapi.json`. */
export function listParameters(): Parameter[] {
  return Object.entries(FIELDS).map(([name, { description, schema }]) => ({ name, in: 'query', description, schema }));
}

type RawQuery = Record<string, string | string[] | undefined>;

/** Reads the query; throws `validation_failed` with every issue. */
export function parseListQuery(raw: unknown): ListQuery {
  const issues = new Issues();
  const query: Record<string, unknown> = { limit: DEFAULT_LIMIT };
  for (const [name, given] of Object.entries(raw as RawQuery)) {
    const values = Array.isArray(given) ? given : [given ?? ''];
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof ListQuery] : undefined;
    if (!field) issues.add(name, `is not a known query parameter; valid: ${Object.keys(FIELDS).join(', ')}`);
    else if (name === 'status') query['status'] = readStatuses(values, field, issues);
    else query[name] = readOne(name, values, field, issues);
  }
  const { from, to } = query as Partial<ListQuery>;
  if (from !== undefined && to !== undefined && to < from)
    issues.add('to', `must not be before from, got ${show((raw as RawQuery)['to'])}`);
  issues.throwIfAny();
  return query as unknown as ListQuery;
}

function readOne(name: string, values: string[], field: QueryField, issues: Issues): unknown {
  const [value = ''] = values;
  if (values.length > 1) issues.add(name, `must be given once, got ${values.length} values`);
  const read = field.read(value);
  if (read === undefined) issues.add(name, `must be ${field.expected}, got ${show(value)}`);
  return read;
}

function readStatuses(values: string[], field: QueryField, issues: Issues): BroadcastStatus[] {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  for (const name of names) {
    if (field.read(name) === undefined) issues.add('status', `must be ${field.expected}, got ${show(name)}`);
  }
  return [...new Set(names)] as BroadcastStatus[];
}

/** For routes without query parameters. Throws `validation_failed`. */
export function refuseQuery(raw: unknown): void {
  const issues = new Issues();
  for (const name of Object.keys(raw as RawQuery))
    issues.add(name, 'is not a known query parameter; this path has none');
  issues.throwIfAny();
}
