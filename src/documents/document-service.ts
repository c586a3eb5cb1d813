import type { Broadcast } from '../broadcasts/broadcast.ts';
import { isLimited, isWithin, type Limits } from '../broadcasts/limits.ts';
import type { CalendarService } from '../calendars/calendar-service.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import type { Requester } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import type { SeriesService } from '../series/series-service.ts';
import { broadcastsOf, compareWithStored, type KnownDeps, workOf } from '../sources/known-broadcasts.ts';
import { namesOf, planOf } from '../sources/plan-sync.ts';
import { countsOf, NEW_SOURCE, type PlanItem, type Source, type SyncPlan } from '../sources/source.ts';
import type { SourceService } from '../sources/source-service.ts';
import type { Difference } from '../timetable/compare.ts';
import type { CheckedEvent } from '../timetable/planned-event.ts';
import { accountCheck } from '../validation/account-check.ts';
import { Issues } from '../validation/issues.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { parseApply } from './apply-input.ts';
import { type CheckedDocument, checkDocument } from './document-input.ts';
import type { ApplyPlan } from './document-schema.ts';
import { type Foreign, foreignOf } from './known-externals.ts';
import { applyPlanOf, asSyncPlan, removalsOf, type Work } from './plan-document.ts';
import { keepUsedCalendars, planThings, type Step, type StoredThing } from './plan-things.ts';
import { DocumentRun } from './run-document.ts';
import { storedCalendar, storedSeries, storedSource } from './stored-things.ts';
import { eventsWithin, stepsWithin } from './within-limits.ts';

export interface DocumentDeps extends KnownDeps {
  clock: Clock;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  scheduler: Scheduler;
  series: SeriesService;
  calendars: CalendarService;
  sources: SourceService;
  /** `SECRETS_KEY` is set. */
  sealingAvailable: boolean;
}

interface PlanOptions {
  prune: boolean;
  /** Null: none. */
  limits: Limits | null;
}

/** Applies documents that declare broadcasts, series, calendars and sources. */
export class DocumentService {
  readonly #deps: DocumentDeps;

  constructor(deps: DocumentDeps) {
    this.#deps = deps;
  }

  /**
   * Brings everything that the document names in line with it. With `prune` it also cancels what the document no longer names. It leaves
   * alone what others made.
   * @param limits of the caller's API key: an item outside them is a conflict, and otherwise treated as missing
   * @throws LivestreamError `validation_failed` with every issue and nothing done, `name_taken`, `count_differs`, `source_busy`
   */
  async apply(input: unknown, by: string, limits?: Limits): Promise<ApplyPlan> {
    const { document, dryRun = false, prune = false, expect } = parseApply(input);
    const checked = checkDocument(document, this.#context());
    const { name } = checked;
    const source = await this.#record(name, !dryRun);
    const act = async () => {
      const within = limits && isLimited(limits) ? limits : null;
      const work = await this.#plan(checked, source, { prune, limits: within });
      const plan = applyPlanOf(name, dryRun, work);
      requireExpected(removalsOf(plan, prune), expect);
      return dryRun ? plan : this.#run(work, { prune, by, ...(within && { limits: within }) });
    };
    if (dryRun) return act();
    const done = await this.#deps.sources.store.alone(name, act);
    if (done) return done.result;
    throw new LivestreamError('source_busy', `The document ${name} is already being applied. Try again in a moment.`);
  }

  /** A document is stored as a source of its own kind. */
  async #record(name: string, isMade: boolean): Promise<Source> {
    const { sources, clock } = this.#deps;
    const known = await sources.store.get(name);
    if (known) {
      if (known.kind === 'document') return known;
      const detail = `There is already a source ${name}, and sources and documents share names. Give the document another name.`;
      throw new LivestreamError('name_taken', detail);
    }
    const now = Math.floor(clock.now());
    const made: Source = {
      ...{ ...NEW_SOURCE, name, kind: 'document', every: 'P1D', brake: 1, createdAt: now, updatedAt: now },
    };
    if (isMade) await sources.store.create(made);
    return made;
  }

