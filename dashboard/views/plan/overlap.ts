/** What is in the way of a plan: pure. It warns early; the API has the last word. */

import type { Broadcast } from '../../../src/client/index.ts';
import { parseDuration } from '../../../src/time/human-duration.ts';

/** Of a plan that is being typed. */
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

/** When it would be over, ms. Without a stop it lasts until its start window closes; of a window that the page does not know, 1 ms. */
export function endOfWanted({ start, stop, startWindow }: Pick<Wanted, 'start' | 'stop' | 'startWindow'>): number {
  return stop !== null && stop > start ? stop : start + (parseDuration(startWindow) ?? 1);
}

/** Those that overlap it: one's end may be the other's start. The same number in another account is another meeting. */
export function overlapsOf(wanted: Wanted, others: readonly Broadcast[]): Broadcast[] {
  const end = endOfWanted(wanted);
  return others.filter(({ id, meetingId, account, startAt, stopAt, startWindow }) => {
    if (id === wanted.self || meetingId !== wanted.meetingId) return false;
    if (wanted.account !== '' && account !== wanted.account) return false;
    const start = Date.parse(startAt);
    const otherStop = stopAt === null ? null : Date.parse(stopAt);
    return start < end && wanted.start < endOfWanted({ start, stop: otherStop, startWindow: startWindow ?? '' });
  });
}
