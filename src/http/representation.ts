/** The schemas of responses, for `/openapi.json`, and the functions that fill them. */

import { z } from 'zod';
import { BROADCAST_STATUSES, type Broadcast } from '../broadcasts/broadcast.ts';
import type { HistoryEntry } from '../broadcasts/decision.ts';
import type { Pause } from '../broadcasts/pause.ts';
import { representBroadcast as view } from '../broadcasts/view.ts';
import type { BulkAnswer } from '../scheduling/bulk.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { isoTime } from '../time/iso-time.ts';
import { broadcastSchema } from '../validation/broadcast-schema.ts';

export type BroadcastRepresentation = z.infer<typeof broadcastSchema>;
/** A broadcast as the API returns it. */
export const representBroadcast: (broadcast: Broadcast, pauses: readonly Pause[]) => BroadcastRepresentation = view;

/** Several broadcasts, with the current pauses. */
export async function representAll(
  scheduler: Pick<Scheduler, 'pauses'>,
  broadcasts: readonly Broadcast[],
): Promise<BroadcastRepresentation[]> {
  const pauses = await scheduler.pauses();
  return broadcasts.map((broadcast) => representBroadcast(broadcast, pauses));
}

const time = z.string().meta({ format: 'date-time' });
const status = z.enum(BROADCAST_STATUSES);

export const broadcastsSchema = z.strictObject({ broadcasts: z.array(broadcastSchema) });
export const broadcastPageSchema = z.strictObject({
  broadcasts: z.array(broadcastSchema),
  nextCursor: z.string().nullable(),
});

export const historySchema = z.strictObject({
  history: z.array(
    z.strictObject({
      at: time,
      type: z.string(),
      from: status.nullable(),
      to: status.nullable(),
      by: z.string(),
      reason: z.string().nullable(),
      request: z.unknown(),
      answer: z.unknown(),
      before: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Of a changed plan: the former value of each field in `request`'),
      requestId: z.string().nullable().describe('`X-Request-Id` of the API request that caused it'),
    }),
  ),
});

export type HistoryRepresentation = z.infer<typeof historySchema>['history'][number];

/** One line of the history as the API returns it. */
export function representHistory(entry: HistoryEntry): HistoryRepresentation {
  const { at, type, from, to, by, reason, request, answer, before, requestId } = entry;
  return {
    at: isoTime(at),
    type,
    from,
    to,
    by,
    reason,
    request: request ?? null,
    answer: answer ?? null,
    ...(before ? { before } : {}),
    requestId: requestId ?? null,
  };
}

const bulkState = z.strictObject({ status, reason: z.string().nullable(), startAt: time, stopAt: time.nullable() });

export const bulkAnswerSchema = z.strictObject({
  matched: z.int().describe('How many match; those that are neither changed nor refused needed nothing'),
  changed: z
    .array(z.strictObject({ id: z.string(), before: bulkState, after: bulkState }))
    .describe('In order of startAt'),
  refused: z
    .array(z.strictObject({ id: z.string(), code: z.string(), detail: z.string() }))
    .describe('In order of startAt; `ids` that do not exist come last. The codes are those of the errors'),
  dryRun: z.boolean().describe('Nothing was changed'),
});

export type BulkRepresentation = z.infer<typeof bulkAnswerSchema>;

/** The result of a bulk action as the API returns it. */
export function representBulk({ matched, changed, refused, dryRun }: BulkAnswer): BulkRepresentation {
  const state = ({ status: is, reason, startAt, stopAt }: BulkAnswer['changed'][number]['before']) => ({
    status: is,
    reason,
    startAt: isoTime(startAt),
    stopAt: isoTime(stopAt),
  });
  return {
    matched,
    changed: changed.map(({ id, before, after }) => ({ id, before: state(before), after: state(after) })),
    refused,
    dryRun,
  };
}
