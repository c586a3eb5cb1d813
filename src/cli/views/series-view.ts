/** Series and their occurrences for people. */
import { DateTime } from 'luxon';
import { describeLength, parseDuration, relativeTo } from '../../time/human-duration.ts';
import type { OccurrencesJson, SeriesJson } from '../api/api-types.ts';
import { type Cell, details, type Paint, plain, STATUS_TINT, table } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';

export interface SeriesFrame {
  paint: Paint;
  now(): number;
  columns: number | undefined;
}

type Line = Pick<SeriesJson, 'startAt' | 'duration' | 'stopTime'>;

/** `Sun 6 Dec 2026 09:00`: a local time. */
function shortLocal(local: string): string {
  return DateTime.fromISO(local, { zone: 'utc', locale: 'en-US' }).toFormat('ccc d LLL yyyy HH:mm');
}

function lengthOf({ duration, stopTime }: Line): string {
  if (duration !== null) return `for ${readable(duration)}`;
  return stopTime === null ? 'open' : `to ${stopTime.slice(0, 5)}`;
}

/** `1 h 30 min` for `PT1H30M`. */
function readable(duration: string): string {
  const ms = parseDuration(duration);
  return ms === null ? duration : describeLength(ms);
}

export function seriesTable(series: SeriesJson[], frame: SeriesFrame): string {
  const rows = series.map((one): Cell[] => [
    { text: one.id },
    { text: one.meetingId },
    { text: one.rule },
    { text: `${shortLocal(one.startAt)} ${lengthOf(one)}` },
    { text: one.timezone },
    { text: one.warnings.length > 0 ? String(one.warnings.length) : '', tint: 'yellow' },
    { text: one.title ?? '' },
  ]);
  return table(['ID', 'MEETING', 'RULE', 'FROM', 'TIMEZONE', 'WARNINGS', 'TITLE'], rows, frame.paint, frame.columns);
}

export function seriesDetails(series: SeriesJson, { paint }: Pick<SeriesFrame, 'paint'>): string {
  const { onClockChange, leadMinutes, tailMinutes, exceptions, additions, labels } = series;
  const shown = details(
    [
      ['series', series.id],
      ['title', series.title && plain(series.title)],
      [series.kind, series.meetingId],
      ['account', series.account],
      ['rule', `${series.summary} (${series.rule})`],
      ['from', `${shortLocal(series.startAt)} ${lengthOf(series)}`],
      ['timezone', series.timezone],
      ['lead', leadMinutes ? `${leadMinutes} min` : null],
      ['tail', tailMinutes ? `${tailMinutes} min` : null],
      ['skips', series.skipCalendars?.join(', ')],
      ['follows', series.follows],
      ['except', exceptions.join(', ')],
      ['also', additions.join(', ')],
      ['clock change', `skipped: ${onClockChange.skipped}, repeated: ${onClockChange.repeated}`],
      ['external id', series.externalId && plain(series.externalId)],
      [
        'labels',
        plain(
          Object.entries(labels)
            .map(([name, value]) => `${name}=${value}`)
            .join(', '),
        ),
      ],
      ['revision', String(series.revision)],
    ],
    paint,
  );
  const warnings = series.warnings.map(
    ({ message, advice }) => `${paint('yellow', 'warning')}  ${plain(message)}\n         ${plain(advice)}\n`,
  );
  return shown + warnings.join('');
}

/** The upcoming occurrences, in the zone of the series. */
export function occurrencesTable({ occurrences, leftOut }: OccurrencesJson, zone: string, frame: SeriesFrame): string {
  const rows = occurrences.map(({ startAt, stopAt, broadcastId, status, note, paused }): Cell[] => [
    { text: describeMoment(Date.parse(startAt), zone) },
    { text: stopAt === null ? 'open' : stopText(startAt, stopAt, zone) },
    { text: relativeTo(Date.parse(startAt), frame.now()) },
    status === null ? { text: 'not yet', tint: 'dim' } : { text: status, tint: STATUS_TINT[status] },
    { text: broadcastId ?? '' },
    { text: [pausedText(paused), note].filter(Boolean).join('; ') },
  ]);
  const shown = rows.length === 0 ? 'nothing upcoming\n' : tableOf(rows, frame);
  const left = leftOut.map(({ local, note }) => frame.paint('dim', `not on ${shortLocal(local)}: ${plain(note)}`));
  return shown + left.map((line) => `${line}\n`).join('');
}

/** An older API sends no pause. */
function pausedText(paused: OccurrencesJson['occurrences'][number]['paused'] | undefined): string {
  if (!paused) return '';
  return paused.note === null ? 'held back by a pause' : `held back by a pause: ${paused.note}`;
}

function tableOf(rows: Cell[][], frame: SeriesFrame): string {
  return table(['START', 'STOP', 'WHEN', 'STATUS', 'BROADCAST', 'NOTE'], rows, frame.paint, frame.columns);
}

function stopText(startAt: string, stopAt: string, zone: string): string {
  const [start, stop] = [startAt, stopAt].map((iso) => DateTime.fromISO(iso, { zone, locale: 'en-US' }));
  if (!start || !stop) return '';
  return stop.toFormat(stop.hasSame(start, 'day') ? 'HH:mm' : 'ccc d LLL HH:mm');
}
