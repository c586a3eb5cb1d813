/** A timetable that the scheduler follows: its settings, and the results of its last syncs. */

import type { Declared } from '../validation/declared.ts';

export const SOURCE_KINDS = ['ics', 'csv', 'zoom'] as const;

export interface Source {
  /** First part of the external ids of its broadcasts. */
  name: string;
  /** `document`: what `livestream apply` declares; applied, not synced. */
  kind: (typeof SOURCE_KINDS)[number] | 'document';
  /** Null: files are uploaded by hand (`livestream import FILE --source NAME`), or the kind is `zoom`. */
  url: string | null;
  /** For the kind `zoom`: the user whose meetings and webinars to follow, by mail address or Zoom's id. */
  zoomUser: string | null;
  /** Of the kind `zoom`, instead of `zoomUser`: the one meeting or webinar that is followed. */
  zoomMeeting: string | null;
  /** Regular expression: follow only meetings whose topic it matches. */
  topic: string | null;
  /** ISO 8601 duration between syncs. */
  every: string;
  /** IANA zone of local times without a zone. */
  timezone: string | null;
  /** The meaning of zone names in a calendar: IANA zone by name. */
  zones: Record<string, string>;
  /** Of events without an account. */
  account: string | null;
  /** Added to each broadcast; a label of the event itself wins. */
  labels: Record<string, string>;
  /** Order of day and month in dates such as 02/12/2030 in a CSV. */
  dateOrder: 'day-first' | 'month-first' | null;
  /** Skip unknown columns of a CSV. */
  ignoreColumns: boolean;
  /** Cancel what is no longer in the timetable. */
  prune: boolean;
  /** Cancel at most this fraction of the upcoming broadcasts at once, 0 to 1. */
  brake: number;
  paused: boolean;
  /** ms */
  createdAt: number;
  updatedAt: number;
  /** The document that declares it; omitted: none. */
  declared?: Declared;
}

/** Fields that records of earlier versions lack. */
export const SOURCE_DEFAULTS = { zoomUser: null, zoomMeeting: null, topic: null, zones: {} } as const;

/** Defaults of a new source. */
export const NEW_SOURCE = {
  ...{ ...SOURCE_DEFAULTS, url: null, every: 'PT15M', timezone: null, account: null, labels: {}, dateOrder: null },
  ...{ ignoreColumns: false, prune: false, brake: 0.2, paused: false },
} as const;

/** Whether it is synced automatically. */
export function isPulled({ url, kind }: Pick<Source, 'url' | 'kind'>): boolean {
  return url !== null || kind === 'zoom';
}

export interface SourceState {
  /** When a sync last ended, with any result, ms. */
  triedAt: number | null;
  /** When its file was last read completely, ms. */
  readAt: number | null;
  /** Why the last sync did nothing, in words. */
  problem: string | null;
  braked: boolean;
  counts: SyncCounts | null;
  /** What the last response said about its file. */
  version: { etag: string | null; lastModified: string | null } | null;
  /** SHA-256 of the last file that was followed. */
  hash: string | null;
}

export const NEVER: SourceState = {
  ...{ triedAt: null, readAt: null, problem: null, braked: false, counts: null, version: null, hash: null },
};

export const PLAN_STATES = ['new', 'changed', 'canceled', 'vanished', 'kept', 'conflicting', 'skipped'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export type SyncCounts = Record<PlanState | 'unchanged', number>;

/** One event of the timetable, or one broadcast that is no longer in it. */
export interface PlanItem {
  /** Line of a CSV, or number of the event in a calendar; null: no longer in the file. */
  row: number | null;
  /** In the timetable. */
  uid: string | null;
  title: string | null;
  /** ISO 8601. */
  startAt: string | null;
  /** What changes, or why nothing does. */
  detail: string;
  broadcastId: string | null;
}

/** What a sync does, or would do. */
export interface SyncPlan extends Record<PlanState, PlanItem[]> {
  counts: SyncCounts;
  /** The sync does nothing, because the file cannot be trusted. */
  braked: boolean;
  /** Why, in words. */
  reason: string | null;
}

/** Without events: they are not known. */
export function emptyPlan(reason: string): SyncPlan {
  const lists = Object.fromEntries(PLAN_STATES.map((state) => [state, []])) as unknown as Record<PlanState, PlanItem[]>;
  return { ...lists, counts: countsOf(lists, 0), braked: true, reason };
}

/** @param unchanged events that are planned as they are in the timetable */
export function countsOf(lists: Record<PlanState, PlanItem[]>, unchanged: number): SyncCounts {
  const counts = Object.fromEntries(PLAN_STATES.map((state) => [state, lists[state].length]));
  return { ...counts, unchanged } as SyncCounts;
}
