/** Finds conflicts by the store's own rule. Pure. It warns early; the API has the last word. */

import type { Broadcast } from '../../../src/client/index.ts';
import { parseDuration } from '../../../src/time/human-duration.ts';
import { isFinal } from '../../live/reading.ts';

/** Maximum length of a broadcast, ms. */
export const MAX_LENGTH_MS = 31 * 86_400_000;

/** The place of a plan that is being typed or moved. */
export interface Wanted {
  /** Digits only. */
  meetingId: string;
  /** Empty: the API chooses. */
  account: string;
  /** ms */
  start: number;
  stop: number | null;
  /** As typed; empty: the default of the installation. */
  startWindow: string;
  /** Id of the broadcast being edited; empty: a new one. */
  self: string;
}

/**
 * When it frees its meeting, ms. Without a stop, that is when its start window closes.
 * @param windowMs START_WINDOW of the installation
 */
export function endOfWanted(
  { start, stop, startWindow }: Pick<Wanted, 'start' | 'stop' | 'startWindow'>,
  windowMs: number,
): number {
  return stop !== null && stop > start ? stop : start + (parseDuration(startWindow) ?? windowMs);
}

/**
 * Open broadcasts that overlap it. One may end exactly when the other starts. The same number in another account is another meeting;
 * meetings and webinars share their numbers.
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

/** The current place of a broadcast. */
export function wantedOf({ id, meetingId, account, startAt, stopAt, startWindow }: Broadcast): Wanted {
  const stop = stopAt === null ? null : Date.parse(stopAt);
  return { meetingId, account, start: Date.parse(startAt), stop, startWindow: startWindow ?? '', self: id };
}
