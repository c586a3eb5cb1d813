import { type AuditEntry, audited } from '../broadcasts/audit-entry.ts';
import { LivestreamError } from '../errors.ts';
import { sameJson } from '../json.ts';
import { randomId } from '../random-id.ts';
import { firstAnswer } from '../scheduling/idempotency.ts';
import { sealDestination } from '../scheduling/new-record.ts';
import { type ChangeOptions, type IdempotencyKey, type Requester, requireRevision } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { requireInside } from '../scheduling/within-limits.ts';
import { type AccountCheck, accountCheck } from '../validation/account-check.ts';
import type { Declared } from '../validation/declared.ts';
import { validationFailed } from '../validation/issues.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { changedByHand } from './broadcasts-of-series.ts';
import { localOfBroadcastId } from './occurrences.ts';
import type { SeriesReconciler } from './reconciler.ts';
import { seriesEvent } from './representation.ts';
import type { Series } from './series.ts';
import { checkSeries, type NewSeries, parseNewSeries, parseSeriesChange } from './series-input.ts';
import { SeriesReader, type SeriesReaderDeps } from './series-reader.ts';
import { endedBefore, inputFrom, occurrenceAt } from './split-series.ts';

export interface SeriesDeps extends SeriesReaderDeps {
  reconciler: SeriesReconciler;
  scheduler: Pick<Scheduler, 'list'>;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  /** Encrypts a stream key; null without SECRETS_KEY. */
  seal: ((text: string) => string) | null;
  /** Called when a step failed; the workers repeat it within a minute. */
  onLater?: (error: unknown) => void;
}

/** A validated series. */
export interface CheckedSeries extends NewSeries {
  account: string;
  /** It has an upcoming occurrence. */
  isComing: boolean;
}

const MAX_ATTEMPTS = 20;

/** The commands on series. Inputs are unvalidated JSON; every error is a `LivestreamError`. */
export class SeriesService extends SeriesReader {
  readonly #deps: SeriesDeps;
  readonly #accountIssue: AccountCheck;

  constructor(deps: SeriesDeps) {
    super(deps);
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
    return { series: await this.#reconciled(result.written), replayed: false };
  }

  /** Returns what a new series would be, without storing it. @throws LivestreamError `validation_failed` with every issue */
  check(input: unknown): CheckedSeries {
    const checked = checkSeries(input, this.#inputContext());
    return { ...checked, account: this.#account(checked) };
  }

  /** PATCH semantics. It also updates upcoming broadcasts that nobody edited. */
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
      if (result.kind === 'ok') return this.#reconciled(result.written);
    }
    throw new LivestreamError('conflict', `Series ${id} is being changed by someone else. Try again.`);
  }

  /**
   * Changes the occurrence at the local time `from` and all later ones: the series ends before it and a new one begins, in one step.
   * Broadcasts that a person changed stay as they are. @returns the new series
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
      // Reconciling the new series ends the former one first.
      if (result.kind === 'ok') return this.#reconciled({ ...begun, version: 1 });
    }
    throw new LivestreamError('conflict', `Series ${id} is being changed by someone else. Try again.`);
  }

  /** Broadcasts of a series that a person changed or canceled, starting at an occurrence, by local time. */
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

  /** Reconciles every series that skips this calendar. */
  async calendarChanged(name: string): Promise<void> {
    for await (const series of this.each()) if (series.skipCalendars?.includes(name)) await this.#reconciled(series);
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
      await this.#reconciled(result.written);
      return before;
    }
    throw new LivestreamError('conflict', `Series ${id} is being changed by someone else. Try again.`);
  }

  /** The record is stored, so the request succeeds; the workers do the rest within a minute. */
  async #reconciled(series: Series): Promise<Series> {
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
