import type { Cluster, Redis } from 'ioredis';
import { IDEMPOTENCY_TTL_MS } from '../broadcasts/store/idempotency-answer.ts';
import type { Records } from '../broadcasts/store/store.ts';
import { LivestreamError } from '../errors.ts';
import { type BulkAnswer, type BulkState, type Outcome, stateOf } from './bulk.ts';
import { keyReused } from './idempotency.ts';
import type { IdempotencyKey } from './requester.ts';

/** What a request matched when it came first. */
export interface Matched {
  ids: string[];
  missing: string[];
}

/**
 * A bulk action under an `Idempotency-Key`. It is written one broadcast at a time, so each part has its own mark, written in the
 * same step as the change. A repeated request takes the broadcasts that matched first, and changes only those without a mark: `shift`
 * moves each once, even when a process died half way.
 */
export class BulkOnce {
  readonly #redis: Redis | Cluster;
  /** Of each shard: the marks are in the shard of what they mark, everything else in the first. */
  readonly #keys: readonly string[];
  readonly #idempotency: IdempotencyKey;

  constructor(redis: Redis | Cluster, store: Pick<Records, 'shards'>, idempotency: IdempotencyKey) {
    this.#redis = redis;
    this.#keys = store.shards.map(({ keys }) => keys.named(`idem:${idempotency.key}`));
    this.#idempotency = idempotency;
  }

  get #key(): string {
    return this.#keys[0] as string;
  }

  /** The first answer, or what the first try matched; null when there was none. @throws LivestreamError `idempotency_key_reused` */
  async known(): Promise<{ answer: BulkAnswer } | { matched: Matched } | null> {
    const [hash, answer, matched] = await this.#redis.hmget(this.#key, 'h', 'a', 'm');
    if (!hash) return null;
    if (hash !== this.#idempotency.bodyHash) throw keyReused();
    if (answer) return { answer: JSON.parse(answer) as BulkAnswer };
    return matched ? { matched: JSON.parse(matched) as Matched } : null;
  }

  /** Notes what matched. Of two at once the first one's counts, and is returned. @throws LivestreamError `idempotency_key_reused` */
  async begin(matched: Matched): Promise<Matched> {
    const { bodyHash } = this.#idempotency;
    const text = JSON.stringify(matched);
    await this.#redis
      .multi()
      .hsetnx(this.#key, 'h', bodyHash)
      .hsetnx(this.#key, 'm', text)
      .pexpire(this.#key, IDEMPOTENCY_TTL_MS)
      .exec();
    const [hash, first] = await this.#redis.hmget(this.#key, 'h', 'm');
    if (hash !== bodyHash) throw keyReused();
    return JSON.parse(first ?? text) as Matched;
  }

  /** The mark of one part, for its write. */
  mark({ before, after }: Outcome): IdempotencyKey & { part: string; answer: string } {
    const states = { before: stateOf(before), after: stateOf(after) };
    return { ...this.#idempotency, part: after.id, answer: JSON.stringify(states) };
  }

  /** Does one part. When another try did it before, its outcome is that one's. */
  async apply(id: string, run: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = await run().catch((error: unknown) => {
      if (error instanceof LivestreamError && error.status < 500) return error;
      throw error;
    });
    if (!(outcome instanceof LivestreamError) && outcome.before !== outcome.after) return outcome;
    const marks = await Promise.all(this.#keys.map((key) => this.#redis.hget(key, id)));
    const done = marks.find((mark) => mark !== null);
    if (done) return outcomeOf(id, done);
    if (outcome instanceof LivestreamError) throw outcome;
    return outcome;
  }

  /** Keeps the answer, unless something failed on the way: then a repeated request continues with what is left. */
  async finish(answer: BulkAnswer, isComplete: boolean): Promise<void> {
    if (isComplete) await this.#redis.hset(this.#key, 'a', JSON.stringify(answer));
  }
}

/** What a mark says that was changed. */
export function outcomeOf(id: string, mark: string): Outcome {
  const { before, after } = JSON.parse(mark) as { before: BulkState; after: BulkState };
  return { before: { id, ...before }, after: { id, ...after } };
}
