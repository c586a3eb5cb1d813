/** Splits a calendar file into its events. Each keeps only the lines it needs, so that a large file takes little memory. */
import { CalendarZones, type ZoneNames } from './calendar-zones.ts';
import { decodeText, UnfoldedLines } from './file-lines.ts';
import { type ContentLine, readContentLine, readIcsText } from './ics-values.ts';
import { findZoom, type ZoomFinding } from './zoom-number.ts';

/** What a file says about one calendar. */
export interface CalendarPart {
  zones: CalendarZones;
  /** Upper case: `REQUEST`, `CANCEL`. */
  method: string | null;
}

/** One person's reply to an invitation, or a proposal (RFC 5546). It does not say what takes place. */
const ANSWERS = new Set(['REPLY', 'COUNTER', 'DECLINECOUNTER', 'REFRESH']);

export function isAnswer({ method }: CalendarPart): boolean {
  return method !== null && ANSWERS.has(method);
}

export interface RawEvent {
  /** Number of the event in the file, and line of its BEGIN; both count from 1. */
  row: number;
  line: number;
  calendar: CalendarPart;
  /** Times, rules and so on, as written. */
  lines: ContentLine[];
  title: string | null;
  zoom: ZoomFinding;
  /** It has a place or a topic of its own. An exception without them inherits those of its series. */
  hasPlace: boolean;
}

