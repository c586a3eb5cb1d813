/** Which broadcasts `watch` shows, under which heading, and how a row fits the terminal. Pure. */
import { DateTime } from 'luxon';
import { isFinal } from '../../broadcasts/broadcast.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { displayWidth, type Paint, plain, STATUS_TINT, type Tint, truncated } from '../text/terminal-text.ts';
import { type ClockFormat, clockOf } from '../text/wall-clock.ts';

/** An ended or canceled broadcast stays on the board this long, ms. */
export const FINISHED_SHOWN_MS = 60_000;
/** A failed or missed one stays this long, ms: it may need a person. */
export const PROBLEM_VISIBLE_MS = 3_600_000;
/** A start and a stop later than this raise an alert (contract, rule 13), ms. */
const LATE_START_MS = 30_000;
const LATE_STOP_MS = 60_000;
const MIN_TITLE_WIDTH = 14;
const GAP = '  ';

export interface BoardFrame {
  paint: Paint;
  /** Server's time, ms. */
  now(): number;
  /** Width of the terminal. */
  columns: number | undefined;
  /** IANA zone of the times shown. */
  displayZone: string;
}

export interface Problem {
  /** Null when it was not read. */
  broadcast: BroadcastJson | null;
  /** Null: found from the broadcast's own fields. */
  alert: { code: string; broadcastId: string | null; raisedAt: string } | null;
  why: string;
}

export interface Groups {
  problems: Problem[];
  /** Starting, waiting for the host, or stopping. */
  moving: BroadcastJson[];
  live: BroadcastJson[];
  next: BroadcastJson[];
  finished: BroadcastJson[];
}

/** @param whyOf why a broadcast needs attention; null: it does not */
export function grouped(
  broadcasts: Iterable<BroadcastJson>,
  whyOf: (broadcast: BroadcastJson) => string | null,
): Groups {
  const groups: Groups = { problems: [], moving: [], live: [], next: [], finished: [] };
  const troubled: { broadcast: BroadcastJson; why: string }[] = [];
  for (const broadcast of broadcasts) {
    const why = whyOf(broadcast);
    if (why !== null) troubled.push({ broadcast, why });
    else if (broadcast.status === 'scheduled') groups.next.push(broadcast);
    else if (broadcast.status === 'live') groups.live.push(broadcast);
    else if (!isFinal(broadcast)) groups.moving.push(broadcast);
    else groups.finished.push(broadcast);
  }
  const byStart = (a: BroadcastJson, b: BroadcastJson) => Date.parse(a.startAt) - Date.parse(b.startAt);
  troubled.sort((a, b) => gravity(a.broadcast) - gravity(b.broadcast) || byStart(a.broadcast, b.broadcast));
  groups.problems = troubled.map((one) => ({ ...one, alert: null }));
  for (const list of [groups.moving, groups.live, groups.next]) list.sort(byStart);
  groups.finished.sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  return groups;
}

/** Failed and missed first, warnings about later ones last. */
function gravity({ status }: BroadcastJson): number {
  return status === 'failed' || status === 'missed' ? 0 : status === 'scheduled' ? 2 : 1;
}

/** Why a broadcast needs attention, from its own fields; null when it does not. */
export function problemOf(broadcast: BroadcastJson, now: number): string | null {
  const { status, startAt, stopAt, reason, warnings, nextAttemptAt, paused } = broadcast;
  if (status === 'failed' || status === 'missed') return reason ?? `the broadcast is ${status}`;
  if (isFinal(broadcast)) return null;
  const lateBy = (iso: string | null, limit: number) => iso !== null && now - Date.parse(iso) > limit;
  if (lateBy(stopAt, LATE_STOP_MS) && (status === 'live' || status === 'stopping'))
    return `should have stopped ${relativeTo(Date.parse(stopAt ?? ''), now)}${reason ? `: ${reason}` : ''}`;
  const dueAt = nextAttemptAt ?? startAt;
  if (!paused && (status === 'scheduled' || status === 'starting') && lateBy(dueAt, LATE_START_MS))
    return `should have started ${relativeTo(Date.parse(startAt), now)}${reason ? `: ${reason}` : ''}`;
  const warning = status === 'live' || status === 'stopping' ? undefined : warnings?.[0];
  return warning ? `${warning.code}: ${warning.message}` : null;
}

