import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { Keys } from '../broadcasts/store/keys.ts';
import type { Clock } from '../clock.ts';
import { LivestreamError } from '../errors.ts';
import { type FilePolicy, fetchFile } from '../outbound/fetch-file.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import { askHistoryOf, type Comparison, compareEvents, type Difference } from '../timetable/compare.ts';
import { accountCheck } from '../validation/account-check.ts';
import type { Declared } from '../validation/declared.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { broadcastsOf, handsOf, type KnownDeps, othersOf, viewOf } from './known-broadcasts.ts';
import type { Refusals } from './plan-sync.ts';
import { namesOf, planOf, withRefusals } from './plan-sync.ts';
import { readSource } from './read-source.ts';
import { SyncRun } from './run-sync.ts';
import { emptyPlan, type Source, type SourceState, type SyncPlan } from './source.ts';
import { parseNewSource, parseSourceChange, parseSync, type SyncRequest } from './source-input.ts';
import { SourceStore } from './source-store.ts';

export interface SourceServiceDeps extends KnownDeps {
  keys: Keys;
  clock: Clock;
  accounts: Pick<AccountDirectory, 'resolve' | 'names'>;
  alerts: Pick<AlertStore, 'raiseInstallationAlert' | 'resolve'>;
  scheduler: Scheduler;
  files: FilePolicy;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** 10,000 events with an invitation in each have some 20 MB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_SOURCES = 1_000;
/** A source that could not be read for this long raises an alert, ms. */
const SILENT_MS = 86_400_000;

/** The file of a source. `isPart`: it broke off, so that it cannot be trusted; else the source is away. */
type Found =
  | { kind: 'file'; content: Uint8Array; version: SourceState['version'] }
  | { kind: 'failed'; reason: string; isPart: boolean };

interface Planned {
  plan: SyncPlan;
  work: Difference[];
  comparison: Comparison | null;
}

/** Commands of people on sources, and their syncs (contract section 6). */
export class SourceService {
  readonly #deps: SourceServiceDeps;
  readonly store: SourceStore;

  constructor(deps: SourceServiceDeps) {
    this.#deps = deps;
    this.store = new SourceStore(deps.redis, deps.keys);
  }

  /** @throws LivestreamError `validation_failed`, `name_taken` */
  async create(input: unknown, declared?: Declared): Promise<Source> {
    const source = { ...this.check(input), ...(declared && { declared }) };
    if ((await this.store.count()) >= MAX_SOURCES)
      throw new LivestreamError('validation_failed', `There are ${MAX_SOURCES} sources already. Remove one first.`);
    if (!(await this.store.create(source)))
      throw new LivestreamError(
        'name_taken',
        `There is a source ${source.name} already. Change it, or take another name.`,
      );
    return source;
  }

  /** What a new source would be, without storing it. @throws LivestreamError `validation_failed` with every issue */
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
    // Nobody follows it now, and that is what a person asked for.
    if (next.paused && !source.paused) await this.#deps.alerts.resolve(alertKey(source));
    return next;
  }

  /** Its broadcasts stay. @throws LivestreamError `not_found` */
  async remove(name: string): Promise<Source> {
    const source = await this.get(name);
    await this.store.remove(name);
    await this.#deps.alerts.resolve(alertKey(source));
    return source;
  }

