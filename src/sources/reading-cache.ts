/** Caches the last readings of sources: a file whose bytes have not changed need not be read again. It is still compared. */

import { createHash } from 'node:crypto';
import type { SourceReading } from './read-source.ts';
import type { Source } from './source.ts';

/** Occurrences 90 days ahead may appear this late, ms. */
const MAX_AGE_MS = 3_600_000;
/** Maximum size of all cached readings (see `sizeOf`): an event takes about 1 kB, other entries less. */
const MAX_SIZE = 50_000;

type ReadKind = Extract<SourceReading, { kind: 'read' }>;

interface CachedReading {
  key: string;
  reading: SourceReading;
  /** ms, the second exclusive. */
  from: number;
  until: number;
  size: number;
}

export class ReadingCache {
  /** By source name, the least recently used first. */
  readonly #entries = new Map<string, CachedReading>();
  readonly #maxSize: number;

  constructor(maxSize = MAX_SIZE) {
    this.#maxSize = maxSize;
  }

  /** The current size, in the same unit as the maximum. */
  get size(): number {
    return [...this.#entries.values()].reduce((total, { size }) => total + size, 0);
  }

  /** @param now ms @returns null: read the file */
  find(source: Source, content: Uint8Array, now: number): SourceReading | null {
    const kept = this.#entries.get(source.name);
    if (!kept || now < kept.from || now >= kept.until || kept.key !== keyOf(source, content)) return null;
    this.#entries.delete(source.name);
    this.#entries.set(source.name, kept);
    return kept.reading;
  }

  /** Drops expired readings, so that nothing stays of a removed source. @param now of the reading, ms */
  keep(source: Source, content: Uint8Array, now: number, reading: SourceReading): void {
    this.#entries.delete(source.name);
    for (const [name, { until }] of this.#entries) if (now >= until) this.#entries.delete(name);
    // Zoom's lists are requested anew each time.
    if (source.kind === 'zoom' || reading.kind !== 'read') return;
    const size = sizeOf(reading);
    if (size > this.#maxSize) return;
    const until = goodUntil(reading, now);
    this.#entries.set(source.name, { key: keyOf(source, content), reading, from: now, until, size });
    let sum = this.size;
    for (const [name, one] of this.#entries) {
      if (sum <= this.#maxSize) break;
      this.#entries.delete(name);
      sum -= one.size;
    }
  }
}

/**
 * Counts everything that grows with the file, plus one for the reading itself: a file of 32 MB may have hardly an event and 100,000 skipped
 * rows.
 */
function sizeOf({ checked }: ReadKind): number {
  const { events, skipped, issues, warnings, notes, families, unsure } = checked;
  const lists = [events, skipped, issues, warnings, notes];
  return lists.reduce((total, { length }) => total + length, 1 + families.size + unsure.size);
}

/** The next moment at which the same file would give another reading, ms: one of its events begins or ends, or a series continues. */
function goodUntil({ checked }: ReadKind, now: number): number {
  let until = now + MAX_AGE_MS;
  for (const { plan, begun } of checked.events) {
    const next = begun ? plan?.stopAt : plan?.startAt;
    if (next !== undefined && next !== null && next < until) until = next;
  }
  return until;
}

/** Everything a reading depends on, except the time. */
function keyOf(source: Source, content: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(source)).update('\n').update(content).digest('hex');
}
