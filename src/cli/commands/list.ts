import { type Command, Option } from 'commander';
import { BROADCAST_STATUSES } from '../../broadcasts/broadcast.ts';
import { formatIn } from '../../scheduling/local-time.ts';
import type { ApiClient } from '../api-client.ts';
import type { BroadcastJson, BroadcastPage } from '../api-types.ts';
import { broadcastTable } from '../broadcast-table.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { collect, readTimeOption } from '../options.ts';
import { addExamples } from './examples.ts';

interface ListOptions {
  status?: string[];
  meeting?: string;
  account?: string;
  externalId?: string;
  label?: string;
  from?: string;
  to?: string;
  timezone?: string;
  limit?: string;
  all?: boolean;
}

/** The most that one request may ask for (contract section 6). */
const LARGEST_PAGE = 1000;

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('list')
    .description('list broadcasts in order of their start')
    .addOption(new Option('--status <status>', `${BROADCAST_STATUSES.join(', ')}; repeatable`).argParser(collect))
    .option('--meeting <id>', 'of this meeting or webinar')
    .option('--account <name>', 'of this account')
    .option('--external-id <id>', 'with this external id')
    .option('--label <name[=value]>', 'with this label')
    .option('--from <when>', 'starting at or after; a day alone is its first moment, -2h is two hours ago')
    .option('--to <when>', 'starting before')
    .option('--timezone <zone>', "IANA zone for reading and showing times (default: this machine's)")
    .option('--limit <number>', `how many, 1 to ${LARGEST_PAGE} (default 50)`)
    .option('--all', 'all of them, however many')
    .action((options: ListOptions) => list(options, context));
  addExamples(command, [
    'livestream list',
    'livestream list --status scheduled --status live --from today --to tomorrow',
    'livestream list --label room=A --json --all',
  ]);
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  const zone = context.zone(options.timezone);
  const query = listQuery(options, zone, context);
  const api = await context.api();
  const page = options.all ? await everyPage(api, query) : await api.list(query);
  if (context.json) return context.printJson(page);
  if (page.broadcasts.length === 0) return context.print('no broadcasts\n');
  context.print(broadcastTable(page.broadcasts, { ...context.view(), displayZone: zone, columns: context.columns }));
  if (page.nextCursor)
    context.print(context.paint('dim', 'there are more: --all, or --limit; --from today leaves out what is over\n'));
}

function listQuery(options: ListOptions, zone: string, context: CliContext): Record<string, string | undefined> {
  const statuses = options.status?.flatMap((text) => text.split(',')).map((text) => text.trim());
  const unknown = statuses?.find((status) => !(BROADCAST_STATUSES as readonly string[]).includes(status));
  if (unknown !== undefined) throw usageFailure(`--status: "${unknown}" is none of ${BROADCAST_STATUSES.join(', ')}`);
  const { limit } = options;
  if (limit !== undefined && !(/^\d+$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LARGEST_PAGE)) {
    throw usageFailure(`--limit: expected 1 to ${LARGEST_PAGE}, got "${limit}"`);
  }
  const frame = { now: context.now(), zone, dayAlone: true };
  const moment = (text: string | undefined, option: string) =>
    text === undefined ? undefined : formatIn(readTimeOption(text, option, frame).at, 'utc');
  return {
    status: statuses?.join(','),
    meetingId: options.meeting?.replace(/[\s-]/g, ''),
    account: options.account,
    externalId: options.externalId,
    label: options.label,
    from: moment(options.from, '--from'),
    to: moment(options.to, '--to'),
    limit: options.all ? String(LARGEST_PAGE) : limit,
  };
}

async function everyPage(api: ApiClient, query: Record<string, string | undefined>): Promise<BroadcastPage> {
  const broadcasts: BroadcastJson[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.list({ ...query, cursor: cursor ?? undefined });
    broadcasts.push(...page.broadcasts);
    cursor = page.nextCursor;
  } while (cursor);
  return { broadcasts, nextCursor: null };
}
