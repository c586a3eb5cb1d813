/** What the series form would produce, computed by the scheduler's own rules. Pure. */

import type { components, NewBroadcast } from '../../../src/client/index.ts';
import { expand, type LeftOut, type Occurrence, type SkipCheck } from '../../../src/series/occurrences.ts';
import { ruleIssue } from '../../../src/series/recurrence-rule.ts';
import { isTimezone, offsetAt, readLocal } from '../../../src/time/local-time.ts';
import { questionAt } from '../plan/zoom-question.ts';
import { newSeries, type SeriesDraft } from './series-draft.ts';

export type Calendar = components['schemas']['Calendar'];

const YEAR_MS = 366 * 86_400_000;
const DAY_MS = 86_400_000;
const SHOWN = 10;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;

export interface Preview {
  /** The rule, for display in words. */
  timing: { rule: string; startAt: string; timezone: string };
  occurrences: Occurrence[];
  /** The first occurrence after each of the next two clock changes. */
  afterChange: Occurrence[];
  /** What would be left out between them, and why. */
  leftOut: LeftOut[];
}

/**
 * The next ten occurrences and the effect of the next two clock changes, or the errors; null: incomplete.
 * @param now ms
 * @param calendars upcoming events of the calendars it may skip
 */
export function previewOf(
  draft: SeriesDraft,
  now: number,
  calendars: readonly Calendar[] = [],
): Preview | { issue: string } | null {
  const body = newSeries(draft);
  const issue = ruleIssue(body.rule);
  if (issue !== null) return { issue };
  if (!isTimezone(draft.zone) || !LOCAL.test(draft.start)) return null;
  const full = (local: string) => (local.length === 16 ? `${local}:00` : local);
  const [exceptions, additions] = [body.exceptions ?? [], body.additions ?? []];
  const timing = {
    rule: body.rule,
    startAt: full(draft.start),
    timezone: draft.zone,
    duration: body.duration ?? null,
    stopTime: body.stopTime ?? null,
    exceptions: exceptions.map(full),
    // An incomplete time is still being typed.
    additions: additions.filter((local) => LOCAL.test(local)).map(full),
    onClockChange: { skipped: draft.skippedTimes, repeated: draft.repeatedTimes },
    leadMinutes: minutesOf(body.leadMinutes),
    tailMinutes: minutesOf(body.tailMinutes),
  };
  const skipped = calendars.filter(({ name }) => draft.skipCalendars.includes(name));
  try {
    const { occurrences, leftOut } = expand(timing, now, now + YEAR_MS, 400, skipCheck(skipped, draft.zone));
    const offset = ({ startAt }: Occurrence) => offsetAt(startAt, draft.zone);
    const afterChange = occurrences.filter(
      (one, i) => i > 0 && offset(one) !== offset(occurrences[i - 1] as Occurrence),
    );
    const last = occurrences[SHOWN - 1]?.local;
    return {
      timing,
      occurrences: occurrences.slice(0, SHOWN),
      afterChange: afterChange.slice(0, 2),
      leftOut: leftOut.filter(({ local }) => last === undefined || local <= last).slice(0, SHOWN),
    };
  } catch (error) {
    return { issue: error instanceof Error ? error.message : String(error) };
  }
}

/** The question for Zoom while the user types, about the next occurrence. Null: there is none, or the meeting is incomplete. */
export function nextQuestion(draft: SeriesDraft, { occurrences }: Preview, now: number): NewBroadcast | null {
  const next = occurrences.find(({ startAt }) => startAt > now);
  return next ? questionAt(draft, new Date(next.startAt).toISOString(), draft.zone) : null;
}

function minutesOf(minutes: number | undefined): number {
  return typeof minutes === 'number' ? minutes : 0;
}

/** Based on the upcoming events the API returns per calendar, at most 20. The scheduler (`src/calendars`) knows them all. */
function skipCheck(calendars: readonly Calendar[], zone: string): SkipCheck {
  const spans = calendars.flatMap(({ name, timezone, upcoming }) =>
    upcoming.map(({ title, allDay, from, to }) => ({
      calendar: name,
      event: title,
      from: allDay ? midnight(from, 0, timezone ?? zone) : Date.parse(from),
      to: allDay ? midnight(to, 1, timezone ?? zone) : Date.parse(to),
    })),
  );
  return (startAt, stopAt) => {
    const stop = stopAt ?? startAt;
    const found = spans.find(({ from, to }) => (from <= startAt ? to > startAt || from === startAt : from < stop));
    return found ? { calendar: found.calendar, event: found.event } : null;
  };
}

/** If a clock change skips midnight, the day begins after it. */
function midnight(day: string, days: number, zone: string): number {
  const reading = readLocal(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS, zone);
  return reading.kind === 'one' ? reading.at : reading.readings[reading.kind === 'skipped' ? 1 : 0];
}
