/** A command for many broadcasts: it previews the changes, asks for confirmation, and makes them. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { OperationAnswer, OperationInput } from '../client/client.ts';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { isoDuration, parseDuration } from '../time/human-duration.ts';
import { readSignedDuration } from '../time/signed-duration.ts';
import type { ApiClient } from './api/api-client.ts';
import { confirm } from './confirm.ts';
import type { CliContext } from './context.ts';
import { EXIT, type ExitCode, exitCodeForStatus, usageFailure } from './exit-codes.ts';
import { addFilterOptions, type FilterOptions, filterQuery } from './filter-options.ts';
import { withSeriesId } from './ids.ts';
import { bulkTable, countOf, longerThanPlanned, refusedLines } from './views/bulk-view.ts';

export type BulkBody = OperationInput<'bulkBroadcasts'>['body'];
export type BulkJson = OperationAnswer<'bulkBroadcasts'>;
export type BulkAction = BulkBody['action'];

export interface BulkOptions extends FilterOptions {
  dryRun?: boolean;
  yes?: boolean;
}

/** Without `--status`: the states that the action applies to, so that a filter need not name them. */
const STATUSES: Record<BulkAction, string> = {
  cancel: 'scheduled,starting,waiting,live',
  start: 'scheduled,starting,waiting',
  stop: 'live',
  retry: 'missed,failed',
  shift: 'scheduled,starting,waiting',
  extend: 'scheduled,starting,waiting,live',
};
const DONE: Record<BulkAction, string> = {
  cancel: 'canceled',
  start: 'started now',
  stop: 'stopped now',
  retry: 'started again now',
  shift: 'moved',
  extend: 'given another stop',
};

export function addBulkOptions(command: Command): Command {
  return addFilterOptions(command)
    .option('--dry-run', 'only show what would happen to which broadcasts')
    .option('--yes', 'do not ask for confirmation; needed without a terminal');
}

function hasFilter({ status, meeting, account, series, label, from, to }: FilterOptions): boolean {
  return [status, meeting, account, series, label, from, to].some((value) => value !== undefined);
}

/** Whether ids are given instead of a filter. @throws CliFailure (usage) for neither, or both */
export function requireIds(ids: string[], options: BulkOptions): 'ids' | 'filter' {
  const isFilter = hasFilter(options);
  if (ids.length > 0 && isFilter) throw usageFailure('give ids, or a filter in their place, not both');
  if (ids.length === 0 && !isFilter) throw usageFailure('give an id, or a filter such as --label room=A');
  if (ids.length > 0 && options.dryRun) throw usageFailure('--dry-run needs a filter such as --label room=A');
  return isFilter ? 'filter' : 'ids';
}

/** `ID LENGTH`, or only `LENGTH` with a filter: the id is null then. @throws CliFailure (usage) */
export function lengthAndId(given: string[], options: BulkOptions): { id: string | null; length: string } {
  // With two arguments the second is the length, whatever it contains.
  const unknown = given.find((one, i) => /^-(-|[a-oq-z])/i.test(one) && !(i === 1 && given.length === 2));
  if (unknown !== undefined) throw usageFailure(`unknown option ${unknown}`);
  if (given.length > 2) throw usageFailure(`give an id and a length, got ${given.length} arguments`);
  const [first, second] = given;
  if (hasFilter(options)) {
    if (second !== undefined) throw usageFailure('give an id, or a filter in its place, not both');
    if (first === undefined) throw usageFailure('give a length such as 15m');
    return { id: null, length: first };
  }
  if (first === undefined || second === undefined) {
    throw usageFailure('give an id and a length such as 15m; or a length and a filter such as --label room=A');
  }
  if (options.dryRun) throw usageFailure('--dry-run needs a filter such as --label room=A');
  return { id: first, length: second };
}

