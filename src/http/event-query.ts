/** The query of `GET /v1/events`. */

import type { IncomingHttpHeaders } from 'node:http';
import { type EventFilter, TYPE_PATTERN } from '../events/event-filter.ts';
import { parseEventId } from '../events/event-id.ts';
import { Issues, show } from '../validation/issues.ts';
import type { Parameter } from './api-context.ts';

export interface EventQuery {
  filter: EventFilter;
  /** Resume after this id; null: from now. */
  after: string | null;
}

const ID_EXPECTED = 'must be an event id, or 0 for everything that is still stored';
const TYPE_EXPECTED = 'must be comma-separated event names such as broadcast.live, series.changed or alert.*';

export const EVENT_PARAMETERS: Parameter[] = [
  {
    name: 'type',
    in: 'query',
    description: 'Event names, comma-separated or repeated; `*` stands for the last part: `broadcast.*,alert.missed`',
    schema: { type: 'string' },
  },
  {
    name: 'broadcastId',
    in: 'query',
    description: 'Only events of this broadcast',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
  {
    name: 'lastEventId',
    in: 'query',
    description: 'For clients that cannot set the header `Last-Event-ID`, which takes precedence',
    schema: { type: 'string' },
  },
  {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'Resume after this event; `0`: from the oldest stored event. Without it: from now',
    schema: { type: 'string' },
  },
];

type RawQuery = Record<string, string | string[] | undefined>;

/** Throws `validation_failed` with every issue. */
export function parseEventQuery(raw: unknown, headers: IncomingHttpHeaders): EventQuery {
  const issues = new Issues();
  const { type, broadcastId, lastEventId, ...unknown } = raw as RawQuery;
  for (const name of Object.keys(unknown))
    issues.add(name, 'is not a known query parameter; valid: type, broadcastId, lastEventId');
  const header = headers['last-event-id'];
  const after = header ? readId('Last-Event-ID', header, issues) : readId('lastEventId', lastEventId, issues);
  const filter = { types: readTypes(type, issues), broadcastId: readBroadcastId(broadcastId, issues) };
  issues.throwIfAny();
  return { filter, after };
}

function readId(name: string, given: string | string[] | undefined, issues: Issues): string | null {
  if (given === undefined || given === '') return null;
  const id = typeof given === 'string' ? parseEventId(given) : null;
  if (id === null) issues.add(name, `${ID_EXPECTED}, got ${show(given)}`);
  return id;
}

function readTypes(given: string | string[] | undefined, issues: Issues): string[] {
  if (given === undefined) return [];
  const types = [given].flat().flatMap((text) => text.split(','));
  for (const type of types)
    if (!TYPE_PATTERN.test(type.trim())) issues.add('type', `${TYPE_EXPECTED}, got ${show(type)}`);
  return types.map((type) => type.trim());
}

function readBroadcastId(given: string | string[] | undefined, issues: Issues): string | null {
  if (given === undefined) return null;
  const fits = typeof given === 'string' && given.length >= 1 && given.length <= 200;
  if (!fits) issues.add('broadcastId', `must be given once, 1 to 200 characters, got ${show(given)}`);
  return fits ? given : null;
}
