/** Series, calendars and sources, stored or declared in a document, in one comparable form. */

import { createHash } from 'node:crypto';
import type { Calendar } from '../calendars/calendar-store.ts';
import type { JsonObject } from '../json.ts';
import type { Series } from '../series/series.ts';
import { TEMPLATE_FIELDS, TIMING_FIELDS } from '../series/series-schema.ts';
import type { CheckedSeries } from '../series/series-service.ts';
import type { Source } from '../sources/source.ts';
import { newSourceSchema, sourceChangeSchema } from '../sources/source-schema.ts';
import type { StoredThing, Wanted } from './plan-things.ts';

const SERIES_FIELDS = [...TIMING_FIELDS, ...TEMPLATE_FIELDS];
export const SOURCE_FIELDS = Object.keys(newSourceSchema.shape).filter((name) => name !== 'name');
const FIXED = SOURCE_FIELDS.filter((name) => !(name in sourceChangeSchema.shape));

/** The default of a series' field, also for records of earlier versions. */
const SERIES_DEFAULTS: JsonObject = { onDrop: 'restart', onMove: 'warn', skipCalendars: [] };

/** Without the stream key: a sealed key cannot be compared. */
export function shownDestination(destination: unknown): unknown {
  if (typeof destination !== 'object' || destination === null) return null;
  const { streamUrl, pageUrl, resolution } = destination as JsonObject;
  return { streamUrl, pageUrl, ...(resolution !== undefined && { resolution }) };
}

function seriesFields(from: JsonObject): JsonObject {
  const fields = SERIES_FIELDS.map((name) => [name, from[name] ?? SERIES_DEFAULTS[name] ?? null]);
  return { ...Object.fromEntries(fields), destination: shownDestination(from['destination']) };
}

export function storedSeries(series: Series): StoredThing {
  const { id, title, externalId, declared } = series;
  const is = seriesFields({ ...series });
  return { type: 'series', id, title, externalId, is, declared: declared ?? null };
}

/** @param body without its name */
export function wantedSeries(name: string, body: JsonObject, checked: CheckedSeries): Wanted {
  const { timing, template, account, isComing } = checked;
  const want = seriesFields({ ...timing, ...template, account });
  const { externalId, title } = template;
  return {
    ...{ type: 'series', name, title, want, body, fixed: [], isOver: !isComing },
    matches: (stored) => stored.id === name || (externalId !== null && stored.externalId === externalId),
  };
}

/** The texts of calendars are long. */
function calendarFields(url: string | null, ics: string | null, timezone: string | null): JsonObject {
  const text = url === null && ics !== null ? createHash('sha256').update(ics).digest('hex') : null;
  return { url, ics: text === null ? null : `sha256:${text.slice(0, 32)}`, timezone };
}

export function storedCalendar({ name, url, ics, timezone, declared }: Calendar): StoredThing {
  const is = calendarFields(url, ics, timezone);
  return { type: 'calendar', id: name, title: null, externalId: null, is, declared: declared ?? null };
}

export function wantedCalendar(
  body: JsonObject,
  { name, url, ics, timezone }: Pick<Calendar, 'name' | 'url' | 'timezone'> & { ics: string | null },
): Wanted {
  const want = calendarFields(url, ics, timezone);
  return {
    ...{ type: 'calendar', name, title: null, want, body, fixed: [], isOver: false },
    matches: ({ id }) => id === name,
  };
}

function sourceFields(source: Source): JsonObject {
  const all: JsonObject = { ...source };
  return Object.fromEntries(SOURCE_FIELDS.map((name) => [name, all[name] ?? null]));
}

export function storedSource(source: Source): StoredThing {
  const { name, declared = null } = source;
  return { type: 'source', id: name, title: null, externalId: null, is: sourceFields(source), declared };
}

export function wantedSource(body: JsonObject, source: Source): Wanted {
  const { name } = source;
  return {
    ...{ type: 'source', name, title: null, want: sourceFields(source), body, fixed: FIXED, isOver: false },
    matches: ({ id }) => id === name,
  };
}
