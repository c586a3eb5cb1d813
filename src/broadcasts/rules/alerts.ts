import type { Broadcast } from '../broadcast.ts';

/** A start more than this late raises `alert.late_start`, ms (rule 13). */
export const LATE_START_MS = 30_000;
/** A start accepted but not confirmed within this raises `alert.unconfirmed`, ms (rule 13). */
export const UNCONFIRMED_MS = 60_000;
/** A stop more than this late raises `alert.late_stop`, ms (rule 13). */
export const LATE_STOP_MS = 60_000;

/** `"Sunday service" (meeting 68423085)`: how an alert names a broadcast. */
export function nameOf({ title, kind, meetingId }: Broadcast): string {
  return title ? `"${title}" (${kind} ${meetingId})` : `${kind} ${meetingId}`;
}

/** @param latenessMs of the start that has left */
export function lateStartMessage(broadcast: Broadcast, latenessMs: number): string {
  return `${nameOf(broadcast)} was due at ${new Date(broadcast.startAt).toISOString()} and went live ${seconds(latenessMs)} late`;
}

/** @param latenessMs of the stop that has left */
export function lateStopMessage(broadcast: Broadcast, latenessMs: number): string {
  return `${nameOf(broadcast)} went off air ${seconds(latenessMs)} late`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** A start that a pause held back is late from the end of the pause on. */
export function dueSince({ startAt, releasedAt }: Pick<Broadcast, 'startAt' | 'releasedAt'>): number {
  return Math.max(startAt, releasedAt ?? startAt);
}
