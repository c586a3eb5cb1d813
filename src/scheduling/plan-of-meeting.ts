import { type Broadcast, isFinal } from '../broadcasts/broadcast.ts';
import type { Sibling } from '../broadcasts/decision.ts';
import { intervalEnd } from '../broadcasts/rules/plan-interval.ts';

type Interval = Pick<Sibling, 'id' | 'startAt' | 'endAt'>;

/** The intervals of a meeting's unfinished broadcasts during a dry run, as the store would hold them. */
export class PlanOfMeeting {
  readonly #intervals: Map<string, Interval>;

  constructor(planned: readonly Interval[]) {
    this.#intervals = new Map(planned.map(({ id, startAt, endAt }) => [id, { id, startAt, endAt }]));
  }

  /** The id of an overlapping broadcast; of several, the one that the store would name (`meeting_plan.lua`). */
  overlapping(broadcast: Broadcast): string | null {
    const end = intervalEnd(broadcast);
    let later: Interval | null = null;
    let earlier: Interval | null = null;
    for (const other of this.#intervals.values()) {
      if (other.id === broadcast.id || other.startAt >= end || other.endAt <= broadcast.startAt) continue;
      if (other.startAt < broadcast.startAt) earlier = earlier && isBefore(other, earlier) ? earlier : other;
      else later = later && isBefore(later, other) ? later : other;
    }
    return (later ?? earlier)?.id ?? null;
  }

  /** Mirrors what the store does with the record. */
  put(broadcast: Broadcast): void {
    const { id, startAt } = broadcast;
    if (isFinal(broadcast)) this.#intervals.delete(id);
    else this.#intervals.set(id, { id, startAt, endAt: intervalEnd(broadcast) });
  }
}

function isBefore(a: Interval, b: Interval): boolean {
  return a.startAt < b.startAt || (a.startAt === b.startAt && a.id < b.id);
}
