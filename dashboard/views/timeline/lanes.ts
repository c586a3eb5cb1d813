/** The lanes of the current span. A day of events changes few of them, so they are laid out at most once a second. */

import { computed, effect, signal } from '@preact/signals';
import type { Broadcast } from '../../../src/client/index.ts';
import { serverNow } from '../../live/clock.ts';
import { allInOrder, recordsVersion } from '../../live/records.ts';
import { timeline } from '../../texts/timeline.ts';
import { type Lane, lanesOf } from './layout.ts';
import { grouping, span } from './span.ts';

const EVERY_MS = 1_000;

const settled = signal(0);
let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const version = recordsVersion.value;
  if (timer !== undefined) return;
  const first = settled.peek() === 0;
  timer = setTimeout(
    () => {
      timer = undefined;
      settled.value = version === recordsVersion.peek() ? version : recordsVersion.peek();
    },
    first ? 0 : EVERY_MS,
  );
});

export const lanes = computed<Lane[]>(() => {
  void settled.value;
  const broadcasts = allInOrder().map((record) => record.peek());
  return lanesOf(broadcasts, groupOf(grouping.value), span.value, serverNow());
});

function groupOf(by: string): (one: Broadcast) => string {
  if (by === 'account') return ({ account }) => account;
  if (!by.startsWith('label:')) return ({ meetingId }) => meetingId;
  const label = by.slice('label:'.length);
  const without = timeline.value.noLabel(label);
  return ({ labels }) => labels[label] ?? without;
}

/** Label names among the loaded broadcasts, to choose rows by. */
export const labelNames = computed(() => {
  void settled.value;
  const names = new Set<string>();
  for (const record of allInOrder()) for (const name of Object.keys(record.peek().labels)) names.add(name);
  return [...names].sort();
});
