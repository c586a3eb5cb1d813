import { type Command, Option } from 'commander';
import { formatIn } from '../../time/local-time.ts';
import type { AuditEntryJson } from '../api/api-types.ts';
import type { CliContext } from '../context.ts';
import { usageFailure } from '../exit-codes.ts';
import { readTimeOption } from '../options.ts';
import { plain, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import { addExamples } from './examples.ts';

interface AuditOptions {
  by?: string;
  from?: string;
  to?: string;
  limit?: string;
  csv?: boolean;
}

const MAX_PAGE = 1_000;
const CSV_HEAD = ['at', 'by', 'action', 'type', 'id', 'title', 'detail'];
/** Text that a spreadsheet would execute as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** `audit`: who did what. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('audit')
    .description('list who did what, newest first')
    .option('--by <who>', 'name of an API key, or WHO as the list shows it')
    .option('--from <when>', 'at or after this time')
    .option('--to <when>', 'before this time')
    .option('--limit <number>', 'how many (default 50; with --csv all)')
    .addOption(new Option('--csv', 'print CSV, for a spreadsheet'))
    .action((options: AuditOptions) => audit(options, context));
  addExamples(command, [
    'livestream audit',
    'livestream audit --by north-desk --from yesterday',
    'livestream audit --from 2026-12-01 --to 2027-01-01 --csv > december.csv',
  ]);
}

async function audit({ by, from, to, limit, csv }: AuditOptions, context: CliContext): Promise<void> {
  if (csv && context.json) throw usageFailure('--csv and --json: use one of them');
  const most = limit === undefined ? (csv ? Number.POSITIVE_INFINITY : 50) : wholeNumber(limit);
  const frame = { now: context.now(), zone: context.zone(), dayAlone: true as const };
  const moment = (text: string | undefined, option: string) =>
    text === undefined ? {} : { [option]: formatIn(readTimeOption(text, `--${option}`, frame).at, 'utc') };
  const query = { ...(by === undefined ? {} : { by }), ...moment(from, 'from'), ...moment(to, 'to') };
  const api = await context.api();
  const entries: AuditEntryJson[] = [];
  let nextCursor: string | null = null;
  do {
    const size = Math.min(MAX_PAGE, most - entries.length);
    const page = await api.listAudit({
      query: { ...query, limit: size, ...(nextCursor === null ? {} : { cursor: nextCursor }) },
    });
    entries.push(...page.entries);
    nextCursor = page.nextCursor;
  } while (nextCursor !== null && entries.length < most);
  if (context.json) return context.printJson({ entries, nextCursor });
  if (csv)
    return context.print([CSV_HEAD, ...entries.map(csvRow)].map((row) => `${row.map(quoted).join(',')}\r\n`).join(''));
  if (entries.length === 0) return context.print('nothing\n');
  const rows = entries.map(({ at, by: who, action, object, detail }) => [
    // A log: always with seconds.
    { text: describeMoment(Date.parse(at), frame.zone, 'HH:mm:ss') },
    { text: who },
    { text: action },
    { text: plain(object.title ?? object.id) },
    { text: detail === null ? '' : plain(JSON.stringify(detail)) },
  ]);
  context.print(table(['WHEN', 'WHO', 'DID', 'TO', 'DETAIL'], rows, context.paint, context.columns));
  if (nextCursor !== null) context.print(`showing the newest ${entries.length}; see --limit, or --csv for all\n`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw usageFailure(`--limit: expected a whole number from 1, got "${text}"`);
  return Number(text);
}

function csvRow({ at, by, action, object, detail }: AuditEntryJson): string[] {
  return [at, by, action, object.type, object.id, object.title ?? '', detail === null ? '' : JSON.stringify(detail)];
}

function quoted(cell: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
