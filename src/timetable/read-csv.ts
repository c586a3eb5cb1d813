/** Reads broadcasts from CSV as people, Excel, Google Calendar and Outlook write it. */

import { parse } from 'csv-parse/sync';
import { isCanceledStatus, saysCanceled } from './canceled-words.ts';
import { headOf, readHead } from './csv-head.ts';
import { type DateOrder, readCellTime, readCompact, readDate, readRange } from './csv-times.ts';
import { type Cells, durationOf, groupsOf } from './csv-values.ts';
import { emptyReading, type OpenReading, type PlannedEvent, type Reading } from './planned-event.ts';
import { findZoom, findZoomNumber, type ZoomNumber } from './zoom-number.ts';

export interface CsvOptions {
  /** Zone of local times in rows without one; null: none. */
  timezone: string | null;
  /** Order of day and month in dates such as 02/12/2030; null: reject them. */
  dateOrder?: DateOrder | null;
  /** Plain names (`plainColumn`) of columns to skip; null: all unknown ones. */
  ignoredColumns?: ReadonlySet<string> | null;
  /** External ids of a source start with its name; null: a file imported by hand. */
  source?: string | null;
}

/** Invisible characters, copied along from WhatsApp, Word or a web page. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Programs put a narrow or a no-break space before AM and PM, and between a number and its unit. */
const SPACES = /\p{Zs}+/gu;
/** In the `canceled` column. */
const YES_CANCELED = /^(true|yes|y|1|x|wahr|vrai|ja|oui|sí|si)$/i;
const YES = /^(true|wahr|vrai|verdadero|vero|waar|yes|y|ja|oui|sí|si|1|x)$/i;

/** The row is not a broadcast. This is not an error. */
class NotABroadcast extends Error {}

/** Reads a whole file, row by row, so that memory holds only the text and the resulting rows. */
export function readCsv(text: string, options: CsvOptions): Reading {
  const reading = emptyReading(Number.POSITIVE_INFINITY);
  const { body, skipped, titles, delimiter } = prepared(text);
  if (titles > 0) reading.notes.push(`line ${titles + 1} was read as the header; the lines above it were skipped`);
  let columns: string[] | null = null;
  const take = (record: string[], line: number) => {
    const cells = record.map((cell) =>
      cell
        .replace(INVISIBLE, '')
        .trim()
        .replace(/^="(.*)"$/s, '$1'),
    );
    if (columns === null) columns = readHead(cells, ignoredOf(options), reading.issues, titles + 1);
    else if (cells.some((cell) => cell !== '')) takeRow(cells, line + skipped, columns, reading, options);
  };
  try {
    parse(body, {
      ...{ delimiter, bom: true, info: true, trim: true, skip_empty_lines: true },
      ...{ relax_column_count: true, relax_quotes: true, record_delimiter: ['\r\n', '\n', '\r'] },
      on_record: ({ record, info }: { record: string[]; info: { lines: number } }) => {
        if (columns === null || !reading.issues.some(({ path }) => path === 'header')) take(record, info.lines);
        return null;
      },
    } as never);
  } catch (error) {
    reading.issues.push({ row: lineOf(error) + skipped, path: '', message: (error as Error).message, kind: 'file' });
  }
  if (columns === null && reading.issues.length === 0) readHead([], null, reading.issues);
  return reading;
}

function ignoredOf({ ignoredColumns }: CsvOptions): ReadonlySet<string> | null {
  return ignoredColumns === undefined ? new Set() : ignoredColumns;
}

function takeRow(record: string[], row: number, columns: string[], reading: OpenReading, options: CsvOptions): void {
  if (record.length > columns.length && record.slice(columns.length).some((cell) => cell !== '')) {
    const message = `has ${record.length} cells, the header has ${columns.length}`;
    reading.issues.push({ row, path: '', message, kind: 'fault' });
  }
  const cells: Cells = new Map();
  for (const [i, column] of columns.entries()) {
    const earlier = cells.get(column);
    if (column !== '' && record[i]) cells.set(column, earlier === undefined ? record[i] : `${earlier}\n${record[i]}`);
  }
  try {
    reading.events.push({ row, ...rowOf(cells, columns, options) });
  } catch (error) {
    if (!(error instanceof NotABroadcast)) throw error;
    const title = cells.get('title');
    reading.skipped.push({ row, why: error.message, ...(title !== undefined && { title }) });
  }
}

function lineOf(error: unknown): number {
  const { lines } = error as { lines?: number };
  return typeof lines === 'number' ? lines : 1;
}

