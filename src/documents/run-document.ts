/** Carries out the plan for a document. Each item is separate, so that one rejection does not block the others. */

import type { CalendarService } from '../calendars/calendar-service.ts';
import { LivestreamError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Requester } from '../scheduling/requester.ts';
import type { Scheduler } from '../scheduling/scheduler.ts';
import type { SeriesService } from '../series/series-service.ts';
import { withRefusals } from '../sources/plan-sync.ts';
import { SyncRun } from '../sources/run-sync.ts';
import type { SyncPlan } from '../sources/source.ts';
import type { SourceService } from '../sources/source-service.ts';
import type { Declared } from '../validation/declared.ts';
import type { Work } from './plan-document.ts';
import type { Step } from './plan-things.ts';

export interface RunDeps {
  scheduler: Scheduler;
  series: SeriesService;
  calendars: CalendarService;
  sources: SourceService;
}

interface Order extends Requester {
  work: Work;
  prune: boolean;
  note(done: number, total: number): void;
}

const GONE = new Set(['canceled', 'vanished']);
const CONFLICTS = new Set(['overlap', 'name_taken', 'conflict', 'outside_limits']);

export class DocumentRun {
  readonly #deps: RunDeps;
  readonly #order: Order;
  readonly #refused = new Map<Step, LivestreamError>();
  readonly #steps: Step[];
  #done = 0;

  constructor(deps: RunDeps, order: Order) {
    this.#deps = deps;
    this.#order = order;
    const { steps } = order.work;
    this.#steps = steps.filter(
      ({ state }) => ['new', 'changed'].includes(state) || (state === 'vanished' && order.prune),
    );
  }

  /** First what frees its time. An item that another one needs is created before it and removed after it. */
  async run(): Promise<{ broadcasts: SyncPlan; steps: Step[] }> {
    const { broadcasts, differences, source, steps } = this.#order.work;
    const sync = new SyncRun(this.#deps.scheduler, source, (count) => this.#count(count), this.#order.limits);
    await this.#each('series', 'vanished');
    await sync.run(differences.filter(({ state }) => GONE.has(state)));
    await this.#each('calendar', 'new', 'changed');
    await this.#each('source', 'new', 'changed');
    await this.#each('series', 'changed', 'new');
    await sync.run(differences.filter(({ state }) => !GONE.has(state)));
    await this.#each('source', 'vanished');
    await this.#each('calendar', 'vanished');
    return {
      broadcasts: withRefusals(broadcasts, differences, sync.refused),
      steps: steps.map((step) => this.#outcome(step)),
    };
  }

  #outcome(step: Step): Step {
    const error = this.#refused.get(step);
    if (!error) return step;
    return { ...step, state: CONFLICTS.has(error.code) ? 'conflicting' : 'skipped', detail: error.message };
  }

  async #each(type: Step['type'], ...states: Step['state'][]): Promise<void> {
    for (const state of states)
      for (const step of this.#steps) if (step.type === type && step.state === state) await this.#attempt(step);
  }

  /** An error that is not about this one item, such as a lost Redis, ends the whole run. */
  async #attempt(step: Step): Promise<void> {
    try {
      if (step.state === 'vanished') await this.#remove(step);
      else if (step.state === 'new') await this.#create(step);
      else await this.#change(step);
    } catch (error) {
      if (!(error instanceof LivestreamError) || error.status >= 500) throw error;
      this.#refused.set(step, error);
    }
    this.#count(1);
  }

  async #create({ type, wanted, declared }: Step): Promise<void> {
    const { series, calendars, sources } = this.#deps;
    const body = wanted?.body ?? {};
    const marked = declared as Declared;
    if (type === 'series') await series.create(body, { ...this.#requester(), declared: marked });
    else if (type === 'calendar') await calendars.create(body, marked);
    else await sources.create(body, marked);
  }

  async #change({ type, stored, wanted, change, declared }: Step): Promise<void> {
    const { series, calendars, sources } = this.#deps;
    const id = stored?.id ?? '';
    const body = wanted?.body ?? {};
    const marked = declared as Declared;
    const patch: JsonObject = { ...change };
    if (type === 'calendar') {
      const { url, ics, timezone = null } = body;
      const content =
        'url' in patch || 'ics' in patch
          ? { ...(url !== undefined && { url }), ...(ics !== undefined && { ics }) }
          : {};
      await calendars.change(id, { ...content, timezone }, { declared: marked });
    } else if (type === 'series') {
      if (patch['destination']) patch['destination'] = body['destination'];
      await series.change(id, patch, { ...this.#requester(), declared: marked });
    } else await sources.change(id, patch, marked);
  }

  async #remove({ type, stored }: Step): Promise<void> {
    const { series, calendars, sources } = this.#deps;
    const id = stored?.id ?? '';
    if (type === 'series') await series.delete(id, { ...this.#requester(), keepOccurrences: false });
    else if (type === 'calendar') await calendars.delete(id, {});
    else await sources.remove(id);
  }

  #requester() {
    const { by, limits } = this.#order;
    return { by, ...(limits && { limits }) };
  }

  #count(done: number): void {
    this.#done += done;
    this.#order.note(this.#done, this.#steps.length + this.#order.work.differences.length);
  }
}
