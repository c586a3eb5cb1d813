import { type AuditEntry, audited } from '../broadcasts/audit-entry.ts';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import { hasLabel, isWithin, type Limits } from '../broadcasts/limits.ts';
import type { BroadcastStore } from '../broadcasts/store/store.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { sameJson } from '../json.ts';
import { cursorOf, type PagePosition, readCursor } from '../page-cursor.ts';
import { randomId } from '../random-id.ts';
import { firstAnswer } from '../scheduling/idempotency.ts';
import { sealDestination } from '../scheduling/new-record.ts';
import { type ChangeOptions, type IdempotencyKey, type Requester, requireRevision } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { requireInside, requireSeen } from '../scheduling/within-limits.ts';
import { type AccountCheck, accountCheck } from '../validation/account-check.ts';
import type { Declared } from '../validation/declared.ts';
import { validationFailed } from '../validation/issues.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { changedByHand, slotsOf } from './broadcasts-of-series.ts';
import { expand, type LeftOut, localOfBroadcastId, type Occurrence, type SkipCheck } from './occurrences.ts';
import type { SeriesReconciler } from './reconciler.ts';
import { seriesEvent } from './representation.ts';
import type { Series } from './series.ts';
import type { SeriesCalendars } from './series-calendars.ts';
import { checkSeries, type NewSeries, parseNewSeries, parseSeriesChange } from './series-input.ts';
import type { SeriesStore } from './series-store.ts';
import { endedBefore, inputFrom, occurrenceAt } from './split-series.ts';

export interface SeriesDeps {
  store: SeriesStore;
  reconciler: SeriesReconciler;
  broadcasts: Pick<BroadcastStore, 'getMany' | 'history'>;
  scheduler: Pick<Scheduler, 'list'>;
  calendars: SeriesCalendars;
  clock: Clock;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  /** Seals a stream key; null without SECRETS_KEY. */
  seal: ((text: string) => string) | null;
  /** Called when a step failed that the workers will do within a minute. */
  onLater?: (error: unknown) => void;
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
  /** Only what lies within them. */
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

/** A series that could be stored. */
export interface CheckedSeries extends NewSeries {
  account: string;
  /** Something of it is to come. */
  isComing: boolean;
}

const MAX_ATTEMPTS = 20;
const PAGE = 200;

/** The commands on series. Inputs are unvalidated JSON; everything thrown is a `LivestreamError`. */
export class SeriesService {
  readonly #deps: SeriesDeps;
  readonly #accountIssue: AccountCheck;

  constructor(deps: SeriesDeps) {
    this.#deps = deps;
    this.#accountIssue = accountCheck(deps.accounts);
  }

