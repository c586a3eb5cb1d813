/** Where each broadcast goes in the timeline. Pure: depends only on the records, the span and the width. */

import type { Broadcast } from '../../../src/client/index.ts';

/** Length drawn for a broadcast without a planned stop, ms. */
export const OPEN_MS = 1_800_000;
/** Narrower bars can be neither seen nor clicked: neighbours are merged into one block, px. */
const NARROW_PX = 8;

export interface Placed {
  id: string;
  /** The earlier of planned and actual start, ms. */
  from: number;
  /** The later of planned and actual end, ms. */
  to: number;
}

/** One line of the timeline. A group whose broadcasts overlap has several lines, each without overlaps. */
export interface Lane {
  key: string;
  /** Label of the group; only its first lane shows it. */
  name: string;
  isFirst: boolean;
  items: Placed[];
}

/** The drawn range. A broadcast on air lasts at least until `now` (ms). */
export function placeOf(one: Broadcast, now: number): Placed {
  const start = Date.parse(one.startAt);
  const stop = one.stopAt === null ? start + OPEN_MS : Date.parse(one.stopAt);
  const began = one.startedAt === null ? start : Date.parse(one.startedAt);
  const isOn = one.status === 'live' || one.status === 'stopping';
  const ended = one.stoppedAt !== null ? Date.parse(one.stoppedAt) : isOn ? now : stop;
  return { id: one.id, from: Math.min(start, began), to: Math.max(stop, ended) };
}

/** The broadcasts that touch the span, grouped by name, each group in as few lanes as it needs to avoid overlaps. */
export function lanesOf(
  broadcasts: readonly Broadcast[],
  groupOf: (one: Broadcast) => string,
  span: { from: number; to: number },
  now: number,
): Lane[] {
  const groups = new Map<string, Placed[]>();
  for (const one of broadcasts) {
    const placed = placeOf(one, now);
    if (placed.to <= span.from || placed.from >= span.to) continue;
    const name = groupOf(one);
    const known = groups.get(name);
    if (known) known.push(placed);
    else groups.set(name, [placed]);
  }
  const names = [...groups.keys()].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return names.flatMap((name) =>
    withoutOverlap(groups.get(name) ?? []).map((items, i) => ({ key: `${name} ${i}`, name, isFirst: i === 0, items })),
  );
}

function withoutOverlap(items: Placed[]): Placed[][] {
  const lanes: Placed[][] = [];
  for (const item of items.sort((a, b) => a.from - b.from)) {
    const free = lanes.find((lane) => (lane.at(-1)?.to ?? 0) <= item.from);
    if (free) free.push(item);
    else lanes.push([item]);
  }
  return lanes;
}

/** One broadcast, or a block of several that are too narrow to tell apart. */
export interface Block {
  items: Placed[];
  from: number;
  to: number;
}

/** @param msPerPx the current zoom */
export function blocksOf(items: readonly Placed[], span: { from: number; to: number }, msPerPx: number): Block[] {
  const narrow = NARROW_PX * msPerPx;
  const blocks: Block[] = [];
  for (const item of items) {
    if (item.to <= span.from || item.from >= span.to) continue;
    const last = blocks.at(-1);
    const isNarrow = item.to - item.from < narrow;
    const joins =
      last && isNarrow && last.items.every(({ from, to }) => to - from < narrow) && item.to - last.from < 3 * narrow;
    if (joins) {
      last.items.push(item);
      last.to = Math.max(last.to, item.to);
    } else blocks.push({ items: [item], from: item.from, to: item.to });
  }
  return blocks;
}

const MINUTE = 60_000;
const STEPS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE);
/** Space for a label with the time of day, px. */
const TICK_PX = 64;

/** Round local times for the axis, ms. */
export function ticksOf(span: { from: number; to: number }, msPerPx: number): number[] {
  const step = STEPS.find((one) => one / msPerPx >= TICK_PX) ?? 1_440 * MINUTE;
  const ticks: number[] = [];
  const day = new Date(span.from);
  day.setHours(0, 0, 0, 0);
  // Steps day by day: a day with a clock change has 23 or 25 hours, and the next one starts at a round time again.
  for (; day.getTime() < span.to; day.setDate(day.getDate() + 1)) {
    const next = new Date(day);
    next.setDate(next.getDate() + 1);
    for (let at = day.getTime(); at < next.getTime(); at += step) if (at >= span.from && at < span.to) ticks.push(at);
  }
  return ticks;
}
