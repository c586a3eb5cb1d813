import type { Logger } from 'pino';
import type { AlertStore } from '../alerts/alert-store.ts';
import { isFinal } from '../broadcasts/broadcast.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import { LivestreamError } from '../errors.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import type { Comparison, Difference } from '../timetable/compare.ts';
import { accountCheck } from '../validation/account-check.ts';
import type { Declared } from '../validation/declared.ts';
import { broadcastsOf, compareWithStored, workOf } from './known-broadcasts.ts';
import type { Refusals } from './plan-sync.ts';
import { namesOf, planOf, withRefusals } from './plan-sync.ts';
import { withAccounts } from './read-source.ts';
import { SyncRun } from './run-sync.ts';
import { emptyPlan, isPulled, type Source, type SourceState, type SyncPlan } from './source.ts';
import { type Found, hashOf, SourceContent, type SourceContentDeps } from './source-content.ts';
import { parseNewSource, parseSourceChange, parseSync, type SyncRequest } from './source-input.ts';
import type { SourceReader } from './source-reader.ts';
import { SourceStore } from './source-store.ts';
import { type TouchedSource, touchedSources } from './touched-sources.ts';
import type { KnownMeeting } from './zoom-lists.ts';

export interface SourceServiceDeps extends SourceContentDeps {
  keys: Keys;
  alerts: Pick<AlertStore, 'raiseInstallationAlert' | 'resolve'>;
  scheduler: Scheduler;
  reader: SourceReader;
  logger: Pick<Logger, 'info' | 'warn'>;
}

const MAX_SOURCES = 1_000;
/** A source that could not be read for this long raises an alert, ms. */
const SILENT_MS = 86_400_000;

interface Planned {
  plan: SyncPlan;
  work: Difference[];
  comparison: Comparison | null;
}

/** Commands on sources, and their syncs (contract section 6). */
export class SourceService {
  readonly #deps: SourceServiceDeps;
  readonly #content: SourceContent;
  readonly store: SourceStore;

  constructor(deps: SourceServiceDeps) {
    this.#deps = deps;
    this.store = new SourceStore(deps.redis, deps.keys);
    this.#content = new SourceContent(deps, this.store);
  }

  /** @throws LivestreamError `validation_failed`, `name_taken` */
  async create(input: unknown, declared?: Declared): Promise<Source> {
    const source = { ...this.check(input), ...(declared && { declared }) };
    if ((await this.store.count()) >= MAX_SOURCES)
      throw new LivestreamError('validation_failed', `There are ${MAX_SOURCES} sources already. Remove one first.`);
    if (!(await this.store.create(source)))
      throw new LivestreamError(
        'name_taken',
        `There is already a source ${source.name}. Change it, or use another name.`,
      );
    return source;
  }

