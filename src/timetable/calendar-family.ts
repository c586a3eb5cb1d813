/** All events of one UID: the series, its exceptions, and which of two is newer (RFC 5546). */
import { type CalendarEvent, dayOf, type Moment, type MomentOrDay, NotABroadcast } from './calendar-event.ts';
import { type CalendarOccurrence, isAt, isWithin, occurrencesOf, type Span } from './calendar-series.ts';
import { wallIn } from './calendar-zones.ts';
import { externalIdOf } from './identity.ts';
import type { PlannedEvent } from './planned-event.ts';

const DAY_MS = 86_400_000;

/** Receives the results. */
export interface FamilyOutput {
  plan(event: PlannedEvent): void;
  warn(row: number, message: string): void;
  skip(event: CalendarEvent, why: string): void;
}

/** Reads one event and reports its errors. False: it could not be read. */
export type Attempt = (event: CalendarEvent, act: () => void) => boolean;

interface Exception {
  event: CalendarEvent;
  replaced: MomentOrDay;
}

export class CalendarFamily {
  readonly #id: string;
  readonly #events: CalendarEvent[];
  readonly #span: Span;
  readonly #out: FamilyOutput;

  constructor(id: string, events: CalendarEvent[], span: Span, out: FamilyOutput) {
    this.#id = id;
    this.#events = events;
    this.#span = span;
    this.#out = out;
  }

