import type { Pause } from '../pause.ts';
import type { CreatedPause, PauseStore } from './pause-store.ts';

/**
 * Maximum time that a new pause is in the other shards before it is in the first, ms: a command without an answer fails after 5 s, and
 * two go out one after the other.
 */
const MAKING_MS = 12_000;

/**
 * The pauses of all shards. Each shard has every pause, because its claims check for them in the same step. The first shard is
 * authoritative: it gets a pause last and ends it first, and `align` repairs what a process leaves that dies in between.
 */
export class PauseStores {
  readonly #home: PauseStore;
  readonly #others: readonly PauseStore[];

  /** @param stores the first shard's first */
  constructor(stores: readonly PauseStore[]) {
    const [home, ...others] = stores;
    if (!home) throw new Error('there is no shard');
    this.#home = home;
    this.#others = others;
  }

  /** See `PauseStore`, as all below. */
  all(): Promise<Pause[]> {
    return this.#home.all();
  }

  get(id: string): Promise<Pause | null> {
    return this.#home.get(id);
  }

  replay(key: string): Promise<{ bodyHash: string; answer: string } | null> {
    return this.#home.replay(key);
  }

  async leaving(): Promise<string[]> {
    return (await this.#inAll((store) => store.leaving())).flat();
  }

  async create(pause: Pause, idempotency?: { key: string; bodyHash: string }): Promise<CreatedPause> {
    try {
      const elsewhere = await settled(this.#others.map((store) => store.create(pause, undefined, true)));
      const made = await this.#home.create(pause, idempotency);
      if (made.kind !== 'ok') {
        await this.#endElsewhere(pause);
        return made;
      }
      const leaving = elsewhere.flatMap((one) => (one.kind === 'ok' ? one.leaving : []));
      return { kind: 'ok', leaving: [...made.leaving, ...leaving] };
    } catch (error) {
      await this.#withdraw(pause);
      throw error;
    }
  }

  /** The caller got an error. If the first shard has the pause, or cannot say, the pause stays, and `align` decides. */
  async #withdraw(pause: Pause): Promise<void> {
    const stands = await this.#home.get(pause.id).catch(() => pause);
    if (!stands) await this.#endElsewhere(pause).catch(() => []);
  }

  async end(pause: Pause, by: string | null, at: number): Promise<string[] | null> {
    const freed = await this.#home.end(pause, by, at);
    return freed && [...freed, ...(await this.#endElsewhere(pause))];
  }

  async held(): Promise<string[]> {
    return (await this.#inAll((store) => store.held())).flat();
  }

  async forget(id: string): Promise<void> {
    await this.#inAll((store) => store.forget(id));
  }

  async isLeaving(ids: readonly string[], before: number): Promise<boolean> {
    return (await this.#inAll((store) => store.isLeaving(ids, before))).some(Boolean);
  }

  /** Brings the other shards in line with the first. @param now ms @returns broadcasts that no pause holds any more */
  async align(now: number): Promise<string[]> {
    if (this.#others.length === 0) return [];
    // Read the others before the first shard, so that it has every pause made in between.
    const stored = await Promise.allSettled(this.#others.map((store) => store.all()));
    const wanted = await this.#home.all();
    const lined = stored.map(async (one, i) => {
      if (one.status === 'rejected') throw one.reason;
      return alignOne(this.#others[i] as PauseStore, one.value, wanted, now);
    });
    return (await settled(lined)).flat();
  }

  async #endElsewhere(pause: Pause): Promise<string[]> {
    const freed = await settled(this.#others.map((store) => store.end(pause, null, pause.since, true)));
    return freed.flatMap((ids) => ids ?? []);
  }

  #inAll<Answer>(ask: (store: PauseStore) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all([this.#home, ...this.#others].map(ask));
  }
}

async function alignOne(store: PauseStore, own: Pause[], wanted: Pause[], now: number): Promise<string[]> {
  const known = new Set(wanted.map(({ id }) => id));
  const had = new Set(own.map(({ id }) => id));
  const freed: string[] = [];
  for (const pause of wanted.filter(({ id }) => !had.has(id))) await store.create(pause, undefined, true);
  for (const pause of own.filter(({ id, since }) => !known.has(id) && since < now - MAKING_MS))
    freed.push(...((await store.end(pause, null, now, true)) ?? []));
  return freed;
}

/** Waits for all of them, so that a shard that is away stops no other. @throws the first failure */
async function settled<Answer>(all: Promise<Answer>[]): Promise<Answer[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