  /** Stores a series and creates its first broadcasts. */
  async create(
    input: unknown,
    {
      by,
      limits,
      idempotency,
      declared,
    }: Requester & {
      idempotency?: IdempotencyKey | undefined;
      declared?: Declared;
    },
  ): Promise<{ series: Series; replayed: boolean }> {
    const parsed = parseNewSeries(input, this.#inputContext());
    await this.#requireCalendars(parsed);
    const series = { ...this.#build(parsed), ...(declared && { declared }) };
    requireInside([series], limits);
    const result = await this.#deps.store.write(null, series, {
      events: [seriesEvent('created', series, series.createdAt, { by })],
      ...seriesAudit('create', by, series),
      ...(idempotency ? { idempotency: { ...idempotency, answer: JSON.stringify(series) } } : {}),
    });
    if (result.kind === 'replay') return { series: firstAnswer(result, idempotency), replayed: true };
    if (result.kind === 'conflict') throw new LivestreamError('conflict', 'A series with this id already exists.');
    return { series: await this.#fitted(result.written), replayed: false };
  }

  /** What a new series would be, without storing it. @throws LivestreamError `validation_failed` with every issue */
  check(input: unknown): CheckedSeries {
    const checked = checkSeries(input, this.#inputContext());
    return { ...checked, account: this.#account(checked) };
  }

  /** All there are, oldest first. */
  async all(): Promise<Series[]> {
    const found: Series[] = [];
    for await (const series of this.#all()) found.push(series);
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
    let position = query.cursor === undefined ? null : readCursor(query.cursor);
    for (;;) {
      const places = await this.#deps.store.pageAfter(position, PAGE);
      for (const series of await Promise.all(places.map(({ id }) => this.#deps.store.get(id)))) {
        if (!series || !fits(series, query)) continue;
        if (found.length === query.limit) {
          const { createdAt, id } = found.at(-1) as Series;
          return { series: found, nextCursor: cursorOf(createdAt, id) };
        }
        found.push(series);
      }
      if (places.length < PAGE) return { series: found, nextCursor: null };
      position = places.at(-1) ?? null;
    }
  }

  /** PATCH semantics; upcoming broadcasts that nobody edited are updated, too. */
  async change(id: string, input: unknown, options: ChangeOptions & { declared?: Declared }): Promise<Series> {
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const before = await this.get(id, options.limits);
      requireRevision('Series', before, options.ifRevision);
      const { destinationKept, ...parsed } = parseSeriesChange(input, before, this.#inputContext());
      await this.#requireCalendars(parsed, before.skipCalendars);
      const destination = destinationKept
        ? before.destination
        : sealDestination(parsed.template.destination, this.#deps.seal);
      const content = { ...parsed.timing, ...parsed.template, account: this.#account(parsed), destination };
      const now = Math.floor(this.#deps.clock.now());
      const { declared = before.declared } = options;
      const fields = { ...content, ...(declared && { declared }) };
      const next: Series = { ...before, ...fields, revision: before.revision + 1, updatedAt: now };
      if (destinationKept && sameJson(before, { ...before, ...content })) return before;
      requireInside([next], options.limits);
      const events = [seriesEvent('changed', next, now, { by: options.by })];
      const audit = seriesAudit('change', options.by, next, { changed: changedFields(before, next) });
      const result = await this.#deps.store.write(before, next, { events, ...audit });
      if (result.kind === 'ok') return this.#fitted(result.written);
    }
    throw new LivestreamError('conflict', `Others keep changing series ${id}. Try again.`);
  }

  /**
   * Changes the occurrence at the local time `from` and what follows: the series ends before it and a new one begins, in one
   * step. Broadcasts that a person changed stay as they are. @returns the new series
   * @throws LivestreamError `validation_failed` that names the nearest occurrence, `too_late`
   */
  async changeFrom(id: string, from: string, input: unknown, options: ChangeOptions): Promise<Series> {
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const before = await this.get(id, options.limits);
      requireRevision('Series', before, options.ifRevision);
      const now = Math.floor(this.#deps.clock.now());
      const { skip } = await this.#deps.calendars.of(before);
      const { local } = occurrenceAt(before, from, now, skip);
      const parsed = parseSeriesChange(input, before, this.#inputContext(), inputFrom(before, local));
      await this.#requireCalendars(parsed);
      const begun: Series = {
        ...this.#build(parsed),
        ...(parsed.destinationKept ? { destination: before.destination } : {}),
        follows: id,
        takenOver: await this.#changedByHand(before, local),
      };
      const ended = { ...before, ...endedBefore(before, local), revision: before.revision + 1, updatedAt: now };
      requireInside([begun, ended], options.limits);
      const events = [
        seriesEvent('changed', ended, now, { by: options.by }),
        seriesEvent('created', begun, now, { by: options.by }),
      ];
      const result = await this.#deps.store.write(before, ended, {
        ...{ events, also: begun },
        ...seriesAudit('change', options.by, ended, { from: local, goesOnAs: begun.id }),
      });
      // The new one ends the former first.
      if (result.kind === 'ok') return this.#fitted({ ...begun, version: 1 });
    }
    throw new LivestreamError('conflict', `Others keep changing series ${id}. Try again.`);
  }

  /** Broadcasts of a series that a person changed or canceled, from an occurrence on, by local time. */
  async #changedByHand(series: Series, from: string): Promise<Record<string, string>> {
    const found: Record<string, string> = { ...series.takenOver };
    let cursor: string | null | undefined;
    do {
      const query = { seriesId: series.id, from: Math.floor(this.#deps.clock.now()), limit: 1_000 };
      const page = await this.#deps.scheduler.list({ ...query, ...(cursor ? { cursor } : {}) });
      for (const { id } of page.broadcasts) {
        const local = localOfBroadcastId(id);
        if (local === null || local < from) continue;
        if (changedByHand(await this.#deps.broadcasts.history(id), series.id)) found[local] = id;
      }
      cursor = page.nextCursor;
    } while (cursor);
    return Object.fromEntries(Object.entries(found).filter(([local]) => local >= from));
  }

  /** Brings the broadcasts of every series that skips this calendar in line with it. */
  async calendarChanged(name: string): Promise<void> {
    for await (const series of this.#all()) if (series.skipCalendars?.includes(name)) await this.#fitted(series);
  }

  /** Ids of the series that skip this calendar. */
  async skipping(name: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { id, skipCalendars } of this.#all()) if (skipCalendars?.includes(name)) found.push(id);
    return found;
  }

  async *#all(): AsyncGenerator<Series> {
    let position: PagePosition | null = null;
    for (;;) {
      const places: PagePosition[] = await this.#deps.store.pageAfter(position, PAGE);
      for (const { id } of places) {
        const series = await this.#deps.store.get(id);
        if (series) yield series;
      }
      if (places.length < PAGE) return;
      position = places.at(-1) ?? null;
    }
  }

  /** Throws `validation_failed` when a calendar does not exist. */
  async #requireCalendars({ timing }: NewSeries, known: string[] = []): Promise<void> {
    const { missing } = await this.#deps.calendars.of(timing);
    const unknown = missing.filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    const message = `must name calendars that exist (/v1/calendars); there is no ${unknown.join(', ')}`;
    throw validationFailed([{ path: 'skipCalendars', message }]);
  }

  /** Cancels the upcoming broadcasts, unless you keep them, and deletes the series. */
  async delete(id: string, options: ChangeOptions & { keepOccurrences: boolean }): Promise<Series> {
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const before = await this.get(id, options.limits);
      requireRevision('Series', before, options.ifRevision);
      const deletion = { by: options.by, keepOccurrences: options.keepOccurrences };
      const audit = seriesAudit('delete', options.by, before, { keepOccurrences: options.keepOccurrences });
      const result = await this.#deps.store.write(before, { ...before, deletion }, audit);
      if (result.kind !== 'ok') continue;
      await this.#fitted(result.written);
      return before;
    }
    throw new LivestreamError('conflict', `Others keep changing series ${id}. Try again.`);
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
    const places = await slotsOf(series, occurrences, this.#deps.broadcasts);
    const warned = new Map(series.warnings.map(({ occurrence, message }) => [occurrence, message]));
    const planned = places.map(({ occurrence, broadcast }): PlannedOccurrence => {
      const { startAt, stopAt } = broadcast ?? occurrence;
      const note = broadcast && broadcast.status !== 'canceled' ? changeNote(broadcast, occurrence) : null;
      const { local } = occurrence;
      return { startAt, stopAt, local, broadcast, note: note ?? warned.get(local) ?? occurrence.note };
    });
    return { occurrences: planned, leftOut };
  }

  /** The record is stored, so the request succeeds; the workers do the rest within a minute. */
  async #fitted(series: Series): Promise<Series> {
    try {
      return (await this.#deps.reconciler.reconcile(series.id)) ?? series;
    } catch (error) {
      this.#deps.onLater?.(error);
      return series;
    }
  }

  #build(parsed: NewSeries): Series {
    const now = Math.floor(this.#deps.clock.now());
    const { destination, ...template } = parsed.template;
    return {
      id: `sr_${randomId()}`,
      ...parsed.timing,
      ...template,
      account: this.#account(parsed),
      destination: sealDestination(destination, this.#deps.seal),
      ...{ revision: 1, warnings: [], createdAt: now, updatedAt: now },
      ...{ version: 0, fittedRevision: 0, coveredUntil: now, deletion: null },
    };
  }

  #account({ template }: NewSeries): string {
    return this.#deps.accounts.resolve(template.account).name;
  }

  #inputContext() {
    const now = Math.floor(this.#deps.clock.now());
    return { now, sealingAvailable: this.#deps.seal !== null, accountIssue: this.#accountIssue };
  }
}

function expanded(series: Series, now: number, limit: number, skip: SkipCheck) {
  try {
    return expand(series, now, Number.POSITIVE_INFINITY, limit, skip);
  } catch {
    // A rule whose occurrences lie too far apart to be found: the warning of the series says so.
    return { occurrences: [], leftOut: [] };
  }
}

/** What a person edited: the start, else the stop. */
function changeNote(broadcast: Broadcast, { startAt, stopAt }: Occurrence): string | null {
  const iso = (at: number) => new Date(at).toISOString();
  if (broadcast.startAt !== startAt) return `edited: the rule says it starts at ${iso(startAt)}`;
  if (broadcast.stopAt === stopAt) return null;
  return stopAt === null ? 'edited: the rule says it has no stop' : `edited: the rule says it stops at ${iso(stopAt)}`;
}

function fits(series: Series, { meetingId, account, externalId, label, limits }: SeriesQuery): boolean {
  if (limits && !isWithin(limits, series)) return false;
  if (meetingId !== undefined && series.meetingId !== meetingId) return false;
  if (account !== undefined && series.account !== account) return false;
  if (externalId !== undefined && series.externalId !== externalId) return false;
  return label === undefined || hasLabel(series.labels, label);
}

function seriesAudit(
  verb: string,
  by: string,
  { id, title }: Series,
  detail: Record<string, unknown> | null = null,
): { audit?: AuditEntry } {
  const entry = audited({ by, action: `series.${verb}`, object: { type: 'series' as const, id, title }, detail });
  return entry ? { audit: entry } : {};
}

function changedFields(before: Series, after: Series): string[] {
  const names = Object.keys(after) as (keyof Series)[];
  const own = names.filter((name) => name !== 'revision' && name !== 'updatedAt');
  return own.filter((name) => !sameJson(before[name], after[name]));
}
