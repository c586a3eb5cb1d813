/** What a line of the history says was changed, from what to what. Pure. */

import type { HistoryEntry } from '../../../src/client/index.ts';

export interface Changed {
  field: string;
  /** Left out where the line is of an earlier version, which did not keep it. */
  before?: unknown;
  after: unknown;
}

/** Empty for every other line. */
export function changedIn({ type, request, before }: Pick<HistoryEntry, 'type' | 'request' | 'before'>): Changed[] {
  if (type !== 'changed' || typeof request !== 'object' || request === null) return [];
  return Object.entries(request).map(([field, after]) => ({
    field,
    after,
    ...(before && field in before ? { before: before[field] } : {}),
  }));
}

/**
 * A value of the plan as a person reads it.
 * @param words `time` of an ISO time, `none` for nothing, `yes` and `no`
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
