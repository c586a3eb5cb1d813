/** Writes broadcasts as iCalendar (RFC 5545; REFRESH-INTERVAL: RFC 7986). Pure. */

import ICAL from 'ical.js';
import type { Broadcast } from '../broadcasts/broadcast.ts';

/** ical.js counts 75 octets without the space that begins a folded line; RFC 5545, section 3.1, counts it. */
ICAL.foldLength = 74;

/** How often a subscriber should ask. */
const REFRESH = 'PT15M';
/** Length of a broadcast that has no stop time, ms. */
const OPEN_MS = 3_600_000;

/**
 * The calendar of a feed. The same broadcasts give the same text: no METHOD, so that DTSTAMP is the time of the last change
 * (RFC 5545, section 3.8.7.2).
 */
export function feedCalendar(name: string, broadcasts: readonly Broadcast[]): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//livestream-scheduler//feed//EN');
  calendar.addPropertyWithValue('calscale', 'GREGORIAN');
  calendar.addPropertyWithValue('x-wr-calname', escaped(name));
  calendar.addPropertyWithValue('x-published-ttl', REFRESH);
  const refresh = new ICAL.Property('refresh-interval');
  refresh.resetType('duration');
  refresh.setValue(ICAL.Duration.fromString(REFRESH));
  calendar.addProperty(refresh);
  for (const one of broadcasts) calendar.addSubcomponent(eventOf(one));
  return `${calendar.toString()}\r\n`;
}

function eventOf(one: Broadcast): ICAL.Component {
  const event = new ICAL.Component('vevent');
  const add = (property: string, value: unknown) => event.addPropertyWithValue(property, value as never);
  add('uid', `${one.id}@livestream-scheduler`);
  add('dtstamp', utc(one.updatedAt));
  add('created', utc(one.createdAt));
  add('last-modified', utc(one.updatedAt));
  add('sequence', one.revision);
  add('dtstart', utc(one.startAt));
  add('dtend', utc(endOf(one)));
  add('status', one.status === 'canceled' ? 'CANCELLED' : 'CONFIRMED');
  add('summary', clean(one.title ?? `${kindOf(one)} ${one.meetingId}`));
  add('description', clean(descriptionOf(one)));
  if (one.destination)
    add(
      'url',
      one.destination.pageUrl.replace(/\s/g, (space) => encodeURIComponent(space)),
    );
  return event;
}

/** Its stop; without one, when it went off air, else an hour after its start. At least a second after its start. */
function endOf({ startAt, stopAt, stoppedAt }: Broadcast): number {
  return Math.max(startAt + 1_000, stopAt ?? stoppedAt ?? startAt + OPEN_MS);
}

function descriptionOf(one: Broadcast): string {
  const lines = [outcomeOf(one), `Zoom ${kindOf(one).toLowerCase()} ${one.meetingId}, account ${one.account}`];
  if (one.stopAt === null) lines.push('No stop time is planned.');
  const labels = Object.entries(one.labels).map(([label, value]) => `${label}=${value}`);
  if (labels.length > 0) lines.push(`Labels: ${labels.join(', ')}`);
  return [...lines, ...one.warnings.map(({ message }) => `Warning: ${message}`)].join('\n');
}

function outcomeOf({ status, reason, startedAt, stoppedAt, confirmed }: Broadcast): string {
  const why = reason === null ? '.' : `: ${reason}`;
  const at = (ms: number | null) => (ms === null ? 'an unknown time' : `${new Date(ms).toISOString().slice(0, 19)}Z`);
  switch (status) {
    case 'scheduled':
      return 'Scheduled.';
    case 'starting':
      return 'Starting.';
    case 'waiting':
      return `Waiting for the host${why}`;
    case 'live':
      return `Live since ${at(startedAt)}, ${confirmed ? 'confirmed by Zoom' : 'not yet confirmed by Zoom'}.`;
    case 'stopping':
      return 'Stopping.';
    case 'ended':
      return `Ended: on air from ${at(startedAt)} to ${at(stoppedAt)}${reason === null ? '.' : ` (${reason}).`}`;
    case 'canceled':
      return `Canceled${why}`;
    case 'missed':
      return `Missed${why}`;
    case 'failed':
      return `Failed${why}`;
  }
}

function kindOf({ kind }: Broadcast): string {
  return kind === 'webinar' ? 'Webinar' : 'Meeting';
}

function utc(ms: number): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(ms), true);
}

/** One line of text. ical.js escapes only properties whose type it knows, and it knows none that begins with X-. */
function escaped(text: string): string {
  return clean(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\;,]/g, '\\$&');
}

/** Without control characters, which iCalendar does not allow in a text. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are removed
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
