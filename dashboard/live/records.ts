/** The broadcasts the page knows. Each has its own signal, so that a change redraws one row and nothing else. */

import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Broadcast } from '../../src/client/index.ts';

const records = new Map<string, Signal<Broadcast>>();
/** Increases when a broadcast is added, removed or moved in time: only then can the order of a list change. */
const shape = signal(0);
/** Increases with every change, for code that counts or filters by a field. */
const version = signal(0);

/** Every known broadcast, ordered by start. Recomputed when one is added, removed or moved, not when its state changes. */
export function allInOrder(): Signal<Broadcast>[] {
  void shape.value;
  return sorted();
}

/** Increases with any change of any broadcast. A component that reads it redraws on every event. */
export const recordsVersion: ReadonlySignal<number> = version;

let order: Signal<Broadcast>[] | null = null;

function sorted(): Signal<Broadcast>[] {
  order ??= [...records.values()].sort(byStart);
  return order;
}

function byStart(a: Signal<Broadcast>, b: Signal<Broadcast>): number {
  const [one, other] = [a.peek(), b.peek()];
  if (one.startAt !== other.startAt) return one.startAt < other.startAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** Undefined: not known here; `broadcastOf` in `live.ts` reads it. */
export function recordOf(id: string): Signal<Broadcast> | undefined {
  return records.get(id);
}

/** Known broadcasts for which `fits` is true. */
export function knownIds(fits: (broadcast: Broadcast) => boolean): string[] {
  return [...records].filter(([, record]) => fits(record.peek())).map(([id]) => id);
}

const pinned = new Map<string, number>();

/** Protects a broadcast on screen from `forget`, until the caller calls the returned function. */
export function pin(id: string): () => void {
  pinned.set(id, (pinned.get(id) ?? 0) + 1);
  return () => {
    const left = (pinned.get(id) ?? 1) - 1;
    if (left > 0) pinned.set(id, left);
    else pinned.delete(id);
  };
}

/** Adds broadcasts from the API or an event. The newer of two versions wins, in whatever order they arrive. */
export function put(broadcasts: readonly Broadcast[]): void {
  batch(() => {
    let changed = false;
    let moved = false;
    for (const one of broadcasts) {
      const known = records.get(one.id);
      if (!known) {
        records.set(one.id, signal(one));
        moved = true;
      } else if (isNewer(one, known.peek())) {
        moved ||= one.startAt !== known.peek().startAt;
        known.value = one;
        changed = true;
      }
    }
    if (moved) {
      order = null;
      shape.value += 1;
    }
    if (moved || changed) version.value += 1;
  });
}

function isNewer(one: Broadcast, known: Broadcast): boolean {
  if (one.updatedAt !== known.updatedAt) return one.updatedAt > known.updatedAt;
  // A pause changes what the page shows without changing the record.
  return JSON.stringify(one) !== JSON.stringify(known);
}

/** Forgets what `keep` rejects, so that a page that is open for weeks stays small. */
export function forget(keep: (broadcast: Broadcast) => boolean): void {
  let gone = false;
  for (const [id, record] of records) {
    if (pinned.has(id) || keep(record.peek())) continue;
    records.delete(id);
    gone = true;
  }
  if (!gone) return;
  order = null;
  batch(() => {
    shape.value += 1;
    version.value += 1;
  });
}

/** Clears everything for the next user who signs in. */
export function forgetAll(): void {
  pinned.clear();
  forget(() => false);
}
