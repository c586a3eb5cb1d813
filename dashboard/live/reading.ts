/** What a broadcast means to a person: pure, from the record and the time alone. */

import type { Broadcast } from '../../src/client/index.ts';

/** On the way to a state that lasts. */
export const UNCERTAIN: Broadcast['status'][] = ['starting', 'waiting', 'stopping'];
/** Between its start and its end. */
export const UNDERWAY: Broadcast['status'][] = [...UNCERTAIN, 'live'];
/** Also before. */
export const UNFINISHED: Broadcast['status'][] = ['scheduled', ...UNDERWAY];
const FINAL: readonly Broadcast['status'][] = ['ended', 'canceled', 'missed', 'failed'];

export function isFinal({ status }: Pick<Broadcast, 'status'>): boolean {
  return FINAL.includes(status);
}

export type Part = 'ran' | 'underway' | 'comes';

/** On which side of the now-line it stands. `now` in ms. */
export function partOf(one: Broadcast, now: number): Part {
  if (one.status === 'scheduled' || isFinal(one)) {
    if (Date.parse(one.startAt) >= now) return 'comes';
    return isFinal(one) ? 'ran' : 'underway';
  }
  return 'underway';
}

/** What happens next by itself, and when (ISO 8601); `held`: a pause holds it back then. Null: nothing that has a time. */
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

/** How long it runs longer than planned, ms; 0: it does not. */
export function overBy(one: Broadcast, now: number): number {
  const isOn = one.status === 'live' || one.status === 'stopping';
  return isOn && one.stopAt !== null ? Math.max(0, now - Date.parse(one.stopAt)) : 0;
}
