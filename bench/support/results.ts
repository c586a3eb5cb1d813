import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { OURS } from './contenders.ts';
import { type Aim, linesOf, type Measured, verdictsOf } from './summary.ts';
import { type Shown, tableOf } from './tables.ts';

/** Every figure of one row, and where it was measured. */
export interface Result {
  name: string;
  title: string;
  /** ISO time of its end, and the commit (short). */
  when: string;
  commit: string;
  /** Of the machine for a minute, before and after. */
  load: number[];
  machine: { cores: number; node: string };
  against: string;
  ratios: string[];
  measured: Measured[];
  aims: Aim[];
  notes: string[];
}

/** One row a line, JSON; none of a file that does not exist. */
export function readResults(file: string): Result[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Result);
}

/** Writes results into a file that may have others: one of the same name is replaced in its place. */
export function keepResults(file: string, results: readonly Result[]): void {
  const all = new Map([...readResults(file), ...results].map((result) => [result.name, result]));
  writeFileSync(file, [...all.values()].map((result) => `${JSON.stringify(result, briefly)}\n`).join(''));
}

/** Five digits that count. */
function briefly(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

export function shownOf({ title, measured, ratios, against, aims, notes, ...result }: Result): Shown {
  const [before, after] = result.load.map((one) => one.toFixed(1));
  // Some rows have one round, however many were asked for.
  const count = Math.max(...measured.map(({ round }) => round));
  const rounds = count === 1 ? '1 round' : `${count} rounds: the median (least to greatest)`;
  const where = `${result.machine.cores} cores, Node ${result.machine.node}, commit ${result.commit}, ${result.when.slice(0, 10)}`;
  const notice = `${rounds}; ${where}; load of the machine ${before} before, ${after} after`;
  const verdicts = verdictsOf(measured, aims, OURS.name);
  return { title, lines: linesOf(measured), measured, ratios, against, verdicts, notes: [...notes, notice] };
}

/** A document with the table of each result between its two marks, `<!-- bench NAME -->` and `<!-- end -->`; the others stay. */
export function withTables(text: string, results: readonly Result[]): string {
  return results.reduce((document, result) => {
    const begin = `<!-- bench ${result.name} -->\n`;
    const start = document.indexOf(begin);
    const end = document.indexOf('<!-- end -->', start);
    if (start < 0 || end < 0) return document;
    return `${document.slice(0, start)}${begin}${tableOf(shownOf(result))}\n${document.slice(end)}`;
  }, text);
}