  async #plan(checked: CheckedDocument, source: Source, { prune, limits }: PlanOptions): Promise<Work> {
    const stored = await this.#stored();
    const { name } = checked;
    const all = keepUsedCalendars(planThings(checked.things, stored, { document: name, prune }), stored, prune);
    const steps = limits ? stepsWithin(limits, all) : all;
    const issues = new Issues();
    requireCalendars(checked, steps, stored, issues);
    const { plan, differences } = await this.#planBroadcasts(checked, { source, prune, limits, steps });
    requireKeys(checked, { steps, differences }, issues);
    issues.throwIfAny();
    return { source, broadcasts: plan, differences, steps };
  }

  async #stored(): Promise<StoredThing[]> {
    const { series, calendars, sources } = this.#deps;
    const [all, days, followed] = await Promise.all([series.all(), calendars.list(), sources.store.list()]);
    return [...all.map(storedSeries), ...days.map(storedCalendar), ...followed.map(storedSource)];
  }

  async #planBroadcasts(
    { name, broadcasts: checked }: CheckedDocument,
    { source, prune, limits, steps }: PlanOptions & { source: Source; steps: readonly Step[] },
  ): Promise<{ plan: SyncPlan; differences: Difference[] }> {
    const now = Math.floor(this.#deps.clock.now());
    const made = await broadcastsOf(this.#deps, name, now);
    // An item the key cannot see keeps the name from the document, so that no answer reveals more about it.
    const seen = limits ? made.filter((one) => isWithin(limits, one)) : made;
    const named = new Map(seen.map(({ id, externalId }) => [`${name}:${id}`, externalId]));
    const resolved = checked.events.map((event) => byId(event, named));
    const { events, refused, ours } = this.#within(resolved, made, { document: name, limits });
    const known = new Set(ours.map(({ externalId }) => externalId));
    const unmatched = events.filter(({ externalId }) => !known.has(externalId));
    const foreign = await foreignOf(this.#deps, { document: name, limits }, unmatched);
    const foreignEvents = new Set(foreign.map(({ event }) => event));
    const reading = { ...checked, events: events.filter((event) => !foreignEvents.has(event)) };
    // The broadcasts of a series in this document move or end with the series.
    const moving = new Set(steps.filter((step) => isMoving(step, prune)).map(({ stored }) => stored?.id));
    const isAside = ({ seriesId }: Broadcast) => seriesId !== null && moving.has(seriesId);
    const { comparison, others } = await compareWithStored(this.#deps, reading, ours, { now, isAside });
    const plan = planOf({
      ...{ source, prune, checked: reading, isEmpty: false, comparison, coming: Number.MAX_SAFE_INTEGER },
      nameOf: namesOf([...ours, ...others], limits),
    });
    return { plan: withForeign(plan, foreign, refused), differences: workOf(comparison, prune) };
  }

  #within(
    events: CheckedEvent[],
    ours: Broadcast[],
    { document, limits }: { document: string; limits: Limits | null },
  ) {
    if (!limits) return { events, refused: [], ours };
    const { accounts } = this.#deps;
    return eventsWithin(limits, { document, events, ours, accountOf: (account) => accounts.resolve(account).name });
  }

  async #run(work: Work, order: { prune: boolean } & Requester): Promise<ApplyPlan> {
    const { store } = this.#deps.sources;
    const { name } = work.source;
    const note = (done: number, total: number) => void store.writeProgress(name, done, total).catch(() => {});
    const done = await new DocumentRun(this.#deps, { ...order, work, note }).run();
    const plan = applyPlanOf(name, false, done);
    const now = Math.floor(this.#deps.clock.now());
    const { counts } = plan;
    await store.writePlan(name, asSyncPlan(plan));
    const state = { ...(await store.state(name)), triedAt: now, readAt: now, problem: null, braked: false, counts };
    await store.writeState(name, state);
    const data = { name, by: order.by, counts, braked: false, reason: null };
    await store.addEvent({ type: 'source.synced', timestamp: new Date(now).toISOString(), data });
    return plan;
  }

  #context() {
    const { clock, series, calendars, sources, accounts, sealingAvailable } = this.#deps;
    return {
      ...{ now: Math.floor(clock.now()), series, calendars, sources, sealingAvailable },
      accountIssue: accountCheck(accounts),
      defaultAccount: () => accounts.resolve(null).name,
    };
  }
}

/** An export under another name refers to a broadcast by its id. @param ours external ids by that name */
function byId(event: CheckedEvent, ours: ReadonlyMap<string, string | null>): CheckedEvent {
  const externalId = ours.get(event.externalId) ?? null;
  if (event.plan === null || externalId === null) return event;
  return { ...event, externalId, plan: { ...event.plan, externalId } };
}

function isMoving({ type, state }: Step, prune: boolean): boolean {
  return type === 'series' && (state === 'changed' || (state === 'vanished' && prune));
}

function withForeign(plan: SyncPlan, foreign: readonly Foreign[], refused: readonly PlanItem[]): SyncPlan {
  const of = (state: Foreign['state']) => foreign.filter((one) => one.state === state).map(({ item }) => item);
  const lists = {
    ...plan,
    kept: [...plan.kept, ...of('kept')],
    conflicting: [...plan.conflicting, ...of('conflicting'), ...refused],
  };
  return { ...lists, counts: countsOf(lists, plan.counts.unchanged + of('unchanged').length) };
}

function requireExpected(removals: number, expect: number | undefined): void {
  if (expect === undefined || expect === removals) return;
  const detail = `It would cancel or remove ${removals}, not ${expect}. Nothing was done; check the plan again.`;
  throw new LivestreamError('count_differs', detail, { extra: { matched: removals } });
}

/** A series can skip existing calendars and those of the document. */
function requireCalendars(
  { things, pathOf: placeOf }: CheckedDocument,
  steps: readonly Step[],
  stored: readonly StoredThing[],
  issues: Issues,
): void {
  const calendars = new Set([...stored, ...things].filter(({ type }) => type === 'calendar').map(nameOf));
  for (const { type, name, wanted, stored: one } of steps) {
    if (type !== 'series' || !wanted) continue;
    const known = (one?.is['skipCalendars'] ?? []) as string[];
    const named = (wanted.want['skipCalendars'] ?? []) as string[];
    const missing = named.filter((calendar) => !calendars.has(calendar) && !known.includes(calendar));
    if (missing.length === 0) continue;
    const message = `must name calendars of the document or of /v1/calendars; there is no ${missing.join(', ')}`;
    issues.add('skipCalendars', message, placeOf.get(`series ${name}`));
  }
}

function nameOf(one: { id: string } | { name: string }): string {
  return 'id' in one ? one.id : one.name;
}

/** A stream key is required if there is none yet, or if another destination is to be written. */
function requireKeys(
  { pathOf: placeOf, keyless }: CheckedDocument,
  { steps, differences }: { steps: readonly Step[]; differences: readonly Difference[] },
  issues: Issues,
): void {
  const writes = [
    ...steps
      .filter(({ state, change }) => state === 'new' || (change && 'destination' in change))
      .map(({ type, name }) => `${type} ${name}`),
    ...differences
      .filter(({ state, change }) => state === 'new' || (change && 'destination' in change))
      .map(({ event }) => `broadcast ${event?.externalId}`),
  ];
  for (const key of writes) {
    const place = placeOf.get(key);
    if (place === undefined || !keyless.has(place)) continue;
    issues.add('destination.streamKey', 'must be given: exported files have no stream keys', place);
  }
}
