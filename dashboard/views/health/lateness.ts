/** How late the starts and stops of a span were. Pure: depends only on the records. */

import type { Broadcast } from '../../../src/client/index.ts';

/** One request that Zoom accepted. */
export interface Sent {
  id: string;
  what: 'start' | 'stop';
  /** When it was due, ms. */
  dueAt: number;
  lateMs: number;
}

export interface Bin {
  /** Its beginning, ms. */
  at: number;
  count: number;
  medianMs: number;
  slowestMs: number;
}

/** Everything due from `from` until before `to` (ms) that was sent, the slowest first. */
export function sentWithin(broadcasts: readonly Broadcast[], from: number, to: number): Sent[] {
  const sent: Sent[] = [];
  const take = (id: string, what: Sent['what'], due: string | null, lateMs: number | null) => {
    if (due === null || lateMs === null) return;
    const dueAt = Date.parse(due);
    if (dueAt >= from && dueAt < to) sent.push({ id, what, dueAt, lateMs });
  };
  for (const one of broadcasts) {
    take(one.id, 'start', one.startAt, one.startLatenessMs);
    take(one.id, 'stop', one.stopAt, one.stopLatenessMs);
  }
  return sent.sort((a, b) => b.lateMs - a.lateMs);
}

/** Divides the span into `count` equal parts, including empty ones. */
export function binsOf(sent: readonly Sent[], from: number, to: number, count: number): Bin[] {
  const width = (to - from) / count;
  const parts: number[][] = Array.from({ length: count }, () => []);
  for (const { dueAt, lateMs } of sent) parts[Math.floor((dueAt - from) / width)]?.push(lateMs);
  return parts.map((late, i) => ({
    at: from + i * width,
    count: late.length,
    medianMs: medianOf(late),
    slowestMs: Math.max(0, ...late),
  }));
}

/** With an even count, the upper of the two middle values; 0 for none. */
export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Grid lines of the chart, ms: a start is usually some ms late, and after an outage of Zoom minutes. */
export const SCALE = [10, 100, 1_000, 10_000, 100_000] as const;
const [LOWEST, HIGHEST] = [1, 1_000_000];

/** Position of a lateness in the chart, 0 to 1. The scale is logarithmic, so that ms and minutes fit in one chart. */
export function heightOf(lateMs: number): number {
  const bounded = Math.min(HIGHEST, Math.max(LOWEST, lateMs));
  return Math.log10(bounded / LOWEST) / Math.log10(HIGHEST / LOWEST);
}
