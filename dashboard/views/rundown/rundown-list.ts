/** Which broadcasts the rundown shows, in three parts. */

import { computed } from '@preact/signals';
import { now } from '../../live/clock.ts';
import { type Filter, labelsOf, matches, presentFilter } from '../../live/filters.ts';
import { type Part, partOf } from '../../live/reading.ts';
import { allInOrder, recordsVersion } from '../../live/records.ts';

export type Parts = Record<Part, string[]>;

/** Ids of the filtered broadcasts by part, ordered by start. It stays the same object while the content is the same. */
export const parts = computed<Parts>(() => {
  void recordsVersion.value;
  const filter: Filter = presentFilter();
  const found: Parts = { ran: [], underway: [], comes: [] };
  for (const record of allInOrder()) {
    const one = record.peek();
    if (matches(one, filter)) found[partOf(one, now.value)].push(one.id);
  }
  if (isSame(last, found)) return last;
  last = found;
  return found;
});

let last: Parts = { ran: [], underway: [], comes: [] };

function isSame(a: Parts, b: Parts): boolean {
  return (['ran', 'underway', 'comes'] as const).every(
    (part) => a[part].length === b[part].length && a[part].every((id, i) => id === b[part][i]),
  );
}

/** The values to filter by, among the loaded broadcasts. */
export const choices = computed(() => {
  const accounts = new Set<string>();
  const labels = new Set<string>();
  const series = new Map<string, string>();
  for (const record of allInOrder()) {
    const one = record.peek();
    accounts.add(one.account);
    for (const label of labelsOf(one)) labels.add(label);
    if (one.seriesId !== null) series.set(one.seriesId, one.title ?? one.seriesId);
  }
  return { accounts: [...accounts].sort(), labels: [...labels].sort(), series: [...series] };
});
