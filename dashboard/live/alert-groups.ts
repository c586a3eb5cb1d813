/** Groups alerts by cause, the worst first: an outage of Zoom is one card with forty names. Pure. */

import type { components } from '../../src/client/index.ts';

type Alert = components['schemas']['Alert'];

export interface AlertGroup {
  key: string;
  /** Consequences so far, the worst first. */
  codes: Alert['code'][];
  /** The worst first; within one kind, the newest first. */
  alerts: Alert[];
  /** For each broadcast, its worst alert. */
  lines: Alert[];
}

/** Worst first: everything is stopped, on air against the plan, lost, may still be lost. */
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

/** @param alerts newest first */
export function groupsOf(alerts: readonly Alert[]): AlertGroup[] {
  const byCause = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = rootOf(alert.message) ?? `${alert.code} ${causeOf(alert.message)}`;
    const known = byCause.get(key);
    if (known) known.push(alert);
    else byCause.set(key, [alert]);
  }
  return [...byCause].map(([key, found]) => groupOf(key, found)).sort(worstFirst);
}

function groupOf(key: string, found: Alert[]): AlertGroup {
  const alerts = found.sort((a, b) => rank(a) - rank(b));
  const lines = new Map<string, Alert>();
  for (const alert of alerts) {
    const about = alert.broadcastId ?? alert.id;
    if (!lines.has(about)) lines.set(about, alert);
  }
  return { key, codes: [...new Set(alerts.map(({ code }) => code))], alerts, lines: [...lines.values()] };
}

function worstFirst({ alerts: [a] }: AlertGroup, { alerts: [b] }: AlertGroup): number {
  return a && b ? rank(a) - rank(b) || b.raisedAt.localeCompare(a.raisedAt) : 0;
}

function rank({ code }: Alert): number {
  return WORST_FIRST.indexOf(code);
}

/** Returns the cause that alerts of several kinds share, taken from their messages. An answer below 500 concerns a single request. */
const ROOTS: Record<string, RegExp> = {
  outage: /Zoom is not answering or answers with errors|temporary error: (?!Zoom answered (HTTP )?[34])/,
  credentials: /\bcredentials_refused\b|Zoom rejects the token|Zoom answered 401 to a new token/,
  scopes: /\bscopes_missing\b|The token is not allowed to/,
};

/** Null: only the alert's own message gives its cause. */
function rootOf(message: string): string | null {
  return Object.keys(ROOTS).find((root) => ROOTS[root]?.test(message)) ?? null;
}

/** Strips from a message the broadcast it names, and the times and numbers that differ between broadcasts with one cause. */
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

/** Strips the broadcast from the start of a message, for places that already name it. */
export function withoutName(message: string): string {
  return message.replace(/^(?:"[^"]*" \((?:meeting|webinar) \d+\)|(?:meeting|webinar) \d+): /, '');
}

/** Returns the name in a message, for a broadcast that is not loaded. */
export function nameIn(message: string): string {
  return NAME.exec(message)?.[1] ?? /\b(?:meeting|webinar) \d+/.exec(message)?.[0] ?? message;
}
