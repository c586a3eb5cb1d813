/** How `series change` changes the times of a series. Pure. */
import { DateTime } from 'luxon';
import { describeLength } from '../../time/human-duration.ts';
import { durationMs } from '../../time/local-time.ts';
import type { SeriesJson } from '../api/api-types.ts';
import { type Paint, table } from './terminal-text.ts';

const DAY_MS = 86_400_000;

type Body = Record<string, unknown>;
type SeriesTimes = Pick<SeriesJson, 'startAt' | 'duration' | 'stopTime'>;

/** A moment (ms) on the first day of the rule. */
export function firstDayOf({ startAt, timezone }: Pick<SeriesJson, 'startAt' | 'timezone'>): number {
  return DateTime.fromISO(`${startAt.slice(0, 10)}T12:00`, { zone: timezone }).toMillis();
}

/**
 * What else moves when the start moves to another time of day: the stop's time, unless the change sets one, and the local times of skipped
 * occurrences, which would return otherwise.
 */
export function movedAlong(current: SeriesJson, change: Body): Body {
  const start = change['startAt'];
  if (typeof start !== 'string' || clockOf(start) === clockOf(current.startAt)) return {};
  const saysStop = 'duration' in change || 'stopTime' in change;
  const by = wallMs(start) - wallMs(current.startAt);
  const exceptions = (change['exceptions'] as string[] | undefined) ?? current.exceptions;
  const moved = exceptions.map((text) =>
    text.length > 10 && clockOf(text) === clockOf(current.startAt) ? `${text.slice(0, 10)}T${clockOf(start)}` : text,
  );
  return {
    ...(current.stopTime === null || saysStop ? {} : { stopTime: shiftedClock(current.stopTime, by) }),
    ...(moved.join() === current.exceptions.join() ? {} : { exceptions: moved }),
  };
}

/** The times after the change. */
export function timesAfter(current: SeriesJson, change: Body): SeriesTimes {
  const { startAt, duration, stopTime } = { ...current, ...change } as SeriesTimes;
  if (typeof change['duration'] === 'string') return { startAt, duration, stopTime: null };
  return typeof change['stopTime'] === 'string'
    ? { startAt, duration: null, stopTime }
    : { startAt, duration, stopTime };
}

/** Why the new length looks like a mistake; null: it does not. */
export function seriesLengthWarning(before: SeriesTimes, after: SeriesTimes): string | null {
  const [was, becomes] = [lengthOf(before), lengthOf(after)];
  if (was === null || becomes === null || becomes <= 2 * was) return null;
  return `Each broadcast would be on air for ${describeLength(becomes)} instead of ${describeLength(was)}`;
}

/** Both ends and the length of the first occurrence, before and after, in local time. */
export function describeSeriesTimes(before: SeriesTimes, after: SeriesTimes, paint: Paint): string {
  const start = ({ startAt }: SeriesTimes) => `${startAt.slice(0, 10)} ${startAt.slice(11, 16)}`;
  const length = (times: SeriesTimes) => {
    const ms = lengthOf(times);
    return ms === null ? 'open' : describeLength(ms);
  };
  const stop = (times: SeriesTimes) => {
    const ms = lengthOf(times);
    return ms === null ? 'none' : new Date(wallMs(times.startAt) + ms).toISOString().slice(0, 16).replace('T', ' ');
  };
  const rows = (['first', 'stop', 'length'] as const).map((name) => {
    const text = { first: start, stop, length }[name];
    return [{ text: name }, { text: text(before) }, { text: text(after) }];
  });
  return table(['', 'BEFORE', 'AFTER'], rows, paint, undefined);
}

/** By the local clock, ms; null: no stop. */
function lengthOf({ startAt, duration, stopTime }: SeriesTimes): number | null {
  if (duration !== null) return durationMs(duration);
  if (stopTime === null) return null;
  const length = wallMs(`1970-01-01T${stopTime}`) - wallMs(`1970-01-01T${clockOf(startAt)}`);
  return length > 0 ? length : length + DAY_MS;
}

function clockOf(local: string): string {
  return local.slice(11, 19);
}

function wallMs(local: string): number {
  return Date.parse(`${local}Z`);
}

function shiftedClock(clock: string, by: number): string {
  const at = wallMs(`1970-01-02T${clock}`) + (by % DAY_MS);
  return new Date(at).toISOString().slice(11, 19);
}
