import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { expectedTimers, jobIdOf, type Timer, timerChanges } from '../../../src/broadcasts/rules/timers.ts';
import { LEAD_MS, type TimerJob, type TimerQueue } from '../../../src/queue/timer-queue.ts';
import type { Owner, Timeline } from './scheduler.ts';

export interface SimulatedJob {
  id: string;
  data: TimerJob;
  /** When a worker may take it, ms. */
  at: number;
  /** Counts the times a worker took it: the lock. */
  lock: number;
  takenBy: Owner | null;
}

/** BullMQ as the executor knows it: jobs by id, an id that exists is ignored, running jobs cannot be removed. */
export class SimulatedQueue {
  readonly jobs = new Map<string, SimulatedJob>();
  /** The share of additions that are lost without a word. */
  losses = 0;
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The queue as one process has it: every call is a step of that process. */
  of(owner: Owner): TimerQueue {
    const step = <Result>(run: () => Result) => this.#timeline.step(owner, async () => run());
    return {
      add: (broadcast, timer) => step(() => this.#add(broadcast, timer)),
      addAll: (broadcasts) =>
        step(() => {
          for (const broadcast of broadcasts)
            for (const timer of expectedTimers(broadcast)) this.#add(broadcast, timer);
        }),
      missing: (broadcasts) => step(() => this.#missing(broadcasts)),
      sync: async (before, after) => {
        const { added, removed } = timerChanges(before, after, this.#timeline.now);
        for (const timer of added) await step(() => this.#add(after, timer));
        for (const { id } of removed) await step(() => this.#remove(id));
      },
      removeEnded: async () => {},
      close: async () => {},
    };
  }

  /** A job that is due and in nobody's hand. */
  due(): SimulatedJob[] {
    return [...this.jobs.values()].filter(({ at, takenBy }) => takenBy === null && at <= this.#timeline.now);
  }

  #add(broadcast: Broadcast, timer: Timer): void {
    const id = jobIdOf(broadcast, timer.action);
    if (this.jobs.has(id) || this.#timeline.random() < this.losses) return;
    const data = { broadcastId: broadcast.id, action: timer.action, revision: broadcast.revision };
    this.jobs.set(id, { id, data, at: Math.max(this.#timeline.now, timer.at - LEAD_MS), lock: 0, takenBy: null });
  }

  #remove(id: string): void {
    if (this.jobs.get(id)?.takenBy === null) this.jobs.delete(id);
  }

  #missing(broadcasts: Broadcast[]) {
    return broadcasts
      .flatMap((broadcast) => expectedTimers(broadcast).map((timer) => ({ broadcast, timer })))
      .filter(({ broadcast, timer }) => !this.jobs.has(jobIdOf(broadcast, timer.action)));
  }
}
