/** The content of the series form, and the request made from it. Pure. */

import type { components } from '../../../src/client/index.ts';
import { normaliseRule } from '../../../src/series/recurrence-rule.ts';
import { durationMs } from '../../../src/time/local-time.ts';
import type { Preset } from '../plan/presets.ts';
import { difference, lengthSent, type TemplateDraft, templateDraftOf, templateOf } from '../plan/template-draft.ts';

export type Series = components['schemas']['Series'];
export type NewSeries = components['schemas']['NewSeries'];
type OnClockChange = Series['onClockChange'];

export interface SeriesDraft extends TemplateDraft {
  zone: string;
  /** Local time of the first occurrence. */
  start: string;
  /** After `length`, or at `stopTime`. */
  ends: 'length' | 'time';
  /** Minutes, `1h30m` or ISO 8601; empty: no stop is planned. */
  length: string;
  /** `10:30`, local. */
  stopTime: string;
  repeat: 'DAILY' | 'WEEKLY' | 'own';
  days: string[];
  /** For `own`. */
  rule: string;
  /** Last day, for `DAILY` and `WEEKLY`; may be empty. */
  last: string;
  /** One per line: local times or days to skip, and extra local times. */
  exceptions: string;
  additions: string;
  /** Names of calendars. */
  skipCalendars: string[];
  /** Minutes; empty: none. */
  lead: string;
  tail: string;
  skippedTimes: OnClockChange['skipped'];
  repeatedTimes: OnClockChange['repeated'];
}

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const SIMPLE = /^FREQ=(DAILY|WEEKLY)(?:;BYDAY=([A-Z]{2}(?:,[A-Z]{2})*))?(?:;UNTIL=(\d{4})(\d\d)(\d\d)T235959)?$/;

/** The defaults of a new series. */
export const EMPTY_TIMING = {
  ...{ ends: 'length', length: '60', stopTime: '', rule: 'FREQ=MONTHLY;BYDAY=1SU', last: '' },
  ...{ exceptions: '', additions: '', skipCalendars: [], lead: '', tail: '' },
  ...{ skippedTimes: 'after', repeatedTimes: 'first' },
} satisfies Partial<SeriesDraft>;

/** @param from local time of the first occurrence to change */
export function draftOfSeries(series: Series, from: string | null): SeriesDraft {
  const [, repeat, days, year, month, day] = SIMPLE.exec(series.rule) ?? [];
  return {
    ...templateDraftOf(series),
    zone: series.timezone,
    start: shortLocal(from ?? series.startAt),
    ends: series.stopTime === null ? 'length' : 'time',
    length: series.duration === null ? '' : lengthShown(series.duration),
    stopTime: series.stopTime?.replace(/^(.{5}):00$/, '$1') ?? '',
    repeat: (repeat as SeriesDraft['repeat'] | undefined) ?? 'own',
    days: days?.split(',') ?? [],
    rule: series.rule,
    last: year === undefined ? '' : `${year}-${month}-${day}`,
    exceptions: series.exceptions.map(shortLocal).join('\n'),
    additions: series.additions.map(shortLocal).join('\n'),
    skipCalendars: [...series.skipCalendars],
    lead: minutesShown(series.leadMinutes),
    tail: minutesShown(series.tailMinutes),
    skippedTimes: series.onClockChange.skipped,
    repeatedTimes: series.onClockChange.repeated,
  };
}

/** From start to stop, ms; null: no length, or it ends at a time of day. */
export function lengthOfSeries({ ends, length }: SeriesDraft): number | null {
  return ends === 'length' && length.trim() !== '' ? durationMs(durationSent(length)) : null;
}

/** Applies a broadcast preset to the series form, and keeps its rule and times. */
export function withPresetOf(draft: SeriesDraft, { fields, zone, length }: Preset): SeriesDraft {
  const ends = length === null ? {} : { ends: 'length' as const, length: String(length / 60_000) };
  return { ...draft, ...fields, streamKey: '', zone: zone || draft.zone, ...ends };
}

export function ruleOf({ repeat, days, rule, last }: SeriesDraft): string {
  if (repeat === 'own') return normaliseRule(rule);
  const by =
    repeat === 'WEEKLY' && days.length > 0 ? `;BYDAY=${DAYS.filter((day) => days.includes(day)).join(',')}` : '';
  return `FREQ=${repeat}${by}${last === '' ? '' : `;UNTIL=${last.replaceAll('-', '')}T235959`}`;
}

export function newSeries(draft: SeriesDraft): NewSeries {
  return {
    ...templateOf(draft),
    rule: ruleOf(draft),
    startAt: draft.start,
    timezone: draft.zone,
    duration: draft.ends === 'length' && draft.length.trim() !== '' ? durationSent(draft.length) : null,
    stopTime: draft.ends === 'time' && draft.stopTime !== '' ? draft.stopTime : null,
    exceptions: linesOf(draft.exceptions),
    additions: linesOf(draft.additions),
    skipCalendars: draft.skipCalendars,
    leadMinutes: minutesSent(draft.lead),
    tailMinutes: minutesSent(draft.tail),
    onClockChange: { skipped: draft.skippedTimes, repeated: draft.repeatedTimes },
  };
}

/** Only the fields the user changed. */
export function changeOfSeries(draft: SeriesDraft, seen: SeriesDraft): Partial<NewSeries> {
  return difference(newSeries(draft), newSeries(seen));
}

/** `2026-12-06T09:00:00` without zero seconds. */
function shortLocal(local: string): string {
  return local.replace(/^(.{16}):00$/, '$1');
}

/** Whole minutes if possible. Days follow the local clock, so they stay as they are. */
function lengthShown(duration: string): string {
  const ms = durationMs(duration);
  return ms === null || /^P[^T]/.test(duration) ? duration : String(ms / 60_000);
}

function durationSent(text: string): string {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return lengthSent(`${trimmed}m`);
  return /^p/i.test(trimmed) ? trimmed.toUpperCase() : lengthSent(trimmed);
}

function minutesShown(minutes: number): string {
  return minutes === 0 ? '' : String(minutes);
}

/** Sends a value that is not a number as it is, so that the API explains what it must be. */
function minutesSent(text: string): number {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed === '' ? 0 : (trimmed as unknown as number);
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim().replace(/^(\d{4}-\d\d-\d\d) +/, '$1T'))
    .filter(Boolean);
}
