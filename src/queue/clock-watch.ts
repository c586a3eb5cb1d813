import type { Logger } from 'pino';
import type { Keys } from '../broadcasts/store/keys.ts';
import { parseObject } from '../json.ts';
import type { RedisClock, RedisReading } from '../redis/clock.ts';
import {
  type ClockTrust,
  HOLD_MS,
  judge,
  MAX_DIFFERENCE_MS,
  type Peer,
  serviceTimeAtStart,
  trusted,
} from '../redis/clock-trust.ts';
import type { RedisClient } from '../redis/connection.ts';
import { Loop } from '../services/loop.ts';
import type { Service } from '../services/service.ts';
import { type ClockAlertStore, ClockAlerts } from './clock-alerts.ts';

/** Interval of the TIME readings, ms: they find a step of Redis' clock within this, unless a broadcast notices it first. */
const READ_MS = 1_000;
/** Hash of processes, each with its clocks as JSON. */
const CLOCKS = 'clocks';
/** A published entry expires after this, ms. */
const FORGOTTEN_MS = 600_000;

export interface ClockWatchOptions {
  clock: RedisClock;
  redis: RedisClient;
  keys: Keys;
  alerts: ClockAlertStore;
  logger: Logger;
  /** Identifies this process. */
  id: string;
  /** The machine it runs on. */
  host: string;
  /** Ms between two readings; default 1,000. */
  everyMs?: number;
}

interface Published extends Peer {
  /** Redis' TIME at the reading, ms. It shows which entries are from before a step of Redis' clock. */
  redisAt: number;
}

/** A worker checks this before a start. */
export interface ClockGuard {
  /** True while no one knows which time is right: no start leaves. */
  readonly startsHeld: boolean;
  /** Resolves when starts may continue, or when `signal` aborts. */
  whenTrusted(signal: AbortSignal): Promise<void>;
}

/**
 * Watches Redis' clock, the reference for the whole service. Compares it with the monotonic clock of this process, each second and
 * with every record load, and publishes this machine's wall clock for the others. See `clock-trust.ts`.
 */
export class ClockWatch implements ClockGuard, Service {
  readonly name = 'clock watch';
  readonly #options: ClockWatchOptions;
  readonly #alerts: ClockAlerts;
  /** Callers that wait in `whenTrusted`. */
  readonly #waiting = new Set<() => void>();
  #trust: ClockTrust;
  readonly #loop: Loop;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#trust = trusted(options.clock.monotonic());
    this.#alerts = new ClockAlerts(options.alerts, options.host, options.logger);
    this.#loop = new Loop({
      name: this.name,
      everyMs: options.everyMs ?? READ_MS,
      logger: options.logger,
      problem: 'could not compare the clock of this machine with that of Redis; trying again',
      runOnce: () => this.runOnce(),
    });
  }

  get trust(): ClockTrust {
    return this.#trust;
  }

  get startsHeld(): boolean {
    return this.#trust.kind === 'held';
  }

  /** The time for our scripts, ms, while Redis' own is wrong; else undefined. */
  get scriptTime(): number | undefined {
    return this.#trust.kind === 'trusted' ? undefined : Math.floor(this.#options.clock.now());
  }

  /** Resolves after the first reading: a process that starts while Redis is wrong learns that from the others. */
  async start(): Promise<void> {
    const { clock } = this.#options;
    clock.watched = true;
    const reading = await clock.read();
    const own = this.#published(reading);
    const aheadMs = serviceTimeAtStart(own, await this.#exchange(null, reading.redisAt));
    if (aheadMs !== 0) {
      clock.shift(aheadMs);
      this.#trust = { kind: 'held', since: clock.monotonic(), stepMs: -aheadMs };
    }
    this.#loop.start();
  }

  async stop(graceMs: number): Promise<void> {
    await this.#loop.stop(graceMs);
    await this.#options.redis.hdel(this.#options.keys.named(CLOCKS), this.#options.id).catch(() => 0);
  }

  /** Call before a script; pass the script's time (ms) to the returned function. False: do not trust that time. */
  reading(): (redisAt: number) => boolean {
    const given = this.#trust.kind !== 'trusted';
    const askedAt = this.#options.clock.now();
    return (redisAt) => given || this.#agrees(redisAt, askedAt);
  }

  #agrees(redisAt: number, askedAt: number): boolean {
    const { clock } = this.#options;
    const now = clock.now();
    if (redisAt >= askedAt - MAX_DIFFERENCE_MS && redisAt <= now + MAX_DIFFERENCE_MS) return true;
    if (this.#trust.kind === 'trusted') {
      this.#become({ kind: 'held', since: clock.monotonic(), stepMs: redisAt - now });
      this.#loop.soon();
    }
    return false;
  }

  async whenTrusted(signal: AbortSignal): Promise<void> {
    if (!this.startsHeld || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  /** Reads, exchanges and judges once. Rejects while Redis is away; the watch then extrapolates the time. */
  async runOnce(): Promise<void> {
    const { clock } = this.#options;
    const reading = await clock.read();
    const own = this.#published(reading);
    const peers = await this.#exchange(own, reading.redisAt);
    const walls = [own, ...peers];
    const verdict = judge(this.#trust, { at: clock.monotonic(), stepMs: reading.stepMs, walls });
    if (verdict.adopt && this.#trust.kind !== 'trusted') await clock.adopt();
    this.#become(verdict.trust);
    await this.#alerts.report(this.#trust, own, peers);
  }

  #become(trust: ClockTrust): void {
    const was = this.#trust.kind;
    this.#trust = trust;
    if (was === 'held' && trust.kind !== 'held') for (const resume of [...this.#waiting]) resume();
  }

  #published({ wallAheadMs, redisAt, stepMs }: RedisReading): Published {
    return { host: this.#options.host, aheadMs: wallAheadMs, serviceAheadMs: -stepMs, redisAt };
  }

  /** Publishes our clocks, and returns the fresh ones of the others. */
  async #exchange(own: Published | null, redisAt: number): Promise<Published[]> {
    const { redis, keys, id } = this.#options;
    const key = keys.named(CLOCKS);
    if (own) await redis.hset(key, id, JSON.stringify(own));
    const stored = Object.entries(await redis.hgetall(key)).flatMap(([peer, text]) => {
      const clocks = parseObject(text) as Published | null;
      return clocks ? [{ peer, clocks }] : [];
    });
    const ageOf = (one: Published) => Math.abs(redisAt - one.redisAt);
    const old = stored.filter(({ clocks }) => ageOf(clocks) > FORGOTTEN_MS).map(({ peer }) => peer);
    if (own && this.#trust.kind === 'trusted' && old.length > 0) await redis.hdel(key, ...old);
    return stored.filter(({ peer, clocks }) => peer !== id && ageOf(clocks) <= HOLD_MS).map(({ clocks }) => clocks);
  }
}
