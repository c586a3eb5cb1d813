import type { Command } from 'commander';
import type { CalendarJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { readTextFile } from '../read-file.ts';
import { details, plain, table } from '../text/terminal-text.ts';
import { addExamples } from './examples.ts';

/** `calendars add|list|show|remove`: calendars that series skip. */
export function register(program: Command, context: CliContext): void {
  const calendars = program.command('calendars').description('manage calendars, such as holidays, that series skip');
  const add = calendars
    .command('add')
    .description('add a calendar from a URL, which is fetched again every day, or from a file')
    .argument('<name>', 'name that series use: series change ID --skip-calendar NAME')
    .argument('<source>', 'https:// or webcal:// URL with a host in CALENDAR_HOSTS; or an .ics file')
    .option('--timezone <zone>', 'IANA time zone of its all-day events; default: the zone of the series')
    .action((name: string, source: string, options: { timezone?: string }) => addOne(name, source, options, context));
  addExamples(add, [
    'livestream calendars add holidays https://calendar.example.org/holidays.ics --timezone America/New_York',
    'livestream calendars add closed closed.ics',
  ]);
  const list = calendars
    .command('list')
    .description('list calendars')
    .action(() => listAll(context));
  addExamples(list, ['livestream calendars list', 'livestream calendars list --json']);
  const show = calendars
    .command('show')
    .description('show a calendar and its next entries')
    .argument('<name>', 'its name')
    .action((name: string) => showOne(name, context));
  addExamples(show, ['livestream calendars show holidays']);
  const remove = calendars
    .command('remove')
    .description('remove calendars that no series skips')
    .argument('<names...>', 'their names')
    .action((names: string[]) => removeAll(names, context));
  addExamples(remove, ['livestream calendars remove holidays']);
}

async function addOne(
  name: string,
  source: string,
  { timezone }: { timezone?: string },
  context: CliContext,
): Promise<void> {
  const content = /^[a-z]+:\/\//i.test(source) ? { url: source } : { ics: await readTextFile(source, context) };
  const api = await context.api();
  const calendar = await api.createCalendar({
    body: { name, ...content, ...(timezone === undefined ? {} : { timezone }) },
  });
  if (context.json) return context.printJson(calendar);
  context.print(describe(calendar, context));
}

async function listAll(context: CliContext): Promise<void> {
  const api = await context.api();
  const found = await api.listCalendars();
  if (context.json) return context.printJson(found);
  if (found.calendars.length === 0) return context.print('no calendars\n');
  const rows = found.calendars.map(({ name, url, timezone, upcoming, failure }) => [
    { text: name },
    { text: upcoming[0] ? `${upcoming[0].from} ${plain(upcoming[0].title ?? '')}` : 'nothing' },
    { text: timezone ?? 'of the series' },
    { text: url ?? 'a text' },
    { text: failure === null ? '' : plain(failure), tint: 'red' as const },
  ]);
  context.print(table(['NAME', 'NEXT', 'TIMEZONE', 'FROM', 'FAILURE'], rows, context.paint, context.columns));
}

async function showOne(name: string, context: CliContext): Promise<void> {
  const api = await context.api();
  const calendar = await api.getCalendar({ path: { name } });
  if (context.json) return context.printJson(calendar);
  context.print(describe(calendar, context));
}

async function removeAll(names: string[], context: CliContext): Promise<void> {
  const api = await context.api();
  const removed: CalendarJson[] = [];
  for (const name of names) {
    removed.push(await api.deleteCalendar({ path: { name } }));
    if (!context.json) context.print(`calendar ${name} removed\n`);
  }
  if (context.json) context.printJson(removed.length === 1 ? removed[0] : { calendars: removed });
}

function describe(calendar: CalendarJson, { paint }: CliContext): string {
  const { name, url, timezone, readAt, failure, issues, upcoming } = calendar;
  const head = details(
    [
      ['calendar', name],
      ['from', url ?? 'a text'],
      ['timezone', timezone ?? 'of the series'],
      ['read', readAt],
      ['failure', failure && plain(failure)],
    ],
    paint,
  );
  const times = upcoming.map(
    ({ title, from, to }) => `  ${from === to ? from : `${from} to ${to}`}  ${plain(title ?? '')}\n`,
  );
  const wrong = issues.map((issue) => `${paint('yellow', 'left out')}  ${plain(issue)}\n`);
  return `${head}${times.length === 0 ? '  nothing upcoming\n' : times.join('')}${wrong.join('')}`;
}
