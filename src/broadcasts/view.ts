import { isoTime } from '../time/iso-time.ts';
import type { Broadcast } from './broadcast.ts';
import { type Pause, pauseOver, viewPaused } from './pause.ts';

/**
 * A broadcast as the outside sees it (contract section 6): times in ISO 8601 UTC, no secrets, nothing internal.
 * @param pauses all pauses that there are now, or those over this broadcast
 */
export function representBroadcast(broadcast: Broadcast, pauses: readonly Pause[]) {
  const { destination } = broadcast;
  const pause = pauseOver(broadcast, pauses);
  return {
    id: broadcast.id,
    meetingId: broadcast.meetingId,
    kind: broadcast.kind,
    account: broadcast.account,
    title: broadcast.title,
    startAt: isoTime(broadcast.startAt),
    stopAt: isoTime(broadcast.stopAt),
    timezone: broadcast.timezone,
    settings: broadcast.settings,
    destination: destination && {
      streamUrl: destination.streamUrl,
      pageUrl: destination.pageUrl,
      ...(destination.resolution ? { resolution: destination.resolution } : {}),
    },
    status: broadcast.status,
    reason: broadcast.reason,
    revision: broadcast.revision,
    nextAttemptAt: isoTime(broadcast.nextAttemptAt),
    startedAt: isoTime(broadcast.startedAt),
    stoppedAt: isoTime(broadcast.stoppedAt),
    startLatenessMs: broadcast.startLatenessMs,
    stopLatenessMs: broadcast.stopLatenessMs,
    confirmed: broadcast.confirmed,
    externalId: broadcast.externalId,
    labels: broadcast.labels,
    seriesId: broadcast.seriesId,
    startWindow: broadcast.startWindow,
    warnings: broadcast.warnings,
    onDrop: broadcast.onDrop,
    onMove: broadcast.onMove,
    paused: pause && viewPaused(pause),
    source: broadcast.source && { name: broadcast.source.name, uid: broadcast.source.uid },
    createdAt: isoTime(broadcast.createdAt),
    updatedAt: isoTime(broadcast.updatedAt),
  };
}

export type BroadcastRepresentation = ReturnType<typeof representBroadcast>;
