/**
 * The occurrences of an event from its rules, extra dates and exceptions, compared by moment, not by spelling (RFC 5545, section 3.8.5).
 */
import { expand } from '../series/occurrences.ts';
import { compactToWall, normaliseRule, ruleIssue, wallToCompact, wallToText } from '../series/recurrence-rule.ts';
import type { Timing } from '../series/series.ts';
import { type CalendarEvent, dayOf, type Moment, type MomentOrDay } from './calendar-event.ts';
import { type CalendarZone, wallIn } from './calendar-zones.ts';
import { type ContentLine, EventError } from './ics-values.ts';

const DAY_MS = 86_400_000;
export const MAX_OCCURRENCES = 5_000;

export interface Span {
  /** ms. Leaves out what has ended by then. */
  from: number;
  /** ms, exclusive. */
  until: number;
}

export interface CalendarOccurrence {
  /** The moment by the rule: the permanent id of the occurrence. */
  moment: Moment;
  /** ms; null: no end. */
  length: number | null;
}

/**
 * DTSTART is always one of the times.
 * @param warn receives what is odd about the exceptions
 * @throws EventError
 */
export function occurrencesOf(
  event: CalendarEvent,
  start: Moment,
  span: Span,
  warn: (message: string) => void = () => {},
): CalendarOccurrence[] {
  const length = event.length(start);
  const found = new Map<number, CalendarOccurrence>();
  const add = (moment: Moment, own: number | null) => found.set(moment.at, { moment, length: own });
  const from = span.from - (length ?? 0);
  add(start, length);
  for (const line of event.rules('RRULE')) for (const one of followed(line, start, { ...span, from })) add(one, length);
  for (const one of event.additions(start)) {
    const wall = wallIn(start.zone, one.moment.at);
    add({ at: one.moment.at, wall, zone: start.zone }, one.length ?? length);
  }
  const exceptions = event.exceptions(start.zone);
  const left = [...found.values()].filter(({ moment }) => !exceptions.some((one) => isAt(one, moment)));
  const excluded = exceptions.map((one) => (found.has(atOf(one)) ? one : momentOrWholeDay(one, left, warn)));
  const dropped = event.rules('EXRULE').flatMap((line) => followed(line, start, { ...span, from }).map(({ at }) => at));
  for (const at of dropped) found.delete(at);
  return [...found.values()]
    .filter(({ moment }) => !excluded.some((one) => isAt(one, moment)))
    .filter((one) => isWithin(one.moment.at, one.length, span))
    .sort((a, b) => a.moment.at - b.moment.at);
}

/**
 * Outlook stores its exceptions as days, and compares those of other programs by day only ([MS-OXCICAL] 2.1.3.1.1.20.13). So an exception
 * at midnight, in a series without that time of day, means the whole day. Any other time the series does not have excludes nothing, by RFC
 * 5545 and in Google.
 */
function momentOrWholeDay(one: MomentOrDay, left: CalendarOccurrence[], warn: (message: string) => void): MomentOrDay {
  if ('day' in one) return one;
  const day = dayOf(one.moment.wall);
  if (!left.some(({ moment }) => dayOf(moment.wall) === day)) return one;
  const isDay = one.moment.wall === day;
  const shown = wallToText(one.moment.wall).slice(0, 16).replace('T', ' ');
  warn(
    isDay
      ? `its EXDATE ${shown} is not a time of the series: it excludes the whole day`
      : `its EXDATE ${shown} is not a time of the series and excludes nothing: what starts that day takes place`,
  );
  return isDay ? { day } : one;
}

function atOf(one: MomentOrDay): number {
  return 'day' in one ? Number.NaN : one.moment.at;
}

export function isWithin(at: number, length: number | null, { from, until }: Span): boolean {
  return (at >= from || at + (length ?? 0) > from) && at < until;
}

/** Whether an exception covers this occurrence: at the same moment, or on the same local day. */
export function isAt(one: MomentOrDay, { at, wall }: Moment): boolean {
  return 'day' in one ? one.day === dayOf(wall) : one.moment.at === at;
}

/** Expands the rule on the local clock, as for our own series. */
function followed(line: ContentLine, start: Moment, span: Span): Moment[] {
  const rule = ruleOf(line, start.zone);
  const timing: Timing = {
    ...{ rule, startAt: wallToText(start.wall), timezone: start.zone.name ?? 'UTC' },
    ...{ duration: null, stopTime: null, exceptions: [], additions: [], leadMinutes: 0, tailMinutes: 0 },
    onClockChange: { skipped: 'after', repeated: 'first' },
  };
  return expanded(timing, span, line).map((local) => {
    const wall = Date.parse(`${local}Z`);
    return { wall, at: start.zone.moment(wall), zone: start.zone };
  });
}

/** Converts the rule to a form that our series accept. UNTIL in UTC becomes a local time, since only the calendar may know the zone. */
function ruleOf({ value, line, name }: ContentLine, zone: CalendarZone): string {
  if (/^\s*(?:D|W|MP|MD|YM|YD)\d/i.test(value)) {
    const advice = 'export the calendar as iCalendar (VERSION:2.0)';
    throw new EventError(
      `has an ${name} of vCalendar 1.0 (${value.trim().slice(0, 60)}), which is not read: ${advice}`,
      line,
    );
  }
  const rule = normaliseRule(value)
    .replace(/;?(BYSECOND=0?0|RSCALE=GREGORIAN|SKIP=OMIT|X-[A-Z0-9-]+=[^;]*)(?=;|$)/g, '')
    .replace(/^;/, '')
    .replace(/(^|;)COUNT=0+(?=;|$)/, '')
    .replace(/UNTIL=(\d{8}T\d{6})Z/, (all, text: string) => {
      const at = compactToWall(text);
      return Number.isNaN(at) ? all : `UNTIL=${wallToCompact(wallIn(zone, at))}`;
    });
  const issue = ruleIssue(rule);
  if (issue) throw new EventError(`has an ${name} that is not accepted: ${issue}`, line);
  return rule;
}

function expanded(timing: Timing, { from, until }: Span, { line, name }: ContentLine): string[] {
  let occurrences: { local: string }[];
  try {
    // The calendar's zone may be up to a day off from the zone used for expanding.
    ({ occurrences } = expand(timing, from - DAY_MS, until + DAY_MS, MAX_OCCURRENCES + 1));
  } catch (error) {
    throw new EventError(`has an ${name} that cannot be followed: ${(error as Error).message}`, line);
  }
  if (occurrences.length > MAX_OCCURRENCES) {
    throw new EventError(`has more than ${MAX_OCCURRENCES} broadcasts: use fewer --days`, line);
  }
  return occurrences.map(({ local }) => local);
}
