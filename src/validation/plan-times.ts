import type { IssueCode } from '../errors.ts';
import { isoTime } from '../time/iso-time.ts';
import { addDuration, formatIn, isTimezone, readDuration, readLocal, readTime } from '../time/local-time.ts';
import type { Issues } from './issues.ts';
import { inspect } from './issues.ts';
import { MAX_LENGTH_DAYS } from './max-length.ts';

const DAY_MS = 86_400_000;
/** A start farther ahead is a typing error. */
const MAX_START_MS = 36_525 * DAY_MS;
const MAX_LENGTH = { years: 0, months: 0, weeks: 0, days: MAX_LENGTH_DAYS, clockMs: 0 };
/** Below this no calendar needs to be asked, whatever the clock change. */
const SURELY_SHORT_MS = 29 * DAY_MS;
const EXPECTED = 'an ISO 8601 time with an offset, or local with `timezone`, or "now"';

/** The time fields of an input, unchecked. */
export interface RawTimes {
  startAt?: unknown;
  stopAt?: unknown;
  duration?: unknown;
  timezone?: unknown;
}

/** The times before a change; null for a new broadcast. Times in ms. */
export interface BaseTimes {
  startAt: number;
  stopAt: number | null;
  timezone: string | null;
}

export interface TimesScope {
  /** ms. */
  now: number;
  base: BaseTimes | null;
  issues: Issues;
  prefix: string;
}

/** Times in ms; undefined: not given, or invalid. `stopAt` null: no stop is wanted. */
export interface PlanTimes {
  startAt: number | undefined;
  stopAt: number | null | undefined;
}

interface Moment {
  at: number;
  /** Written as `now`: never refused for being in the past. */
  isNow: boolean;
}

/** Reads startAt and stopAt or duration, adding an issue for each rule they break (contract section 6, "On input"). */
export function readPlanTimes(raw: RawTimes, scope: TimesScope): PlanTimes {
  const zone = zoneOf(raw, scope.base);
  const start = readMoment('startAt', raw.startAt, zone, scope);
  if (start) checkStart(start, scope);
  const from = start?.at ?? (raw.startAt === undefined ? scope.base?.startAt : undefined);
  const stop = readStop(raw, zone, from, scope);
  if (stop) checkStop(stop, from, zone, scope);
  if (stop === undefined && start && raw.stopAt === undefined && raw.duration === undefined) {
    checkKeptStop(start.at, zone, scope);
  }
  return { startAt: start?.at, stopAt: raw.stopAt === null && raw.duration === undefined ? null : stop?.moment.at };
}

/** The zone of local times; null: none; undefined: an invalid one, which the schema has reported. */
function zoneOf(raw: RawTimes, base: BaseTimes | null): string | null | undefined {
  if (raw.timezone === undefined) return base?.timezone ?? null;
  if (raw.timezone === null) return null;
  return typeof raw.timezone === 'string' && isTimezone(raw.timezone) ? raw.timezone : undefined;
}

/** Reads one time of an input, adding an issue when it is none. Undefined: not a text, or invalid. */
export function readMoment(
  path: string,
  value: unknown,
  zone: string | null | undefined,
  scope: TimesScope,
): Moment | undefined {
  if (typeof value !== 'string') return undefined;
  const issue = (message: string, code?: IssueCode) => scope.issues.add(path, message, scope.prefix, code);
  const written = readTime(value);
  if (written.kind === 'now') return { at: scope.now, isNow: true };
  if (written.kind === 'instant') return { at: written.at, isNow: false };
  if (written.kind === 'wrong') {
    issue(`must be ${EXPECTED}, got ${inspect(value)}: ${written.why}`);
    return undefined;
  }
  if (zone === undefined) return undefined;
  if (zone === null) {
    const message = `must have an offset (such as Z or -05:00) or come with \`timezone\`, got ${inspect(value)}`;
    issue(message, 'timezone_missing');
    return undefined;
  }
  const reading = readLocal(written.wall, zone);
  if (reading.kind === 'one') return { at: reading.at, isNow: false };
  const [first, second] = reading.readings.map((at) => formatIn(at, zone));
  const did = reading.kind === 'skipped' ? 'does not exist' : 'occurs twice';
  const why = `the clock change in ${zone} ${reading.kind === 'skipped' ? 'skips' : 'repeats'} it`;
  const message = `must be a time that exists exactly once, got ${inspect(value)}, which ${did}: ${why}; send ${first} or ${second}`;
  issue(message, 'clock_change');
  return undefined;
}

