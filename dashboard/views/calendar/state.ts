/** What the calendar shows, and the pending move. Nothing is sent before the user confirms. */

import { computed, signal } from '@preact/signals';
import type { Broadcast } from '../../../src/client/index.ts';
import { may } from '../../api/session-state.ts';
import { minute } from '../../live/clock.ts';
import { allInOrder } from '../../live/records.ts';
import { isWall, place, replaceQuery } from '../../router.ts';
import { startWindowMs } from '../../start-window.ts';
import { conflictOf, daysOf, type Handle, type Mode, type Shift, shifted, type Times, timesOf } from './grid.ts';

const MODES: readonly string[] = ['day', 'week', 'month'];

export const shown = computed(() => {
  const { query } = place.value;
  const wanted = query.get('view') ?? '';
  const mode = (MODES.includes(wanted) ? wanted : 'week') as Mode;
  const given = Date.parse(`${query.get('date')}T12:00`);
  const at = Number.isFinite(given) ? given : minute.value * 60_000;
  return { mode, at, isToday: !Number.isFinite(given), days: daysOf(mode, at) };
});

/** `2026-12-06`, local. */
export function dateOf(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export function show(query: { view?: Mode; at?: number | null }): void {
  const date = query.at === undefined ? {} : { date: query.at === null ? null : dateOf(query.at) };
  replaceQuery({ ...Object.fromEntries(place.peek().query), ...(query.view ? { view: query.view } : {}), ...date });
}

export interface Proposal {
  /** The version from when it was picked up: a change by someone else must not be overwritten. */
  seen: Broadcast;
  shift: Required<Shift>;
  times: Times;
  conflict: Broadcast | null;
  /** `asking`: it was dropped, and the confirmation is open. */
  step: 'moving' | 'asking';
}

export const proposal = signal<Proposal | null>(null);

/** What this key may move now. On air, only the end. */
export function handlesOf(one: Broadcast): readonly Handle[] {
  if (isWall) return [];
  const hasEnd = one.stopAt !== null && may('operate');
  if (one.status === 'scheduled')
    return [...(may('write') ? (['all'] as const) : []), ...(hasEnd ? (['end'] as const) : [])];
  return one.status === 'live' && hasEnd ? ['end'] : [];
}

/** Tries times at this distance from the current ones. */
export function propose(seen: Broadcast, shift: Shift): void {
  const whole = { days: 0, minutes: 0, endMinutes: 0, ...shift };
  const times = shifted(timesOf(seen), whole);
  const others = allInOrder().map((record) => record.peek());
  const conflict = conflictOf(seen, times, others, startWindowMs);
  proposal.value = { seen, shift: whole, times, conflict, step: 'moving' };
}

/** The broadcast was dropped: ask for confirmation, unless nothing changed or the API would reject it. */
export function drop(): Proposal | null {
  const tried = proposal.peek();
  if (tried === null) return null;
  const { seen, times, conflict } = tried;
  const old = timesOf(seen);
  const isSame = old.startAt === times.startAt && old.stopAt === times.stopAt;
  proposal.value = isSame || conflict !== null ? null : { ...tried, step: 'asking' };
  return tried;
}
