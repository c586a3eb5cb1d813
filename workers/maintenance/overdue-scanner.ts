import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { expectedTimers } from '../../src/broadcasts/rules/timers.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { ClockGuard } from '../../src/queue/clock-watch.ts';
import { redisError } from '../../src/redis/refusal.ts';
import { FailureLog } from '../../src/services/failure-log.ts';
import { Loop } from '../../src/services/loop.ts';
import { endedWithin, type Service } from '../../src/services/service.ts';
import type { Executor } from '../jobs/executor.ts';

export interface OverdueScannerDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  executor: Executor;
  clock: Clock;
  logger: Logger;
  /** Whether starts may leave now. Default: always. */
  clockGuard?: ClockGuard;
  /** Whether this worker has the credentials of an account. Default: it has all. */
  knows?: (account: string) => boolean;
  /** Called when the scanner runs a broadcast. */
  onRepair?: () => void;
}

/** A job claims its request within a few ms of being due; one this late is lost, or waits for the rate limit, ms. */
const OVERDUE_MS = 200;
const POLL_MS = 250;
/** Maximum runs at once: in a rush thousands wait for their slots, and lose nothing by it. */
const AT_ONCE = 100;
/** … and per account: requests that Zoom never answers must leave room for other accounts. */
const OF_ACCOUNT = 20;
/** Maximum broadcasts per round. */
const PAGE = 200;
/** No other worker takes the same broadcast for this long, ms. */
const TAKEN_MS = 3_000;

/**
 * A second way to be on time. BullMQ redelivers the job of a killed worker when its lock has expired, 5 to 6.5 s later, and a lost
 * job only after job repair has added it again. But Redis shows at once which broadcasts are overdue without a claim. Every worker
 * scans for these and runs them as a job would. If the job runs too, that is harmless: the claim decides.
 */
export class OverdueScanner implements Service {
  readonly name = 'overdue scanner';
  readonly #deps: OverdueScannerDeps;
  readonly #inProgress = new Map<string, { account: string | null; ending: AbortController; doing: Promise<void> }>();
  readonly #loop: Loop;
  readonly #failures: FailureLog;
  #stopping = false;
  /** Start of the next round. It moves on, so that broadcasts which other workers run, or which wait for their account, hide no others. */
  #from = 0;

  constructor(deps: OverdueScannerDeps) {
    this.#deps = deps;
    this.#failures = new FailureLog(deps.logger);
    this.#loop = new Loop({
      name: this.name,
      everyMs: POLL_MS,
      logger: deps.logger,
      problem: 'could not scan for overdue broadcasts; trying again',
      runOnce: () => this.runOnce(),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Starts no more, and waits up to `graceMs` for the requests in progress. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const { ending } of this.#inProgress.values()) ending.abort();
    const inProgress = [...this.#inProgress.values()].map(({ doing }) => doing);
    await endedWithin(Promise.all([this.#loop.stop(graceMs), ...inProgress]), graceMs);
  }

  /** One scan. Resolves when the runs have started, not when they are done. */
  async runOnce(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    if (this.#inProgress.size >= AT_ONCE || this.#stopping) return;
    const until = clock.now() - OVERDUE_MS;
    const ids = await redis.zrangebyscore(store.keys.named('due'), '-inf', until, 'LIMIT', this.#from, PAGE);
    const accounts = await Promise.all(ids.map((id) => redis.hget(store.keys.broadcast(id), 'a').catch(() => null)));
    for (const [i, id] of ids.entries()) {
      const account = accounts[i] ?? null;
      if (this.#inProgress.size >= AT_ONCE) break;
      // Broadcasts of an account that this worker lacks stay free for workers that have it.
      if (this.#inProgress.has(id) || !this.#hasRoomFor(account) || !(await this.#take(id))) continue;
      if (this.#stopping) break;
      this.#do(id, account);
    }
    this.#from = ids.length === PAGE ? this.#from + PAGE : 0;
  }

  #hasRoomFor(account: string | null): boolean {
    if (account === null) return true;
    const own = [...this.#inProgress.values()].filter((one) => one.account === account).length;
    return own < OF_ACCOUNT && (this.#deps.knows?.(account) ?? true);
  }

  async #take(id: string): Promise<boolean> {
    const { redis, store } = this.#deps;
    return (await redis.set(store.keys.named(`lookout:${id}`), '1', 'PX', TAKEN_MS, 'NX')) === 'OK';
  }

  #do(id: string, account: string | null): void {
    // One signal each: Node reports a leak when a hundred runs listen to the same one.
    const ending = new AbortController();
    const doing = this.#runDue(id, ending.signal)
      .then(() => this.#failures.succeeded(`overdue broadcast ${id}`))
      .catch((error) => this.#failed(id, error))
      .finally(() => this.#inProgress.delete(id));
    this.#inProgress.set(id, { account, ending, doing });
  }

  #failed(id: string, error: unknown): void {
    // While Redis is away the loop logs one line for all.
    if (redisError(error)) {
      this.#deps.logger.debug({ err: error, broadcastId: id }, 'could not run an overdue broadcast: Redis is away');
      return;
    }
    const message = 'could not run an overdue broadcast; it will be retried';
    this.#failures.failed(`overdue broadcast ${id}`, error, message, { broadcastId: id });
  }

  async #runDue(id: string, signal: AbortSignal): Promise<void> {
    const { redis, store, executor, clock, logger } = this.#deps;
    const [broadcast] = await store.getMany([id]);
    if (!broadcast) await redis.zrem(store.keys.named('due'), id);
    if (!broadcast || broadcast.inFlight) return;
    const timers = expectedTimers(broadcast).filter(({ at }) => at <= clock.now());
    // Its pause has ended, so it is due now, whatever its timer says.
    const released = broadcast.held && !timers.some(({ action }) => action === 'start');
    const late = released ? [{ action: 'start' as const, at: clock.now() }, ...timers] : timers;
    for (const { action, at } of late) {
      // A held start would wait here and block a stop.
      if (action === 'start' && this.#deps.clockGuard?.startsHeld) continue;
      logger.debug({ broadcastId: id, action, lateMs: clock.now() - at }, 'overdue: running it without its job');
      this.#deps.onRepair?.();
      await executor.run(timerOf(broadcast, action), signal);
    }
  }
}

function timerOf({ id, revision }: Broadcast, action: 'start' | 'stop') {
  return { broadcastId: id, action, revision };
}
