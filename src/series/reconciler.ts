import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { sameJson } from '../json.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import {
  actorOf,
  changedByHand,
  changeTo,
  type OccurrenceSlot,
  type OpenSealed,
  slotsOf,
  wantedBroadcast,
} from './broadcasts-of-series.ts';
import { expand, localOfBroadcastId, type Occurrence, type SkipCheck } from './occurrences.ts';
import { wallAt, wallToText } from './recurrence-rule.ts';
import { seriesEvent } from './representation.ts';
import type { Series } from './series.ts';
import type { SeriesCalendars } from './series-calendars.ts';
import type { SeriesStore } from './series-store.ts';
import { WarningList } from './warning-list.ts';

export interface ReconcilerDeps {
  store: SeriesStore;
  broadcasts: Pick<Records, 'getMany' | 'history'>;
  scheduler: Pick<Scheduler, 'scheduleChecked' | 'change' | 'cancel' | 'list'>;
  clock: Clock;
  open: OpenSealed;
  calendars: SeriesCalendars;
}

interface Round {
  warnings: WarningList;
  skip: SkipCheck;
}

const DAY_MS = 86_400_000;
/** Create occurrences this far ahead … */
const HORIZON_MS = 14 * DAY_MS;
/** … and at least this many … */
const MIN_AHEAD = 3;
/** … but no more than these. */
const MAX_AHEAD = 500;
/** Broadcasts created in one step. */
const CHUNK = 100;
/** Write the record for a new horizon only when it has moved this much. */
const HORIZON_STEP_MS = DAY_MS;
/** A broadcast moved by a person, a lead or an offset is at most this far from its local time. */
const SLACK_MS = 3 * DAY_MS;
const MAX_ATTEMPTS = 10;

/**
 * Reconciles the broadcasts of a series with its rule: creates what is missing within the horizon and, after a change, updates upcoming
 * broadcasts that nobody edited. It is idempotent and safe to run concurrently: ids contain the local time, and every write is a
 * compare-and-set.
 */
