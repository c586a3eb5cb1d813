/** Which broadcasts are meant: one table of fields for the list, bulk actions, the library and the command line. */

import { z } from 'zod';
import { BROADCAST_STATUSES, type BroadcastStatus } from '../broadcasts/broadcast.ts';
import type { BroadcastFilter } from '../broadcasts/store/listing.ts';
import { meetingDigits } from '../meeting-number.ts';
import { meetingId, must } from './broadcast-schema.ts';
import { ACCOUNT, choice, EXTERNAL_ID, LABEL, MEETING_ID, type TextField, text, time } from './text-fields.ts';

/** As the query of `GET /v1/broadcasts` has them. */
export const FILTER_FIELDS: Record<keyof BroadcastFilter, TextField> = {
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
};

/** A member of a JSON body that is read as the query parameter of its name is. */
function asInQuery({ read, expected, schema, description }: TextField) {
  const error = must(expected);
  return z
    .string(error)
    .refine((value) => read(value) !== undefined, error)
    .meta({ ...schema, description });
}

const STATUSES = `one or more of ${BROADCAST_STATUSES.join(', ')}, as an array or separated by commas`;

function statusesIn(value: string | readonly string[]): BroadcastStatus[] | null {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
  const known = BROADCAST_STATUSES.filter((status) => names.includes(status));
  return names.length > 0 && names.every((name) => (known as readonly string[]).includes(name)) ? known : null;
}

const { account, externalId, seriesId, label, from, to } = FILTER_FIELDS;

/** The same filter in a JSON body. */
export const broadcastFilterSchema = z
  .strictObject(
    {
      status: z
        .union([z.array(z.enum(BROADCAST_STATUSES)).min(1), z.string()], must(STATUSES))
        .refine((value) => statusesIn(value) !== null, must(STATUSES))
        .meta({ description: 'One or more, as an array or separated by commas' }),
      meetingId,
      account: asInQuery(account),
      externalId: asInQuery(externalId),
      seriesId: asInQuery(seriesId),
      label: asInQuery(label),
      q: asInQuery({
        ...FILTER_FIELDS.q,
        description: 'Part of the title, meeting number or external id; case does not matter',
      }),
      from: asInQuery(from),
      to: asInQuery(to),
    } satisfies Record<keyof BroadcastFilter, z.ZodType>,
    must('an object'),
  )
  .partial();

/** The checked filter as the store takes it: times in ms, the meeting's digits alone. */
export function filterOf(given: z.infer<typeof broadcastFilterSchema>): BroadcastFilter {
  const { status, meetingId: meeting, from: first, to: last, ...texts } = given;
  const filter: BroadcastFilter = texts;
  if (status !== undefined) filter.status = statusesIn(status) ?? [];
  if (meeting !== undefined) filter.meetingId = meetingDigits(meeting) ?? '';
  if (first !== undefined) filter.from = from.read(first) as number;
  if (last !== undefined) filter.to = to.read(last) as number;
  return filter;
}
