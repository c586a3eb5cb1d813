/** What `watch` shows: what is on and next, and the last events. */
import { DateTime } from 'luxon';
import { isFinal } from '../broadcasts/broadcast.ts';
import type { BroadcastJson } from './api-types.ts';
import { broadcastTable, type TableFrame } from './broadcast-table.ts';
import type { FollowedEvent } from './event-source.ts';
import { fitted, plain, type Tint } from './terminal-text.ts';

/** A finished broadcast stays on the board this long, ms. */
const FINISHED_SHOWN_MS = 60_000;
const MOST_EVENTS = 5;
/** What failed or was missed stays this long: it may need somebody. */
export const TROUBLE_SHOWN_MS = 3_600_000;
const TROUBLE = new Set(['failed', 'missed']);
/** Headings, zone, blank lines and the state of the connection. */
const OTHER_LINES = 7;

export class WatchBoard {
  readonly #broadcasts = new Map<string, BroadcastJson>();
  readonly #events: FollowedEvent[] = [];

  fill(broadcasts: BroadcastJson[]): void {
    for (const broadcast of broadcasts) this.#newer(broadcast);
  }

  take(followed: FollowedEvent): void {
    this.#events.push(followed);
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    const { data } = followed.event;
    if (typeof data['id'] === 'string' && typeof data['updatedAt'] === 'string')
      this.#newer(data as unknown as BroadcastJson);
  }

  /** @param rows height of the terminal, if known */
  text(frame: TableFrame, rows: number | undefined, connected: boolean): string {
    const now = frame.now();
    const shown = [...this.#broadcasts.values()]
      .filter((one) => !isFinal(one) || now - Date.parse(one.updatedAt) < shownFor(one))
      .sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt));
    const trouble = shown.filter(({ status }) => TROUBLE.has(status)).length;
    const mark = trouble === 0 ? '' : frame.paint('red', `! ${troubleText(trouble)}\n`);
    const room = Math.max(1, (rows ?? Number.POSITIVE_INFINITY) - OTHER_LINES - MOST_EVENTS);
    const table = shown.length === 0 ? 'nothing is planned\n' : broadcastTable(shown.slice(0, room), frame);
    const more = shown.length > room ? frame.paint('dim', `and ${shown.length - room} more\n`) : '';
    const events = this.#events.map((followed) => eventLine(followed, frame)).join('');
    const lost = connected ? '' : frame.paint('yellow', 'connection lost: trying again\n');
    return `${mark}${table}${more}${events && `\n${events}`}${lost}`;
  }

  /** Events may come after a list that knew more. */
  #newer(broadcast: BroadcastJson): void {
    const known = this.#broadcasts.get(broadcast.id);
    if (!known || Date.parse(known.updatedAt) <= Date.parse(broadcast.updatedAt))
      this.#broadcasts.set(broadcast.id, broadcast);
  }
}

function shownFor({ status }: BroadcastJson): number {
  return TROUBLE.has(status) ? TROUBLE_SHOWN_MS : FINISHED_SHOWN_MS;
}

/** `2 failed or were missed in the last hour`. */
function troubleText(count: number): string {
  return `${count} failed or ${count === 1 ? 'was' : 'were'} missed in the last hour`;
}

/** `09:00:00.012  broadcast.live  68423085  Sunday service  reason`. */
export function eventLine(
  { event }: FollowedEvent,
  frame: Pick<TableFrame, 'paint' | 'columns' | 'displayZone'>,
): string {
  const { type, timestamp, data } = event;
  const text = (name: string) =>
    typeof data[name] === 'string' && data[name] !== '' ? plain(data[name] as string) : null;
  const words = [text('meetingId'), text('title'), text('message') ?? text('reason')].filter((word) => word !== null);
  const head = `${clockTime(timestamp, frame.displayZone)}  `;
  const room = frame.columns === undefined ? Number.POSITIVE_INFINITY : frame.columns - head.length;
  const line = fitted(`${plain(type)}  ${words.join('  ')}`.trimEnd(), Math.max(10, room));
  const tint: Tint | null = type.startsWith('alert.') ? 'red' : type === 'broadcast.live' ? 'green' : null;
  return `${frame.paint('dim', head)}${tint ? frame.paint(tint, line) : line}\n`;
}

function clockTime(iso: string, zone: string): string {
  const at = DateTime.fromISO(iso, { zone });
  return at.isValid ? at.toFormat('HH:mm:ss.SSS') : plain(iso);
}
