import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { jobIdOf, type Wake, wantedWakes } from '../../../src/broadcasts/rules/timers.ts';
import { LEAD_MS, type WakeJob, type WakeQueue } from '../../../src/queue/timer-queue.ts';
import type { Owner, Timeline } from './scheduler.ts';

export interface SimulatedJob {
  id: string;
  data: WakeJob;
  /** When a worker may take it, ms. */
  at: number;
  /** Counts the times it was taken in hand: the lock. */
  lock: number;
  takenBy: Owner | null;
}

/** BullMQ as the executor knows it: jobs by id, an id that exists is ignored, jobs in hand cannot be removed. */
export class SimulatedQueue {
  readonly jobs = new Map<string, SimulatedJob>();
  /** The share of additions that are lost without a word. */
  losses = 0;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The queue as one process has it: of WakeQueue's shape, every call a step of that process. */
  of(owner: Owner): WakeQueue {
    const step = <Result>(run: () => Result) => this.#timeline.step(owner, async () => run());
    const shape: Pick<WakeQueue, 'add' | 'addAll' | 'missing' | 'sync' | 'close'> = {
      add: (broadcast, wake) => step(() => this.#add(broadcast, wake)),
      addAll: (broadcasts) =>
        step(() => {
          for (const broadcast of broadcasts) for (const wake of wantedWakes(broadcast)) this.#add(broadcast, wake);
        }),
      missing: (broadcasts) => step(() => this.#missing(broadcasts)),
      sync: async (before, after) => {
        const had = new Set(before ? wantedWakes(before).map(({ action }) => jobIdOf(before, action)) : []);
        const wanted = wantedWakes(after).filter(({ action }) => !had.has(jobIdOf(after, action)));
        for (const wake of wanted) await step(() => this.#add(after, wake));
        const kept = new Set(wantedWakes(after).map(({ action }) => jobIdOf(after, action)));
        for (const id of had) if (!kept.has(id)) await step(() => this.#remove(id));
      },
      close: async () => {},
    };
    return shape as WakeQueue;
  }

  /** A job that is due and in nobody's hand. */
  due(): SimulatedJob[] {
    return [...this.jobs.values()].filter(({ at, takenBy }) => takenBy === null && at <= this.#timeline.now);
  }

  #add(broadcast: Broadcast, wake: Wake): void {
    const id = jobIdOf(broadcast, wake.action);
    if (this.jobs.has(id) || this.#timeline.random() < this.losses) return;
    const data = { broadcastId: broadcast.id, action: wake.action, revision: broadcast.revision };
    this.jobs.set(id, { id, data, at: Math.max(this.#timeline.now, wake.at - LEAD_MS), lock: 0, takenBy: null });
  }

  #remove(id: string): void {
    if (this.jobs.get(id)?.takenBy === null) this.jobs.delete(id);
  }

  #missing(broadcasts: Broadcast[]) {
    return broadcasts
      .flatMap((broadcast) => wantedWakes(broadcast).map((wake) => ({ broadcast, wake })))
      .filter(({ broadcast, wake }) => !this.jobs.has(jobIdOf(broadcast, wake.action)));
  }
}
