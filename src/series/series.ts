import type {
  BroadcastKind,
  Destination,
  LivestreamSettings,
  OnDrop,
  OnMove,
  Warning,
} from '../broadcasts/broadcast.ts';

/** What happens to an occurrence whose local time a clock change skips or repeats. */
export interface ClockChangePolicy {
  /** `after`: read with the offset before the change, so 02:30 becomes 03:30 (RFC 5545); `skip`: not at all. */
  skipped: 'after' | 'skip';
  repeated: 'first' | 'second';
}

/** When the occurrences of a series are. */
export interface Timing {
  /** Value of an RRULE (RFC 5545): `FREQ=WEEKLY;BYDAY=SU`. */
  rule: string;
  /** DTSTART: local to `timezone`, `2026-12-06T09:00:00`. */
  startAt: string;
  /** IANA name. */
  timezone: string;
  /** ISO 8601; null when `stopTime` says it, or when there is no stop. */
  duration: string | null;
  /** Local time of day, `10:30:00`; on the next day when it is not after the start. */
  stopTime: string | null;
  /** EXDATE: local times (`2026-12-27T09:00:00`) or whole days (`2026-12-27`). */
  exceptions: string[];
  /** RDATE: extra local times. */
  additions: string[];
  onClockChange: ClockChangePolicy;
  /** On air this many minutes before the occurrence … */
  leadMinutes: number;
  /** … and off air this many after its end. */
  tailMinutes: number;
}

/** What every broadcast of a series has. */
export interface Template {
  meetingId: string;
  kind: BroadcastKind;
  account: string;
  title: string | null;
  settings: LivestreamSettings;
  destination: Destination | null;
  externalId: string | null;
  labels: Record<string, string>;
  /** ISO 8601 duration. */
  startWindow: string | null;
  /** Series of earlier builds may have neither. */
  onDrop?: OnDrop;
  onMove?: OnMove;
}

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
  /** Being deleted: its broadcasts are canceled first. */
  deletion: { by: string; keepOccurrences: boolean } | null;
}
