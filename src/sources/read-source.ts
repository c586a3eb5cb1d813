/** Reads the file of a source, and adds the defaults the source has for its events. Pure. */

import { checkEvents } from '../timetable/check-events.ts';
import { decodeText } from '../timetable/file-lines.ts';
import { familyOf } from '../timetable/identity.ts';
import type { CheckedReading, PlannedEvent, Reading } from '../timetable/planned-event.ts';
import { readCalendar } from '../timetable/read-calendar.ts';
import { readCsv } from '../timetable/read-csv.ts';
import type { AccountCheck } from '../validation/account-check.ts';
import { readZoom } from './read-zoom.ts';
import type { Source } from './source.ts';
import type { ZoomListing } from './zoom-meeting.ts';

/** Expand recurring events this far ahead, ms, as `livestream import` does. */
const AHEAD_MS = 90 * 86_400_000;

export type SourceReading =
  | { kind: 'read'; checked: CheckedReading; isEmpty: boolean }
  /** Nothing in the file may be used. `reason`: text for people. */
  | { kind: 'unreadable'; reason: string };

/** @param now ms */
export function readSource(source: Source, content: Uint8Array, now: number): SourceReading {
  if (content.length === 0) return { kind: 'unreadable', reason: 'the file is empty' };
  const reading = readingOf(source, content, now);
  const broken = reading.issues.find(({ kind, path }) => kind === 'file' || path === 'header');
  if (broken) return { kind: 'unreadable', reason: `the file ${broken.message}` };
  // Zoom was asked about each known meeting that its list lacks.
  const isEmpty =
    source.kind !== 'zoom' && reading.events.length + reading.issues.length + reading.skipped.length === 0;
  const filled = { ...reading, events: reading.events.map((event) => withDefaults(event, source)) };
  return { kind: 'read', isEmpty, checked: checkEvents(filled, now, source.name) };
}

function readingOf(source: Source, content: Uint8Array, now: number): Reading {
  if (source.kind === 'zoom') return readZoom(JSON.parse(decodeText(content)) as ZoomListing, source.name, now);
  return source.kind === 'ics' ? calendarOf(source, content, now) : csvOf(source, content);
}

function calendarOf({ name, timezone, zones }: Source, content: Uint8Array, now: number): Reading {
  const meanings = new Map(Object.entries(zones).map(([zone, meaning]) => [zone.trim().toLowerCase(), meaning]));
  return readCalendar(content, { now, until: now + AHEAD_MS, timezone, meanings, source: name });
}

function csvOf({ name, timezone, dateOrder, ignoreColumns }: Source, content: Uint8Array): Reading {
  const ignoredColumns = ignoreColumns ? null : new Set<string>();
  return readCsv(decodeText(content), { timezone, dateOrder, ignoredColumns, source: name });
}

/** The event's own values win. */
function withDefaults(event: PlannedEvent, { account, labels }: Source): PlannedEvent {
  const own = event.body['labels'] as Record<string, string> | undefined;
  const hasLabels = own !== undefined || Object.keys(labels).length > 0;
  const body = {
    ...event.body,
    ...(account !== null && event.body['account'] === undefined && { account }),
    ...(hasLabels && { labels: { ...labels, ...own } }),
  };
  return { ...event, body };
}

/** An event of an unknown account counts as unreadable. */
export function withAccounts(checked: CheckedReading, accountIssue: AccountCheck): CheckedReading {
  const unsure = new Set(checked.unsure);
  const issues = [...checked.issues];
  const events = checked.events.filter(({ plan, row, externalId }) => {
    const issue = plan && accountIssue(plan.account);
    if (!issue) return true;
    issues.push({ row, path: 'account', message: issue.message, kind: 'fault' });
    unsure.add(familyOf(externalId));
    return false;
  });
  return { ...checked, events, issues, unsure };
}
