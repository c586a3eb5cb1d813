import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { expectedTimers } from '../../src/broadcasts/rules/timers.ts';
import type { BroadcastStore } from '../../src/broadcasts/store/store.ts';
import type { Clock } from '../../src/clock.ts';
import type { ClockGuard } from '../../src/queue/clock-watch.ts';
import type { Executor } from '../jobs/executor.ts';

export interface OverdueScannerDeps {
  redis: Redis | Cluster;
  store: BroadcastStore;
  executor: Executor;
  clock: Clock;
  logger: Logger;
  /** Whether starts may leave now; left out: always. */
  clockGuard?: ClockGuard;
  /** Whether this worker has the credentials of an account; left out: of every one. */
  knows?: (account: string) => boolean;
}

/** A job that is alive has claimed its request within some ms of the due moment; one that is this late is lost, ms. */
const OVERDUE_MS = 300;
const POLL_MS = 250;
/** In hand at once: in a rush thousands wait for their slots, which is no loss. */
const AT_ONCE = 100;
/** … and of one account: requests that Zoom never answers must leave room for those of others. */
const OF_ACCOUNT = 20;
/** Read at one look. */
const PAGE = 200;
/** No other worker takes up the same one for this long, ms. */
const TAKEN_MS = 3_000;

/**
 * The second alarm clock. The job of a worker that was killed comes back after its lock has ended, 5 to 6.5 s later, and a
 * job that was lost when the sweep finds it. A broadcast whose moment has passed without a claim is visible in Redis at
 * once: every worker looks for such and does what is due, as a job would. That both do it is harmless: the claim decides.
 */
export class OverdueScanner {
  readonly #deps: OverdueScannerDeps;
  readonly #inProgress = new Map<string, { account: string | null; ending: AbortController; doing: Promise<void> }>();
  #closing = false;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** Where the next look begins: overdue ones that others have in hand, or that wait for their account, hide nobody. */
  #from = 0;

  constructor(deps: OverdueScannerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#tick(), POLL_MS);
  }

  /** Takes up no more, and waits up to `graceMs` for the requests in hand. Safe to call twice. */
  async close(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#closing = true;
    for (const { ending } of this.#inProgress.values()) ending.abort();
    const { clock } = this.#deps;
    await Promise.race([
      Promise.all([...this.#inProgress.values()].map(({ doing }) => doing)),
      clock.sleepUntil(clock.now() + graceMs),
    ]);
  }

  async #tick(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    // While Redis is away nothing can be done here: it is looked at again in a moment.
    await this.scanOnce().catch((error) =>
      this.#deps.logger.debug({ err: error }, 'could not look for overdue broadcasts; trying again'),
    );
    this.#looking = false;
  }

  /** One look. Resolves when what was found is in hand, not when it is done. */
  async scanOnce(): Promise<void> {
    const { redis, store, clock } = this.#deps;
    if (this.#inProgress.size >= AT_ONCE || this.#closing) return;
    const until = clock.now() - OVERDUE_MS;
    const ids = await redis.zrangebyscore(store.keys.named('due'), '-inf', until, 'LIMIT', this.#from, PAGE);
    const accounts = await Promise.all(ids.map((id) => redis.hget(store.keys.broadcast(id), 'a').catch(() => null)));
    for (const [i, id] of ids.entries()) {
      const account = accounts[i] ?? null;
      if (this.#inProgress.size >= AT_ONCE) break;
      // What needs an account that is not known here must stay free for the workers that know it.
      if (this.#inProgress.has(id) || !this.#hasRoomFor(account) || !(await this.#take(id))) continue;
      if (this.#closing) break;
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
    // One for each: a hundred runs that listen to one signal look like a leak to Node.
    const ending = new AbortController();
    const doing = this.#whatIsDue(id, ending.signal)
      .catch((error) => this.#deps.logger.debug({ err: error, broadcastId: id }, 'lookout'))
      .finally(() => this.#inProgress.delete(id));
    this.#inProgress.set(id, { account, ending, doing });
  }

  async #whatIsDue(id: string, signal: AbortSignal): Promise<void> {
    const { redis, store, executor, clock, logger } = this.#deps;
    const [broadcast] = await store.getMany([id]);
    if (!broadcast) await redis.zrem(store.keys.named('due'), id);
    if (!broadcast || broadcast.inFlight) return;
    const late = expectedTimers(broadcast).filter(({ at }) => at <= clock.now());
    for (const { action, at } of late) {
      // It would wait here in the place of a stop.
      if (action === 'start' && this.#deps.clockGuard?.startsHeld) continue;
      logger.debug({ broadcastId: id, action, lateMs: clock.now() - at }, 'overdue: taken up without its job');
      await executor.run(timerOf(broadcast, action), signal);
    }
  }
}

function timerOf({ id, revision }: Broadcast, action: 'start' | 'stop') {
  return { broadcastId: id, action, revision };
}
