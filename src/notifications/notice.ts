import type { LivestreamEvent } from '../broadcasts/rules/events.ts';
import { wallClock } from './wall-clock.ts';

/** A message for people, before it is formatted for a chat or a mail. All texts are plain. */
export interface Notice {
  alarm: boolean;
  /** What happened, and to what: one line. */
  title: string;
  /** One line per event; at most `MAX_LINES`. */
  lines: string[];
  /** How many events have no line. */
  more: number;
  /** What to do, without repeated sentences. */
  advice: string[];
}

/** Chats cut longer messages, and nobody reads them. A message lists this many events, and counts the others. */
export const MAX_LINES = 100;
const MAX_LINE = 500;
const MAX_ADVICE = 5;

const TITLES: Record<string, string> = {
  'alert.late_start': 'Late start',
  'alert.unconfirmed': 'Start not confirmed by Zoom',
  'alert.late_stop': 'Late stop',
  'alert.missed': 'Missed',
  'alert.failed': 'Failed',
  'alert.preflight': 'The check before the start found a problem',
  'alert.daily_limit': 'The daily limit of Zoom is used up',
  'alert.no_worker': 'No worker is running',
  'alert.clock': 'A clock is wrong',
  'alert.source': 'A timetable is not followed',
  'alert.versions': 'Two versions run at once',
  'broadcast.upcoming': 'On air soon',
  'broadcast.ending': 'Off air soon',
  'broadcast.live': 'On air',
  'broadcast.ended': 'Off air',
  'source.synced': 'Timetable read',
  'notification.test': 'Test message',
};

/** The text for events of one type. @param more how many there are beyond these */
export function noticeOf(events: readonly LivestreamEvent[], more = 0): Notice {
  const [first] = events;
  const type = first?.type ?? '';
  const [kind = '', what = ''] = type.split('.', 2);
  const isHeld = type === 'broadcast.upcoming' && events.every(isHeldBack);
  const title = isHeld
    ? 'Held back by a pause'
    : (TITLES[type] ?? capitalised(`${kind === 'broadcast' ? '' : `${kind} `}${what.replaceAll('_', ' ')}`));
  const shown = events.slice(0, MAX_LINES);
  const many = events.length > 1;
  const name = first && nameOf(first);
  return {
    alarm: kind === 'alert',
    title: many ? `${title}: ${events.length + more} ${unitOf(first)}` : name ? `${title}: ${name}` : title,
    lines: shown.map((event) => cut(lineOf(event))),
    more: more + events.length - shown.length,
    advice: adviceOf(events, many),
  };
}

/** Whether a pause that lasts past the start covers the broadcast. */
function isHeldBack({ data }: LivestreamEvent): boolean {
  const { paused, startAt } = data as { paused?: { until: string | null } | null; startAt?: string };
  return paused != null && (paused.until === null || Date.parse(paused.until) > Date.parse(startAt ?? ''));
}

function unitOf(event: LivestreamEvent | undefined): string {
  if (event?.type === 'source.synced') return 'times';
  return event && nameOf(event) ? 'broadcasts' : 'messages';
}

/** `“Sunday service” (meeting 68423085)`; null: not about a meeting. */
function nameOf({ data, type }: LivestreamEvent): string | null {
  if (type === 'source.synced') return `source ${textOf(data['name'])}`;
  const meetingId = textOf(data['meetingId']);
  const title = textOf(data['title']);
  if (!meetingId) return title && `“${title}”`;
  const kind = textOf(data['kind']) ?? 'meeting';
  return title ? `“${title}” (${kind} ${meetingId})` : `${kind} ${meetingId}`;
}

/** The broadcast, what happened to it, and when it is planned. */
function lineOf(event: LivestreamEvent): string {
  const { data } = event;
  const said = textOf(data['message']) ?? syncText(event) ?? textOf(data['reason']) ?? textOf(data['note']);
  const name = nameOf(event);
  const named =
    said !== null && [data['meetingId'], data['title']].some((part) => textOf(part) && said.includes(String(part)));
  const what = named || !name ? (said ?? name ?? '') : said ? `${name}: ${said}` : name;
  const id = textOf(data['meetingId']) ? (textOf(data['broadcastId']) ?? textOf(data['id'])) : null;
  const planned = plannedText(data);
  const more = [planned && `planned for ${planned}`, id].filter(Boolean).join(', ');
  return more ? `${what} (${more})` : what;
}

/** `2 new, 1 canceled`, or why nothing was done; null: not a sync. */
function syncText({ type, data }: LivestreamEvent): string | null {
  if (type !== 'source.synced') return null;
  if (data['braked'] === true) return `nothing was done: ${textOf(data['reason']) ?? 'the brake stopped it'}`;
  const counts = Object.entries((data['counts'] ?? {}) as Record<string, unknown>);
  const some = counts.filter(([state, count]) => Number(count) > 0 && state !== 'unchanged');
  return some.map(([state, count]) => `${count} ${state}`).join(', ') || 'nothing has changed';
}

function plannedText(data: LivestreamEvent['data']): string | null {
  const startAt = textOf(data['startAt']);
  return startAt && wallClock(startAt, textOf(data['stopAt']), textOf(data['timezone']));
}

/** The own times of a broadcast in its advice. */
const OWN_TIME = /(--start |; after )\d{4}-\S+?Z/g;

/** With several broadcasts a command contains `ID` instead of each id, and `TIME` instead of each time. */
function adviceOf(events: readonly LivestreamEvent[], many: boolean): string[] {
  const sentences = events.flatMap(({ data }) => {
    const advice = textOf(data['advice']);
    const id = textOf(data['broadcastId']);
    return advice ? [many && id ? advice.replaceAll(id, 'ID').replace(OWN_TIME, '$1TIME') : advice] : [];
  });
  return [...new Set(sentences)].slice(0, MAX_ADVICE);
}

/** On one line, because a line break in a title must not start a new one. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() || null;
}

function cut(text: string): string {
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
