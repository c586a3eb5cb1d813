/** Texts about a broadcast in the calendar. */

import type { Broadcast } from '../../../src/client/index.ts';
import { clockTime, nameOf, timeNear } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { hrefTo } from '../../router.ts';
import { calendar } from '../../texts/calendar.ts';
import { common } from '../../texts/common.ts';

/** The text in its box. */
export function shownText(one: Broadcast): string {
  return `${clockTime(one.startAt)} ${nameOf(one)}`;
}

/** Symbols for part of a series and for held by a pause. For sighted users only; `textOf` says them in words. */
export function marksOf({ seriesId, paused }: Broadcast): string {
  return `${seriesId === null ? '' : '↻'}${paused === null ? '' : '⏸'}`;
}

/** Everything its box shows, in words. It starts with the visible text, so that voice control can use it. */
export function textOf(one: Broadcast): string {
  const texts = calendar.value;
  const parts = [
    shownText(one),
    common.value.status[one.status],
    one.stopAt === null
      ? `${clockTime(one.startAt)}, ${common.value.noStop}`
      : texts.times(clockTime(one.startAt), clockTime(one.stopAt)),
    one.seriesId !== null && texts.series,
    one.paused && texts.heldBack(one.paused.note === null ? '' : `: ${one.paused.note}`),
  ];
  return parts.filter(Boolean).join(', ');
}

/** The broadcasts a move would overlap. */
export function conflictText(other: Broadcast): string {
  const texts = calendar.value;
  const from = timeNear(other.startAt, minute.peek() * 60_000);
  const times = other.stopAt === null ? from : texts.times(from, timeNear(other.stopAt, Date.parse(other.startAt)));
  return texts.conflict(nameOf(other), times);
}

/** The address of one day's view. @param date `2026-12-06` */
export function hrefToDay(date: string): string {
  return hrefTo('/calendar', { view: 'day', date });
}
