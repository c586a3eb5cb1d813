/** Matches the old and new occurrences of a series that was moved as a whole. */
import type { StoredBroadcast } from './compare.ts';
import { familyOf } from './identity.ts';
import type { CheckedEvent } from './planned-event.ts';

const DAY_MS = 86_400_000;

/**
 * Pairs the events of a family with its remaining broadcasts: first those at the same moment (with a differently spelled id), then those on
 * the same day, then the rest in order of time.
 */
export function pairOccurrences(
  events: readonly CheckedEvent[],
  stored: readonly StoredBroadcast[],
): [CheckedEvent, StoredBroadcast][] {
  const left = grouped(stored, (one) => familyOf(one.externalId ?? ''));
  const ofFamily = grouped(events, (event) => familyOf(event.externalId));
  return [...left].flatMap(([family, some]) => pairFamily(ofFamily.get(family) ?? [], some));
}

function pairFamily(events: CheckedEvent[], stored: StoredBroadcast[]): [CheckedEvent, StoredBroadcast][] {
  const pairs: [CheckedEvent, StoredBroadcast][] = [];
  const startOf = (event: CheckedEvent) => event.plan?.startAt ?? 0;
  const dayOf = (at: number) => Math.floor(at / DAY_MS);
  const same: ((event: CheckedEvent, one: StoredBroadcast) => boolean)[] = [
    (event, one) => startOf(event) === Date.parse(one.startAt),
    (event, one) => dayOf(startOf(event)) === dayOf(Date.parse(one.startAt)),
    () => true,
  ];
  const inTime = [...events].sort((a, b) => startOf(a) - startOf(b));
  const waiting = [...stored].sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt));
  for (const fits of same) {
    for (let i = 0; i < inTime.length; ) {
      const event = inTime[i] as CheckedEvent;
      const at = waiting.findIndex((one) => fits(event, one));
      if (at < 0) {
        i += 1;
        continue;
      }
      pairs.push([event, waiting[at] as StoredBroadcast]);
      inTime.splice(i, 1);
      waiting.splice(at, 1);
    }
  }
  return pairs;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
