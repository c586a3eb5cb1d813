/** Reads broadcasts from CSV as people and Excel write it. */

import { parse } from 'csv-parse/sync';
import { isoDuration, parseDuration } from '../time/human-duration.ts';
import { emptyReading, type PlannedEvent, type Reading, type RowIssue } from './planned-event.ts';

/** Header names by field, without case, spaces, dashes and underscores; the first is the one to recommend. */
export const CSV_COLUMNS: Record<string, string[]> = {
  meetingId: ['meetingid', 'meeting', 'meetingnumber', 'zoomid', 'zoommeetingid', 'zoomnumber'],
  webinarId: ['webinarid', 'webinar', 'webinarnumber'],
  startAt: ['startat', 'start', 'starttime', 'begin', 'begins', 'from'],
  stopAt: ['stopat', 'stop', 'stoptime', 'end', 'endat', 'endtime', 'ends', 'to', 'until'],
  date: ['date', 'day'],
  duration: ['duration', 'length', 'minutes'],
  timezone: ['timezone', 'tz', 'zone'],
  title: ['title', 'name', 'topic', 'subject', 'summary'],
  kind: ['kind', 'type'],
  account: ['account'],
  externalId: ['externalid', 'id', 'uid', 'reference', 'ref'],
  startWindow: ['startwindow', 'window'],
  labels: ['labels', 'label'],
  layout: ['layout'],
  closeCaption: ['closecaption', 'captions'],
  displayName: ['displayname'],
  activeSpeakerName: ['activespeakername'],
  streamUrl: ['streamurl', 'rtmpurl'],
  streamKey: ['streamkey'],
  pageUrl: ['pageurl'],
  resolution: ['resolution'],
};

type Cells = Map<string, string>;

/** @param timezone zone of local times in rows that name none; null: none */
export function readCsv(text: string, timezone: string | null): Reading {
  const source: Reading = emptyReading(Number.POSITIVE_INFINITY);
  const { body, skipped, delimiter } = prepared(text);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(body, {
      ...{ delimiter, bom: true, info: true, trim: true, skip_empty_lines: true },
      ...{ relax_column_count: true, relax_quotes: true, record_delimiter: ['\r\n', '\n', '\r'] },
    }) as never;
  } catch (error) {
    source.issues.push({ row: lineOf(error), path: '', message: (error as Error).message, kind: 'fault' });
    return source;
  }
  const [head, ...rest] = records;
  const columns = readHead(head?.record ?? [], source.issues);
  for (const { record, info } of source.issues.length > 0 ? [] : rest) {
    if (record.every((cell) => cell === '')) continue;
    const row = info.lines + skipped;
    if (record.length > columns.length) {
      const message = `has ${record.length} cells, the header has ${columns.length}`;
      source.issues.push({ row, path: '', message, kind: 'fault' });
    }
    const cells: Cells = new Map();
    for (const [i, column] of columns.entries()) if (record[i]) cells.set(column, record[i]);
    source.events.push({ row, ...rowOf(cells, timezone), canceled: false });
  }
  return source;
}

/** The separator: Excel's `sep=;` line when there is one, else the one that stands most in the header. */
function prepared(text: string): { body: string; skipped: number; delimiter: string } {
  const plain = text.replace(/^\ufeff/, '');
  const told = /^"?sep=([,;\t|])"?\r?\n/i.exec(plain);
  if (told) return { body: plain.slice(told[0].length), skipped: 1, delimiter: told[1] as string };
  const header = plain.split(/\r?\n|\r/).find((line) => line.trim() !== '') ?? '';
  const bare = header.replace(/"[^"]*"/g, '');
  const count = (separator: string) => bare.split(separator).length;
  const [delimiter = ','] = [',', ';', '\t', '|'].sort((a, b) => count(b) - count(a));
  return { body: plain, skipped: 0, delimiter };
}

function lineOf(error: unknown): number {
  const { lines } = error as { lines?: number };
  return typeof lines === 'number' ? lines : 1;
}

/** `label:room` is a column for the label `room`. */
function readHead(names: string[], issues: RowIssue[]): string[] {
  const issue = (message: string) => issues.push({ row: 1, path: 'header', message, kind: 'fault' });
  const columns = names.map((name) => {
    if (name === '') return '';
    if (/^label[:.]./i.test(name)) return `label:${name.slice(6).trim()}`;
    const plain = name.toLowerCase().replace(/[\s_-]/g, '');
    const field = Object.keys(CSV_COLUMNS).find((one) => CSV_COLUMNS[one]?.includes(plain));
    if (!field)
      issue(
        `"${name.slice(0, 80)}" is not a known column; valid columns: ${Object.keys(CSV_COLUMNS).join(', ')}, label:<name>`,
      );
    return field ?? '';
  });
  const twice = columns.find((column, i) => column !== '' && columns.indexOf(column) !== i);
  if (twice) issue(`two columns are read as ${twice}`);
  if (issues.length === 0) {
    if (!columns.includes('meetingId') && !columns.includes('webinarId')) issue('a column meetingId is needed');
    if (!columns.includes('startAt')) issue('a column startAt is needed');
  }
  return columns;
}

