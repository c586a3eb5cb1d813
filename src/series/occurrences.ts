import { addDuration, readDuration, readLocal } from '../time/local-time.ts';
import { compactToWall, WallClockRule, wallAt, wallToText } from './recurrence-rule.ts';
import type { Series, Timing } from './series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Maximum search ahead. */
const MAX_MS = 36_525 * DAY_MS;
const FIRST_SPAN_MS = DAY_MS;
/** No clock change moves an occurrence farther from its local time: Samoa skipped a whole day. */
const SLACK_MS = 1.25 * DAY_MS;

/** One occurrence of a series. `startAt` and `stopAt` in ms, including lead and tail. */
export interface Occurrence {
  /** Local time by the rule, `2026-12-06T09:00:00`: the permanent id of the occurrence. */
  local: string;
  startAt: number;
  stopAt: number | null;
  /** The effect of a clock change; usually null. */
  note: string | null;
}

/** An occurrence that is skipped, and why. */
export interface LeftOut {
  local: string;
  note: string;
  /** The calendar that skips it, if one does. */
  skippedBy?: SkipReason;
}

/** An event of a calendar. `event`: its title. */
export interface SkipReason {
  calendar: string;
  event: string | null;
}

/** Returns what skips a broadcast at these times (ms); null: nothing. */
export type SkipCheck = (startAt: number, stopAt: number | null) => SkipReason | null;

export interface Expansion {
  occurrences: Occurrence[];
  leftOut: LeftOut[];
}

/** The id of an occurrence's broadcast; `again` counts how often the series canceled and recreated it. */
export function broadcastIdOf(seriesId: string, local: string, again = 0): string {
  return `${seriesId}-${local.replace(/[-:]/g, '')}${again > 0 ? `-${again + 1}` : ''}`;
}

/** The local time in the id of a broadcast of a series; null: any other id. */
export function localOfBroadcastId(id: string): string | null {
  const compact = /-(\d{8}T\d{6})(?:-\d+)?$/.exec(id)?.[1];
  return compact === undefined ? null : wallToText(compactToWall(compact));
}

/**
 * The occurrences that start from `from` (ms, inclusive) to `to` (ms, exclusive), at most `limit`, in order of time. This function alone
 * decides when a series goes on air: the API shows it and the scheduler acts on it.
 * @param skip for the calendars it skips
 * @throws Error when the rule needs too many steps
 */
export function expand(series: Timing, from: number, to: number, limit: number, skip?: SkipCheck): Expansion {
  const timeline = new Timeline(series, skip);
  const end = Math.min(to, from + MAX_MS);
  const found: Expansion = { occurrences: [], leftOut: [] };
  let span = FIRST_SPAN_MS;
  for (let at = from; at < end && found.occurrences.length < limit; ) {
    const until = Math.min(at + span, end);
    const part = timeline.between(at, until);
    found.occurrences.push(...part.occurrences);
    found.leftOut.push(...part.leftOut);
    at = until;
    span *= 2;
  }
  found.occurrences.splice(limit);
  const last = found.occurrences.length === limit ? found.occurrences.at(-1)?.local : undefined;
  if (last !== undefined) found.leftOut = found.leftOut.filter(({ local }) => local <= last);
  return found;
}

class Timeline {
  readonly #series: Timing;
  readonly #rule: WallClockRule;
  readonly #exceptions: ReadonlySet<string>;
  readonly #additions: number[];
  readonly #skip: SkipCheck | undefined;

  constructor(series: Timing, skip: SkipCheck | undefined) {
    this.#series = series;
    this.#skip = skip;
    this.#rule = new WallClockRule(series.rule, wallOf(series.startAt), series.timezone);
    this.#exceptions = new Set(series.exceptions);
    this.#additions = series.additions.map(wallOf);
  }

