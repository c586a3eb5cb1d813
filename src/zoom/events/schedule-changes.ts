import type { ZoomEvent } from '../../broadcasts/zoom-event.ts';

/** The part of an event about one start of a meeting, or all: a `ZoomEvent` adds these to the common fields. */
export type ScheduleChange = Pick<ZoomEvent, 'what' | 'occurrenceAt' | 'movedTo' | 'movedFrom'> &
  Partial<Pick<ZoomEvent, 'occurrenceId' | 'lasts' | 'whole' | 'since'>>;

interface Occurrence {
  occurrence_id: string;
  start_time?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
  /** `available` or `deleted`. */
  status?: string | undefined;
}

interface Schedule {
  start_time?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
  occurrences?: Occurrence[] | undefined;
}

/** The parts of `meeting.updated` and `meeting.deleted` that show what happened to the meeting's starts. */
export interface ScheduleEvent {
  what: 'updated' | 'deleted';
  /** `scope` or `operation`: `single`, `all`, or a word for this one and the following. */
  scope: string | null;
  /** Zoom's type of the meeting; 8 and 9 recur at fixed times. */
  type: number | null;
  now: Schedule;
  before: Schedule;
}

/** Zoom lists at most 50 occurrences. Each becomes an entry of the inbox, so this also limits the entries per event. */
const MAX_OCCURRENCES = 100;
/** The end of the calendar: a later time is not that of a meeting, ms. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31);
const RECURRING_TYPES = new Set([8, 9]);
/** Includes meetings that recur without fixed times. */
const ALL_RECURRING_TYPES = new Set([3, 6, 8, 9]);

const NOTHING = { occurrenceAt: null, movedTo: null, movedFrom: null };

/**
 * The changes to the starts of a meeting. Zoom lists the occurrences of a recurring meeting in `occurrences`, each with its id (its
 * original time); `old_object` has their previous times. Without them the event means the whole meeting, unless one occurrence was
 * deleted. Returns at least one entry.
 */
export function scheduleChanges(event: ScheduleEvent): ScheduleChange[] {
  const listed = (event.now.occurrences ?? []).slice(0, MAX_OCCURRENCES);
  const changes = event.scope === 'all' || listed.length === 0 ? wholeMeeting(event) : someOccurrences(event, listed);
  // An unidentifiable occurrence is not the whole meeting.
  return changes.length > 0 ? changes : [{ what: 'updated', ...NOTHING }];
}

function wholeMeeting({ what, scope, type, now, before }: ScheduleEvent): ScheduleChange[] {
  // One occurrence of a recurring meeting, but unknown which: the others still exist.
  if (what === 'deleted' && scope === 'single' && ALL_RECURRING_TYPES.has(type ?? 0)) return [];
  if (what === 'deleted') return [{ what, ...NOTHING }];
  const whole = scope === 'all' || RECURRING_TYPES.has(type ?? 0);
  const movedTo = timeOf(now.start_time);
  if (movedTo !== null)
    return [{ what, ...NOTHING, movedTo, movedFrom: timeOf(before.start_time), ...(whole && { whole }) }];
  return movedTogether(now.occurrences ?? [], before.occurrences ?? []);
}

/** A recurring meeting whose starts all moved by the same distance. Their ids may be new, so match them by order. */
function movedTogether(now: Occurrence[], before: Occurrence[]): ScheduleChange[] {
  const [to, from] = [now, before].map((list) =>
    list
      .map(({ start_time }) => timeOf(start_time))
      .filter((at) => at !== null)
      .sort((a, b) => a - b),
  ) as [number[], number[]];
  const [movedTo, movedFrom] = [to[0], from[0]];
  if (movedTo === undefined || movedFrom === undefined || to.length !== from.length) return [];
  const together = to.every((at, i) => at - (from[i] as number) === movedTo - movedFrom);
  return together ? [{ what: 'updated', occurrenceAt: null, movedTo, movedFrom, whole: true }] : [];
}

function someOccurrences(event: ScheduleEvent, listed: Occurrence[]): ScheduleChange[] {
  const { scope } = event;
  const changes = listed.flatMap((occurrence) => occurrenceChange(event, occurrence, listed.length === 1));
  const [first] = changes.sort((a, b) => a.occurrenceAt - b.occurrenceAt);
  if (!first || !/follow|futur|after/i.test(scope ?? '')) return changes;
  const { what, movedTo, occurrenceAt } = first;
  // This one and the following: one entry for all, as for the whole meeting.
  return [{ what, occurrenceAt: null, movedTo, movedFrom: occurrenceAt, whole: true, since: occurrenceAt }];
}

function occurrenceChange(event: ScheduleEvent, occurrence: Occurrence, only: boolean) {
  const { what, now, before } = event;
  const { occurrence_id, status } = occurrence;
  const earlier = before.occurrences?.find((other) => other.occurrence_id === occurrence_id);
  const alone = only && before.occurrences?.length === 1 ? before.occurrences[0] : undefined;
  const deleted = what === 'deleted' || status === 'deleted';
  const own = timeOf(occurrence.start_time);
  const id = bounded(/^\d{1,16}$/.test(occurrence_id) ? Number(occurrence_id) : null);
  const was = timeOf((earlier ?? alone)?.start_time);
  const from = was ?? (deleted ? own : null) ?? id ?? (only ? timeOf(before.start_time) : null);
  const to = deleted ? null : (own ?? (only ? timeOf(now.start_time) : null));
  // The list may include an occurrence that did not move.
  if (from === null || (!deleted && to === null)) return [];
  const minutes = (earlier ?? alone)?.duration ?? occurrence.duration ?? now.duration;
  return [
    {
      what: deleted ? ('deleted' as const) : what,
      occurrenceAt: from,
      movedTo: to,
      movedFrom: null,
      ...(id === null ? {} : { occurrenceId: id }),
      ...(minutes ? { lasts: Math.min(minutes, MAX_MINUTES) * 60_000 } : {}),
    },
  ];
}

/** Nothing in Zoom lasts longer than 30 hours. */
const MAX_MINUTES = 30 * 60;

/** Zoom writes UTC with a `Z`; without one it is UTC, too. */
function timeOf(text: string | undefined): number | null {
  if (!text || !/^\d{4}-\d\d-\d\dT/.test(text)) return null;
  return bounded(Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`));
}

function bounded(ms: number | null): number | null {
  return ms !== null && ms >= 0 && ms <= MAX_TIME_MS ? ms : null;
}
