/** The broadcasts that the page knows: each in a signal of its own, so that a change draws one row and nothing else. */

import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Broadcast } from '../../src/client/index.ts';

const records = new Map<string, Signal<Broadcast>>();
/** Counts up when a broadcast comes, goes or moves in time: only then is the order of a list another one. */
const shape = signal(0);
/** Counts up with every change: for what counts or filters by a field. */
const version = signal(0);

/** Every known broadcast, by its start. Read again when one comes, goes or moves: not when its state changes. */
export function allInOrder(): Signal<Broadcast>[] {
  void shape.value;
  return sorted();
}

/** Counts up with every change of any broadcast. Reading it in a component draws that on every event. */
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

/** Of the known, those that `fits`. */
export function knownIds(fits: (broadcast: Broadcast) => boolean): string[] {
  return [...records].filter(([, record]) => fits(record.peek())).map(([id]) => id);
}

const pinned = new Map<string, number>();

/** Keeps a broadcast that is drawn, whatever `forget` wants, until the returned function is called. */
export function pin(id: string): () => void {
  pinned.set(id, (pinned.get(id) ?? 0) + 1);
  return () => {
    const left = (pinned.get(id) ?? 1) - 1;
    if (left > 0) pinned.set(id, left);
    else pinned.delete(id);
  };
}

/** Takes broadcasts as the API or an event shows them. The newer of two versions stays, whichever comes first. */
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
  // A pause changes what is shown without a change of the record.
  return JSON.stringify(one) !== JSON.stringify(known);
}

/** Forgets what `keep` does not want, so that a page that is open for weeks stays small. */
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

/** Empties it, for the next who signs in. */
export function forgetAll(): void {
  pinned.clear();
  forget(() => false);
}
