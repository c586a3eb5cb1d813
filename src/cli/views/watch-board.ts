/** What `watch` shows on a terminal: what needs attention, what starts, what is next, and the last events. */
import { DateTime } from 'luxon';
import { isFinal } from '../../broadcasts/broadcast.ts';
import { relativeTo } from '../../time/human-duration.ts';
import type { AlertsJson, BroadcastJson, SummaryJson } from '../api/api-types.ts';
import type { FollowedEvent } from '../api/event-source.ts';
import { type Paint, plain, type Tint, truncated } from '../text/terminal-text.ts';
import { Attention } from './watch-attention.ts';
import type { Staleness } from './watch-freshness.ts';
import { headline, wide } from './watch-headline.ts';
import {
  type BoardFrame,
  FINISHED_SHOWN_MS,
  type Groups,
  grouped,
  type Problem,
  problemOf,
  RowFormat,
  visibleMs,
} from './watch-rows.ts';

const MAX_EVENTS = 5;
/** Maximum planned broadcasts in memory; the others return with the next reading of the list. */
const MAX_PLANNED = 500;
/** With fewer broadcasts than this, a search for removable ones is not worth it. */
const MIN_PRUNED = 2 * MAX_PLANNED;
/** Share of the remaining lines that one section may use while others follow. */
const MAX_SHARE = 0.6;
/** Headline, worker, staleness, zone and blank lines. */
const OTHER_LINES = 7;

export class WatchBoard {
  readonly #broadcasts = new Map<string, { broadcast: BroadcastJson; round: number }>();
  /** Prunes again at this size. */
  #pruneAt = MIN_PRUNED;
  #round = 0;
  readonly #attention = new Attention();
  readonly #events: FollowedEvent[] = [];
  readonly #showLive: boolean;

  /** `showLive`: live ones get rows, not only a count, as for a single broadcast. */
  constructor(options: { showLive?: boolean } = {}) {
    this.#showLive = options.showLive ?? false;
  }

  /** Call this before reading the list. @returns the argument for `fill` */
  beginReading(): number {
    this.#round += 1;
    return this.#round;
  }

