import type { Redis } from 'ioredis';
import pino from 'pino';
import type { RuleSettings } from '../../../src/broadcasts/decision.ts';
import type { AccountLimits } from '../../../src/broadcasts/store/commit-payload.ts';
import { keysOf } from '../../../src/broadcasts/store/keys.ts';
import { BroadcastStore } from '../../../src/broadcasts/store/store.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { ChangeNotices } from '../../../src/queue/change-notices.ts';
import { LEAD_MS } from '../../../src/queue/timer-queue.ts';
import { applyZoomEvent } from '../../../src/scheduling/apply-zoom-event.ts';
import { BroadcastWriter } from '../../../src/scheduling/broadcast-writer.ts';
import { Pauses } from '../../../src/scheduling/pauses.ts';
import { Scheduler } from '../../../src/scheduling/scheduler.ts';
import { Executor } from '../../../workers/jobs/executor.ts';
import { Deadlines } from '../../../workers/maintenance/deadlines.ts';
import { JobRepair } from '../../../workers/maintenance/job-repair.ts';
import { type Fate, type Owner, stepwise, Timeline } from './scheduler.ts';
import { type SimulatedJob, SimulatedQueue } from './simulated-queue.ts';
import { SimulatedZoom } from './simulated-zoom.ts';

/** The account's limit in the simulation: a request every 40 ms, 20 within 800 ms. */
export const LIMITS = { intervalMs: 40, most: 20, daily: 0 };

/** A client of the API waits this long for an answer, ms. */
const CLIENT_TIMEOUT_MS = 5_000;

interface Process extends Owner {
  store: BroadcastStore;
  executor: Executor;
  deadlines: Deadlines;
  jobRepair: JobRepair;
  scheduler: Scheduler;
  pauses: Pauses;
  observe: (seen: ZoomEvent) => Promise<unknown>;
}

/** Workers and an API on one real Redis, in virtual time: the real store, executor, leader tasks, scheduler and Zoom events. */
export class SimulatedInstallation {
  readonly timeline: Timeline;
  readonly zoom: SimulatedZoom;
  readonly queue: SimulatedQueue;
  readonly keys: ReturnType<typeof keysOf>;
  readonly processes: Process[] = [];
  /** `refusedRepeats`: clients that were refused, and do not know what became of an earlier request without an answer. */
  readonly counts = { deaths: 0, freezes: 0, lostEvents: 0, doubledEvents: 0, refusedRepeats: 0 };
  /** Chance of a death and of a standstill, for each step of a process. */
  deaths = 0;
  freezes = 0;
  limits: AccountLimits = LIMITS;
  readonly #redis: Redis;
  readonly #rules: RuleSettings;
  readonly #listeners = new Map<string, Set<() => void>>();
  #spawned = 0;
  #created = 0;

