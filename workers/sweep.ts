import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../src/broadcasts/broadcast.ts';
import type { RuleSettings } from '../src/broadcasts/decision.ts';
import { onDeadline } from '../src/broadcasts/on-deadline.ts';
import type { BroadcastStore } from '../src/broadcasts/store.ts';
import type { Clock } from '../src/clock.ts';
import type { ChangeNotices } from '../src/queue/change-notices.ts';
import type { WakeQueue } from '../src/queue/wake-queue.ts';

export interface SweepDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  queue: WakeQueue;
  clock: Clock;
  notices: ChangeNotices;
  rules: RuleSettings;
  workerId: string;
  logger: Logger;
  /** RETENTION, ms. */
  retentionMs: number;
  /** What else the leader does now and then: series, preflight … */
  tasks?: LeaderTask[];
}

/** Done by one worker of the installation at a time; doing it twice must change nothing. */
export interface LeaderTask {
  name: string;
  everyMs: number;
  run(): Promise<void>;
}

/** One worker of the installation sweeps at a time; when it dies another takes over after this, ms. */
const LEADER_MS = 4_000;
const TICK_MS = 1_000;
/** All unfinished broadcasts are checked for their jobs this often, ms (rule 12: within a minute). */
const REPAIR_MS = 20_000;
const RETENTION_MS = 60_000;
const PAGE = 500;

/**
 * Makes good what a crash between two steps left undone: missing jobs, requests of dead workers, passed deadlines, alerts,
 * and removes what is older than the retention.
 */
export class Sweep {
  readonly #deps: SweepDeps;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #repairAt = 0;
  #retainAt = 0;
  readonly #taskAt = new Map<string, number>();

  constructor(deps: SweepDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  /** The jobs are checked at the next tick: after a reconnect, say. */
  soon(): void {
    this.#repairAt = 0;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tick(): void {
    if (this.#running) return;
    this.#running = this.runOnce()
      .catch((error) => this.#deps.logger.debug({ err: error }, 'sweep'))
      .finally(() => {
        this.#running = null;
      });
  }

  /** One round, if this worker leads. */
  async runOnce(): Promise<void> {
    if (!(await this.#lead())) return;
    await this.deadlines();
    const now = this.#deps.clock.now();
    if (now >= this.#repairAt) {
      this.#repairAt = now + REPAIR_MS;
      await this.repairJobs();
    }
    if (now >= this.#retainAt) {
      this.#retainAt = now + RETENTION_MS;
      // There may be more than a page: the next tick goes on.
      if ((await this.#removeOld(now - this.#deps.retentionMs)) === PAGE) this.#retainAt = now;
    }
    for (const task of this.#deps.tasks ?? []) await this.#runTask(task, now);
  }

  /** A task that fails holds up nobody and comes again in its turn. */
  async #runTask(task: LeaderTask, now: number): Promise<void> {
    if (now < (this.#taskAt.get(task.name) ?? 0)) return;
    this.#taskAt.set(task.name, now + task.everyMs);
    await task.run().catch((error) => this.#deps.logger.warn({ err: error, task: task.name }, 'leader task failed'));
  }

  async #lead(): Promise<boolean> {
    const { redis, store, workerId } = this.#deps;
    const key = store.keys.named('leader');
    if ((await redis.set(key, workerId, 'PX', LEADER_MS, 'NX')) === 'OK') return true;
    if ((await redis.get(key)) !== workerId) return false;
    await redis.pexpire(key, LEADER_MS);
    return true;
  }

  /** Every broadcast whose deadline has passed is looked at once. */
  async deadlines(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    const key = store.keys.named('deadlines');
    const due = await redis.zrangebyscore(key, '-inf', clock.now(), 'LIMIT', 0, PAGE);
    for (const id of due) await this.#deadline(key, id);
  }

  async #deadline(key: string, id: string): Promise<void> {
    const { redis, store, queue, notices, rules, workerId, clock } = this.#deps;
    const snapshot = await store.load(id);
    if (!snapshot) {
      await redis.zrem(key, id);
      return;
    }
    const decision = onDeadline(snapshot, rules, `worker:${workerId}`);
    if (!decision) {
      // Still held by a living worker, or nothing to say: look again in a second, if nobody has moved it meanwhile.
      await redis.zadd(key, 'XX', clock.now() + TICK_MS, id);
      await queue.addAll(await this.#overdue(id));
      return;
    }
    const result = await store.commit([{ before: snapshot.broadcast, decision }]);
    const [after] = result.kind === 'ok' ? result.written : [];
    if (!after) return;
    await queue.sync(snapshot.broadcast, after);
    await notices.publish(id);
  }

  async #overdue(id: string) {
    const found = await this.#deps.store.getMany([id]);
    return (await this.#deps.queue.missing(found)).length > 0 ? found : [];
  }

  /** Adds every job that an unfinished broadcast needs and BullMQ does not have. Returns how many. */
  async repairJobs(): Promise<number> {
    const { redis, store, queue, logger } = this.#deps;
    let cursor = '0';
    let repaired = 0;
    do {
      const [next, ids] = await redis.sscan(store.keys.named('pending'), cursor, 'COUNT', PAGE);
      cursor = next;
      const missing = await queue.missing(await store.getMany(ids));
      for (const { broadcast, wake } of missing) await queue.add(broadcast, wake);
      await this.#takeBack(missing.map(({ broadcast }) => broadcast));
      repaired += missing.length;
    } while (cursor !== '0');
    if (repaired > 0) logger.warn({ repaired }, 'missing jobs were added again');
    return repaired;
  }

  /** Who changed a plan while its jobs were added here had none to remove; nobody else would before they are due. */
  async #takeBack(given: Broadcast[]): Promise<void> {
    const { store, queue } = this.#deps;
    const before = new Map(given.map((broadcast) => [broadcast.id, broadcast]));
    for (const now of await store.getMany([...before.keys()])) {
      const then = before.get(now.id);
      if (then && then.version !== now.version) await queue.sync(then, now);
    }
  }

  async #removeOld(before: number): Promise<number> {
    const { redis, store } = this.#deps;
    const ids = await redis.zrangebyscore(store.keys.named('finals'), '-inf', before, 'LIMIT', 0, PAGE);
    for (const broadcast of await store.getMany(ids)) await store.remove(broadcast);
    return ids.length;
  }
}
