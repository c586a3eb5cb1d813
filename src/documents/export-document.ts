/** Writes the stored plan as a document. Pure. */

import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Calendar } from '../calendars/calendar-store.ts';
import { type JsonObject, sameJson } from '../json.ts';
import type { Series } from '../series/series.ts';
import { inputOf } from '../series/series-input.ts';
import { NEW_SOURCE, type Source } from '../sources/source.ts';
import { formatIn } from '../time/local-time.ts';
import { SOURCE_FIELDS, shownDestination } from './stored-things.ts';

export interface Stored {
  broadcasts: readonly Broadcast[];
  series: readonly Series[];
  calendars: readonly Calendar[];
  sources: readonly Source[];
}

export interface ExportedDocument {
  name: string;
  broadcasts: JsonObject[];
  series: JsonObject[];
  calendars: JsonObject[];
  sources: JsonObject[];
}

/**
 * Exports upcoming broadcasts that no series or other source made, and the series, calendars and sources that make the rest. It omits
 * stream keys, and fields with their default value.
 */
export function exportDocument(
  name: string,
  { broadcasts, series, calendars, sources }: Stored,
  now: number,
): ExportedDocument {
  const followed = new Set(sources.filter(({ kind }) => kind !== 'document').map((one) => one.name));
  const isOwn = ({ source, seriesId, status, startAt }: Broadcast) =>
    seriesId === null && status === 'scheduled' && startAt >= now && !(source && followed.has(source.name));
  return {
    name,
    broadcasts: broadcasts.filter(isOwn).map((one) => broadcastOut(one, name)),
    series: series.map((one) => seriesOut(one, name)),
    calendars: calendars.map(calendarOut),
    sources: sources.filter(({ kind }) => kind !== 'document').map(sourceOut),
  };
}

/** The only document there is; else one of its own. */
export function exportName(sources: readonly Source[]): string {
  const [only, ...more] = sources.filter(({ kind }) => kind === 'document');
  return only && more.length === 0 ? only.name : 'livestream';
}

const BROADCAST_DEFAULTS: JsonObject = {
  ...{ kind: 'meeting', title: null, timezone: null, settings: {}, labels: {}, destination: null, stopAt: null },
  ...{ externalId: null, account: null, startWindow: null, onDrop: 'restart', onMove: 'warn' },
};

const SERIES_DEFAULTS: JsonObject = {
  ...{
    duration: null,
    stopTime: null,
    exceptions: [],
    additions: [],
    skipCalendars: [],
    leadMinutes: 0,
    tailMinutes: 0,
  },
  ...{ onClockChange: { skipped: 'after', repeated: 'first' }, ...BROADCAST_DEFAULTS },
};

function broadcastOut(broadcast: Broadcast, document: string): JsonObject {
  const { id, externalId, source, meetingId, startAt, stopAt, timezone } = broadcast;
  const zone = timezone ?? 'UTC';
  // An external id derived from a document's name means nothing to people.
  const isMade = source !== null && externalId === `${source.name}:${source.uid}`;
  const name = isMade && source.name === document ? source.uid : id;
  return {
    ...(externalId === null || isMade ? { name } : { externalId }),
    ...{ meetingId, startAt: formatIn(startAt, zone), ...(stopAt !== null && { stopAt: formatIn(stopAt, zone) }) },
    ...withoutDefaults(
      { ...broadcast, destination: shownDestination(broadcast.destination) },
      Object.keys(BROADCAST_DEFAULTS).filter((field) => field !== 'stopAt' && field !== 'externalId'),
      BROADCAST_DEFAULTS,
    ),
  };
}

function seriesOut(series: Series, document: string): JsonObject {
  const { id, declared } = series;
  const name = declared?.document === document ? declared.name : id;
  const all: JsonObject = { ...inputOf(series), destination: shownDestination(series.destination) };
  return { name, ...withoutDefaults(all, Object.keys(all), SERIES_DEFAULTS) };
}

function calendarOut({ name, url, ics, timezone }: Calendar): JsonObject {
  return { name, ...(url === null ? { ics } : { url }), ...(timezone !== null && { timezone }) };
}

function sourceOut(source: Source): JsonObject {
  return { name: source.name, ...withoutDefaults({ ...source }, SOURCE_FIELDS, NEW_SOURCE) };
}

function withoutDefaults(from: JsonObject, names: readonly string[], defaults: JsonObject): JsonObject {
  const said = names.filter((name) => from[name] !== undefined && !sameJson(from[name], defaults[name] ?? null));
  return Object.fromEntries(said.map((name) => [name, from[name]]));
}
