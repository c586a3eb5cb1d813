/** Dates and times of day as spreadsheets write them, which depends on the country set on the computer. Pure. */

import { monthOf, WEEKDAY } from './month-names.ts';

export type DateOrder = 'day-first' | 'month-first';

/** The value in the API's format; or the original text, with a hint for its error message. */
export interface CellTime {
  text: string;
  hint?: string;
}

/** `2nd`, `2.`, `1er`; words such as `de` between day and month. */
const NTH = String.raw`(?:\.|st|nd|rd|th|er|º|ª)?`;
const MONTH = String.raw`\p{L}{3,12}\.?`;
const DATE = new RegExp(
  [
    String.raw`(?<year>\d{4})(?<sep>[-/.]) ?(?<month>\d{1,2})\k<sep> ?(?<day>\d{1,2})\.?`,
    String.raw`(?<first>\d{1,2})(?<mark>[./-]) ?(?<second>\d{1,2})\k<mark> ?(?<lastYear>\d{4}|\d{2})(?!\d)`,
    String.raw`(?<namedDay>\d{1,2})${NTH}[ -](?:de |of )?(?<name>${MONTH})[ -](?:de |del )?(?<nameYear>\d{4})`,
    String.raw`(?<name2>${MONTH}) (?<namedDay2>\d{1,2})${NTH},? (?<nameYear2>\d{4})`,
  ].join('|'),
  'iyu',
);
const OFFSET = String.raw`(?:Z|(?:UTC|GMT)(?:[+-]\d{2}:?\d{2})?|[+-]\d{2}:?\d{2})`;
const CLOCK = new RegExp(
  String.raw`^(?<before>[ap]\.?m\.?|上午|下午|午前|午後|오전|오후)? ?(?<hour>\d{1,2})` +
    String.raw`(?:(?:[:.]| ?h ?)(?<minute>\d{2})(?::?(?<second>\d{2})(?<fraction>\.\d+)?)?)?` +
    String.raw` ?(?<after>[ap]\.? ?m\.?|uhr|h|o'clock)? ?(?<offset>${OFFSET})?$`,
  'i',
);

/** `2030年12月2日` and `20301202` as `2030-12-02`, without the weekday. */
function inDigits(text: string): string {
  return text
    .trim()
    .replace(WEEKDAY, '')
    .replace(/^(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日(?:\([^)]{1,4}\))?/, '$1-$2-$3')
    .replace(/^(20\d{2})(\d{2})(\d{2})(?!\d)/, '$1-$2-$3');
}

/** Words around a time of day: `kl. 13:00`, `13:00 hrs`, `13時00分`. */
function plainClock(text: string): string {
  return text
    .trim()
    .replace(/^(?:kl\.?|um|at|à|a las|om|ore|ab|from|t) ?(?=\d)/i, '')
    .replace(/ ?(?<!\p{L})(?:hrs?|hs|h\.|klo)\.?$/iu, '')
    .replace(
      /^(.{0,2}?\d{1,2}) ?[時时시] ?(?:(\d{1,2}) ?[分분])?$/,
      (_all, hour: string, minute?: string) => `${hour}:${minute ?? '00'}`,
    );
}

/** A longer cell does not hold a pair of times. */
const MAX_RANGE = 200;

/**
 * `13:00-14:00`, `13 – 14 Uhr` or `9:30 bis 11:00 Uhr` in one cell: both, as they were written; null: it is not a range.
 * `2030-12-02 13:00-05:00` has an offset, and `13:00-05:00` alone is a range.
 */
export function readRange(text: string): { from: string; to: string } | null {
  if (text.length > MAX_RANGE) return null;
  const [, from = '', mark, to = ''] =
    /^(.*\S) ?(?<mark>[-–—~]| bis | to | until | à | a ) ?(\S.*)$/i.exec(text.trim()) ?? [];
  const isSpaced = / - /.test(text);
  if (mark === undefined || (mark === '-' && !isSpaced && /^\d{4}-\d{2}-\d{2}[T ]/.test(text.trim()))) return null;
  const unit = / ?(uhr|h|[ap]\.? ?m\.?)$/i.exec(to)?.[0] ?? '';
  const clockPart = from.slice(from.trim().lastIndexOf(' ') + 1);
  const isBare = /^\d{1,2}$/.test(clockPart);
  if (readClock(from) === null && readClock(clockPart) === null && !(isBare && unit !== '')) return null;
  const end = /^\d{1,2}$/.test(to) ? `${to}:00` : to;
  if (readClock(end) === null) return null;
  const start = isBare || (/[ap]/i.test(unit) && readClock(`${clockPart}${unit}`) !== null) ? `${from}${unit}` : from;
  return { from: start, to: end };
}

/** `8:30:00 AM` as `08:30:00`, with its offset; null: this is not a time of day. */
export function readClock(text: string): { clock: string; offset: string } | null {
  const groups = CLOCK.exec(plainClock(text))?.groups;
  if (!groups) return null;
  const { before = '', after = '', minute, second, fraction = '', offset = '' } = groups;
  const half = halfOf(before) ?? halfOf(after);
  // A bare `9` may be anything.
  if (minute === undefined && half === null && after === '') return null;
  const hour = Number(groups['hour']);
  if (half !== null && (hour < 1 || hour > 12)) return null;
  const hours = half === null ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  const clock = `${String(hours).padStart(2, '0')}:${minute ?? '00'}${second === undefined ? '' : `:${second}${fraction}`}`;
  return { clock, offset: /^(z|utc|gmt)$/i.test(offset) ? 'Z' : offset.replace(/^(utc|gmt)/i, '') };
}

