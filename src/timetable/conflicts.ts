/** Finds planned events that overlap others of the same meeting. */
import { isFinal } from '../broadcasts/broadcast.ts';
import { durationMs } from '../time/local-time.ts';
import type { Difference, StoredBroadcast } from './compare.ts';

/** Default of START_WINDOW, for the overlap of broadcasts without a stop. */
const WINDOW_MS = 7_200_000;
/** These do not occupy their time any more, or have none. */
const FREE = new Set(['canceled', 'vanished', 'finished']);

interface Interval {
  from: number;
  to: number;
  name: string;
  /** Null: the broadcast is not in the file. */
  difference: Difference | null;
}

/** Sorts by meeting and time, and compares neighbours. Only an event that would be written can conflict. */
export function markConflicts(all: Difference[], stored: readonly StoredBroadcast[]): void {
  const known = new Set(all.flatMap((one) => (one.stored && one.state !== 'finished' ? [one.stored.id] : [])));
  const byMeeting = new Map<string, Interval[]>();
  const add = (meetingId: string, interval: Interval) => {
    const list = byMeeting.get(meetingId);
    if (list) list.push(interval);
    else byMeeting.set(meetingId, [interval]);
  };
  for (const difference of all) {
    const { event, state } = difference;
    if (FREE.has(state)) continue;
    if (state === 'kept' && difference.stored) {
      if (!isFinal(difference.stored)) addStored(difference.stored, difference, add);
    } else if (event?.plan) {
      const { meetingId } = event.plan;
      add(meetingId, { ...plannedSpan(difference), name: `row ${event.row}`, difference });
    }
  }
  for (const one of stored) if (!isFinal(one) && !known.has(one.id)) addStored(one, null, add);
  for (const intervals of byMeeting.values()) markOverlaps(intervals);
}

function addStored(
  one: StoredBroadcast,
  difference: Difference | null,
  add: (meetingId: string, interval: Interval) => void,
): void {
  const span = spanOf(Date.parse(one.startAt), one.stopAt === null ? null : Date.parse(one.stopAt), one.startWindow);
  add(one.meetingId, { ...span, name: `broadcast ${one.id}`, difference });
}

/** The times after the sync: times that a person set by hand stay. */
function plannedSpan({ event, stored, drift }: Difference): { from: number; to: number } {
  const plan = event?.plan;
  const kept = stored && drift && 'startAt' in drift ? stored : null;
  const from = kept ? Date.parse(kept.startAt) : (plan?.startAt ?? 0);
  const keptStop = kept?.stopAt ? Date.parse(kept.stopAt) : null;
  const stop = kept ? keptStop : (plan?.stopAt ?? null);
  return spanOf(from, stop, plan?.startWindow ?? null);
}

function spanOf(from: number, stopAt: number | null, window: string | null) {
  return { from, to: stopAt ?? from + (window === null ? WINDOW_MS : (durationMs(window) ?? WINDOW_MS)) };
}

function markOverlaps(intervals: Interval[]): void {
  intervals.sort((a, b) => a.from - b.from);
  let longest: Interval | undefined;
  for (const interval of intervals) {
    if (longest && interval.from < longest.to) {
      for (const [mine, other] of [
        [interval, longest],
        [longest, interval],
      ] as const) {
        if (!mine.difference || !['new', 'changed'].includes(mine.difference.state)) continue;
        mine.difference.state = 'conflicting';
        mine.difference.note = `overlaps ${other.name}`;
      }
    }
    if (!longest || interval.to > longest.to) longest = interval;
  }
}
