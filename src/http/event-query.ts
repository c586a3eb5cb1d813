/** The query of `GET /v1/events`. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Limits } from '../broadcasts/limits.ts';
import { type EventFilter, TYPE_PATTERN } from '../events/event-filter.ts';
import { parseEventId } from '../events/event-id.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { text } from '../validation/text-fields.ts';
import type { Parameter } from './api-context.ts';
import { parametersOf, readQuery } from './query.ts';

export interface EventQuery {
  filter: EventFilter;
  /** Resume after this id; null: start now. */
  after: string | null;
}

const ID_EXPECTED = 'an event id, or 0 for everything that is still stored';

const FIELDS = {
  type: {
    description: 'Event names, comma-separated or repeated; `*` stands for the last part: `broadcast.*,alert.missed`',
    schema: { type: 'string' },
    expected: 'comma-separated event names such as broadcast.live, series.changed or alert.*',
    read: (value: string) => (TYPE_PATTERN.test(value) ? value : undefined),
    many: true as const,
  },
  broadcastId: text('Only events of this broadcast', 200),
  lastEventId: {
    description: 'For clients that cannot set the header `Last-Event-ID`, which takes precedence',
    schema: { type: 'string' },
    expected: ID_EXPECTED,
    read: (value: string) => (value === '' ? null : (parseEventId(value) ?? undefined)),
  },
};

export const EVENT_PARAMETERS: Parameter[] = [
  ...parametersOf(FIELDS),
  {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'Resume after this event; `0`: from the oldest stored event. Without it: from now',
    schema: { type: 'string' },
  },
];

type Given = { type?: string[]; broadcastId?: string; lastEventId?: string | null };

/** Throws `validation_failed` with every issue. */
export function parseEventQuery(raw: unknown, headers: IncomingHttpHeaders, limits: Limits | null = null): EventQuery {
  const issues = new Issues();
  const header = headers['last-event-id'];
  const after = typeof header === 'string' && header !== '' ? parseEventId(header) : undefined;
  if (after === null) issues.add('Last-Event-ID', `must be ${ID_EXPECTED}, got ${inspect(header)}`);
  const { type = [], broadcastId = null, lastEventId = null } = readQuery<Given>(raw, FIELDS, issues);
  return { filter: { types: type, broadcastId, limits }, after: after ?? lastEventId };
}
