/** A table of broadcasts for people. */

import { DateTime } from 'luxon';
import { isFinal } from '../../broadcasts/broadcast.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { type Cell, displayWidth, plain, STATUS_TINT, table, truncated } from '../text/terminal-text.ts';
import { clockOf } from '../text/wall-clock.ts';
import type { ViewFrame } from './broadcast-view.ts';

export interface TableFrame extends ViewFrame {
  /** IANA zone of all times in the table. */
  displayZone: string;
  /** Width of the terminal; undefined when the output is not a terminal. */
  columns: number | undefined;
}

/** Minimum width of a title, in columns, before other columns are omitted. */
const MIN_TITLE = 14;
/** Omitted first if a row does not fit the terminal; `show` has them. */
const SPARE = ['MEETING', 'STOP', 'ACCOUNT', 'WARNING'];
/** A start this late is overdue, ms. */
const OVERDUE_MS = 5_000;

interface Column {
  heading: string;
  cells: Cell[];
}

/**
 * One line each: id, meeting, state, planned times in one zone, the time until the next change, and warnings. The reason is a column, or a
 * second line on a terminal that is too narrow.
 */
export function broadcastTable(broadcasts: BroadcastJson[], frame: TableFrame): string {
  const now = frame.now();
  const moments = broadcasts.flatMap(({ startAt, stopAt }) => [startAt, stopAt ?? []].flat());
  const clock = clockOf(moments.map((iso) => Date.parse(iso)));
  const severalAccounts = new Set(broadcasts.map(({ account }) => account)).size > 1;
  const column = (heading: string, cell: (broadcast: BroadcastJson) => Cell): Column => ({
    heading,
    cells: broadcasts.map(cell),
  });
  const reason = (broadcast: BroadcastJson): Cell => ({
    text: reasonOf(broadcast, frame.displayZone, now),
    tint: STATUS_TINT[broadcast.status],
  });
  const columns = [
    column('ID', ({ id }) => ({ text: id })),
    column('MEETING', ({ meetingId }) => ({ text: meetingId })),
    column('ACCOUNT', ({ account }) => ({ text: severalAccounts ? account : '' })),
    column('STATUS', ({ status }) => ({ text: status, tint: STATUS_TINT[status] })),
    column('START', ({ startAt }) => ({ text: shortMoment(startAt, null, frame.displayZone, now, clock) })),
    column('STOP', ({ startAt, stopAt }) => ({
      text: stopAt ? shortMoment(stopAt, startAt, frame.displayZone, now, clock) : 'open',
    })),
    column('WHEN', (one) => ({ text: distance(one, now) })),
    column('WARNING', (one) => ({ text: warned(one), tint: 'yellow' })),
    column('TITLE', ({ title }) => ({ text: title ?? '' })),
    ...(frame.columns === undefined ? [column('WHY', reason)] : []),
  ].filter(({ cells }) => cells.some(({ text }) => text !== ''));
  const shown = columnsWithin(columns, frame.columns);
  const rows = broadcasts.map((_, index) => shown.map(({ cells }) => cells[index] as Cell));
  const headings = shown.map(({ heading }) => heading);
  const [head = '', ...lines] = table(headings, rows, frame.paint, frame.columns).trimEnd().split('\n');
  const zone = frame.paint('dim', `times in ${frame.displayZone}`);
  const below = (broadcast: BroadcastJson): string[] => {
    const { text, tint } = reason(broadcast);
    if (frame.columns === undefined || text === '') return [];
    const line = truncated(`    ${plain(text)}`, frame.columns);
    return [tint ? frame.paint(tint, line) : line];
  };
  return `${[head, ...lines.flatMap((line, i) => [line, ...below(broadcasts[i] as BroadcastJson)]), zone].join('\n')}\n`;
}

/** Omits the least important columns until a row fits. */
function columnsWithin(columns: Column[], room: number | undefined): Column[] {
  if (room === undefined) return columns;
  const widthOf = ({ heading, cells }: Column) => {
    const widest = Math.max(heading.length, ...cells.map(({ text }) => displayWidth(text)));
    return heading === 'TITLE' ? Math.min(MIN_TITLE, widest) : widest;
  };
  let kept = columns;
  for (const name of SPARE) {
    const width = kept.reduce((sum, column) => sum + widthOf(column) + GAP_WIDTH, -GAP_WIDTH);
    if (width <= room) break;
    kept = kept.filter(({ heading }) => heading !== name);
  }
  return kept;
}

const GAP_WIDTH = 2;

/** Why a start failed, was missed, waits, is held back or is overdue: what may need a person. */
function reasonOf({ status, reason, startAt, paused }: BroadcastJson, zone: string, now: number): string {
  if (paused && (status === 'scheduled' || status === 'waiting' || status === 'starting')) {
    const until = paused.until === null ? '' : ` until ${shortMoment(paused.until, null, zone, now)}`;
    return `paused${until}${paused.note === null ? '' : `: ${paused.note}`}`;
  }
  if (status === 'failed' || status === 'missed' || status === 'waiting' || status === 'starting') return reason ?? '';
  if (status !== 'scheduled' || now - Date.parse(startAt) < OVERDUE_MS) return '';
  const overdue = `should have started ${relativeTo(Date.parse(startAt), now)}`;
  return reason ?? `${overdue}: "livestream status" shows whether a worker is running`;
}

/** Omits the day if it is that of `reference`, and the year if it is the current one. */
function shortMoment(
  iso: string,
  reference: string | null,
  zone: string,
  now: number,
  clock = clockOf([Date.parse(iso)]),
): string {
  const moment = DateTime.fromISO(iso, { zone, locale: 'en-US' });
  if (reference !== null && moment.hasSame(DateTime.fromISO(reference, { zone }), 'day')) return moment.toFormat(clock);
  const year = moment.year === DateTime.fromMillis(now, { zone }).year ? '' : ' yyyy';
  return moment.toFormat(`ccc d LLL${year} ${clock}`);
}

/** Warnings about the future; a finished broadcast has its reason instead. */
function warned({ status, warnings }: BroadcastJson): string {
  if (isFinal({ status })) return '';
  const [first, ...others] = warnings;
  return first ? `${first.code}${others.length > 0 ? ` +${others.length}` : ''}` : '';
}

/** The time until the next start or stop, else since the last. */
function distance(broadcast: BroadcastJson, now: number): string {
  const { status, startAt, stopAt, startedAt, stoppedAt, updatedAt } = broadcast;
  const to = (iso: string) => relativeTo(Date.parse(iso), now);
  if (status === 'scheduled' || status === 'starting' || status === 'waiting') return to(startAt);
  if (status === 'live') return stopAt === null ? `since ${to(startedAt ?? startAt)}` : `stops ${to(stopAt)}`;
  return to(stoppedAt ?? updatedAt);
}
