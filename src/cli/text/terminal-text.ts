/** Text for terminals: aligned tables, colours, no control characters from outside. Pure. */
import stringWidth from 'string-width';
import type { BroadcastStatus } from '../../broadcasts/broadcast.ts';

export type Tint = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'dim' | 'bold';

const SGR: Record<Tint, [number, number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export const STATUS_TINT: Record<BroadcastStatus, Tint> = {
  scheduled: 'blue',
  starting: 'yellow',
  waiting: 'yellow',
  live: 'green',
  stopping: 'yellow',
  ended: 'dim',
  canceled: 'dim',
  missed: 'red',
  failed: 'red',
};

export type Paint = (tint: Tint, text: string) => string;

/** Colours only on a terminal, and never with `NO_COLOR` (no-color.org) or a dumb one. */
export function paintFor(isTTY: boolean, env: Record<string, string | undefined>): Paint {
  if (!isTTY || env.NO_COLOR || env.TERM === 'dumb') return (_tint, text) => text;
  return (tint, text) => `\u001b[${SGR[tint][0]}m${text}\u001b[${SGR[tint][1]}m`;
}

const GRAPHEMES = new Intl.Segmenter();
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const CONTROL = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Removes control characters from stored text: a title must not move the cursor or recolour the terminal. */
export function plain(text: string): string {
  return text.replace(CONTROL, '�');
}

/** Columns the text takes on a terminal: a family emoji of seven code points takes two. */
export function displayWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** Shortens text to `width` columns with an ellipsis, never in the middle of a visible character. */
export function truncated(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += displayWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : '';
}

export interface Cell {
  text: string;
  tint?: Tint | undefined;
}

/** Minimum width of the last column. */
const MIN_LAST_COLUMN = 10;
const GAP = '  ';

/** An aligned table with a header line. Omits columns that are empty in every row, and shortens the last column to the terminal's width. */
export function table(headings: string[], rows: Cell[][], paint: Paint, columns: number | undefined): string {
  const used = headings.map((_, index) => rows.some((row) => row[index]?.text));
  const pick = <T>(list: T[]) => list.filter((_, index) => used[index]);
  const lines: Cell[][] = [
    pick(headings).map((text) => ({ text, tint: 'dim' })),
    ...rows.map((row) => pick(row).map((cell) => ({ ...cell, text: plain(cell.text) }))),
  ];
  const widths = (lines[0] ?? []).map((_, index) =>
    Math.max(...lines.map((line) => displayWidth(line[index]?.text ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(MIN_LAST_COLUMN, columns - before);
  return lines.map((line) => `${tableLine(line, widths, room, paint)}\n`).join('');
}

function tableLine(line: Cell[], widths: number[], lastRoom: number, paint: Paint): string {
  const cells = line.map((cell, index) => {
    const isLast = index === line.length - 1;
    const text = isLast ? truncated(cell.text, lastRoom) : cell.text;
    const fill = isLast ? '' : ' '.repeat((widths[index] ?? 0) - displayWidth(text));
    return (cell.tint && text ? paint(cell.tint, text) : text) + fill;
  });
  return cells.join(GAP).trimEnd();
}

/** `name  value` lines with aligned values, omitting lines without a value. */
export function details(lines: [name: string, value: string | null | undefined][], paint: Paint): string {
  const shown = lines.filter((line): line is [string, string] => Boolean(line[1]));
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${value}\n`).join('');
}
