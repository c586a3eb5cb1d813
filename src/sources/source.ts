/** A timetable that is followed: what it is, and the results of its last syncs. */

import type { Declared } from '../validation/declared.ts';

export const SOURCE_KINDS = ['ics', 'csv', 'zoom'] as const;

export interface Source {
  /** First part of the external ids of its broadcasts. */
  name: string;
  /** `document`: what `livestream apply` declares; it is applied, not synced. */
  kind: (typeof SOURCE_KINDS)[number] | 'document';
  /** Null: files are given to it by hand (`livestream import FILE --source NAME`), or it is one of Zoom. */
  url: string | null;
  /** Of the kind `zoom`: whose meetings and webinars are followed, by mail address or Zoom's id. */
  zoomUser: string | null;
  /** Of the kind `zoom`, instead of `zoomUser`: the one meeting or webinar that is followed. */
  zoomMeeting: string | null;
  /** Regular expression: only meetings whose topic it matches. */
  topic: string | null;
  /** ISO 8601 duration from one sync to the next. */
  every: string;
  /** IANA zone of local times without a zone. */
  timezone: string | null;
  /** What names of zones in a calendar mean: IANA zone by name. */
  zones: Record<string, string>;
  /** Of events without an account. */
  account: string | null;
  /** Of each of its broadcasts; a label of the event itself wins. */
  labels: Record<string, string>;
  /** Order of day and month in dates such as 02/12/2030 in a CSV. */
  dateOrder: 'day-first' | 'month-first' | null;
  /** Unknown columns of a CSV are skipped. */
  ignoreColumns: boolean;
  /** What is no longer in the timetable is canceled. */
  prune: boolean;
  /** No more than this part of the upcoming broadcasts is canceled at once, 0 to 1. */
  brake: number;
  paused: boolean;
  /** ms */
  createdAt: number;
  updatedAt: number;
  /** The document that declares it; left out: none. */
  declared?: Declared;
}

/** Fields that records of earlier versions lack. */
export const SOURCE_DEFAULTS = { zoomUser: null, zoomMeeting: null, topic: null, zones: {} } as const;

/** What a new source is where its input says nothing. */
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
  /** When its file was last read as a whole, ms. */
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

/** One event of the timetable, or one broadcast that it lists no longer. */
export interface PlanItem {
  /** Line of a CSV, number of the event in a calendar; null: it is no longer in the file. */
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
  /** Nothing is done, because the file cannot be trusted. */
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
