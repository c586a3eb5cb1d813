/** What `watch` shows on a terminal: what needs a hand, what starts, what comes next, and the last events. */
import { DateTime } from 'luxon';
import { isFinal } from '../../broadcasts/broadcast.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import type { FollowedEvent } from '../api/event-source.ts';
import { type Paint, plain, type Tint, truncated } from '../text/terminal-text.ts';
import type { Doubt } from './watch-freshness.ts';
import { type BoardFrame, type Groups, grouped, RowFormat, shownFor } from './watch-rows.ts';

const MAX_EVENTS = 5;
/** Planned ones that are read from the API: whether there are more is not known. */
export const MAX_LISTED = 200;
/** Planned ones kept in memory; the rest comes back with the next reading of the list. */
const MAX_PLANNED = 500;
/** Part of the lines left that one section may take while others follow. */
const MAX_SHARE = 0.6;
/** Headline, doubt, zone and blank lines. */
const OTHER_LINES = 6;

export class WatchBoard {
  readonly #broadcasts = new Map<string, { broadcast: BroadcastJson; round: number }>();
  #round = 0;
  /** Broadcast id → the message of its alert, until its state changes. */
  readonly #alerts = new Map<string, string>();
  readonly #events: FollowedEvent[] = [];
  readonly #showLive: boolean;

  /** `showLive`: live ones get rows and not only a count, as for a single broadcast. */
  constructor(options: { showLive?: boolean } = {}) {
    this.#showLive = options.showLive ?? false;
  }

  /** To be called before the list is read. @returns what `fill` needs */
  beginReading(): number {
    this.#round += 1;
    return this.#round;
  }

