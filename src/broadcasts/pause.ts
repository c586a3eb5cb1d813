import { isoTime } from '../time/iso-time.ts';
import { type Broadcast, isFinal } from './broadcast.ts';
import type { Limits } from './limits.ts';

/** What a pause covers. Labels have the form used in lists: `name=value`, or `name` alone for any value. */
export type PauseScope =
  | { all: true }
  | { account: string }
  | { seriesId: string }
  | { label: string | Record<string, string> };

/** A pause: it holds back the starts of what it covers, and nothing else (rule 16). Times in ms. */
export interface Pause {
  id: string;
  /** As the user wrote it. */
  scope: PauseScope;
  /** The scope as one name: see `scopeNames`. */
  covers: string;
  since: number;
  /** When it ends automatically; null: only when somebody ends it. */
  until: number | null;
  note: string | null;
  by: string;
}

/** `paused` of a broadcast in the API's form; times in ISO 8601. */
export interface PausedView {
  id: string;
  since: string;
  until: string | null;
  note: string | null;
  by: string;
}

/** Names of all scopes that a broadcast belongs to; the scripts have the same in `pauses.lua`. */
export function scopeNames({
  account,
  seriesId,
  labels,
}: Pick<Broadcast, 'account' | 'seriesId' | 'labels'>): string[] {
  return [
    'all',
    `account:${account}`,
    ...(seriesId === null ? [] : [`series:${seriesId}`]),
    ...Object.entries(labels).flatMap(([name, value]) => [`label:${name}`, `label:${name}=${value}`]),
  ];
}

/** The scope as one of the names above. */
export function scopeName(scope: PauseScope): string {
  if ('all' in scope) return 'all';
  if ('account' in scope) return `account:${scope.account}`;
  if ('seriesId' in scope) return `series:${scope.seriesId}`;
  if (typeof scope.label === 'string') return `label:${scope.label}`;
  return Object.entries(scope.label)
    .map(([name, value]) => `label:${name}=${value}`)
    .join();
}

/** Whether everything a scope covers (an account or a label) lies within the limits of a key. */
export function isScopeWithin(scope: Exclude<PauseScope, { seriesId: string }>, { accounts, labels }: Limits): boolean {
  if ('all' in scope) return accounts === null && labels === null;
  if ('account' in scope) return labels === null && (accounts === null || accounts.includes(scope.account));
  // Broadcasts of every account may have the label.
  if (accounts !== null) return false;
  const pairs = scopeName(scope).replace(/^label:/, '');
  return labels === null || labels.includes(pairs) || labels.includes(pairs.split('=', 1)[0] ?? '');
}

/** The pause that ends last: nothing starts before that. Of several that end together, the one that began first. */
export function lastToEnd(pauses: readonly Pause[]): Pause | null {
  const end = ({ until }: Pause) => until ?? Number.POSITIVE_INFINITY;
  return pauses.reduce<Pause | null>((last, one) => {
    if (last === null || end(one) > end(last)) return one;
    return end(one) === end(last) && one.since < last.since ? one : last;
  }, null);
}

/** The pause that holds back a start at this moment (ms), unless somebody ends it; null: none. */
export function pauseAt(of: Parameters<typeof scopeNames>[0], startAt: number, pauses: readonly Pause[]): Pause | null {
  const names = new Set(scopeNames(of));
  return lastToEnd(pauses.filter(({ covers, until }) => names.has(covers) && (until === null || until > startAt)));
}

/** The pause that a broadcast shows: of all that cover it, the last to end. Null: it is over. */
export function pauseOver(broadcast: Broadcast, pauses: readonly Pause[]): Pause | null {
  if (pauses.length === 0 || isFinal(broadcast)) return null;
  const names = new Set(scopeNames(broadcast));
  return lastToEnd(pauses.filter(({ covers }) => names.has(covers)));
}

export function viewPaused({ id, since, until, note, by }: Pause): PausedView {
  return { id, since: isoTime(since), until: isoTime(until), note, by };
}

/** A pause as the API and its events show it. */
export function representPause(pause: Pause) {
  const { id, since, until, note, by } = viewPaused(pause);
  return { id, scope: pause.scope, since, until, note, by };
}
