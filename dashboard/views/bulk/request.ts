/** Which broadcasts to change and how. Pure apart from the reader's time zone. */

import type { BulkAction } from '../../../src/client/index.ts';
import type { Role } from '../../../src/config/roles.ts';

type Action = BulkAction['action'];

/** The role each action needs, in the order shown. */
export const NEEDS: Record<Action, Role> = {
  shift: 'write',
  extend: 'operate',
  cancel: 'write',
  start: 'operate',
  stop: 'operate',
  retry: 'operate',
};

export interface Wanted {
  which: 'selected' | 'matching';
  q: string;
  label: string;
  account: string;
  status: string;
  /** Days such as `2026-12-06` in the reader's time zone; `to` is inclusive; may be empty. */
  from: string;
  to: string;
  action: Action;
  /** For `shift` and `extend`. */
  minutes: number;
}

export type Filter = BulkAction['filter'];

export function takesMinutes(action: Action): boolean {
  return action === 'shift' || action === 'extend';
}

export function requestOf(wanted: Wanted, selected: ReadonlySet<string>): BulkAction {
  const { action, minutes } = wanted;
  return {
    filter: wanted.which === 'selected' ? { ids: [...selected] } : filterOf(wanted),
    action,
    ...(takesMinutes(action) ? { by: `${minutes < 0 ? '-' : ''}PT${Math.abs(minutes)}M` } : {}),
  };
}

/** The body for the API, without empty fields. */
export function filterOf({ q, label, account, status, from, to }: Wanted): Filter {
  const given = { q: q.trim(), label: label.trim(), account, status, from: startOf(from, 0), to: startOf(to, 1) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}

/** The start of the reader's day `later` days on. It allows for days that a clock change makes longer or shorter. */
function startOf(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return '';
  return new Date(year, month - 1, date + later).toISOString();
}

/** `2026-12-06`, in the reader's time zone. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
