import { type Command, Option } from 'commander';
import type { SourceJson } from '../api/api-types.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { syncSource } from '../import/source-sync.ts';
import { readMeeting } from '../meeting-argument.ts';
import { collect, readDurationOption, readLabels } from '../options.ts';
import { plain, table } from '../text/terminal-text.ts';
import { momentWithDistance } from '../views/broadcast-view.ts';
import { printSync } from '../views/sync-view.ts';
import { addExamples } from './examples.ts';

interface AddOptions {
  url?: string;
  kind?: 'ics' | 'csv';
  zoomMeeting?: string;
  every?: string;
  timezone?: string;
  account?: string;
  label?: string[];
  prune?: boolean;
  brake?: string;
  dateOrder?: 'day-first' | 'month-first';
  ignoreColumns?: boolean;
  zoomUser?: string;
  topic?: string;
}

/** `sources`: timetables that are followed. */
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
    command.command(name).description(description).argument('<name>', 'of the source');
  one('show', 'show a source and the result of its last sync').action((name: string) => show(name, context));
  one('plan', 'show what a sync would do now')
    .option('--last', 'what the last sync did')
    .action((name: string, options: { last?: boolean }) => plan(name, options, context));
  one('sync', 'read the timetable now and apply it')
    .option('--force', 'although too much would be canceled at once')
    .option('--dry-run', 'only say what it would do')
    .action((name: string, options: { force?: boolean; dryRun?: boolean }) => sync(name, options, context));
  one('pause', 'stop the automatic syncs').action((name: string) => setPaused(name, true, context));
  one('resume', 'start the automatic syncs again').action((name: string) => setPaused(name, false, context));
  one('remove', 'stop following it; its broadcasts stay')
    .option('--yes', 'do not ask')
    .action((name: string, options: { yes?: boolean }) => remove(name, options, context));
  addExamples(command, [
    'livestream sources add law --url https://outlook.office365.com/owa/calendar/…/calendar.ics --every 15m --prune',
    'livestream sources add dean --zoom-user dean@example.org --topic "^Lecture" --prune',
    'livestream sources plan law',
    'livestream sources sync law --force',
  ]);
}

function addAdd(command: Command, context: CliContext): void {
  command
    .command('add')
    .description('follow a timetable')
    .argument('<name>', 'letters, digits and . _ -')
    .option('--url <url>', 'https:// or webcal://; its host must be in CALENDAR_HOSTS')
    .option('--zoom-user <email>', 'in place of --url: the meetings and webinars of this host in Zoom')
    .option('--topic <regex>', 'with --zoom-user: only meetings whose topic it matches, such as "^Lecture"')
    .option('--zoom-meeting <number>', 'in place of --url: one meeting in Zoom with its occurrences')
    .addOption(new Option('--kind <kind>', 'default: by the end of the URL, else ics').choices(['ics', 'csv']))
    .option('--every <length>', 'from one sync to the next, at least 1m (default 15m)')
    .option('--timezone <zone>', 'IANA zone of times without one')
    .option('--account <name>', 'Zoom account of events without one')
    .option('--label <name=value>', 'of each broadcast; may be repeated', collect)
    .option('--prune', 'cancel broadcasts that the timetable no longer lists')
    .option('--brake <part>', 'do nothing if more than this share would be canceled at once (default: 20%)')
    .addOption(
      new Option('--date-order <order>', 'of dates such as 02/12/2030 in a CSV').choices(['day-first', 'month-first']),
    )
    .option('--ignore-columns', 'ignore unknown columns of a CSV')
    .action((name: string, options: AddOptions) => add(name, options, context));
}

async function add(name: string, options: AddOptions, context: CliContext): Promise<void> {
  const { url, kind, every, label, brake, zoomUser, zoomMeeting, ...others } = options;
  const isZoom = zoomUser !== undefined || zoomMeeting !== undefined;
  const api = await context.api();
  const made = await api.createSource({
    body: {
      name,
      kind: isZoom ? 'zoom' : (kind ?? (/\.(csv|tsv)([?#]|$)/i.test(url ?? '') ? 'csv' : 'ics')),
      ...(url !== undefined && { url }),
      ...(every !== undefined && { every: isoLength(every) }),
      ...(label !== undefined && { labels: readLabels(label) }),
      ...(brake !== undefined && { brake: readPart(brake) }),
      ...(zoomUser !== undefined && { zoomUser }),
      ...(zoomMeeting !== undefined && { zoomMeeting: readMeeting(zoomMeeting, '--zoom-meeting').meetingId }),
      ...others,
    },
  });
  if (context.json) return context.printJson(made);
  const { name: called, every: interval } = made;
  const command = (text: string) => context.paint('cyan', `livestream ${text}`);
  context.print(
    isByHand(made)
      ? `${called}  is followed by hand\nnext: ${command(`import FILE --source ${called}`)}\n`
      : `${called}  is followed: a worker syncs it in a moment, and then every ${interval}\n` +
          `to see what came of it: ${command(`sources show ${called}`)}\n`,
  );
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
  const lines: [string, string | null][] = [
    ['name', `${source.name} (${source.kind})`],
    ['url', source.url ?? (isByHand(source) ? 'none: files are given by hand' : null)],
    ['Zoom user', source.zoomUser],
    ['meeting', source.zoomMeeting],
    ['topic', source.topic],
    ['every', source.paused ? `${source.every}, paused` : source.every],
    ['timezone', source.timezone],
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
  context.print(`${source.name}  ${paused ? 'is paused: what it last said holds' : 'is synced by itself again'}\n`);
}

async function remove(name: string, { yes }: { yes?: boolean }, context: CliContext): Promise<void> {
  const api = await context.api();
  await api.getSource({ path: { name } });
  await confirm(`Source ${name} would be followed no more; its broadcasts stay`, yes, context);
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

function isoLength(text: string): string {
  const ms = readDurationOption(text, '--every');
  return ms % 60_000 === 0 ? `PT${ms / 60_000}M` : `PT${Math.round(ms / 1_000)}S`;
}

/** `20%` or `0.2`. */
function readPart(text: string): number {
  const [, number, percent] = /^(\d{1,3}(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const part = number === undefined ? Number.NaN : Number(number) / (percent ? 100 : 1);
  if (part >= 0 && part <= 1) return part;
  throw usageFailure(`--brake: expected 0% to 100%, got "${text}"`);
}
