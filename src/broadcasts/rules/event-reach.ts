import type { ZoomEvent } from '../zoom-event.ts';

/** Which unfinished broadcasts of a meeting an event can affect. */
export type Reach =
  /** Those that have started, by their start time. */
  | { kind: 'begun' }
  /** Those that start from `from` to `to`, both inclusive, ms; null: without end. */
  | { kind: 'between'; from: number | null; to: number | null; latestFirst: boolean };

/** A broadcast this close to a start of the meeting belongs to it, ms: all occurrences share one number. */
export const BELONGS_WITHIN_MS = 12 * 3_600_000;

/** How far from a moved meeting to search for broadcasts that did not move with it, ms. */
const LEFT_BEHIND_MS = 31 * 24 * 3_600_000;

/**
 * What an event can affect; null: no broadcast. Only an event about the meeting as a whole reaches every planned broadcast. Any other costs
 * the same whether the meeting has two planned broadcasts or three thousand.
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

/** For a move to a later time, start with the last broadcast, so that each finds its new time free. */
function wholeMeeting({ what, movedFrom, movedTo, since }: ZoomEvent): Reach {
  // Nothing moved: the event only says something about the meeting.
  if (what === 'updated' && movedTo === null) return { kind: 'begun' };
  const latestFirst = movedFrom !== null && movedTo !== null && movedTo > movedFrom;
  // A broadcast that did not follow earlier moves may start before it.
  return { kind: 'between', from: since === undefined ? null : since - LEFT_BEHIND_MS, to: null, latestFirst };
}

/** A broadcast that did not move with its occurrence is at the original time. */
function around(occurrenceAt: number, occurrenceId = occurrenceAt): Reach {
  const first = Math.abs(occurrenceId - occurrenceAt) <= LEFT_BEHIND_MS ? occurrenceId : occurrenceAt;
  return {
    kind: 'between',
    from: Math.min(occurrenceAt, first) - BELONGS_WITHIN_MS,
    to: Math.max(occurrenceAt, first) + BELONGS_WITHIN_MS,
    latestFirst: false,
  };
}
