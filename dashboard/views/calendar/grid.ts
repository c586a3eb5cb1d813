/** Days, columns and moves of the calendar. Pure. Places follow the local clock, so a day with a clock change looks like any other. */

import type { Broadcast } from '../../../src/client/index.ts';
import { overlapsOf, wantedOf } from '../plan/overlap.ts';

export type Mode = 'day' | 'week' | 'month';
/** The part of a broadcast to move: all of it, or only its end. */
export type Handle = 'all' | 'end';

const MINUTE = 60_000;
export const DAY_MINUTES = 1_440;
/** Length drawn for a broadcast without a planned stop, ms. */
const OPEN_MS = 15 * MINUTE;
/** The shortest entry that can still be clicked, minutes. */
const MIN_MINUTES = 20;

/** Local midnights, ms: the day, its week from Monday on, or the weeks its month touches. */
export function daysOf(mode: Mode, at: number): number[] {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  if (mode === 'month') day.setDate(1);
  if (mode !== 'day') day.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  return Array.from({ length: { day: 1, week: 7, month: 42 }[mode] }, (_, i) => addDays(day.getTime(), i));
}

export function addDays(at: number, days: number): number {
  const moved = new Date(at);
  moved.setDate(moved.getDate() + days);
  return moved.getTime();
}

/** The next (1) or previous (-1) day, week or month. */
export function stepOf(mode: Mode, at: number, step: number): number {
  if (mode !== 'month') return addDays(at, step * (mode === 'week' ? 7 : 1));
  const month = new Date(at);
  month.setMonth(month.getMonth() + step, 1);
  return month.getTime();
}

export interface Times {
  startAt: number;
  stopAt: number | null;
}

export function timesOf(one: Pick<Broadcast, 'startAt' | 'stopAt'>): Times {
  return { startAt: Date.parse(one.startAt), stopAt: one.stopAt === null ? null : Date.parse(one.stopAt) };
}

const endOf = ({ startAt, stopAt }: Times) => stopAt ?? startAt + OPEN_MS;

export interface Boxed {
  id: string;
  /** Minutes after midnight. */
  top: number;
  height: number;
  lane: number;
  lanes: number;
}

/** The minutes of the day it covers in a column; null: not on this day. */
export function minutesIn(times: Times, day: number): { top: number; height: number } | null {
  const next = addDays(day, 1);
  const [from, to] = [Math.max(times.startAt, day), Math.min(endOf(times), next)];
  if (from >= next || to < day || (to === day && times.startAt < day)) return null;
  const top = Math.min(minuteOf(from), DAY_MINUTES - MIN_MINUTES);
  const bottom = to >= next ? DAY_MINUTES : minuteOf(to);
  return { top, height: Math.max(MIN_MINUTES, bottom - top) };
}

function minuteOf(at: number): number {
  const date = new Date(at);
  return date.getHours() * 60 + date.getMinutes();
}

/** Places overlapping entries side by side, at most `most`; `more` counts the others, by the hour they start. */
export function columnOf(
  all: readonly ({ id: string } & Times)[],
  day: number,
  most: number,
): { boxes: Boxed[]; more: Map<number, number> } {
  const boxes: Boxed[] = [];
  const more = new Map<number, number>();
  let group: Boxed[] = [];
  let groupEnd = 0;
  for (const one of all) {
    const place = minutesIn(one, day);
    if (place === null) continue;
    if (place.top >= groupEnd) group = [];
    const taken = new Set(group.filter(({ top, height }) => top + height > place.top).map(({ lane }) => lane));
    const lane = Array.from({ length: most }, (_, i) => i).find((i) => !taken.has(i));
    if (lane === undefined) {
      const hour = Math.floor(place.top / 60);
      more.set(hour, (more.get(hour) ?? 0) + 1);
      continue;
    }
    const box = { id: one.id, ...place, lane, lanes: lane + 1 };
    group.push(box);
    boxes.push(box);
    const lanes = Math.max(...group.map((other) => other.lanes));
    for (const other of group) other.lanes = lanes;
    groupEnd = Math.max(group.length === 1 ? 0 : groupEnd, place.top + place.height);
  }
  return { boxes, more };
}

/** Midnight of a day → ids of what starts on it, in the given order. */
export function idsByDay(all: readonly Pick<Broadcast, 'id' | 'startAt'>[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { id, startAt } of all) {
    const [day = 0] = daysOf('day', Date.parse(startAt));
    found.set(day, [...(found.get(day) ?? []), id]);
  }
  return found;
}

/** What a drag or an arrow key requests. */
export interface Shift {
  days?: number;
  minutes?: number;
  /** Only the end. */
  endMinutes?: number;
}

/** One day later means the same local time, even across a clock change. The end keeps its distance and stays after the start. */
export function shifted({ startAt, stopAt }: Times, { days = 0, minutes = 0, endMinutes = 0 }: Shift): Times {
  const start = addDays(startAt, days) + minutes * MINUTE;
  if (stopAt === null) return { startAt: start, stopAt };
  const stop = stopAt + (start - startAt) + endMinutes * MINUTE;
  return { startAt: start, stopAt: Math.max(stop, start + MINUTE) };
}

/**
 * Another broadcast of the same meeting that would overlap; the API would reject the move.
 * @param windowMs START_WINDOW of the installation
 */
export function conflictOf(
  one: Broadcast,
  { startAt, stopAt }: Times,
  others: Iterable<Broadcast>,
  windowMs: number,
): Broadcast | null {
  return overlapsOf({ ...wantedOf(one), start: startAt, stop: stopAt }, others, windowMs)[0] ?? null;
}

/** The moment of a local time in a zone (`2026-12-25T09:00`), found from the zone's offset around that time, ms. */
export function momentOf(local: string, zone: string): number {
  const wanted = Date.parse(`${local.slice(0, 16)}Z`);
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const shownAs = (at: number) => Date.parse(`${parts.format(at).replace(', ', 'T')}Z`);
  const first = wanted - (shownAs(wanted) - wanted);
  return first - (shownAs(first) - wanted);
}