  /** Returns what a new source would be, without storing it. @throws LivestreamError `validation_failed` with every issue */
  check(input: unknown): Source {
    return parseNewSource(input, this.#inputContext());
  }

  /** @throws LivestreamError `not_found` */
  async get(name: string): Promise<Source> {
    const source = await this.store.get(name);
    if (!source) throw new LivestreamError('not_found', `There is no source ${name.slice(0, 100)}.`);
    return source;
  }

  /** @throws LivestreamError `validation_failed`, `not_found`, `conflict` */
  async change(name: string, input: unknown, declared?: Declared): Promise<Source> {
    const source = await this.#followed(name);
    const next = { ...parseSourceChange(input, source, this.#inputContext()), ...(declared && { declared }) };
    if (!(await this.store.replace(source, next)))
      throw new LivestreamError('conflict', `Source ${name} was changed by somebody else at the same time; try again.`);
    if (next.url !== source.url)
      await this.store.writeState(name, { ...(await this.store.state(name)), version: null });
    // It is no longer followed because a person asked for that.
    if (next.paused && !source.paused) await this.#deps.alerts.resolve(alertKey(source));
    return next;
  }

  /** Removes a source; its broadcasts stay. @throws LivestreamError `not_found` */
  async remove(name: string): Promise<Source> {
    const source = await this.get(name);
    await this.store.remove(name);
    await this.#deps.alerts.resolve(alertKey(source));
    return source;
  }

  /** Returns what a sync would do now. @throws LivestreamError `not_found`, `source_unavailable`, `validation_failed` */
  async plan(name: string): Promise<SyncPlan> {
    const source = await this.#followed(name);
    const found = await this.#content.of(source, {});
    if (found.kind === 'failed' && !found.isPart) throw unavailable(source, found.reason);
    return (await this.#plan(source, found, source.prune)).plan;
  }

  /** Returns the result of the last sync. @throws LivestreamError `not_found`, also before the first sync */
  async lastPlan(name: string): Promise<SyncPlan> {
    await this.get(name);
    const plan = await this.store.lastPlan(name);
    if (!plan) throw new LivestreamError('not_found', `Source ${name} has not been synced yet.`);
    return plan;
  }

  /**
   * Runs one sync.
   * @param touched meetings that a Zoom event has just named
   * @throws LivestreamError `validation_failed`, `not_found`, `source_unavailable`, `source_busy`
   */
  async sync(name: string, input: unknown, by: string, touched: readonly KnownMeeting[] = []): Promise<SyncPlan> {
    const request = parseSync(input);
    const source = await this.#followed(name);
    const done = await this.store.alone(name, () => this.#sync(source, request, by, touched));
    if (done === null)
      throw new LivestreamError('source_busy', `A sync of source ${name} is running. Try again in a moment.`);
    return done.result;
  }

  /** See `touchedSources`. */
  touched(): Promise<TouchedSource[]> {
    return touchedSources(this.#deps, this.store);
  }

  /** A sync that failed because of an error here waits for its next time, too. */
  async noteTried(name: string, problem: string): Promise<void> {
    const state = await this.store.state(name);
    await this.store.writeState(name, {
      ...state,
      triedAt: Math.floor(this.#deps.clock.now()),
      problem: state.problem ?? problem,
    });
  }

  /** When the source is synced next, ms; null: never automatically. */
  static nextAt(source: Source, { triedAt }: SourceState, everyMs: number): number | null {
    if (!isPulled(source) || source.paused) return null;
    return triedAt === null ? source.createdAt : triedAt + everyMs;
  }

  /** A document is applied from a file, so there is nothing to read here. */
  async #followed(name: string): Promise<Source> {
    const source = await this.get(name);
    if (source.kind !== 'document') return source;
    const detail = `Source ${name} is a document: change its file, and run "livestream apply -f FILE".`;
    throw new LivestreamError('validation_failed', detail);
  }

  async #sync(source: Source, request: SyncRequest, by: string, touched: readonly KnownMeeting[]): Promise<SyncPlan> {
    const found = await this.#content.of(source, request, touched);
    if (found.kind === 'failed' && !found.isPart) {
      if (!request.dryRun) await this.#noteAway(source, found.reason);
      throw unavailable(source, found.reason);
    }
    const { plan, work, comparison } = await this.#plan(source, found, request.prune ?? source.prune);
    if (request.dryRun) return plan;
    const isUsed = comparison !== null && (!plan.braked || request.force === true);
    if (!isUsed) return this.#finish(source, { plan, found, request, by, isUsed });
    const done = { ...plan, braked: false, reason: null };
    const refused = await this.#run(source, work);
    return this.#finish(source, { plan: withRefusals(done, work, refused), found, request, by, isUsed });
  }

  async #plan(source: Source, found: Found, prune: boolean): Promise<Planned> {
    const nothing = (reason: string) => ({ plan: emptyPlan(reason), work: [], comparison: null });
    if (found.kind === 'failed')
      return nothing(`${source.kind === 'zoom' ? 'the list in Zoom' : 'the file'} was cut off: ${found.reason}`);
    const now = Math.floor(this.#deps.clock.now());
    const reading = await this.#deps.reader.read(source, found.content, now);
    if (reading.kind === 'unreadable') return nothing(reading.reason);
    const { isEmpty } = reading;
    const checked = withAccounts(reading.checked, accountCheck(this.#deps.accounts));
    const ours = await broadcastsOf(this.#deps, source.name, now);
    const { comparison, others } = await compareWithStored(this.#deps, checked, ours, {
      now,
      // If a row of a spreadsheet is unreadable, nobody knows which broadcast it meant.
      vanishes: source.kind !== 'csv' || checked.issues.length === 0,
      isZoom: source.kind === 'zoom',
    });
    const coming = ours.filter((one) => !isFinal(one) && one.startAt >= now).length;
    const plan = planOf({
      ...{ source, prune, checked, isEmpty, comparison, coming },
      nameOf: namesOf([...ours, ...others]),
    });
    return { plan, work: workOf(comparison, prune), comparison };
  }

  async #run(source: Source, work: Difference[]): Promise<Refusals> {
    let done = 0;
    const note = () => void this.store.writeProgress(source.name, done, work.length).catch(() => {});
    const run = new SyncRun(this.#deps.scheduler, source, (count) => {
      done += count;
      note();
    });
    await run.run(work);
    return run.refused;
  }

  async #finish(
    source: Source,
    {
      plan,
      found,
      request,
      by,
      isUsed,
    }: { plan: SyncPlan; found: Found; request: SyncRequest; by: string; isUsed: boolean },
  ): Promise<SyncPlan> {
    const { name } = source;
    const before = await this.store.state(name);
    const now = Math.floor(this.#deps.clock.now());
    const isOwn = request.content === undefined || !isPulled(source);
    const content = found.kind === 'file' && isUsed ? found.content : null;
    const hash = content && hashOf(content);
    const isNew = hash !== null && hash !== before.hash && isOwn;
    if (content && isNew) await this.store.writeFile(name, content);
    await this.store.writePlan(name, plan);
    await this.store.writeState(name, {
      ...before,
      ...{ triedAt: now, braked: plan.braked, problem: plan.reason, counts: plan.counts },
      ...(isUsed && { readAt: now }),
      ...(isUsed && isOwn && found.kind === 'file' && { version: found.version, hash }),
    });
    await this.#updateBrakeAlert(source, plan);
    const { counts, braked, reason } = plan;
    const isWork = counts.new + counts.changed + counts.canceled + counts.vanished > 0 || braked !== before.braked;
    if (isNew || isWork || by !== BY_ITSELF) await this.#addEvent(now, { name, by, counts, braked, reason });
    return plan;
  }

  /** Raises the alert of a source that is held back, and resolves it when the source can be followed again. */
  async #updateBrakeAlert(source: Source, { braked, reason }: SyncPlan): Promise<void> {
    const { alerts, logger } = this.#deps;
    const { name } = source;
    if (!braked) {
      if (await alerts.resolve(alertKey(source))) logger.info({ source: name }, 'the source is followed again');
      return;
    }
    const message = `source ${name} is not followed: ${reason}`;
    const advice = `See what it would do: livestream sources plan ${name}. If it is right: livestream sources sync ${name} --force`;
    logger.warn({ source: name }, message);
    await alerts.raiseInstallationAlert({ code: 'source', key: alertKey(source), message, advice });
  }

  async #noteAway(source: Source, reason: string): Promise<void> {
    const { alerts, clock, logger } = this.#deps;
    const now = Math.floor(clock.now());
    const state = await this.store.state(source.name);
    await this.store.writeState(source.name, { ...state, triedAt: now, problem: reason });
    if (now - (state.readAt ?? source.createdAt) < SILENT_MS) return;
    const message = `source ${source.name} could not be read for a day: ${reason}`;
    const advice = `Its broadcasts stay as they are. Check its address: livestream sources show ${source.name}`;
    logger.warn({ source: source.name }, message);
    await alerts.raiseInstallationAlert({ code: 'source', key: alertKey(source), message, advice });
  }

  async #addEvent(now: number, data: Record<string, unknown>): Promise<void> {
    await this.store.addEvent({ type: 'source.synced', timestamp: new Date(now).toISOString(), data });
  }

  #inputContext() {
    const { clock, files, accounts } = this.#deps;
    return { now: Math.floor(clock.now()), hosts: files.hosts, accountIssue: accountCheck(accounts) };
  }
}

/** Who syncs a source at its interval. */
export const BY_ITSELF = 'schedule';

function alertKey({ name }: Source): string {
  return `source:${name}`;
}

function unavailable({ name }: Source, reason: string): LivestreamError {
  return new LivestreamError(
    'source_unavailable',
    `Source ${name} cannot be read: ${reason}. Its broadcasts stay as they are.`,
  );
}
