import type { Broadcast } from './broadcast.ts';
import type { DecisionBuilder, Snapshot } from './decision.ts';
import type { Observation } from './observation.ts';
import { warn } from './warn.ts';

/**
 * A meeting that was moved in Zoom (`onMove`): the broadcast follows, or keeps its time and says so. Followed are the times
 * as they lie to the meeting: a broadcast that begins five minutes after its meeting does so afterwards, too, and is as long.
 */

/** A broadcast this near to a start of the meeting belongs to it, ms: recurring meetings have one number for all. */
const BELONGS_WITHIN_MS = 12 * 3_600_000;

/**
 * What `meeting.updated` with a new start changes. Events come late and out of order: one that is older than the plan, which
 * a person or a later event has made, changes nothing (rule 14).
 * @param mayFollow false when the new times are taken by another broadcast of the meeting
 */
export function meetingMoved(
  builder: DecisionBuilder,
  snapshot: Snapshot,
  seen: Observation,
  mayFollow: boolean,
): boolean {
  const { broadcast, now } = snapshot;
  const shift = shiftOf(snapshot, seen);
  if (broadcast.status !== 'scheduled' || shift === null || shift === 0 || seen.at <= broadcast.plannedAt) return false;
  if (broadcast.onMove === 'follow' && mayFollow && broadcast.startAt + shift > now) {
    follow(builder, shift, seen);
    return true;
  }
  const to = new Date(broadcast.startAt + shift).toISOString();
  return warn(builder, {
    code: 'meeting_moved',
    message: `the meeting was moved in Zoom: this broadcast would begin at ${to}; it was not moved`,
    advice: whatToDo(broadcast, mayFollow),
  });
}

/** How far the meeting of this broadcast was moved, ms; null when another occurrence was, or nobody can tell. */
function shiftOf({ broadcast, neighbours }: Snapshot, seen: Observation): number | null {
  if (seen.movedTo === null) return null;
  const from = seen.occurrenceAt ?? seen.movedFrom;
  if (from !== null) return Math.abs(broadcast.startAt - from) < BELONGS_WITHIN_MS ? seen.movedTo - from : null;
  // Without the old time only a meeting's only broadcast is known to be meant.
  return neighbours.some(({ id }) => id !== broadcast.id) ? null : seen.movedTo - broadcast.startAt;
}

function follow(builder: DecisionBuilder, shift: number, seen: Observation): void {
  const next = builder.next;
  next.startAt += shift;
  next.startBefore += shift;
  if (next.stopAt !== null) next.stopAt += shift;
  next.plannedAt = seen.at;
  next.revision += 1;
  next.wake = 0;
  next.configured = false;
  next.nextAttemptAt = null;
  next.alerted = [];
  next.warnings = next.warnings.filter(({ code }) => code !== 'meeting_moved');
  builder.note('changed', 'the meeting was moved in Zoom, and the broadcast with it', {
    request: {
      startAt: new Date(next.startAt).toISOString(),
      stopAt: next.stopAt === null ? null : new Date(next.stopAt).toISOString(),
    },
  });
}

function whatToDo({ onMove }: Broadcast, mayFollow: boolean): string {
  if (onMove === 'warn') return 'Reschedule the broadcast if it shall follow.';
  return mayFollow
    ? 'The new time is past: reschedule the broadcast.'
    : 'Another broadcast of this meeting has that time: reschedule one of them.';
}
