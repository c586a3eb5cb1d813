/** Ends a series before one of its occurrences and starts another there: "this and following". Pure. */

import { LivestreamError } from '../errors.ts';
import { validationFailed } from '../validation/issues.ts';
import { expand, type Occurrence, type SkipCheck } from './occurrences.ts';
import { WallClockRule, wallToCompact, wallToText } from './recurrence-rule.ts';
import type { Series, Timing } from './series.ts';
import { fullLocal, inputOf } from './series-input.ts';
import { isLocalTime } from './series-schema.ts';

const DAY_MS = 86_400_000;
/** How far from an invalid time to search for the nearest occurrence. */
const NEAR_MS = 400 * DAY_MS;
/**
 * Splitting cancels the old broadcasts and creates new ones. If the process dies in between, a worker finishes within a minute, so anything
 * that starts sooner could be lost.
 */
const TOO_SOON_MS = 120_000;

/** The upcoming occurrence at this local time. @throws LivestreamError `validation_failed` that names the nearest, `too_late` */
export function occurrenceAt(series: Series, from: string, now: number, skip: SkipCheck): Occurrence {
  if (!isLocalTime(from)) {
    const message = `must be the local time of an occurrence such as ${series.startAt}, got "${from.slice(0, 80)}"`;
    throw validationFailed([{ path: 'from', message }]);
  }
  const local = fullLocal(from);
  const wall = Date.parse(`${local}Z`);
  const [soon, far] = [Math.max(now, wall - NEAR_MS), Math.max(now, wall) + NEAR_MS];
  const around = [
    ...expand(series, Math.max(now, wall - 3 * DAY_MS), wall + 3 * DAY_MS, 2_000, skip).occurrences,
    ...expand(series, Math.max(now, wall + 2 * DAY_MS), far, 1, skip).occurrences,
    ...expand(series, soon, wall - 2 * DAY_MS, 2_000, skip).occurrences.slice(-1),
  ];
  const found = around.find((one) => one.local === local);
  if (!found) throw noOccurrence(series, local, around);
  if (found.startAt - now < TOO_SOON_MS) {
    const detail = `The occurrence of ${local} starts in less than 2 minutes. Change its broadcast, and the series from the next one on.`;
    throw new LivestreamError('too_late', detail);
  }
  return found;
}

function noOccurrence(series: Series, local: string, around: Occurrence[]): LivestreamError {
  const distance = (one: Occurrence) => Math.abs(Date.parse(`${one.local}Z`) - Date.parse(`${local}Z`));
  const [nearest] = [...around].sort((a, b) => distance(a) - distance(b));
  const instead = nearest ? `the nearest one is ${nearest.local}` : 'it has none any more';
  const message = `must be an upcoming occurrence of series ${series.id}, got ${local}; ${instead}`;
  return validationFailed([{ path: 'from', message }]);
}

/** The rule and dates of the former series, which ends before `local`. */
export function endedBefore(series: Timing, local: string): Pick<Timing, 'rule' | 'additions'> {
  const wall = Date.parse(`${local}Z`);
  const rule = new WallClockRule(series.rule, Date.parse(`${series.startAt}Z`), series.timezone);
  const midnight = wall - (wall % DAY_MS);
  // Write the end as a day, as people do, unless that day has another occurrence.
  const isFirstOfDay = rule.between(midnight, wall).length === 0;
  const until = isFirstOfDay ? dayBefore(wall) : wallToCompact(wall - 1_000);
  return {
    rule: firstFrom(rule, wall) === null ? series.rule : `${withoutEnd(series.rule)};UNTIL=${until}`,
    additions: series.additions.filter((one) => one < local),
  };
}

/** The input of the series that begins at `local`, before the requested changes. */
export function inputFrom(series: Series, local: string): Record<string, unknown> {
  const wall = Date.parse(`${local}Z`);
  const start = Date.parse(`${series.startAt}Z`);
  const rule = new WallClockRule(series.rule, start, series.timezone);
  // An added time is not part of the rule, so the rule starts at its next time, or is over.
  const first = firstFrom(rule, wall);
  const isLater = (text: string) => text >= local || text === local.slice(0, 10);
  return {
    ...inputOf(series),
    rule:
      first === null ? `${withoutEnd(series.rule)};UNTIL=${dayBefore(wall)}` : counted(series.rule, rule, start, first),
    startAt: first === null ? local : wallToText(first),
    exceptions: series.exceptions.filter(isLater),
    additions: series.additions.filter((one) => one >= local),
  };
}

/** The rule's first time from `wall` on; null: none within a hundred years. */
function firstFrom(rule: WallClockRule, wall: number): number | null {
  for (let [at, span] = [wall, DAY_MS]; span < 65_536 * DAY_MS; at += span, span *= 2) {
    const [first] = rule.between(at, at + span);
    if (first !== undefined) return first;
  }
  return null;
}

/** COUNT counts from the beginning, so reduce it to the remaining occurrences. */
function counted(text: string, rule: WallClockRule, start: number, first: number): string {
  const count = /(?:^|;)COUNT=(\d+)/.exec(text)?.[1];
  if (count === undefined) return text;
  return `${withoutEnd(text)};COUNT=${Number(count) - rule.between(start, first).length}`;
}

function dayBefore(wall: number): string {
  return wallToCompact(wall - DAY_MS).slice(0, 8);
}

function withoutEnd(rule: string): string {
  return rule
    .split(';')
    .filter((piece) => !/^(COUNT|UNTIL)=/.test(piece))
    .join(';');
}
