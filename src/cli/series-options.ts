/** Options that `series create` and `series change` share, and the parts of a request body they produce. */
import { type Command, Option } from 'commander';
import { isoDuration } from '../time/human-duration.ts';
import { formatIn } from '../time/local-time.ts';
import {
  type BroadcastOptions,
  destinationFrom,
  kindFrom,
  settingsFrom,
  startWindowFrom,
} from './broadcast-options.ts';
import { usageFailure } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { collect, readDurationOption, readTimeOption } from './options.ts';

export interface SeriesOptions extends BroadcastOptions {
  rule?: string;
  stopTime?: string;
  except?: string[];
  also?: string[];
  skipped?: 'after' | 'skip';
  repeated?: 'first' | 'second';
  skipCalendar?: string[];
  lead?: string;
  tail?: string;
}

const MINUTE_MS = 60_000;

export function addSeriesOptions(command: Command): Command {
  return command
    .option('--duration <length>', 'how long each broadcast is on air: 90m, 1h30m or PT1H30M')
    .option('--stop-time <time>', 'instead of --duration: local time of day such as 10:30')
    .addOption(new Option('--except <day>', 'skip this day or local time; repeatable').argParser(collect))
    .addOption(new Option('--also <when>', 'add one outside the rule; repeatable').argParser(collect))
    .addOption(
      new Option('--skip-calendar <name>', 'skip the days and times of this calendar; repeatable').argParser(collect),
    )
    .option('--lead <length>', 'go on air this long before the start, such as 10m')
    .option('--tail <length>', 'go off air this long after the end')
    .addOption(
      new Option(
        '--skipped <way>',
        'when a clock change skips the local time: start after the gap, or not at all',
      ).choices(['after', 'skip']),
    )
    .addOption(
      new Option('--repeated <which>', 'when a clock change repeats the local time: which of the two to use').choices([
        'first',
        'second',
      ]),
    );
}

/**
 * The request body from the options, without those not given. @param now ms @param zone IANA name
 * @param ownDay ms: the day of a start given as a time alone, if the series already has one
 */
export async function seriesBody(
  options: SeriesOptions,
  { ownDay, ...frame }: { now: number; zone: string; ownDay?: number },
  io: CliIo,
): Promise<Record<string, unknown>> {
  const { rule, stopTime, title, account, externalId, except, also } = options;
  if (options.duration !== undefined && stopTime !== undefined) {
    throw usageFailure('--duration and --stop-time cannot be used together');
  }
  const settings = settingsFrom(options);
  const local = (text: string, option: string, day: { ownDay?: number } = {}) =>
    formatIn(readTimeOption(text, option, { ...frame, ...day }).at, frame.zone).slice(0, 19);
  const given = {
    rule,
    startAt:
      options.start === undefined ? undefined : local(options.start, '--start', ownDay === undefined ? {} : { ownDay }),
    timezone: options.timezone,
    duration:
      options.duration === undefined ? undefined : isoDuration(readDurationOption(options.duration, '--duration')),
    stopTime,
    exceptions: except?.map((text) => (isDay(text) ? text : local(text, '--except'))),
    additions: also?.map((text) => local(text, '--also')),
    skipCalendars: options.skipCalendar,
    onClockChange: clockChangeFrom(options),
    leadMinutes: minutesFrom(options.lead, '--lead'),
    tailMinutes: minutesFrom(options.tail, '--tail'),
    kind: kindFrom(options),
    ...{ title, account, externalId },
    settings: Object.keys(settings).length > 0 ? settings : undefined,
    destination: await destinationFrom(options, io),
    startWindow: startWindowFrom(options),
    onDrop: options.onDrop,
    onMove: options.onMove,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function clockChangeFrom({ skipped, repeated }: SeriesOptions) {
  if (skipped === undefined && repeated === undefined) return undefined;
  return { ...(skipped ? { skipped } : {}), ...(repeated ? { repeated } : {}) };
}

/** `0` removes a lead. */
function minutesFrom(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^0+[mh]?$/.test(text.trim())) return 0;
  const ms = readDurationOption(text, option);
  if (ms % MINUTE_MS !== 0) throw usageFailure(`${option}: expected whole minutes, got "${text}"`);
  return ms / MINUTE_MS;
}
