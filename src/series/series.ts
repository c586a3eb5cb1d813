import type { z } from 'zod';
import type { Plan, Warning } from '../broadcasts/broadcast.ts';
import type { Declared } from '../validation/declared.ts';
import type { timingSchema } from './series-schema.ts';

type GivenTiming = Required<z.infer<typeof timingSchema>>;

/**
 * When the occurrences of a series are: the fields of `timingSchema`, complete. Local times have seconds
 * (`2026-12-06T09:00:00`, `10:30:00`); exceptions are local times or whole days (`2026-12-27`).
 */
export interface Timing extends Omit<GivenTiming, 'onClockChange' | 'skipCalendars'> {
  onClockChange: Required<GivenTiming['onClockChange']>;
  /** Names of calendars; series of earlier versions have none. */
  skipCalendars?: string[];
}

type PlanOfOccurrence = 'startAt' | 'stopAt' | 'timezone';
/** Series of earlier versions may have neither. */
type Later = 'onDrop' | 'onMove';

/** What every broadcast of a series has. */
export type Template = Omit<Plan, PlanOfOccurrence | Later> & Partial<Pick<Plan, Later>>;

export interface SeriesWarning extends Warning {
  /** Which occurrence (local time), or null for the series as a whole. */
  occurrence: string | null;
}

/** The record of a series, as it is stored; times that are numbers in ms since the epoch. */
export interface Series extends Timing, Template {
  id: string;
  /** Counts the changes by people; the ETag. */
  revision: number;
  /** What keeps occurrences from being created. */
  warnings: SeriesWarning[];
  createdAt: number;
  updatedAt: number;

  // The fields below are internal and not shown.

  /** Counts every write: the compare-and-set. */
  version: number;
  /** The revision that the broadcasts were last reconciled with. */
  fittedRevision: number;
  /** Every occurrence that starts before this time was created, or refused with a warning. */
  coveredUntil: number;
  /** The series that this one continues; left out: none. */
  follows?: string;
  /** Of the series that this one continues: broadcasts that a person had changed and that stay, by local time. */
  takenOver?: Record<string, string>;
  /** What the calendars said when the broadcasts were last reconciled; left out: there are none. */
  fittedCalendars?: string;
  /** The document that declares it; left out: none. */
  declared?: Declared;
  /** Being deleted: its broadcasts are canceled first. */
  deletion: { by: string; keepOccurrences: boolean } | null;
}
