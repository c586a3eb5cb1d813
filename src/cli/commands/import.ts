import { type Command, Option } from 'commander';
import type { DateOrder } from '../../timetable/csv-times.ts';
import type { CheckedReading, Reading } from '../../timetable/planned-event.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { applyDifferences, progressBar, readExisting, readManualChanges } from '../import/import-apply.ts';
import { placeOf, report, zoneAdvice } from '../import/import-report.ts';
import { syncSource } from '../import/source-sync.ts';
import { collect } from '../options.ts';
import { readBytes } from '../read-file.ts';
import { readSourceZones } from '../source-options.ts';
import { printSync } from '../views/sync-view.ts';
import { addExamples } from './examples.ts';

interface ImportOptions {
  format?: 'csv' | 'ics';
  timezone?: string[];
  dateOrder?: DateOrder;
  ignoreColumns?: string | true;
  days: string;
  dryRun?: boolean;
  source?: string;
  prune?: boolean;
  force?: boolean;
}

const DAY_MS = 86_400_000;

/** `import FILE`. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('import')
    .description('plan broadcasts from a .csv or .ics file; importing it again changes only what has changed')
    .argument('<file>', 'CSV with a header, or a calendar; - for standard input, with --format')
    .addOption(new Option('--format <format>', 'needed if the file name does not show it').choices(['csv', 'ics']))
    .option(
      '--timezone <zone>',
      'IANA zone of local times without a zone, or with an unknown one (default: LIVESTREAM_TIMEZONE);\n' +
        'NAME=ZONE: the IANA zone for a zone name in a calendar, such as BST=Europe/London; repeatable',
      collect,
    )
    .addOption(
      new Option('--date-order <order>', 'order of day and month in dates such as 02/12/2030 in a CSV').choices([
        'day-first',
        'month-first',
      ]),
    )
    .option('--ignore-columns [names]', 'columns of a CSV to ignore, separated by commas (default: all unknown ones)')
    .option('--days <number>', 'how many days ahead recurring events are expanded', '90')
    .option('--source <name>', 'sync this source once by hand; it is created if it does not exist')
    .option('--prune', 'with --source: cancel broadcasts of the source that the file no longer has')
    .option('--force', 'with --source: sync even if too much would be canceled at once')
    .option('--dry-run', 'show what would happen; store nothing')
    .action((file: string, options: ImportOptions) => importFile(file, options, context));
  addExamples(command, [
    'livestream import bookings.csv --timezone America/New_York --dry-run',
    'livestream import calendar.ics --days 30',
    'livestream import outlook.csv --timezone America/New_York --date-order month-first',
    'livestream import calendar.ics --timezone BST=Europe/London',
    'livestream import rooms.csv --source rooms --prune',
  ]);
  command.addHelpText(
    'after',
    '\nColumns of a CSV: meetingId (or webinarId) and startAt; stopAt or duration, date, endDate, timezone, title, kind,\n' +
      'account, externalId, labels (room=A; floor=2) or label:room, startWindow, status, layout, closeCaption, displayName,\n' +
      'activeSpeakerName, streamUrl, streamKey, pageUrl, resolution. Separated by comma, semicolon or tab. The columns of\n' +
      'Google Calendar and Outlook are read too, with the Zoom link in Location or Description. Dates: 2030-12-02,\n' +
      '02.12.2030; 02/12/2030 needs --date-order. Times: 14:30, 2:30 PM.\n' +
      'If a row of a CSV has an error, nothing is stored (exit code 1). Of a calendar, events with errors are left out and\n' +
      'reported (exit code 1) and the others are stored; nothing is stored if the file is cut off. Nothing is stored if\n' +
      'something overlaps another broadcast (exit code 4).\n' +
      'What you edited is kept, and shown as "kept". What a calendar cancels, or removes from a series, is canceled; a\n' +
      'canceled event that is confirmed again is planned again. A whole event or row that you\n' +
      'remove from the file is not canceled: use "livestream cancel", or import it with --source NAME --prune. A row\n' +
      'without externalId cannot be recognized once its time or meeting changes, and is planned a second time.\n' +
      'Zone abbreviations such as BST are ambiguous: use --timezone BST=Europe/London.',
  );
}

async function importFile(file: string, options: ImportOptions, context: CliContext): Promise<void> {
  if (options.source !== undefined) return importAsSource(options.source, file, options, context);
  for (const name of ['prune', 'force'] as const)
    if (options[name]) throw usageFailure(`--${name}: needs --source, which says whose broadcasts they are`);
  const { checkEvents } = await import('../../timetable/check-events.ts');
  const { compareEvents } = await import('../../timetable/compare.ts');
  const now = context.now();
  const checked = checkEvents(await readSource(file, options, context), now);
  const hasIssues = checked.issues.length > 0;
  // A person can fix a spreadsheet. Nobody can change a calendar, and one odd event must not keep the others off air.
  const blocks = checked.issues.some(({ kind }) => kind === 'file') || !isCalendar(file, options);
  if (hasIssues && blocks && !options.dryRun) return fail(checked, context);
  const api = await context.importApi();
  const existing = await readExisting(api, {
    externalIds: checked.events.map(({ externalId }) => externalId),
    meetingIds: checked.events.flatMap(({ plan }) => plan?.meetingId ?? []),
    hasFamilies: checked.families.size > 0,
  });
  const manualChanges = await readManualChanges(api, compareEvents(checked, existing, { now }));
  const comparison = compareEvents(checked, existing, { now, manualChanges });
  const { differences } = comparison;
  const conflicts = differences.filter(({ state }) => state === 'conflicting');
  if (options.dryRun || conflicts.length > 0) {
    report({ comparison, checked, failures: [], applied: false }, context);
    context.exitCode = hasIssues ? EXIT.failed : conflicts.length > 0 ? EXIT.conflict : EXIT.ok;
    return;
  }
  const work = differences.filter(({ state }) => ['new', 'changed', 'canceled'].includes(state)).length;
  const failures = await applyDifferences(api, differences, progressBar(context.io, work, context.json));
  report({ comparison, checked, failures, applied: true }, context);
  context.exitCode = failures[0]?.failure.exitCode ?? (hasIssues ? EXIT.failed : EXIT.ok);
}

/** From now on the file is the timetable of a source. */
async function importAsSource(name: string, file: string, options: ImportOptions, context: CliContext): Promise<void> {
  const bytes = await readWithFormat(file, options, context);
  const { timezone } = readZones(options.timezone ?? [], context);
  const api = await context.api();
  const known = (await api.listSources()).sources.some((source) => source.name === name);
  const { zones } = readSourceZones(options.timezone ?? [], context);
  if (known && zones)
    throw usageFailure(`--timezone NAME=ZONE: source ${name} already exists; use "livestream sources change ${name}"`);
  const { dateOrder, ignoreColumns, prune, force, dryRun } = options;
  if (!known) {
    await api.createSource({
      body: {
        ...{ name, kind: isCalendar(file, options) ? 'ics' : 'csv', prune: prune === true, timezone },
        ...(zones && { zones }),
        ...(dateOrder !== undefined && { dateOrder }),
        ignoreColumns: ignoreColumns !== undefined,
      },
    });
  }
  const content = Buffer.from(bytes).toString('base64');
  const body = {
    content,
    encoding: 'base64' as const,
    ...(prune && { prune }),
    ...(force && { force }),
    ...(dryRun && { dryRun }),
  };
  printSync(await syncSource(api, name, body, context), dryRun !== true, context);
}

