import type { NewBroadcast } from '../validation/input-types.ts';

/** One broadcast that a file asks for: a row of a CSV, an occurrence of a calendar's event. */
export interface ImportRow {
  /** Line of a CSV; of a calendar the number of the event. Both count from 1. */
  row: number;
  /** Names it for good, so that importing twice stores once; null: made of meeting and start. */
  externalId: string | null;
  /** As `POST /v1/broadcasts` takes it. */
  body: Record<string, unknown>;
  /** The file says that it does not take place. */
  canceled: boolean;
}

/** What is wrong with a row. `clock_change`: its local time does not exist, or comes twice. */
export interface RowIssue {
  row: number;
  path: string;
  message: string;
  kind: 'fault' | 'clock_change';
  /** Its local time has no zone: one for the whole file would do. */
  zoneMissing?: true;
}

/** A row that is no broadcast to come, and why. */
export interface PassedOver {
  row: number;
  why: string;
}

/** What was read of a file. */
export interface ImportSource {
  rows: ImportRow[];
  issues: RowIssue[];
  skipped: PassedOver[];
}

/** A row without fault, and what it plans. */
export interface CheckedRow extends ImportRow {
  externalId: string;
  /** The file names none: it was made of meeting and start, and is another once these change. */
  isMade: boolean;
  plan: NewBroadcast;
}