function halfOf(mark: string): 'am' | 'pm' | null {
  if (/^a|上午|午前|오전/i.test(mark)) return 'am';
  return /^p|下午|午後|오후/i.test(mark) ? 'pm' : null;
}

/** Also `0900` and `090000`, which are times of day only next to a date. */
export function readCompact(text: string): { clock: string; offset: string } | null {
  const plain = text.replace(/^((?:[01]\d|2[0-3])[0-5]\d|2400)([0-5]\d)?(?=Z?$)/i, (_all, hm: string, s?: string) =>
    [hm.slice(0, 2), hm.slice(2), ...(s === undefined ? [] : [s])].join(':'),
  );
  return readClock(plain);
}

/** A date and time in one cell, or a time of day with the date from another cell. */
export function readCellTime(text: string, date: string | undefined, order: DateOrder | null): CellTime {
  // JavaScript adds the zone after the offset; Excel marks text with a leading quote.
  const plain = inDigits(text.replace(/^'/, '').replace(/(?<=[+-]\d{2}:?\d{2}|Z) ?(?:\([^()]*\)|\[[\w/+-]+\])$/i, ''));
  DATE.lastIndex = 0;
  const own = DATE.exec(plain);
  if (!own) {
    const clock = readCompact(plain);
    if (clock && date !== undefined) return joined(date, clock, order, `${date} ${text}`);
    return { text, ...serialHint(plain), ...hintOf(readDate(plain, order)) };
  }
  const rest = plain.slice(own[0].length).replace(/^[T ,]+/i, '');
  const clock = readCompact(rest);
  if (clock) return joined(own[0], clock, order, text);
  const read = readDate(own[0], order);
  return { text, ...('date' in read ? zoneHint(rest) : hintOf(read)) };
}

/** Excel's value of a date and time in a column without a date format: days since 1900, or a fraction of a day. */
function serialHint(text: string): { hint?: string } {
  const days = Number(text.replace(',', '.'));
  const isSerial = /^\d{5}(?:[.,]\d+)?$/.test(text) && days > 36_526 && days < 73_051;
  if (!isSerial && !/^0?[.,]\d{2,}$/.test(text)) return {};
  const shown = new Date(Math.round((days - 25_569) * 1_440) * 60_000).toISOString().slice(0, 16).replace('T', ' ');
  const advice = 'format the column as date and time, such as yyyy-mm-dd hh:mm, and export it again';
  return {
    hint: `a spreadsheet wrote ${isSerial ? `${shown} as a number` : 'the time of day as a number'}: ${advice}`,
  };
}

/** `09:00 BST`: an abbreviation can mean several zones. */
function zoneHint(rest: string): { hint?: string } {
  const [, clock = '', name] = /^(.*\d(?: ?[ap]\.?m\.?)?) ?\(?([A-Z]{2,5})\)?$/.exec(rest) ?? [];
  if (name === undefined || readClock(clock.trim()) === null) return {};
  return {
    hint: `"${name}" may be one of several zones: leave it out, and name the zone in a column timezone or with --timezone`,
  };
}

function joined(
  date: string,
  { clock, offset }: { clock: string; offset: string },
  order: DateOrder | null,
  text: string,
): CellTime {
  const read = readDate(date, order);
  return 'date' in read ? { text: `${read.date}T${clock}${offset}` } : { text, ...hintOf(read) };
}

const hintOf = (read: { date: string } | { hint?: string }) => ('hint' in read && read.hint ? { hint: read.hint } : {});

const FOUR_DIGITS = 'write the year with four digits';

/** `02.12.2030` as `2030-12-02`: with dots the day always comes first; with slashes and dashes it depends on the country. */
export function readDate(text: string, order: DateOrder | null): { date: string } | { hint?: string } {
  DATE.lastIndex = 0;
  const plain = inDigits(text);
  const groups = DATE.exec(plain)?.groups;
  if (!groups) return /^\d{1,2}[- ]\p{L}{3,12}\.?[- ]\d{2}(?!\d)/u.test(plain) ? { hint: FOUR_DIGITS } : {};
  const { year, month, day, first, second, mark, lastYear } = groups;
  if (year !== undefined) return { date: isoDate(year, Number(month), Number(day)) };
  if (first === undefined) {
    const monthName = groups['name'] ?? groups['name2'] ?? '';
    const namedMonth = monthOf(monthName);
    if (namedMonth === null) return {};
    const named = Number(groups['namedDay'] ?? groups['namedDay2']);
    return { date: isoDate(groups['nameYear'] ?? groups['nameYear2'] ?? '', namedMonth, named) };
  }
  if (lastYear?.length === 2) return { hint: FOUR_DIGITS };
  const [a, b] = [Number(first), Number(second)];
  const whole = String(lastYear);
  if (mark === '.' || order === 'day-first') return { date: isoDate(whole, b, a) };
  if (order === 'month-first') return { date: isoDate(whole, a, b) };
  if (a === b || b > 12) return { date: isoDate(whole, a, b) };
  if (a > 12) return { date: isoDate(whole, b, a) };
  return {
    hint: `"${plain.slice(0, 40)}" can be read day first or month first: use --date-order day-first or --date-order month-first`,
  };
}

/** Not checked: the API reports a day that does not exist. */
function isoDate(year: string, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