  /** What a sync would do now. @throws LivestreamError `not_found`, `source_unavailable`, `validation_failed` */
  async plan(name: string): Promise<SyncPlan> {
    const source = await this.#followed(name);
    const found = await this.#contentOf(source, {});
    if (found.kind === 'failed' && !found.isPart) throw unavailable(source, found.reason);
    return (await this.#plan(source, found, source.prune)).plan;
  }

  /** What the last sync did. @throws LivestreamError `not_found`, also before the first sync */
  async lastPlan(name: string): Promise<SyncPlan> {
    await this.get(name);
    const plan = await this.store.lastPlan(name);
    if (!plan) throw new LivestreamError('not_found', `Source ${name} has not been synced yet.`);
    return plan;
  }

  /**
   * One sync by hand.
   * @throws LivestreamError `validation_failed`, `not_found`, `source_unavailable`, `source_busy`
   */
  async sync(name: string, input: unknown, by: string): Promise<SyncPlan> {
    const request = parseSync(input);
    const source = await this.#followed(name);
    const done = await this.store.alone(name, () => this.#sync(source, request, by));
    if (done === null)
      throw new LivestreamError('source_busy', `A sync of source ${name} is running. Try again in a moment.`);
    return done.result;
  }

  /** A sync that failed for a reason of ours waits for its next time, too. */
  async noteTried(name: string, problem: string): Promise<void> {
    const state = await this.store.state(name);
    await this.store.writeState(name, {
      ...state,
      triedAt: Math.floor(this.#deps.clock.now()),
      problem: state.problem ?? problem,
    });
  }

  /** When the source is synced next by itself, ms; null: never. */
  static nextAt({ url, paused, createdAt }: Source, { triedAt }: SourceState, everyMs: number): number | null {
    if (url === null || paused) return null;
    return triedAt === null ? createdAt : triedAt + everyMs;
  }

  /** What is applied from a file has nothing to read here. */
  async #followed(name: string): Promise<Source> {
    const source = await this.get(name);
    if (source.kind !== 'document') return source;
    const detail = `Source ${name} is a document: change its file, and run "livestream apply -f FILE".`;
    throw new LivestreamError('validation_failed', detail);
  }

  async #sync(source: Source, request: SyncRequest, by: string): Promise<SyncPlan> {
    const found = await this.#contentOf(source, request);
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

  async #contentOf(source: Source, { content, encoding }: SyncRequest): Promise<Found> {
    if (content !== undefined)
      return { kind: 'file', content: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'), version: null };
    const { name, url } = source;
    const last = await this.store.lastFile(name);
    if (url === null) {
      if (last) return { kind: 'file', content: last, version: null };
      const detail = `Source ${name} has no url: give it a file with "livestream import FILE --source ${name}".`;
      throw new LivestreamError('validation_failed', detail);
    }
    const { version } = last ? await this.store.state(name) : { version: null };
    const { clock, files } = this.#deps;
    const fetched = await fetchFile(url, { maxBytes: MAX_FILE_BYTES, ...files }, clock, version);
    if (fetched.kind === 'unchanged') return { kind: 'file', content: last as Buffer, version };
    if (fetched.kind === 'failed') return { kind: 'failed', reason: fetched.reason, isPart: fetched.isPart === true };
    return { kind: 'file', content: fetched.body, version: fetched.version };
  }

  async #plan(source: Source, found: Found, prune: boolean): Promise<Planned> {
    const nothing = (reason: string) => ({ plan: emptyPlan(reason), work: [], comparison: null });
    if (found.kind === 'failed') return nothing(`the file broke off: ${found.reason}`);
    const now = Math.floor(this.#deps.clock.now());
    const reading = readSource(source, found.content, now, accountCheck(this.#deps.accounts));
    if (reading.kind === 'unreadable') return nothing(reading.reason);
    const { checked, isEmpty } = reading;
    const ours = await broadcastsOf(this.#deps, source.name, now);
    const ids = new Set(ours.map(({ id }) => id));
    // Which of a spreadsheet's broadcasts a row meant cannot be told when the row cannot be read.
    const vanishes = source.kind === 'ics' || checked.issues.length === 0;
    const options = { now, ...(vanishes && { isOurs: ({ id }: { id: string }) => ids.has(id) }) };
    const own = ours.map(viewOf);
    const first = compareEvents(checked, own, options);
    const others = await othersOf(this.#deps, first, ids);
    const stored = [...own, ...others.map((one) => ({ ...viewOf(one), externalId: null }))];
    const hands = await handsOf(this.#deps, askHistoryOf(first));
    const comparison = compareEvents(checked, stored, { ...options, hands });
    const coming = ours.filter(({ status, startAt }) => !FINAL.has(status) && startAt >= now).length;
    const plan = planOf({
      ...{ source, prune, checked, isEmpty, comparison, coming },
      nameOf: namesOf([...ours, ...others]),
    });
    const work = comparison.differences.filter(({ state }) => WORK.has(state) && (state !== 'vanished' || prune));
    return { plan, work, comparison };
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
    const isOwn = request.content === undefined || source.url === null;
    const content = found.kind === 'file' && isUsed ? found.content : null;
    const hash = content && createHash('sha256').update(content).digest('hex');
    const isNew = hash !== null && hash !== before.hash && isOwn;
    if (content && isNew) await this.store.writeFile(name, content);
    await this.store.writePlan(name, plan);
    await this.store.writeState(name, {
      ...before,
      ...{ triedAt: now, braked: plan.braked, problem: plan.reason, counts: plan.counts },
      ...(isUsed && { readAt: now }),
      ...(isUsed && isOwn && found.kind === 'file' && { version: found.version, hash }),
    });
    await this.#tell(source, plan);
    const { counts, braked, reason } = plan;
    const isWork = counts.new + counts.changed + counts.canceled + counts.vanished > 0 || braked !== before.braked;
    if (isNew || isWork || by !== BY_ITSELF) await this.#addEvent(now, { name, by, counts, braked, reason });
    return plan;
  }

  /** Raises the alert of a braked source, and resolves it when it can be followed again. */
  async #tell(source: Source, { braked, reason }: SyncPlan): Promise<void> {
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
    const advice = `What it last said holds. Check its address: livestream sources show ${source.name}`;
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

const FINAL = new Set(['ended', 'canceled', 'missed', 'failed']);
const WORK = new Set(['new', 'changed', 'canceled', 'vanished']);

function alertKey({ name }: Source): string {
  return `source:${name}`;
}

function unavailable({ name }: Source, reason: string): LivestreamError {
  return new LivestreamError(
    'source_unavailable',
    `Source ${name} cannot be read: ${reason}. What it last said holds.`,
  );
}
