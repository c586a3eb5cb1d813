/** What a history line says was changed, with the old and new values. Pure. */

import type { HistoryEntry } from '../../../src/client/index.ts';

export interface Changed {
  field: string;
  /** Missing in a line from an earlier version, which did not store it. */
  before?: unknown;
  after: unknown;
}

/** Empty for every other kind of line. */
export function changedIn({ type, request, before }: Pick<HistoryEntry, 'type' | 'request' | 'before'>): Changed[] {
  if (type !== 'changed' || typeof request !== 'object' || request === null) return [];
  return Object.entries(request).map(([field, after]) => ({
    field,
    after,
    ...(before && field in before ? { before: before[field] } : {}),
  }));
}

/**
 * Writes a value of the plan for people.
 * @param words `time` formats an ISO time; `none` is the word for nothing, then `yes` and `no`
 */
export function valueText(
  value: unknown,
  words: { time(at: string): string; none: string; yes: string; no: string },
): string {
  if (value === null || value === undefined || value === '') return words.none;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value !== 'object') return ISO_TIME.test(String(value)) ? words.time(String(value)) : String(value);
  const parts = Object.entries(value).map(([name, one]) => `${name}=${valueText(one, words)}`);
  return parts.length === 0 ? words.none : parts.join(', ');
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
