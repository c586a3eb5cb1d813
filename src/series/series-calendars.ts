/** What a series needs to know of the calendars it skips. */

import type { SkipCheck } from './occurrences.ts';
import type { Series } from './series.ts';

export interface SeriesCalendars {
  /**
   * `fingerprint` changes whenever the calendars of the series may have changed; empty: it skips none. `missing`: names without a calendar.
   */
  of(series: Pick<Series, 'skipCalendars' | 'timezone'>): Promise<{
    skip: SkipCheck;
    fingerprint: string;
    missing: string[];
  }>;
}

/** For an installation without calendars. */
export const NO_CALENDARS: SeriesCalendars = {
  of: async ({ skipCalendars = [] }) => ({ skip: () => null, fingerprint: '', missing: skipCalendars }),
};
