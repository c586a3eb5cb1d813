import type { Broadcast } from '../broadcast.ts';
import type { MeetingState } from '../decision.ts';
import type { ZoomEvent } from '../zoom-event.ts';

/** Finds the plan that a Zoom event belongs to: events come late, and all occurrences of a recurring meeting share one number. */

/** Zoom's starts are whole seconds, so starts within one second are equal, ms. */
const SAME_START_MS = 999;
/** A broadcast may begin this much before its occurrence, but by at most half its length, ms. */
const MAX_LEAD_MS = 30 * 60_000;
/** Assumed length of an occurrence when Zoom does not give it, ms. */
const USUAL_LENGTH_MS = 3_600_000;

/**
 * When a person made this plan (ms). An older event is about an earlier plan and changes nothing (rule 14). The comparison allows no
 * tolerance, although clocks differ by some ms: the preflight, or Zoom's answer to the start, makes up for an event missed that way, but
 * an event believed wrongly ends the broadcast.
 */
export function planMadeAt({ plannedAt, createdAt }: Broadcast): number {
  // Records of earlier builds have no `plannedAt`.
  return Math.max(plannedAt, createdAt);
}

/** The last proof (ms) that Zoom had this meeting: an earlier deletion was undone. */
export function lastKnownAt({ existsAt, runningAt, streamAt, streamSource }: MeetingState): number {
  return Math.max(existsAt, runningAt, streamSource === 'event' ? streamAt : 0);
}

/** The start of the broadcast, and its start if it had moved with its meeting. */
const startsOf = ({ startAt, movedBy }: Broadcast) => [startAt, startAt + movedBy];

function anchorsOf({ occurrenceAt, occurrenceId }: ZoomEvent): number[] {
  return [occurrenceAt, occurrenceId].filter((at) => at !== null && at !== undefined);
}

/** Whether the broadcast begins with this occurrence. */
export function beginsWithOccurrence(broadcast: Broadcast, event: ZoomEvent): boolean {
  return startsOf(broadcast).some((start) => anchorsOf(event).some((at) => Math.abs(start - at) <= SAME_START_MS));
}

/** Whether the broadcast belongs to this occurrence: it begins during the occurrence, or a little before. */
export function isOfOccurrence(broadcast: Broadcast, event: ZoomEvent): boolean {
  const lasts = Math.max(event.lasts ?? USUAL_LENGTH_MS, SAME_START_MS);
  const lead = Math.min(MAX_LEAD_MS, lasts / 2);
  const lies = (start: number, at: number) => start >= at - lead && start < at + lasts;
  return startsOf(broadcast).some((start) => anchorsOf(event).some((at) => lies(start, at)));
}

/** Whether a change of all starts, or of those from `since` on, includes the start of this broadcast. */
export function isOfWhole(broadcast: Broadcast, { since }: ZoomEvent): boolean {
  return since === undefined || startsOf(broadcast).some((start) => start >= since - SAME_START_MS);
}
