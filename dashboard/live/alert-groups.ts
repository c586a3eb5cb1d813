/** Alerts by cause, the worst first: an outage of Zoom is one card with forty names. Pure. */

import type { components } from '../../src/client/index.ts';

type Alert = components['schemas']['Alert'];

export interface AlertGroup {
  key: string;
  code: Alert['code'];
  /** Newest first. */
  alerts: Alert[];
}

/** From the worst on: what stops everything, what is on air against the plan, what is lost, what may be lost yet. */
const WORST_FIRST: Alert['code'][] = [
  'no_worker',
  'clock',
  'late_stop',
  'failed',
  'missed',
  'late_start',
  'unconfirmed',
  'daily_limit',
  'preflight',
  'source',
  'versions',
];

export function groupsOf(alerts: readonly Alert[]): AlertGroup[] {
  const groups = new Map<string, AlertGroup>();
  for (const alert of alerts) {
    const key = `${alert.code} ${causeOf(alert.message)}`;
    const group = groups.get(key) ?? { key, code: alert.code, alerts: [] };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => WORST_FIRST.indexOf(a.code) - WORST_FIRST.indexOf(b.code) || newest(b).localeCompare(newest(a)),
  );
}

function newest({ alerts }: AlertGroup): string {
  return alerts[0]?.raisedAt ?? '';
}

/** The message without the broadcast that it names, and without times and numbers that differ between broadcasts of one cause. */
export function causeOf(message: string): string {
  return message
    .replace(NAME, '')
    .replace(/\b(meeting|webinar) \d+/g, '')
    .replace(/tracking id [\w-]+/g, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#')
    .replace(/\b\d+(\.\d+)?(?= ?(ms|s|min|h)\b)/g, '#')
    .replace(/\d{5,}/g, '#')
    .trim();
}

/** `"Sunday service" (meeting 68423085)`: how the API names a broadcast in a message. */
const NAME = /"([^"]*)" \((?:meeting|webinar) \d+\)/;

/** The name in a message, for a broadcast that is not loaded. */
export function nameIn(message: string): string {
  return NAME.exec(message)?.[1] ?? /\b(?:meeting|webinar) \d+/.exec(message)?.[0] ?? message;
}
