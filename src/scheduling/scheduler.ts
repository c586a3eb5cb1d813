import type { Cluster, Redis } from 'ioredis';
import { broadcastAudit } from '../broadcasts/audit-entry.ts';
import type { Broadcast, BroadcastSource } from '../broadcasts/broadcast.ts';
import { created, type Decision, type HistoryEntry } from '../broadcasts/decision.ts';
import { isWithin, type Limits } from '../broadcasts/limits.ts';
import type { Pause } from '../broadcasts/pause.ts';
import type { ListQuery } from '../broadcasts/store/listing.ts';
import { listRecords } from '../broadcasts/store/listing-of-shards.ts';
import { allMatches, matchesAmong } from '../broadcasts/store/matches.ts';
import type { CommitResult, Records } from '../broadcasts/store/store.ts';
import { LivestreamError } from '../errors.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import { type BulkRequest, MAX_BULK, parseBulk } from '../validation/bulk-schema.ts';
import type { NewBroadcast } from '../validation/input-types.ts';
import type { BroadcastWriter } from './broadcast-writer.ts';
import {
  type BulkAnswer,
  type BulkMatches,
  type Decide,
  isComplete,
  type Outcome,
  requireExpected,
  runBulk,
  tooMany,
} from './bulk.ts';
import { BulkOnce, type Matched, outcomeOf } from './bulk-once.ts';
import { changeTogether } from './change-together.ts';
import { CommandDecisions, type CommandDeps } from './command-decisions.ts';
import { DryRun } from './dry-run.ts';
import { firstAnswer } from './idempotency.ts';
import { movesInterval } from './moves-interval.ts';
import { noBroadcast } from './no-broadcast.ts';
import { overlapError } from './overlap-error.ts';
import type { Pauses } from './pauses.ts';
import { type ChangeOptions, type IdempotencyKey, type Requester, requireRevision } from './requester.ts';
import { requireInside, requireSeen } from './within-limits.ts';

export interface SchedulerDeps extends CommandDeps {
  redis: Redis | Cluster;
  store: Records;
  writer: BroadcastWriter;
  /** Default: no pauses. */
  pauses?: Pick<Pauses, 'list'>;
  /** Default: no tracing. */
  tracing?: Tracing;
}

