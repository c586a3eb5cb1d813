/** The broadcasts that are selected, over every view, for what is done to many at once. */

import { signal } from '@preact/signals';

export const selection = signal<ReadonlySet<string>>(new Set());
/** Where a selection with shift begins. */
let anchor: string | null = null;

/** @param inOrder ids as the list shows them; with `range`, all from the last selected one to this one are selected */
export function toggle(id: string, inOrder: readonly string[] = [], range = false): void {
  const next = new Set(selection.value);
  const [from, to] = [inOrder.indexOf(anchor ?? ''), inOrder.indexOf(id)];
  if (range && from !== -1 && to !== -1) {
    for (const one of inOrder.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(one);
  } else if (!next.delete(id)) next.add(id);
  anchor = id;
  selection.value = next;
}

export function select(ids: Iterable<string>): void {
  selection.value = new Set(ids);
}
