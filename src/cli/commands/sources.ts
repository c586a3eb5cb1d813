import { type Command, Option } from 'commander';
import type { SourceJson } from '../api/api-types.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { syncSource } from '../import/source-sync.ts';
import { addSourceOptions, type SourceOptions, sourceFields } from '../source-options.ts';
import { plain, table } from '../text/terminal-text.ts';
import { momentWithDistance } from '../views/broadcast-view.ts';
import { printSync } from '../views/sync-view.ts';
import { addExamples } from './examples.ts';

interface AddOptions extends SourceOptions {
  kind?: 'ics' | 'csv';
}

/** `sources`: timetables to follow. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('sources')
    .description('follow timetables: plan what they list, and keep up with their changes');
  addAdd(command, context);
  command
    .command('list', { isDefault: true })
    .description('list sources and the result of their last sync')
    .action(() => list(context));
  const one = (name: string, description: string) =>
    command.command(name).description(description).argument('<name>', 'name of the source');
  one('show', 'show a source and the result of its last sync').action((name: string) => show(name, context));
  addSourceOptions(one('change', 'change how a source is followed'), true).action(
    (name: string, options: SourceOptions) => change(name, options, context),
  );
  one('plan', 'show what a sync would do now')
    .option('--last', 'show what the last sync did instead')
    .action((name: string, options: { last?: boolean }) => plan(name, options, context));
  one('sync', 'read the timetable now and apply it')
    .option('--force', 'even if too much would be canceled at once')
    .option('--dry-run', 'only show what it would do')
    .action((name: string, options: { force?: boolean; dryRun?: boolean }) => sync(name, options, context));
  one('pause', 'stop the automatic syncs').action((name: string) => setPaused(name, true, context));
  one('resume', 'start the automatic syncs again').action((name: string) => setPaused(name, false, context));
  one('remove', 'stop following a source; its broadcasts stay')
    .option('--yes', 'do not ask')
    .action((name: string, options: { yes?: boolean }) => remove(name, options, context));
  addExamples(command, [
    'livestream sources add law --url https://outlook.office365.com/owa/calendar/…/calendar.ics --every 15m --prune',
    'livestream sources add dean --zoom-user dean@example.org --topic "^Lecture" --prune',
    'livestream sources change law --every 30m --timezone BST=Europe/London --no-prune',
    'livestream sources plan law',
    'livestream sources sync law --force',
  ]);
}

function addAdd(command: Command, context: CliContext): void {
  const add = command.command('add').description('follow a timetable').argument('<name>', 'letters, digits and . _ -');
  addSourceOptions(add, false)
    .addOption(new Option('--kind <kind>', 'default: from the end of the URL, else ics').choices(['ics', 'csv']))
    .action((name: string, options: AddOptions) => addSource(name, options, context));
}

async function addSource(name: string, options: AddOptions, context: CliContext): Promise<void> {
  const { url, kind, zoomUser, zoomMeeting } = options;
  const isZoom = zoomUser !== undefined || zoomMeeting !== undefined;
  const api = await context.api();
  const made = await api.createSource({
    body: {
      name,
      kind: isZoom ? 'zoom' : (kind ?? (/\.(csv|tsv)([?#]|$)/i.test(url ?? '') ? 'csv' : 'ics')),
      ...sourceFields(options, context),
    },
  });
  if (context.json) return context.printJson(made);
  const { name: called, every: interval } = made;
  const command = (text: string) => context.paint('cyan', `livestream ${text}`);
  context.print(
    isByHand(made)
      ? `${called}  is synced by hand\nnext: ${command(`import FILE --source ${called}`)}\n`
      : `${called}  is followed: a worker syncs it in a moment, and then every ${interval}\n` +
          `to see the result: ${command(`sources show ${called}`)}\n`,
  );
}

async function change(name: string, options: SourceOptions, context: CliContext): Promise<void> {
  if (Object.keys(options).length === 0)
    throw usageFailure('sources change: nothing to change; use an option such as --every 30m (see --help)');
  const api = await context.api();
  const current = await api.getSource({ path: { name } });
  const source = await api.changeSource({ path: { name }, body: sourceFields(options, context, current) });
  if (context.json) return context.printJson(source);
  context.print(`${source.name}  is changed; the next sync uses it\n`);
}

async function list(context: CliContext): Promise<void> {
  const answer = await (await context.api()).listSources();
  if (context.json) return context.printJson(answer);
  if (answer.sources.length === 0) return context.print('no sources\n');
  const rows = answer.sources.map((source) => [
    { text: source.name },
    { text: syncOf(source) },
    { text: when(source.triedAt, context) },
    { text: plain(source.problem ?? countsText(source)), ...(source.problem === null ? {} : { tint: 'red' as const }) },
  ]);
  context.print(table(['NAME', 'SYNC', 'LAST', 'OUTCOME'], rows, context.paint, context.columns));
}

async function show(name: string, context: CliContext): Promise<void> {
  const source = await (await context.api()).getSource({ path: { name } });
  if (context.json) return context.printJson(source);
  const labels = Object.entries(source.labels).map(([label, value]) => `${label}=${value}`);
  const zones = Object.entries(source.zones).map(([zone, meaning]) => `${zone}=${meaning}`);
  const lines: [string, string | null][] = [
    ['name', `${source.name} (${source.kind})`],
    ['url', source.url ?? (isByHand(source) ? 'none: files are given by hand' : null)],
    ['Zoom user', source.zoomUser],
    ['meeting', source.zoomMeeting],
    ['topic', source.topic],
    ['every', source.paused ? `${source.every}, paused` : source.every],
    ['timezone', source.timezone],
    ['zones', zones.join(', ') || null],
    ['account', source.account],
    ['labels', labels.join(', ') || null],
    ['prune', source.prune ? 'yes' : 'no'],
    ['brake', `${Math.round(source.brake * 1_000) / 10}%`],
    ['last sync', when(source.triedAt, context)],
    ['last read', when(source.readAt, context)],
    ['next sync', source.nextAt === null ? null : when(source.nextAt, context)],
    ['outcome', source.problem ?? countsText(source)],
  ];
  for (const [label, value] of lines) if (value !== null) context.print(`${label.padEnd(10)} ${plain(value)}\n`);
}

async function plan(name: string, { last }: { last?: boolean }, context: CliContext): Promise<void> {
  const api = await context.api();
  printSync(await api.planSource({ path: { name }, query: last ? { last } : {} }), last === true, context);
}

async function sync(
  name: string,
  { force, dryRun }: { force?: boolean; dryRun?: boolean },
  context: CliContext,
): Promise<void> {
  const body = { ...(force && { force }), ...(dryRun && { dryRun }) };
  printSync(await syncSource(await context.api(), name, body, context), dryRun !== true, context);
}

async function setPaused(name: string, paused: boolean, context: CliContext): Promise<void> {
  const source = await (await context.api()).changeSource({ path: { name }, body: { paused } });
  if (context.json) return context.printJson(source);
  context.print(
    `${source.name}  ${paused ? 'is paused: its broadcasts stay as they are' : 'is synced automatically again'}\n`,
  );
}

async function remove(name: string, { yes }: { yes?: boolean }, context: CliContext): Promise<void> {
  const api = await context.api();
  await api.getSource({ path: { name } });
  await confirm(`Source ${name} would no longer be followed; its broadcasts stay`, yes, context);
  const source = await api.deleteSource({ path: { name } });
  if (context.json) return context.printJson(source);
  context.print(`${source.name}  removed; its broadcasts stay\n`);
}

function syncOf(source: SourceJson): string {
  if (source.kind === 'document') return 'by apply';
  if (source.paused) return 'paused';
  return isByHand(source) ? 'by hand' : `every ${source.every}`;
}

function isByHand({ url, kind }: Pick<SourceJson, 'url' | 'kind'>): boolean {
  return url === null && kind !== 'zoom';
}

function when(at: string | null, context: CliContext): string {
  return momentWithDistance(at, context.zone(), context.now()) ?? 'never';
}

function countsText({ counts }: SourceJson): string {
  if (!counts) return 'not synced yet';
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${state}`).join(', ') || 'nothing in it';
}
