/** What a calendar or a spreadsheet asks for, and which parts of it could not be read. */
import type { NewBroadcast } from '../validation/input-types.ts';

/** One broadcast that a file asks for or cancels: a row of a CSV, or an occurrence of a calendar event. */
export interface PlannedEvent {
  /** Line of a CSV, or number of the event in a calendar. Both count from 1. */
  row: number;
  /** Permanent id, so that importing twice stores once; null: derived from meeting and start. */
  externalId: string | null;
  /** In the format of `POST /v1/broadcasts`. A canceled one may lack its meeting. */
  body: Record<string, unknown>;
  /** The file says that it does not take place. */
  canceled: boolean;
  /** What to add to an error of a field. */
  hints?: Record<string, string>;
  /** A canceled event that names no occurrence: it cancels the whole family (series). */
  family?: string;
}

/**
 * What is wrong with a row. `clock_change`: its local time does not exist, or exists twice. `file`: the whole file is unreliable, so
 * nothing of it may be used.
 */
export interface RowIssue {
  row: number;
  /** For a calendar: the line in the file, from 1. */
  line?: number;
  path: string;
  message: string;
  kind: 'fault' | 'clock_change' | 'file';
  /** Its local time has no zone. One zone for the whole file would fix that. */
  zoneMissing?: true;
  /** The row with the same external id. */
  sameAs?: number;
}

/** A row that is not an upcoming broadcast, and why. */
export interface SkippedRow {
  row: number;
  why: string;
  uid?: string;
  title?: string;
  /** ISO 8601, if it could be read. */
  startAt?: string;
}

/** The result of reading a file. */
export interface Reading {
  events: PlannedEvent[];
  issues: RowIssue[];
  skipped: SkippedRow[];
  /** Planned anyway, but a person should know. */
  warnings: { row: number; message: string }[];
  /** About the whole file, such as which zone is used for an unknown one. */
  notes: string[];
  /**
   * Families of external ids (see `familyOf`) that the file describes in full from now to `until`: their stored broadcasts without an event
   * no longer take place. A CSV describes none.
   */
  families: ReadonlySet<string>;
  /** Families in the file that could not be read: their stored broadcasts stay. */
  unsure: ReadonlySet<string>;
  /** Recurring events were expanded up to this moment, ms. */
  until: number;
}

/** A valid event, and its plan. */
export interface CheckedEvent extends PlannedEvent {
  externalId: string;
  /** It has begun and not ended: if it is on air, only its end can change. */
  begun: boolean;
  /** The file has no id for it: the id was derived from meeting and start, and changes with them. */
  isMade: boolean;
  /** Null: it is canceled. */
  plan: NewBroadcast | null;
}

/** A reading whose events passed the API's validation. */
export interface CheckedReading extends Omit<Reading, 'events'> {
  events: CheckedEvent[];
}

export type OpenReading = Reading & { families: Set<string>; unsure: Set<string> };

export function emptyReading(until: number): OpenReading {
  const nothing = { events: [], issues: [], skipped: [], warnings: [], notes: [] };
  return { ...nothing, families: new Set(), unsure: new Set(), until };
}