function rowOf(cells: Cells, columns: string[], options: CsvOptions): Omit<PlannedEvent, 'row'> {
  const text = (name: string) => cells.get(name);
  const length = (name: string) => durationOf(text(name)?.replace(SPACES, ' '));
  const meeting = meetingOf(cells, columns);
  if (YES.test(text('allDay') ?? '') || (text('startAt') === undefined && columns.includes('allDay'))) {
    throw new NotABroadcast('it is an all-day event, so it has no start time');
  }
  const { startAt, stopAt, hints } = timesOf(cells, options.dateOrder ?? null);
  if (/^\d[.,]\d+E\+?\d+$/i.test(meeting.meetingId ?? ''))
    hints['meetingId'] = 'a spreadsheet has shortened the number: format the column as text and enter it again';
  const isLocal = [startAt, stopAt].some((time) => time !== undefined && !/(Z|[+-]\d{2}:?\d{2}|^now)$/i.test(time));
  // A cell may have several lines, a title only one.
  const title = text('title')?.replace(/\p{Cc}+/gu, ' ');
  const body = {
    ...meeting,
    ...(text('kind') !== undefined && { kind: text('kind')?.toLowerCase() }),
    account: text('account'),
    title,
    startAt: startAt ?? '',
    stopAt,
    duration: length('duration'),
    timezone: text('timezone') ?? (isLocal ? (options.timezone ?? undefined) : undefined),
    ...groupsOf(cells),
    startWindow: length('startWindow'),
  };
  const id = text('externalId');
  return {
    externalId: id === undefined ? null : `${options.source ? `${options.source}:` : ''}${id}`,
    body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
    canceled: saysStatus(text('status') ?? '') || (title !== undefined && saysCanceled(title)),
    ...(Object.keys(hints).length > 0 && { hints }),
  };
}

const saysStatus = (status: string) => YES_CANCELED.test(status) || isCanceledStatus(status);