function rowOf(cells: Cells, fileZone: string | null): Pick<PlannedEvent, 'externalId' | 'body'> {
  const text = (name: string) => cells.get(name);
  const webinar = text('webinarId');
  const startAt = withDate(text('startAt'), text('date'));
  const stopAt = stopOf(text('stopAt'), startAt, text('date'));
  const isLocal = [startAt, stopAt].some((time) => time !== undefined && !/(Z|[+-]\d{2}:?\d{2}|^now)$/i.test(time));
  const body = {
    meetingId: text('meetingId') ?? webinar,
    kind: text('kind')?.toLowerCase() ?? (webinar === undefined ? undefined : 'webinar'),
    account: text('account'),
    title: text('title'),
    startAt: startAt ?? '',
    stopAt,
    duration: durationOf(text('duration')),
    timezone: text('timezone') ?? (isLocal ? (fileZone ?? undefined) : undefined),
    settings: settingsOf(cells),
    destination: destinationOf(cells),
    labels: labelsOf(cells),
    startWindow: durationOf(text('startWindow')),
  };
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  return { externalId: text('externalId') ?? null, body: given };
}

/** `2026-12-06 9:00` and `2026-12-06T09:00:00 -05:00` in the spelling that the API takes; others as they are. */
function isoTime(text: string): string {
  const found = /^(\d{4}-\d{2}-\d{2})[ T]+(\d{1,2})(:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
    text,
  );
  if (!found) return text;
  const [, day, hour = '', rest, offset = ''] = found;
  return `${day}T${hour.padStart(2, '0')}${rest}${/^(z|utc)$/i.test(offset) ? 'Z' : offset}`;
}

const CLOCK = /^(\d{1,2}):(\d{2})(:\d{2})?$/;

function withDate(text: string | undefined, date: string | undefined): string | undefined {
  if (text === undefined || date === undefined || !CLOCK.test(text)) return text === undefined ? date : isoTime(text);
  return isoTime(`${date} ${text}`);
}

/** A time of day alone is that of the start's day, or of the next when it is not after the start. */
function stopOf(text: string | undefined, startAt: string | undefined, date: string | undefined): string | undefined {
  if (text === undefined || !CLOCK.test(text)) return text === undefined ? undefined : isoTime(text);
  const day = date ?? startAt?.slice(0, 10) ?? '';
  const stop = isoTime(`${day} ${text}`);
  const offset = /(Z|[+-]\d{2}:?\d{2})$/i.exec(startAt?.slice(16) ?? '')?.[1] ?? '';
  if (startAt === undefined || stop.slice(0, 16) > startAt.slice(0, 16)) return stop + offset;
  const next = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  return Number.isNaN(next) ? stop : new Date(next).toISOString().slice(0, 10) + stop.slice(10) + offset;
}

/** `90`: minutes. */
function durationOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const clock = /^(\d{1,2}):([0-5]\d)(?::00)?$/.exec(text);
  const written = clock ? `${clock[1]}h${clock[2]}m` : /^\d{1,5}$/.test(text) ? `${text}m` : text;
  const ms = parseDuration(written);
  return ms === null ? text : isoDuration(ms);
}

function settingsOf(cells: Cells): Record<string, unknown> | undefined {
  const speaker = cells.get('activeSpeakerName');
  const yes = speaker !== undefined && /^(true|yes|y|1|x)$/i.test(speaker);
  const no = speaker !== undefined && /^(false|no|n|0)$/i.test(speaker);
  return group({
    activeSpeakerName: yes ? true : no ? false : speaker,
    displayName: cells.get('displayName'),
    layout: cells.get('layout'),
    closeCaption: cells.get('closeCaption'),
  });
}

function destinationOf(cells: Cells): Record<string, unknown> | undefined {
  const [streamUrl, streamKey, pageUrl] = ['streamUrl', 'streamKey', 'pageUrl'].map((name) => cells.get(name));
  return group({ streamUrl, streamKey, pageUrl, resolution: cells.get('resolution') });
}

/** `room=A; floor=2` in one column, or a column `label:room`. */
function labelsOf(cells: Cells): Record<string, unknown> | undefined {
  const pairs = (cells.get('labels') ?? '').split(/[;,]/).filter((pair) => pair.trim() !== '');
  const written = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  const columns = [...cells]
    .filter(([name]) => name.startsWith('label:'))
    .map(([name, value]) => [name.slice(6), value]);
  return group(Object.fromEntries([...written, ...columns]));
}

function group(members: Record<string, unknown>): Record<string, unknown> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}
