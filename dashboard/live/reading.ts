/** What a broadcast means to a person. Pure: depends only on the record and the time. */

import type { Broadcast } from '../../src/client/index.ts';

/** On the way to a lasting state. */
export const UNCERTAIN: Broadcast['status'][] = ['starting', 'waiting', 'stopping'];
/** Between its start and its end. */
export const UNDERWAY: Broadcast['status'][] = [...UNCERTAIN, 'live'];
/** Not started yet. */
export const UNFINISHED: Broadcast['status'][] = ['scheduled', ...UNDERWAY];
const FINAL: readonly Broadcast['status'][] = ['ended', 'canceled', 'missed', 'failed'];

export function isFinal({ status }: Pick<Broadcast, 'status'>): boolean {
  return FINAL.includes(status);
}

export type Part = 'ran' | 'underway' | 'comes';

/** Which side of the now-line it is on. `now` in ms. */
export function partOf(one: Broadcast, now: number): Part {
  if (one.status === 'scheduled' || isFinal(one)) {
    if (Date.parse(one.startAt) >= now) return 'comes';
    return isFinal(one) ? 'ran' : 'underway';
  }
  return 'underway';
}

/** What happens next without a user, and when (ISO 8601); `held`: a pause holds it back then. Null: nothing has a time. */
export function nextChangeOf(one: Broadcast): { what: 'start' | 'held' | 'attempt' | 'stop'; at: string } | null {
  switch (one.status) {
    case 'scheduled':
      return { what: isHeldAtStart(one) ? 'held' : 'start', at: one.startAt };
    case 'starting':
    case 'waiting':
    case 'stopping':
      return one.nextAttemptAt === null ? null : { what: 'attempt', at: one.nextAttemptAt };
    case 'live':
      return one.stopAt === null ? null : { what: 'stop', at: one.stopAt };
    default:
      return null;
  }
}

function isHeldAtStart({ paused, startAt }: Broadcast): boolean {
  return paused !== null && (paused.until === null || Date.parse(paused.until) > Date.parse(startAt));
}

/** How far past its planned end it runs, ms; 0: it does not. */
export function overBy(one: Broadcast, now: number): number {
  const isOn = one.status === 'live' || one.status === 'stopping';
  return isOn && one.stopAt !== null ? Math.max(0, now - Date.parse(one.stopAt)) : 0;
}
