import { isoTime } from '../../time/iso-time.ts';
import type { Broadcast } from '../broadcast.ts';
import type { DecisionBuilder, Snapshot } from '../decision.ts';
import type { ZoomEvent } from '../zoom-event.ts';
import { BELONGS_WITHIN_MS } from './event-reach.ts';
import { warn } from './warn.ts';
import { isOfOccurrence, isOfWhole, planMadeAt } from './whose-event.ts';

/**
 * A meeting that was moved in Zoom (`onMove`): the broadcast follows, or keeps its time and warns. It keeps its
 * distance to the meeting and its length: one that starts five minutes after its meeting still does so after the move.
 */

/** How many moves of one plan to remember. */
const MAX_MOVES = 50;

/**
 * What `meeting.updated` with a new start changes. Events come late, twice and out of order. Each is applied once, unless it is older than
 * the last plan by a person. Each says how far the meeting moved, so the order does not matter.
 * @param mayFollow false: another broadcast of the meeting occupies the new times
 */
export function meetingMoved(
  builder: DecisionBuilder,
  snapshot: Snapshot,
  event: ZoomEvent,
  mayFollow: boolean,
): boolean {
  const { broadcast, now } = snapshot;
  const shift = shiftOf(snapshot, event);
  if (broadcast.status !== 'scheduled' || shift === null || shift === 0) return false;
  const stamp = event.stamp ?? event.at;
  if (event.at <= planMadeAt(broadcast) || broadcast.movesSeen.includes(stamp)) return false;
  const { next } = builder;
  next.movesSeen = [...broadcast.movesSeen, stamp].slice(-MAX_MOVES);
  next.movedBy += shift;
  next.warnings = next.warnings.filter(({ code }) => code !== 'meeting_moved');
  const to = broadcast.startAt + next.movedBy;
  if (broadcast.onMove === 'follow' && mayFollow && to > now) follow(builder);
  else if (next.movedBy !== 0)
    warn(builder, {
      code: 'meeting_moved',
      message: `the meeting was moved in Zoom to ${isoTime(to)}; this broadcast was not moved`,
      advice: whatToDo(broadcast, mayFollow),
    });
  return true;
}

/** How far the meeting of this broadcast was moved, ms; null when another occurrence was moved, or it cannot be determined. */
function shiftOf({ broadcast, siblings }: Snapshot, event: ZoomEvent): number | null {
  if (event.movedTo === null) return null;
  if (event.occurrenceAt !== null) return isOfOccurrence(broadcast, event) ? event.movedTo - event.occurrenceAt : null;
  if (event.whole && event.movedFrom !== null)
    return isOfWhole(broadcast, event) ? event.movedTo - event.movedFrom : null;
  const alone = !siblings.some(({ id }) => id !== broadcast.id);
  const from = event.movedFrom ?? (alone ? broadcast.startAt : null);
  if (from === null) return null;
  return alone || Math.abs(broadcast.startAt - from) < BELONGS_WITHIN_MS ? event.movedTo - from : null;
}

function follow(builder: DecisionBuilder): void {
  const next = builder.next;
  const before = timesOf(next);
  next.startAt += next.movedBy;
  next.startBefore += next.movedBy;
  if (next.stopAt !== null) next.stopAt += next.movedBy;
  next.movedBy = 0;
  next.revision += 1;
  next.wake = 0;
  next.configured = false;
  next.nextAttemptAt = null;
  next.alerted = [];
  builder.note('changed', 'the meeting was moved in Zoom, and the broadcast was moved with it', {
    ...{ request: timesOf(next), before },
  });
}

/** In the form the history shows. */
function timesOf({ startAt, stopAt }: Broadcast) {
  return {
    startAt: isoTime(startAt),
    stopAt: isoTime(stopAt),
  };
}

function whatToDo({ onMove }: Broadcast, mayFollow: boolean): string {
  if (onMove === 'warn') return 'Reschedule the broadcast if it should move too.';
  return mayFollow
    ? 'The new time is in the past: reschedule the broadcast.'
    : 'Another broadcast of this meeting overlaps that time: reschedule one of them.';
}
