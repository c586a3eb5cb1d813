/** The range and the rows of the timeline, kept in the address. */

import { computed } from '@preact/signals';
import { minute } from '../../live/clock.ts';
import { place, replaceQuery } from '../../router.ts';

const HOUR_MS = 3_600_000;
export const SPANS = { '1h': HOUR_MS, '3h': 3 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': 24 * HOUR_MS, '7d': 168 * HOUR_MS };
export type SpanName = keyof typeof SPANS;

export interface Span {
  name: SpanName;
  from: number;
  to: number;
  /** Moves along with the time. */
  follows: boolean;
}

/**
 * Without a start in the address the span follows now, with a quarter of it before now. It moves in steps, to avoid a full redraw every
 * minute.
 */
export const span = computed<Span>(() => {
  const { query } = place.value;
  const wanted = query.get('span') ?? '';
  const name: SpanName = Object.hasOwn(SPANS, wanted) ? (wanted as SpanName) : '3h';
  const length = SPANS[name];
  const given = Date.parse(query.get('from') ?? '');
  const step = Math.max(60_000, length / 60);
  const from = Number.isFinite(given) ? given : Math.floor((minute.value * 60_000 - length / 4) / step) * step;
  return { name, from, to: from + length, follows: !Number.isFinite(given) };
});

/** `meeting`, `account`, or `label:NAME`. */
export const grouping = computed(() => place.value.query.get('by') ?? 'meeting');

export function change(query: { span?: SpanName; from?: number | null; by?: string }): void {
  const { from, ...rest } = query;
  const given = from === undefined ? {} : { from: from === null ? null : new Date(from).toISOString() };
  replaceQuery({ ...Object.fromEntries(place.peek().query), ...rest, ...given });
}

/** @param by fraction of the span: -0.5 is half of it back */
export function pan(by: number): void {
  const { from, to } = span.peek();
  change({ from: from + by * (to - from) });
}

/** One zoom step in (1) or out (-1), around the middle. */
export function zoom(step: 1 | -1): void {
  const names = Object.keys(SPANS) as SpanName[];
  const { name, from, to } = span.peek();
  const next = names[names.indexOf(name) - step];
  if (next !== undefined) change({ span: next, from: (from + to) / 2 - SPANS[next] / 2 });
}
