/** The selected broadcasts, shared by every view, for bulk actions. */

import { signal } from '@preact/signals';

export const selection = signal<ReadonlySet<string>>(new Set());
/** Where a selection with Shift begins. */
let anchor: string | null = null;

/** @param inOrder ids in the order of the list; with `range`, select everything between the last selected one and this one */
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
