/** The query of `GET /v1/broadcasts`. The library uses the same one. */

import type { ListQuery } from '../broadcasts/store/listing.ts';
import { FILTER_FIELDS } from '../validation/broadcast-filter.ts';
import { choice, type TextField } from '../validation/text-fields.ts';
import { CURSOR, limit, readQuery } from './query.ts';

export const LIST_FIELDS: Record<Exclude<keyof ListQuery, 'limits'>, TextField> = {
  ...FILTER_FIELDS,
  order: choice('By `startAt`: `asc` earliest first, `desc` latest first', ['asc', 'desc'], 'asc'),
  limit: limit('Maximum number of broadcasts in one response', 50),
  cursor: CURSOR,
};

/** Reads the query. Throws `validation_failed` with every issue. */
export function parseListQuery(raw: unknown): ListQuery {
  return readQuery<Omit<ListQuery, 'limits'>>(raw, LIST_FIELDS);
}
