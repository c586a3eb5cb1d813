/** Reads the header of a spreadsheet: the field of each column. */
import { CSV_COLUMNS } from './csv-columns.ts';
import { fieldInLanguages } from './csv-languages.ts';
import { isSkippedColumn, plainColumn } from './csv-skipped.ts';
import type { RowIssue } from './planned-event.ts';

// Each of these may contain the link.
const MAY_REPEAT = new Set(['', 'location', 'description']);

/**
 * Returns the field of each column; an empty text: skip it. `label:room` is a column for the label `room`.
 * @param row line of the header, from 1
 * @param ignored plain names the user wants skipped; null: every unknown one
 */
export function readHead(names: string[], ignored: ReadonlySet<string> | null, issues: RowIssue[], row = 1): string[] {
  const issue = (message: string) => issues.push({ row, path: 'header', message, kind: 'fault' });
  const namedFields = new Set(names.map((name) => fieldOf(plainColumn(name))));
  const unknown: string[] = [];
  const columns = names.map((name) => {
    if (/^label[:.]./i.test(name)) return `label:${name.slice(6).trim()}`;
    const plain = plainColumn(name);
    if (plain === '' || ignored?.has(plain)) return '';
    const field = fieldOf(plain) ?? fieldInLanguages(plain, namedFields);
    if (field === undefined && !isSkippedColumn(plain) && ignored !== null) unknown.push(name);
    return field ?? '';
  });
  const isAnyKnown = columns.some((column) => column !== '');
  for (const [i, name] of unknown.entries()) {
    const advice = i === unknown.length - 1 ? adviceOn(isAnyKnown, row) : '';
    issue(`"${name.slice(0, 80)}" is not a known column${advice}`);
  }
  splitDoubled(columns, names);
  const twice = columns.find((column, i) => !MAY_REPEAT.has(column) && columns.indexOf(column) !== i);
  if (twice) issue(`two columns are read as ${twice}`);
  const has = (...wanted: string[]) => wanted.some((column) => columns.includes(column));
  if (issues.length > 0) return columns;
  if (!has('meetingId', 'webinarId', 'location', 'description')) issue('a column meetingId is needed');
  if (!has('startAt')) issue('a column startAt is needed');
  return columns;
}

/** French Outlook uses one name for date and time: `Début`, `Début`, `Fin`, `Fin`. Some versions write `Début`, `Heure de début`. */
const DATE_OR_TIME = new Set(['debut', 'fin', 'comienzo', 'finalizacion', 'inicio', 'inizio', 'fine', 'einde']);

/** Of two columns with one name, the first is the date. */
function splitDoubled(columns: string[], names: string[]): void {
  for (const [moment, date] of [
    ['startAt', 'date'],
    ['stopAt', 'endDate'],
  ] as const) {
    const [first = -1, second, third] = columns.flatMap((column, i) => (column === moment ? [i] : []));
    const isPair = second !== undefined && third === undefined && !columns.includes(date);
    if (isPair && DATE_OR_TIME.has(plainColumn(names[first] ?? ''))) columns[first] = date;
  }
}

function fieldOf(plain: string): string | undefined {
  return Object.keys(CSV_COLUMNS).find((one) => CSV_COLUMNS[one]?.includes(plain));
}

/** Said once, after the last unknown column. */
function adviceOn(isAnyKnown: boolean, row: number): string {
  const valid = `valid columns: ${Object.keys(CSV_COLUMNS).join(', ')}, label:<name>`;
  if (isAnyKnown) return `; ${valid}; --ignore-columns skips the others`;
  return `. Line ${row} was read as the header, but none of its columns is known. Put the column names there; ${valid}`;
}

/** How many columns of a line are known, and whether they make a complete header, judged by names alone. */
export function headOf(names: readonly string[]): { known: number; isWhole: boolean } {
  const fields = names.map(plainColumn).map((plain) => fieldOf(plain) ?? fieldInLanguages(plain, new Set()));
  const has = (...wanted: string[]) => fields.some((field) => field !== undefined && wanted.includes(field));
  return {
    known: fields.filter((field) => field !== undefined).length,
    isWhole: has('meetingId', 'webinarId', 'location', 'description') && has('startAt', 'date'),
  };
}
