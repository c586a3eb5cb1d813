import type { z } from 'zod';
import type { Plan, Warning } from '../broadcasts/broadcast.ts';
import type { Declared } from '../validation/declared.ts';
import type { timingSchema } from './series-schema.ts';

type GivenTiming = Required<z.infer<typeof timingSchema>>;

/**
 * The times of a series: the fields of `timingSchema`, complete. Local times have seconds (`2026-12-06T09:00:00`, `10:30:00`); exceptions
 * are local times or whole days (`2026-12-27`).
 */
export interface Timing extends Omit<GivenTiming, 'onClockChange' | 'skipCalendars'> {
  onClockChange: Required<GivenTiming['onClockChange']>;
  /** Names of calendars; series of earlier versions have none. */
  skipCalendars?: string[];
}

type PlanOfOccurrence = 'startAt' | 'stopAt' | 'timezone';
/** Series of earlier versions may have neither. */
type Later = 'onDrop' | 'onMove';

/** The fields that every broadcast of a series gets. */
export type Template = Omit<Plan, PlanOfOccurrence | Later> & Partial<Pick<Plan, Later>>;

export interface SeriesWarning extends Warning {
  /** The occurrence (local time), or null for the series as a whole. */
  occurrence: string | null;
}

/** The stored record of a series; numeric times are ms since the epoch. */
export interface Series extends Timing, Template {
  id: string;
  /** Increases with each change by a person; the ETag. */
  revision: number;
  /** Reasons why occurrences cannot be created. */
  warnings: SeriesWarning[];
  createdAt: number;
  updatedAt: number;

  // The fields below are internal; the API does not return them.

  /** Increases with every write, for the compare-and-set. */
  version: number;
  /** The revision that the broadcasts were last reconciled with. */
  fittedRevision: number;
  /** Every occurrence that starts before this time was created, or rejected with a warning. */
  coveredUntil: number;
  /** The series that this one continues; omitted: none. */
  follows?: string;
  /** Broadcasts of the series that this one continues, which a person had changed and which stay, by local time. */
  takenOver?: Record<string, string>;
  /** The state of the calendars when the broadcasts were last reconciled; omitted: no calendars. */
  fittedCalendars?: string;
  /** The document that declares it; omitted: none. */
  declared?: Declared;
  /** Being deleted: its broadcasts are canceled first. */
  deletion: { by: string; keepOccurrences: boolean } | null;
}
