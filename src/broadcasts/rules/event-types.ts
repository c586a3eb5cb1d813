import { BROADCAST_STATUSES } from '../broadcast.ts';
import { ALERT_CODES } from './alert-records.ts';

const OTHERS = [
  ...['series.created', 'series.changed', 'series.deleted', 'series.warning', 'source.synced'],
  ...['pause.created', 'pause.ended'],
];

/** Every event type, to validate what users subscribe to. */
export const EVENT_TYPES: readonly string[] = [
  ...[...BROADCAST_STATUSES, 'changed', 'confirmed', 'upcoming', 'ending'].map((name) => `broadcast.${name}`),
  ...ALERT_CODES.map((code) => `alert.${code}`),
  ...OTHERS,
];

/** Whether the name fits the pattern: a name, or one with `*` for any part of it (`alert.*`, `*.failed`, `*`). */
export function matchesType(pattern: string, type: string): boolean {
  const parts = pattern.split('*');
  const [head = ''] = parts;
  if (parts.length === 1) return pattern === type;
  const tail = parts.at(-1) ?? '';
  if (!type.startsWith(head) || !type.endsWith(tail) || type.length < head.length + tail.length) return false;
  const end = type.length - tail.length;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = type.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
