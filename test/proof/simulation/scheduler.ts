import type { Clock } from '../../../src/clock.ts';

/** A small seeded generator (mulberry32): the one source of chance of a simulation. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A process of the installation, as the simulation sees it: it can die or stand still between any two awaited steps. */
export interface Owner {
  readonly name: string;
  dead: boolean;
  /** Stands still until then (SIGSTOP), ms. */
  frozenUntil: number;
  /** Difference of its clock to Redis', ms. */
  skew: number;
}

interface Entry {
  owner: Owner | null;
  at: number;
  order: number;
  run: () => Promise<void> | void;
}

/** What may happen to a process at a step. */
export type Fate = 'goes on' | 'dies before' | 'dies after';

/**
 * The one thread of time. Every awaited step of every process (a command to Redis, a sleep, a request on its way) is an
 * entry; one runs at a time, a random one of those that are due. When none is due, time jumps to the next.
 */
export class Timeline {
  now: number;
  readonly random: () => number;
  readonly #entries: Entry[] = [];
  #order = 0;
  /** Decides over the process at each of its steps. */
  fate: (owner: Owner) => Fate = () => 'goes on';
  onDeath: (owner: Owner) => void = () => {};
  /** Entries that have run: real time is no measure of a run, this is. */
  steps = 0;
  /** A sum over what ran when: two runs with the same one went the same way. */
  trace = 0;
  readonly #held = new Set<Promise<unknown>>();

  constructor(start: number, random: () => number) {
    this.now = start;
    this.random = random;
  }

  /** A step of `owner` that takes no virtual time; never settles when the owner dies with it. */
  step<Result>(owner: Owner, run: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#add(owner, this.now, async () => {
        const fate = this.fate(owner);
        if (fate === 'dies before') return this.#die(owner);
        const settled = await run().then(
          (value) => () => resolve(value),
          (error) => () => reject(error),
        );
        if (fate === 'dies after') return this.#die(owner);
        // A process that was stopped meanwhile reads the answer when it runs again.
        if (owner.frozenUntil > this.now) this.#add(owner, this.now, settled);
        else settled();
      });
    });
  }

  /** A reading from outside: nothing happens and no time passes until it is done. */
  async still<Result>(work: Promise<Result>): Promise<Result> {
    this.#held.add(work);
    try {
      return await work;
    } finally {
      this.#held.delete(work);
    }
  }

  /** Runs `run` at `at`; for what is outside of any process when `owner` is null. */
  at(at: number, owner: Owner | null, run: () => Promise<void> | void): Entry {
    return this.#add(owner, at, run);
  }

  cancel(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  clockOf(owner: Owner): Clock {
    return {
      now: () => this.now + owner.skew,
      monotonic: () => this.now,
      random: this.random,
      sleepUntil: (at, signal) => this.#sleep(owner, at - owner.skew, signal),
    };
  }

  /** Runs one entry; false when there is none before `limit`. */
  async next(limit: number): Promise<boolean> {
    await drained();
    while (this.#held.size > 0) {
      await Promise.allSettled(this.#held);
      await drained();
    }
    const first = this.#due();
    if (first === null || first > limit) return false;
    this.now = toMicrosecond(Math.max(this.now, first));
    const ready = this.#entries.filter((entry) => this.#dueAt(entry) <= this.now);
    ready.sort((a, b) => a.order - b.order);
    const entry = ready[Math.floor(this.random() * ready.length)] as Entry;
    this.cancel(entry);
    this.steps += 1;
    this.trace = (Math.imul(this.trace, 31) + entry.order + Math.floor(this.now * 1_000)) >>> 0;
    await entry.run();
    return true;
  }

  #due(): number | null {
    let first = Number.POSITIVE_INFINITY;
    for (let i = this.#entries.length - 1; i >= 0; i -= 1) {
      const entry = this.#entries[i] as Entry;
      if (entry.owner?.dead) this.#entries.splice(i, 1);
      else first = Math.min(first, this.#dueAt(entry));
    }
    return first === Number.POSITIVE_INFINITY ? null : first;
  }

  #dueAt({ owner, at }: Entry): number {
    return owner ? Math.max(at, owner.frozenUntil) : at;
  }

  #sleep(owner: Owner, at: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = () => {
        entry.at = Math.min(entry.at, this.now);
      };
      // A timer takes its time: one whose clock is ahead by 20 ms checks again until the moment has come, and time passes.
      const entry = this.#add(owner, Math.max(at, this.now + 1), () => {
        signal?.removeEventListener('abort', timer);
        resolve();
      });
      if (signal?.aborted) timer();
      else signal?.addEventListener('abort', timer);
    });
  }

  #die(owner: Owner): void {
    owner.dead = true;
    this.onDeath(owner);
  }

  #add(owner: Owner | null, at: number, run: Entry['run']): Entry {
    this.#order += 1;
    const entry = { owner, at, order: this.#order, run };
    this.#entries.push(entry);
    return entry;
  }
}

/** Redis' clock counts whole microseconds: between two of them, the limiter would say `now` to nobody. */
function toMicrosecond(ms: number): number {
  const whole = Math.ceil(ms * 1_000);
  return whole / 1_000 < ms ? (whole + 1) / 1_000 : whole / 1_000;
}

/** Resolves when every promise that could go on has gone on. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A connection of `owner`: every command is a step of it. */
export function stepwise<Connection extends object>(timeline: Timeline, owner: Owner, redis: Connection): Connection {
  return new Proxy(redis, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'defineCommand') return member;
      return (...given: unknown[]) =>
        timeline.step(owner, async () => {
          const answer = await member.apply(target, given);
          // Redis lists a set in an order of its own, another one in each run of the server.
          return name === 'sscan' ? [answer[0], answer[1].toSorted()] : answer;
        });
    },
  });
}