const KEPT = new Set([
  ...['UID', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXRULE', 'RDATE', 'EXDATE'],
  ...['STATUS', 'SEQUENCE', 'DTSTAMP', 'LAST-MODIFIED'],
  ...['X-MICROSOFT-CDO-APPT-SEQUENCE', 'X-MICROSOFT-CDO-ALLDAYEVENT', 'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT'],
]);
/** Where to look for a link or number, in this order; then in all other properties. */
const PLACES = [
  'LOCATION',
  'URL',
  'CONFERENCE',
  'X-GOOGLE-CONFERENCE',
  'X-MICROSOFT-SKYPETEAMSMEETINGURL',
  'DESCRIPTION',
];
const NOWHERE = new Set(['ATTACH', 'ATTENDEE', 'ORGANIZER', 'CREATED', 'PRIORITY', 'CLASS', 'TRANSP', ...KEPT]);
const MAX_TITLE = 200;
const MAX_TEXT = 64 * 1_024;

export class CalendarFile {
  readonly events: RawEvent[] = [];
  /** Issues of the file as a whole. */
  isCalendar = false;
  isOpen = false;
  readonly #lines = new UnfoldedLines((text, line) => this.#take(text, line));
  readonly #names: ZoneNames;
  readonly #notes: string[];
  #calendar: CalendarPart;
  /** Names of the open components, in upper case. */
  #open: string[] = [];
  #zone: string[] = [];
  #event: { line: number; lines: ContentLine[] } | null = null;

  constructor(names: ZoneNames, notes: string[]) {
    this.#names = names;
    this.#notes = notes;
    this.#calendar = this.#newCalendar();
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  end(): void {
    this.#lines.end();
    this.isOpen = this.#open.length > 0;
    this.#endEvent();
  }

  #newCalendar(): CalendarPart {
    return { zones: new CalendarZones(this.#names, this.#notes), method: null };
  }

  #take(text: string, line: number): void {
    const [, verb, component = ''] = /^(BEGIN|END)\s*:\s*([A-Za-z0-9-]+)\s*$/i.exec(text) ?? [];
    const name = component.toUpperCase();
    if (verb === undefined) this.#property(text, line);
    else if (verb.toUpperCase() === 'BEGIN') this.#begin(name, line, text);
    else this.#close(name, text);
  }

  #begin(name: string, line: number, text: string): void {
    if (name === 'VCALENDAR') {
      this.#endEvent();
      this.isCalendar = true;
      this.#open = [];
      this.#calendar = this.#newCalendar();
    }
    if (!this.isCalendar) return;
    // A component without an END ends where the next begins.
    if (name === 'VEVENT') {
      this.#endEvent();
      this.#open = ['VCALENDAR'];
      this.#event = { line, lines: [] };
    }
    if (name === 'VTIMEZONE') this.#zone = [];
    this.#open.push(name);
    if (this.#open.includes('VTIMEZONE')) this.#zone.push(text);
  }

  #close(name: string, text: string): void {
    const at = this.#open.lastIndexOf(name);
    if (at < 0) return;
    if (this.#open.includes('VTIMEZONE')) this.#zone.push(text);
    this.#open.splice(at);
    if (name === 'VEVENT') this.#endEvent();
    if (name === 'VTIMEZONE') this.#endZone();
  }

  #property(text: string, line: number): void {
    const inside = this.#open.at(-1);
    if (this.#open.includes('VTIMEZONE')) this.#zone.push(text);
    else if (inside === 'VCALENDAR') this.#ofCalendar(text, line);
    else if (inside === 'VEVENT' && this.#event) {
      const last = this.#event.lines.at(-1);
      if (last && isQuotedPrintable(last) && last.value.endsWith('=')) {
        last.value = last.value.slice(0, -1) + text;
        return;
      }
      const read = readContentLine(text, line);
      if (read) this.#event.lines.push(read);
      // A line break inside a text, without folding.
      else if (last && !KEPT.has(last.name)) last.value += `\n${text}`;
    }
  }

  #ofCalendar(text: string, line: number): void {
    const { name, value } = readContentLine(text, line) ?? {};
    if (name === 'METHOD') this.#calendar.method = value?.trim().toUpperCase() ?? null;
    if (name === 'X-WR-TIMEZONE' && value?.trim()) this.#calendar.zones.calendarZone = value.trim();
    if (name === 'TIMEZONE-ID' && value?.trim()) this.#calendar.zones.calendarZone ??= value.trim();
  }

  #endZone(): void {
    const line = this.#zone.map((text) => readContentLine(text, 0)).find((one) => one?.name === 'TZID');
    if (line) this.#calendar.zones.defined.add(line.value, this.#zone);
    this.#zone = [];
  }

  #endEvent(): void {
    if (!this.#event) return;
    const { line, lines } = this.#event;
    this.#event = null;
    const texts = textsOf(lines);
    const summary = lines.find(({ name }) => name === 'SUMMARY');
    this.events.push({
      ...{ row: this.events.length + 1, line, calendar: this.#calendar },
      lines: lines.filter(({ name }) => KEPT.has(name)),
      title: summary === undefined ? null : titleOf(plainValue(summary)),
      zoom: findZoom(texts),
      hasPlace: lines.some(
        ({ name, value }) => ['LOCATION', 'URL', 'DESCRIPTION'].includes(name) && value.trim() !== '',
      ),
    });
  }
}

function titleOf(summary: string): string | null {
  const plain = readIcsText(summary)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return [...plain].slice(0, MAX_TITLE).join('') || null;
}

function textsOf(lines: ContentLine[]): string[] {
  const others = lines.filter(({ name }) => !PLACES.includes(name) && !NOWHERE.has(name));
  const ordered = [...PLACES.flatMap((place) => lines.filter(({ name }) => name === place)), ...others];
  // Thunderbird keeps the text with its links in ALTREP, and its plain text in the value.
  const values = ordered.flatMap((line) => [plainValue(line), ...(line.params.get('ALTREP') ?? '').split('\n')]);
  return values.filter((value) => value !== '').map((value) => readIcsText(value.slice(0, MAX_TEXT)));
}

/** vCalendar 1.0 writes texts this way. */
function isQuotedPrintable({ params }: ContentLine): boolean {
  return params.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE' || params.has('QUOTED-PRINTABLE');
}

function plainValue(line: ContentLine): string {
  if (!isQuotedPrintable(line)) return line.value;
  const bytes = Buffer.from(line.value.replace(/=\r?\n/g, ''));
  const plain = bytes
    .toString('latin1')
    .replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeText(Buffer.from(plain, 'latin1'));
}
