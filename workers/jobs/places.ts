import type { Action } from '../../src/broadcasts/broadcast.ts';
import type { Clock } from '../../src/clock.ts';

/** One place of this process: a job that BullMQ counts as in hand. */
export interface OccurrenceSlot {
  /** Null until the record was read. */
  account: string | null;
  /** By the monotonic clock, ms. */
  since: number;
  /** Makes its run go on without a place. */
  giveUp: () => void;
}

/** Above this part of the places, those that were held longest go on without one: the rest is for whoever comes next. */
const CROWDED = 0.5;
/** A run that has just begun is about to end or to wait by itself, ms. */
const SETTLED_MS = 300;

/**
 * The places of one process, apart for starts and stops. Most of the time a run waits: for its moment, or for Zoom. Of one
 * account whose requests Zoom never answers, hundreds would hold every place for ten seconds each, and the starts of all others
 * would stay in BullMQ. So when more than half of the places are taken, the account that holds the most of them gives up those
 * it held longest. An account that is alone loses nothing by that: its runs go on.
 */
export class Places {
  readonly #held: Record<Action, Set<OccurrenceSlot>> = { start: new Set(), stop: new Set() };
  readonly #capacity: Record<Action, number>;
  readonly #clock: Clock;

  /** @param capacity how many jobs BullMQ gives this process at once */
  constructor(capacity: Record<Action, number>, clock: Clock) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  take(action: Action, giveUp: () => void): OccurrenceSlot {
    const place: OccurrenceSlot = { account: null, since: this.#clock.monotonic(), giveUp };
    this.#held[action].add(place);
    return place;
  }

  leave(action: Action, place: OccurrenceSlot): void {
    this.#held[action].delete(place);
  }

  /** Frees what is above half of the places. Called every few hundred ms: jobs are armed 2 s before they are due. */
  relieve(): void {
    for (const action of ['start', 'stop'] as const) {
      const held = this.#held[action];
      for (let over = held.size - this.#capacity[action] * CROWDED; over > 0; over -= 1) {
        const place = this.#longestOfLargest(held);
        if (!place) break;
        held.delete(place);
        place.giveUp();
      }
    }
  }

  #longestOfLargest(held: Set<OccurrenceSlot>): OccurrenceSlot | undefined {
    const settled = this.#clock.monotonic() - SETTLED_MS;
    const old = [...held].filter(({ account, since }) => account !== null && since <= settled);
    const counts = new Map<string | null, number>();
    for (const { account } of old) counts.set(account, (counts.get(account) ?? 0) + 1);
    const most = Math.max(...counts.values());
    // A set keeps the order in which its places were taken.
    return old.find(({ account }) => counts.get(account) === most);
  }
}
