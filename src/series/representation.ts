import type { z } from 'zod';
import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import { ruleSummary } from './rule-summary.ts';
import type { Series, SeriesWarning } from './series.ts';
import type { seriesSchema } from './series-schema.ts';

/** A series as the API returns it: no secrets, nothing internal. */
export function representSeries(series: Series): z.infer<typeof seriesSchema> {
  const { version: _version, fittedRevision: _fitted, coveredUntil: _covered, deletion: _deletion, ...rest } = series;
  const { takenOver: _taken, fittedCalendars: _calendars, declared: _declared, ...shown } = rest;
  const { destination } = series;
  return {
    ...shown,
    skipCalendars: series.skipCalendars ?? [],
    follows: series.follows ?? null,
    summary: ruleSummary(series),
    destination: destination && {
      streamUrl: destination.streamUrl,
      pageUrl: destination.pageUrl,
      ...(destination.resolution ? { resolution: destination.resolution } : {}),
    },
    createdAt: new Date(series.createdAt).toISOString(),
    updatedAt: new Date(series.updatedAt).toISOString(),
  };
}

/** `series.created`, `series.changed`, `series.deleted`; `series.warning` carries the warning. */
export function seriesEvent(
  what: 'created' | 'changed' | 'deleted' | 'warning',
  series: Series,
  at: number,
  more: { by?: string; warning?: SeriesWarning } = {},
): LivestreamEvent {
  const data = { ...representSeries(series), ...more };
  return { type: `series.${what}`, timestamp: new Date(at).toISOString(), data };
}
