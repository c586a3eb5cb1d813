import type { Observation } from './observation.ts';

/** Which unfinished broadcasts of a meeting an event can affect. */
export type Reach =
  /** Those that have begun, by their start time. */
  | { kind: 'begun' }
  /** Those that start from `from` to `to`, both inclusive, ms; null: without end. */
  | { kind: 'between'; from: number | null; to: number | null; latestFirst: boolean };

/** A broadcast this near to a start of the meeting belongs to it, ms: recurring meetings have one number for all. */
export const BELONGS_WITHIN_MS = 12 * 3_600_000;

/**
 * What an event can affect; null: no broadcast at all. Only what concerns the meeting as a whole reaches all that is planned:
 * everything else costs the same whether two broadcasts of the meeting are planned or three thousand.
 */
export function reachOf(seen: Observation): Reach | null {
  switch (seen.what) {
    case 'other':
      return null;
    case 'deleted':
    case 'updated':
      return seen.occurrenceAt === null ? wholeMeeting(seen) : around(seen.occurrenceAt);
    default:
      return { kind: 'begun' };
  }
}

/** Moved to a later time, the last broadcast goes first: each finds its new place free. */
function wholeMeeting({ what, movedFrom, movedTo }: Observation): Reach | null {
  if (what === 'updated' && movedTo === null) return null;
  const latestFirst = movedFrom !== null && movedTo !== null && movedTo > movedFrom;
  return { kind: 'between', from: null, to: null, latestFirst };
}

function around(occurrenceAt: number): Reach {
  return {
    kind: 'between',
    from: occurrenceAt - BELONGS_WITHIN_MS,
    to: occurrenceAt + BELONGS_WITHIN_MS,
    latestFirst: false,
  };
}
