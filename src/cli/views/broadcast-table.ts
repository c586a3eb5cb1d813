/** Many broadcasts for people. */
import { DateTime } from 'luxon';
import { relativeTo } from '../../time/human-duration.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { type Cell, STATUS_TINT, table, truncated } from '../text/terminal-text.ts';
import type { ViewFrame } from './broadcast-view.ts';

export interface TableFrame extends ViewFrame {
  /** IANA zone in which all times of the table are shown. */
  displayZone: string;
  /** Width of the terminal; undefined when the output is no terminal. */
  columns: number | undefined;
}

/** Columns of a title that something stands behind. */
const MAX_TITLE = 24;

/** One line each: id, meeting, state, planned times in one zone, how far away what matters next is, and what threatens. */
export function broadcastTable(broadcasts: BroadcastJson[], frame: TableFrame): string {
  const now = frame.now();
  const severalAccounts = new Set(broadcasts.map(({ account }) => account)).size > 1;
  const hasReasons = broadcasts.some((broadcast) => reasonOf(broadcast) !== '');
  const rows = broadcasts.map((broadcast): Cell[] => [
    { text: broadcast.id },
    { text: broadcast.meetingId },
    { text: severalAccounts ? broadcast.account : '' },
    { text: broadcast.status, tint: STATUS_TINT[broadcast.status] },
    { text: shortMoment(broadcast.startAt, null, frame.displayZone, now) },
    { text: broadcast.stopAt ? shortMoment(broadcast.stopAt, broadcast.startAt, frame.displayZone, now) : 'open' },
    { text: distance(broadcast, now) },
    { text: warned(broadcast), tint: 'yellow' },
    { text: titleOf(broadcast, hasReasons && frame.columns !== undefined) },
    { text: reasonOf(broadcast), tint: STATUS_TINT[broadcast.status] },
  ]);
  const headings = ['ID', 'MEETING', 'ACCOUNT', 'STATUS', 'START', 'STOP', 'WHEN', 'WARNING', 'TITLE', 'WHY'];
  const zone = frame.paint('dim', `times in ${frame.displayZone}`);
  return `${table(headings, rows, frame.paint, frame.columns)}${zone}\n`;
}

/** Why a start failed, was missed, or waits: what a person may have to see to. */
function reasonOf({ status, reason }: BroadcastJson): string {
  return status === 'failed' || status === 'missed' || status === 'waiting' ? (reason ?? '') : '';
}

/** Where reasons follow, a long title must not push them off the screen. */
function titleOf({ title }: BroadcastJson, isCut: boolean): string {
  return isCut ? truncated(title ?? '', MAX_TITLE) : (title ?? '');
}

/** The day is left out when it is that of `reference`, the year when it is this one. */
function shortMoment(iso: string, reference: string | null, zone: string, now: number): string {
  const moment = DateTime.fromISO(iso, { zone, locale: 'en-US' });
  const clock = moment.second === 0 ? 'HH:mm' : 'HH:mm:ss';
  if (reference !== null && moment.hasSame(DateTime.fromISO(reference, { zone }), 'day')) return moment.toFormat(clock);
  const year = moment.year === DateTime.fromMillis(now, { zone }).year ? '' : ' yyyy';
  return moment.toFormat(`ccc d LLL${year} ${clock}`);
}

/** What stands in the way of what is to come; a finished one has its reason. */
function warned({ status, warnings }: BroadcastJson): string {
  if (['ended', 'canceled', 'missed', 'failed'].includes(status)) return '';
  const [first, ...others] = warnings;
  return first ? `${first.code}${others.length > 0 ? ` +${others.length}` : ''}` : '';
}

/** Of the next moment while there is one, else of the last. */
function distance(broadcast: BroadcastJson, now: number): string {
  const { status, startAt, stopAt, startedAt, stoppedAt, updatedAt } = broadcast;
  const to = (iso: string) => relativeTo(Date.parse(iso), now);
  if (status === 'scheduled' || status === 'starting' || status === 'waiting') return to(startAt);
  if (status === 'live') return stopAt === null ? `since ${to(startedAt ?? startAt)}` : `stops ${to(stopAt)}`;
  return to(stoppedAt ?? updatedAt);
}
