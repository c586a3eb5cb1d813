import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { scopeName } from '../../broadcasts/pause.ts';
import { formatIn } from '../../time/local-time.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { PauseJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { readTimeOption } from '../options.ts';
import { plain, table } from '../text/terminal-text.ts';
import { momentWithDistance } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

interface ScopeOptions {
  all?: boolean;
  account?: string;
  series?: string;
  label?: string;
}

interface PauseOptions extends ScopeOptions {
  until?: string;
  note?: string;
  timezone?: string;
}

type Scope = PauseJson['scope'];

const WHICH = '--all, --account, --series or --label';

/** `pause`, `pause list` and `resume`. */
export function register(program: Command, context: CliContext): void {
  const command = addScope(program.command('pause').description('hold back starts; stops are never held back'))
    .option('--until <when>', 'when it ends: +2h, 18:00, "tomorrow 06:00" (default: when you resume)')
    .option('--timezone <zone>', "IANA zone of local times (default: LIVESTREAM_TIMEZONE, or this machine's)")
    .option('--note <text>', 'why; becomes the reason of broadcasts that miss their start because of it')
    .action((options: PauseOptions) => pause(options, context));
  command
    .command('list')
    .description('list current pauses')
    .action(() => list(context));
  addExamples(command, [
    'livestream pause --all --until "tomorrow 06:00" --note "snow day"',
    'livestream pause --label room=A --until +2h --note "fire drill"',
    'livestream pause list',
  ]);
  const resuming = addScope(
    program
      .command('resume')
      .description('end a pause: what it held back starts at once, or is missed')
      .argument('[ids...]', 'ids, as pause list shows them; or say what was paused'),
  ).action((ids: string[], options: ScopeOptions) => resume(ids, options, context));
  addExamples(resuming, ['livestream resume pa_3sxtrsd1jp2c031w', 'livestream resume --label room=A']);
}

function addScope(command: Command): Command {
  return command
    .option('--all', 'everything')
    .option('--account <name>', 'broadcasts of this Zoom account')
    .option('--series <id>', 'broadcasts of this series')
    .option('--label <name[=value]>', 'broadcasts with this label');
}

async function pause(options: PauseOptions, context: CliContext): Promise<void> {
  const scope = scopeFrom(options);
  if (scope === null) throw usageFailure(`choose what to pause: ${WHICH}`);
  const api = await context.api();
  const until = untilFrom(options, context);
  const isIdle = await holdsNothing(api, scope);
  const made = await api.createPause({
    headers: { 'Idempotency-Key': randomUUID() },
    body: {
      scope,
      ...(until === null ? {} : { until }),
      ...(options.note === undefined ? {} : { note: options.note }),
    },
  });
  if (context.json) return context.printJson(made);
  const end =
    made.until === null
      ? 'until you end it'
      : `until ${momentWithDistance(made.until, zoneOf(options, context), context.now())}`;
  context.print(`${made.id}  starts of ${described(made.scope)} are held back ${end}\n`);
  context.print(`to end it: ${context.paint('cyan', `livestream resume ${made.id}`)}\n`);
  if (isIdle) context.print('it holds back no planned broadcast: check the spelling\n');
}

/** A mistyped label would hold back nothing, and nobody would notice before the start. */
async function holdsNothing(api: ApiClient, scope: Scope): Promise<boolean> {
  if ('all' in scope) return false;
  const which = 'label' in scope ? { label: scopeName(scope).slice('label:'.length) } : scope;
  const query = { ...which, status: ['scheduled' as const, 'starting' as const, 'waiting' as const], limit: 1 };
  return (await api.listBroadcasts({ query })).broadcasts.length === 0;
}

async function list(context: CliContext): Promise<void> {
  const api = await context.api();
  const { pauses } = await api.listPauses();
  if (context.json) return context.printJson({ pauses });
  if (pauses.length === 0) return context.print('nothing is paused\n');
  const zone = context.zone();
  const moment = (iso: string | null) => momentWithDistance(iso, zone, context.now()) ?? 'you end it';
  const rows = pauses.map(({ id, scope, since, until, by, note }) =>
    [id, described(scope), moment(since), moment(until), by, note ?? ''].map((text) => ({ text })),
  );
  context.print(table(['ID', 'STARTS OF', 'SINCE', 'UNTIL', 'BY', 'NOTE'], rows, context.paint, context.columns));
}

async function resume(ids: string[], options: ScopeOptions, context: CliContext): Promise<void> {
  const scope = scopeFrom(options);
  if ((scope === null) === (ids.length === 0))
    throw usageFailure(`choose which pause to end: its id (see livestream pause list), or ${WHICH}`);
  const api = await context.api();
  const wanted = scope === null ? ids : await idsOf(api, scope);
  const ended: PauseJson[] = [];
  for (const id of wanted) ended.push(await api.endPause({ path: { id } }));
  if (context.json) return context.printJson(ended.length === 1 && scope === null ? ended[0] : { pauses: ended });
  for (const { id, scope: what } of ended)
    context.print(`${id}  ended: starts of ${described(what)} are no longer held back\n`);
}

/** The pauses of exactly this scope: wider pauses stay in force. */
async function idsOf(api: ApiClient, scope: Scope): Promise<string[]> {
  const { pauses } = await api.listPauses();
  const found = pauses.filter((one) => scopeName(one.scope) === scopeName(scope));
  if (found.length > 0) return found.map(({ id }) => id);
  const detail = `there is no pause of ${described(scope)}`;
  throw new CliFailure(EXIT.notFound, { title: 'Not found', code: 'not_found', status: 404, detail }, [
    'to see what is paused: livestream pause list',
  ]);
}

/** Null: none is given. @throws CliFailure (usage) */
function scopeFrom({ all, account, series, label }: ScopeOptions): Scope | null {
  const given: Scope[] = [
    ...(all ? [{ all: true as const }] : []),
    ...(account === undefined ? [] : [{ account }]),
    ...(series === undefined ? [] : [{ seriesId: series }]),
    ...(label === undefined ? [] : [{ label }]),
  ];
  if (given.length > 1) throw usageFailure(`only one of ${WHICH} can be given`);
  return given[0] ?? null;
}

function zoneOf({ timezone }: PauseOptions, context: CliContext): string {
  return context.zone(timezone);
}

function untilFrom(options: PauseOptions, context: CliContext): string | null {
  if (options.until === undefined) return null;
  const zone = zoneOf(options, context);
  return formatIn(readTimeOption(options.until, '--until', { now: context.now(), zone }).at, zone);
}

function described(scope: Scope): string {
  if ('all' in scope) return 'everything';
  if ('account' in scope) return `account ${plain(scope.account)}`;
  if ('seriesId' in scope) return `series ${plain(scope.seriesId)}`;
  return `broadcasts with the label ${plain(scopeName(scope).slice('label:'.length))}`;
}
