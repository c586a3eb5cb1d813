/** The schemas of responses, for `/openapi.json`: a broadcast has the fields of the contract, in its order. */

import { z } from 'zod';
import { BROADCAST_STATUSES, CLOSE_CAPTIONS, LAYOUTS, ON_DROP, ON_MOVE } from '../broadcasts/broadcast.ts';
import type { HistoryEntry } from '../scheduling/scheduler-port.ts';

export { type BroadcastRepresentation, representBroadcast } from '../broadcasts/view.ts';

const time = z.string().meta({ format: 'date-time' });
const status = z.enum(BROADCAST_STATUSES);

export const broadcastSchema = z.strictObject({
  id: z.string(),
  meetingId: z.string().meta({ pattern: '^[0-9]{1,19}$' }),
  kind: z.enum(['meeting', 'webinar']),
  account: z.string(),
  title: z.string().nullable(),
  startAt: time,
  stopAt: time.nullable(),
  timezone: z.string().nullable(),
  settings: z.strictObject({
    activeSpeakerName: z.boolean().optional(),
    displayName: z.string().optional(),
    layout: z.enum(LAYOUTS).optional(),
    closeCaption: z.enum(CLOSE_CAPTIONS).optional(),
  }),
  destination: z
    .strictObject({ streamUrl: z.string(), pageUrl: z.string(), resolution: z.enum(['720p', '1080p']).optional() })
    .nullable(),
  status,
  reason: z.string().nullable(),
  revision: z.int().meta({ description: 'Increases with every change by a person; the ETag for If-Match contains it' }),
  nextAttemptAt: time.nullable(),
  startedAt: time.nullable(),
  stoppedAt: time.nullable(),
  startLatenessMs: z.number().nullable(),
  stopLatenessMs: z.number().nullable(),
  confirmed: z.boolean().meta({ description: 'Zoom has confirmed that the stream is on' }),
  externalId: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  seriesId: z.string().nullable(),
  startWindow: z.string().nullable().meta({ format: 'duration' }),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), advice: z.string() })),
  onDrop: z.enum(ON_DROP),
  onMove: z.enum(ON_MOVE),
  paused: z
    .strictObject({
      ...{ id: z.string(), since: time, until: time.nullable() },
      ...{ note: z.string().nullable(), by: z.string() },
    })
    .nullable()
    .meta({ description: 'The pause that delays its start' }),
  source: z
    .strictObject({ name: z.string(), uid: z.string() })
    .nullable()
    .meta({ description: 'The source that created it' }),
  createdAt: time,
  updatedAt: time,
});

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
      requestId: z.string().nullable().describe('`X-Request-Id` of the API request that caused it'),
    }),
  ),
});

export type HistoryRepresentation = z.infer<typeof historySchema>['history'][number];

/** One line of the history as the API shows it. */
export function representHistory(entry: HistoryEntry): HistoryRepresentation {
  const { at, type, from, to, by, reason, request, answer, requestId } = entry;
  return {
    at: new Date(at).toISOString(),
    type,
    from,
    to,
    by,
    reason,
    request: request ?? null,
    answer: answer ?? null,
    requestId: requestId ?? null,
  };
}
