/** One broadcast for people. */

import { commandToTryAgain as tryAgain } from '../../broadcasts/try-again.ts';
import { describeLength, relativeTo } from '../../time/human-duration.ts';
import { isTimezone } from '../../time/local-time.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { details, type Paint, plain, STATUS_TINT, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';

export interface ViewFrame {
  paint: Paint;
  now(): number;
  zone(given?: string): string;
  /** Where the zone comes from if none is given. */
  zoneOwner?: string;
  /** Zone for all times (`--timezone`); else the broadcast's own. */
  displayZone?: string | undefined;
}

/** `Sun 6 Dec 2026 09:00 EST (in 13 days)`. @param iso ISO 8601, or null. */
export function momentWithDistance(iso: string | null, zone: string, now: number): string | null {
  if (iso === null) return null;
  const at = Date.parse(iso);
  return `${describeMoment(at, zone)} (${relativeTo(at, now)})`;
}

/** The broadcast's own zone, else this machine's. */
export function zoneOf(broadcast: BroadcastJson, frame: ViewFrame): string {
  if (frame.displayZone !== undefined) return frame.displayZone;
  return broadcast.timezone !== null && isTimezone(broadcast.timezone) ? broadcast.timezone : frame.zone();
}

/** One line after a command: id, state and what happens next. */
export function summaryLine(broadcast: BroadcastJson, frame: ViewFrame): string {
  const { status, reason } = broadcast;
  const next = status === 'scheduled' ? broadcast.startAt : status === 'live' ? broadcast.stopAt : null;
  const when =
    next === null ? '' : `  ${status === 'live' ? 'stops' : 'starts'} ${relativeTo(Date.parse(next), frame.now())}`;
  const why = reason === null ? '' : `  ${plain(reason)}`;
  const paused = broadcast.paused ? `  paused ${pausedText(broadcast, frame)}` : '';
  return `${broadcast.id}  ${frame.paint(STATUS_TINT[status], status)}${when}${why}${paused}\n`;
}

/** What holds back its start, until when and why; null: nothing. */
export function pausedText(
  broadcast: Pick<BroadcastJson, 'paused'>,
  frame: Pick<ViewFrame, 'now' | 'zone'>,
): string | null {
  const { paused } = broadcast;
  if (!paused) return null;
  const until = momentWithDistance(paused.until, frame.zone(), frame.now());
  const note = paused.note === null ? '' : `: ${plain(paused.note)}`;
  return `${until === null ? `until ${paused.id} is ended` : `until ${until}`}${note}`;
}

/** The advice of the broadcast's alert; null: there is nothing to try, or the reason already names the command. */
export function commandToTryAgain(broadcast: BroadcastJson, now: number): string | null {
  const ms = (iso: string | null) => (iso === null ? null : Date.parse(iso));
  const { id, status, reason } = broadcast;
  const { startedAt, stopAt } = broadcast;
  const times = { startAt: Date.parse(broadcast.startAt), startedAt: ms(startedAt), stopAt: ms(stopAt) };
  const command = tryAgain({ id, status, reason, ...times }, now);
  return command !== null && reason?.includes(command) ? null : command;
}

/** Everything about one broadcast except its history. */
export function broadcastDetails(broadcast: BroadcastJson, frame: ViewFrame): string {
  const zone = zoneOf(broadcast, frame);
  const { status, settings, destination, labels, paint } = { ...broadcast, paint: frame.paint };
  const text = (value: string | null | undefined) => (value ? plain(value) : null);
  const confirmed = status === 'live' ? (broadcast.confirmed ? ', confirmed by Zoom' : ', not confirmed yet') : '';
  return details(
    [
      ['id', broadcast.id],
      ['title', text(broadcast.title)],
      [broadcast.kind, broadcast.meetingId],
      ['account', text(broadcast.account)],
      ['status', paint(STATUS_TINT[status], status) + confirmed],
      ['reason', text(broadcast.reason)],
      [status === 'failed' ? 'once fixed' : 'to try again', commandToTryAgain(broadcast, frame.now())],
      ['paused', pausedText(broadcast, frame)],
      ['next attempt', momentWithDistance(broadcast.nextAttemptAt, zone, frame.now())],
      [
        'timezone',
        broadcast.timezone ?? (frame.displayZone ? 'none' : `${zone} (${frame.zoneOwner ?? "this machine's"})`),
      ],
      ['times in', frame.displayZone],
      ['start window', broadcast.startWindow],
      ['on a drop', broadcast.onDrop ?? null],
      ['on a move', broadcast.onMove ?? null],
      ['settings', text(pairs(settings))],
      ['stream to', text(destination?.streamUrl)],
      ['page', text(destination?.pageUrl)],
      ['resolution', text(destination?.resolution)],
      ['external id', text(broadcast.externalId)],
      ['labels', text(pairs(labels))],
      ['series', broadcast.seriesId],
      ['revision', String(broadcast.revision)],
    ],
    paint,
  );
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** Planned and actual times, with the lateness of each request. */
export function timeline(broadcast: BroadcastJson, frame: ViewFrame): string {
  const zone = zoneOf(broadcast, frame);
  const now = frame.now();
  const row = (name: string, planned: string | null, actual: string | null, lateness: number | null) => [
    { text: name },
    { text: planned === null ? 'open' : (momentWithDistance(planned, zone, now) ?? '') },
    { text: momentWithDistance(actual, zone, now) ?? '–' },
    {
      text: lateness === null ? '–' : describeLateness(lateness),
      tint: lateness !== null && lateness > LATE_MS ? 'red' : undefined,
    } as const,
  ];
  const rows = [
    row('start', broadcast.startAt, broadcast.startedAt, broadcast.startLatenessMs),
    row('stop', broadcast.stopAt, broadcast.stoppedAt, broadcast.stopLatenessMs),
  ];
  return table(['', 'PLANNED', 'ACTUAL', 'LATENESS'], rows, frame.paint, undefined);
}

/** A start later than this raises an alert (contract, rule 13). */
const LATE_MS = 30_000;

function describeLateness(ms: number): string {
  return ms < 0 ? `${describeLength(ms)} early` : `${describeLength(ms)} late`;
}

/** The findings of the preflight and of Zoom's events, each with what to do. */
export function warningLines(broadcast: BroadcastJson, frame: ViewFrame): string {
  return broadcast.warnings
    .map(
      ({ code, message, advice }) => `${frame.paint('yellow', `! ${plain(code)}`)}  ${plain(`${message} ${advice}`)}\n`,
    )
    .join('');
}