  /** Replaces the rows by what was read. Removes a broadcast that is not in it and had no event since `round` began. */
  fill(broadcasts: unknown[], round: number, now: number): void {
    for (const [id, known] of this.#broadcasts)
      if (known.round < round && !isFinal(known.broadcast)) this.#broadcasts.delete(id);
    for (const broadcast of broadcasts) if (isBroadcast(broadcast)) this.#newer(broadcast, round);
    this.#prune(now);
  }

  /** Call this before reading the alerts and the summary. @returns the argument for `fillAttention` */
  beginAttention(): number {
    return this.#attention.beginReading();
  }

  /** Sets the open alerts and the summary of the API: what needs attention, and all counts. Null: an older API. */
  fillAttention(alerts: AlertsJson['alerts'] | null, summary: SummaryJson | null, round: number): void {
    this.#attention.fill(alerts, summary, round);
  }

  /** Any event, known or not. @param listed whether it appears among the last events */
  take(followed: FollowedEvent, now: number, listed = true): void {
    if (listed) this.#events.push(followed);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    const { type, data } = followed.event;
    const isAlert = type.startsWith('alert.');
    if (!(isAlert || type.startsWith('broadcast.'))) return;
    if (isBroadcast(data)) this.#newer(data, this.#round);
    if (isAlert) this.#raise(followed);
    if (this.#broadcasts.size > this.#pruneAt) this.#prune(now);
  }

  /** @param rows height of the terminal, if known @param staleness why the rows may be old; null: they are current */
  text(frame: BoardFrame, rows: number | undefined, staleness: Staleness | null): string {
    const now = frame.now();
    const groups = this.#groups(now);
    const count = this.#problemCount(groups, now);
    const events = this.#events.slice(-Math.min(MAX_EVENTS, Math.max(1, Math.floor((rows ?? 24) / 4))));
    const room = Math.max(3, (rows ?? Number.POSITIVE_INFINITY) - OTHER_LINES - events.length);
    const lines = [
      // Before the first reading there are no rows to count.
      ...(staleness?.asOf === null
        ? []
        : [headline(groups, count, this.#showLive ? null : this.#attention.summary, frame)]),
      ...(this.#attention.noWorker ? [frame.paint('red', wide(NO_WORKER, frame))] : []),
      ...(staleness ? [frame.paint('yellow', wide(stalenessText(staleness, frame), frame))] : []),
      ...(staleness?.asOf === null ? [] : this.#sections(groups, count, room, frame, staleness !== null)),
      frame.paint('dim', wide(`${clockTime(now, frame.displayZone)}, times in ${frame.displayZone}`, frame)),
      ...(events.length === 0 ? [] : ['']),
    ];
    const last = events.map((followed) => eventLine(followed, { ...frame, lastDay: dayOf(now, frame.displayZone) }));
    return `${lines.join('\n')}\n${last.join('')}`;
  }

  /** Problems first; each section gets the lines that the ones before it left. */
  #sections(groups: Groups, count: number, lines: number, frame: BoardFrame, isStale: boolean): string[] {
    const { problems, moving, live, next, finished } = groups;
    const moreMoving = this.#showLive ? [...moving, ...live] : moving;
    const candidates = [...problems.flatMap(({ broadcast }) => broadcast ?? []), ...moreMoving, ...next, ...finished];
    const format = new RowFormat(frame, candidates.slice(0, lines));
    const rowsOf = (list: BroadcastJson[]) => list.map((one) => [format.row(one, isStale).trimEnd()]);
    // No worker has a separate line.
    const listed = count - (this.#attention.noWorker ? 1 : 0);
    const sections: [string, Tint, string[][], number?][] = [
      ['Needs attention', 'red', problems.map((one) => problemLines(one, format, frame, isStale)), listed],
      ['Starting and stopping', 'yellow', rowsOf(moreMoving)],
      ['Next', 'bold', rowsOf(next)],
      ['Just finished', 'dim', rowsOf(finished)],
    ];
    const isAlone = moreMoving.length + next.length + finished.length === 0;
    const text: string[] = [];
    let left = lines;
    for (const [title, tint, entries, total = entries.length] of sections) {
      if (total <= 0 || left < 3) continue;
      // Many problems must not hide what starts now.
      const isLast = sections.at(-1)?.[0] === title || isAlone;
      const fitting = entriesWithin(entries, (isLast ? left : Math.max(4, Math.floor(left * MAX_SHARE))) - 2);
      text.push(frame.paint(tint, wide(title, frame)), ...fitting.flat());
      const rest = total - fitting.length;
      const more = fitting.length === 0 ? `${rest}, in: livestream alerts` : `and ${rest} more`;
      if (rest > 0) text.push(frame.paint('dim', wide(more, frame)));
      left -= 2 + fitting.flat().length;
    }
    return text;
  }

  /** Removes finished broadcasts after a while. */
  #shown(now: number): BroadcastJson[] {
    const all = [...this.#broadcasts.values()].map(({ broadcast }) => broadcast);
    // When the API reports what needs attention, a broadcast that needs none is removed soon, even a failed one.
    const length = this.#attention.isRead ? () => FINISHED_SHOWN_MS : visibleMs;
    return all.filter(
      (one) => !isFinal(one) || this.#attention.concerns(one.id) || now - Date.parse(one.updatedAt) < length(one),
    );
  }

  /** From the open alerts; with an older API, which has none, from the fields of each broadcast. */
  #groups(now: number): Groups {
    const attention = this.#attention;
    const shown = this.#shown(now);
    if (!attention.isRead) return grouped(shown, (one) => problemOf(one, now) ?? attention.messageOf(one.id));
    const problems = attention.problems(new Map(shown.map((one) => [one.id, one])), now);
    const troubled = new Set(problems.map(({ alert }) => alert?.broadcastId));
    return {
      ...grouped(
        shown.filter(({ id }) => !troubled.has(id)),
        () => null,
      ),
      problems,
    };
  }

  #problemCount({ problems }: Groups, now: number): number {
    if (!this.#attention.isRead) return problems.length;
    // For a single broadcast only its own alerts count.
    if (this.#showLive) return problems.length;
    return this.#attention.count(problems, new Map(this.#shown(now).map((one) => [one.id, one])), now);
  }

  #raise({ event: { type, timestamp, data } }: FollowedEvent): void {
    const text = (name: string) => (typeof data[name] === 'string' ? data[name] : null);
    const message = text('message');
    if (message === null || type === 'alert.') return;
    const broadcastId = text('broadcastId') ?? (isBroadcast(data) ? data.id : null);
    // Another alert of the same code replaces it where no id is given.
    const id = text('alertId') ?? `${broadcastId}:${type}`;
    this.#attention.raise({ id, code: type.slice('alert.'.length), broadcastId, message, raisedAt: timestamp });
  }

  #prune(now: number): void {
    const kept = new Set(this.#shown(now).map(({ id }) => id));
    const planned = [...this.#broadcasts.values()].filter(({ broadcast }) => broadcast.status === 'scheduled');
    planned.sort((a, b) => Date.parse(a.broadcast.startAt) - Date.parse(b.broadcast.startAt));
    for (const { broadcast } of planned.slice(MAX_PLANNED)) kept.delete(broadcast.id);
    for (const id of this.#broadcasts.keys()) if (!kept.has(id)) this.#broadcasts.delete(id);
    // Thousands on air all stay, and searching them on each event took 9 s for 12,000 events.
    this.#pruneAt = Math.max(MIN_PRUNED, 2 * this.#broadcasts.size);
  }

  /** An event may arrive after a newer list. */
  #newer(broadcast: BroadcastJson, round: number): void {
    const known = this.#broadcasts.get(broadcast.id);
    if (known && Date.parse(known.broadcast.updatedAt) > Date.parse(broadcast.updatedAt)) return;
    const { status, confirmed } = known?.broadcast ?? {};
    if (status !== broadcast.status || confirmed !== broadcast.confirmed) this.#attention.changed(broadcast.id);
    this.#broadcasts.set(broadcast.id, { broadcast, round });
  }
}

/** As many whole entries as fit, at least one. */
function entriesWithin(entries: string[][], lines: number): string[][] {
  let left = lines;
  const fitting = entries.filter((entry) => {
    left -= entry.length;
    return left >= 0;
  });
  return fitting.length > 0 ? fitting : entries.slice(0, 1);
}

const NO_WORKER = 'No worker is running: nothing goes on or off air. Start one: livestream worker';

/** The broadcast with the reason below it; only the alert if the broadcast was not read, or there is none. */
function problemLines(problem: Problem, format: RowFormat, frame: BoardFrame, isStale: boolean): string[] {
  const { broadcast, alert, why } = problem;
  const below = (text: string) => frame.paint('dim', wide(`  ${text}`, frame));
  if (broadcast) return [format.row(broadcast, isStale).trimEnd(), below(`${broadcast.id}  ${plain(why)}`)];
  const at = Date.parse(alert?.raisedAt ?? '');
  const when = Number.isNaN(at) ? '' : `  ${relativeTo(at, frame.now())}`;
  const head = `${plain(alert?.code ?? '')}${when}  ${alert?.broadcastId ?? ''}`.trimEnd();
  return [frame.paint(isStale ? 'dim' : 'red', wide(head, frame)), below(plain(why))];
}

function stalenessText({ kind, since, asOf, reason }: Staleness, frame: BoardFrame): string {
  const time = (at: number) => clockTime(at, frame.displayZone);
  const rows = asOf === null ? '' : `; rows are as of ${time(asOf)}`;
  if (kind === 'connecting') return 'Connecting …';
  if (kind === 'lost') return `Connection lost at ${time(since)}, reconnecting${rows}`;
  if (kind === 'silent') return `Nothing received since ${time(since)}${rows}`;
  if (kind === 'behind')
    return `Events arrive ${Math.round((frame.now() - since) / 1000)} s late; rows are as of ${time(since)}`;
  return reason === null ? `Reading the broadcasts …${rows}` : `Cannot read the broadcasts (${reason})${rows}`;
}

/** Whether it has every field of a broadcast that the board uses: other events have an `id`, too. */
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
  /** The day (`dayOf`) that the reader assumes: any other is written out. */
  lastDay: string;
}

/** `09:00:00.012  broadcast.live  68423085  Sunday service  reason`; with the date first when the day is different. */
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

export function clockTime(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toFormat('HH:mm:ss');
}
