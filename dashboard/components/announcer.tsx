/** Tells a screen reader what changed, in one sentence every few seconds, so that it does not talk nonstop on a busy Sunday. */

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { nameOf } from '../format.ts';
import type { LivestreamEvent } from '../live/event-stream.ts';
import { onEvents } from '../live/live.ts';
import { recordOf } from '../live/records.ts';
import { attention } from '../texts/attention.ts';
import { common } from '../texts/common.ts';

/** Changes within this time become one sentence, ms. */
const SETTLE_MS = 3_000;
/** With more changes than this, only their number is read out. */
const MAX_NAMED = 2;
/** The events worth announcing. A changed plan is not one of them. */
const SAID = /^broadcast\.(live|ended|missed|failed)$/;

const said = signal('');
const changed = new Set<string>();
let alerts = 0;
let isDue = false;

export function Announcer() {
  useEffect(() => onEvents(collect), []);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said.value}
    </p>
  );
}

function collect(events: LivestreamEvent[]): void {
  for (const { type, data } of events) {
    if (SAID.test(type)) changed.add(String(data['id']));
    if (type.startsWith('alert.')) alerts += 1;
  }
  if (isDue || changed.size + alerts === 0) return;
  isDue = true;
  setTimeout(speak, SETTLE_MS);
}

function speak(): void {
  const sentences = alerts > 0 ? [attention.value.newAlert(alerts)] : [];
  if (changed.size > MAX_NAMED) sentences.push(attention.value.severalChanged(changed.size));
  else {
    for (const id of changed) {
      const one = recordOf(id)?.peek();
      if (one) sentences.push(`${nameOf(one)}: ${common.value.status[one.status]}`);
    }
  }
  said.value = sentences.join('. ');
  changed.clear();
  alerts = 0;
  isDue = false;
}
