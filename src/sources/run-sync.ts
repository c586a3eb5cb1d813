/** Carries out a sync. Each broadcast is separate, so that one rejection does not block the others. */

import type { Limits } from '../broadcasts/limits.ts';
import { LivestreamError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { Requester } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import type { Difference } from '../timetable/compare.ts';
import { sourceActor } from '../timetable/drift.ts';
import type { NewBroadcast } from '../validation/input-types.ts';
import { plainUid } from './plan-sync.ts';
import type { Source } from './source.ts';

/** New broadcasts stored in one step. If one of them is rejected, they are stored one by one. */
const BATCH = 100;
/** Maximum parallel writes. */
const PARALLEL = 8;
/** A chain of moves, each into the time of the next, needs as many rounds as it is long. */
const MAX_ROUNDS = 50;

type SyncScheduler = Pick<Scheduler, 'scheduleChecked' | 'change' | 'changeTogether' | 'cancel'>;

export class SyncRun {
  readonly #scheduler: SyncScheduler;
  readonly #source: Source;
  readonly #requester: Requester;
  readonly #onDone: (count: number) => void;
  readonly refused = new Map<Difference, LivestreamError>();

  /** @param limits of the caller's API key; omitted: none */
  constructor(scheduler: SyncScheduler, source: Source, onDone: (count: number) => void, limits?: Limits) {
    this.#scheduler = scheduler;
    this.#source = source;
    this.#requester = { by: sourceActor(source.name), ...(limits && { limits }) };
    this.#onDone = onDone;
  }

  /** First what frees its time, then what moves, then what is new. */
  async run(work: readonly Difference[]): Promise<void> {
    const of = (...states: string[]) => work.filter(({ state }) => states.includes(state));
    await inParallel(of('canceled', 'vanished'), PARALLEL, (one) => this.#attempt([one], () => this.#cancel(one)));
    await this.#move(of('changed'));
    const fresh = of('new');
    for (let i = 0; i < fresh.length; i += BATCH) await this.#create(fresh.slice(i, i + BATCH));
  }

  /** A broadcast that moves into the time of another waits until that one has moved, too. */
  async #move(changed: Difference[]): Promise<void> {
    let left = changed;
    for (let round = 0; left.length > 0 && round < MAX_ROUNDS; round += 1) {
      await inParallel(left, PARALLEL, (one) => this.#attempt([one], () => this.#change(one)));
      const blocked = left.filter((one) => this.refused.get(one)?.code === 'overlap');
      if (blocked.length === left.length && !(await this.#exchange(blocked))) return;
      left = blocked.filter((one) => this.refused.has(one));
    }
  }

  /** Moves broadcasts that wait for each other, such as two that swap their times, in one step. Returns whether any moved. */
  async #exchange(blocked: readonly Difference[]): Promise<boolean> {
    let isAny = false;
    for (const circle of circlesOf(blocked, (one) => this.refused.get(one)?.extra['conflictsWith'])) {
      const changes = circle.flatMap(({ stored, change }) =>
        stored ? [{ id: stored.id, input: change, ifRevision: stored.revision }] : [],
      );
      try {
        await this.#scheduler.changeTogether(changes, this.#requester);
        for (const one of circle) this.refused.delete(one);
        isAny = true;
      } catch (error) {
        // The separate rejection of each one says more.
        if (!(error instanceof LivestreamError) || error.status >= 500) throw error;
      }
    }
    return isAny;
  }

  async #create(some: Difference[]): Promise<void> {
    const plans = some.flatMap(({ event }) => (event?.plan ? [this.#planOf(event.plan)] : []));
    const isStored = await this.#attempt(some, () => this.#scheduler.scheduleChecked(plans, this.#requester));
    if (isStored || some.length === 1) return;
    for (const one of some) this.refused.delete(one);
    this.#onDone(-some.length);
    for (const one of some) await this.#create([one]);
  }

  #planOf(wanted: NewBroadcast) {
    const uid = plainUid(this.#source, wanted.externalId ?? '');
    const isZoom = this.#source.kind === 'zoom';
    return { wanted, source: { name: this.#source.name, uid, ...(isZoom && { isZoom }) } };
  }

  async #change({ stored, change }: Difference): Promise<void> {
    if (stored) await this.#scheduler.change(stored.id, change, { ...this.#requester, ifRevision: stored.revision });
  }

  async #cancel({ stored }: Difference): Promise<void> {
    if (!stored) return;
    await this.#scheduler.cancel(stored.id, { ...this.#requester, ifRevision: stored.revision, unlessOnAir: true });
  }

  /** Returns whether it was done. An error that is not about this broadcast, such as a lost Redis, ends the sync. */
  async #attempt(some: Difference[], act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      for (const one of some) this.refused.delete(one);
      return true;
    } catch (error) {
      if (!(error instanceof LivestreamError) || error.status >= 500) throw error;
      for (const one of some) this.refused.set(one, error);
      return false;
    } finally {
      this.#onDone(some.length);
    }
  }
}

/** Differences that block each other in a cycle. @param blockerOf id of the broadcast that one waits for */
function circlesOf(blocked: readonly Difference[], blockerOf: (one: Difference) => unknown): Difference[][] {
  const byId = new Map<unknown, Difference>(blocked.map((one) => [one.stored?.id, one]));
  const seen = new Set<Difference>();
  return blocked.flatMap((first) => {
    const way: Difference[] = [];
    let one: Difference | undefined = first;
    while (one && !seen.has(one)) {
      seen.add(one);
      way.push(one);
      one = byId.get(blockerOf(one));
    }
    const from = one ? way.indexOf(one) : -1;
    return from < 0 ? [] : [way.slice(from)];
  });
}
