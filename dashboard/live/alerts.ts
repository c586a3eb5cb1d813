/** Every alert that is not over: read to the last page, however many there are. */

import { signal } from '@preact/signals';
import type { components } from '../../src/client/index.ts';
import { api, readAll } from '../api/api.ts';
import type { Summary } from './live.ts';

export type Alert = components['schemas']['Alert'];

const PAGE = 1_000;
/** Requests under way at once. */
const AT_ONCE = 4;
/** What happens at once is read once, ms. */
const SETTLE_MS = 150;
/** And after so many times as long as a reading took: an outage raises hundreds, and every open page reads all of them. */
const SETTLE_TIMES = 4;
/** But no longer than this, ms: who has acknowledged one waits for it. */
const MAX_SETTLE_MS = 3_000;

export interface Alerts {
  open: Alert[];
  acknowledged: Alert[];
}

/** Newest first. Null: not read yet. */
export const alerts = signal<Alerts | null>(null);

let reading: Promise<void> | null = null;
let again = false;
/** What the summary said about them last, and when they were last read: the list is out of date while the two differ. */
let latest = '';
let shown = '';

/** Reads them again, once for all who ask meanwhile. Where that fails, the next `noticeAlerts` tries again. */
export async function reloadAlerts(): Promise<void> {
  if (reading) {
    again = true;
    return reading;
  }
  reading = (async () => {
    do {
      again = false;
      const [version, began] = [latest, performance.now()];
      const [open, acknowledged] = await Promise.all([readState('open'), readState('acknowledged')]);
      alerts.value = { open, acknowledged };
      shown = version;
      const rest = Math.min(MAX_SETTLE_MS, Math.max(SETTLE_MS, SETTLE_TIMES * (performance.now() - began)));
      if (again) await new Promise((resolve) => setTimeout(resolve, rest));
    } while (again);
  })().finally(() => {
    reading = null;
  });
  return reading;
}

/**
 * Reads them again when they have changed since. Resolving and acknowledging raise no event, and the counts alone do not show that one
 * is over and another has come.
 */
export function noticeAlerts(now: Summary['alerts']): void {
  latest = JSON.stringify(now);
  if (alerts.peek() !== null && latest !== shown) void reloadAlerts().catch(() => {});
}

/** For the next who signs in. */
export function forgetAlerts(): void {
  alerts.value = null;
  shown = '';
}

async function readState(state: 'open' | 'acknowledged'): Promise<Alert[]> {
  const all: Alert[] = [];
  await readAll(
    (cursor) => api.listAlerts({ query: { state, limit: PAGE, cursor } }),
    (page) => {
      all.push(...page.alerts);
      return true;
    },
  );
  return all;
}

/** Acknowledges with a note; several of one cause at once. */
export async function acknowledge(ids: readonly string[], note: string): Promise<void> {
  const body = { note: note === '' ? null : note };
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => api.acknowledgeAlert({ path: { id }, body })));
  }
  await reloadAlerts();
}