/** How long a finished one stays, ms. */
export function visibleMs({ status }: BroadcastJson): number {
  return status === 'failed' || status === 'missed' ? PROBLEM_VISIBLE_MS : FINISHED_SHOWN_MS;
}

/** One line each, none wider than the terminal; the columns are the same in all groups. */
export class RowFormat {
  readonly #frame: BoardFrame;
  readonly #clock: ClockFormat;
  readonly #widths: { status: number; start: number; when: number };

  constructor(frame: BoardFrame, rows: BroadcastJson[]) {
    this.#frame = frame;
    this.#clock = clockOf(rows.map(({ startAt }) => Date.parse(startAt)));
    const widest = (text: (one: BroadcastJson) => string) => Math.max(0, ...rows.map((row) => displayWidth(text(row))));
    const widths = {
      status: widest(({ status }) => plain(status)),
      start: widest((one) => this.#start(one)),
      when: widest((one) => this.#when(one)),
    };
    const needed = widths.status + widths.start + widths.when + 3 * GAP.length + MIN_TITLE_WIDTH;
    // A narrow terminal keeps the time left, the most useful column.
    this.#widths = needed > (frame.columns ?? Number.POSITIVE_INFINITY) ? { ...widths, start: 0 } : widths;
  }

  /** @param isStale the row may be old: it is marked, and has no colors */
  row(broadcast: BroadcastJson, isStale: boolean): string {
    const { status, start, when } = this.#widths;
    const title = broadcast.title === null ? '' : `${plain(broadcast.title)}  `;
    const cells: [text: string, width: number, tint: Tint | undefined][] = [
      [plain(broadcast.status), status, STATUS_TINT[broadcast.status]],
      ...(start === 0 ? [] : [[this.#start(broadcast), start, undefined] as [string, number, undefined]]),
      [`${this.#when(broadcast)}${isStale ? '?' : ''}`, when + (isStale ? 1 : 0), undefined],
      [`${title}${plain(broadcast.meetingId)}`, 0, undefined],
    ];
    let room = this.#frame.columns ?? Number.POSITIVE_INFINITY;
    let line = '';
    for (const [text, width, tint] of cells) {
      const padded = truncated(text + ' '.repeat(Math.max(0, width - displayWidth(text))) + (width ? GAP : ''), room);
      room -= displayWidth(padded);
      line += tint && !isStale ? this.#frame.paint(tint, padded) : padded;
    }
    const shown = line.trimEnd();
    return `${isStale ? this.#frame.paint('dim', shown) : shown}\n`;
  }

  #start({ startAt }: BroadcastJson): string {
    const { displayZone: zone } = this.#frame;
    const at = DateTime.fromISO(startAt, { zone, locale: 'en-US' });
    const now = DateTime.fromMillis(this.#frame.now(), { zone });
    const clock = this.#clock;
    if (at.hasSame(now, 'day')) return at.toFormat(clock);
    return at.toFormat(at.year === now.year ? `ccc d LLL ${clock}` : `d LLL yyyy ${clock}`);
  }

  /** The time until the next change. */
  #when({ status, startAt, stopAt, startedAt, stoppedAt, updatedAt }: BroadcastJson): string {
    const to = (iso: string) => relativeTo(Date.parse(iso), this.#frame.now());
    if (status === 'live' || status === 'stopping')
      return stopAt === null
        ? `on ${to(startedAt ?? startAt)}`
        : `${Date.parse(stopAt) > this.#frame.now() ? 'stops' : 'due'} ${to(stopAt)}`;
    if (isFinal({ status })) return to(stoppedAt ?? updatedAt);
    return to(startAt);
  }
}
