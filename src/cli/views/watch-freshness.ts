/** Whether the rows of `watch` are current, and since when they are not. Pure: all times in ms since the epoch, server's time. */

/** The API sends at least a heartbeat every 15 s; without anything for this long the rows may be old, ms. */
export const SILENT_MS = 20_000;
/** An event that arrives later than this after it happened is behind, ms. */
const BEHIND_MS = 5_000;
/** When no late event has arrived for this long, all late ones have arrived, ms. */
const CAUGHT_UP_MS = 3_000;

export interface Staleness {
  kind: 'connecting' | 'lost' | 'loading' | 'silent' | 'behind';
  /** Since when, for `lost` and `silent`. */
  since: number;
  /** When the rows were current; null: nothing has been read yet. */
  asOf: number | null;
  /** Why the rows could not be read, if that failed. */
  reason: string | null;
}

export class Freshness {
  #connected = false;
  #lostAt: number | null = null;
  #heardAt = 0;
  #loaded = false;
  #failure: string | null = null;
  #asOf: number | null = null;
  #late: { happenedAt: number; arrivedAt: number } | null = null;

  /** @returns whether anything changed */
  connection(stands: boolean, now: number): boolean {
    const changed = stands !== this.#connected || (!stands && this.#lostAt === null);
    if (stands) {
      this.#heardAt = now;
      if (!this.#connected) this.#loaded = false;
    } else if (changed) {
      this.#lostAt = now;
    }
    this.#connected = stands;
    return changed;
  }

  /** Something arrived on the event stream, even just a heartbeat. */
  heard(now: number): void {
    this.#heardAt = now;
    if (this.#loaded && !this.#behind(now)) this.#asOf = now;
  }

  event(happenedAt: number, now: number): void {
    if (now - happenedAt > BEHIND_MS) this.#late = { happenedAt, arrivedAt: now };
    else this.#late = null;
  }

  /** The rows were read from the API. `askedAt`: when the request was sent */
  loaded(askedAt: number): void {
    this.#loaded = this.#connected;
    this.#failure = null;
    this.#asOf = Math.max(this.#asOf ?? 0, askedAt);
  }

  loadFailed(reason: string): void {
    this.#failure = reason;
    this.#loaded = false;
  }

  /** Null: the rows are current. */
  staleness(now: number): Staleness | null {
    const staleBecause = (kind: Staleness['kind'], since: number): Staleness => ({
      kind,
      since,
      asOf: this.#asOf,
      reason: this.#failure,
    });
    if (!this.#connected)
      return this.#lostAt === null ? staleBecause('connecting', now) : staleBecause('lost', this.#lostAt);
    if (now - this.#heardAt > SILENT_MS) return staleBecause('silent', this.#heardAt);
    if (!this.#loaded) return staleBecause('loading', this.#heardAt);
    return this.#behind(now) ? staleBecause('behind', this.#late?.happenedAt ?? now) : null;
  }

  #behind(now: number): boolean {
    return this.#late !== null && now - this.#late.arrivedAt < CAUGHT_UP_MS;
  }
}
