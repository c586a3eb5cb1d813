/** The options of `sources add` and `sources change`, as fields of a source. */
import { type Command, Option } from 'commander';
import type { SourceJson } from './api/api-types.ts';
import type { CliContext } from './context.ts';
import { usageFailure } from './exit-codes.ts';
import { readMeeting } from './meeting-argument.ts';
import { collect, readDurationOption, readLabels } from './options.ts';

export interface SourceOptions {
  url?: string;
  every?: string;
  timezone?: string[];
  account?: string;
  label?: string[];
  prune?: boolean;
  brake?: string;
  dateOrder?: 'day-first' | 'month-first' | 'none';
  ignoreColumns?: boolean;
  zoomUser?: string;
  zoomMeeting?: string;
  topic?: string;
}

type SourceFields = Partial<Omit<SourceJson, 'name' | 'kind' | 'counts' | 'progress'>>;

/** @param isChange also offer options that reset a field */
export function addSourceOptions(command: Command, isChange: boolean): Command {
  const none = isChange ? '; none removes it' : '';
  const orders = ['day-first', 'month-first', ...(isChange ? ['none'] : [])];
  command
    .option('--url <url>', 'https:// or webcal://; its host must be in CALENDAR_HOSTS')
    .option('--zoom-user <email>', 'instead of --url: the meetings and webinars of this host in Zoom')
    .option('--topic <regex>', `with --zoom-user: only meetings whose topic it matches, such as "^Lecture"${none}`)
    .option('--zoom-meeting <number>', 'instead of --url: one meeting in Zoom with its occurrences')
    .option('--every <length>', `time between syncs, at least 1m${isChange ? '' : ' (default 15m)'}`)
    .option(
      '--timezone <zone>',
      `IANA time zone of times without a zone${none}; NAME=ZONE: the IANA zone for a zone name ` +
        `in a calendar, such as BST=Europe/London${isChange ? '; NAME=none removes it' : ''}; repeatable`,
      collect,
    )
    .option('--account <name>', `Zoom account of events that name none${none}`)
    .option(
      '--label <name=value>',
      `label of each broadcast; repeatable${isChange ? '; an empty value removes it' : ''}`,
      collect,
    )
    .option('--prune', 'cancel broadcasts that the timetable no longer lists')
    .option('--brake <part>', `do nothing if more than this share would be canceled${isChange ? '' : ' (default 20%)'}`)
    .addOption(
      new Option('--date-order <order>', 'order of day and month in dates such as 02/12/2030 in a CSV').choices(orders),
    )
    .option('--ignore-columns', 'ignore unknown columns of a CSV');
  if (isChange)
    command.option('--no-prune', 'keep them').option('--no-ignore-columns', 'refuse unknown columns of a CSV');
  return command;
}

/** The fields the options set. @param former the source to change; omitted: a new one */
export function sourceFields(options: SourceOptions, context: CliContext, former?: SourceJson): SourceFields {
  const { url, every, timezone, account, label, prune, brake, dateOrder, ignoreColumns, topic } = options;
  const { zoomUser, zoomMeeting } = options;
  return {
    ...(url !== undefined && { url }),
    ...(every !== undefined && { every: isoLength(every) }),
    ...(timezone !== undefined && readSourceZones(timezone, context, former?.zones)),
    ...(account !== undefined && { account: orNone(account, former) }),
    ...(label !== undefined && { labels: readLabels(label, former?.labels) }),
    ...(prune !== undefined && { prune }),
    ...(brake !== undefined && { brake: readPart(brake) }),
    ...(dateOrder !== undefined && { dateOrder: dateOrder === 'none' ? null : dateOrder }),
    ...(ignoreColumns !== undefined && { ignoreColumns }),
    ...(zoomUser !== undefined && { zoomUser }),
    ...(zoomMeeting !== undefined && { zoomMeeting: readMeeting(zoomMeeting, '--zoom-meeting').meetingId }),
    ...(topic !== undefined && { topic: orNone(topic, former) }),
  };
}

function orNone(text: string, former: SourceJson | undefined): string | null {
  return former && text === 'none' ? null : text;
}

/** `ZONE` is the zone of times without one, `NAME=ZONE` the meaning of a name; `none` resets either. */
export function readSourceZones(
  given: string[],
  context: Pick<CliContext, 'zone'>,
  former: Record<string, string> = {},
): Pick<SourceFields, 'timezone' | 'zones'> {
  const plain = given.filter((text) => !text.includes('='));
  const [timezone] = plain;
  if (plain.length > 1)
    throw usageFailure(`--timezone: expected one zone for all times without one, got ${plain.join(' and ')}`);
  const named = given.filter((text) => text.includes('='));
  const zones = { ...former };
  for (const one of named) {
    const at = one.lastIndexOf('=');
    const [name, meaning] = [one.slice(0, at).trim(), one.slice(at + 1).trim()];
    if (name === '') throw usageFailure(`--timezone: expected NAME=ZONE, got "${one}"`);
    for (const known of Object.keys(zones)) if (known.toLowerCase() === name.toLowerCase()) delete zones[known];
    if (meaning !== 'none') zones[name] = context.zone(meaning);
  }
  return {
    ...(timezone !== undefined && { timezone: timezone === 'none' ? null : context.zone(timezone) }),
    ...(named.length > 0 && { zones }),
  };
}

function isoLength(text: string): string {
  const ms = readDurationOption(text, '--every');
  return ms % 60_000 === 0 ? `PT${ms / 60_000}M` : `PT${Math.round(ms / 1_000)}S`;
}

/** `20%` or `0.2`: a fraction from 0 to 1. */
export function readPart(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim()) ?? [];
  const part = number === undefined ? Number.NaN : Number(number) / (percent ? 100 : 1);
  if (part >= 0 && part <= 1) return part;
  throw usageFailure(`--brake: expected 0% to 100%, or 0 to 1, got "${text}"`);
}