function checkStart(start: Moment, scope: TimesScope): void {
  const { now, base, issues, prefix } = scope;
  if (start.isNow || start.at === base?.startAt) return;
  const last = now + MAX_START_MS;
  if (start.at < now) {
    const message = `must not be in the past, got ${isoTime(start.at)}; it is now ${isoTime(now)}. Use "now" to start at once`;
    issues.add('startAt', message, prefix, 'in_past');
  } else if (start.at > last) {
    issues.add(
      'startAt',
      `must be at most 100 years ahead, that is by ${isoTime(last)}, got ${isoTime(start.at)}`,
      prefix,
    );
  }
}

interface Stop {
  moment: Moment;
  /** The field to report. */
  path: 'stopAt' | 'duration';
  /** The value as shown in the message. */
  got: string;
}

function readStop(
  raw: RawTimes,
  zone: string | null | undefined,
  from: number | undefined,
  scope: TimesScope,
): Stop | undefined {
  const moment = readMoment('stopAt', raw.stopAt, zone, scope);
  const length = readLength(raw.duration, scope);
  if (raw.duration !== undefined && raw.stopAt !== undefined && raw.stopAt !== null) {
    const message = `must not be given together with stopAt, got ${inspect(raw.duration)} and stopAt ${inspect(raw.stopAt)}`;
    scope.issues.add('duration', message, scope.prefix);
    return undefined;
  }
  if (moment) return { moment, path: 'stopAt', got: isoTime(moment.at) };
  if (!length || from === undefined || zone === undefined) return undefined;
  const at = addDuration(from, length, zone);
  return { moment: { at, isNow: false }, path: 'duration', got: inspect(raw.duration) };
}

function readLength(value: unknown, scope: TimesScope) {
  if (typeof value !== 'string') return null;
  const duration = readDuration(value);
  if (duration && Object.values(duration).some((part) => part > 0)) return duration;
  scope.issues.add(
    'duration',
    `must be a positive ISO 8601 duration such as PT1H30M, got ${inspect(value)}`,
    scope.prefix,
  );
  return null;
}

function checkStop(stop: Stop, from: number | undefined, zone: string | null | undefined, scope: TimesScope): void {
  const { now, base, issues, prefix } = scope;
  const { at, isNow } = stop.moment;
  const past = at < now && !isNow && (base === null || at !== base.stopAt);
  if (from !== undefined && at <= from) {
    issues.add(stop.path, `must be after startAt (${isoTime(from)}), got ${stop.got}`, prefix);
  } else if (past) {
    issues.add(
      stop.path,
      `must not be in the past, got ${isoTime(at)}; it is now ${isoTime(now)}. Use "now" to stop at once`,
      prefix,
      'in_past',
    );
  } else if (from !== undefined && !(at - from <= SURELY_SHORT_MS)) {
    const last = addDuration(from, MAX_LENGTH, zone ?? null);
    // Written so that NaN (a time outside the range of Date) is too late as well.
    if (!(at <= last)) {
      issues.add(
        stop.path,
        `must end at most ${MAX_LENGTH_DAYS} days after startAt, that is by ${isoTime(last)}, got ${stop.got}`,
        prefix,
      );
    }
  }
}

/** A changed start must still fit the unchanged stop. */
function checkKeptStop(startAt: number, zone: string | null | undefined, scope: TimesScope): void {
  const stopAt = scope.base?.stopAt ?? null;
  if (stopAt === null) return;
  const last = addDuration(startAt, MAX_LENGTH, zone ?? null);
  if (startAt >= stopAt) {
    scope.issues.add('startAt', `must be before stopAt (${isoTime(stopAt)}), got ${isoTime(startAt)}`, scope.prefix);
  } else if (stopAt > last) {
    const message = `must be at most ${MAX_LENGTH_DAYS} days before stopAt (${isoTime(stopAt)}), got ${isoTime(startAt)}`;
    scope.issues.add('startAt', message, scope.prefix);
  }
}