  /** Takes what was read. What is not in it, and of which no event has come since `round` began, is gone. */
  fill(broadcasts: unknown[], round: number, now: number): void {
    for (const [id, known] of this.#broadcasts)
      if (known.round < round && !isFinal(known.broadcast)) this.#broadcasts.delete(id);
    for (const broadcast of broadcasts) if (isBroadcast(broadcast)) this.#newer(broadcast, round);
    this.#prune(now);
  }

  /** Any event, known or not. @param listed whether it appears among the last events */
  take(followed: FollowedEvent, now: number, listed = true): void {
    if (listed) this.#events.push(followed);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    const { type, data } = followed.event;
    const isAlert = type.startsWith('alert.');
    if (!(isAlert || type.startsWith('broadcast.')) || !isBroadcast(data)) return;
    this.#newer(data, this.#round);
    if (isAlert && typeof data['message'] === 'string') this.#alerts.set(data.id, data['message']);
    if (this.#broadcasts.size > 2 * MAX_PLANNED) this.#prune(now);
  }

  /** @param rows height of the terminal, if known @param doubt why the rows may be old; null: they are right */
  text(frame: BoardFrame, rows: number | undefined, doubt: Doubt | null): string {
    const now = frame.now();
    const groups = grouped(this.#shown(now), this.#alerts, now);
    const events = this.#events.slice(-Math.min(MAX_EVENTS, Math.max(1, Math.floor((rows ?? 24) / 4))));
    const room = Math.max(3, (rows ?? Number.POSITIVE_INFINITY) - OTHER_LINES - events.length);
    const lines = [
      headline(groups, frame),
      ...(doubt ? [frame.paint('yellow', wide(doubtText(doubt, frame), frame))] : []),
      ...(doubt?.asOf === null ? [] : this.#sections(groups, room, frame, doubt !== null)),
      frame.paint('dim', wide(`${clockTime(now, frame.displayZone)}, times in ${frame.displayZone}`, frame)),
      ...(events.length === 0 ? [] : ['']),
    ];
    const last = events.map((followed) => eventLine(followed, { ...frame, lastDay: dayOf(now, frame.displayZone) }));
    return `${lines.join('\n')}\n${last.join('')}`;
  }

  /** Problems first; each section takes what the ones before it left. */
  #sections(groups: Groups, lines: number, frame: BoardFrame, doubtful: boolean): string[] {
    const { problems, moving, live, next, finished } = groups;
    const moreMoving = this.#showLive ? [...moving, ...live] : moving;
    const candidates = [...problems.map(({ broadcast }) => broadcast), ...moreMoving, ...next, ...finished];
    const format = new RowFormat(frame, candidates.slice(0, lines));
    const rowsOf = (list: BroadcastJson[]) => list.map((one) => [format.row(one, doubtful).trimEnd()]);
    const why = (problem: Groups['problems'][number]) =>
      frame.paint('dim', wide(`  ${problem.broadcast.id}  ${plain(problem.why)}`, frame));
    const sections: [string, Tint, string[][]][] = [
      ['Needs attention', 'red', problems.map((one) => [format.row(one.broadcast, doubtful).trimEnd(), why(one)])],
      ['Starting and stopping', 'yellow', rowsOf(moreMoving)],
      ['Next', 'bold', rowsOf(next)],
      ['Just finished', 'dim', rowsOf(finished)],
    ];
    const text: string[] = [];
    let left = lines;
    for (const [title, tint, entries] of sections) {
      if (entries.length === 0 || left < 3) continue;
      // Many problems must not hide what starts now.
      const isLast = sections.at(-1)?.[0] === title || candidates.length === problems.length;
      const fitting = fittingIn(entries, (isLast ? left : Math.max(4, Math.floor(left * MAX_SHARE))) - 2);
      text.push(frame.paint(tint, wide(title, frame)), ...fitting.flat());
      if (fitting.length < entries.length) text.push(frame.paint('dim', `and ${entries.length - fitting.length} more`));
      left -= 2 + fitting.flat().length;
    }
    return text;
  }

  /** What is over is forgotten after a while. */
  #shown(now: number): BroadcastJson[] {
    const all = [...this.#broadcasts.values()].map(({ broadcast }) => broadcast);
    return all.filter((one) => !isFinal(one) || now - Date.parse(one.updatedAt) < shownFor(one));
  }

  #prune(now: number): void {
    const kept = new Set(this.#shown(now).map(({ id }) => id));
    const planned = [...this.#broadcasts.values()].filter(({ broadcast }) => broadcast.status === 'scheduled');
    planned.sort((a, b) => Date.parse(a.broadcast.startAt) - Date.parse(b.broadcast.startAt));
    for (const { broadcast } of planned.slice(MAX_PLANNED)) kept.delete(broadcast.id);
    for (const id of this.#broadcasts.keys()) if (!kept.has(id)) this.#broadcasts.delete(id);
    for (const id of this.#alerts.keys()) if (!kept.has(id)) this.#alerts.delete(id);
  }

  /** Events may come after a list that knew more. */
  #newer(broadcast: BroadcastJson, round: number): void {
    const known = this.#broadcasts.get(broadcast.id);
    if (known && Date.parse(known.broadcast.updatedAt) > Date.parse(broadcast.updatedAt)) return;
    const { status, confirmed } = known?.broadcast ?? {};
    if (status !== broadcast.status || confirmed !== broadcast.confirmed) this.#alerts.delete(broadcast.id);
    this.#broadcasts.set(broadcast.id, { broadcast, round });
  }
}

/** Whole entries that fit, at least one. */
function fittingIn(entries: string[][], lines: number): string[][] {
  let left = lines;
  const fitting = entries.filter((entry) => {
    left -= entry.length;
    return left >= 0;
  });
  return fitting.length > 0 ? fitting : entries.slice(0, 1);
}

/** `2 problems · 1 starting/stopping · 3 live · 40 planned · next stop in 12 min`. */
function headline({ problems, moving, live, next }: Groups, frame: BoardFrame): string {
  const stops = live.map(({ stopAt }) => Date.parse(stopAt ?? '')).filter((at) => !Number.isNaN(at));
  const parts = [
    problems.length === 0 ? '' : `${problems.length} problem${problems.length === 1 ? '' : 's'}`,
    moving.length > 0 ? `${moving.length} starting/stopping` : '',
    `${live.length} live`,
    next.length >= MAX_LISTED ? `${MAX_LISTED} or more planned` : `${next.length} planned`,
    stops.length > 0 ? `next stop ${relativeTo(Math.min(...stops), frame.now())}` : '',
  ];
  const text = wide(parts.filter(Boolean).join(' · '), frame);
  return frame.paint(problems.length > 0 ? 'red' : 'bold', text);
}

function doubtText({ kind, since, asOf, reason }: Doubt, frame: BoardFrame): string {
  const time = (at: number) => clockTime(at, frame.displayZone);
  const rows = asOf === null ? '' : `; rows are as of ${time(asOf)}`;
  if (kind === 'connecting') return 'Connecting …';
  if (kind === 'lost') return `Connection lost at ${time(since)}, trying again${rows}`;
  if (kind === 'silent') return `Nothing heard since ${time(since)}${rows}`;
  if (kind === 'behind')
    return `Events arrive ${Math.round((frame.now() - since) / 1000)} s late; rows are as of ${time(since)}`;
  return reason === null ? `Reading the broadcasts …${rows}` : `Cannot read the broadcasts (${reason})${rows}`;
}

function wide(text: string, { columns }: Pick<BoardFrame, 'columns'>): string {
  return columns === undefined ? text : truncated(plain(text), columns);
}

/** All that the board reads of a broadcast is there: other events have an `id`, too. */
function isBroadcast(value: unknown): value is BroadcastJson & Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { title, ...one } = value as Record<string, unknown>;
  const texts = ['id', 'meetingId', 'status'].every((name) => typeof one[name] === 'string');
  const isTime = (time: unknown) => typeof time === 'string' && !Number.isNaN(Date.parse(time));
  const times = [one['startAt'], one['updatedAt']].every(isTime);
  const maybe = ['stopAt', 'startedAt', 'stoppedAt', 'nextAttemptAt'].every(
    (name) => one[name] == null || isTime(one[name]),
  );
  return texts && times && maybe && (title === null || typeof title === 'string') && Array.isArray(one['warnings']);
}

export interface LineFrame {
  paint: Paint;
  columns: number | undefined;
  displayZone: string;
  /** The day (`dayOf`) that the reader knows it is: another one is written out. */
  lastDay: string;
}

/** `09:00:00.012  broadcast.live  68423085  Sunday service  reason`; with the date before it when the day is another. */
export function eventLine({ event }: FollowedEvent, frame: LineFrame): string {
  const { type, timestamp, data } = event;
  const text = (name: string, from: Record<string, unknown> = data) =>
    typeof from[name] === 'string' && from[name] !== '' ? plain(from[name]) : null;
  const warning = typeof data['warning'] === 'object' ? (data['warning'] as Record<string, unknown> | null) : null;
  const why = text('message') ?? text('reason') ?? (warning && text('message', warning));
  const words = [text('meetingId'), text('title') ?? text('name'), why].filter((word) => word !== null);
  const head = `${eventTime(timestamp, frame)}  `;
  const room = frame.columns === undefined ? Number.POSITIVE_INFINITY : frame.columns - head.length;
  const line = truncated(`${plain(type)}  ${words.join('  ')}`.trimEnd(), Math.max(0, room));
  const tint: Tint | null = type.startsWith('alert.') ? 'red' : type === 'broadcast.live' ? 'green' : null;
  const shownHead = frame.columns === undefined ? head : truncated(head, frame.columns);
  return `${frame.paint('dim', shownHead)}${tint ? frame.paint(tint, line) : line}\n`;
}

function eventTime(iso: string, { displayZone, lastDay }: LineFrame): string {
  const at = DateTime.fromISO(iso, { zone: displayZone });
  if (!at.isValid) return plain(iso) || 'no time';
  const time = at.toFormat('HH:mm:ss.SSS');
  return at.toISODate() === lastDay ? time : `${at.toISODate()} ${time}`;
}

/** `2026-12-06`. @param at ms since the epoch, or ISO 8601; null when it is not a time */
export function dayOf(at: number | string, zone: string): string {
  const moment = typeof at === 'number' ? DateTime.fromMillis(at, { zone }) : DateTime.fromISO(at, { zone });
  return moment.isValid ? moment.toISODate() : '';
}

function clockTime(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toFormat('HH:mm:ss');
}
