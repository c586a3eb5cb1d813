import type { Broadcast } from '../broadcasts/broadcast.ts';
import { hasLabel, isWithin, type Limits } from '../broadcasts/limits.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { cursorOf, readCursor } from '../page-cursor.ts';
import { requireSeen } from '../scheduling/within-limits.ts';
import { isoTime } from '../time/iso-time.ts';
import { type BroadcastReader, slotsOf } from './broadcasts-of-series.ts';
import { expand, type LeftOut, type Occurrence, type SkipCheck } from './occurrences.ts';
import type { Series } from './series.ts';
import type { SeriesCalendars } from './series-calendars.ts';
import type { SeriesStore } from './series-store.ts';

export interface SeriesReaderDeps {
  store: SeriesStore;
  broadcasts: BroadcastReader;
  calendars: SeriesCalendars;
  clock: Clock;
}

export interface SeriesQuery {
  meetingId?: string;
  account?: string;
  externalId?: string;
  /** `name=value`, or only `name`. */
  label?: string;
  /** 1 to 1,000. */
  limit: number;
  cursor?: string;
  /** Only series within these limits. */
  limits?: Limits;
}

/** An upcoming occurrence, with its broadcast. Times in ms. */
export interface PlannedOccurrence {
  startAt: number;
  stopAt: number | null;
  local: string;
  broadcast: Broadcast | null;
  note: string | null;
}

/** Reads series: their records, and their future occurrences. */
export class SeriesReader {
  readonly #deps: SeriesReaderDeps;

  constructor(deps: SeriesReaderDeps) {
    this.#deps = deps;
  }

  /** All series, oldest first. */
  async all(): Promise<Series[]> {
    const found: Series[] = [];
    for await (const series of this.each()) found.push(series);
    return found;
  }

  /** @throws LivestreamError `not_found` */
  async get(id: string, limits?: Limits): Promise<Series> {
    const missing = () => new LivestreamError('not_found', `There is no series ${id}.`);
    const series = await this.#deps.store.get(id);
    if (!series) throw missing();
    requireSeen(series, limits, missing);
    return series;
  }

  /** One page, oldest first; the cursor is the position of the last series shown. */
  async list(query: SeriesQuery): Promise<{ series: Series[]; nextCursor: string | null }> {
    const found: Series[] = [];
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    for await (const page of this.#deps.store.pages(after)) {
      for (const series of await Promise.all(page.map(({ id }) => this.#deps.store.get(id)))) {
        if (!series || !matchesQuery(series, query)) continue;
        if (found.length === query.limit) {
          const { createdAt, id } = found.at(-1) as Series;
          return { series: found, nextCursor: cursorOf(createdAt, id) };
        }
        found.push(series);
      }
    }
    return { series: found, nextCursor: null };
  }

  /** All series, oldest first, page by page. */
  async *each(): AsyncGenerator<Series> {
    for await (const page of this.#deps.store.pages()) {
      for (const { id } of page) {
        const series = await this.#deps.store.get(id);
        if (series) yield series;
      }
    }
  }

  /** Ids of the series that skip this calendar. */
  async skipping(name: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { id, skipCalendars } of this.each()) if (skipCalendars?.includes(name)) found.push(id);
    return found;
  }

  /** The upcoming occurrences, computed by the code that creates them. */
  async occurrences(
    id: string,
    limit: number,
    limits?: Limits,
  ): Promise<{ occurrences: PlannedOccurrence[]; leftOut: LeftOut[] }> {
    const series = await this.get(id, limits);
    const now = Math.floor(this.#deps.clock.now());
    const { skip } = await this.#deps.calendars.of(series);
    const { occurrences, leftOut } = expanded(series, now, limit, skip);
    const positions = await slotsOf(series, occurrences, this.#deps.broadcasts);
    const warned = new Map(series.warnings.map(({ occurrence, message }) => [occurrence, message]));
    const planned = positions.map(({ occurrence, broadcast }): PlannedOccurrence => {
      const { startAt, stopAt } = broadcast ?? occurrence;
      const note = broadcast && broadcast.status !== 'canceled' ? changeNote(broadcast, occurrence) : null;
      const { local } = occurrence;
      return { startAt, stopAt, local, broadcast, note: note ?? warned.get(local) ?? occurrence.note };
    });
    return { occurrences: planned, leftOut };
  }
}

function expanded(series: Series, now: number, limit: number, skip: SkipCheck) {
  try {
    return expand(series, now, Number.POSITIVE_INFINITY, limit, skip);
  } catch {
    // The rule's occurrences are too far apart to be found; the warning of the series says so.
    return { occurrences: [], leftOut: [] };
  }
}

/** What a person edited: the start, else the stop. */
function changeNote(broadcast: Broadcast, { startAt, stopAt }: Occurrence): string | null {
  if (broadcast.startAt !== startAt) return `edited: the rule says it starts at ${isoTime(startAt)}`;
  if (broadcast.stopAt === stopAt) return null;
  return stopAt === null
    ? 'edited: the rule says it has no stop'
    : `edited: the rule says it stops at ${isoTime(stopAt)}`;
}

function matchesQuery(series: Series, { meetingId, account, externalId, label, limits }: SeriesQuery): boolean {
  if (limits && !isWithin(limits, series)) return false;
  if (meetingId !== undefined && series.meetingId !== meetingId) return false;
  if (account !== undefined && series.account !== account) return false;
  if (externalId !== undefined && series.externalId !== externalId) return false;
  return label === undefined || hasLabel(series.labels, label);
}
