/** The options that select broadcasts, for `list` and the bulk commands. */
import { type Command, Option } from 'commander';
import { BROADCAST_STATUSES } from '../broadcasts/broadcast.ts';
import { formatIn } from '../time/local-time.ts';
import type { CliContext } from './context.ts';
import { usageFailure } from './exit-codes.ts';
import { collect, readTimeOption } from './options.ts';

export interface FilterOptions {
  status?: string[];
  meeting?: string;
  account?: string;
  series?: string;
  label?: string;
  from?: string;
  to?: string;
  timezone?: string;
}

export type Query = Record<string, string | undefined>;

export function addFilterOptions(command: Command): Command {
  return command
    .addOption(new Option('--status <status>', `${BROADCAST_STATUSES.join(', ')}; repeatable`).argParser(collect))
    .option('--meeting <id>', 'of this meeting or webinar')
    .option('--account <name>', 'of this account')
    .option('--series <id>', 'of this series; its id, the start of the id, or its title')
    .option('--label <name[=value]>', 'with this label')
    .option('--from <when>', 'starting at or after this time; a day alone means its first moment, -2h is two hours ago')
    .option('--to <when>', 'starting before')
    .option(
      '--timezone <zone>',
      "IANA zone for reading and showing times (default: LIVESTREAM_TIMEZONE, or this machine's)",
    );
}

export function statusesOf(status: string[] | undefined): string[] | undefined {
  return status?.flatMap((text) => text.split(',')).map((text) => text.trim());
}

/** The filter for the API's query, except for the series, whose id must be looked up. @throws CliFailure (usage) */
export function filterQuery(options: FilterOptions, zone: string, context: CliContext): Query {
  const statuses = statusesOf(options.status);
  const unknown = statuses?.find((status) => !(BROADCAST_STATUSES as readonly string[]).includes(status));
  if (unknown !== undefined)
    throw usageFailure(`--status: "${unknown}" is not a status; valid values: ${BROADCAST_STATUSES.join(', ')}`);
  const frame = { now: context.now(), zone, dayAlone: true };
  const moment = (text: string | undefined, option: string) =>
    text === undefined ? undefined : formatIn(readTimeOption(text, option, frame).at, 'utc');
  return {
    status: statuses?.join(','),
    meetingId: options.meeting,
    account: options.account,
    label: options.label,
    from: moment(options.from, '--from'),
    to: moment(options.to, '--to'),
  };
}