/** The meeting number: from its column, from a link in it, or from an invitation in a calendar program's export. */
function meetingOf(cells: Cells, columns: string[]): Partial<ZoomNumber> {
  const webinar = cells.get('webinarId');
  const written = cells.get('meetingId') ?? webinar;
  if (written !== undefined) {
    const linked = /[a-z]\/|:\/\//i.test(written) ? findZoom([written]) : null;
    // Links to two meetings: leave the cell to the API's error message, which says what to write.
    const fromLink = linked?.found && !linked.others ? linked.found : null;
    if (fromLink) return { ...fromLink, ...(webinar !== undefined && { kind: 'webinar' }) };
    const named = linked?.found || /^[\d\s'="-]*$/.test(written) || hasTwo(written) ? null : numberIn(written);
    if (named) return { ...named, ...(webinar !== undefined && { kind: 'webinar' }) };
    // Excel: '812… and ="812…" keep a number from being rounded; 81234567890.0 comes from a calculation.
    const meetingId = written.replace(/^'|^="?|"$/g, '').replace(/[.,]0+$/, '');
    return { meetingId, ...(cells.get('meetingId') === undefined && { kind: 'webinar' as const }) };
  }
  const places = ['location', 'description', 'title'].map((name) => cells.get(name) ?? '');
  const finding = findZoom(places);
  if (finding.found) return finding.found;
  if (columns.includes('meetingId') || columns.includes('webinarId')) return {};
  throw new NotABroadcast(finding.why);
}

/** Two numbers in one cell: it is unclear which is meant. A passcode does not count. */
function hasTwo(written: string): boolean {
  const plain = written.replace(/(?:pass(?:code|word)|kenncode|pwd?|pin)\W{0,3}[\d ]+/gi, '');
  return (plain.match(/(?<!\d)\d{3}[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)/g)?.length ?? 0) > 1;
}

/** `ID: 812 3456 7890`, `812.3456.7890` or `812 3456 7890 (Zoom)` in the number column. */
function numberIn(written: string): ZoomNumber | null {
  const bare = written
    .replace(/^(?:zoom|id|nr|no|#)[\s:.#-]*/i, '')
    .replace(/^\d{1,3}(?:[.,]\d{3}){2,3}$/, (all) => all.replace(/\D/g, ''));
  return findZoomNumber([written]) ?? findZoomNumber([`Meeting ID: ${bare}`]);
}

interface RowTimes {
  startAt: string | undefined;
  stopAt: string | undefined;
  hints: Record<string, string>;
}

function timesOf(cells: Cells, order: DateOrder | null): RowTimes {
  const hints: Record<string, string> = {};
  const read = (name: string, text: string, date: string | undefined) => {
    const { text: found, hint } = readCellTime(text, date, order);
    if (hint !== undefined) hints[name] = hint;
    return found;
  };
  const text = (name: string) => cells.get(name)?.replace(SPACES, ' ');
  const [written, end, date, endDate] = ['startAt', 'stopAt', 'date', 'endDate'].map(text);
  const range = written === undefined ? null : readRange(written);
  const [start, stop] = [range?.from ?? written, end ?? range?.to];
  const startAt = start === undefined ? date : read('startAt', start, date);
  if (stop === undefined) return { startAt, stopAt: undefined, hints };
  const clock = endDate === undefined ? readCompact(stop.replace(/^'/, '')) : null;
  const stopAt = clock ? sameOrNextDay(clock, startAt, date, order) : endOfDay(read('stopAt', stop, endDate ?? date));
  return { startAt, stopAt, hints };
}

/** A time of day alone is on the day of the start, or on the next day if it is not after the start. */
function sameOrNextDay(
  { clock, offset }: { clock: string; offset: string },
  startAt: string | undefined,
  date: string | undefined,
  order: DateOrder | null,
): string {
  const read = date === undefined ? {} : readDate(date, order);
  const day = 'date' in read ? read.date : (startAt?.slice(0, 10) ?? '');
  const own = offset || (/(Z|[+-]\d{2}:?\d{2})$/i.exec(startAt?.slice(16) ?? '')?.[1] ?? '');
  if (/^24:00(:00)?$/.test(clock)) return endOfDay(`${day}T24:00${own}`);
  const stop = `${day}T${clock}`;
  // An end that equals the start does not count: the API refuses it.
  if (startAt === undefined || stop.slice(0, 16) >= startAt.slice(0, 16)) return stop + own;
  const next = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  return Number.isNaN(next) ? stop + own : new Date(next).toISOString().slice(0, 10) + stop.slice(10) + own;
}

/** `2030-12-02T24:00` ends the day; the API accepts the start of the next one. */
function endOfDay(text: string): string {
  const [, day, offset = ''] = /^(\d{4}-\d{2}-\d{2})T24:00(?::00)?(.*)$/.exec(text) ?? [];
  const next = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  return day === undefined || Number.isNaN(next) ? text : `${new Date(next).toISOString().slice(0, 10)}T00:00${offset}`;
}

const SEPARATORS = [',', ';', '\t', '|'];
/** Lines of the file in which to look for a header below a title. */
const MAX_HEAD_LINES = 10;

interface Prepared {
  /** From the header on. */
  body: string;
  /** Lines above it; `titles`: how many of them are a title. */
  skipped: number;
  titles: number;
  delimiter: string;
}

/** The separator: from Excel's `sep=;` line if there is one, else the most frequent one in the header. */
function prepared(text: string): Prepared {
  const plain = text.replace(/^\ufeff/, '');
  const sepLine = /^"?sep=([,;\t|])"?(?:\r?\n|\r)/i.exec(plain);
  if (sepLine) return { body: plain.slice(sepLine[0].length), skipped: 1, titles: 0, delimiter: sepLine[1] as string };
  const lines = plain.split(/\r?\n|\r/, MAX_HEAD_LINES);
  const titles = titlesAbove(lines);
  const header = lines.slice(titles).find((line) => line.trim() !== '') ?? '';
  const bare = header.replace(/"[^"]*"/g, '');
  const count = (separator: string) => bare.split(separator).length;
  const [delimiter = ','] = [...SEPARATORS].sort((a, b) => count(b) - count(a));
  const above = new RegExp(`^(?:[^\\r\\n]*(?:\\r?\\n|\\r)){${titles}}`).exec(plain)?.[0] ?? '';
  return { body: plain.slice(above.length), skipped: titles, titles, delimiter };
}

/**
 * How many lines precede the header, such as the title that Excel exports with the sheet. Zero unless the first line clearly is not the
 * header.
 */
function titlesAbove(lines: readonly string[]): number {
  const headIn = (line: string) => {
    const heads = SEPARATORS.map((separator) =>
      headOf(line.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, ''))),
    );
    return heads.sort((a, b) => b.known - a.known)[0] as { known: number; isWhole: boolean };
  };
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0 || headIn(lines[first] as string).known > 1) return 0;
  const at = lines.findIndex((line, i) => i > first && headIn(line).isWhole);
  // A quoted name may span several lines.
  const isCut = lines.slice(0, Math.max(0, at)).some((line) => line.split('"').length % 2 === 0);
  return isCut ? 0 : Math.max(0, at);
}
