/** What an import would do: which rows are new, which change what is there, which stand in each other's way. */

import type { BroadcastRepresentation } from '../broadcasts/view.ts';
import { durationMs } from '../time/local-time.ts';
import type { CheckedRow } from './import-row.ts';

/** What is compared of a broadcast that is there: the API's view of it, or a record made into one. */
export type StoredBroadcast = Pick<
  BroadcastRepresentation,
  | 'id'
  | 'revision'
  | 'status'
  | 'reason'
  | 'externalId'
  | 'meetingId'
  | 'kind'
  | 'account'
  | 'title'
  | 'startAt'
  | 'stopAt'
  | 'timezone'
  | 'settings'
  | 'labels'
  | 'destination'
  | 'startWindow'
>;

export type RowState = 'new' | 'changed' | 'unchanged' | 'conflicting' | 'canceled' | 'finished';

export interface RowDifference {
  row: CheckedRow;
  state: RowState;
  /** The broadcast that is there. */
  broadcast: StoredBroadcast | null;
  /** The PATCH of a changed one. */
  change: Record<string, unknown> | null;
  note: string | null;
}

const FINAL = new Set(['ended', 'canceled', 'missed', 'failed']);
/** Default of START_WINDOW, for the overlap of what has no stop. */
const WINDOW_MS = 7_200_000;

/** @param existing every broadcast that may have one of the external ids, or overlap */
export function differences(rows: CheckedRow[], existing: StoredBroadcast[]): RowDifference[] {
  const byExternalId = new Map<string, StoredBroadcast>();
  for (const broadcast of existing) {
    const former = broadcast.externalId === null ? undefined : byExternalId.get(broadcast.externalId);
    if (broadcast.externalId !== null && (!former || FINAL.has(former.status))) {
      byExternalId.set(broadcast.externalId, broadcast);
    }
  }
  const found = rows.map((row) => differenceOf(row, byExternalId.get(row.externalId) ?? null));
  markConflicts(found, existing);
  return found;
}

function differenceOf(row: CheckedRow, broadcast: StoredBroadcast | null): RowDifference {
  const is = (state: RowState, note: string | null = null, change: RowDifference['change'] = null) => ({
    ...{ row, broadcast, state, note, change },
  });
  if (row.canceled) return broadcast && !FINAL.has(broadcast.status) ? is('canceled') : is('unchanged');
  if (!broadcast) return is('new');
  const change = changeOf(row, broadcast);
  if (!change) return is('unchanged');
  if (FINAL.has(broadcast.status)) return is('finished', `it is ${broadcast.status} already, and stays so`);
  return is('changed', Object.keys(change).join(', '), change);
}

/** Only what the file speaks of is compared; a stream key cannot be, so it goes along with its destination. */
function changeOf({ body, plan }: CheckedRow, broadcast: StoredBroadcast): Record<string, unknown> | null {
  const change: Record<string, unknown> = {};
  const compare = (name: string, wanted: unknown, is: unknown, sent: unknown = wanted) => {
    if (JSON.stringify(wanted) !== JSON.stringify(is)) change[name] = sent;
  };
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  compare('startAt', iso(plan.startAt), broadcast.startAt);
  if ('stopAt' in body || 'duration' in body) compare('stopAt', iso(plan.stopAt), broadcast.stopAt);
  else if (broadcast.stopAt !== null) compare('stopAt', iso(movedStop(plan.startAt, broadcast)), broadcast.stopAt);
  compare('meetingId', plan.meetingId, broadcast.meetingId);
  for (const name of ['kind', 'account', 'title', 'timezone', 'startWindow'] as const) {
    if (name in body) compare(name, plan[name], broadcast[name]);
  }
  if ('labels' in body) compare('labels', sorted(plan.labels), sorted(broadcast.labels), plan.labels);
  if ('settings' in body) compare('settings', sorted(plan.settings), sorted(broadcast.settings), plan.settings);
  if (plan.destination) {
    const { streamKey: _key, ...shown } = plan.destination;
    compare('destination', sorted(shown), sorted(broadcast.destination ?? {}), plan.destination);
  }
  return Object.keys(change).length > 0 ? change : null;
}

/** The file says no stop: the one that is there moves along with the start, so that the length stays. */
function movedStop(startAt: number, broadcast: StoredBroadcast): number | null {
  if (broadcast.stopAt === null) return null;
  return Date.parse(broadcast.stopAt) + startAt - Date.parse(broadcast.startAt);
}

function sorted(value: object): unknown {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

interface Interval {
  from: number;
  to: number;
  name: string;
  /** Null: of a broadcast that is not in the file. */
  difference: RowDifference | null;
}

/** By meeting and in order of time, neighbours that overlap; only what the import would write can be in conflict. */
function markConflicts(all: RowDifference[], existing: StoredBroadcast[]): void {
  const inFile = new Set(
    all.flatMap(({ broadcast, state }) => (broadcast && state !== 'finished' ? [broadcast.id] : [])),
  );
  const byMeeting = new Map<string, Interval[]>();
  const add = (meetingId: string, interval: Interval) => {
    const list = byMeeting.get(meetingId);
    if (list) list.push(interval);
    else byMeeting.set(meetingId, [interval]);
  };
  for (const difference of all) {
    if (['canceled', 'finished'].includes(difference.state) || difference.row.canceled) continue;
    const { startAt, stopAt, startWindow, meetingId } = difference.row.plan;
    add(meetingId, { ...spanOf(startAt, stopAt, startWindow), name: `row ${difference.row.row}`, difference });
  }
  for (const one of existing) {
    if (FINAL.has(one.status) || inFile.has(one.id)) continue;
    const span = spanOf(Date.parse(one.startAt), one.stopAt === null ? null : Date.parse(one.stopAt), one.startWindow);
    add(one.meetingId, { ...span, name: `broadcast ${one.id}`, difference: null });
  }
  for (const intervals of byMeeting.values()) markOverlaps(intervals);
}

function spanOf(from: number, stopAt: number | null, window: string | null) {
  return { from, to: stopAt ?? from + (window === null ? WINDOW_MS : (durationMs(window) ?? WINDOW_MS)) };
}

function markOverlaps(intervals: Interval[]): void {
  intervals.sort((a, b) => a.from - b.from);
  let longest: Interval | undefined;
  for (const interval of intervals) {
    if (longest && interval.from < longest.to) {
      for (const [mine, other] of [
        [interval, longest],
        [longest, interval],
      ] as const) {
        if (!mine.difference || !['new', 'changed'].includes(mine.difference.state)) continue;
        mine.difference.state = 'conflicting';
        mine.difference.note = `overlaps ${other.name}`;
      }
    }
    if (!longest || interval.to > longest.to) longest = interval;
  }
}
