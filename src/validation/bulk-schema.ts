/** The body of `POST /v1/broadcasts/bulk`: what is done to which broadcasts. */

import { z } from 'zod';
import type { BroadcastFilter } from '../broadcasts/store/listing.ts';
import { isObject } from '../json.ts';
import { readSignedDuration, type SignedDuration } from '../time/signed-duration.ts';
import { broadcastFilterSchema, filterOf } from './broadcast-filter.ts';
import { must, oneOf } from './broadcast-schema.ts';
import { Issues, inspect } from './issues.ts';
import { readSchema } from './read-schema.ts';

/** One bulk action changes at most as many. */
export const MAX_BULK = 10_000;
export const BULK_ACTIONS = ['cancel', 'start', 'stop', 'retry', 'shift', 'extend'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Farther is a typing error, and a length that dates cannot hold. */
const MAX_DAYS = 366;
const BY = `an ISO 8601 duration other than zero, up to ${MAX_DAYS} days, such as PT15M, P1D or -PT15M`;

function movesBy(text: string): SignedDuration | null {
  const duration = readSignedDuration(text);
  if (!duration) return null;
  const { years, months, weeks, days, clockMs } = duration.length;
  const about = years * 366 + months * 31 + weeks * 7 + days + clockMs / 86_400_000;
  return about <= MAX_DAYS ? duration : null;
}

const ids = z
  .array(z.string(must('an id')).min(1).max(200), must(`an array of 1 to ${MAX_BULK} ids`))
  .min(1, must(`an array of 1 to ${MAX_BULK} ids`))
  .max(MAX_BULK, must(`an array of 1 to ${MAX_BULK} ids`))
  .meta({ description: 'These broadcasts; with other members, those of them that also match all of these' });

export const bulkSchema = z
  .strictObject(
    {
      filter: broadcastFilterSchema
        .extend({ ids: ids.optional() })
        .meta({ description: 'Which broadcasts: all members must match; at least one is needed', minProperties: 1 }),
      action: z.enum(BULK_ACTIONS, must(oneOf(BULK_ACTIONS))),
      by: z
        .string(must(BY))
        .refine((value) => movesBy(value) !== null, must(BY))
        .optional()
        .meta({
          examples: ['PT15M', '-PT15M', 'P1D'],
          description:
            'For `shift`, which moves start and stop, and `extend`, which moves the stop; negative: earlier. Years, months, ' +
            "weeks and days count on the local clock of each broadcast's `timezone` (UTC if it has none)",
        }),
      dryRun: z
        .boolean(must('true or false'))
        .optional()
        .meta({ description: 'Only answer what would happen', default: false }),
      expect: z.int(must('a whole number, 0 or more')).min(0, must('a whole number, 0 or more')).optional().meta({
        description: 'How many broadcasts must match; otherwise 409, and nothing is done. Needed without `dryRun`',
      }),
    },
    must('an object with filter and action'),
  )
  .meta({ title: 'BulkAction' });

/** A bulk action, checked. */
export interface BulkRequest {
  filter: BroadcastFilter;
  /** Only these. */
  ids: string[] | null;
  action: BulkAction;
  /** For `shift` and `extend`. */
  by: SignedDuration | null;
  dryRun: boolean;
  /** Null: not given, and it is a dry run. */
  expect: number | null;
}

/** Throws `validation_failed` with every issue. */
export function parseBulk(input: unknown): BulkRequest {
  const issues = new Issues();
  const request = readSchema(bulkSchema, input, issues);
  if (isObject(input)) checkTogether(input, issues);
  issues.throwIfAny();
  const { filter, action, by, dryRun, expect } = request as z.infer<typeof bulkSchema>;
  const { ids: given, ...others } = filter;
  return {
    filter: filterOf(others),
    ids: given === undefined ? null : [...new Set(given)],
    action,
    by: by === undefined ? null : movesBy(by),
    dryRun: dryRun ?? false,
    expect: expect ?? null,
  };
}

/** What no single field shows. */
function checkTogether(given: Record<string, unknown>, issues: Issues): void {
  const { filter, action, by, dryRun, expect } = given;
  const moves = action === 'shift' || action === 'extend';
  if (moves && by === undefined) issues.add('by', `must be ${BY} when the action is ${inspect(action)}, got nothing`);
  const isOther = (BULK_ACTIONS as readonly unknown[]).includes(action) && !moves;
  if (isOther && by !== undefined)
    issues.add('by', `must be left out when the action is ${inspect(action)}, got ${inspect(by)}`);
  if (expect === undefined && dryRun !== true) {
    issues.add('expect', 'must be the number of broadcasts that a dry run matched, unless dryRun is true, got nothing');
  }
  if (!isObject(filter)) return;
  if (Object.keys(filter).length === 0) issues.add('filter', 'must have at least one member, got {}');
  const { from, to } = filter;
  if (typeof from !== 'string' || typeof to !== 'string') return;
  if (Date.parse(to) < Date.parse(from)) issues.add('filter.to', `must not be before from, got ${inspect(to)}`);
}