async function readSource(file: string, options: ImportOptions, context: CliContext): Promise<Reading> {
  if (!/^\d{1,4}$/.test(options.days) || Number(options.days) < 1) {
    throw usageFailure(`--days: expected 1 to 9999, got "${options.days}"`);
  }
  const { timezone, meanings } = readZones(options.timezone ?? [], context);
  const bytes = await readWithFormat(file, options, context);
  if (isCalendar(file, options)) {
    const { readCalendar } = await import('../../timetable/read-calendar.ts');
    const now = context.now();
    return readCalendar(bytes, { now, until: now + Number(options.days) * DAY_MS, timezone, meanings });
  }
  const { decodeText } = await import('../../timetable/file-lines.ts');
  const { readCsv } = await import('../../timetable/read-csv.ts');
  const { plainColumn } = await import('../../timetable/csv-skipped.ts');
  const { dateOrder = null, ignoreColumns } = options;
  const named = typeof ignoreColumns === 'string' ? ignoreColumns.split(',').map(plainColumn) : [];
  return readCsv(decodeText(bytes), {
    timezone,
    dateOrder,
    ignoredColumns: ignoreColumns === true ? null : new Set(named),
  });
}

/** Read the file before asking for its format: for a folder the question would make no sense. Does not wait for standard input in vain. */
async function readWithFormat(file: string, options: ImportOptions, context: CliContext): Promise<Uint8Array> {
  if (file === '-') requireFormat(file, options);
  const bytes = await readBytes(file, context);
  requireFormat(file, options);
  return bytes;
}

function requireFormat(file: string, options: ImportOptions): void {
  if (!formatOf(file, options)) throw usageFailure(`${file}: use --format csv or --format ics`);
}

function formatOf(file: string, options: ImportOptions): string | undefined {
  return options.format ?? /\.(csv|tsv|txt|ics|ical|icalendar|ifb)$/i.exec(file)?.[1]?.toLowerCase();
}

function isCalendar(file: string, options: ImportOptions): boolean {
  return /^i/.test(formatOf(file, options) ?? '');
}

/** The zone of the file, and the meaning of zone names. */
function readZones(given: string[], context: CliContext): { timezone: string | null; meanings: Map<string, string> } {
  const meanings = new Map<string, string>();
  for (const one of given.filter((text) => text.includes('='))) {
    const at = one.lastIndexOf('=');
    meanings.set(one.slice(0, at).trim().toLowerCase(), context.zone(one.slice(at + 1).trim()));
  }
  const plain = given.filter((text) => !text.includes('='));
  if (plain.length > 1)
    throw usageFailure(`--timezone: expected one zone for the whole file, got ${plain.join(' and ')}`);
  return { timezone: context.chosenZone(plain[0]), meanings };
}

/** Lists every error with its row. Nothing has been sent. */
function fail({ issues }: CheckedReading, context: CliContext): void {
  const errors = issues.map((issue) => ({ path: placeOf(issue), message: issue.message }));
  const rows = new Set(issues.map(({ row }) => row)).size;
  const detail = `${rows} ${rows === 1 ? 'row has' : 'rows have'} errors; nothing was imported`;
  const problem = { title: 'The file has errors', code: 'validation_failed', status: 400, detail, errors };
  const advice = [...zoneAdvice(issues), '--dry-run shows what would happen with the rest'];
  throw new CliFailure(EXIT.failed, problem, context.json ? [] : advice);
}