/** `15m`, `-1h30m`, `2d` or ISO 8601 in the API's form. Days and weeks alone count on the local clock. */
export function readBy(text: string): string {
  const [, sign = '', length = ''] = /^([+-]?)(.*)$/.exec(text.trim()) ?? [];
  const minus = sign === '-' ? '-' : '';
  const [, count, unit] = /^(\d{1,4})\s*(d|days?|w|weeks?)$/i.exec(length) ?? [];
  if (count && unit) return `${minus}P${Number(count)}${unit.charAt(0).toUpperCase()}`;
  if (readSignedDuration(`${minus}${length.toUpperCase()}`)) return `${minus}${length.toUpperCase()}`;
  const ms = parseDuration(length);
  if (ms === null) throw usageFailure(`"${text}" is not a length; use 15m, 1h30m, 2d, -15m or ISO 8601 as PT15M`);
  return `${minus}${isoDuration(ms)}`;
}

/** @param length for `shift` and `extend` */
export async function actInBulk(
  action: BulkAction,
  length: string | null,
  options: BulkOptions,
  context: CliContext,
): Promise<void> {
  const by = length === null ? {} : { by: readBy(length) };
  const zone = context.zone(options.timezone);
  const api = await context.api();
  const query = await readFilter(api, action, options, zone, context);
  const body: BulkBody = { filter: query, action, ...by };
  const plan = await api.bulkBroadcasts({ body: { ...body, dryRun: true } });
  if (!context.json) await showPlan(api, plan, query, zone, context);
  if (options.dryRun || plan.changed.length === 0) return finish(plan, context);
  const longer = longerThanPlanned(plan.changed);
  const what = `${countOf(plan.changed.length)} would be ${DONE[action]}`;
  await confirm(longer === '' ? what : `${what}; ${longer}`, options.yes, context);
  const done = await api.bulkBroadcasts({
    headers: { 'Idempotency-Key': randomUUID() },
    body: { ...body, expect: plan.matched },
  });
  if (!context.json) context.print(`${countOf(done.changed.length)} ${DONE[action]}\n`);
  if (!context.json && done.refused.length !== plan.refused.length) context.print(refusedLines(done.refused));
  finish(done, context);
}

async function readFilter(
  api: ApiClient,
  action: BulkAction,
  options: BulkOptions,
  zone: string,
  context: CliContext,
): Promise<Record<string, string>> {
  const query = { ...filterQuery(options, zone, context) };
  query['status'] ??= STATUSES[action];
  if (options.series !== undefined) {
    query['seriesId'] = await withSeriesId(
      api,
      options.series,
      async (id) => (await api.getSeries({ path: { id } })).id,
    );
  }
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(given);
}

async function showPlan(
  api: ApiClient,
  plan: BulkJson,
  query: Record<string, string>,
  zone: string,
  context: CliContext,
): Promise<void> {
  if (plan.matched === 0) return context.print('no broadcasts match: nothing to do\n');
  // Reads their titles; the first thousand are more than a screen shows.
  const { broadcasts } = await api.listBroadcasts({ query: { ...query, limit: 1_000 } as never });
  const titles = new Map(broadcasts.map(({ id, title, meetingId }) => [id, title ?? `meeting ${meetingId}`]));
  if (plan.changed.length > 0) context.print(bulkTable(plan.changed, { titles, zone, paint: context.paint }));
  const longer = longerThanPlanned(plan.changed);
  if (longer !== '') context.print(`${longer}\n`);
  context.print(refusedLines(plan.refused));
}

/** The exit code of the first rejection. */
function finish(answer: BulkJson, context: CliContext): void {
  if (context.json) context.printJson(answer);
  const [first] = answer.refused;
  if (first && context.exitCode === EXIT.ok) context.exitCode = exitCodeOf(first.code);
}

/** The exit code for an error code of the API; that of bad input for an unknown one. */
export function exitCodeOf(code: string): ExitCode {
  return exitCodeForStatus(ERROR_CODES[code as ErrorCode]?.status ?? 400);
}
