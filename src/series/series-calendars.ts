/** What a series asks of the calendars that it skips. */

import type { SkipCheck } from './occurrences.ts';
import type { Series } from './series.ts';

export interface SeriesCalendars {
  /**
   * `fingerprint` changes whenever what the calendars of the series say may have changed; empty: it skips none. `missing`: names
   * that are not calendars.
   */
  of(series: Pick<Series, 'skipCalendars' | 'timezone'>): Promise<{
    skip: SkipCheck;
    fingerprint: string;
    missing: string[];
  }>;
}

/** For a place without calendars. */
export const NO_CALENDARS: SeriesCalendars = {
  of: async ({ skipCalendars = [] }) => ({ skip: () => null, fingerprint: '', missing: skipCalendars }),
};