  /** @returns whether the file described the family in full, so that stored broadcasts without an event no longer take place */
  read(attempt: Attempt): boolean {
    const masters = newestMasters(this.#events.filter((event) => !event.isException));
    const exceptions = this.#events.filter((event) => event.isException);
    const [master] = masters;
    if (masters.length > 1) return masters.map((one) => attempt(one, () => this.#separate(one))).every(Boolean);
    if (master?.canceled) {
      attempt(master, () => this.#cancelAll(master));
      return false;
    }
    let isRead = true;
    const known: Exception[] = [];
    for (const event of exceptions) {
      const fits = attempt(event, () => known.push({ event, replaced: this.#replacedBy(event, master) }));
      isRead &&= fits;
    }
    // An exception made for an older version of the series no longer applies.
    const chosen = newestExceptions(known, master);
    if (master) isRead = attempt(master, () => this.#series(master, chosen)) && isRead;
    for (const one of chosen) {
      if (master && one.event.range !== null) continue;
      isRead = attempt(one.event, () => this.#exception(one, master)) && isRead;
    }
    return isRead && master !== undefined;
  }

  /** Which occurrence an exception replaces. Midnight, in a series without that time of day, means the whole day, as in an EXDATE. */
  #replacedBy(event: CalendarEvent, master: CalendarEvent | undefined): MomentOrDay {
    const replaced = event.recurrenceId(zoneOf(master));
    if (!master || 'day' in replaced || replaced.moment.wall !== dayOf(replaced.moment.wall)) return replaced;
    const ofDay = occurrencesAround(replaced.moment.at, master).filter(
      ({ moment }) => isAt(replaced, moment) || isAt({ day: replaced.moment.wall }, moment),
    );
    const [only, ...others] = ofDay;
    if (!only || others.length > 0 || isAt(replaced, only.moment)) return replaced;
    this.#out.warn(
      event.raw.row,
      'its RECURRENCE-ID at midnight is not a time of the series: it means the occurrence of that day',
    );
    return { moment: only.moment };
  }

  /** Several events with one UID that differ only in their times: some timetables write the dates of a series like this. */
  #separate(event: CalendarEvent): void {
    const start = event.start();
    const id = externalIdOf(this.#id, start.at);
    if (event.canceled) this.#out.plan(canceledOf(event, id));
    else this.#plan(event, event, id, start.at, event.length(start), start);
  }

  #cancelAll(event: CalendarEvent): void {
    this.#out.plan({ ...canceledOf(event, this.#id), family: this.#id });
  }

  #series(master: CalendarEvent, exceptions: Exception[]): void {
    const hasNumber = master.raw.zoom.found !== null;
    if (!hasNumber && !exceptions.some(({ event }) => event.raw.zoom.found)) throw new NotABroadcast(whyNot(master));
    const start = master.start();
    const own = exceptions.filter(({ event }) => event.range === null);
    if (!master.isRecurring) {
      const replaced = own.some((one) => isAt(one.replaced, start));
      if (hasNumber && !replaced) this.#single(master, start);
      return;
    }
    const ranges = exceptions.filter(({ event }) => event.range !== null);
    const warn = (message: string) => this.#out.warn(master.raw.row, message);
    for (const { moment, length } of occurrencesOf(master, start, this.#span, warn)) {
      if (own.some(({ replaced }) => isAt(replaced, moment))) continue;
      const id = externalIdOf(this.#id, moment.at);
      const range = rangeFor(moment, ranges);
      if (range) this.#inRange(range, master, moment, id);
      else if (hasNumber) this.#plan(master, master, id, moment.at, length, start);
    }
  }

  #single(master: CalendarEvent, start: Moment): void {
    const length = master.length(start);
    const span = { ...this.#span, until: Number.POSITIVE_INFINITY };
    if (isWithin(start.at, length, span)) this.#plan(master, master, this.#id, start.at, length, start);
    else this.#out.skip(master, 'its start is in the past');
  }

  /** An occurrence that a RANGE moves along: by the same distance on the local clock as the occurrence the RANGE names. */
  #inRange({ event, replaced }: Exception, master: CalendarEvent, moment: Moment, id: string): void {
    if (event.canceled) {
      this.#out.plan(canceledOf(event, id));
      return;
    }
    const start = event.start(moment.zone);
    const from =
      'day' in replaced ? replaced.day + (moment.wall - dayOf(moment.wall)) : wallIn(start.zone, replaced.moment.at);
    const wall = wallIn(start.zone, moment.at) + (start.wall - from);
    this.#plan(event, master, id, start.zone.moment(wall), event.length(start), start);
  }

  #exception({ event, replaced }: Exception, master: CalendarEvent | undefined): void {
    const id = externalIdOf(this.#id, momentOf(replaced, event, master));
    if (event.canceled) {
      this.#out.plan(canceledOf(event, id));
      return;
    }
    const start = event.start(zoneOf(master));
    const length = event.length(start);
    if (!isWithin(start.at, length, { ...this.#span, until: Number.POSITIVE_INFINITY })) return;
    this.#plan(event, master ?? event, id, start.at, length, start);
  }

  #plan(
    event: CalendarEvent,
    master: CalendarEvent,
    id: string,
    at: number,
    length: number | null,
    start: Moment,
  ): void {
    const zoom = event.raw.zoom.found ?? (event.raw.hasPlace ? null : master.raw.zoom.found);
    if (!zoom) throw new NotABroadcast(whyNot(event));
    if (length === null) this.#out.warn(event.raw.row, 'has no end: it stays on air until somebody stops it');
    const { others } = event.raw.zoom.found ? event.raw.zoom : {};
    if (others)
      this.#out.warn(
        event.raw.row,
        `also has links to other meetings (${others.join(', ')}): ${zoom.meetingId} is used`,
      );
    const { name } = start.zone;
    const title = event.raw.title ?? master.raw.title;
    this.#out.plan({
      ...{ row: event.raw.row, externalId: id, canceled: false },
      body: {
        ...zoom,
        ...(title === null ? {} : { title }),
        startAt: new Date(at).toISOString(),
        ...(length === null ? {} : { stopAt: new Date(at + length).toISOString() }),
        ...(name === null || name === 'UTC' ? {} : { timezone: name }),
      },
    });
  }
}

function whyNot({ raw: { zoom } }: CalendarEvent): string {
  return zoom.found === null ? zoom.why : 'no Zoom number was found in it';
}

function canceledOf({ raw: { row, title, zoom } }: CalendarEvent, externalId: string): PlannedEvent {
  return { row, externalId, canceled: true, body: { ...zoom.found, ...(title !== null && { title }) } };
}

/** The zone of a series, for times of its exceptions that name none; undefined: it is not known. */
function zoneOf(master: CalendarEvent | undefined) {
  try {
    return master?.start().zone;
  } catch {
    // Reading the series reports this error.
    return undefined;
  }
}

/** The original moment, ms. A day alone means that day at the series' time of day. */
function momentOf(replaced: MomentOrDay, event: CalendarEvent, master: CalendarEvent | undefined): number {
  if ('moment' in replaced) return replaced.moment.at;
  const start = master?.start() ?? event.start();
  return start.zone.moment(replaced.day + (start.wall - dayOf(start.wall)));
}

/** The last RANGE that covers this occurrence. */
function rangeFor(moment: Moment, ranges: Exception[]): Exception | null {
  const at = (one: Exception) => ('day' in one.replaced ? one.replaced.day : one.replaced.moment.at);
  const here = ({ replaced }: Exception) => ('day' in replaced ? dayOf(moment.wall) : moment.at);
  const later = ranges.filter((one) => one.event.range === 'THISANDFUTURE' && at(one) <= here(one));
  const earlier = ranges.filter((one) => one.event.range === 'THISANDPRIOR' && at(one) >= here(one));
  return later.sort((a, b) => at(b) - at(a))[0] ?? earlier.sort((a, b) => at(a) - at(b))[0] ?? null;
}

/** Newest first: by SEQUENCE, then DTSTAMP. Ties go to the least harmful reading, never to the order in the file. */
function byAge(a: CalendarEvent, b: CalendarEvent): number {
  return (
    b.sequence - a.sequence ||
    b.stamp - a.stamp ||
    Number(b.canceled) - Number(a.canceled) ||
    (a.text < b.text ? -1 : 1)
  );
}

/** Usually one. Several: the same UID and age, no rule, and different times. */
export function newestMasters(events: CalendarEvent[]): CalendarEvent[] {
  const [newest, ...others] = [...events].sort(byAge);
  if (!newest) return [];
  const ties = others.filter((one) => one.sequence === newest.sequence && one.stamp === newest.stamp);
  const masters = new Map<string, CalendarEvent>();
  for (const one of [newest, ...ties]) if (!masters.has(one.writtenStart)) masters.set(one.writtenStart, one);
  const isPlain = [...masters.values()].every((one) => !one.isRecurring);
  return isPlain ? [...masters.values()] : [newest];
}

function newestExceptions(all: Exception[], master: CalendarEvent | undefined): Exception[] {
  const chosen = new Map<string, Exception>();
  for (const one of [...all].sort((a, b) => byAge(a.event, b.event))) {
    if (master && one.event.sequence < master.sequence && !isOfRule(one, master)) continue;
    const { replaced } = one;
    const key = `${one.event.range} ${'day' in replaced ? `day ${replaced.day}` : replaced.moment.at}`;
    if (!chosen.has(key)) chosen.set(key, one);
  }
  return [...chosen.values()];
}

/** Whether the series has this occurrence at all; if that is not known, it counts as having it. */
function isOfRule({ replaced }: Exception, master: CalendarEvent): boolean {
  try {
    const at = momentOf(replaced, master, master);
    return occurrencesOf(master, master.start(), { from: at - DAY_MS, until: at + DAY_MS }).some(({ moment }) =>
      isAt(replaced, moment),
    );
  } catch {
    return true;
  }
}

/** Those of a day and more around a moment; none when the series cannot be read, which is reported elsewhere. */
function occurrencesAround(at: number, master: CalendarEvent): CalendarOccurrence[] {
  try {
    return occurrencesOf(master, master.start(), { from: at - DAY_MS, until: at + 2 * DAY_MS });
  } catch {
    return [];
  }
}
