/** What a calendar or a spreadsheet asks for, and what could not be read of it. */
import type { NewBroadcast } from '../validation/input-types.ts';

/** One broadcast that a file asks for, or says that it does not take place: a row of a CSV, an occurrence of a calendar's event. */
export interface PlannedEvent {
  /** Line of a CSV; of a calendar the number of the event. Both count from 1. */
  row: number;
  /** Names it for good, so that importing twice stores once; null: made of meeting and start. */
  externalId: string | null;
  /** As `POST /v1/broadcasts` takes it. One that is canceled may lack its meeting. */
  body: Record<string, unknown>;
  /** The file says that it does not take place. */
  canceled: boolean;
  /** What to add to an error of a field. */
  hints?: Record<string, string>;
  /** A canceled event without occurrence: everything of this family, the whole series. */
  family?: string;
}

/**
 * What is wrong with a row. `clock_change`: its local time does not exist, or comes twice. `file`: the whole file cannot be trusted, so
 * that nothing of it may be used.
 */
export interface RowIssue {
  row: number;
  /** Of a calendar: the line of the file, from 1. */
  line?: number;
  path: string;
  message: string;
  kind: 'fault' | 'clock_change' | 'file';
  /** Its local time has no zone: one for the whole file would do. */
  zoneMissing?: true;
  /** The row that has the same external id. */
  sameAs?: number;
}

/** A row that is not an upcoming broadcast, and why. */
export interface SkippedRow {
  row: number;
  why: string;
  uid?: string;
  title?: string;
  /** ISO 8601, where it could be read. */
  startAt?: string;
}

/** What was read of a file. */
export interface Reading {
  events: PlannedEvent[];
  issues: RowIssue[];
  skipped: SkippedRow[];
  /** Planned anyway, but a person should know. */
  warnings: { row: number; message: string }[];
  /** About the whole file, such as which zone is used for an unknown one. */
  notes: string[];
  /**
   * The families of external ids (see `familyOf`) that the file describes in full from now to `until`: what is stored of them and is
   * not among the events takes place no longer. A CSV describes none.
   */
  families: ReadonlySet<string>;
  /** Families that stand in the file, but could not be read: what is stored of them stays. */
  unsure: ReadonlySet<string>;
  /** Recurring events were followed up to this moment, ms. */
  until: number;
}

/** An event without fault, and what it plans. */
export interface CheckedEvent extends PlannedEvent {
  externalId: string;
  /** It has begun and not ended: only the end of one that is on air can follow. */
  begun: boolean;
  /** The file names none: it was made of meeting and start, and is another once these change. */
  isMade: boolean;
  /** Null: it is canceled. */
  plan: NewBroadcast | null;
}

/** A reading whose events were checked as the API checks them. */
export interface CheckedReading extends Omit<Reading, 'events'> {
  events: CheckedEvent[];
}

export type OpenReading = Reading & { families: Set<string>; unsure: Set<string> };

export function emptyReading(until: number): OpenReading {
  const nothing = { events: [], issues: [], skipped: [], warnings: [], notes: [] };
  return { ...nothing, families: new Set(), unsure: new Set(), until };
}
