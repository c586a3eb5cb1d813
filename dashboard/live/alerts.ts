/** Every open alert, read to the last page. */

import { signal } from '@preact/signals';
import type { components } from '../../src/client/index.ts';
import { api, readAll } from '../api/api.ts';
import type { Summary } from './live.ts';

export type Alert = components['schemas']['Alert'];

const PAGE = 1_000;
/** Maximum parallel requests. */
const AT_ONCE = 4;
/** Changes within this time cause one reading, ms. */
const SETTLE_MS = 150;
/** Also wait this multiple of the last reading's duration: an outage raises hundreds of alerts, and every open page reads all of them. */
const SETTLE_TIMES = 4;
/** Maximum wait, ms: someone who acknowledged an alert is waiting for it. */
const MAX_SETTLE_MS = 3_000;

export interface Alerts {
  open: Alert[];
  acknowledged: Alert[];
}

/** Newest first. Null: not read yet. */
export const alerts = signal<Alerts | null>(null);

let reading: Promise<void> | null = null;
let again = false;
/** The summary's latest word on the alerts, and its word when they were last read. While the two differ, the list is out of date. */
let latest = '';
let shown = '';

/** Reads the alerts again, once for all concurrent callers. After a failure the next `noticeAlerts` retries. */
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
 * Reads the alerts again if they changed. Resolving and acknowledging raise no event, and the counts alone do not show that one alert
 * replaced another.
 */
export function noticeAlerts(now: Summary['alerts']): void {
  latest = JSON.stringify(now);
  if (alerts.peek() !== null && latest !== shown) void reloadAlerts().catch(() => {});
}

/** Clears the list for the next user who signs in. */
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

/** Acknowledges alerts with a note; several that share a cause at once. */
export async function acknowledge(ids: readonly string[], note: string): Promise<void> {
  const body = { note: note === '' ? null : note };
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => api.acknowledgeAlert({ path: { id }, body })));
  }
  await reloadAlerts();
}