  between(from: number, to: number): Expansion {
    const wallFrom = wallAt(from, this.#series.timezone) - SLACK_MS;
    const wallTo = wallAt(to, this.#series.timezone) + SLACK_MS + this.#series.leadMinutes * MINUTE_MS;
    const added = this.#additions.filter((wall) => wall >= wallFrom && wall < wallTo);
    const walls = new Set([...this.#rule.between(wallFrom, wallTo), ...added]);
    const occurrences: Occurrence[] = [];
    const leftOut: LeftOut[] = [];
    for (const wall of walls) {
      const read = this.#read(wall);
      if (read.at < from || read.at >= to) continue;
      if ('startAt' in read.what) occurrences.push(read.what);
      else leftOut.push(read.what);
    }
    occurrences.sort((a, b) => a.startAt - b.startAt || (a.local < b.local ? -1 : 1));
    leftOut.sort((a, b) => (a.local < b.local ? -1 : 1));
    return { occurrences: distinctMoments(occurrences, leftOut), leftOut };
  }

  /** `at`: the moment (ms) that decides which window it belongs to. */
  #read(wall: number): { at: number; what: Occurrence | LeftOut } {
    const { timezone, onClockChange, leadMinutes } = this.#series;
    const local = wallToText(wall);
    const { at, note } = readWall(wall, timezone, onClockChange);
    const startAt = at - leadMinutes * MINUTE_MS;
    if (this.#exceptions.has(local) || this.#exceptions.has(local.slice(0, 10))) {
      return { at: startAt, what: { local, note: 'an exception of the series' } };
    }
    if (note?.skip) return { at: startAt, what: { local, note: note.text } };
    const stopAt = this.#stopAt(wall, at);
    const skippedBy = this.#skip?.(startAt, stopAt) ?? null;
    if (skippedBy) return { at: startAt, what: { local, note: skipNote(skippedBy), skippedBy } };
    return { at: startAt, what: { local, startAt, stopAt, note: note?.text ?? null } };
  }

  #stopAt(wall: number, at: number): number | null {
    const { duration, stopTime, timezone, tailMinutes } = this.#series;
    const tail = tailMinutes * MINUTE_MS;
    const length = duration === null ? null : readDuration(duration);
    if (length) return addDuration(at, length, timezone) + tail;
    if (stopTime === null) return null;
    const day = wall - (wall % DAY_MS);
    const stop = day + wallOf(`1970-01-01T${stopTime}`);
    const reading = readLocal(stop > wall ? stop : stop + DAY_MS, timezone);
    const choices =
      reading.kind === 'one' ? [reading.at] : reading.kind === 'skipped' ? [reading.readings[1]] : reading.readings;
    // For a repeated stop time, the first one after the start. If a clock change moved the start past the stop, it stops at once.
    return Math.max(choices.find((choice) => choice > at) ?? choices.at(-1) ?? at, at + MINUTE_MS) + tail;
  }
}

function skipNote({ calendar, event }: SkipReason): string {
  return event === null ? `the calendar ${calendar} is busy` : `${event} (calendar ${calendar})`;
}

/** Local time (`2026-12-06T09:00:00`) as local-clock ms. */
function wallOf(local: string): number {
  return Date.parse(`${local}Z`);
}

function readWall(wall: number, timezone: string, policy: Series['onClockChange']) {
  const reading = readLocal(wall, timezone);
  if (reading.kind === 'one') return { at: reading.at, note: null };
  const clock = wallToText(wall).slice(11, 16);
  const [earlier, later] = reading.readings;
  if (reading.kind === 'skipped') {
    const why = `the clock change in ${timezone} skips ${clock}`;
    if (policy.skipped === 'skip') return { at: later, note: { skip: true, text: `skipped: ${why}` } };
    const instead = wallToText(wallAt(later, timezone)).slice(11, 16);
    return { at: later, note: { skip: false, text: `at ${instead}: ${why}` } };
  }
  const text = `the ${policy.repeated} ${clock} of two: the clock change in ${timezone} repeats it`;
  return { at: policy.repeated === 'first' ? earlier : later, note: { skip: false, text } };
}

/** A skipped 02:30 becomes 03:30 and may coincide with the rule's own 03:30: only one goes on air. */
function distinctMoments(occurrences: Occurrence[], leftOut: LeftOut[]): Occurrence[] {
  const kept = new Map<number, Occurrence>();
  for (const one of occurrences) {
    const other = kept.get(one.startAt);
    const [stays, goes] = other && one.note === null ? [one, other] : [other ?? one, one];
    kept.set(one.startAt, stays);
    if (other) leftOut.push({ local: goes.local, note: `the same moment as ${stays.local}, by a clock change` });
  }
  return [...kept.values()];
}
