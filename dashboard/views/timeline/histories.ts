/** Histories of the visible broadcasts: read a few at a time, cached until the broadcast changes. */

import { type Signal, signal } from '@preact/signals';
import type { HistoryEntry } from '../../../src/client/index.ts';
import { api } from '../../api/api.ts';

/** Maximum parallel requests: a wall of ten pages must not keep the API busy. */
const AT_ONCE = 3;
const MAX_KEPT = 2_000;

interface Known {
  /** `updatedAt` of the broadcast it belongs to. */
  version: string;
  lines: Signal<readonly HistoryEntry[]>;
}

const kept = new Map<string, Known>();
const wanted = new Map<string, Known>();
let underway = 0;

/** Returns the known history of a broadcast, and reads it if this version has not been read yet. */
export function historyOf(id: string, version: string): Signal<readonly HistoryEntry[]> {
  const known = kept.get(id) ?? { version: '', lines: signal<readonly HistoryEntry[]>([]) };
  if (known.version !== version) {
    known.version = version;
    kept.set(id, known);
    wanted.set(id, known);
    work();
  }
  return known.lines;
}

/** It left the screen: no need to read it any more. */
export function unwant(id: string): void {
  if (!wanted.delete(id)) return;
  kept.delete(id);
}

function work(): void {
  while (underway < AT_ONCE) {
    const [next] = wanted;
    if (next === undefined) return;
    wanted.delete(next[0]);
    underway += 1;
    void read(...next).finally(() => {
      underway -= 1;
      work();
    });
  }
}

async function read(id: string, known: Known): Promise<void> {
  try {
    known.lines.value = (await api.getBroadcastHistory({ path: { id } })).history;
  } catch {
    // The bars are drawn without it. The next change, or the next time it is shown, reads it again.
    known.version = '';
  }
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
}
