/** What is in the way of a plan, as the store decides it: pure. It warns early; the API has the last word. */

import type { Broadcast } from '../../../src/client/index.ts';
import { parseDuration } from '../../../src/time/human-duration.ts';
import { isFinal } from '../../live/reading.ts';

/** No broadcast is longer, ms. */
export const MAX_LENGTH_MS = 31 * 86_400_000;

/** Of a plan that is being typed, or moved. */
export interface Wanted {
  /** Digits only. */
  meetingId: string;
  /** Empty: the API chooses. */
  account: string;
  /** ms */
  start: number;
  stop: number | null;
  /** As typed; empty: as the installation has it. */
  startWindow: string;
  /** Id of the broadcast that is edited; empty: a new one. */
  self: string;
}

/**
 * When it gives its meeting back, ms. Without a stop it keeps it until its start window closes.
 * @param windowMs START_WINDOW of the installation
 */
export function endOfWanted(
  { start, stop, startWindow }: Pick<Wanted, 'start' | 'stop' | 'startWindow'>,
  windowMs: number,
): number {
  return stop !== null && stop > start ? stop : start + (parseDuration(startWindow) ?? windowMs);
}

/**
 * Those that overlap it and are not over: one's end may be the other's start. The same number in another account is another
 * meeting; as a meeting and as a webinar it is the same.
 * @param windowMs START_WINDOW of the installation
 */
export function overlapsOf(wanted: Wanted, others: Iterable<Broadcast>, windowMs: number): Broadcast[] {
  const end = endOfWanted(wanted, windowMs);
  return [...others].filter((other) => {
    if (other.id === wanted.self || other.meetingId !== wanted.meetingId || isFinal(other)) return false;
    if (wanted.account !== '' && other.account !== wanted.account) return false;
    const { start, stop, startWindow } = wantedOf(other);
    return start < end && wanted.start < endOfWanted({ start, stop, startWindow }, windowMs);
  });
}

/** The place of a broadcast as it is. */
export function wantedOf({ id, meetingId, account, startAt, stopAt, startWindow }: Broadcast): Wanted {
  const stop = stopAt === null ? null : Date.parse(stopAt);
  return { meetingId, account, start: Date.parse(startAt), stop, startWindow: startWindow ?? '', self: id };
}