/**
 * The commands behind the API, `up` and the library. Each checks its input, decides by a pure rule, and writes in one step.
 * Inputs are unvalidated JSON values. Every method throws only `LivestreamError`: `validation_failed` with all errors at once
 * and nothing stored, `not_found`, `overlap`, `too_late`, `redis_unavailable` …
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #decisions: CommandDecisions;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#decisions = new CommandDecisions(deps);
  }

  async schedule(
    input: unknown,
    options: Requester & { idempotency?: IdempotencyKey },
  ): Promise<{ broadcast: Broadcast; replayed: boolean }> {
    const { broadcasts, replayed } = await this.#createOnce(options, () => [this.#decisions.newBroadcast(input)]);
    return { broadcast: broadcasts[0] as Broadcast, replayed };
  }

  /** `input` is `{broadcasts: [...]}`, up to 1,000: all or nothing. */
  async scheduleBatch(
    input: unknown,
    options: Requester & { idempotency?: IdempotencyKey },
  ): Promise<{ broadcasts: Broadcast[]; replayed: boolean }> {
    return this.#createOnce(options, () => this.#decisions.newBroadcasts(input));
  }

  /** Stores validated broadcasts (from series and sources): all or nothing. Callers may choose the ids. */
  async scheduleChecked(
    plans: { wanted: NewBroadcast; id?: string; seriesId?: string; source?: BroadcastSource }[],
    options: Requester,
  ): Promise<Broadcast[]> {
    const built = plans.map(({ wanted, id, seriesId, source }) => ({
      ...this.#decisions.build(wanted),
      ...(id ? { id } : {}),
      seriesId: seriesId ?? null,
      source: source ?? null,
    }));
    return (await this.#create(built, options)).broadcasts;
  }

  /** The broadcast that `schedule` would store. Stores nothing, and skips the overlap check. */
  draft(input: unknown): Broadcast {
    return this.#decisions.newBroadcast(input);
  }

  async get(id: string, limits?: Limits): Promise<Broadcast> {
    const broadcast = await this.#deps.store.get(id);
    requireSeen(broadcast, limits, () => noBroadcast(id));
    return broadcast;
  }

  list(query: ListQuery): Promise<{ broadcasts: Broadcast[]; nextCursor: string | null }> {
    return listRecords(this.#deps.redis, this.#deps.store, query);
  }

  async pauses(): Promise<readonly Pause[]> {
    return (await this.#deps.pauses?.list()) ?? [];
  }

  async history(id: string, limits?: Limits): Promise<HistoryEntry[]> {
    await this.get(id, limits);
    return this.#deps.store.history(id);
  }

  /** PATCH semantics: changes only the given fields; null clears a field that may be empty. */
  change(id: string, input: unknown, options: ChangeOptions): Promise<Broadcast> {
    const decide = this.#decisions.change(() => input, options.by);
    return this.#modify('change', id, options, decide);
  }

  /** Like `change` for several broadcasts in one step, all or none, so that they can swap times. */
  changeTogether(changes: { id: string; input: unknown; ifRevision: number }[], { by }: { by: string }): Promise<void> {
    const decided = changes.map(({ input, ...one }) => {
      const change = this.#decisions.change(() => input, by);
      const decide: Decide = (snapshot) => {
        const decision = change(snapshot);
        return decision && this.#withRequest(decision);
      };
      return { ...one, decide };
    });
    return changeTogether(this.#deps, decided, by);
  }

  cancel(id: string, options: ChangeOptions): Promise<Broadcast> {
    return this.#modify('cancel', id, options, this.#decisions.command('cancel', options.by));
  }

  start(id: string, options: ChangeOptions): Promise<Broadcast> {
    return this.#modify('start', id, options, this.#decisions.command('start', options.by));
  }

  stop(id: string, options: ChangeOptions): Promise<Broadcast> {
    return this.#modify('stop', id, options, this.#decisions.command('stop', options.by));
  }

  retry(id: string, options: ChangeOptions): Promise<Broadcast> {
    return this.#modify('retry', id, options, this.#decisions.command('retry', options.by));
  }

  /**
   * One action on many broadcasts: each separately, in the order in which most succeed. A dry run decides the same and writes nothing.
   * Throws `validation_failed`, `too_many_matches` or `count_differs` before it changes anything. With an idempotency key, a repeated
   * request gets the first answer, or continues where the first one ended; a dry run needs no key.
   */
  async bulk(
    input: unknown,
    { idempotency, ...options }: Requester & { idempotency?: IdempotencyKey | undefined },
  ): Promise<{ answer: BulkAnswer; replayed: boolean }> {
    const request = parseBulk(input);
    const { redis, store } = this.#deps;
    const once = idempotency && !request.dryRun ? new BulkOnce(redis, store, idempotency) : null;
    const known = (await once?.known()) ?? null;
    if (known && 'answer' in known) return { answer: known.answer, replayed: true };
    const matched = await this.#matchingOnce(request, options.limits, once, known?.matched);
    const answer = await this.#runBulk(request, matched, options, once);
    await once?.finish(answer, isComplete(answer));
    return { answer, replayed: false };
  }

  #runBulk(request: BulkRequest, matched: BulkMatches, options: Requester, once: BulkOnce | null): Promise<BulkAnswer> {
    const dryRun = new DryRun({
      ...this.#deps,
      overlapError: (overlap, after) => this.#overlap(overlap, [after], options.limits),
    });
    const apply = (id: string, decide: Decide): Promise<Outcome> => {
      if (request.dryRun) return dryRun.apply(id, decide);
      const update = () => this.#update(request.action, id, options, decide, once);
      return once ? once.apply(id, update) : update();
    };
    return runBulk({ request, ...matched, decide: this.#decisions.bulk(request, options.by), apply });
  }

  /** The current matches; for a repeated request, the first ones. */
  async #matchingOnce(
    request: BulkRequest,
    limits: Limits | undefined,
    once: BulkOnce | null,
    first: Matched | undefined,
  ): Promise<BulkMatches> {
    let matched = first;
    if (!matched) {
      const now = await this.#matching(request, limits);
      requireExpected(request, now.found.length);
      if (!once) return now;
      matched = await once.begin({ ids: now.found.map(({ id }) => id), missing: now.missing });
    }
    return { found: await this.#deps.store.getMany(matched.ids), missing: matched.missing };
  }

  async #matching({ ids, filter: asked }: BulkRequest, limits: Limits | undefined): Promise<BulkMatches> {
    const filter = limits ? { ...asked, limits } : asked;
    if (ids !== null) return matchesAmong(this.#deps, ids, filter);
    const found = await allMatches(this.#deps, filter, MAX_BULK);
    if (found === null) throw tooMany();
    return { found, missing: [] };
  }

  /**
   * A repeated request gets the first answer before its input is checked: input that was valid then (`startAt` in the future)
   * may be invalid now. The commit checks the key again, in case two come at once.
   */
  async #createOnce(
    options: Requester & { idempotency?: IdempotencyKey },
    build: () => Broadcast[],
  ): Promise<{ broadcasts: Broadcast[]; replayed: boolean }> {
    const known = options.idempotency && (await this.#deps.store.replay(options.idempotency.key));
    if (known) return { broadcasts: firstAnswer(known, options.idempotency), replayed: true };
    return this.#create(build(), options);
  }

  async #create(
    broadcasts: Broadcast[],
    { by, requestId, limits, idempotency }: Requester & { idempotency?: IdempotencyKey },
  ): Promise<{ broadcasts: Broadcast[]; replayed: boolean }> {
    requireInside(broadcasts, limits);
    const writes = broadcasts.map((broadcast) => {
      const decision = this.#withRequest(created(broadcast, by), requestId);
      return { before: null, decision, checkOverlap: true };
    });
    const answer = idempotency ? JSON.stringify(broadcasts.map((broadcast) => ({ ...broadcast, version: 1 }))) : '';
    const audit = broadcasts.flatMap((broadcast) => broadcastAudit('create', by, null, broadcast) ?? []);
    const result = await this.#deps.writer.apply(writes, {
      audit,
      ...(idempotency ? { idempotency: { ...idempotency, answer } } : {}),
    });
    if (result.kind === 'replay') return { broadcasts: firstAnswer(result, idempotency), replayed: true };
    if (result.kind === 'overlap') throw await this.#overlap(result, broadcasts, limits);
    if (result.kind !== 'ok') throw new LivestreamError('conflict', 'a broadcast with this id exists already');
    return { broadcasts: result.written, replayed: false };
  }

  async #modify(command: string, id: string, options: ChangeOptions, decide: Decide): Promise<Broadcast> {
    // `after` is a whole record here: only an action done once can return less.
    return (await this.#update(command, id, options, decide)).after as Broadcast;
  }

  /** Reads, decides and writes, and retries when another process wrote in between. */
  async #update(
    command: string,
    id: string,
    options: ChangeOptions,
    decide: Decide,
    once: BulkOnce | null = null,
  ): Promise<Outcome> {
    const redecide: Decide = (snapshot) => {
      requireSeen(snapshot.broadcast, options.limits, () => noBroadcast(id));
      requireRevision('Broadcast', snapshot.broadcast, options.ifRevision);
      if (options.unlessOnAir) requireOffAir(snapshot.broadcast);
      const decision = decide(snapshot);
      if (decision) requireInside([decision.next], options.limits);
      return decision && this.#withRequest(decision, options.requestId);
    };
    const result = await this.#deps.writer.update(id, redecide, {
      checkOverlap: movesInterval,
      audit: (before, next) => broadcastAudit(command, options.by, before, next),
      ...(once ? { idempotency: (before, after) => once.mark({ before, after }) } : {}),
    });
    if (result.kind === 'ok') return result;
    if (result.kind === 'replay') return outcomeOf(id, result.answer);
    if (result.kind === 'unchanged') return { before: result.broadcast, after: result.broadcast };
    if (result.kind === 'missing') throw noBroadcast(id);
    if (result.kind === 'overlap') throw await this.#overlap(result, [result.next], options.limits);
    throw new LivestreamError('conflict', `broadcast ${id} is being changed by others all the time; try again`);
  }

  /** A key never sees the id of a broadcast outside its limits. */
  async #overlap(
    result: Extract<CommitResult, { kind: 'overlap' }>,
    broadcasts: readonly Broadcast[],
    limits: Limits | undefined,
  ): Promise<LivestreamError> {
    const isOwn = broadcasts.some(({ id }) => id === result.otherId);
    const [other] = limits && !isOwn ? await this.#deps.store.getMany([result.otherId]) : [];
    return overlapError(result, broadcasts, limits && other ? isWithin(limits, other) : true);
  }

  /** Adds the request to every history line of the decision, and its trace to the record. */
  #withRequest({ next, ...decision }: Decision, requestId?: string): Decision {
    const traceparent = (this.#deps.tracing ?? NO_TRACING).traceparent();
    const history = decision.history.map((entry) => (requestId === undefined ? entry : { ...entry, requestId }));
    return { ...decision, history, next: traceparent || next.traceparent ? { ...next, traceparent } : next };
  }
}

/** Checks the latest state: a broadcast that has gone on air since the first read stays on air. */
function requireOffAir({ id, status, inFlight, mayBeOn }: Broadcast): void {
  if (status !== 'live' && status !== 'stopping' && inFlight === null && !mayBeOn) return;
  throw new LivestreamError('too_late', `Broadcast ${id} is on air, or about to be.`);
}