export class SeriesReconciler {
  readonly #deps: ReconcilerDeps;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** @returns the updated series; null: it does not exist */
  async reconcile(id: string): Promise<Series | null> {
    const { store, clock } = this.#deps;
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const series = await store.get(id, true);
      if (!series) return null;
      if (series.deletion) {
        await this.#finishDeletion(series);
        return null;
      }
      const now = Math.floor(clock.now());
      const next = await this.#reconcileOnce(series, now);
      if (!worthWriting(series, next)) return series;
      const known = new Set(series.warnings.map((warning) => JSON.stringify(warning)));
      const events = next.warnings
        .filter((warning) => !known.has(JSON.stringify(warning)))
        .map((warning) => seriesEvent('warning', next, now, { warning }));
      const result = await store.write(series, next, { events });
      if (result.kind === 'ok') return result.written;
    }
    throw new LivestreamError('conflict', `Series ${id} is being changed by someone else. Try again.`);
  }

  async #reconcileOnce(series: Series, now: number): Promise<Series> {
    const warnings = new WarningList(series);
    const { skip, fingerprint, missing: unknown } = await this.#deps.calendars.of(series);
    const fitted = { fittedRevision: series.revision, fittedCalendars: fingerprint };
    const isChanged = series.fittedRevision !== series.revision || (series.fittedCalendars ?? '') !== fingerprint;
    const from = isChanged ? now : Math.min(now, series.coveredUntil);
    const wanted = this.#wanted(series, from, now, { warnings, skip });
    for (const name of unknown) warnings.calendarMissing(name);
    if (!wanted) return { ...series, ...fitted, warnings: warnings.list() };
    // End the series it continues first: the two would overlap.
    if (isChanged && series.follows !== undefined) await this.#endFormer(series.follows);
    if (isChanged) await this.#adapt(series, now, { warnings, skip });
    else warnings.carry(series.warnings, wallToText(wallAt(now, series.timezone)));
    const slots = await slotsOf(series, wanted.occurrences, this.#deps.broadcasts);
    const missing = slots.filter(({ broadcast }) => broadcast === null);
    for (let i = 0; i < missing.length; i += CHUNK) await this.#create(series, missing.slice(i, i + CHUNK), warnings);
    return {
      ...series,
      ...fitted,
      coveredUntil: wanted.until,
      warnings: warnings.list(),
    };
  }

  /** The wanted occurrences: everything up to the horizon, and at least the next few; null: the rule fails. */
  #wanted(series: Series, from: number, now: number, { warnings, skip }: Round) {
    try {
      const near = expand(series, from, now + HORIZON_MS, MAX_AHEAD, skip).occurrences;
      const last = near.length === MAX_AHEAD ? near.at(-1) : undefined;
      const until = last ? last.startAt : now + HORIZON_MS;
      const occurrences = near.length < MIN_AHEAD ? nextOf(series, from, skip) : near;
      return { occurrences, until };
    } catch (error) {
      warnings.ruleFails(error);
      return null;
    }
  }

  async #create(series: Series, slots: OccurrenceSlot[], warnings: WarningList): Promise<void> {
    const { scheduler, open } = this.#deps;
    const by = actorOf(series.id);
    const planOf = ({ id, occurrence }: OccurrenceSlot) => ({
      ...{ id, seriesId: series.id },
      wanted: wantedBroadcast(series, occurrence, open),
    });
    try {
      await scheduler.scheduleChecked(slots.map(planOf), { by });
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    // One overlaps, or someone else just created it. Try them one by one, so that only that one fails.
    for (const place of slots) {
      try {
        await scheduler.scheduleChecked([planOf(place)], { by });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (error.code !== 'conflict') warnings.refused('not_created', place.occurrence.local, error);
      }
    }
  }

  /** Cancels what the rule no longer produces, and updates the rest. */
  async #adapt(series: Series, now: number, { warnings, skip }: Round): Promise<void> {
    const existing = await this.#untouched(series, now);
    const last = Math.max(now, ...existing.map(({ startAt }) => startAt));
    const produced = expand(series, now - SLACK_MS, last + SLACK_MS, Number.POSITIVE_INFINITY, skip).occurrences;
    const byLocal = new Map(produced.map((occurrence) => [occurrence.local, occurrence]));
    const moves: { broadcast: Broadcast; occurrence: Occurrence }[] = [];
    for (const broadcast of existing) {
      const occurrence = byLocal.get(localOfBroadcastId(broadcast.id) ?? '');
      if (!occurrence) await this.#ifItMay(() => this.#deps.scheduler.cancel(broadcast.id, this.#by(series)));
      else if (occurrence.startAt > now) moves.push({ broadcast, occurrence });
      else warnings.tooLate(occurrence.local);
    }
    await this.#move(series, moves, warnings);
  }

  /** Runs only once: the record stores that it was done. */
  async #endFormer(id: string): Promise<void> {
    const former = await this.#deps.store.get(id, true);
    if (former && former.fittedRevision !== former.revision) await this.reconcile(id);
  }

  /** A series that moves can overlap itself: retry rejected changes as long as that makes progress. */
  async #move(
    series: Series,
    moves: { broadcast: Broadcast; occurrence: Occurrence }[],
    warnings: WarningList,
  ): Promise<void> {
    const { scheduler, open } = this.#deps;
    let left = moves;
    for (;;) {
      const refused: { move: (typeof moves)[number]; error: LivestreamError }[] = [];
      for (const move of left) {
        const change = changeTo(move.broadcast, wantedBroadcast(series, move.occurrence, open), open);
        if (!change) continue;
        const error = await this.#ifItMay(() => scheduler.change(move.broadcast.id, change, this.#by(series)));
        if (error) refused.push({ move, error });
      }
      if (refused.length === 0) return;
      if (refused.length === left.length) {
        for (const { move, error } of refused) warnings.refused('not_changed', move.occurrence.local, error);
        return;
      }
      left = refused.map(({ move }) => move).reverse();
    }
  }

  /** Scheduled, upcoming, and never edited by a person. */
  async #untouched(series: Series, now: number): Promise<Broadcast[]> {
    const all = await this.#scheduled(series.id, now);
    const untouched: Broadcast[] = [];
    for (const broadcast of all) {
      const history = await this.#deps.broadcasts.history(broadcast.id);
      if (!changedByHand(history, series.id)) untouched.push(broadcast);
    }
    return untouched;
  }

  async #scheduled(seriesId: string, now: number): Promise<Broadcast[]> {
    const found: Broadcast[] = [];
    let cursor: string | null | undefined;
    do {
      const query = { seriesId, from: now + 1, status: ['scheduled' as const], limit: 1_000 };
      const page = await this.#deps.scheduler.list({ ...query, ...(cursor ? { cursor } : {}) });
      found.push(...page.broadcasts);
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  async #finishDeletion(series: Series): Promise<void> {
    const { scheduler, store, clock } = this.#deps;
    const { by = 'series', keepOccurrences = false } = series.deletion ?? {};
    const now = Math.floor(clock.now());
    for (const { id } of keepOccurrences ? [] : await this.#scheduled(series.id, now)) {
      await this.#ifItMay(() => scheduler.cancel(id, { by }));
    }
    await store.remove(series, { events: [seriesEvent('deleted', series, now, { by })] });
  }

  #by(series: Series) {
    return { by: actorOf(series.id) };
  }

  /** Runs it and returns the rejection, if any. */
  async #ifItMay(act: () => Promise<unknown>): Promise<LivestreamError | null> {
    try {
      await act();
      return null;
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }
}

function nextOf(series: Series, from: number, skip: SkipCheck): Occurrence[] {
  return expand(series, from, Number.POSITIVE_INFINITY, MIN_AHEAD, skip).occurrences;
}

/** Rejected because of the input or the current state, not because of Redis. */
function isRefusal(error: unknown): error is LivestreamError {
  return error instanceof LivestreamError && error.status < 500;
}

function worthWriting(before: Series, after: Series): boolean {
  return (
    before.fittedRevision !== after.fittedRevision ||
    (before.fittedCalendars ?? '') !== (after.fittedCalendars ?? '') ||
    after.coveredUntil - before.coveredUntil >= HORIZON_STEP_MS ||
    !sameJson(before.warnings, after.warnings)
  );
}