  constructor(options: { redis: Redis; prefix: string; start: number; random: () => number; webhooks: boolean }) {
    this.timeline = new Timeline(options.start, options.random);
    this.#redis = options.redis;
    this.keys = keysOf(options.prefix);
    this.zoom = new SimulatedZoom(this.timeline);
    this.queue = new SimulatedQueue(this.timeline);
    this.#rules = {
      startRetryMs: 30_000,
      startWindowMs: 600_000,
      webhooksOn: () => options.webhooks,
      random: options.random,
    };
    this.timeline.fate = (owner) => this.#fate(owner);
    this.timeline.onDeath = (owner) => this.#onDeath(owner as Process);
    // Where a standstill does most harm, it is tried more often.
    this.zoom.onReady = (owner) => {
      if (this.timeline.random() < this.freezes * 40) this.#freeze(owner);
    };
    this.zoom.onEvent = (seen) => {
      if (options.webhooks) this.#deliver(seen);
    };
  }

  async spawn(): Promise<void> {
    this.#spawned += 1;
    const name = `w${this.#spawned}`;
    const owner: Owner = { name, dead: false, frozenUntil: 0, skew: Math.round(this.timeline.random() * 40) - 20 };
    const process = this.#equip(owner);
    await this.#redis.set(this.keys.worker(name), '1');
    this.processes.push(process);
    void this.#leadOn(process);
  }

  /** A process that answers people now. @throws Error when all are dead: the connection is refused */
  api(): Scheduler {
    const process = this.#anybody();
    if (!process) throw new Error('connection refused');
    return process.scheduler;
  }

  /**
   * What a client does that wants its answer: repeats the request, to whatever process is there, until one answers yes or no.
   * @returns null when the answer is no
   */
  async insist<Answer>(ask: (api: Scheduler, pauses: Pauses) => Promise<Answer>): Promise<Answer | null> {
    const { timeline } = this;
    let asked = 0;
    return new Promise((resolve) => {
      const once = () => {
        asked += 1;
        // Who is killed answers nothing at all.
        const again = timeline.at(timeline.now + CLIENT_TIMEOUT_MS, null, once);
        const answered = (answer: Answer | null) => {
          timeline.cancel(again);
          if (answer === null && asked > 1) this.counts.refusedRepeats += 1;
          resolve(answer);
        };
        const process = this.#anybody();
        if (process) ask(process.scheduler, process.pauses).then(answered, () => answered(null));
      };
      once();
    });
  }

  /**
   * Lets things happen until `limit` (ms), or until `over` says so (asked every virtual second).
   * @returns false when `mostSteps` were not enough: something goes round in circles
   */
  async run(limit: number, mostSteps: number, over: () => Promise<boolean>): Promise<boolean> {
    let askAt = this.timeline.now;
    for (;;) {
      if (this.timeline.steps > mostSteps) return false;
      for (const job of this.queue.due()) this.#take(job);
      if (this.timeline.now >= askAt) {
        if (await over()) return true;
        askAt = this.timeline.now + 1_000;
      }
      const nextJob = Math.min(
        ...[...this.queue.jobs.values()].filter((job) => !job.takenBy).map(({ at }) => at),
        limit,
      );
      if (await this.timeline.next(Math.max(nextJob, this.timeline.now))) continue;
      if (nextJob >= limit) return true;
      this.timeline.now = Math.max(this.timeline.now, nextJob);
      if (this.#living().length === 0) await this.timeline.next(limit);
    }
  }

  #equip(owner: Owner): Process {
    const { timeline, queue, keys } = this;
    const redis = stepwise(timeline, owner, this.#redis);
    const clock = timeline.clockOf(owner);
    const rules = this.#rules;
    const virtualNow = () => timeline.now;
    // Commits of one process and one moment share a call, unless it dies before.
    const gather = (send: () => void) => void timeline.at(timeline.now, owner, send);
    const store = new BroadcastStore({ redis, keys, rules, limits: () => this.limits, virtualNow, gather });
    const logger = pino({ level: 'silent' });
    const parts = { store, queue: queue.of(owner), notices: this.#notices(owner), logger };
    const common = { ...parts, redis, clock, rules, writer: new BroadcastWriter(parts) };
    const worker = { ...common, workerId: owner.name };
    const newId = () => {
      this.#created += 1;
      return `sim${String(this.#created).padStart(13, '0')}`;
    };
    const accounts = { resolve: () => ({ name: 'default' }), names: () => ['default'] };
    return Object.assign(owner, {
      store,
      executor: new Executor({ ...worker, zoom: this.zoom.apiOf(owner), openSealed: (sealed) => sealed }),
      deadlines: new Deadlines(worker),
      jobRepair: new JobRepair(worker),
      pauses: new Pauses({ ...common, keys, accounts, virtualNow, newId } as never),
      scheduler: new Scheduler({ ...common, accounts, seal: (text: string) => text, newId } as never),
      observe: (seen: ZoomEvent) => applyZoomEvent(common, seen),
    });
  }

  /** Tells every process that a broadcast has changed; one notice in five is lost. */
  #notices(owner: Owner): ChangeNotices {
    const shape: Pick<ChangeNotices, 'on' | 'publish'> = {
      on: (id, listener) => {
        const listeners = this.#listeners.get(id) ?? new Set();
        this.#listeners.set(id, listeners.add(listener));
        return () => listeners.delete(listener);
      },
      publish: (id) =>
        this.timeline.step(owner, async () => {
          if (this.timeline.random() < 0.2) return;
          for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
        }),
    };
    return shape as ChangeNotices;
  }

  async #leadOn(process: Process): Promise<void> {
    const clock = this.timeline.clockOf(process);
    for (let round = 0; ; round += 1) {
      await clock.sleepUntil(clock.now() + 1_000);
      if (this.#living()[0] !== process) continue;
      await process.deadlines.runOnce().catch(() => {});
      await process.pauses.endDue(process.name).catch(() => {});
      if (round % 20 !== 0) continue;
      await process.jobRepair.runOnce().catch(() => {});
      await process.pauses.sweep(process.name).catch(() => {});
    }
  }

  #living(): Process[] {
    return this.processes.filter(({ dead, frozenUntil }) => !dead && frozenUntil <= this.timeline.now);
  }

  #anybody(): Process | undefined {
    const living = this.#living();
    const all = living.length > 0 ? living : this.processes.filter(({ dead }) => !dead);
    return all[Math.floor(this.timeline.random() * all.length)];
  }

  #take(job: SimulatedJob): void {
    if (this.#living().length === 0) return;
    const process = this.#anybody() as Process;
    job.lock += 1;
    job.takenBy = process;
    const { lock } = job;
    const holds = () => job.lock === lock && this.queue.jobs.get(job.id) === job;
    const back = (at: number) => {
      if (holds()) Object.assign(job, { takenBy: null, at });
    };
    process.executor
      .run(job.data, new AbortController().signal)
      .then(async (verdict) => {
        await this.timeline.step(process, async () => {
          if (verdict.kind === 'again')
            back(Math.max(verdict.at - (verdict.exact ? 0 : LEAD_MS), this.timeline.now + 1));
          else if (holds()) this.queue.jobs.delete(job.id);
        });
        if (verdict.kind === 'done' || (await process.executor.wants(job.data, job.id))) return;
        await this.timeline.step(process, async () => {
          if (job.takenBy === null) this.queue.jobs.delete(job.id);
        });
      })
      .catch(() => back(this.timeline.now + 1_000));
    // A lock that is not renewed is taken for stalled, and the job is given to another.
    if (this.freezes > 0 && this.timeline.random() < 0.02) this.#stall(process, this.timeline.now);
  }

  #fate(owner: Owner): Fate {
    if (this.timeline.random() < this.freezes) this.#freeze(owner);
    if (this.timeline.random() >= this.deaths) return 'goes on';
    return this.timeline.random() < 0.5 ? 'dies before' : 'dies after';
  }

  #freeze(owner: Owner): void {
    const { now, random } = this.timeline;
    this.counts.freezes += 1;
    owner.frozenUntil = now + random() * 12_000;
    const leaseEnds = now + 3_500 + random() * 1_500;
    if (owner.frozenUntil <= leaseEnds) return;
    this.timeline.at(leaseEnds, null, async () => void (await this.#redis.del(this.keys.worker(owner.name))));
    this.timeline.at(owner.frozenUntil, null, async () => {
      if (!owner.dead) await this.#redis.set(this.keys.worker(owner.name), '1');
    });
    this.#stall(owner, leaseEnds + 1_500);
  }

  #onDeath(process: Process): void {
    const { now, random } = this.timeline;
    this.counts.deaths += 1;
    this.timeline.at(now + 3_500 + random() * 1_500, null, async () => {
      await this.#redis.del(this.keys.worker(process.name));
    });
    this.#stall(process, now + 5_000 + random() * 1_500);
    this.timeline.at(now + 500 + random() * 8_000, null, () => this.spawn());
  }

  /** Its jobs are free for others at `at`; it may still be working on them. */
  #stall(owner: Owner, at: number): void {
    this.timeline.at(at, null, () => {
      for (const job of this.queue.jobs.values())
        if (job.takenBy === owner) Object.assign(job, { takenBy: null, lock: job.lock + 1 });
    });
  }

  /** An event of Zoom: late, doubled, lost; what has arrived is given to another process when the first one dies with it. */
  #deliver(seen: ZoomEvent): void {
    const { now, random } = this.timeline;
    if (random() < 0.05 * this.zoom.faults) {
      this.counts.lostEvents += 1;
      return;
    }
    const copies = random() < 0.15 ? 2 : 1;
    this.counts.doubledEvents += copies - 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = random() < 0.1 * this.zoom.faults ? 300_000 * random() : 100 + 2_000 * random();
      this.timeline.at(now + delay, null, () => this.#give(seen));
    }
  }

  #give(seen: ZoomEvent): void {
    let taken = false;
    const again = () => {
      if (!taken) this.#give(seen);
    };
    const process = this.#anybody();
    this.timeline.at(this.timeline.now + 6_000, null, again);
    if (!process) return;
    process.observe(seen).then(
      () => {
        taken = true;
      },
      () => {},
    );
  }
}
