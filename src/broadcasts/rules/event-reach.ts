import type { ZoomEvent } from '../zoom-event.ts';

/** Which unfinished broadcasts of a meeting an event can affect. */
export type Reach =
  /** Those that have started, by their start time. */
  | { kind: 'begun' }
  /** Those that start from `from` to `to`, both inclusive, ms; null: without end. */
  | { kind: 'between'; from: number | null; to: number | null; latestFirst: boolean };

/** A broadcast this close to a start of the meeting belongs to it, ms: all occurrences share one number. */
export const BELONGS_WITHIN_MS = 12 * 3_600_000;

/** Broadcasts that stayed when their meeting was moved are searched for this far from it, ms. */
const LEFT_BEHIND_MS = 31 * 24 * 3_600_000;

/**
 * What an event can affect; null: no broadcast at all. Only what concerns the meeting as a whole reaches all that is planned:
 * everything else costs the same whether two broadcasts of the meeting are planned or three thousand.
 */
export function reachOf(event: ZoomEvent): Reach | null {
  switch (event.what) {
    case 'other':
      return null;
    case 'deleted':
    case 'updated':
      return event.occurrenceAt === null ? wholeMeeting(event) : around(event.occurrenceAt, event.occurrenceId);
    default:
      return { kind: 'begun' };
  }
}

/** For a move to a later time the last broadcast goes first, so that each finds its new time free. */
function wholeMeeting({ what, movedFrom, movedTo, since }: ZoomEvent): Reach {
  // Nothing was moved: the event only says something about the meeting.
  if (what === 'updated' && movedTo === null) return { kind: 'begun' };
  const latestFirst = movedFrom !== null && movedTo !== null && movedTo > movedFrom;
  // A broadcast that did not follow earlier moves may start before it.
  return { kind: 'between', from: since === undefined ? null : since - LEFT_BEHIND_MS, to: null, latestFirst };
}

/** A broadcast that stayed when its occurrence was moved lies where that was at first. */
function around(occurrenceAt: number, occurrenceId = occurrenceAt): Reach {
  const first = Math.abs(occurrenceId - occurrenceAt) <= LEFT_BEHIND_MS ? occurrenceId : occurrenceAt;
  return {
    kind: 'between',
    from: Math.min(occurrenceAt, first) - BELONGS_WITHIN_MS,
    to: Math.max(occurrenceAt, first) + BELONGS_WITHIN_MS,
    latestFirst: false,
  };
}
