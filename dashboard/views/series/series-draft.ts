/** What the form about a series holds, what it sends, and what it would produce. Pure. */

import type { components } from '../../../src/client/index.ts';
import { expand, type Occurrence } from '../../../src/series/occurrences.ts';
import { normaliseRule, ruleIssue } from '../../../src/series/recurrence-rule.ts';
import { ruleSummary } from '../../../src/series/rule-summary.ts';
import { durationMs, isTimezone, offsetAt } from '../../../src/time/local-time.ts';
import { labelsText, readLabels } from '../plan/template-draft.ts';

export type Series = components['schemas']['Series'];
type NewSeries = components['schemas']['NewSeries'];

export interface SeriesDraft {
  meetingId: string;
  title: string;
  zone: string;
  /** Local time of the first occurrence. */
  start: string;
  /** Minutes; may be empty. */
  length: string;
  repeat: 'DAILY' | 'WEEKLY' | 'own';
  days: string[];
  /** Of `own`. */
  rule: string;
  /** Last day, of `DAILY` and `WEEKLY`; may be empty. */
  last: string;
  labels: string;
}

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const SIMPLE = /^FREQ=(DAILY|WEEKLY)(?:;BYDAY=([A-Z]{2}(?:,[A-Z]{2})*))?(?:;UNTIL=(\d{4})(\d\d)(\d\d)T235959)?$/;
const YEAR_MS = 366 * 86_400_000;
const SHOWN = 10;

/** @param from local time of the occurrence from which on it is changed */
export function draftOfSeries(series: Series, from: string | null): SeriesDraft {
  const [, repeat, days, year, month, day] = SIMPLE.exec(series.rule) ?? [];
  const length = series.duration === null ? null : durationMs(series.duration);
  return {
    meetingId: series.meetingId,
    title: series.title ?? '',
    zone: series.timezone,
    start: (from ?? series.startAt).replace(/^(.{16}):00$/, '$1'),
    length: length === null ? '' : String(length / 60_000),
    repeat: (repeat as SeriesDraft['repeat'] | undefined) ?? 'own',
    days: days?.split(',') ?? [],
    rule: series.rule,
    last: year === undefined ? '' : `${year}-${month}-${day}`,
    labels: labelsText(series.labels),
  };
}

export function ruleOf({ repeat, days, rule, last }: SeriesDraft): string {
  if (repeat === 'own') return normaliseRule(rule);
  const by =
    repeat === 'WEEKLY' && days.length > 0 ? `;BYDAY=${DAYS.filter((day) => days.includes(day)).join(',')}` : '';
  return `FREQ=${repeat}${by}${last === '' ? '' : `;UNTIL=${last.replaceAll('-', '')}T235959`}`;
}

export function newSeries(draft: SeriesDraft): NewSeries {
  return {
    meetingId: draft.meetingId.trim(),
    title: draft.title.trim() === '' ? null : draft.title.trim(),
    rule: ruleOf(draft),
    startAt: draft.start,
    timezone: draft.zone,
    duration: draft.length === '' ? null : `PT${draft.length}M`,
    labels: readLabels(draft.labels),
  };
}

/** Only what the form changed. */
export function changeOfSeries(draft: SeriesDraft, seen: SeriesDraft): Partial<NewSeries> {
  const [after, before] = [newSeries(draft), newSeries(seen)];
  const names = Object.keys(after) as (keyof NewSeries)[];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
      .map((name) => [name, after[name]]),
  );
}

export interface Preview {
  summary: string;
  occurrences: Occurrence[];
  /** The first one after each of the next two clock changes. */
  afterChange: Occurrence[];
}

/** What it would produce, by the very rules of the scheduler; or what is wrong with the rule; null: not complete yet. */
export function previewOf(draft: SeriesDraft, now: number): Preview | { issue: string } | null {
  const rule = ruleOf(draft);
  const issue = ruleIssue(rule);
  if (issue !== null) return { issue };
  if (!isTimezone(draft.zone) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(draft.start)) return null;
  const timing = {
    rule,
    startAt: draft.start.length === 16 ? `${draft.start}:00` : draft.start,
    timezone: draft.zone,
    duration: draft.length === '' ? null : `PT${draft.length}M`,
    stopTime: null,
    exceptions: [],
    additions: [],
    onClockChange: { skipped: 'after', repeated: 'first' } as const,
    leadMinutes: 0,
    tailMinutes: 0,
  };
  try {
    const { occurrences } = expand(timing, now, now + YEAR_MS, 400);
    const offset = ({ startAt }: Occurrence) => offsetAt(startAt, draft.zone);
    const afterChange = occurrences.filter(
      (one, i) => i > 0 && offset(one) !== offset(occurrences[i - 1] as Occurrence),
    );
    return {
      summary: ruleSummary(timing),
      occurrences: occurrences.slice(0, SHOWN),
      afterChange: afterChange.slice(0, 2),
    };
  } catch (error) {
    return { issue: error instanceof Error ? error.message : String(error) };
  }
}
