import type { Clock } from '../../src/clock.ts';

/**
 * Maximum requests of one process between claim and departure. It covers a whole burst of the largest plan, so that its claims share
 * one round trip and one disk write of Redis (in groups of 32, 70 starts took three). Each request costs about 1.2 ms of a core, and
 * a claim is good for 3 s: a process with a tenth of a core sends 80 within a second. Without a bound, such a machine claimed 130 at
 * once; they expired before they could leave and started over: 60 starts left 12 to 30 s late beside the 600 of another account.
 */
const AT_ONCE = 80;
/** A holder that still waits for a connection, or for Redis, gives way to others after this, ms. */
const HELD_UP_MS = 500;

/** Bounds the requests between claim and departure, so that no more are claimed than can soon leave. Stops go first, then the accounts in turn. */
export class SendSemaphore {
  readonly #clock: Clock;
  readonly #atOnce: number;
  /** Holders, the earliest first, each with its start on the monotonic clock (ms). */
  readonly #holders = new Map<symbol, number>();
  readonly #stops = new RoundRobin();
  readonly #others = new RoundRobin();
  #watching = false;

  /** @param atOnce maximum holders; 1 or more */
  constructor(clock: Clock, atOnce = AT_ONCE) {
    this.#clock = clock;
    this.#atOnce = atOnce;
  }

  /**
   * Resolves when there is room, or when `signal` aborts.
   * @returns a function that releases the room; safe to call more than once
   */
  async acquire(account: string, isStop: boolean, signal: AbortSignal): Promise<() => void> {
    if (this.#hasRoom() || signal.aborted) return this.#hold();
    return new Promise((resolve) => {
      const waiting = isStop ? this.#stops : this.#others;
      const enter = () => {
        waiting.remove(account, enter);
        signal.removeEventListener('abort', enter);
        resolve(this.#hold());
      };
      waiting.add(account, enter);
      signal.addEventListener('abort', enter, { once: true });
      void this.#watch();
    });
  }

  #hold(): () => void {
    const holder = Symbol('holder');
    this.#holders.set(holder, this.#clock.monotonic());
    return () => {
      if (this.#holders.delete(holder)) this.#admit();
    };
  }

  #hasRoom(): boolean {
    const tooLong = this.#clock.monotonic() - HELD_UP_MS;
    for (const [holder, since] of this.#holders) {
      if (this.#holders.size < this.#atOnce || since > tooLong) break;
      this.#holders.delete(holder);
    }
    return this.#holders.size < this.#atOnce;
  }

  #admit(): void {
    while (this.#stops.size + this.#others.size > 0 && this.#hasRoom()) {
      const enter = this.#stops.next() ?? this.#others.next();
      enter?.();
    }
  }

  /** Runs while callers wait: all holders may be held up, so that none would leave. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    while (this.#stops.size + this.#others.size > 0) {
      await this.#clock.sleepUntil(this.#clock.now() + HELD_UP_MS);
      this.#admit();
    }
    this.#watching = false;
  }
}

/** The waiting callers by account. One of each takes its turn, so that hundreds of one account hold up no other. */
class RoundRobin {
  /** The account with the next turn comes first. */
  readonly #accounts = new Map<string, Set<() => void>>();

  get size(): number {
    return this.#accounts.size;
  }

  add(account: string, enter: () => void): void {
    const own = this.#accounts.get(account) ?? new Set();
    this.#accounts.set(account, own.add(enter));
  }

  remove(account: string, enter: () => void): void {
    const own = this.#accounts.get(account);
    own?.delete(enter);
    if (own?.size === 0) this.#accounts.delete(account);
  }

  /** The caller stays until it is removed; its account goes to the end. */
  next(): (() => void) | undefined {
    const [first] = this.#accounts;
    if (!first) return undefined;
    const [account, own] = first;
    this.#accounts.delete(account);
    this.#accounts.set(account, own);
    const [enter] = own;
    return enter;
  }
}
