/** What the arrow keys mean while a broadcast is moved by the keyboard. Pure. */

import type { Handle, Mode, Shift } from './grid.ts';

/** Step of one arrow key, minutes. */
const STEP = 15;

const IN_COLUMNS: Record<string, Shift> = {
  ArrowUp: { minutes: -STEP },
  ArrowDown: { minutes: STEP },
  ArrowLeft: { days: -1 },
  ArrowRight: { days: 1 },
};
const IN_MONTH: Record<string, Shift> = {
  ArrowUp: { days: -7 },
  ArrowDown: { days: 7 },
  ArrowLeft: { days: -1 },
  ArrowRight: { days: 1 },
};

/** @returns the new distance from its original place; null: the key is not an arrow */
export function afterArrow(
  mode: Mode,
  { key, shiftKey }: { key: string; shiftKey: boolean },
  old: Required<Shift>,
  handles: readonly Handle[],
): Required<Shift> | null {
  const by = (mode === 'month' ? IN_MONTH : IN_COLUMNS)[key];
  if (by === undefined) return null;
  const { days = 0, minutes = 0 } = by;
  const onlyEnd = shiftKey || !handles.includes('all');
  if (!onlyEnd) return { ...old, days: old.days + days, minutes: old.minutes + minutes };
  // A month does not show ends, so they cannot be moved there.
  return handles.includes('end') && mode !== 'month' ? { ...old, endMinutes: old.endMinutes + minutes } : old;
}
