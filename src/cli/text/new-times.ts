/** How `reschedule` changes the times of a broadcast. */

import { describeLength, isoDuration, relativeTo } from '../../time/human-duration.ts';
import { formatIn } from '../../time/local-time.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import type { BroadcastOptions } from '../broadcast-options.ts';
import { usageFailure } from '../exit-codes.ts';
import { readTimeOption } from '../options.ts';
import { type PlanFrame, readStop, type StopReading } from '../plan-reading.ts';
import type { Reading } from './human-time.ts';
import { details, type Paint, table } from './terminal-text.ts';
import { describeMoment } from './wall-clock.ts';

/** Start and stop, ms since the epoch. Without a stop it ends with the meeting, or when you stop it. */
export interface Times {
  startAt: number;
  stopAt: number | null;
}

export interface NewTimes {
  before: Times;
  after: Times;
  /** Members of the PATCH; empty: no time changes. */
  body: Record<string, unknown>;
}

export interface TimesOptions extends BroadcastOptions {
  keepLength?: boolean;
}

export function timesOf({ startAt, stopAt }: Pick<BroadcastJson, 'startAt' | 'stopAt'>): Times {
  return { startAt: Date.parse(startAt), stopAt: stopAt === null ? null : Date.parse(stopAt) };
}

/**
 * A time of day alone means the broadcast's own day. Moving the start also moves the stop, unless one is given.
 * @throws CliFailure (usage)
 */
export function readNewTimes(current: BroadcastJson, options: TimesOptions, frame: PlanFrame): NewTimes {
  const before = timesOf(current);
  const start = readStart(before, options, frame);
  const startAt = start?.at ?? before.startAt;
  const stop = readNewStop(before, options, { start: startAt, isMoved: start !== undefined }, frame);
  const after = { startAt, stopAt: stop === undefined ? before.stopAt : stop.at };
  const body = {
    ...(start === undefined ? {} : { startAt: start.isNow ? 'now' : formatIn(start.at, frame.zone) }),
    ...(stop === undefined ? {} : stopMember(stop, start?.isNow === true, frame.zone)),
  };
  return { before, after, body };
}

function readStart(before: Times, { start }: TimesOptions, frame: PlanFrame): Reading | undefined {
  if (start === undefined) return undefined;
  const reading = readTimeOption(start, '--start', { ...frame, ownDay: before.startAt });
  if (reading.isBare && reading.at <= frame.now) throw pastOnOwnDay('--start', start, reading.at, frame);
  return reading;
}

function readNewStop(
  before: Times,
  options: TimesOptions,
  { start, isMoved }: { start: number; isMoved: boolean },
  frame: PlanFrame,
): StopReading | undefined {
  const isGiven = options.stop !== undefined || options.duration !== undefined;
  if (options.keepLength && !isMoved) throw usageFailure('--keep-length needs --start');
  if (options.keepLength && isGiven) throw usageFailure('--keep-length cannot be used with --stop or --duration');
  if (!isGiven) {
    if (!isMoved || before.stopAt === null) return undefined;
    const length = before.stopAt - before.startAt;
    return { at: start + length, afterStart: length, isLocal: false };
  }
  const stop = readStop(options, start, frame);
  if (stop?.isBare && stop.at !== null && stop.at <= frame.now) {
    throw pastOnOwnDay('--stop', String(options.stop), stop.at, frame);
  }
  return stop;
}

function pastOnOwnDay(option: string, text: string, at: number, { zone }: PlanFrame) {
  return usageFailure(
    `${option}: ${text} means ${describeMoment(at, zone)}, the broadcast’s own day, which is in the past`,
    [`add the day, such as "today ${text}" or "tomorrow ${text}"`],
  );
}

/** A moment computed here is past when it arrives, so after "now" a length counts from the API's now. */
function stopMember(stop: StopReading, startIsNow: boolean, zone: string): Record<string, unknown> {
  if (stop.at === null) return { stopAt: null };
  if (startIsNow && stop.afterStart !== null) return { duration: isoDuration(stop.afterStart) };
  return { stopAt: formatIn(stop.at, zone) };
}

/** Why the new times look like a mistake; null: they do not. */
export function lengthWarning({ before, after }: Pick<NewTimes, 'before' | 'after'>): string | null {
  if (before.stopAt === null || after.stopAt === null) return null;
  const [was, becomes] = [before.stopAt - before.startAt, after.stopAt - after.startAt];
  if (was <= 0 || becomes <= 2 * was) return null;
  return `It would be on air for ${describeLength(becomes)} instead of ${describeLength(was)}`;
}

/** Both ends and the length, before and after. */
export function describeNewTimes(
  { before, after }: Pick<NewTimes, 'before' | 'after'>,
  zoneNote: string | undefined,
  frame: PlanFrame,
  paint: Paint,
): string {
  const moment = (at: number) => describeMoment(at, frame.zone);
  const stop = (at: number | null) => (at === null ? 'none' : moment(at));
  const length = ({ startAt, stopAt }: Times) => (stopAt === null ? 'open' : describeLength(stopAt - startAt));
  const near = (at: number) => `${moment(at)} (${relativeTo(at, frame.now)})`;
  const rows = [
    [{ text: 'start' }, { text: moment(before.startAt) }, { text: near(after.startAt) }],
    [
      { text: 'stop' },
      { text: stop(before.stopAt) },
      { text: after.stopAt === null ? 'none: it ends with the meeting, or when you stop it' : near(after.stopAt) },
    ],
    [{ text: 'length' }, { text: length(before) }, { text: length(after) }],
  ];
  const zone = zoneNote === undefined ? '' : details([['timezone', zoneNote]], paint);
  // The zone is in the same column as the times.
  const [first] = rows;
  if (zone !== '' && first?.[0]) first[0].text = first[0].text.padEnd('timezone'.length);
  return table(['', 'BEFORE', 'AFTER'], rows, paint, undefined) + zone;
}
