import type { Action } from '../../src/broadcasts/broadcast.ts';
import type { Clock } from '../../src/clock.ts';

/** One place of this process: a job that BullMQ counts as active. */
export interface Place {
  /** Null until the run has read the record. */
  account: string | null;
  /** Start on the monotonic clock, ms. */
  since: number;
  /** Makes its run continue without a place. */
  giveUp: () => void;
}

/** Above this share of used places, the longest-held runs continue without one and leave the rest to new jobs. */
const CROWDED = 0.5;
/** Younger runs keep their place: they may be about to end or to wait, ms. */
const SETTLED_MS = 300;

/**
 * The places of one process, separate for starts and stops. A run mostly waits: until it is due, or for Zoom. If Zoom stops
 * answering one account, hundreds of its requests would hold every place for ten seconds each, and the starts of all other
 * accounts would stay in BullMQ. So above half of the places, the account that holds the most gives up those it has held longest.
 * An account on its own loses nothing: its runs continue.
 */
export class Places {
  readonly #held: Record<Action, Set<Place>> = { start: new Set(), stop: new Set() };
  readonly #capacity: Record<Action, number>;
  readonly #clock: Clock;

  /** @param capacity how many jobs BullMQ gives this process at once */
  constructor(capacity: Record<Action, number>, clock: Clock) {
    this.#capacity = capacity;
    this.#clock = clock;
  }

  take(action: Action, giveUp: () => void): Place {
    const place: Place = { account: null, since: this.#clock.monotonic(), giveUp };
    this.#held[action].add(place);
    return place;
  }

  leave(action: Action, place: Place): void {
    this.#held[action].delete(place);
  }

  /** Frees the used places above one half. Runs every few hundred ms: BullMQ delivers jobs 2 s before they are due. */
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

  #longestOfLargest(held: Set<Place>): Place | undefined {
    const settled = this.#clock.monotonic() - SETTLED_MS;
    const old = [...held].filter(({ account, since }) => account !== null && since <= settled);
    const counts = new Map<string | null, number>();
    for (const { account } of old) counts.set(account, (counts.get(account) ?? 0) + 1);
    const most = Math.max(...counts.values());
    // A Set keeps insertion order: the longest-held place comes first.
    return old.find(({ account }) => counts.get(account) === most);
  }
}
