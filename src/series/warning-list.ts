import type { LivestreamError } from '../errors.ts';
import type { Series, SeriesWarning } from './series.ts';

/** A rule that overlaps itself would fill the record. */
const MAX_WARNINGS = 20;

/** Found only once, at a change; all others are found again each time. */
const CARRIED = new Set(['not_changed', 'too_late']);

/** Why the occurrences of a series differ from its rule. */
export class WarningList {
  readonly #series: Pick<Series, 'rule' | 'meetingId'>;
  readonly #all: SeriesWarning[] = [];

  constructor(series: Pick<Series, 'rule' | 'meetingId'>) {
    this.#series = series;
  }

  /** Keeps warnings of an earlier change while their occurrence is upcoming. `now`: local time there. */
  carry(warnings: SeriesWarning[], now: string): void {
    this.#all.push(
      ...warnings.filter(({ code, occurrence }) => CARRIED.has(code) && occurrence !== null && occurrence > now),
    );
  }

  /** An occurrence that could not be created or changed. */
  refused(code: 'not_created' | 'not_changed', occurrence: string, error: LivestreamError): void {
    const did = code === 'not_created' ? 'was not created' : 'was not changed';
    const overlap = error.code === 'overlap';
    const other = String(error.extra['conflictsWith'] ?? '');
    const why = overlap ? `broadcast ${other} of meeting ${this.#series.meetingId} overlaps it` : error.message;
    const fix = overlap
      ? `Move or cancel ${other}, or make this occurrence an exception`
      : 'Change the series so that it no longer overlaps';
    this.#all.push({
      code: overlap && code === 'not_created' ? 'overlap' : code,
      occurrence,
      message: `the occurrence of ${occurrence} ${did}: ${why}`,
      advice: code === 'not_created' ? `${fix}; this is retried every minute.` : `${fix}, or edit this broadcast.`,
    });
  }

  /** By the new plan, the occurrence should already have started. */
  tooLate(occurrence: string): void {
    this.#all.push({
      code: 'too_late',
      occurrence,
      message: `the occurrence of ${occurrence} was not changed: by the changed series it should already have started`,
      advice: 'Start it yourself if it should be on air now.',
    });
  }

  calendarMissing(name: string): void {
    this.#all.push({
      code: 'calendar_missing',
      occurrence: null,
      message: `there is no calendar ${name}, so nothing is skipped for it`,
      advice: 'Add the calendar, or take its name out of skipCalendars.',
    });
  }

  ruleFails(error: unknown): void {
    this.#all.push({
      code: 'rule_unusable',
      occurrence: null,
      message: `no occurrences were created: ${error instanceof Error ? error.message : String(error)}`,
      advice: `Change the rule ${this.#series.rule}.`,
    });
  }

  /** At most 20, the earliest first; the last one then says how many more there are. */
  list(): SeriesWarning[] {
    const sorted = [...this.#all].sort((a, b) => ((a.occurrence ?? '') < (b.occurrence ?? '') ? -1 : 1));
    if (sorted.length <= MAX_WARNINGS) return sorted;
    const more = sorted.length - (MAX_WARNINGS - 1);
    return [
      ...sorted.slice(0, MAX_WARNINGS - 1),
      {
        code: 'more',
        occurrence: null,
        message: `${more} more occurrences have warnings`,
        advice: 'Fix these first.',
      },
    ];
  }
}
