import type { Command } from 'commander';
import { BROADCAST_STATUSES, FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import { type ApiClient, optional } from '../api/api-client.ts';
import type { BroadcastJson, BroadcastPage } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, usageFailure } from '../exit-codes.ts';
import { addFilterOptions, type FilterOptions, filterQuery, type Query, statusesOf } from '../filter-options.ts';
import { withSeriesId } from '../ids.ts';
import { broadcastTable } from '../views/broadcast-table.ts';
import { addExamples } from './examples.ts';

interface ListOptions extends FilterOptions {
  externalId?: string;
  search?: string;
  past?: boolean;
  limit?: string;
  all?: boolean;
}

/** Maximum limit of one request (contract section 6). */
const MAX_PAGE = 1000;
const DEFAULT_LIMIT = 50;
const OPEN = BROADCAST_STATUSES.filter((status) => !FINAL_STATUSES.has(status)).join(',');
const PAST = BROADCAST_STATUSES.filter((status) => FINAL_STATUSES.has(status)).join(',');

export function register(program: Command, context: CliContext): void {
  const command = addFilterOptions(
    program.command('list').description('list broadcasts: live and upcoming first, then finished ones, newest first'),
  )
    .option('--past', 'only finished broadcasts, newest first')
    .option('--search <text>', 'with this text in the title, meeting number or external id')
    .option('--external-id <id>', 'with this external id')
    .option('--limit <number>', `how many, 1 to ${MAX_PAGE} (default ${DEFAULT_LIMIT})`)
    .option('--all', 'show all, with no limit')
    .action((options: ListOptions) => list(options, context));
  addExamples(command, [
    'livestream list',
    'livestream list --past --status failed',
    'livestream list --status scheduled --status live --from today --to tomorrow',
    'livestream list --search "Sunday service" --json --all',
  ]);
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  const zone = context.zone(options.timezone);
  const query = listQuery(options, zone, context);
  const api = await context.api();
  if (options.series !== undefined) {
    query['seriesId'] = await withSeriesId(
      api,
      options.series,
      async (id) => (await api.getSeries({ path: { id } })).id,
    );
  }
  const limit = options.all ? Number.POSITIVE_INFINITY : Number(options.limit ?? DEFAULT_LIMIT);
  const page = await readParts(api, partsOf(options, query), limit, context.now());
  if (page.broadcasts.length === 0 && options.account !== undefined) await refuseUnknownAccount(api, options.account);
  if (context.json) return context.printJson(page);
  if (page.broadcasts.length === 0) return context.print('no broadcasts\n');
  context.print(broadcastTable(page.broadcasts, { ...context.view(), displayZone: zone, columns: context.columns }));
  if (page.truncated) context.print(context.paint('dim', await cutNote(api, options, page.broadcasts.length)));
}

/** Lists shown one after another. Without a time range: everything open, whenever it started, then finished ones, newest first. */
function partsOf({ past, from, to, status }: ListOptions, query: Query): Query[] {
  if (past) return [{ status: PAST, ...defined(query), order: 'desc' }];
  if (from !== undefined || to !== undefined) return [query];
  const wanted = statusesOf(status);
  const among = (all: string) =>
    wanted
      ? all
          .split(',')
          .filter((one) => wanted.includes(one))
          .join(',')
      : all;
  const parts: Query[] = [
    { ...query, status: among(OPEN) },
    { ...query, status: among(PAST), order: 'desc' },
  ];
  return parts.filter((part) => part['status'] !== '');
}

