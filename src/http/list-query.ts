/** The query of `GET /v1/broadcasts`. The library takes the same one. */

import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import type { ListQuery } from '../scheduling/scheduler-port.ts';
import {
  ACCOUNT,
  CURSOR,
  choice,
  EXTERNAL_ID,
  LABEL,
  limit,
  MEETING_ID,
  type QueryField,
  readQuery,
  text,
  time,
} from './query.ts';

export const LIST_FIELDS: Record<keyof ListQuery, QueryField> = {
  status: {
    ...choice('One or more, separated by commas or repeated', BROADCAST_STATUSES),
    schema: { type: 'array', items: { type: 'string', enum: BROADCAST_STATUSES } },
    many: true,
  },
  meetingId: MEETING_ID,
  account: ACCOUNT,
  externalId: EXTERNAL_ID,
  seriesId: text('Id of the series that created them', 200),
  label: LABEL,
  q: text(
    'Part of the title, meeting number or external id; case does not matter. One response searches at most 10,000 ' +
      'broadcasts, so it can contain fewer than `limit`, or none, and still have a `nextCursor` to continue with',
    200,
  ),
  from: time('startAt at or after this time'),
  to: time('startAt before this time'),
  order: choice('By `startAt`: `asc` earliest first, `desc` latest first', ['asc', 'desc'], 'asc'),
  limit: limit('Maximum number of broadcasts in one response', 50),
  cursor: CURSOR,
};

/** Reads the query. Throws `validation_failed` with every issue. */
export function parseListQuery(raw: unknown): ListQuery {
  return readQuery<ListQuery>(raw, LIST_FIELDS);
}
