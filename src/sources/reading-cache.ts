/** The last readings of sources: a file whose bytes have not changed need not be read again. It is compared all the same. */

import { createHash } from 'node:crypto';
import type { SourceReading } from './read-source.ts';
import type { Source } from './source.ts';

/** Occurrences 90 days ahead come in that late, ms. */
const MAX_AGE_MS = 3_600_000;
/** Of all readings that are kept: an event takes about 1 kB. */
const MAX_EVENTS = 50_000;

interface Kept {
  key: string;
  reading: SourceReading;
  /** ms, the second exclusive. */
  from: number;
  until: number;
  events: number;
}

export class ReadingCache {
  /** By name of source, the longest unused first. */
  readonly #kept = new Map<string, Kept>();
  readonly #maxEvents: number;

  constructor(maxEvents = MAX_EVENTS) {
    this.#maxEvents = maxEvents;
  }

  /** @param now ms @returns null: it must be read */
  find(source: Source, content: Uint8Array, now: number): SourceReading | null {
    const kept = this.#kept.get(source.name);
    if (!kept || now < kept.from || now >= kept.until || kept.key !== keyOf(source, content)) return null;
    this.#kept.delete(source.name);
    this.#kept.set(source.name, kept);
    return kept.reading;
  }

  /** @param now of the reading, ms */
  keep(source: Source, content: Uint8Array, now: number, reading: SourceReading): void {
    this.#kept.delete(source.name);
    // What Zoom lists is asked for anew each time.
    if (source.kind === 'zoom' || reading.kind !== 'read') return;
    const events = reading.checked.events.length;
    const until = goodUntil(reading, now);
    this.#kept.set(source.name, { key: keyOf(source, content), reading, from: now, until, events });
    let sum = [...this.#kept.values()].reduce((total, one) => total + one.events, 0);
    for (const [name, one] of this.#kept) {
      if (sum <= this.#maxEvents) break;
      this.#kept.delete(name);
      sum -= one.events;
    }
  }
}

/** The next moment at which the same file would be read otherwise, ms: one of its events begins or ends, or a series goes on. */
function goodUntil({ checked }: Extract<SourceReading, { kind: 'read' }>, now: number): number {
  let until = now + MAX_AGE_MS;
  for (const { plan, begun } of checked.events) {
    const next = begun ? plan?.stopAt : plan?.startAt;
    if (next !== undefined && next !== null && next < until) until = next;
  }
  return until;
}

/** Everything that a reading depends on but the time. */
function keyOf(source: Source, content: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(source)).update('\n').update(content).digest('hex');
}