function defined(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** `truncated`: there are more. `nextCursor` is null if those belong to a list that has not begun. */
type Shown = BroadcastPage & { truncated?: true };

/** Reads up to `limit` of them, list after list. */
async function readParts(api: ApiClient, parts: Query[], limit: number, now: number): Promise<Shown> {
  const broadcasts: BroadcastJson[] = [];
  for (const part of parts) {
    if (part['order'] === 'desc' && part['from'] === undefined && part['to'] === undefined) {
      const over = await readOver(api, part, limit - broadcasts.length, now);
      broadcasts.push(...over.broadcasts);
      if (over.truncated) return { broadcasts, nextCursor: null, truncated: true };
      continue;
    }
    let cursor: string | null | undefined;
    do {
      const room = limit - broadcasts.length;
      // When the limit is reached, request one more: the command must know whether there are more.
      const size = String(Math.min(MAX_PAGE, Math.max(1, room)));
      const page = await readPage(api, defined({ ...part, limit: size, cursor: cursor ?? undefined }));
      if (room <= 0 && page.broadcasts.length > 0) return { broadcasts, nextCursor: null, truncated: true };
      broadcasts.push(...page.broadcasts);
      cursor = page.nextCursor;
      if (cursor && broadcasts.length >= limit) return { broadcasts, nextCursor: cursor, truncated: true };
    } while (cursor);
  }
  return { broadcasts, nextCursor: null };
}

/**
 * Sorts finished ones by the time they ended. The API sorts by start, and would list a canceled broadcast of next month above today's
 * failures.
 */
async function readOver(api: ApiClient, part: Query, room: number, now: number): Promise<Shown> {
  const at = new Date(now).toISOString();
  const size = Math.max(room, 1);
  const [begun, ahead] = await Promise.all([
    readParts(api, [{ ...part, to: at }], size, now),
    readParts(api, [{ ...part, from: at }], size, now),
  ]);
  const overAt = ({ stoppedAt, updatedAt }: BroadcastJson) => Date.parse(stoppedAt ?? updatedAt);
  const all = [...begun.broadcasts, ...ahead.broadcasts].sort((a, b) => overAt(b) - overAt(a));
  const isCut = all.length > room || begun.truncated || ahead.truncated;
  return { broadcasts: all.slice(0, room), nextCursor: null, ...(isCut ? { truncated: true } : {}) };
}

/** An older API has no `order`: it lists the oldest first. */
async function readPage(api: ApiClient, query: Query): Promise<BroadcastPage> {
  try {
    return await api.listBroadcasts({ query });
  } catch (error) {
    const isOlder = error instanceof CliFailure && error.problem.errors?.some(({ path }) => path === 'order');
    if (!isOlder) throw error;
    const { order: _order, ...rest } = query;
    return api.listBroadcasts({ query: rest });
  }
}

/** `Showing 50 of 612. See --all, --limit.`; the total is known only when the status is the only filter. */
async function cutNote(api: ApiClient, options: ListOptions, shown: number): Promise<string> {
  const { status, past, limit: _limit, timezone: _zone, all: _all, ...filters } = options;
  const more = 'See --all, --limit.\n';
  if (Object.keys(filters).length > 0) return `Showing the first ${shown}. ${more}`;
  const summary = await optional(api.getSummary()).catch(() => null);
  if (!summary) return `Showing the first ${shown}. ${more}`;
  const wanted = statusesOf(status) ?? (past ? PAST.split(',') : BROADCAST_STATUSES);
  const counts: Record<string, number> = summary.broadcasts.now;
  const all = wanted.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return `Showing ${shown} of ${Math.max(all, shown)}. ${more}`;
}

/** @throws CliFailure (usage) that lists the valid accounts, if the API sends them */
async function refuseUnknownAccount(api: ApiClient, account: string): Promise<void> {
  const known = await optional(api.listAccounts()).catch((error: unknown) => {
    if (error instanceof CliFailure) return null;
    throw error;
  });
  const names = known?.accounts.map(({ name }) => name);
  if (!names || names.includes(account)) return;
  throw usageFailure(`--account: unknown account "${account}"; configured: ${names.join(', ') || 'none'}`);
}

function listQuery(options: ListOptions, zone: string, context: CliContext): Query {
  const { limit } = options;
  if (limit !== undefined && !(/^\d+$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MAX_PAGE)) {
    throw usageFailure(`--limit: expected 1 to ${MAX_PAGE}, got "${limit}"`);
  }
  return { ...filterQuery(options, zone, context), externalId: options.externalId, q: options.search };
}
