import type { Spread } from './statistics.ts';
import { type Line, type Measured, ratioOf, shown, type Verdict } from './summary.ts';

/** A row of the bench as it is shown. */
export interface Shown {
  title: string;
  lines: Line[];
  measured: Measured[];
  /** Figures that are also shown as a multiple of the same figure of `against`. */
  ratios: string[];
  /** Whom all are compared with. */
  against: string;
  verdicts: Verdict[];
  /** What the reader must know: who was left out, and why. */
  notes: string[];
}

/** Markdown: one table for all parts of the row, then a line for each aim and each note. */
export function tableOf({ title, lines, measured, ratios, against, verdicts, notes }: Shown): string {
  const names = [...new Set(lines.flatMap(({ figures }) => Object.keys(figures)))];
  const heads = ['what', 'who', ...names, ...ratios.map((name) => `${name} ÷ ${against}`)];
  const rows = lines.map(({ what, who, figures }) => [
    what,
    who,
    ...names.map((name) => spreadText(figures[name])),
    ...ratios.map((figure) => shown(ratioOf(measured, { what, figure, who, of: against }))),
  ]);
  const list = [...verdicts.map(({ text }) => `- aim: ${text}`), ...notes.map((note) => `- ${note}`)];
  return [`### ${title}`, '', ...aligned([heads, ...rows]), ...(list.length > 0 ? ['', ...list] : []), ''].join('\n');
}

/** `12.3 (11 to 14)`, or only the median where all rounds gave the same. */
function spreadText(spread: Spread | undefined): string {
  if (!spread) return '–';
  const [middle, least, greatest] = [spread.median, spread.least, spread.greatest].map(shown);
  return least === greatest ? `${middle}` : `${middle} (${least} to ${greatest})`;
}

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_head, i) => Math.max(3, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [heads = [], ...others] = rows;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)];
}
